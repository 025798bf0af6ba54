"""Argument values that remember where they came from.

Owns: coercing argument literals and variables to trees of `Leaf`, refusing null where the document could not tell, and
the shape of variables.
Does not own: validation of documents and coercion of variables (graphql-core has done both).

A statement is compiled once per *shape* and run with many values. Strings and floats never change the statement, so
each becomes a bind parameter with a recipe to fetch it from the variables of the request; numbers, booleans, enums,
nulls and the length of lists of objects do change it, so they are part of the shape.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    value_from_ast_untyped,
)
from graphql.utilities import coerce_input_literal
from graphql.utilities.coerce_input_value import coerce_default_value

from ilmio_api.errors import ErrorCode, IlmioError

Variables: TypeAlias = Mapping[str, Any]
"""Coerced variables by name; absent when not provided and without default."""

CLAIMS = "@claims"
"""Where the claims of the reader stand among the variables: no variable can have this name."""


class NullVariableError(IlmioError):
    """A variable is null where a value is needed; fact `detail`.

    A nullable variable may stand there if it, or the place, has a default (GraphQL §5.8.5), so only the request tells.
    """

    code = ErrorCode.BAD_VARIABLES

    def __init__(self, name: str) -> None:
        """Name the variable."""
        super().__init__(detail=f"Variable '${name}' stands where a value is needed, and must not be null.")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar, or a list of scalars: its value in the request at hand, and how to fetch it in others."""

    value: Any
    fetch: Callable[[Variables], Any]
    path: tuple[str, ...] = ()
    """Response path of the field whose argument it is: where an error in its value belongs."""

    def map(self, change: Callable[[Any], Any]) -> "Leaf":
        """Return the leaf whose value is `change` of this one, in every request.

        `change` may refuse a value by raising an IlmioError, which then gets the path of the field.
        """

        def fetch(variables: Variables) -> object:
            try:
                return change(self.fetch(variables))
            except IlmioError as error:
                error.path = error.path or self.path
                raise

        return Leaf(change(self.value), fetch, self.path)


Tree: TypeAlias = Leaf | list["Tree"] | dict[str, "Tree"] | None
"""A coerced argument: leaves, lists of objects, input objects, or null."""


def is_storable(text: str) -> bool:
    """Return whether a text can stand in PostgreSQL: no NUL character and no half of a surrogate pair."""
    return "\x00" not in text and (text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text))


def joined(first: Leaf, second: Leaf) -> Leaf:
    """Return the leaf whose value is the pair of two values."""
    return Leaf(
        (first.value, second.value), lambda variables: (first.fetch(variables), second.fetch(variables)), first.path
    )


def located(tree: Tree, path: tuple[str, ...]) -> Tree:
    """Return the tree with the path of its field in every leaf."""
    match tree:
        case Leaf(value, fetch):
            return Leaf(value, fetch, path)
        case list():
            return [located(item, path) for item in tree]
        case dict():
            return {name: located(item, path) for name, item in tree.items()}
        case None:
            return None


def needed(name: str, variables: Variables) -> Any:  # noqa: ANN401 - whatever the variable holds
    """Return the value of a variable that must not be null.

    Raises:
        NullVariableError: It is.
    """
    value = variables.get(name)
    if value is None:
        raise NullVariableError(name)
    return value


def constant(value: object) -> Leaf:
    """Return a leaf that is the same in every request."""
    return Leaf(value, lambda _: value)


def arguments(
    declared: Mapping[str, GraphQLArgument], given: Mapping[str, ValueNode], variables: Variables
) -> dict[str, Tree]:
    """Return the arguments of a field that have a value or a default, by name. Unset ones are absent.

    Raises:
        NullVariableError: A variable is null where the declared type has no null.
    """
    result: dict[str, Tree] = {}
    for name, argument in declared.items():
        tree = _given_or_default(given.get(name), argument, variables)
        if tree is not Undefined:
            result[name] = cast("Tree", tree)
    return result


def shape(value: object, type_: GraphQLInputType) -> object:
    """Return what a statement depends on in a variable's coerced value: hashable, without the bindable values."""
    if isinstance(type_, GraphQLNonNull):
        return shape(value, type_.of_type)
    if value is None:
        return None
    if isinstance(type_, GraphQLList):
        if _is_bindable(type_.of_type):
            return "[]"
        return tuple(shape(item, type_.of_type) for item in cast("list[object]", value))
    if isinstance(type_, GraphQLInputObjectType):
        given = cast("Mapping[str, object]", value)
        return tuple((name, shape(given[name], field.type)) for name, field in type_.fields.items() if name in given)
    return "*" if _is_bindable(type_) else (type(value).__name__, str(value))


def _is_bindable(type_: GraphQLInputType) -> bool:
    """Return whether values of the type only ever become bind parameters."""
    if isinstance(type_, GraphQLNonNull):
        return _is_bindable(type_.of_type)
    return not isinstance(type_, GraphQLList | GraphQLInputObjectType | GraphQLEnumType) and type_ not in {
        GraphQLInt,
        GraphQLBoolean,
    }


