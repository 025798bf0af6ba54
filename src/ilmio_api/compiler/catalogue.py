"""The compile-time picture of the published schema: for every type, where its fields come from.

Owns: the lookup from GraphQL names to declarations, and the check that nothing is left undeclared.
Does not own: the declarations (`schema` makes them).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, GraphQLUnionType

from ilmio_api.compiler.declare import Declaration, Entity, FilterRule


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The published schema with its declarations.

    `fields` holds the declaration of every compiled field by type and field name; `entities` the row source of every
    type that has one, and `filters` the rule of every field of a filter input. Types without an entity are embedded in
    the row of their parent.
    """

    schema: GraphQLSchema
    fields: Mapping[tuple[str, str], Declaration]
    filters: Mapping[tuple[str, str], FilterRule]
    entities: Mapping[str, Entity]
    release: bytes
    """Names schema and version of the code: answers of different releases are told apart, even from equal data."""

    def declaration(self, type_name: str, field_name: str) -> Declaration | None:
        """Return where a field comes from, or None for fields that are part of a connection."""
        return self.fields.get((type_name, field_name))

    def object_type(self, name: str) -> GraphQLObjectType:
        """Return the object type of this name.

        Raises:
            TypeError: The schema has no object type of this name; a fault of the declarations.
        """
        type_ = self.schema.type_map.get(name)
        if not isinstance(type_, GraphQLObjectType):
            message = f"{name} is not an object type of the schema"
            raise TypeError(message)
        return type_

    def abstract_type(self, name: str) -> GraphQLInterfaceType | GraphQLUnionType | None:
        """Return the interface or union of this name, or None."""
        type_ = self.schema.type_map.get(name)
        return type_ if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType) else None

    def possible_types(self, type_: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType) -> tuple[str, ...]:
        """Return the names of the object types that a value of this type can have."""
        if isinstance(type_, GraphQLObjectType):
            return (type_.name,)
        return tuple(possible.name for possible in self.schema.get_possible_types(type_))
