"""The published schema and, for the compiler, where every part of it comes from.

Owns: building both from the Strawberry types, and the checks that nothing is left undeclared.
Does not own: the types (the modules of the contexts).

Requests are parsed, validated and introspected against a schema that is built from the SDL, so what is served is
what is committed as `schema.graphql`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import blake2b
from importlib.metadata import version
from typing import Any

import strawberry
from graphql import (
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    is_introspection_type,
)
from strawberry.types.field import StrawberryField

from ilmio_api.compiler import declare
from ilmio_api.compiler.catalogue import Catalogue
from ilmio_api.schema.costs import DECLARATION
from ilmio_api.schema.fields import RULE
from ilmio_api.schema.scalars import PARSERS

_DEFINITION = "strawberry-definition"
_COMBINATORS = {"and", "or", "not"}
_CONNECTION_PARTS = ("Connection", "Edge", "PageInfo")
_DEPRECATED = '''
"""Marks an element of a GraphQL schema as no longer supported."""
directive @deprecated(
  """Explains why, and what to use instead."""
  reason: String! = "No longer supported"
) on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE
'''
"""The directive of the specification (September 2025, §3.13.3). That of graphql-core has one more location, and clients
that do not know it refuse the whole schema."""


def catalogue_of(schema: strawberry.Schema, unions: Mapping[str, declare.Entity]) -> Catalogue:
    """Return the catalogue of a schema.

    Args:
        schema: The published types.
        unions: Rows of the unions, which have no class that could carry them.

    Raises:
        TypeError: A field of an object type or filter has no declaration.
    """
    types: Iterable[GraphQLNamedType] = schema._schema.type_map.values()  # noqa: SLF001 - the only way to the built types
    fields: dict[tuple[str, str], declare.Declaration] = {}
    filters: dict[tuple[str, str], declare.FilterRule] = {}
    entities = dict(unions)
    for type_ in types:
        if type_.name.startswith("__"):
            continue
        rows = getattr(getattr(type_.extensions.get(_DEFINITION), "origin", None), "__entity__", None)
        if rows is not None:
            entities[type_.name] = rows
        if isinstance(type_, GraphQLObjectType) and not type_.name.endswith(_CONNECTION_PARTS):
            fields.update({(type_.name, name): each for name, each in _declarations(type_).items()})
        elif isinstance(type_, GraphQLInputObjectType) and type_.name.endswith("Filter"):
            filters.update({(type_.name, name): rule for name, rule in _rules(type_).items()})
    sdl = schema.as_str()
    fields.update(
        {
            name: replace(each, text=each.write(sdl))
            for name, each in fields.items()
            if isinstance(each, declare.SchemaText)
        }
    )
    release = blake2b(f"{version('ilmio-api')} {sdl}".encode(), digest_size=16).digest()
    return Catalogue(_served(sdl), fields, filters, entities, release)


def _served(sdl: str) -> GraphQLSchema:
    """Return the schema that requests meet, with the input checks of the scalars, which SDL cannot say."""
    # Nobody reads where in the text a type stands, and the tokens would take 5 MB.
    served = build_schema(sdl + _DEPRECATED, no_location=True)
    _forget_syntax(served)
    for name, parse in PARSERS.items():
        scalar = served.type_map.get(name)
        if isinstance(scalar, GraphQLScalarType):
            # graphql-core reads the check of a scalar from the instance, where its constructor puts it too.
            vars(scalar).update(coerce_input_value=parse, parse_value=parse)
    return served


def _forget_syntax(schema: GraphQLSchema) -> None:
    """Let go of the syntax tree that a schema was built from: nobody reads it again, and it takes 2.5 MB."""
    for part in _parts_of(schema):
        part.ast_node = None
        # What gives a type its fields, when they are first asked for, holds the whole tree.
        for name in ("fields", "interfaces", "types", "values"):
            if hasattr(part, name):
                vars(part).pop(f"_{name}", None)


def _parts_of(schema: GraphQLSchema) -> Iterator[Any]:
    """Yield everything that a syntax tree has a node for."""
    yield schema
    own = [type_ for type_ in schema.type_map.values() if not is_introspection_type(type_)]
    for part in (*own, *schema.directives):
        yield part
        for field in (*getattr(part, "fields", {}).values(), *getattr(part, "values", {}).values()):
            yield field
            yield from getattr(field, "args", {}).values()
        yield from getattr(part, "args", {}).values()


def _declarations(type_: GraphQLObjectType) -> dict[str, declare.Declaration]:
    """Return the declaration of every field of an object type, by its published name."""
    found: dict[str, declare.Declaration] = {}
    for name, field in type_.fields.items():
        definition: StrawberryField | Any = field.extensions.get(_DEFINITION)
        declaration = definition.metadata.get(DECLARATION) if definition is not None else None
        if declaration is None:
            message = f"{type_.name}.{name} does not say where its value comes from"
            raise TypeError(message)
        found[name] = _with_column(declaration, definition.python_name)
    return {name: _with_texts(declaration, found) for name, declaration in found.items()}


def _with_column(declaration: declare.Declaration, attribute: str) -> declare.Declaration:
    """Return the declaration with the name of the attribute as its column, where it names none."""
    match declaration:
        case declare.Column(name="", form=form):
            return declare.Column(attribute, form)
        case declare.Localised(column=""):
            return declare.Localised(attribute)
        case declare.LocalisedList(column=""):
            return declare.LocalisedList(attribute)
        case _:
            return declaration


def _with_texts(declaration: declare.Declaration, siblings: Mapping[str, declare.Declaration]) -> declare.Declaration:
    """Return the declaration with the localised columns of its type, where it is about all of them."""
    columns = {each.column: name for name, each in siblings.items() if isinstance(each, declare.Localised)}
    match declaration:
        case declare.Languages():
            return replace(declaration, columns=tuple(columns))
        case declare.Translations():
            return replace(declaration, columns=columns)
        case _:
            return declaration


def _rules(type_: GraphQLInputObjectType) -> dict[str, declare.FilterRule]:
    """Return the rule of every field of a filter, by its published name."""
    found: dict[str, declare.FilterRule] = {}
    for name, field in type_.fields.items():
        definition = field.extensions.get(_DEFINITION)
        rule = definition.metadata.get(RULE) if definition is not None else None
        if rule is None and name not in _COMBINATORS:
            message = f"{type_.name}.{name} does not say what it demands"
            raise TypeError(message)
        if rule is not None:
            found[name] = rule
    return found
