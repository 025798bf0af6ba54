"""Arguments are coerced as GraphQL says, and remember where their values come from."""

from collections.abc import Mapping
from typing import Any, cast

import pytest
from graphql import (
    FieldNode,
    GraphQLInputType,
    OperationDefinitionNode,
    build_schema,
    get_variable_values,
    parse,
    parse_type,
    type_from_ast,
)

from ilmio_api.compiler.values import Leaf, Tree, arguments, constant, is_storable, shape
from ilmio_api.errors import BadCursorError, IlmioError

SCHEMA = build_schema("""
    enum Colour { RED GREEN }
    input Span { from: Int, to: Int = 9 }
    input Criteria { words: String, colours: [Colour!], span: Span, and: [Criteria!], ids: [ID!] }
    type Query {
        find(
            text: String = "everything", limit: Int, exact: Boolean, ratio: Float, colour: Colour = GREEN,
            ids: [ID!], criteria: Criteria, matrix: [[Int!]!]
        ): Int
    }
""")
FIND = SCHEMA.type_map["Query"].fields["find"]  # type: ignore[attr-defined]
HEAD = (
    "query($text: String, $limit: Int, $exact: Boolean, $ratio: Float, $colour: Colour, $ids: [ID!],"
    ' $id: ID! = "none", $criteria: Criteria, $span: Span, $other: String = "other")'
)


def find(given: str, **variables: object) -> tuple[dict[str, Tree], Mapping[str, Any]]:
    """Return the coerced arguments of `find(…)`, and the variables that were coerced."""
    (operation,) = parse(f"{HEAD} {{ find{given} }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    (field,) = operation.selection_set.selections
    assert isinstance(field, FieldNode)
    coerced = coerced_of(operation, variables)
    nodes = {argument.name.value: argument.value for argument in field.arguments or ()}
    return arguments(FIND.args, nodes, coerced), coerced


def coerced_of(operation: OperationDefinitionNode, variables: Mapping[str, object]) -> Mapping[str, Any]:
    """Return coerced variables."""
    values = get_variable_values(SCHEMA, operation.variable_definitions or (), dict(variables))
    assert not isinstance(values, list)
    return values.coerced


def plain(tree: Tree) -> object:
    """Return a tree with the values in place of its leaves."""
    match tree:
        case Leaf():
            return tree.value
        case dict():
            return {name: plain(each) for name, each in tree.items()}
        case list():
            return [plain(each) for each in tree]
        case _:
            return tree


def fetched(tree: Tree, variables: Mapping[str, Any]) -> object:
    """Return a tree with what its leaves fetch from other variables."""
    match tree:
        case Leaf():
            return tree.fetch(variables)
        case dict():
            return {name: fetched(each, variables) for name, each in tree.items()}
        case list():
            return [fetched(each, variables) for each in tree]
        case _:
            return tree


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('(text: "a")', {"text": "a"}),
        ("(text: null)", {"text": None}),
        ("(limit: 3)", {"limit": 3}),
        ("(exact: false)", {"exact": False}),
        ("(ratio: 2)", {"ratio": 2.0}),
        ("(colour: RED)", {"colour": "RED"}),
        ('(ids: ["a", "b"])', {"ids": ["a", "b"]}),
        ('(ids: "a")', {"ids": ["a"]}),
        ("(ids: 7)", {"ids": ["7"]}),
        ("(ids: [])", {"ids": []}),
        ("(ids: null)", {"ids": None}),
        ("(criteria: {})", {"criteria": {}}),
        ("(criteria: {span: {}})", {"criteria": {"span": {"to": 9}}}),
        ("(criteria: {span: {from: 1, to: null}})", {"criteria": {"span": {"from": 1, "to": None}}}),
        ("(criteria: {colours: RED})", {"criteria": {"colours": ["RED"]}}),
        ('(criteria: {and: {words: "a"}})', {"criteria": {"and": [{"words": "a"}]}}),
        ('(criteria: {and: [{words: "a"}, {}]})', {"criteria": {"and": [{"words": "a"}, {}]}}),
        ("(matrix: [[1, 2], [3]])", {"matrix": [[1, 2], [3]]}),
    ],
)
def test_literals_are_coerced(given: str, expected: dict[str, object]) -> None:
    found, _ = find(given)

    assert plain(found) == {"text": "everything", "colour": "GREEN"} | expected


def test_an_argument_that_is_not_given_has_its_default_or_is_absent() -> None:
    found, _ = find("")

    assert plain(found) == {"text": "everything", "colour": "GREEN"}


