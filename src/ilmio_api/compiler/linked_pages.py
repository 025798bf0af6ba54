"""Pages of rows that a filter links to something, found through the link.

Owns: when and how a page is read from an index that has the lines of a link in the order of the list.
Does not own: pages of all other lists (`compiler.emit_connection`).

To collect all rows that are linked to, say, an area, and to sort them, takes the longer the more there are. An index
on (area, order key, id) of the lines has the first rows of each area; the page is among the first rows of all the areas
inside the one that was asked for. Where these are very many, they are a large part of everything, and it is shorter to
try the first rows of the whole list; if too few of those are linked, the index is used all the same. So a page takes
about as long in a list of millions as in one of thousands (decision 0018).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, FromClause, Table, and_, any_, func, select, true, union_all
from sqlalchemy.sql import visitors

from ilmio_api.compiler.conditions import condition
from ilmio_api.compiler.declare import Hop
from ilmio_api.compiler.keyset import between_cursors, in_order
from ilmio_api.compiler.plan import Connection
from ilmio_api.compiler.predicates import Linked, Predicate, Test, conjuncts
from ilmio_api.compiler.restrict import readable
from ilmio_api.compiler.statement import Expression, Writer
from ilmio_api.db.base import COPIED_FROM
from ilmio_api.db.raw import raw

_MANY_TARGETS = 150
"""More targets than this have so many index entries at their beginnings that the list itself is tried first."""

_TRIED = 5_000
"""Rows of the list that are tried."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A link through whose lines a page can be found."""

    linked: Linked
    others: tuple[Predicate, ...]
    """What else the filter demands."""
    line: Table
    """The link table, or the table of the listed rows itself where the link is a column of theirs."""
    far: str
    """Column of the line that names the target."""
    near: str
    """Column of the line that names the listed row."""
    key: str
    """Column of the line by which the list is ordered."""


def lead_of(value: Connection) -> Lead | None:
    """Return the link through which the pages of a list can be found, if its filter has one."""
    key = value.page.key.column
    if value.relation is not None or key is None:
        return None
    parts = tuple(conjuncts(value.predicate))
    for part in parts:
        others = tuple(other for other in parts if other is not part)
        if isinstance(part, Linked) and all(isinstance(other, Test) and other.broad for other in others):
            lead = _lead(part, others, value.source.entity.table, key)
            if lead is not None:
                return lead
    return None


def _lead(linked: Linked, others: tuple[Predicate, ...], listed: Table, key: str) -> Lead | None:
    """Return the lead that the link is, if an index has its lines in the order of the list."""
    relation = linked.relation
    if not relation.hops:
        lead = Lead(linked, others, listed, relation.parent, "id", key)
    elif len(relation.hops) == 1 and relation.hops[0].source is None and relation.hops[0].condition is None:
        (hop,) = relation.hops
        lead = Lead(linked, others, hop.table, hop.far, hop.near, key)
    else:
        return None
    indexed = has_pages(lead.line, lead.far, lead.key, lead.near)
    return lead if indexed and relation.where is None else None


def ordered_hop(value: Connection) -> Hop | None:
    """Return the link to the parent of a list, if an index has its lines in the order of the list."""
    hops, key = value.relation.hops if value.relation else (), value.page.key.column
    if key is None or len(hops) != 1 or not hops[0].unique or hops[0].source is not None:
        return None
    return hops[0] if has_pages(hops[0].table, hops[0].near, key, hops[0].far) else None


def has_pages(table: Table, start: str, key: str, end: str) -> bool:
    """Return whether an index has the rows with one value of the column `start` in the order of `key` and `end`."""
    return any(index.columns.keys() == [start, key, end] for index in table.indexes)


def found_through(writer: Writer, value: Connection, lead: Lead, size: int) -> FromClause:
    """Return the columns `key` and `id` of the first `size` rows of the page, in its order."""
    targets = _targets(writer, lead.linked)
    first = _first_of_targets(writer, value, lead, targets, size)
    if lead.line is value.source.entity.table:
        return first
    tried = _tried(writer, value, lead, targets, size)
    number = select(func.count()).select_from(tried).scalar_subquery()
    enough = raw(str(size))
    return union_all(
        select(first.c.key, first.c.id).where(number < enough), select(tried.c.key, tried.c.id).where(number == enough)
    ).subquery(writer.name())


