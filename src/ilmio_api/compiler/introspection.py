"""Answers about the schema itself, as JSON.

Owns: completing `__schema` and `__type`.
Does not own: what their fields mean, which graphql-core's own resolvers say (but for one that Strawberry replaces).

graphql-core's execution takes about 4 µs for each of the 35 000 values in a whole introspection, and holds up everybody
else for so long. Here it is found out once for each place in the document what is selected there, and a type that is
mentioned again in the same place is not described again.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

import orjson
from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLSchema,
    SelectionSetNode,
    VariableNode,
    default_field_resolver,
    get_argument_values,
    introspection_types,
    is_type,
)
from graphql.execution.values import VariableValues

from ilmio_api.compiler.selection import Collector, Selected
from ilmio_api.compiler.values import needed

SCHEMA, TYPE = "__schema", "__type"
"""The root fields about the schema."""

_TYPE_OF: Mapping[str, str] = {SCHEMA: "__Schema", TYPE: "__Type"}


def _is_one_of(type_: object, _info: GraphQLResolveInfo[Any]) -> bool | None:
    """Return whether exactly one field of an input object is given; None for every other type."""
    return type_.is_one_of if isinstance(type_, GraphQLInputObjectType) else None


# Each schema that Strawberry makes puts a resolver there, for the whole process, which knows Strawberry's types only.
_OWN: Mapping[tuple[str, str], Callable[..., Any]] = {("__Type", "isOneOf"): _is_one_of}


class _Part(NamedTuple):
    """A selected field of an introspection type."""

    key: bytes
    """The response key as JSON, with its colon."""
    resolve: Callable[..., Any]
    arguments: Mapping[str, Any]
    type_: GraphQLOutputType
    selections: tuple[SelectionSetNode, ...]


class Describer:
    """Describes a schema for one operation."""

    def __init__(self, schema: GraphQLSchema, collector: Collector) -> None:
        """Begin with nothing described."""
        self._schema = schema
        self._collector = collector
        # All that the resolvers want to know of their surroundings.
        self._info = cast("GraphQLResolveInfo[Any]", SimpleNamespace(schema=schema))
        self._variables = VariableValues({}, dict(collector.variables))
        self._parts: dict[tuple[str, tuple[int, ...]], Sequence[_Part]] = {}
        self._described: dict[tuple[int, tuple[int, ...]], bytes] = {}

    def field(self, selected: Selected) -> bytes:
        """Return the value of a selected root field, `__schema` or `__type`."""
        name = selected.node.name.value
        type_ = cast("GraphQLObjectType", introspection_types[_TYPE_OF[name]])
        source: object = self._schema
        if name == TYPE:
            definition = self._schema.get_field(cast("GraphQLObjectType", self._schema.query_type), TYPE)
            given = self._arguments(cast("GraphQLField", definition), selected)
            source = self._schema.get_type(given["name"])
        return self._value(source, type_, tuple(selected.selections))

    def _value(self, value: Any, type_: GraphQLOutputType, selections: tuple[SelectionSetNode, ...]) -> bytes:  # noqa: ANN401 - whatever a resolver of graphql-core returns
        """Return a value of any introspection type."""
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        if value is None:
            return b"null"
        if isinstance(type_, GraphQLList):
            return b"[%b]" % b",".join([self._value(each, type_.of_type, selections) for each in value])
        if isinstance(type_, GraphQLObjectType):
            return self._object(value, type_, selections)
        return orjson.dumps(value.name if isinstance(value, Enum) else value)

    def _object(self, source: object, type_: GraphQLObjectType, selections: tuple[SelectionSetNode, ...]) -> bytes:
        """Return what is selected of an object."""
        place = tuple(map(id, selections))
        # Fields and values come in pairs with their names, which are made anew each time; types last.
        known = self._described.get((id(source), place)) if is_type(source) else None
        if known is not None:
            return known
        parts = self._parts.get((type_.name, place))
        if parts is None:
            parts = self._parts[type_.name, place] = self._selected(type_, selections)
        described = b"{%b}" % b",".join(
            [
                part.key + self._value(part.resolve(source, self._info, **part.arguments), part.type_, part.selections)
                for part in parts
            ]
        )
        if is_type(source):
            self._described[id(source), place] = described
        return described

    def _selected(self, type_: GraphQLObjectType, selections: Sequence[SelectionSetNode]) -> Sequence[_Part]:
        """Return what is selected of every object of a type in a place of the document."""
        return [self._part(type_, key, each) for key, each in self._collector.fields(type_.name, selections).items()]

    def _part(self, type_: GraphQLObjectType, key: str, selected: Selected) -> _Part:
        """Return one selected field."""
        name = selected.node.name.value
        written = orjson.dumps(key) + b":"
        definition = cast("GraphQLField", self._schema.get_field(type_, name))
        if name == "__typename":
            return _Part(written, lambda *_: type_.name, {}, definition.type, ())
        arguments = self._arguments(definition, selected)
        resolve = _OWN.get((type_.name, name)) or definition.resolve or default_field_resolver
        return _Part(written, resolve, arguments, definition.type, tuple(selected.selections))

    def _arguments(self, definition: GraphQLField, selected: Selected) -> dict[str, Any]:
        """Return the coerced arguments of a field.

        Raises:
            NullVariableError: A variable is null where a value is needed.
        """
        given = self._collector.variables
        for argument in selected.node.arguments or ():
            type_, value = definition.args[argument.name.value].type, argument.value
            if isinstance(type_, GraphQLNonNull) and isinstance(value, VariableNode) and value.name.value in given:
                needed(value.name.value, given)
        return get_argument_values(definition, selected.node, self._variables)
