"""What readers of the schema are told: every part of it explains itself.

Owns: that descriptions exist and are sentences.
Does not own: whether they are true.
"""

import re
from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    is_introspection_type,
    is_non_null_type,
    is_specified_directive,
    is_specified_scalar_type,
)

from ilmio_api.schema.query import CATALOGUE

SENTENCE = re.compile(r"[A-ZÅÄÖ0-9`].*\.", re.DOTALL)


def parts_of(type_: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    """Return the schema coordinate and description of a type and of everything in it."""
    yield type_.name, type_.description
    if isinstance(type_, GraphQLEnumType):
        yield from ((f"{type_.name}.{name}", value.description) for name, value in type_.values.items())
    elif isinstance(type_, GraphQLInputObjectType):
        yield from ((f"{type_.name}.{name}", field.description) for name, field in type_.fields.items())
    elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in type_.fields.items():
            coordinate = f"{type_.name}.{name}"
            yield coordinate, field.description
            yield from arguments_of(coordinate, field.args)


def arguments_of(owner: str, arguments: dict[str, GraphQLArgument]) -> Iterator[tuple[str, str | None]]:
    """Return the schema coordinate and description of the arguments of a field or directive."""
    return ((f"{owner}({name}:)", argument.description) for name, argument in arguments.items())


@pytest.fixture(scope="module")
def descriptions() -> dict[str, str | None]:
    """Provide the description of every part of the served schema that is ours, by schema coordinate."""
    schema = CATALOGUE.schema
    found: dict[str, str | None] = {}
    for type_ in schema.type_map.values():
        if not is_introspection_type(type_) and not is_specified_scalar_type(type_):
            found.update(parts_of(type_))
    for directive in schema.directives:
        if not is_specified_directive(directive):
            found[f"@{directive.name}"] = directive.description
            found.update(arguments_of(f"@{directive.name}", directive.args))
    return found


def test_every_part_of_the_schema_has_a_description(descriptions: dict[str, str | None]) -> None:
    assert [coordinate for coordinate, text in descriptions.items() if not text] == []


def test_every_description_is_made_of_sentences(descriptions: dict[str, str | None]) -> None:
    fragments = {part: text for part, text in descriptions.items() if text and not SENTENCE.fullmatch(text)}

    assert fragments == {}


def test_every_field_that_can_be_null_says_what_null_means() -> None:
    silent = [
        f"{type_.name}.{name}"
        for type_ in CATALOGUE.schema.type_map.values()
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and not is_introspection_type(type_)
        for name, field in type_.fields.items()
        if not is_non_null_type(field.type) and "null" not in (field.description or "").lower()
    ]

    assert silent == []


def test_no_description_sends_the_reader_elsewhere(descriptions: dict[str, str | None]) -> None:
    # The docstring of the classes, which Strawberry publishes where a type has no description.
    assert [part for part, text in descriptions.items() if text == "See the description."] == []
