"""A response key may be any name, those that a statement uses within itself included."""

import re

import pytest
from tests.oracle.comparison import Question, Witnesses

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.compiler.engine import Request
from ilmio_api.compiler.pipeline import Reader
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.i18n.languages import Language, Reading

DOCUMENTS = [
    "{ initiatives(first: 2) { nodes { $KEY: synthetic id } } }",
    "{ pilots(first: 2) { nodes { $KEY: title } } }",
    "{ pilots(first: 2) { edges { $KEY: cursor } } }",
    "{ pilots(first: 2) { $KEY: totalCount nodes { id } } }",
    "{ pilots(first: 2) { pageInfo { $KEY: endCursor } nodes { id } } }",
    "{ pilots(first: 2) { nodes { period { $KEY: start } areas(first: 2) { nodes { $KEY: code } } } } }",
    "{ pilots(first: 2) { nodes { sources { $KEY: id } languages translations { $KEY: tag } } } }",
    '{ project(by: { slug: "parasta-itaa" }) { $KEY: title participations(first: 1) { nodes { $KEY: role } } } }',
    '{ search(text: "koulu", first: 2) { nodes { ... on Pilot { $KEY: title } ... on Phenomenon { $KEY: name } } } }',
    '{ nodes(ids: ["x"]) { $KEY: id } }',
    "{ $KEY: pilots(last: 2, orderBy: { field: UPDATED_AT }) { nodes { $KEY: version } } }",
]


def names_within(witnesses: Witnesses, text: str) -> set[str]:
    """Return the words of the statement of a document that may be response keys."""
    request = Request(text, None, {})
    compiled = witnesses.engine.prepare(request, Reader(ANONYMOUS, Reading()), Stopwatch(lambda: 0.0)).compiled
    words = set(re.findall(r"\b[a-z_]+[0-9]+\b", compiled.statement.sql))
    return {*words, "node", "cursor", "number", "key", "place", "field", "tag", "text", "value", "more", "state"}


@pytest.mark.parametrize("document", DOCUMENTS)
async def test_no_response_key_is_taken_for_a_name_of_the_statement(true: Witnesses, document: str) -> None:
    for name in sorted(names_within(true, document.replace("$KEY", "ordinary"))):
        question = Question(document.replace("$KEY", name), {}, Language.FI)
        assert await true.difference(question) is None, name
