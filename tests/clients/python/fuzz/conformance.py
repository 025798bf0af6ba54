"""Lays an answer beside the schema.

Owns: which keys an answer must have, and of which type each value has to be.
Does not own: whether the values are true (the oracle in `tests.oracle`).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    is_abstract_type,
)

_DAY = re.compile(r"\d{4,}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")
_SCALARS: dict[str, Callable[[Any], bool]] = {
    "Boolean": lambda value: isinstance(value, bool),
    "Int": lambda value: type(value) is int and -(2**31) <= value < 2**31,
    "Float": lambda value: type(value) in {int, float},
    "String": lambda value: isinstance(value, str),
    "ID": lambda value: isinstance(value, str),
    "URL": lambda value: isinstance(value, str),
    "Date": lambda value: isinstance(value, str) and _DAY.fullmatch(value) is not None,
    "DateTime": lambda value: isinstance(value, str) and _INSTANT.fullmatch(value) is not None,
    "JSON": lambda _value: True,
    "Decimal": lambda value: isinstance(value, str) and _DECIMAL.fullmatch(value) is not None,
}


def misfits(schema: GraphQLSchema, document: DocumentNode, data: object) -> list[str]:
    """Return what does not fit, each as "path: why"; directives that leave fields out are not understood."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    (operation,) = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    root = schema.get_root_type(operation.operation)
    assert root is not None
    return list(_Reader(schema, fragments).of_object("", root, operation.selection_set.selections, data))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads values by a schema and the fragments of one document."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)

    def of_value(
        self,
        path: str,
        type_: GraphQLOutputType,
        selections: Sequence[SelectionNode],
        value: object,
    ) -> Iterator[str]:
        """Return what does not fit in a value."""
        if isinstance(type_, GraphQLNonNull):
            if value is None:
                yield f"{path}: null, declared as {type_}"
                return
            type_ = type_.of_type
        if value is None:
            return
        if isinstance(type_, GraphQLList):
            yield from self._of_list(path, type_, selections, value)
        elif isinstance(type_, GraphQLEnumType):
            if value not in type_.values:
                yield f"{path}: {value!r} is not in {type_}"
        elif selections:
            yield from self._of_composite(path, type_, selections, value)
        elif not _SCALARS[str(type_)](value):
            yield f"{path}: {value!r} is not of {type_}"

    def of_object(
        self,
        path: str,
        type_: GraphQLObjectType,
        selections: Sequence[SelectionNode],
        value: object,
    ) -> Iterator[str]:
        """Return what does not fit in an object of a known type."""
        wanted: dict[str, list[FieldNode]] = {}
        for node in self._fields(type_, selections):
            wanted.setdefault((node.alias or node.name).value, []).append(node)
        if not isinstance(value, dict) or set(value) != set(wanted):
            yield f"{path}: not {type_} with {sorted(wanted)}"
            return
        for key, nodes in wanted.items():
            name = nodes[0].name.value
            if name == "__typename":
                if value[key] != type_.name:
                    yield f"{path}.{key}: {value[key]!r}, not {type_}"
                continue
            below = list(chain.from_iterable(node.selection_set.selections for node in nodes if node.selection_set))
            yield from self.of_value(f"{path}.{key}", type_.fields[name].type, below, value[key])

    def _of_list(
        self,
        path: str,
        type_: GraphQLList[GraphQLOutputType],
        selections: Sequence[SelectionNode],
        value: object,
    ) -> Iterator[str]:
        """Return what does not fit in a list."""
        if not isinstance(value, list):
            yield f"{path}: not a list"
            return
        for position, each in enumerate(value):
            yield from self.of_value(f"{path}[{position}]", type_.of_type, selections, each)

    def _of_composite(
        self,
        path: str,
        type_: GraphQLOutputType,
        selections: Sequence[SelectionNode],
        value: object,
    ) -> Iterator[str]:
        """Return what does not fit in an object; one of an interface or union has to fit any of its types."""
        if isinstance(type_, GraphQLObjectType):
            yield from self.of_object(path, type_, selections, value)
            return
        assert isinstance(type_, GraphQLInterfaceType | GraphQLUnionType)
        possible = self.schema.get_possible_types(type_)
        attempts = [list(self.of_object(path, candidate, selections, value)) for candidate in possible]
        if all(attempts):
            yield from min(attempts, key=len)

    def _fields(self, type_: GraphQLObjectType, selections: Sequence[SelectionNode]) -> Iterator[FieldNode]:
        """Return the fields that apply to an object type, those of its fragments included."""
        for node in selections:
            if isinstance(node, FieldNode):
                yield node
                continue
            fragment = self.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            assert isinstance(fragment, FragmentDefinitionNode | InlineFragmentNode)
            condition = fragment.type_condition
            named = type_ if condition is None else self.schema.type_map[condition.name.value]
            if named is type_ or (is_abstract_type(named) and self.schema.is_sub_type(named, type_)):
                yield from self._fields(type_, fragment.selection_set.selections)
