"""The service as a part of a larger graph: its SDL with keys, and objects found by representations.

Owns: `_service` and `_entities`.
Does not own: that a composition accepts the SDL and a gateway gets along with it (`tests/federation`).
"""

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import httpx2
import pytest
from graphql import ObjectTypeDefinitionNode, parse, print_ast

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.compiler.engine import Engine, Request
from ilmio_api.compiler.pipeline import Reader
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.db.pool import ReadPool
from ilmio_api.db.session import open_engine, unit_of_work
from ilmio_api.domain.phenomena.models import Phenomenon
from ilmio_api.domain.phenomena.vocabulary import PhenomenonNature
from ilmio_api.domain.records import PublicationStatus
from ilmio_api.i18n.languages import Language, Reading
from ilmio_api.ids import named_id
from ilmio_api.schema.query import CATALOGUE
from ilmio_api.schema.records import MEMBERS

Ask = Callable[..., Awaitable[Any]]
Objects = Callable[..., Awaitable[Any]]
Errors = Callable[[str, Mapping[str, object]], Awaitable[Any]]

ENTITIES = """
query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on Area { code }
    ... on Record { slug }
  }
}
"""
AREA = {"__typename": "Area", "code": "EVK03"}
PROJECT = {"__typename": "Project", "slug": "parasta-itaa"}


async def entities(pool: ReadPool, *representations: object) -> Any:  # noqa: ANN401 - JSON
    """Return what the engine answers to representations, reading from the pool."""
    engine = Engine(CATALOGUE, pool)
    clock = Stopwatch(time.perf_counter)
    request = Request(ENTITIES, None, {"representations": representations})
    prepared = engine.prepare(request, Reader(ANONYMOUS, Reading(Language.FI)), clock)
    ((_, objects),) = (await engine.answer(prepared, clock)).fields
    return json.loads(objects)


@pytest.fixture
def objects(ask: Ask) -> Objects:
    """Provide a function that returns what the service answers to representations."""

    async def found(*representations: object) -> Any:  # noqa: ANN401 - JSON
        return (await ask(ENTITIES, {"representations": representations}))["_entities"]

    return found


@pytest.fixture
def errors(api: httpx2.AsyncClient) -> Errors:
    """Provide a function that returns the errors of an operation."""

    async def told(query: str, variables: Mapping[str, object]) -> Any:  # noqa: ANN401 - JSON
        answer = await api.post(
            "/graphql", json={"query": query, "variables": variables}, headers={"Accept-Language": "en"}
        )
        return answer.json()["errors"]

    return told


@pytest.fixture
async def statuses(private_url: str) -> AsyncIterator[ReadPool]:
    """Provide a database with a phenomenon of every status, which is also its slug."""
    database = open_engine(private_url)
    async with unit_of_work(database) as session:
        session.add_all(
            Phenomenon(
                id=named_id("phenomenon", status),
                slug=status.lower(),
                name={"fi": "Ilmiö"},
                nature=PhenomenonNature.CHALLENGE,
                publication_status=status,
            )
            for status in PublicationStatus
        )
    await database.dispose()
    pool = await ReadPool.open(private_url, size=1, statement_timeout_ms=5_000)
    yield pool
    await pool.close()


@pytest.fixture
async def headers(ask: Ask) -> dict[str, str]:
    """Provide the directives of every object type in the SDL of the subgraph, by the name of the type."""
    document = parse((await ask("{ _service { sdl } }"))["_service"]["sdl"])
    return {
        node.name.value: " ".join(print_ast(directive) for directive in node.directives or ())
        for node in document.definitions
        if isinstance(node, ObjectTypeDefinitionNode)
    }


async def test_the_sdl_links_to_federation_2(ask: Ask) -> None:
    sdl = (await ask("{ _service { sdl } }"))["_service"]["sdl"]

    assert sdl.partition("\n")[0] == (
        'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@shareable"])'
    )


async def test_areas_have_the_keys_id_and_code(headers: dict[str, str]) -> None:
    assert headers["Area"] == '@key(fields: "id") @key(fields: "code")'


async def test_all_other_records_have_the_keys_id_and_slug(headers: dict[str, str]) -> None:
    keyed = {name for name, directives in headers.items() if directives == '@key(fields: "id") @key(fields: "slug")'}

    assert keyed == set(MEMBERS.values()) - {"Area"}


async def test_page_information_is_the_only_type_that_others_may_define_too(headers: dict[str, str]) -> None:
    assert {name for name, directives in headers.items() if "@shareable" in directives} == {"PageInfo"}


async def test_the_sdl_is_told_without_a_statement(read_pool: ReadPool, query_count: Callable[[], int]) -> None:
    engine, clock = Engine(CATALOGUE, read_pool), Stopwatch(time.perf_counter)
    request = Request("{ __typename me: _service { __typename text: sdl } }", None, {})
    prepared = engine.prepare(request, Reader(ANONYMOUS, Reading(Language.FI)), clock)

    (_, (key, service)) = (await engine.answer(prepared, clock)).fields

    assert (key, list(json.loads(service)), json.loads(service)["__typename"]) == (
        "me",
        ["__typename", "text"],
        "_Service",
    )
    assert query_count() == 0


async def test_the_sdl_is_told_once_only(errors: Errors) -> None:
    (error,) = await errors("{ a: _service { sdl } b: _service { sdl } }", {})

    assert error["extensions"]["code"] == "TOO_COMPLEX"


async def test_entities_come_in_the_order_of_their_representations(objects: Objects) -> None:
    assert await objects(PROJECT, AREA, {"__typename": "Area", "code": "KU091"}, AREA) == [
        {"__typename": "Project", "slug": "parasta-itaa"},
        {"__typename": "Area", "code": "EVK03"},
        {"__typename": "Area", "code": "KU091"},
        {"__typename": "Area", "code": "EVK03"},
    ]


