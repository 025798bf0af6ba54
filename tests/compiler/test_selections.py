"""Fields are collected as graphql-core's execution collects them."""

from collections.abc import Mapping
from typing import Any

import pytest
from graphql import FragmentDefinitionNode, OperationDefinitionNode, parse
from tests.oracle.reading import JSON

from ilmio_api.compiler.budget import Budget
from ilmio_api.compiler.selection import Collector
from ilmio_api.compiler.values import NullVariableError
from ilmio_api.errors import TooComplexError
from ilmio_api.schema.query import CATALOGUE


def collected(text: str, type_name: str = "Pilot", budget: Budget | None = None, **variables: object) -> dict[str, Any]:
    """Return what is selected of an object by response key: None for a leaf, else what is selected inside."""
    document = parse(text)
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    collector = Collector(CATALOGUE, fragments, variables, budget or Budget())

    def inside(type_name: str, selections: JSON) -> dict[str, Any]:
        return {
            key: inside("Organisation", selected.selections) if selected.selections else selected.node.name.value
            for key, selected in collector.fields(type_name, selections).items()
        }

    return inside(type_name, [operation.selection_set])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ id slug }", {"id": "id", "slug": "slug"}),
        ("{ slug id slug }", {"slug": "slug", "id": "id"}),
        ("{ a: id b: id }", {"a": "id", "b": "id"}),
        ("{ ... { id } slug }", {"id": "id", "slug": "slug"}),
        ("{ ... on Pilot { id } slug }", {"id": "id", "slug": "slug"}),
        ("{ ... on Project { id } slug }", {"slug": "slug"}),
        ("{ ... on Initiative { id } ... on Record { slug } ... on Node { id } }", {"id": "id", "slug": "slug"}),
        ("{ ... on SearchResult { __typename } }", {"__typename": "__typename"}),
        ("{ ...F slug ...F } fragment F on Pilot { id }", {"id": "id", "slug": "slug"}),
        ("{ ...F } fragment F on Pilot { ...G slug } fragment G on Record { id }", {"id": "id", "slug": "slug"}),
        ("{ ...F id } fragment F on Project { slug }", {"id": "id"}),
        ("{ owner { id } id owner { slug } }", {"owner": {"id": "id", "slug": "slug"}, "id": "id"}),
        (
            "{ owner { id } ...F } fragment F on Pilot { owner { id slug owner { id } } owner { owner { slug } } }",
            {"owner": {"id": "id", "slug": "slug", "owner": {"id": "id", "slug": "slug"}}},
        ),
    ],
)
def test_fields_are_merged_in_the_order_of_their_first_occurrence(text: str, expected: Mapping[str, object]) -> None:
    found = collected(text)

    assert found == expected
    assert list(found) == list(expected)


@pytest.mark.parametrize("yes", ["true", "$yes"])
@pytest.mark.parametrize("no", ["false", "$no"])
def test_skip_and_include_decide_about_fields_and_fragments(yes: str, no: str) -> None:
    text = f"""{{
        a: id @include(if: {yes})
        b: id @include(if: {no})
        c: id @skip(if: {yes})
        d: id @skip(if: {no})
        e: id @skip(if: {no}) @include(if: {no})
        f: id @skip(if: {yes}) @include(if: {yes})
        g: id @skip(if: {no}) @include(if: {yes})
        ... @include(if: {no}) {{ h: id }}
        ... on Pilot @skip(if: {no}) {{ i: id }}
        ...F @include(if: {no})
        ...F @include(if: {yes})
        ...G @skip(if: {yes})
    }}
    fragment F on Pilot {{ j: id }}
    fragment G on Pilot {{ k: id }}"""

    assert list(collected(text, yes=True, no=False)) == ["a", "d", "g", "i", "j"]


@pytest.mark.parametrize("second", ["@include(if: $null)", "@include(if: true)"])
def test_what_is_skipped_does_not_ask_a_second_condition(second: str) -> None:
    assert list(collected(f"{{ id slug {second} @skip(if: true) }}", null=None)) == ["id"]
    assert list(collected(f"{{ id slug @skip(if: true) {second} }}", null=None)) == ["id"]


def test_skip_is_asked_before_include_in_whatever_order_they_are_written() -> None:
    for directives in ("@skip(if: $null) @include(if: false)", "@include(if: false) @skip(if: $null)"):
        with pytest.raises(NullVariableError):
            collected(f"{{ id slug {directives} }}", null=None)


def test_fields_are_counted_over_the_whole_operation() -> None:
    text = "{ id owner { id slug } }"

    assert collected(text, budget=Budget(fields=4)) == {"id": "id", "owner": {"id": "id", "slug": "slug"}}
    with pytest.raises(TooComplexError) as refused:
        collected(text, budget=Budget(fields=3))
    assert refused.value.facts == {"limit": "fields", "given": "> 3", "maximum": 3}


def test_a_field_that_is_written_twice_counts_once() -> None:
    assert list(collected("{ id id ... { id } }", budget=Budget(fields=1))) == ["id"]
