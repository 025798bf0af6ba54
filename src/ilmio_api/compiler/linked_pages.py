"""Pages of rows that a filter links to something, found through the link; pages of rows with some statuses.

Owns: when and how a page is read from an index that has the lines of a link, or the rows with a status, in the order
of the list.
Does not own: pages of all other lists (`compiler.emit_connection`).

To collect all rows that are linked to, say, an area, and to sort them, takes the longer the more there are. An index
on (area, order key, id) of the lines has the first rows of each area; the page is among the first rows of all the areas
inside the one that was asked for. The first line of each area, and a page of the one that comes first, tell where the
page ends at the latest, and only areas that have lines before that are read further. So a page takes about as long in a
list of millions as in one of thousands (decision 0018). Where lines also name a group of what they lead to, such as the
county of an area, an index on (county, order key, id) has the first rows of a whole county at one place.

Rows of one status are found in the same way where an index has them apart: the statuses are then what areas are here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import eq
from typing import Any

from sqlalchemy import (
    CTE,
    BinaryExpression,
    Column,
    ColumnElement,
    Enum,
    FromClause,
    Select,
    Table,
    and_,
    func,
    literal_column,
    not_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql import visitors

from ilmio_api.compiler.conditions import condition
from ilmio_api.compiler.declare import Entity
from ilmio_api.compiler.keyset import between_cursors, in_order, not_beyond
from ilmio_api.compiler.plan import Connection, Page
from ilmio_api.compiler.predicates import Linked, Predicate, Test, conjuncts
from ilmio_api.compiler.restrict import readable
from ilmio_api.compiler.statement import Expression, Writer
from ilmio_api.db.base import GROUPS, copies
from ilmio_api.db.raw import raw

_TARGET = ("target", "part", "is_group")
"""Columns that name a target: the value to which lines lead; where they are apart by status, the status; where targets
may be groups, whether it is one."""


@dataclass(frozen=True, slots=True)
class Link:
    """The lines that lead from targets to the rows of a list."""

    table: Table
    """The link table, or the table of the listed rows itself where the link is a column of theirs."""
    far: str
    """Column of a line that names the target."""
    near: str
    """Column of a line that names the listed row."""
    key: str
    """Column of a line by which the list is ordered."""
    split: "Split | None"
    """What the filter demands of a vocabulary such as the status, where an index has the lines of each value apart.

    It matters where the vocabulary follows the order of the list: what has ended started before what is planned.
    """
    others: tuple[Predicate, ...]
    """What else the filter demands."""
    group: str | None = None
    """Column of a line that names the group to which its target belongs, where targets are asked for by groups."""


@dataclass(frozen=True, slots=True)
class Split:
    """A demand on a column of a vocabulary, and every value that there is."""

    test: Test
    column: str
    every: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lead:
    """A link through whose lines a page can be found."""

    by: Linked | Split
    """What the filter demands: rows that are linked to something, or rows with some values of a vocabulary."""
    link: Link


def lead_of(value: Connection) -> Lead | None:
    """Return the link through which the pages of a list can be found, if its filter has one."""
    key = value.page.key.column
    if value.relation is not None or key is None:
        return None
    parts = tuple(conjuncts(value.predicate))
    for part in parts:
        others = tuple(other for other in parts if isinstance(other, Test) and other.broad)
        if isinstance(part, Linked) and len(others) == len(parts) - 1:
            lead = _lead(part, others, value.source.entity.table, key)
            if lead is not None:
                return lead
    tests = tuple(part for part in parts if isinstance(part, Test) and part.broad)
    return _lead_by_value(tests, value.source.entity, key) if len(tests) == len(parts) else None


def _lead(linked: Linked, others: tuple[Test, ...], listed: Table, key: str) -> Lead | None:
    """Return the lead that the link is, if an index has its lines in the order of the list."""
    relation = linked.relation
    if not relation.hops:
        table, far, near = listed, relation.parent, "id"
    elif len(relation.hops) == 1 and relation.hops[0].source is None and relation.hops[0].condition is None:
        (hop,) = relation.hops
        table, far, near = hop.table, hop.far, hop.near
    else:
        return None
    if relation.where is not None or not has_pages(table, far, key, near):
        return None
    split = _split(others, listed, _kept_apart(table, far, (key, near)))
    rest = tuple(other for other in others if split is None or other is not split.test)
    link = Link(table, far, near, key, split, rest)
    return Lead(linked, replace(link, group=_group(linked, link)))


def _group(linked: Linked, link: Link) -> str | None:
    """Return the column that groups targets, if the filter asks for groups as a whole and an index has their lines."""
    source, target = linked.source.entity.table, linked.relation.target
    if not isinstance(linked.inner, Test) or source.c[target] in _columns_of(linked.inner, source):
        return None
    groups = _groups(source, target) & _groups(link.table, link.far)
    part = () if link.split is None else (link.split.column,)
    return next((name for name in sorted(groups) if has_pages(link.table, name, *part, link.key, link.near)), None)


def _groups(table: Table, column: str) -> set[str]:
    """Return the columns of a table that group the values of one of its columns."""
    return {each.name for each in table.c if each.info.get(GROUPS) == column}


def _lead_by_value(tests: tuple[Test, ...], entity: Entity, key: str) -> Lead | None:
    """Return the lead that a demand on a vocabulary is, if an index has the rows with each value in the order."""
    kind, listed = _column_of_kind(entity), entity.table
    split = _split(tests, listed, _kept_apart(listed, kind, (key, "id"))) if kind else None
    if split is None:
        return None
    rest = tuple(test for test in tests if test is not split.test)
    return Lead(split, Link(listed, split.column, "id", key, None, rest))


def _column_of_kind(entity: Entity) -> str | None:
    """Return the column in which all rows of an entity have one value, if there is one."""
    base = entity.base(entity.table) if entity.base else None
    if isinstance(base, BinaryExpression) and base.operator is eq and isinstance(base.left, Column):
        return str(base.left.name)
    return None


def _split(others: tuple[Test, ...], listed: Table, apart: Sequence[str]) -> Split | None:
    """Return what a filter demands of one of the columns `apart` and of nothing else, if it does."""
    for test in others:
        columns = _columns_of(test, listed)
        for name in apart:
            column = listed.c.get(name)
            if column is not None and columns == {column} and isinstance(column.type, Enum):
                return Split(test, name, tuple(column.type.enums))
    return None


def _columns_of(test: Test, table: Table) -> set[Column[Any]]:
    """Return the columns that a demand on the rows of a table reads."""
    parts = visitors.iterate(test.expression(table, [literal_column("NULL")] * len(test.leaves)))
    return {part for part in parts if isinstance(part, Column)}


@lru_cache
def _kept_apart(table: Table, first: str, order: tuple[str, str]) -> Sequence[str]:
    """Return the columns by which an index has the rows with one value of `first` apart, each part in the order."""
    indexes = (index.columns.keys() for index in table.indexes)
    return sorted({names[1] for names in indexes if names[:1] == [first] and names[2:] == list(order)})


def ordered_line(value: Connection) -> tuple[str, str] | None:
    """Return the order key and the identifier of the listed rows as columns of the lines that link them to the parent.

    None if no index has the lines of a parent in that order.
    """
    hops, key = value.relation.hops if value.relation else (), value.page.key.column
    if key is None or len(hops) != 1 or not hops[0].unique or hops[0].source is not None:
        return None
    (hop,) = hops
    copy = copies(hop.table, value.source.entity.table).get(key, key)
    return (copy, hop.far) if has_pages(hop.table, hop.near, copy, hop.far) else None


@lru_cache(maxsize=1_000)
def has_pages(table: Table, *columns: str) -> bool:
    """Return whether an index has the rows in the order of the columns, those of one start in that of the rest."""
    return any(index.columns.keys() == list(columns) for index in table.indexes)


def found_through(writer: Writer, value: Connection, lead: Lead, size: int) -> FromClause:
    """Return the columns `key` and `id` of the first `size` rows of the page, in its order."""
    page, first = value.page, _first_of_each(writer, value, lead)
    end = _end(writer, value, lead, first, size)
    is_within = not_beyond(page, (first.c.key, first.c.id), (end.c.key, end.c.id))
    reaching = select(*_named(first), end.c.key, end.c.id).where(is_within).subquery(writer.name())
    of_one = _of_each(writer, value, lead.link, reaching, size, end=(reaching.c.key, reaching.c.id))
    of_all = select(of_one.c.key, of_one.c.id).select_from(reaching.join(of_one, true()))
    return _once(page, of_all, of_one).limit(raw(str(size))).subquery(writer.name())


def _targets(writer: Writer, lead: Lead) -> CTE:
    """Return the values of the target column to which rows may be linked, each with every status that is asked for."""
    if isinstance(lead.by, Split):
        found = _values(writer, lead.by, "target")
    else:
        source, inner, split = lead.by.source, lead.by.inner, lead.link.split
        row = writer.alias(source.entity.table)
        conditions = [*readable(source, row), *([] if inner is None else [condition(writer, inner, row)])]
        found = select(*_target_in(row, lead.by.relation.target, lead.link.group)).where(*conditions).distinct()
        if split is not None:
            part = _values(writer, split, "part").subquery(writer.name())
            found = found.add_columns(part.c.part).select_from(row.join(part, true()))
    # Materialized, because the planner would otherwise compute it anew wherever it is read.
    return found.cte(writer.name()).prefix_with("MATERIALIZED")


def _target_in(row: FromClause, target: str, group: str | None) -> Sequence[ColumnElement[Any]]:
    """Return the target that a row names, or its group where it names one."""
    if group is None:
        return [row.c[target].label("target")]
    return [func.coalesce(row.c[group], row.c[target]).label("target"), row.c[group].is_not(None).label("is_group")]


def _values(writer: Writer, split: Split, name: str) -> Select[Any]:
    """Return the values of a vocabulary that are asked for, as a column of this name."""
    every = select(func.unnest(raw(f"'{{{','.join(split.every)}}}'::text[]")).label(split.column))
    row = every.subquery(writer.name())
    return select(row.c[split.column].label(name)).where(condition(writer, split.test, row))


def _of(lines: "_Lines", targets: FromClause) -> list[ColumnElement[bool]]:
    """Return the conditions that lines are those of a target."""
    return [column == targets.c[name] for name, column in zip(_TARGET, lines.target, strict=False)]


def _named(found: FromClause) -> Sequence[ColumnElement[Any]]:
    """Return the columns that name a target."""
    return [column for column in found.c if column.name in _TARGET]


def _first_of_each(writer: Writer, value: Connection, lead: Lead) -> CTE:
    """Return the first row of every target that lies between the cursors."""
    targets = _targets(writer, lead)
    of_one = _of_each(writer, value, lead.link, targets, 1)
    found = select(*targets.c, of_one.c.key, of_one.c.id).select_from(targets.join(of_one, true()))
    return found.cte(writer.name()).prefix_with("MATERIALIZED")


def _page_of_one(writer: Writer, value: Connection, lead: Lead, first: CTE, size: int) -> Select[Any]:
    """Return the first `size` rows of the target that comes first: titles may begin alike wherever the place is one."""
    order = in_order(value.page, first.c.key, first.c.id)
    target = select(*_named(first)).order_by(*order).limit(raw("1")).subquery(writer.name())
    of_one = _of_each(writer, value, lead.link, target, size)
    return select(of_one.c.key, of_one.c.id).select_from(target.join(of_one, true()))


def _end(writer: Writer, value: Connection, lead: Lead, first: CTE, size: int) -> CTE:
    """Return the place of a row beyond which the page cannot reach: the last one of all where too few are known."""
    page, row, one = value.page, writer.alias(value.source.entity.table), raw("1")
    of_one = _page_of_one(writer, value, lead, first, size)
    known = union_all(select(first.c.key, first.c.id), of_one).subquery(writer.name())
    enough = _once(page, select(known.c.key, known.c.id), known).offset(raw(str(max(size - 1, 0)))).limit(one)
    key = row.c[page.key.column or ""]
    backwards = in_order(replace(page, backwards=not page.backwards), key, row.c.id)
    last = select(key.label("key"), row.c.id).order_by(*backwards).limit(one)
    # PostgreSQL looks for the second part only when the first is empty.
    either = union_all(*(select(part.subquery(writer.name())) for part in (enough, last))).limit(one)
    return either.cte(writer.name()).prefix_with("MATERIALIZED")


def _read(writer: Writer, page: Page, lines: "_Lines", size: int) -> Select[Any]:
    """Return the first `size` lines between the cursors, by the columns `key` and `id`."""
    return (
        select(lines.key.label("key"), lines.id.label("id"))
        .select_from(lines.rows)
        .where(*lines.conditions, *between_cursors(writer, page, lines.key, lines.id))
        .order_by(*in_order(page, lines.key, lines.id))
        .limit(raw(str(size)))
    )


def _of_each(
    writer: Writer,
    value: Connection,
    link: Link,
    targets: FromClause,
    size: int,
    end: tuple[Expression, Expression] | None = None,
) -> FromClause:
    """Return the first `size` rows of each target, by the columns `key` and `id`; none beyond the end."""
    found = []
    for far in (link.far,) if link.group is None else (link.far, link.group):
        lines = _lines(writer, value, replace(link, far=far))
        query = _read(writer, value.page, lines, size).where(*_of(lines, targets)).correlate(targets)
        if end is not None:
            query = query.where(not_beyond(value.page, (lines.key, lines.id), end))
        if link.group is not None:
            query = query.where(targets.c.is_group if far == link.group else not_(targets.c.is_group))
        # A row has one line for a target, but may have several for a group.
        found.append(query.distinct() if far == link.group else query)
    if link.group is None:
        return found[0].lateral(writer.name())
    return union_all(*(select(query.lateral(writer.name())) for query in found)).lateral(writer.name())


def _once(page: Page, found: Select[Any], lines: FromClause) -> Select[Any]:
    """Return rows in the order of the page, those that are linked to several targets once."""
    return found.group_by(lines.c.key, lines.c.id).order_by(*in_order(page, lines.c.key, lines.c.id))


def count_of_lines(writer: Writer, value: Connection, parent: FromClause) -> Expression | None:
    """Return the number of rows in the list of a parent, counted in the lines that lead to them; None without such."""
    relation, parts = value.relation, tuple(conjuncts(value.predicate))
    if relation is None or relation.where is not None or len(relation.hops) != 1:
        return None
    (hop,) = relation.hops
    if not hop.unique or hop.source is not None or hop.condition is not None:
        return None
    if not all(isinstance(part, Test) for part in parts):
        return None
    lines = _lines(writer, value, Link(hop.table, hop.near, hop.far, hop.far, None, parts))
    query = select(func.count()).select_from(lines.rows).where(lines.target[0] == parent.c[relation.parent])
    return query.where(*lines.conditions).correlate(parent).scalar_subquery()


def count_through(writer: Writer, value: Connection, lead: Lead) -> Expression:
    """Return the number of rows in the whole list."""
    lead = replace(lead, link=replace(lead.link, group=None))
    targets, lines = _targets(writer, lead), _lines(writer, value, lead.link)
    found = select(lines.id).select_from(targets.join(lines.rows, and_(*_of(lines, targets)))).where(*lines.conditions)
    # A row has one value of a vocabulary, and may be linked to several things.
    once = (found if isinstance(lead.by, Split) else found.distinct()).subquery(writer.name())
    return select(func.count()).select_from(once).scalar_subquery()


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a link, with what is demanded of the rows that they name."""

    rows: FromClause
    conditions: Sequence[ColumnElement[bool]]
    target: tuple[Expression, ...]
    """The column that names the target and, where lines are apart by status, that of the status."""
    key: Expression
    id: Expression


def _lines(writer: Writer, value: Connection, link: Link) -> _Lines:
    """Return the lines of a link; the listed rows are read only for what the lines have no copies of."""
    listed = value.source.entity.table
    row = writer.alias(listed)
    conditions = [*readable(value.source, row), *(condition(writer, other, row) for other in link.others)]
    if link.table is listed:
        return _Lines(row, conditions, (row.c[link.far],), row.c[link.key], row.c.id)
    line = writer.alias(link.table)
    copied = {row.c[source]: line.c[copy] for source, copy in copies(link.table, listed).items()}
    moved = [visitors.replacement_traverse(each, {}, _replacing(copied)) for each in conditions]
    reads_row = any(getattr(part, "table", None) is row for each in moved for part in visitors.iterate(each))
    rows = line.join(row, row.c.id == line.c[link.near]) if reads_row else line
    target = (line.c[link.far],) if link.split is None else (line.c[link.far], line.c[link.split.column])
    return _Lines(rows, moved, target, line.c[link.key], line.c[link.near])


def _replacing(columns: Mapping[Any, Expression]) -> Callable[..., Any]:
    """Return the function that puts columns in the place of others."""

    def replace(part: object, **_: object) -> Expression | None:
        return columns.get(part)

    return replace
