"""Records that are drafts, withdrawn, deleted or for an organisation only do not show anywhere."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, get_named_type
from tests.oracle.comparison import Question, Witnesses
from tests.oracle.policies import RECORD_TABLES
from tests.oracle.reading import JSON
from tests.oracle.world import Row, World

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.compiler.budget import Budget
from ilmio_api.compiler.build import Builder
from ilmio_api.compiler.documents import chosen, parsed
from ilmio_api.compiler.emit import emit
from ilmio_api.compiler.localise import localise
from ilmio_api.compiler.restrict import restrict
from ilmio_api.compiler.selection import Collector
from ilmio_api.i18n.languages import Language, Reading
from ilmio_api.schema.query import CATALOGUE

QUERY = CATALOGUE.object_type("Query")
LISTS = [name for name, field in QUERY.fields.items() if "filter" in field.args]
LOOKUPS = {
    "phenomenon": "phenomenon",
    "organisation": "organisation",
    "pilot": "initiative",
    "project": "initiative",
    "regionalProgramme": "initiative",
    "collection": "initiative",
    "indicator": "indicator",
}
"""Table of the record that each root field looks up; the world has no hidden operating model."""

TABLES = sorted(set(RECORD_TABLES.values()) - {"area"})
STATES = ["DRAFT", "WITHDRAWN", "ORGANISATION", "DELETED"]


def state_of(row: Row) -> str | None:
    """Return why a record is hidden, or None."""
    if row["deleted_at"] is not None:
        return "DELETED"
    if row["publication_status"] != "PUBLISHED":
        return str(row["publication_status"])
    return "ORGANISATION" if row["visibility"] == "ORGANISATION" else None


def hidden(world: World, table: str) -> list[Row]:
    """Return the hidden rows of a table."""
    return [row for row in world.tables[table] if state_of(row) is not None]


def related_lists(type_: GraphQLObjectType | GraphQLInterfaceType) -> Iterator[str]:
    """Yield a selection for every field that leads to records, so that nothing within reach is left out."""
    for name, field in type_.fields.items():
        target = get_named_type(field.type)
        if target.name.endswith("Connection"):
            inner = get_named_type(target.fields["nodes"].type)
            slug = "slug" if "slug" in inner.fields else ""
            yield f"{name}(first: 20) {{ nodes {{ id {slug} }} }}"
        elif isinstance(target, GraphQLObjectType | GraphQLInterfaceType) and "id" in target.fields:
            below = " ".join(
                f"{each} {{ id slug }}"
                for each, inner in target.fields.items()
                if get_named_type(inner.type).name in {"Initiative", "Organisation", "Phenomenon"}
            )
            yield f"{name} {{ id {'slug' if 'slug' in target.fields else ''} {below} }}"


async def data_of(witnesses: Witnesses, text: str, **variables: object) -> JSON:
    """Return the data of an answer that must not be refused, and its errors."""
    reply = await witnesses.compiled(Question(text, variables, Language.FI))
    assert reply.refusal is None, text
    return json.loads(reply.data)


@pytest.fixture
def world(mottled: Witnesses) -> World:
    """Provide the rows of the mottled world."""
    return mottled.oracle.world


@pytest.mark.parametrize("state", STATES)
def test_the_world_has_records_in_every_hidden_state(world: World, state: str) -> None:
    found = {table for table in TABLES for row in world.tables[table] if state_of(row) == state}

    assert len(found) >= 4


@pytest.mark.parametrize("name", LISTS)
async def test_nothing_within_reach_of_a_list_is_hidden(mottled: Witnesses, world: World, name: str) -> None:
    connection = get_named_type(QUERY.fields[name].type)
    assert isinstance(connection, GraphQLObjectType)
    type_ = get_named_type(connection.fields["nodes"].type)
    assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
    secrets = {row[key] for table in TABLES for row in hidden(world, table) for key in ("id", "slug")}
    seen: list[str] = []
    for selection in ("id", *related_lists(type_)):
        text = f"{{ {name}(first: 60) {{ nodes {{ {selection} }} }} }}"
        seen += strings_of(await data_of(mottled, text))

    assert len(seen) > 1
    assert secrets.isdisjoint(seen)


def strings_of(data: object) -> list[str]:
    """Return every text in an answer."""
    match data:
        case dict():
            return [text for each in data.values() for text in strings_of(each)]
        case list():
            return [text for each in data for text in strings_of(each)]
        case str():
            return [data]
        case _:
            return []


@pytest.mark.parametrize("key", ["id", "slug"])
@pytest.mark.parametrize("name", LOOKUPS)
async def test_a_hidden_record_is_not_found_by_its_keys(mottled: Witnesses, world: World, name: str, key: str) -> None:
    text = f"query($value: {'ID' if key == 'id' else 'String'}!) {{ found: {name}(by: {{{key}: $value}}) {{ id }} }}"
    rows = hidden(world, LOOKUPS[name])
    replies = [await mottled.compiled(Question(text, {"value": row[key]}, Language.FI)) for row in rows]

    assert len(replies) == len(rows) > 0
    assert {(reply.data, reply.errors) for reply in replies} == {('{"found": null}', (("NOT_FOUND", ("found",)),))}


async def test_a_hidden_record_is_not_found_by_an_external_id(mottled: Witnesses, world: World) -> None:
    text = """query($key: ExternalIdKey!) {
        a: phenomenon(by: {externalId: $key}) { id } b: organisation(by: {externalId: $key}) { id }
        c: project(by: {externalId: $key}) { id } d: pilot(by: {externalId: $key}) { id }
        e: indicator(by: {externalId: $key}) { id } f: operatingModel(by: {externalId: $key}) { id } }"""
    secret = {row["id"] for table in TABLES for row in hidden(world, table)}
    keys = [
        {"scheme": row["scheme"], "value": row["value"]}
        for row in world.tables["external_id"]
        if row["record_id"] in secret
    ]
    found = [await data_of(mottled, text, key=key) for key in keys]

    assert found == [dict.fromkeys("abcdef")] * len(keys)
    assert keys


async def test_a_hidden_record_is_no_node_and_no_entity(mottled: Witnesses, world: World) -> None:
    text = """query($id: ID!, $of: _Any!) {
        node(id: $id) { id } nodes(ids: [$id, $id]) { id } _entities(representations: [$of]) { __typename } }"""
    types = {"initiative": "Pilot"} | {
        table: "".join(part.capitalize() for part in table.split("_")) for table in TABLES if table != "initiative"
    }
    found = [
        await data_of(mottled, text, id=row["id"], of={"__typename": types[table], "slug": row["slug"]})
        for table in TABLES
        for row in hidden(world, table)
    ]

    assert found == [{"node": None, "nodes": [None, None], "_entities": [None]}] * len(found)
    assert len(found) > 40


@pytest.mark.parametrize("name", LISTS)
async def test_a_hidden_record_is_neither_listed_nor_counted(mottled: Witnesses, world: World, name: str) -> None:
    connection = get_named_type(QUERY.fields[name].type)
    assert isinstance(connection, GraphQLObjectType)
    table = CATALOGUE.entities[get_named_type(connection.fields["nodes"].type).name].table.name
    filter_ = get_named_type(QUERY.fields[name].args["filter"].type)
    assert isinstance(filter_, GraphQLInputObjectType)
    if table == "area":
        pytest.skip("Areas are never hidden.")
    text = f"query($ids: [ID!]) {{ found: {name}(filter: {{ids: $ids}}) {{ totalCount nodes {{ id }} }} }}"

    found = await data_of(mottled, text, ids=[row["id"] for row in hidden(world, table)])

    assert found == {"found": {"totalCount": 0, "nodes": []}}


LINKS = [
    (name, field)
    for name in LISTS
    for field in get_named_type(QUERY.fields[name].args["filter"].type).fields
    if field
    in {
        "phenomena",
        "initiatives",
        "parents",
        "collections",
        "indicators",
        "organisations",
        "leadOrganisations",
        "members",
        "coordinators",
        "publishers",
        "implementers",
        "models",
        "operatingModels",
        "series",
    }
]


@pytest.mark.parametrize(("name", "field"), LINKS)
async def test_a_filter_does_not_tell_what_a_hidden_record_is_linked_to(
    mottled: Witnesses, world: World, name: str, field: str
) -> None:
    slugs = [row["slug"] for table in TABLES for row in hidden(world, table)]
    text = f"query($slugs: [String!]) {{ found: {name}(filter: {{{field}: $slugs}}) {{ totalCount }} }}"

    assert await data_of(mottled, text, slugs=slugs) == {"found": {"totalCount": 0}}


@pytest.mark.parametrize("name", ["initiatives", "pilots", "projects", "regionalProgrammes", "collections"])
async def test_a_participant_filter_does_not_tell_of_a_hidden_organisation(
    mottled: Witnesses, world: World, name: str
) -> None:
    slugs = [row["slug"] for row in hidden(world, "organisation")]
    text = f"query($slugs: [String!]) {{ found: {name}(filter: {{participant: {{slugs: $slugs}}}}) {{ totalCount }} }}"

    assert await data_of(mottled, text, slugs=slugs) == {"found": {"totalCount": 0}}


async def test_a_search_finds_no_hidden_record(mottled: Witnesses, world: World) -> None:
    secret = {row["id"] for table in TABLES for row in hidden(world, table)}
    found: set[str] = set()
    for words in ("Sama", "koulu", "synteettinen", "nuoret", "hanke"):
        page: dict[str, Any] = {"pageInfo": {"hasNextPage": True, "endCursor": None}}
        while page["pageInfo"]["hasNextPage"]:
            text = """query($words: String!, $at: String) { search(text: $words, first: 100, after: $at) {
                nodes { ... on Node { id } } pageInfo { hasNextPage endCursor } } }"""
            page = (await data_of(mottled, text, words=words, at=page["pageInfo"]["endCursor"]))["search"]
            found |= {node["id"] for node in page["nodes"]}

    assert len(found) > 50
    assert found.isdisjoint(secret)


@pytest.mark.parametrize(
    "text",
    [
        "{ pilots { nodes { id } } }",
        "{ pilots { totalCount } }",
        '{ pilot(by: {slug: "x"}) { id } }',
        '{ node(id: "x") { id } }',
        '{ nodes(ids: ["x"]) { id } }',
        '{ search(text: "x") { nodes { __typename } } }',
    ],
)
def test_a_plan_without_policies_cannot_become_a_statement(text: str) -> None:
    document = parsed(text)
    operation = chosen(document, None, CATALOGUE.schema, text)
    builder = Builder(Collector(CATALOGUE, operation.fragments, {}, Budget()))
    plan = localise(builder.root("Query", [operation.node.selection_set]), Reading())

    with pytest.raises(PermissionError, match="have no policy"):
        emit(plan, Budget().sources)
    assert emit(restrict(plan, ANONYMOUS), Budget().sources).sql.startswith("SELECT")
