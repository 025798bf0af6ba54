"""What the customer asks of finding things: search, lookups by every key, pages of every list."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from graphql import GraphQLObjectType, get_named_type

from ilmio_api.schema.query import CATALOGUE

Ask = Callable[..., Awaitable[Any]]

SEARCH = "query ($text: String!) { search(text: $text, first: 5) { nodes { __typename ... on Record { slug } } } }"
ALL_FOUND = "query ($text: String!) { search(text: $text, first: 100) { nodes { ... on Record { slug } } } }"
QUERY = CATALOGUE.schema.query_type
ROOT_FIELDS = QUERY.fields if QUERY else {}
LISTS = sorted(name for name, field in ROOT_FIELDS.items() if get_named_type(field.type).name.endswith("Connection"))
LOOKUPS = sorted(name for name, field in ROOT_FIELDS.items() if "by" in field.args)
EXAMPLES = {
    path.stem: path.read_text("utf-8") for path in sorted(Path(__file__).parents[2].glob("examples/queries/*.graphql"))
}


@pytest.mark.parametrize(
    "words",
    [
        "koulupudokkuus",
        "koulupudokkuutta",
        "Koulupudokkuuteen",
        "skolavhopp",
        "skolavhoppen",
        "school dropout",
        "dropouts",
    ],
)
async def test_a_phenomenon_is_found_in_three_languages_and_in_inflected_forms(ask: Ask, words: str) -> None:
    data = await ask(SEARCH, {"text": words})

    assert {"__typename": "Phenomenon", "slug": "koulupudokkuus"} in data["search"]["nodes"]


@pytest.mark.parametrize("words", ["", "   ", "%", "_", "'", '"', "-", "()&|!:*", "zzzzzz"])
async def test_a_search_without_a_word_that_occurs_finds_nothing(ask: Ask, words: str) -> None:
    data = await ask(SEARCH, {"text": words})

    assert data["search"]["nodes"] == []


@pytest.mark.parametrize("words", ["nuoret -koulupudokkuus", "young -dropout", 'nuoret -"school dropout"'])
async def test_a_leading_minus_excludes_in_every_language(ask: Ask, words: str) -> None:
    data = await ask(ALL_FOUND, {"text": words})

    found = [node.get("slug") for node in data["search"]["nodes"]]
    assert "nuorten-elamanhallinta" in found
    assert "koulupudokkuus" not in found


@pytest.mark.parametrize(("words", "found"), [('"life skills"', 1), ('"skills life"', 0), ("skills life", 1)])
async def test_quotes_keep_words_together_in_their_order(ask: Ask, words: str, found: int) -> None:
    data = await ask("query ($text: String!) { search(text: $text) { totalCount } }", {"text": words})

    assert data["search"]["totalCount"] == found


async def test_or_offers_a_choice(ask: Ask) -> None:
    data = await ask(
        '{ search(text: "Hamina OR Pertunmaa", kinds: [AREA]) { nodes { ... on Area { code } } } }',
    )

    assert {node["code"] for node in data["search"]["nodes"]} == {"KU075", "SK082", "KU588"}


async def test_the_search_is_narrowed_to_kinds(ask: Ask) -> None:
    data = await ask(
        '{ search(text: "Kouvola", kinds: [AREA]) { totalCount nodes { __typename ... on Area { code } } } }'
    )

    assert data["search"]["totalCount"] == 3
    assert {each["code"] for each in data["search"]["nodes"]} == {"KU286", "SK081", "TYA16"}


@pytest.mark.parametrize(
    ("field", "slug"),
    [
        ("phenomenon", "ylisukupolvinen-huono-osaisuus"),
        ("organisation", "xamk"),
        ("pilot", "kymenlaakson-alueelliset-pilotit"),
        ("project", "parasta-itaa"),
        ("regionalProgramme", "aluekehittamisen-teemaverkostotyo"),
        ("collection", "kokeileva-kehittaminen"),
        ("operatingModel", "yhteisollinen-innovointi"),
        ("indicator", "koulutuksen-ulkopuolella-17-24-indeksi"),
    ],
)
async def test_a_record_is_the_same_by_slug_by_id_and_as_a_node(ask: Ask, field: str, slug: str) -> None:
    by_slug = (await ask(f'{{ {field}(by: {{ slug: "{slug}" }}) {{ __typename id slug }} }}'))[field]
    data = await ask(
        f"query ($id: ID!) {{ {field}(by: {{ id: $id }}) {{ __typename id slug }}"
        "  node(id: $id) { __typename id ... on Record { slug } }"
        "  nodes(ids: [$id]) { __typename id ... on Record { slug } } }",
        {"id": by_slug["id"]},
    )

    assert by_slug["slug"] == slug
    assert data == {field: by_slug, "node": by_slug, "nodes": [by_slug]}


async def test_every_lookup_by_key_is_tested_above() -> None:
    assert LOOKUPS == [
        "collection",
        "indicator",
        "operatingModel",
        "organisation",
        "phenomenon",
        "pilot",
        "project",
        "regionalProgramme",
    ]


@pytest.mark.parametrize(
    ("field", "scheme", "value", "slug"),
    [
        ("project", "XAMK", "parasta-itaa", "parasta-itaa"),
        ("indicator", "SOTKANET", "3563", "kodin-ulkopuolelle-sijoitetut-0-17"),
    ],
)
async def test_a_record_is_found_by_the_identifier_of_another_system(
    ask: Ask, field: str, scheme: str, value: str, slug: str
) -> None:
    data = await ask(
        f"query ($key: ExternalIdKey!) {{ {field}(by: {{ externalId: $key }}) {{ slug }} }}",
        {"key": {"scheme": scheme, "value": value}},
    )

    assert data == {field: {"slug": slug}}


@pytest.mark.parametrize("field", LOOKUPS)
@pytest.mark.parametrize("key", ['{ slug: "nothing-of-the-kind" }', '{ id: "pilot_00000000000000000000000000" }'])
async def test_a_lookup_that_finds_nothing_is_null_and_says_so(api: httpx2.AsyncClient, field: str, key: str) -> None:
    answer = await api.post("/graphql", json={"query": f"{{ {field}(by: {key}) {{ id }} }}"})

    body = answer.json()
    assert body["data"] == {field: None}
    assert [(error["path"], error["extensions"]["code"]) for error in body["errors"]] == [([field], "NOT_FOUND")]


async def test_nodes_come_in_the_order_of_their_ids_with_null_for_the_unknown(ask: Ask) -> None:
    areas = (await ask('{ a: area(code: "EVK03") { id } b: area(code: "ELY06") { id } }')).values()
    first, second = (area["id"] for area in areas)

    data = await ask(
        "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Area { code } } }",
        {"ids": [second, "nonsense", first, second]},
    )

    assert data["nodes"] == [{"code": "ELY06"}, None, {"code": "EVK03"}, {"code": "ELY06"}]


@pytest.mark.parametrize("field", LISTS)
async def test_every_list_at_the_root_comes_in_pages(ask: Ask, field: str) -> None:
    arguments = 'text: "nuorten OR Innostu OR Kouvola", ' if field == "search" else ""
    page = "totalCount edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor }"
    whole = (await ask(f"{{ {field}({arguments}first: 100) {{ {page} }} }}"))[field]
    first = (await ask(f"{{ {field}({arguments}first: 1) {{ {page} nodes {{ __typename }} }} }}"))[field]
    second = (
        await ask(
            f"query ($after: String!) {{ {field}({arguments}first: 1, after: $after) {{ {page} }} }}",
            {"after": first["pageInfo"]["endCursor"]},
        )
    )[field]

    assert [first["edges"], second["edges"]] == [whole["edges"][:1], whole["edges"][1:2]]
    assert {page["totalCount"] for page in (first, second)} == {whole["totalCount"]}
    assert first["pageInfo"]["hasNextPage"] is (whole["totalCount"] > 1)
    assert first["pageInfo"]["hasPreviousPage"] is False
    assert len(first["nodes"]) == 1


def test_the_lists_at_the_root_are_those_that_were_agreed() -> None:
    assert LISTS == [
        "areas",
        "collections",
        "eventSeries",
        "events",
        "impactFigures",
        "indicators",
        "initiatives",
        "learnings",
        "networks",
        "operatingModels",
        "organisations",
        "phenomena",
        "pilots",
        "principleSets",
        "projects",
        "regionalProgrammes",
        "search",
    ]


@pytest.mark.parametrize("field", LISTS)
async def test_a_page_has_twenty_records_unless_asked_otherwise_and_never_more_than_a_hundred(
    api: httpx2.AsyncClient, ask: Ask, field: str
) -> None:
    arguments = 'text: "e OR elinvoimakeskus OR hyvinvointialue"' if field == "search" else ""
    page = (await ask(f"{{ {field}{f'({arguments})' if arguments else ''} {{ totalCount edges {{ cursor }} }} }}"))[
        field
    ]
    refused = await api.post("/graphql", json={"query": f"{{ {field}({arguments} first: 101) {{ totalCount }} }}"})

    assert len(page["edges"]) == min(page["totalCount"], 20)
    assert refused.json()["errors"][0]["extensions"]["code"] == "BAD_PAGE_SIZE"


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_every_example_query_is_answered_in_full(ask: Ask, example: str, language: str) -> None:
    data = await ask(EXAMPLES[example], accept_language=language)

    assert None not in data.values()
    assert [] not in [value.get("nodes") for value in data.values()]


def test_there_are_types_behind_every_list() -> None:
    kinds = {get_named_type(ROOT_FIELDS[name].type).name.removesuffix("Connection") for name in LISTS}

    assert {kind for kind in kinds if not isinstance(CATALOGUE.schema.type_map[kind], GraphQLObjectType)} == {
        "Initiative",
        "SearchResult",
    }
