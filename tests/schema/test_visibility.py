"""What the declarations promise about who may read: no row without a policy, no way around one.

Owns: that every type, relation and table on the way is declared so that hidden records stay hidden.
Does not own: that the compiler keeps the promise (the tests of `compiler`).
"""

from collections.abc import Mapping, Sequence

import pytest
from graphql import GraphQLNamedType, get_named_type
from sqlalchemy import FromClause

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.access.rows import published, reference
from ilmio_api.compiler import declare
from ilmio_api.db.base import COPIED_FROM
from ilmio_api.domain.accounts.walls import PRIVATE
from ilmio_api.schema.query import CATALOGUE

Related = declare.One | declare.Many | declare.Listing | declare.Lookup | declare.LookupMany
DIRECTORY = "record"


def target_of(type_name: str, field_name: str) -> str:
    """Return the type that a field leads to; for a connection, the type of its rows."""
    type_: GraphQLNamedType = get_named_type(CATALOGUE.object_type(type_name).fields[field_name].type)
    if not type_.name.endswith("Connection"):
        return type_.name
    return target_of(type_.name, "nodes")


def relation_of(declaration: declare.Declaration) -> declare.Reach | None:
    """Return the relation that a declaration follows."""
    match declaration:
        case declare.One(relation) | declare.Many(relation):
            return relation
        case declare.Listing(relation):
            return relation
        case _:
            return None


def hops_of(declaration: declare.Declaration) -> Sequence[declare.Hop]:
    """Return the tables that a declaration passes through, whatever arguments are given."""
    relation = relation_of(declaration)
    if relation is None:
        return ()
    return (relation if isinstance(relation, declare.Relation) else relation({})).hops


def owners_of(rows: FromClause) -> Mapping[str, str]:
    """Return the tables of records that the rows of a table point to, by the column that points."""
    return {
        column.name: key.column.table.name
        for column in rows.columns
        for key in column.foreign_keys
        if "is_public" in key.column.table.columns
    }


def stays_within_its_record(type_name: str, declaration: declare.Declaration, target: declare.Entity) -> bool:
    """Return whether rows without a policy of their own are reached from the record that they belong to."""
    relation, parent = relation_of(declaration), CATALOGUE.entities.get(type_name)
    if parent is None or not isinstance(relation, declare.Relation) or relation.hops:
        return False
    if parent.policy is reference:
        # A row of a record is itself reached only through its record; open data such as an area is not.
        return bool(owners_of(parent.table))
    return relation.parent == "id" and owners_of(target.table).get(relation.target) in {
        parent.table.name,
        DIRECTORY,
    }


@pytest.fixture(scope="module")
def leading_fields() -> dict[tuple[str, str], str]:
    """Provide the type that a field leads to, for every field that reads rows of its own."""
    return {
        (type_name, field_name): target_of(type_name, field_name)
        for (type_name, field_name), declaration in CATALOGUE.fields.items()
        if isinstance(declaration, Related)
    }


def test_every_type_that_is_read_from_rows_has_a_policy(leading_fields: dict[tuple[str, str], str]) -> None:
    assert {target for target in leading_fields.values() if target not in CATALOGUE.entities} == set()


def test_records_are_read_by_the_policy_of_published_records_only() -> None:
    others = [
        name
        for name, rows in CATALOGUE.entities.items()
        if "is_public" in rows.table.columns and rows.policy is not published
    ]

    assert others == []


def test_rows_without_a_policy_of_their_own_are_reached_only_through_their_record(
    leading_fields: dict[tuple[str, str], str],
) -> None:
    around = [
        f"{type_name}.{field_name}"
        for (type_name, field_name), name in leading_fields.items()
        if (target := CATALOGUE.entities[name]).policy is reference
        and owners_of(target.table)
        and not stays_within_its_record(type_name, CATALOGUE.fields[type_name, field_name], target)
    ]

    assert around == []


def is_record(table: FromClause) -> bool:
    """Return whether a table holds records, which may be hidden; lines that copy from records are none."""
    own = table.columns.get("is_public")
    return own is not None and COPIED_FROM not in own.info


def test_hidden_records_connect_nothing() -> None:
    unguarded = [
        f"{type_name}.{field_name} through {hop.table.name}"
        for (type_name, field_name), declaration in CATALOGUE.fields.items()
        for hop in hops_of(declaration)
        if is_record(hop.table) and (hop.source is None or hop.source.entity.policy is not published)
    ]

    assert unguarded == []


def test_private_tables_show_nothing_to_those_without_credentials() -> None:
    private = {
        name: rows for name, rows in CATALOGUE.entities.items() if declare.PRIVATE in getattr(rows.table, "info", {})
    }
    open_to_all = [
        name for name, rows in private.items() if str(rows.policy(rows.table, ANONYMOUS).compile()) != "false"
    ]

    assert "ContactPerson" in private
    assert open_to_all == []


def test_no_relation_passes_through_a_private_table() -> None:
    passed = {hop.table.name for declaration in CATALOGUE.fields.values() for hop in hops_of(declaration)}

    assert passed.isdisjoint(PRIVATE)
