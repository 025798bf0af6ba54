"""Rules that are checked together find what each finds alone."""

import pytest
from graphql import parse, validate

from ilmio_api.compiler.validation import AllRules
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
    "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }",
]


@pytest.mark.parametrize("text", DOCUMENTS)
def test_the_rules_together_find_what_they_find_one_by_one(text: str) -> None:
    document = parse(text)

    together = validate(CATALOGUE.schema, document, rules=[AllRules])

    assert [error.formatted for error in together] == [
        error.formatted for error in validate(CATALOGUE.schema, document)
    ]


def test_the_documents_break_most_rules() -> None:
    messages = {error.message for text in DOCUMENTS for error in validate(CATALOGUE.schema, parse(text))}

    assert len(messages) > 30
