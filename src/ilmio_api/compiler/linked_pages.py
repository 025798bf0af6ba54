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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import eq
from typing import Any

from sqlalchemy import BinaryExpression, Column, Enum, Table, literal_column
from sqlalchemy.sql import visitors

from ilmio_api.compiler.conditions import condition, same
from ilmio_api.compiler.declare import Entity
from ilmio_api.compiler.keyset import PLACE, between_cursors, in_order, not_beyond, place_of, places_of
from ilmio_api.compiler.plan import Connection, Page
from ilmio_api.compiler.predicates import Linked, Predicate, Test, conjuncts
from ilmio_api.compiler.restrict import readable
from ilmio_api.compiler.sql_text import (
    Expression,
    Query,
    Row,
    Rows,
    all_of,
    count_of,
    from_of,
    named,
    one_after_the_other,
    query_of,
    sql,
)
from ilmio_api.compiler.statement import Writer
from ilmio_api.db.base import GROUPS, copies
from ilmio_api.db.raw import raw

_ALWAYS = raw("true")

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


def found_through(writer: Writer, value: Connection, lead: Lead, size: int) -> Row:
    """Return the columns `key` and `id` of the first `size` rows of the page, in its order."""
    page, first = value.page, _first_of_each(writer, value, lead)
    end = _end(writer, value, lead, first, size)
    columns, both = f"{first.listed(*_naming(first))}, {end.listed(*PLACE)}", sql(first.origin, ", ", end.origin)
    within = Rows(named(first.name, both), conditions=[not_beyond(page, place_of(first), place_of(end))])
    reaching = writer.rows_of(query_of(columns, within), *_naming(first), *PLACE)
    of_one = _of_each(writer, value, lead.link, reaching, size, end=place_of(reaching))
    return writer.rows_of(_once(page, of_one, Rows(reaching, [(of_one, _ALWAYS)]), most=size), *PLACE)


def _targets(writer: Writer, lead: Lead) -> Row:
    """Return the values of the target column to which rows may be linked, each with every status that is asked for."""
    if isinstance(lead.by, Split):
        return writer.common(_values(writer, lead.by, "target"), "target")
    source, inner, split = lead.by.source, lead.by.inner, lead.link.split
    row = writer.alias(source.entity.table)
    conditions = [*readable(source, row), *([] if inner is None else [condition(writer, inner, row)])]
    columns = _target_in(row, lead.by.relation.target, lead.link.group)
    joined = []
    if split is not None:
        part = writer.rows_of(_values(writer, split, "part"), "part")
        columns["part"] = part.text("part")
        joined.append((part, _ALWAYS))
    listed = ", ".join(f"{text} AS {name}" for name, text in columns.items())
    return writer.common(query_of(f"DISTINCT {listed}", Rows(row, joined, conditions)), *columns)


def _target_in(row: Row, target: str, group: str | None) -> dict[str, str]:
    """Return the target that a row names, or its group where it names one."""
    if group is None:
        return {"target": row.text(target)}
    return {"target": f"coalesce({row.text(group)}, {row.text(target)})", "is_group": f"{row.text(group)} IS NOT NULL"}


def _values(writer: Writer, split: Split, name: str) -> Query:
    """Return the values of a vocabulary that are asked for, as a column of this name."""
    every = raw(f"unnest('{{{','.join(split.every)}}}'::text[]) AS {split.column}")
    row = writer.rows_of(Query(every, raw("")), split.column)
    return query_of(f"{row.text(split.column)} AS {name}", Rows(row, conditions=[condition(writer, split.test, row)]))


def _naming(found: Row) -> Sequence[str]:
    """Return the columns that name a target."""
    return [name for name in found.types if name in _TARGET]


def _first_of_each(writer: Writer, value: Connection, lead: Lead) -> Row:
    """Return the first row of every target that lies between the cursors."""
    targets = _targets(writer, lead)
    of_one = _of_each(writer, value, lead.link, targets, 1)
    columns = f"{targets.listed(*targets.types)}, {of_one.listed(*PLACE)}"
    return writer.common(query_of(columns, Rows(targets, [(of_one, _ALWAYS)])), *targets.types, *PLACE)


def _page_of_one(writer: Writer, value: Connection, lead: Lead, first: Row, size: int) -> Query:
    """Return the first `size` rows of the target that comes first: titles may begin alike wherever the place is one."""
    naming, order = _naming(first), in_order(value.page, *place_of(first))
    target = writer.rows_of(query_of(first.listed(*naming), Rows(first), order=order, most=1), *naming)
    of_one = _of_each(writer, value, lead.link, target, size)
    return query_of(of_one.listed(*PLACE), Rows(target, [(of_one, _ALWAYS)]))


