"""Pages of rows that a parent reaches over several tables, such as the organisations that tackle a phenomenon.

Owns: when and how such a page is read in the order of its list.
Does not own: lists to which one table of links leads (`compiler.linked_pages`), all other pages
(`compiler.emit_connection`).

Where a parent reaches few rows, they are collected and sorted. Where it reaches many, many rows of the list are among
them: the list is walked in its order, and each row is tried through the index by which it leads back to the parent.
"""

from sqlalchemy import Table

from ilmio_api.compiler.conditions import condition, reached, same
from ilmio_api.compiler.declare import Relation
from ilmio_api.compiler.keyset import PLACE, between_cursors, in_order, places_of
from ilmio_api.compiler.plan import Connection
from ilmio_api.compiler.restrict import readable
from ilmio_api.compiler.sql_text import Expression, Query, Row, Rows, exists, one_after_the_other, query_of, sql
from ilmio_api.compiler.statement import Writer

_MANY = 1_000
"""A parent with so many rows in the first table on the way reaches many."""

_SEVERAL = 2


def walkable(value: Connection) -> Relation | None:
    """Return the relation of a list that can be walked: several tables lead to it, an index leads back.

    Another one has its rows in the order of the page. Without it all of them would be tried, and then sorted.
    """
    relation, key = value.relation, value.page.key.column
    if relation is None or relation.where is not None or key is None or len(relation.hops) < _SEVERAL:
        return None
    first, last = relation.hops[0], relation.hops[-1]
    leads_back = first.source is None and first.condition is None and _has_index(last.table, last.far)
    return relation if leads_back and _has_index(value.source.entity.table, key, "id") else None


def found_by_walking(writer: Writer, value: Connection, relation: Relation, parent: Row, size: int) -> Row:
    """Return the columns `key` and `id` of the first `size` rows of the page of a parent, in its order."""
    start = parent.text(relation.parent)
    parts = (_collected(writer, value, relation, start, size), _walked(writer, value, relation, start, size))
    few, many = (writer.rows_of(part, *PLACE) for part in parts)
    return writer.rows_of(one_after_the_other(places_of(few), places_of(many)), *PLACE)


def _collected(writer: Writer, value: Connection, relation: Relation, start: str, size: int) -> Query:
    """Return the page of a parent that reaches few rows; none for others."""
    row, column = writer.alias(value.source.entity.table), relation.hops[-1].far
    far, ways = reached(writer, relation.hops, start, most=_MANY)
    reaches_few = sql("NOT (", _reaches_many(writer, relation, start), ")")
    found = writer.rows_of(query_of(f"DISTINCT {far} AS {column}", ways.where(reaches_few)), column)
    joined = [(found, same(found.text(column), row.text(relation.target)))]
    return _page(value, Rows(row, joined, _conditions(writer, value, row)), size)


def _walked(writer: Writer, value: Connection, relation: Relation, start: str, size: int) -> Query:
    """Return the page of a parent that reaches many rows; none for others."""
    row = writer.alias(value.source.entity.table)
    far, ways = reached(writer, relation.hops, start)
    # A value, not EXISTS: the planner would make a join with everything that the parent reaches.
    leads_back = query_of("true AS anon_1", ways.where(same(far, row.text(relation.target))), most=1)
    listed = Rows(row, conditions=_conditions(writer, value, row))
    is_reached = _reaches_many(writer, relation, start), sql("(", leads_back.whole, ")")
    return _page(value, listed.where(*is_reached), size)


def _reaches_many(writer: Writer, relation: Relation, start: str) -> Expression:
    """Return the condition that a parent reaches many rows."""
    hop = relation.hops[0]
    row = writer.alias(hop.table)
    return exists(query_of("1", Rows(row, conditions=[same(row.text(hop.near), start)]), most=1, after=_MANY - 1))


def _conditions(writer: Writer, value: Connection, row: Row) -> list[Expression]:
    """Return the conditions that a row is in the list, and between the cursors."""
    page = value.page
    conditions = [*readable(value.source, row), *between_cursors(writer, page, *_place(value, row))]
    return conditions if value.predicate is None else [*conditions, condition(writer, value.predicate, row)]


def _page(value: Connection, listed: Rows, size: int) -> Query:
    """Return the first `size` rows of a list, in the order of the page, by the columns `key` and `id`."""
    key, identifier = _place(value, listed.first)
    order = in_order(value.page, key, identifier)
    return query_of(f"{key} AS key, {identifier} AS id", listed, order=order, most=size)


def _place(value: Connection, row: Row) -> tuple[str, str]:
    """Return the columns that tell the place of a row in the list."""
    return row.text(value.page.key.column or ""), row.text("id")


def _has_index(table: Table, *columns: str) -> bool:
    """Return whether an index of a table begins with the columns."""
    return any(tuple(index.columns.keys())[: len(columns)] == columns for index in table.indexes)