def _given_or_default(
    node: ValueNode | None, declared: GraphQLArgument | GraphQLInputField, variables: Variables
) -> object:
    """Return the tree of what was given, else of the declared default, else Undefined."""
    tree = _from_node(node, declared.type, variables)
    if tree is not Undefined:
        return tree
    default = coerce_default_value(declared)
    return Undefined if default is Undefined else _from_value(default, declared.type, lambda _: default)


def _from_node(node: ValueNode | None, type_: GraphQLInputType, variables: Variables) -> object:
    """Return the tree of a literal or variable, or Undefined when it is absent.

    Raises:
        NullVariableError: The type has no null.
    """
    if node is None:
        return Undefined
    if isinstance(node, VariableNode):
        name = node.name.value
        if name not in variables:
            return Undefined
        if isinstance(type_, GraphQLNonNull):
            needed(name, variables)
        return _from_value(variables[name], type_, _part(_everything, name))
    return _from_literal(node, type_, variables)


def _from_literal(node: ValueNode, type_: GraphQLInputType, variables: Variables) -> object:
    """Return the tree of a literal, in which variables may stand."""
    if isinstance(type_, GraphQLNonNull):
        return _from_literal(node, type_.of_type, variables)
    if isinstance(node, NullValueNode):
        return None
    if isinstance(type_, GraphQLList):
        return _from_list_node(node, type_, variables)
    if isinstance(type_, GraphQLInputObjectType):
        return _from_object_node(cast("ObjectValueNode", node), type_, variables)
    if isinstance(node, ListValueNode | ObjectValueNode):
        # Only a scalar of any form can be written so, and only there can variables stand inside a scalar.
        return Leaf(
            value_from_ast_untyped(node, dict(variables)), lambda given: value_from_ast_untyped(node, dict(given))
        )
    return constant(coerce_input_literal(node, type_))


def _from_list_node(node: ValueNode, type_: GraphQLList[Any], variables: Variables) -> Tree:
    """Return a list literal; a single value stands for a list of one (GraphQL §3.11)."""
    nodes = node.values if isinstance(node, ListValueNode) else (node,)
    items = [_from_node(item, type_.of_type, variables) for item in nodes]
    if not _is_leaf_type(type_.of_type):
        return cast("list[Tree]", [None if item is Undefined else item for item in items])
    leaves = [item if isinstance(item, Leaf) else constant(None) for item in items]
    return Leaf([leaf.value for leaf in leaves], lambda given: [leaf.fetch(given) for leaf in leaves])


def _from_object_node(node: ObjectValueNode, type_: GraphQLInputObjectType, variables: Variables) -> dict[str, Tree]:
    """Return an input object literal with the defaults of its absent fields.

    Raises:
        NullVariableError: The one field of a `@oneOf` object is a variable without value.
    """
    given = {field.name.value: field.value for field in node.fields}
    if type_.is_one_of:
        for value in given.values():
            if isinstance(value, VariableNode):
                needed(value.name.value, variables)
    result: dict[str, Tree] = {}
    for name, field in type_.fields.items():
        tree = _given_or_default(given.get(name), field, variables)
        if tree is not Undefined:
            result[name] = cast("Tree", tree)
    return result


def _from_value(
    value: Any,  # noqa: ANN401 - whatever JSON can hold, already checked against the type
    type_: GraphQLInputType,
    fetch: Callable[[Variables], Any],
) -> Tree:
    """Return the tree of a coerced value that `fetch` finds in the variables of any request of the same shape."""
    if isinstance(type_, GraphQLNonNull):
        return _from_value(value, type_.of_type, fetch)
    if value is None:
        return None
    if isinstance(type_, GraphQLList):
        if _is_leaf_type(type_.of_type):
            return Leaf(value, fetch)
        return [_from_value(item, type_.of_type, _part(fetch, index)) for index, item in enumerate(value)]
    if isinstance(type_, GraphQLInputObjectType):
        return {
            name: _from_value(value[name], field.type, _part(fetch, name))
            for name, field in type_.fields.items()
            if name in value
        }
    return Leaf(value, fetch)


def _everything(variables: Variables) -> Variables:
    """Return all variables."""
    return variables


def _part(fetch: Callable[[Variables], Any], key: str | int) -> Callable[[Variables], Any]:
    """Return the recipe for one member of what another recipe fetches."""
    return lambda variables: fetch(variables)[key]


def _is_leaf_type(type_: GraphQLInputType) -> bool:
    """Return whether the type is a scalar or an enum, null or not."""
    if isinstance(type_, GraphQLNonNull):
        return _is_leaf_type(type_.of_type)
    return not isinstance(type_, GraphQLList | GraphQLInputObjectType)
