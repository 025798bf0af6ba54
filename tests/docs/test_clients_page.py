"""What the page on clients says of the schema is so."""

from collections.abc import Callable

from graphql import GraphQLScalarType, is_specified_scalar_type

from ilmio_api.schema.query import CATALOGUE

Rows = Callable[[str, str], list[list[str]]]


def test_every_scalar_is_on_the_page(rows: Rows) -> None:
    published = {
        name
        for name, type_ in CATALOGUE.schema.type_map.items()
        # Scalars of the federation are between gateways and us.
        if isinstance(type_, GraphQLScalarType) and not is_specified_scalar_type(type_) and name[0] != "_"
    }

    assert {name.strip("`") for name, *_ in rows("docs/clients.md", "scalar")} == published
