"""What operations cost: the rule, and that the SDL says the same."""

import itertools
import json
import time
from collections.abc import Mapping
from random import Random

import pytest
from graphql import get_introspection_query
from tests.oracle.comparison import Question, Witnesses
from tests.oracle.documents import questions
from tests.oracle.prices import reckoned
from tests.oracle.values import Cursors, Values

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.compiler.budget import Budget
from ilmio_api.compiler.cost import nodes_of
from ilmio_api.compiler.engine import Engine, Prepared, Request
from ilmio_api.compiler.pipeline import Reader
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.db.pool import ReadPool
from ilmio_api.errors import IlmioError, TooComplexError
from ilmio_api.i18n.languages import Reading
from ilmio_api.schema.query import CATALOGUE
from ilmio_api.schema.sdl import SDL_PATH
from ilmio_api.web.pages import EXAMPLES

SDL = SDL_PATH.read_text(encoding="utf-8")
EVERYTHING = get_introspection_query(
    descriptions=True,
    specified_by_url=True,
    directive_is_repeatable=True,
    schema_description=True,
    input_value_deprecation=True,
    one_of=True,
    type_depth=15,
)


def prepared(pool: ReadPool, text: str, variables: Mapping[str, object] | None = None) -> Prepared:
    """Return a compiled operation."""
    request, reader = Request(text, None, variables or {}), Reader(ANONYMOUS, Reading())
    return Engine(CATALOGUE, pool).prepare(request, reader, Stopwatch(time.perf_counter))


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ __typename }", 1),
        ("{ _service { sdl } }", 1),
        ("{ rateLimit { cost } }", 1),
        ('{ area(code: "FI") { code name } }', 2),
        ('{ a: area(code: "FI") { code } b: area(code: "FI") { code } }', 3),
        ("{ areas { nodes { code } } }", 21),
        ("{ areas(first: 5) { nodes { code } } }", 6),
        ("{ areas(last: 100) { edges { cursor node { code } } pageInfo { hasNextPage } } }", 201),
        ("{ areas(first: 0) { nodes { code } } }", 1),
        ("{ areas(first: 3) { nodes { code } edges { node { code } cursor } } }", 10),
        ("{ areas(first: 100) { edges { cursor } } }", 101),
        ("{ areas(first: 0) { totalCount } }", 21),
        ("{ pilots(first: 2) { nodes { areas(first: 3) { totalCount nodes { code } } } } }", 49),
        ("{ pilots(first: 2) { nodes { period { start } publication { status } } } }", 3),
        ("{ pilots(first: 2) { nodes { translations { text } } } }", 23),
        ("{ pilots(first: 2) { nodes { sources { id } } } }", 23),
        ('{ nodes(ids: ["x"]) { id } }', 101),
        ('{ _entities(representations: [{__typename: "Area", code: "FI"}]) { __typename } }', 101),
        ('{ search(text: "koulu", first: 1) { nodes { __typename } } }', 102),
        ('{ pilots(first: 1, filter: { text: "koulu" }) { nodes { id } } }', 202),
        ("{ pilots(first: 0, filter: { status: ACTIVE }) { pageInfo { hasNextPage } } }", 101),
        (
            "{ pilots(first: 2, filter: {}) { nodes { areas(filter: { kind: REGION }) { pageInfo { endCursor } } } } }",
            303,
        ),
        ("{ pilots(first: 2, filter: null) { nodes { id } } }", 3),
        ('{ pilots(first: 1, filter: { or: [{ text: "a" }, { not: { text: "b" } }] }) { nodes { id } } }', 302),
        ("{ initiatives(first: 10) { nodes { id parent { id } } } }", 21),
        ("{ initiatives(first: 10) { nodes { id ... on Pilot { parent { id } } ... on Project { id } } } }", 21),
        ("query ($none: Boolean = false) { areas { nodes @include(if: $none) { code } } }", 1),
    ],
)
def test_an_operation_costs_the_objects_that_it_may_return(read_pool: ReadPool, query: str, cost: int) -> None:
    assert prepared(read_pool, query).compiled.cost == cost
    assert reckoned(SDL, query, {}) == cost


def test_page_sizes_in_variables_count(read_pool: ReadPool) -> None:
    query = "query ($n: Int) { areas(first: $n) { nodes { code } } }"
    given: list[dict[str, object]] = [{}, {"n": 7}, {"n": None}]

    assert [prepared(read_pool, query, each).compiled.cost for each in given] == [21, 8, 21]
    assert [reckoned(SDL, query, each) for each in given] == [21, 8, 21]


def test_a_list_of_identifiers_costs_the_same_whatever_its_length(read_pool: ReadPool) -> None:
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"

    assert [prepared(read_pool, query, {"ids": ["x"] * n}).compiled.cost for n in (0, 1, 100)] == [101] * 3


