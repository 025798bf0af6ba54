"""Rules that are checked together find what each finds alone."""

import gc
from collections.abc import Callable, Iterator
from contextlib import suppress

import graphql
import pytest
from graphql import SourceLocation, parse

from ilmio_api.compiler.documents import InvalidDocumentError, parsed, validated
from ilmio_api.compiler.validation import validate
from ilmio_api.errors import TooComplexError
from ilmio_api.schema.query import CATALOGUE

DOCUMENTS = [
    "{ pilots { nodes { id } } }",
    "{ pilots { nodes } }",
    "{ pilots { id { id } } nothing }",
    "{ pilots(first: $n) { totalCount } }",
    "query($n: Int, $n: Int, $m: Pilot) { pilots(first: $n) { totalCount } }",
    'query($n: String) { pilots(first: $n) { totalCount } a: pilots(first: "1", first: 2) { totalCount } }',
    "query A { __typename } query A { __typename } { __typename }",
    "{ ...F ...Unknown } fragment F on Query { ...G } fragment G on Query { ...F } fragment H on Pilot { id }",
    "{ node(id: 1) { ... on Area { name } ... on Query { __typename } ... on Nothing { id } } }",
    "{ a: pilots { totalCount } a: projects { totalCount } }",
    "{ pilots(filter: {status: [NOPE], status: [], text: 1, more: true}) { totalCount } }",
    '{ pilot(by: {slug: "x", id: "y"}) { id } pilot2: pilot(by: {}) { id } pilot3: pilot { id } }',
    "query @skip(if: true) { pilots @include @include(if: 1) @nothing { totalCount } }",
    "type Query { a: Int } { __typename }",
    "subscription { a: __typename b: __typename }",
    "query($a: Int, $b: Int) { ...F } fragment F on Query { areas(first: $a) { ...G } ...G }",
    "query($a: Int) { ...F } fragment F on Query { ...G } fragment G on Query { areas(first: $a, after: $d) { id } }",
    '{ area(code: "x") ' + "{ within " * 190 + "{ code }" + "}" * 191,
    '{ area(code: "x") { a: name ' + "... on Area { a: name " * 190 + "}" * 190 + '} area(code: "x") { a: id } }',
    "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }",
]


@pytest.mark.parametrize("text", DOCUMENTS)
def test_the_rules_together_find_what_they_find_one_by_one(text: str) -> None:
    document = parse(text)

    together = validate(CATALOGUE.schema, document, max_errors=100)

    assert [error.formatted for error in together] == [
        error.formatted for error in graphql.validate(CATALOGUE.schema, document)
    ]


def test_the_documents_break_most_rules() -> None:
    messages = {error.message for text in DOCUMENTS for error in graphql.validate(CATALOGUE.schema, parse(text))}

    assert len(messages) > 30


@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_more_errors_are_told_than_asked_for(most: int) -> None:
    document = parse("{ a b c }")

    assert [error.message for error in validate(CATALOGUE.schema, document, max_errors=most)] == [
        error.message for error in graphql.validate(CATALOGUE.schema, document, max_errors=most)
    ]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ('{ area(code: "KU091", asOf: "2020-02-30") { id } }', 29),
        ('{ pilots(filter: {createdAt: {from: "2020-01-01"}}) { totalCount } }', 37),
    ],
)
def test_a_value_that_a_scalar_refuses_is_told_with_its_place(text: str, column: int) -> None:
    with pytest.raises(InvalidDocumentError) as refused:
        validated(parsed(text), CATALOGUE.schema)

    assert [error.locations for error in refused.value.errors] == [[SourceLocation(1, column)]]


@pytest.fixture
def garbage() -> Iterator[Callable[[], int]]:
    """Provide a function that returns how many objects hold each other that nobody else holds; there are none yet."""
    gc.collect()
    gc.disable()
    yield gc.collect
    gc.enable()


def test_a_document_leaves_nothing_to_the_garbage_collector(garbage: Callable[[], int]) -> None:
    validated(parsed("query ($n: Int) { pilots(first: $n) { nodes { id } } }"), CATALOGUE.schema)

    assert garbage() == 0


@pytest.mark.parametrize("text", ["{ a b c", "{ " + "a " * 6_000 + "}", "{ a " * 201 + "}" * 201])
def test_neither_does_one_that_cannot_be_parsed(garbage: Callable[[], int], text: str) -> None:
    with suppress(InvalidDocumentError, TooComplexError):
        parsed(text)

    assert garbage() == 0