@pytest.mark.parametrize(
    ("given", "variables", "expected"),
    [
        ("(text: $text)", {"text": "a"}, {"text": "a"}),
        ("(text: $text)", {"text": None}, {"text": None}),
        ("(text: $text)", {}, {"text": "everything"}),
        ("(text: $other)", {}, {"text": "other"}),
        ("(limit: $limit)", {"limit": 3}, {"limit": 3}),
        ("(limit: $limit)", {}, {}),
        ("(ids: $ids)", {"ids": ["a"]}, {"ids": ["a"]}),
        ("(ids: $ids)", {"ids": "a"}, {"ids": ["a"]}),
        ('(ids: [$id, "b"])', {"id": "a"}, {"ids": ["a", "b"]}),
        ("(ids: [$id])", {}, {"ids": ["none"]}),
        ("(criteria: $criteria)", {"criteria": {"span": {"from": 1}}}, {"criteria": {"span": {"from": 1, "to": 9}}}),
        ("(criteria: {span: $span})", {"span": None}, {"criteria": {"span": None}}),
        ("(criteria: {span: $span})", {}, {"criteria": {}}),
        ("(criteria: {and: [$criteria]})", {"criteria": {"words": "a"}}, {"criteria": {"and": [{"words": "a"}]}}),
        (
            "(criteria: {words: $text, ids: [$id]})",
            {"text": "a", "id": "b"},
            {"criteria": {"words": "a", "ids": ["b"]}},
        ),
    ],
)
def test_variables_are_coerced_wherever_they_stand(
    given: str, variables: dict[str, object], expected: dict[str, object]
) -> None:
    found, _ = find(given, **variables)

    assert plain(found) == {"text": "everything", "colour": "GREEN"} | expected


@pytest.mark.parametrize(
    ("given", "first", "second"),
    [
        ("(text: $text)", {"text": "a"}, {"text": "b"}),
        ("(ids: $ids)", {"ids": ["a"]}, {"ids": ["b", "c"]}),
        ('(ids: ["x", $id])', {"id": "a"}, {"id": "b"}),
        ("(criteria: $criteria)", {"criteria": {"words": "a"}}, {"criteria": {"words": "b"}}),
        ("(criteria: {words: $text})", {"text": "a"}, {"text": "b"}),
        (
            "(criteria: $criteria)",
            {"criteria": {"and": [{"words": "a"}, {"ids": ["c"]}]}},
            {"criteria": {"and": [{"words": "b"}, {"ids": []}]}},
        ),
    ],
)
def test_a_leaf_fetches_its_value_from_the_variables_of_a_later_request(
    given: str, first: dict[str, object], second: dict[str, object]
) -> None:
    compiled, _ = find(given, **first)
    fresh, variables = find(given, **second)

    assert fetched(compiled, variables) == plain(fresh)


def test_a_changed_leaf_is_changed_in_every_request() -> None:
    leaf = Leaf("a", lambda variables: variables["v"]).map(str.upper).map(lambda text: text * 2)

    assert leaf.value == "AA"
    assert leaf.fetch({"v": "b"}) == "BB"


def test_a_change_that_refuses_a_value_refuses_it_now_and_later() -> None:
    def refuse_b(text: str) -> str:
        if text == "b":
            raise BadCursorError(argument="after")
        return text

    leaf = Leaf("a", lambda variables: variables["v"]).map(refuse_b)

    assert leaf.fetch({"v": "c"}) == "c"
    with pytest.raises(BadCursorError):
        leaf.fetch({"v": "b"})
    with pytest.raises(IlmioError):
        constant("b").map(refuse_b)


@pytest.mark.parametrize(
    ("type_name", "one", "other", "equal"),
    [
        ("String", "a", "b", True),
        ("String", "a", None, False),
        ("ID", "a", "b", True),
        ("Float", 1.5, 2.0, True),
        ("Int", 1, 2, False),
        ("Int", 1, 1, True),
        ("Boolean", True, False, False),
        ("Colour", "RED", "GREEN", False),
        ("[ID!]", ["a"], [], True),
        ("[ID!]", ["a"], None, False),
        ("[Colour!]", ["RED"], ["GREEN"], False),
        ("[Colour!]", ["RED"], ["RED", "RED"], False),
        ("Criteria", {"words": "a"}, {"words": "b"}, True),
        ("Criteria", {"words": "a"}, {"words": None}, False),
        ("Criteria", {"words": "a"}, {}, False),
        ("Criteria", {"words": "a"}, {"ids": ["a"]}, False),
        ("Criteria", {"span": {"from": 1}}, {"span": {"from": 2}}, False),
        ("Criteria", {"and": [{"words": "a"}]}, {"and": [{"words": "b"}]}, True),
        ("Criteria", {"and": [{"words": "a"}]}, {"and": []}, False),
    ],
)
def test_the_shape_of_a_variable_is_what_a_statement_depends_on(
    type_name: str, one: object, other: object, *, equal: bool
) -> None:
    (operation,) = parse(f"query($v: {type_name}) {{ find }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    type_ = cast("GraphQLInputType", type_from_ast(SCHEMA, parse_type(type_name)))
    shapes = [shape(coerced_of(operation, {"v": value})["v"], type_) for value in (one, other)]

    assert (shapes[0] == shapes[1]) is equal
    assert len({hash(each) for each in shapes}) == (1 if equal else 2)


@pytest.mark.parametrize(
    ("text", "storable"),
    [("", True), ("abc", True), ("åäö 😀", True), ("a\x00b", False), ("\ud800", False), ("a\udfff", False)],
)
def test_postgresql_holds_every_text_but_nul_and_half_a_pair(text: str, *, storable: bool) -> None:
    assert is_storable(text) is storable
