"""The schema that requests meet: what is kept of the text that it is built from."""

from collections import defaultdict

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, GraphQLUnionType

from ilmio_api.compiler import declare
from ilmio_api.schema.query import CATALOGUE


def test_the_syntax_tree_of_the_schema_is_not_kept() -> None:
    types = CATALOGUE.schema.type_map
    parts = [types[name] for name in ("Pilot", "PilotFilter", "InitiativeStatus", "SearchResult")]
    lazily_made = {"_fields", "_interfaces", "_types", "_values"}

    assert [type(part) for part in parts] == [
        GraphQLObjectType,
        GraphQLInputObjectType,
        GraphQLEnumType,
        GraphQLUnionType,
    ]
    assert [(part.ast_node, lazily_made & set(vars(part))) for part in parts] == [(None, set())] * 4
    assert CATALOGUE.object_type("Pilot").fields["title"].ast_node is None


def test_an_id_is_that_of_one_object() -> None:
    # Relay's store knows an object by its id alone: of two types with the same ids, one would be taken for the other.
    types: dict[str, set[str]] = defaultdict(set)
    for (name, field), declaration in CATALOGUE.fields.items():
        if field == "id" and (rows := CATALOGUE.entities.get(name)) is not None:
            assert (name, declaration) == (name, declare.Column("id"))
            types[rows.table.name].add(name)

    several = {table: names for table, names in types.items() if len(names) > 1}
    told_apart = CATALOGUE.entities["Initiative"].members.values()
    assert several == {"initiative": set(told_apart)}