def _targets(writer: Writer, linked: Linked) -> CTE:
    """Return the values of the target column to which rows may be linked."""
    row = writer.alias(linked.source.entity.table)
    conditions = list(readable(linked.source, row))
    if linked.inner is not None:
        conditions.append(condition(writer, linked.inner, row))
    found = select(row.c[linked.relation.target].label("id")).where(*conditions).distinct()
    # Materialized, because the planner would otherwise compute it anew wherever it is read.
    return found.cte(writer.name()).prefix_with("MATERIALIZED")


def _first_of_targets(writer: Writer, value: Connection, lead: Lead, targets: CTE, size: int) -> FromClause:
    """Return the first rows of the page, from the first lines of every target."""
    lines = _lines(writer, value, lead)
    limit = raw(str(size))
    of_one = (
        select(lines.key.label("key"), lines.id.label("id"))
        .select_from(lines.rows)
        .where(lines.target == targets.c.id, *lines.conditions)
        .where(*between_cursors(writer, value.page, lines.key, lines.id))
        .order_by(*in_order(value.page, lines.key, lines.id))
        .limit(limit)
        .correlate(targets)
        .lateral(writer.name())
    )
    of_all = select(of_one.c.key, of_one.c.id).select_from(targets.join(of_one, true()))
    # A row may be linked to several targets.
    once = of_all.group_by(of_one.c.key, of_one.c.id)
    return once.order_by(*in_order(value.page, of_one.c.key, of_one.c.id)).limit(limit).subquery(writer.name())


def _tried(writer: Writer, value: Connection, lead: Lead, targets: CTE, size: int) -> CTE:
    """Return the first rows of the page, as far as they are among the first rows of the list; none for few targets."""
    row, line = writer.alias(value.source.entity.table), writer.alias(lead.line)
    key = row.c[lead.key]
    are_many = select(func.count()).select_from(targets).scalar_subquery() > raw(str(_MANY_TARGETS))
    fits = and_(true(), *(condition(writer, other, row) for other in lead.others))
    first = (
        select(key.label("key"), row.c.id, fits.label("fits"))
        .where(*readable(value.source, row), *between_cursors(writer, value.page, key, row.c.id), are_many)
        .order_by(*in_order(value.page, key, row.c.id))
        .limit(raw(str(_TRIED)))
        .subquery(writer.name())
    )
    # An aggregate over the few lines of a row: the planner cannot turn it into a join with the lines of all rows.
    wanted = func.array(select(targets.c.id).scalar_subquery())
    is_linked = select(func.bool_or(line.c[lead.far] == any_(wanted))).where(line.c[lead.near] == first.c.id)
    linked = select(first.c.key, first.c.id).where(first.c.fits, is_linked.correlate(first).scalar_subquery())
    ordered = linked.order_by(*in_order(value.page, first.c.key, first.c.id)).limit(raw(str(size)))
    return ordered.cte(writer.name()).prefix_with("MATERIALIZED")


def count_through(writer: Writer, value: Connection, lead: Lead) -> Expression:
    """Return the number of rows in the whole list."""
    targets, lines = _targets(writer, lead.linked), _lines(writer, value, lead)
    found = select(lines.id).select_from(targets.join(lines.rows, lines.target == targets.c.id))
    once = found.where(*lines.conditions).distinct().subquery(writer.name())
    return select(func.count()).select_from(once).scalar_subquery()


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a link, with what is demanded of the rows that they name."""

    rows: FromClause
    conditions: Sequence[ColumnElement[bool]]
    target: Expression
    key: Expression
    id: Expression


def _lines(writer: Writer, value: Connection, lead: Lead) -> _Lines:
    """Return the lines of the lead; the listed rows are read only for what the lines have no copies of."""
    listed = value.source.entity.table
    row = writer.alias(listed)
    conditions = [*readable(value.source, row), *(condition(writer, other, row) for other in lead.others)]
    if lead.line is listed:
        return _Lines(row, conditions, row.c[lead.far], row.c[lead.key], row.c.id)
    line = writer.alias(lead.line)
    copies = {
        row.c[column.name]: line.c[column.name] for column in lead.line.c if column.info.get(COPIED_FROM) == listed.name
    }
    moved = [visitors.replacement_traverse(each, {}, _replacing(copies)) for each in conditions]
    reads_row = any(getattr(part, "table", None) is row for each in moved for part in visitors.iterate(each))
    rows = line.join(row, row.c.id == line.c[lead.near]) if reads_row else line
    return _Lines(rows, moved, line.c[lead.far], line.c[lead.key], line.c[lead.near])


def _replacing(columns: Mapping[Any, Expression]) -> Callable[..., Any]:
    """Return the function that puts columns in the place of others."""

    def replace(part: object, **_: object) -> Expression | None:
        return columns.get(part)

    return replace
