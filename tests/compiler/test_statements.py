"""One operation is one statement, the same one every time, and compiled once."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from graphql import GraphQLNamedType, GraphQLObjectType, get_named_type, is_leaf_type
from tests.oracle.comparison import Question, Witnesses

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.compiler.engine import Engine, Prepared, Request
from ilmio_api.compiler.pipeline import Reader
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.i18n.languages import Language, Reading
from ilmio_api.schema.query import CATALOGUE

QUERY = CATALOGUE.object_type("Query")
REQUIRED = {
    "area": '(code: "MK08")',
    "search": '(text: "koulu")',
    "node": '(id: "x")',
    "nodes": '(ids: ["x", "y"])',
    "viewer": "",
    "organisationAccount": '(organisation: "org_x")',
    "_entities": '(representations: [{__typename: "Area", code: "MK08"}])',
}
"""Arguments of the root fields that need some other than `by`."""

READ = [name for name in QUERY.fields if name not in {"_service", "rateLimit"}]
"""The root fields that read the database."""


def everything_of(name: str) -> str:
    """Return an operation that selects a root field with all that it holds, lists of related objects included."""
    field = QUERY.fields[name]
    arguments = REQUIRED.get(name, '(by: {slug: "x"})' if "by" in field.args else "(first: 3)")
    return f"{{ {name}{arguments} {{ {selections(get_named_type(field.type))} }} }}"


def selections(type_: GraphQLNamedType) -> str:
    """Return all fields of a type that need no arguments; of related objects only the identifiers."""
    if not isinstance(type_, GraphQLObjectType):
        return "__typename ... on Record { slug owner { id } sources { id } }"
    parts = ["__typename"]
    for name, field in type_.fields.items():
        target = get_named_type(field.type)
        if is_leaf_type(target):
            parts.append(name)
        elif target.name.endswith("Edge"):
            parts.append("edges { cursor }")
        elif name in {"nodes", "pageInfo"}:
            parts.append(f"{name} {{ {selections(target)} }}")
        elif target.name.endswith("Connection"):
            parts.append(f"{name}(first: 2) {{ nodes {{ __typename }} pageInfo {{ endCursor }} }}")
        else:
            parts.append(f"{name} {{ __typename }}")
    return " ".join(parts)


def prepared(engine: Engine, text: str, *, clock: Stopwatch | None = None, **variables: object) -> Prepared:
    """Return a question compiled for a reader of Finnish."""
    reader = Reader(ANONYMOUS, Reading(Language.FI))
    return engine.prepare(Request(text, None, variables), reader, clock or Stopwatch(time.perf_counter))


@pytest.mark.parametrize("name", READ)
async def test_every_root_field_is_answered_with_one_statement(
    true: Witnesses, query_count: Callable[[], int], name: str
) -> None:
    reply = await true.compiled(Question(everything_of(name), {}, Language.FI))

    assert reply.refusal is None
    assert query_count() == 1


async def test_many_root_fields_are_answered_with_one_statement(
    true: Witnesses, query_count: Callable[[], int]
) -> None:
    text = "{ pilots { totalCount } areas { totalCount } phenomena { nodes { name } } one: __typename }"

    assert (await true.compiled(Question(text, {}, Language.FI))).refusal is None
    assert query_count() == 1


async def test_type_names_alone_need_no_statement(true: Witnesses, query_count: Callable[[], int]) -> None:
    reply = await true.compiled(Question("{ __typename again: __typename }", {}, Language.FI))

    assert reply.data == '{"__typename": "Query", "again": "Query"}'
    assert query_count() == 0


async def test_the_schema_beside_data_needs_one_statement(true: Witnesses, query_count: Callable[[], int]) -> None:
    text = "{ __schema { queryType { name } } pilots(first: 1) { totalCount } }"

    assert (await true.compiled(Question(text, {}, Language.FI))).refusal is None
    assert query_count() == 1


@pytest.mark.parametrize("name", READ)
def test_the_same_operation_gives_the_same_statement(true: Witnesses, name: str) -> None:
    engines = [Engine(CATALOGUE, true.engine.fetcher) for _ in range(2)]

    first, second = (prepared(engine, everything_of(name)).compiled.statement.sql for engine in engines)

    assert first == second


def test_the_statement_does_not_depend_on_the_seed_of_hashes() -> None:
    script = (
        "from tests.compiler.test_statements import *\n"
        "print(prepared(Engine(CATALOGUE, None), everything_of('pilots')).compiled.statement.sql)"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]

    assert runs[0] == runs[1] != ""


def test_names_differ_but_statements_agree_in_structure(true: Witnesses) -> None:
    one, two = (
        prepared(true.engine, f"{{ {alias}: pilots(first: 1) {{ nodes {{ id }} }} }}").compiled.statement.sql
        for alias in ("a", "b")
    )

    # Keys of the root are put together outside the database.
    assert one == two


def test_a_known_question_is_neither_parsed_nor_compiled_again(true: Witnesses) -> None:
    text = "query($slug: String!) { known: pilot(by: {slug: $slug}) { id } }"
    first, second = Stopwatch(time.perf_counter), Stopwatch(time.perf_counter)

    once = prepared(true.engine, text, clock=first, slug="a")
    again = prepared(true.engine, text, clock=second, slug="b")

    assert set(first.steps) == {"parse", "validate", "build", "limit", "restrict", "localise", "emit"}
    assert second.steps == {}
    assert again.compiled is once.compiled


@pytest.mark.parametrize(
    ("declared", "used", "one", "other"),
    [
        ("$v: Int", "first: $v", 1, 2),
        ("$v: Int", "first: $v", 1, None),
        ("$v: String", "after: $v", None, "WyJpbml0aWF0aXZlLlRJVExFLmFzYyIsICJhIiwgIngiXQ"),
        ("$v: PilotOrder", "orderBy: $v", {"field": "TITLE"}, {"field": "STATUS"}),
        ("$v: PilotFilter", "filter: $v", {"slugs": ["a"]}, {"ids": ["a"]}),
        ("$v: PilotFilter", "filter: $v", {"synthetic": True}, {"synthetic": False}),
        ("$v: PilotFilter", "filter: $v", {"and": [{}]}, {"and": [{}, {}]}),
    ],
)
def test_variables_that_change_the_statement_get_their_own(
    true: Witnesses, declared: str, used: str, one: object, other: object
) -> None:
    text = f"query({declared}) {{ pilots({used}) {{ nodes {{ id }} }} }}"

    assert prepared(true.engine, text, v=one).compiled is not prepared(true.engine, text, v=other).compiled


@pytest.mark.parametrize(
    ("declared", "used", "one", "other"),
    [
        ("$v: [String!]", "filter: {slugs: $v}", ["a"], ["b", "c"]),
        ("$v: [String!]", "filter: {slugs: $v}", [], ["b"]),
        ("$v: PilotFilter", "filter: $v", {"text": "a"}, {"text": "b"}),
        ("$v: Date", "filter: {period: {from: $v}}", "2024-01-01", "2025-01-01"),
    ],
)
def test_variables_that_are_only_bound_share_a_statement(
    true: Witnesses, declared: str, used: str, one: object, other: object
) -> None:
    text = f"query({declared}) {{ pilots({used}) {{ nodes {{ id }} }} }}"

    assert prepared(true.engine, text, v=one).compiled is prepared(true.engine, text, v=other).compiled


def test_readers_of_different_languages_do_not_share_a_statement(true: Witnesses) -> None:
    request = Request("{ pilots { nodes { title } } }", None, {})
    clock = Stopwatch(time.perf_counter)

    finnish, swedish = (
        true.engine.prepare(request, Reader(ANONYMOUS, Reading(language)), clock)
        for language in (Language.FI, Language.SV)
    )

    assert finnish.compiled is not swedish.compiled


def test_a_text_from_a_request_never_stands_in_the_statement(true: Witnesses) -> None:
    text = """query($s: String!) { pilots(filter: {text: $s, slugs: ["x'; SELECT 'literal"]}) { totalCount } }"""

    sql = prepared(true.engine, text, s="z'; SELECT 'variable").compiled.statement.sql

    assert "literal" not in sql
    assert "variable" not in sql
