"""The schema that requests meet: what is kept of the text that it is built from."""

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, GraphQLUnionType

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
