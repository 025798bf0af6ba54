"""Who asks in company is told what they would be told alone: other readers and other variables change nothing.

A batch has a set of arguments for each. Every kind of reader asks the same at once, some with variables that nobody
should send.
"""

import asyncio
from collections.abc import Iterator
from random import Random
from time import perf_counter

import pytest
from graphql import GraphQLInputType, OperationDefinitionNode, parse, type_from_ast
from tests.compiler.test_batches import Quick
from tests.oracle.comparison import Question, Witnesses
from tests.oracle.readers import readers_of
from tests.oracle.values import Cursors, Values
from tests.oracle.world import World

from ilmio_api.compiler.batches import Batches
from ilmio_api.compiler.documents import InvalidVariablesError
from ilmio_api.compiler.engine import Engine, Request
from ilmio_api.compiler.pipeline import Reader
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.db.pool import ReadPool
from ilmio_api.errors import IlmioError
from ilmio_api.i18n.languages import Language, Reading
from ilmio_api.schema.query import CATALOGUE

DOCUMENTS = (
    "query ($id: ID!) { node(id: $id) { __typename id ... on Record { slug updatedAt owner { id } } } }",
    "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Initiative { title leadOrganisation { name } } } }",
    "query ($code: String!, $asOf: Date) { area(code: $code, asOf: $asOf) { name successors { code } } }",
    "query ($slug: String!) { organisation(by: {slug: $slug}) { name initiatives(first: 3) { nodes { id } } } }",
    "query ($text: String!) { search(text: $text, first: 9) { totalCount nodes { ... on Node { id } } } }",
    "query ($within: String!) { initiatives(first: 5, filter: {area: {within: $within}}) { totalCount nodes { id } } }",
    "query ($of: [_Any!]!) { _entities(representations: $of) { __typename ... on Record { id slug } } }",
)
TOGETHER = 48
ODD = ("KU999", "", "\0", "\ud800", '{"a\\', "NULL", "x" * 4_000, -1, 2**63, 1.5, True, None, "9999-12-31")
"""Values that are refused, or that PostgreSQL might read otherwise among others."""


def company(rng: Random, world: World, document: str) -> Iterator[Question]:
    """Yield the same question of many readers, about other things."""
    values, readers = Values(world, Cursors()), list(readers_of(world).values())
    for _ in range(TOGETHER):
        variables = {name: values.make(rng, type_, name) for name, type_ in types(document).items()}
        if rng.random() < 0.15:
            variables[rng.choice(list(variables))] = rng.choice([*ODD, list(ODD)])
        yield Question(document, variables, Language.SV, rng.choice(readers))


def types(document: str) -> dict[str, GraphQLInputType]:
    """Return the types of the variables of a document."""
    (operation,) = parse(document).definitions
    assert isinstance(operation, OperationDefinitionNode)
    declared = operation.variable_definitions or ()
    return {each.variable.name.value: type_from_ast(CATALOGUE.schema, each.type) for each in declared}  # type: ignore[misc]


async def told(engine: Engine, question: Question) -> object:
    """Return all that an answer tells, byte by byte, or why there is none."""
    clock = Stopwatch(perf_counter)
    reader = Reader(question.principal, Reading(question.language))
    try:
        prepared = engine.prepare(Request(question.text, None, question.variables), reader, clock)
        answer = await engine.answer(prepared, clock)
    except (IlmioError, InvalidVariablesError) as error:
        return str(error)
    return answer.fields, [(error.code, error.path) for error in answer.errors]


@pytest.mark.parametrize(("seed", "document"), list(enumerate(DOCUMENTS)))
async def test_whoever_asks_in_company_is_told_what_they_are_told_alone(
    mottled: Witnesses, mottled_pool: ReadPool, seed: int, document: str
) -> None:
    asked = list(company(Random(seed), mottled.oracle.world, document))  # noqa: S311 - not a secret
    alone, together = Engine(CATALOGUE, mottled_pool), Engine(CATALOGUE, Batches(Quick(mottled_pool)))
    before = mottled_pool.statements
    expected = [await told(alone, question) for question in asked]
    one_by_one = mottled_pool.statements - before
    for question in asked[:9]:  # a statement goes alone until it is known to be quick
        await told(together, question)
    before = mottled_pool.statements
    answers = await asyncio.gather(*(told(together, question) for question in asked))

    assert answers == expected
    assert mottled_pool.statements - before < one_by_one / 2