@pytest.mark.parametrize(
    ("query", "nodes"),
    [
        ("{ __typename }", 0),
        ('{ area(code: "FI") { code name } }', 1),
        ("{ areas(first: 7) { totalCount nodes { code } pageInfo { hasNextPage } } }", 7),
        ("{ areas(first: 3) { nodes { code } edges { node { code } cursor } } }", 6),
        ("{ areas(first: 0) { totalCount } }", 0),
        ("{ pilots(first: 2) { nodes { period { start } areas(first: 3) { totalCount nodes { code } } } } }", 8),
        ("{ pilots(first: 2) { nodes { translations { text } sources { id } } } }", 42),
        ('{ nodes(ids: ["x"]) { id } }', 100),
        ('{ search(text: "koulu", first: 5) { nodes { __typename } } }', 5),
        ('{ pilots(first: 1, filter: { or: [{ text: "a" }, { not: { text: "b" } }] }) { nodes { id } } }', 1),
        # The dearest type is not the one with most objects: a count costs as much as twenty.
        (
            """
            { initiatives(first: 2) { nodes {
              ... on Pilot { areas { totalCount } } ... on Project { areas(first: 4) { nodes { code } } }
            } } }
            """,
            10,
        ),
    ],
)
def test_an_answer_has_at_most_the_objects_that_the_cost_counts(read_pool: ReadPool, query: str, nodes: int) -> None:
    assert nodes_of(prepared(read_pool, query).compiled.plan) == nodes


@pytest.mark.parametrize("dry_run", ["true", "false"])
async def test_an_operation_can_ask_how_many_objects_its_answer_may_have(read_pool: ReadPool, dry_run: str) -> None:
    query = f"{{ areas(first: 9) {{ totalCount nodes {{ code }} }} rateLimit(dryRun: {dry_run}) {{ nodeCount cost }} }}"
    answer = await Engine(CATALOGUE, read_pool).answer(prepared(read_pool, query), Stopwatch(time.perf_counter))

    assert json.loads(dict(answer.fields)["rateLimit"]) == {"nodeCount": 9, "cost": 30}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_costs_what_the_schema_says(read_pool: ReadPool, example: object) -> None:
    query = example.query  # type: ignore[attr-defined]

    assert prepared(read_pool, query).compiled.cost == reckoned(SDL, query, {})


async def test_fifty_generated_operations_cost_what_the_schema_says(true: Witnesses) -> None:
    rng = Random(7)  # noqa: S311 - not a secret
    generated = questions(rng, CATALOGUE, Values(true.oracle.world, Cursors()))

    def cost_of(question: Question) -> int | None:
        """Return the cost that the compiler finds; None for an operation that it refuses."""
        request, reader = Request(question.text, None, question.variables), Reader(ANONYMOUS, Reading())
        try:
            return true.engine.prepare(request, reader, Stopwatch(time.perf_counter)).compiled.cost
        except IlmioError:
            return None

    answered = itertools.islice(((q, c) for q in generated if (c := cost_of(q)) is not None), 60)
    pairs = [(cost, reckoned(SDL, question.text, question.variables), str(question)) for question, cost in answered]

    assert [pair for pair in pairs if pair[0] != pair[1]] == []
    assert len({cost for cost, *_ in pairs}) > 20


def test_an_operation_that_costs_too_much_is_refused_before_any_sql(read_pool: ReadPool) -> None:
    before = read_pool.statements
    with pytest.raises(TooComplexError) as refusal:
        prepared(
            read_pool,
            "{ pilots(first: 100) { nodes { areas(first: 100) { nodes { otherCodes { __typename } } } } } }",
        )

    assert refusal.value.facts == {"limit": "cost", "given": 110_101, "maximum": Budget().cost}
    assert read_pool.statements == before


async def test_the_standard_introspection_query_costs_one_point_with_all_its_options(read_pool: ReadPool) -> None:
    operation = prepared(read_pool, EVERYTHING)
    answer = await Engine(CATALOGUE, read_pool).answer(operation, Stopwatch(time.perf_counter))

    assert operation.compiled.cost == 1
    assert [key for key, _ in answer.fields] == ["__schema"]


def test_a_filter_in_a_variable_counts_when_it_is_given(read_pool: ReadPool) -> None:
    query = "query ($f: PilotFilter) { pilots(first: 1, filter: $f) { nodes { id } } }"
    given: list[dict[str, object]] = [{}, {"f": None}, {"f": {}}, {"f": {"synthetic": False}}, {"f": None}]

    assert [prepared(read_pool, query, each).compiled.cost for each in given] == [2, 2, 102, 102, 2]
    assert [reckoned(SDL, query, each) for each in given] == [2, 2, 102, 102, 2]
