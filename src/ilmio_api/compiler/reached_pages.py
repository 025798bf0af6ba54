"""Pages of rows that a parent reaches over several tables, such as the organisations that tackle a phenomenon.

Owns: when and how such a page is read in the order of its list.
Does not own: lists to which one table of links leads (`compiler.linked_pages`), all other pages
(`compiler.emit_connection`).

Where a parent reaches few rows, they are collected and sorted. Where it reaches many, many rows of the list are among
them: the list is walked in its order, and each row is tried through the index by which it leads back to the parent.
"""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, exists, not_, select, true, union_all

from ilmio_api.compiler.conditions import condition, reached
from ilmio_api.compiler.declare import Relation
from ilmio_api.compiler.keyset import between_cursors, in_order
from ilmio_api.compiler.plan import Connection
from ilmio_api.compiler.restrict import readable
from ilmio_api.compiler.statement import Expression, Writer
from ilmio_api.db.raw import raw

_MANY = 1_000
"""A parent with so many rows in the first table on the way reaches many."""

_SEVERAL = 2
_ONE = raw("1")


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


def found_by_walking(
    writer: Writer, value: Connection, relation: Relation, parent: FromClause, size: int
) -> FromClause:
    """Return the columns `key` and `id` of the first `size` rows of the page of a parent, in its order."""
    start = parent.c[relation.parent]
    parts = (_collected(writer, value, relation, start), _walked(writer, value, relation, start))
    limited = (part.limit(raw(str(size))).subquery(writer.name()) for part in parts)
    return union_all(*(select(part) for part in limited)).subquery(writer.name())


def _collected(writer: Writer, value: Connection, relation: Relation, start: Expression) -> Select[Any]:
    """Return the page of a parent that reaches few rows; none for others."""
    row = writer.alias(value.source.entity.table)
    ids = reached(writer, relation.hops, start, most=_MANY).where(not_(_reaches_many(writer, relation, start)))
    found = ids.distinct().subquery(writer.name())
    return _page(writer, value, row).select_from(row.join(found, found.c[0] == row.c[relation.target]))


def _walked(writer: Writer, value: Connection, relation: Relation, start: Expression) -> Select[Any]:
    """Return the page of a parent that reaches many rows; none for others."""
    row = writer.alias(value.source.entity.table)
    back = reached(writer, relation.hops, start)
    # A value, not EXISTS: the planner would make a join with everything that the parent reaches.
    leads_back = back.where(back.selected_columns[0] == row.c[relation.target]).limit(_ONE)
    is_reached = leads_back.with_only_columns(true(), maintain_column_froms=True).scalar_subquery()
    return _page(writer, value, row).where(_reaches_many(writer, relation, start), is_reached)


def _reaches_many(writer: Writer, relation: Relation, start: Expression) -> ColumnElement[bool]:
    """Return the condition that a parent reaches many rows."""
    hop = relation.hops[0]
    row = writer.alias(hop.table)
    further = select(_ONE).where(row.c[hop.near] == start).offset(raw(str(_MANY - 1))).limit(_ONE)
    return exists(further.correlate_except(row))


def _page(writer: Writer, value: Connection, row: FromClause) -> Select[Any]:
    """Return rows of the list between the cursors, in the order of the page, by the columns `key` and `id`."""
    page, key = value.page, row.c[value.page.key.column or ""]
    conditions = [*readable(value.source, row), *between_cursors(writer, page, key, row.c.id)]
    if value.predicate is not None:
        conditions.append(condition(writer, value.predicate, row))
    query = select(key.label("key"), row.c.id).where(*conditions).order_by(*in_order(page, key, row.c.id))
    return query.correlate_except(row)


def _has_index(table: Table, *columns: str) -> bool:
    """Return whether an index of a table begins with the columns."""
    return any(tuple(index.columns.keys())[: len(columns)] == columns for index in table.indexes)