async def test_no_representations_are_no_entities(objects: Objects) -> None:
    assert await objects() == []


async def test_entities_are_one_statement(read_pool: ReadPool, query_count: Callable[[], int]) -> None:
    await entities(read_pool, PROJECT, AREA)

    assert query_count() == 1


async def test_a_record_is_the_same_by_every_key(ask: Ask, objects: Objects) -> None:
    id_ = (await ask('{ project(by: {slug: "parasta-itaa"}) { id } }'))["project"]["id"]

    assert await objects({"__typename": "Project", "id": id_}) == await objects(PROJECT)


async def test_an_area_is_the_same_by_every_key(ask: Ask, objects: Objects) -> None:
    id_ = (await ask('{ area(code: "EVK03") { id } }'))["area"]["id"]

    assert await objects({"__typename": "Area", "id": id_}) == await objects(AREA)


async def test_the_first_key_counts_where_several_are_given(ask: Ask, objects: Objects) -> None:
    id_ = (await ask('{ area(code: "KU091") { id } }'))["area"]["id"]

    assert await objects({**AREA, "id": id_}) == [{"__typename": "Area", "code": "KU091"}]


@pytest.mark.parametrize(
    "absent",
    [
        {"__typename": "Area", "code": "EVK99"},
        {"__typename": "Pilot", "slug": "parasta-itaa"},
        {"__typename": "Phenomenon", "slug": "parasta-itaa"},
        {"__typename": "Project", "id": "parasta-itaa"},
    ],
    ids=["no such code", "another kind of initiative", "another table", "the value of another key"],
)
async def test_what_does_not_exist_is_null_beside_what_does(objects: Objects, absent: dict[str, str]) -> None:
    assert await objects(absent, AREA) == [None, {"__typename": "Area", "code": "EVK03"}]


async def test_only_published_records_are_entities(statuses: ReadPool) -> None:
    by_slug = await entities(
        statuses, *({"__typename": "Phenomenon", "slug": status.lower()} for status in PublicationStatus)
    )
    by_id = await entities(
        statuses,
        *({"__typename": "Phenomenon", "id": named_id("phenomenon", status)} for status in PublicationStatus),
    )

    assert by_slug == by_id == [None, {"__typename": "Phenomenon", "slug": "published"}, None]


async def test_aliases_and_fragments_are_answered_as_anywhere(ask: Ask) -> None:
    query = """
      query ($of: [_Any!]!, $slug: String!) {
        first: _entities(representations: $of) { ...Place }
        second: _entities(representations: {__typename: "Project", slug: $slug}) {
          kind: __typename
          ... on Initiative { name: title(language: EN) }
          ... on Area { code }
        }
      }
      fragment Place on Area { area: code inside: within(kind: REGION) { code } }
    """

    data = await ask(query, {"of": [{"__typename": "Area", "code": "KU091"}, PROJECT], "slug": "parasta-itaa"})

    assert data["first"] == [{"area": "KU091", "inside": [{"code": "MK01"}]}, {}]
    assert [list(each) for each in data["second"]] == [["kind", "name"]]


async def test_entities_are_answered_beside_questions_about_the_schema(ask: Ask) -> None:
    query = """
      query ($of: [_Any!]!) { _entities(representations: $of) { ... on Area { code } } __type(name: "_Any") { kind } }
    """

    assert await ask(query, {"of": [AREA, {"__typename": "Area", "code": "EVK99"}]}) == {
        "_entities": [{"code": "EVK03"}, None],
        "__type": {"kind": "SCALAR"},
    }


@pytest.mark.parametrize(
    ("unusable", "told"),
    [
        ({"__typename": "Concept", "id": "x"}, "Item 1 (Concept)"),
        ({"__typename": "Node", "id": "x"}, "Item 1 (Node)"),
        ({"__typename": "Area", "slug": "x"}, "Item 1 (Area)"),
        ({"__typename": "Area", "code": 3}, "Item 1 (Area)"),
        ({"__typename": ["Area"], "code": "EVK03"}, "Item 1 (['Area'])"),
        ({"code": "EVK03"}, "Item 1 (–)"),
        ("EVK03", "Item 1 (–)"),
    ],
)
async def test_a_representation_without_type_or_key_is_refused(errors: Errors, unusable: object, told: str) -> None:
    (error,) = await errors(ENTITIES, {"representations": [AREA, unusable]})

    assert error["message"] == f"{told} of representations names no entity, or none of its keys."
    assert (error["path"], error["extensions"]["code"]) == (["_entities"], "BAD_REPRESENTATION")


async def test_a_plan_that_is_known_checks_representations_again(objects: Objects, errors: Errors) -> None:
    await objects(AREA)

    (error,) = await errors(ENTITIES, {"representations": [{"__typename": "Area"}]})

    assert (error["path"], error["extensions"]["code"]) == (["_entities"], "BAD_REPRESENTATION")


async def test_a_hundred_representations_are_answered_and_more_are_refused(objects: Objects, errors: Errors) -> None:
    (error,) = await errors(ENTITIES, {"representations": [AREA] * 101})

    assert error["extensions"]["code"] == "BAD_PAGE_SIZE"
    assert await objects(*[AREA] * 100) == [{"__typename": "Area", "code": "EVK03"}] * 100


async def test_a_key_that_no_text_in_the_data_can_have_is_refused(errors: Errors) -> None:
    (error,) = await errors(ENTITIES, {"representations": [{"__typename": "Area", "code": "\x00"}]})

    assert error["extensions"]["code"] == "BAD_ARGUMENT"
