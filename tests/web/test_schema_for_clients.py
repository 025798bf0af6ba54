"""What a client makes of the schema that it reads by introspection."""

import httpx2
from graphql import (
    build_client_schema,
    build_schema,
    get_introspection_query,
    lexicographic_sort_schema,
    print_schema,
)

from ilmio_api.schema.query import published
from ilmio_api.schema.sdl import SDL_PATH

WHOLE = get_introspection_query(
    specified_by_url=True,
    directive_is_repeatable=True,
    schema_description=True,
    input_value_deprecation=True,
    one_of=True,
)


async def test_the_schema_by_introspection_is_the_published_one(api: httpx2.AsyncClient) -> None:
    answer = await api.post("/graphql", json={"query": WHOLE})

    read = build_client_schema(answer.json()["data"])
    published = build_schema(SDL_PATH.read_text(encoding="utf-8"))
    assert print_schema(lexicographic_sort_schema(read)) == print_schema(lexicographic_sort_schema(published))


async def test_a_schema_that_is_made_later_changes_nothing_of_the_served_one(api: httpx2.AsyncClient) -> None:
    published()  # Strawberry replaces a resolver of graphql-core for the whole process.
    answer = await api.post("/graphql", json={"query": '{ __type(name: "RecordKey") { isOneOf } }'})

    assert answer.json()["data"] == {"__type": {"isOneOf": True}}


async def test_an_input_of_which_exactly_one_field_is_given_says_so(api: httpx2.AsyncClient) -> None:
    text = """{
        key: __type(name: "RecordKey") { isOneOf }
        filter: __type(name: "AreaFilter") { isOneOf }
        pilot: __type(name: "Pilot") { isOneOf }
    }"""
    answer = await api.post("/graphql", json={"query": text})

    assert answer.json()["data"] == {"key": {"isOneOf": True}, "filter": {"isOneOf": False}, "pilot": {"isOneOf": None}}


async def test_the_directives_stand_where_the_specification_knows_a_place(api: httpx2.AsyncClient) -> None:
    # September 2025, §4.1 __DirectiveLocation. Clients refuse a schema with a location that they do not know.
    known = """QUERY MUTATION SUBSCRIPTION FIELD FRAGMENT_DEFINITION FRAGMENT_SPREAD INLINE_FRAGMENT VARIABLE_DEFINITION
        SCHEMA SCALAR OBJECT FIELD_DEFINITION ARGUMENT_DEFINITION INTERFACE UNION ENUM ENUM_VALUE INPUT_OBJECT
        INPUT_FIELD_DEFINITION"""
    answer = await api.post("/graphql", json={"query": "{ __schema { directives { name locations } } }"})

    found = {each["name"]: set(each["locations"]) for each in answer.json()["data"]["__schema"]["directives"]}
    assert {name: odd for name, places in found.items() if (odd := places - set(known.split()))} == {}
    assert found["deprecated"] == {"FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INPUT_FIELD_DEFINITION", "ENUM_VALUE"}