def _end(writer: Writer, value: Connection, lead: Lead, first: Row, size: int) -> Row:
    """Return the place of a row beyond which the page cannot reach: the last one of all where too few are known."""
    page, row = value.page, writer.alias(value.source.entity.table)
    of_one = _page_of_one(writer, value, lead, first, size)
    known = writer.rows_of(one_after_the_other(places_of(first), of_one), *PLACE)
    enough = _once(page, known, Rows(known), most=1, after=max(size - 1, 0))
    key, identifier = row.text(page.key.column or ""), row.text("id")
    backwards = in_order(replace(page, backwards=not page.backwards), key, identifier)
    last = query_of(f"{key} AS key, {identifier} AS id", Rows(row), order=backwards, most=1)
    # PostgreSQL looks for the second part only when the first is empty.
    either = one_after_the_other(*(places_of(writer.rows_of(part, *PLACE)) for part in (enough, last)))
    return writer.common(either._replace(rest=sql(either.rest, " \n LIMIT 1")), *PLACE)


def _once(page: Page, found: Row, rows: Rows, *, most: int, after: int | None = None) -> Query:
    """Return the places of rows in the order of the page, those that are linked to several targets once."""
    order = in_order(page, *place_of(found))
    return query_of(found.listed(*PLACE), rows, once=", ".join(place_of(found)), order=order, most=most, after=after)


def _of_each(
    writer: Writer, value: Connection, link: Link, targets: Row, size: int, end: tuple[str, str] | None = None
) -> Row:
    """Return the first `size` rows of each target, by the columns `key` and `id`; none beyond the end."""
    found = []
    for far in (link.far,) if link.group is None else (link.far, link.group):
        lines = _lines(writer, value, replace(link, far=far))
        conditions = [*between_cursors(writer, value.page, *lines.place), *lines.of(targets)]
        if end is not None:
            conditions.append(not_beyond(value.page, lines.place, end))
        if link.group is not None:
            conditions.append(raw(f"{'' if far == link.group else 'NOT '}{targets.text('is_group')}"))
        # A row has one line for a target, but may have several for a group.
        once, (key, identifier) = "DISTINCT " if far == link.group else "", lines.place
        columns, order = f"{once}{key} AS key, {identifier} AS id", in_order(value.page, key, identifier)
        found.append(query_of(columns, lines.rows.where(*conditions), order=order, most=size))
    if link.group is None:
        return writer.beside(found[0], *PLACE)
    parts = [places_of(writer.beside(query, *PLACE)) for query in found]
    return writer.beside(one_after_the_other(*parts), *PLACE)


def count_of_lines(writer: Writer, value: Connection, parent: Row) -> Expression | None:
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
    of_parent = same(lines.target[0], parent.text(relation.parent))
    return count_of(lines.rows._replace(conditions=[of_parent, *lines.rows.conditions]))


def count_through(writer: Writer, value: Connection, lead: Lead) -> Expression:
    """Return the number of rows in the whole list."""
    lead = replace(lead, link=replace(lead.link, group=None))
    targets, lines = _targets(writer, lead), _lines(writer, value, lead.link)
    # A row has one value of a vocabulary, and may be linked to several things.
    once = "" if isinstance(lead.by, Split) else "DISTINCT "
    line = lines.rows.first
    origin = sql("(", from_of(lines.rows), ")") if lines.rows.joined else line.origin
    found = Rows(targets, [(named(line.name, origin), all_of(lines.of(targets)))], lines.rows.conditions)
    return count_of(Rows(writer.rows_of(query_of(f"{once}{line.listed(lead.link.near)}", found))))


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a link, with what is demanded of the rows that they name."""

    rows: Rows
    target: Sequence[str]
    """The column that names the target and, where lines are apart by status, that of the status."""
    place: tuple[str, str]
    """The columns that tell the place of the row that a line names."""

    def of(self, targets: Row) -> list[Expression]:
        """Return the conditions that lines are those of a target."""
        return [same(column, targets.text(name)) for name, column in zip(_TARGET, self.target, strict=False)]


def _lines(writer: Writer, value: Connection, link: Link) -> _Lines:
    """Return the lines of a link; the listed rows are read only for what the lines have no copies of."""
    listed = value.source.entity.table
    row = writer.alias(listed)
    line = row if link.table is listed else writer.alias(link.table)
    seen = row if line is row else _Copied(row, line, copies(link.table, listed))
    conditions = [*readable(value.source, seen), *(condition(writer, other, seen) for other in link.others)]
    part = [] if link.split is None or line is row else [link.split.column]
    joined = [(row, same(row.text("id"), line.text(link.near)))] if isinstance(seen, _Copied) and seen.is_read else []
    target = [line.text(column) for column in (link.far, *part)]
    return _Lines(Rows(line, joined, conditions), target, (line.text(link.key), line.text(link.near)))


class _Copied(Row):
    """A row of a list, of which a line has copies of some columns."""

    def __init__(self, row: Row, line: Row, copied: Mapping[str, str]) -> None:
        """Keep both, and the names of the copies."""
        super().__init__(row.name, row.origin, row.types)
        self.is_read = False
        """Whether a column was asked for of which there is no copy."""
        self._line = line
        self._copied = copied

    def text(self, column: str) -> str:
        """Return the copy of a column, or the column itself."""
        if column in self._copied:
            return self._line.text(self._copied[column])
        self.is_read = True
        return super().text(column)
