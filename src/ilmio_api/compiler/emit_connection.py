"""Pages of a list as SQL.

Owns: the parts of a connection, the extra row that tells of a next page, cursors, counts.
Does not own: the objects on the page (`compiler.emit` passes in how they are written), the order of its rows
(`compiler.keyset`), finding them through a link (`compiler.linked_pages`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ilmio_api.compiler.conditions import require_arguments, rows, same
from ilmio_api.compiler.json_sql import (
    Json,
    array_of,
    items,
    known,
    nullable_json,
    object_of,
    plain_text,
    text_of,
)
from ilmio_api.compiler.keyset import between_cursors, in_order, order_key, place_of
from ilmio_api.compiler.kinds import possible
from ilmio_api.compiler.linked_pages import count_of_lines, count_through, found_through, lead_of, ordered_line
from ilmio_api.compiler.paging import list_tag
from ilmio_api.compiler.plan import Connection, Constant, Count, CursorText, Edge, Nodes, Page, PageInfo, Shape
from ilmio_api.compiler.reached_pages import found_by_walking, walkable
from ilmio_api.compiler.restrict import readable
from ilmio_api.compiler.sql_text import Expression, Query, Row, Rows, count_of, late, query_of, sql
from ilmio_api.compiler.statement import Writer
from ilmio_api.db.raw import raw

ShapeWriter: TypeAlias = Callable[[Writer, Shape, Row], Json]
"""Writes an object."""


def connection(writer: Writer, value: Connection, parent: Row | None, json_of: ShapeWriter) -> Json:
    """Return the object of a connection."""
    value = possible(value)
    for cursor in (value.page.after, value.page.before):
        if cursor is not None:
            writer.require(cursor)
    require_arguments(writer, value.predicate)
    if value.page.backwards or any(isinstance(part, Edge | PageInfo) for _, part in value.parts):
        return _numbered(writer, value, parent, json_of)
    fields: list[tuple[str, Json]] = []
    for key, part in value.parts:
        match part:
            case Nodes(shape):
                fields.append((key, _nodes(writer, value, parent, shape, json_of)))
            case Count():
                fields.append((key, (_count(writer, value, parent),)))
            case Constant(text):
                fields.append((key, known(text)))
            case _:
                message = "edges and page information need numbered rows"
                raise AssertionError(message)
    return object_of(fields)


def _nodes(writer: Writer, value: Connection, parent: Row | None, shape: Shape, json_of: ShapeWriter) -> Json:
    """Return the objects of a page from which nothing else is asked."""
    row = writer.alias(value.source.entity.table)
    return array_of(row, _page_query(writer, value, parent, row, items(json_of(writer, shape, row)), extra=0))


def _count(writer: Writer, value: Connection, parent: Row | None) -> Expression:
    """Return the number of readable rows in the whole list."""
    lead = lead_of(value)
    if lead is not None:
        return count_through(writer, value, lead)
    of_lines = count_of_lines(writer, value, parent) if parent is not None else None
    if of_lines is not None:
        return of_lines
    row = writer.alias(value.source.entity.table)
    return count_of(rows(writer, value.source, row, relation=value.relation, parent=parent, predicate=value.predicate))


def _page_query(
    writer: Writer, value: Connection, parent: Row | None, row: Row, column: Expression, *, extra: int
) -> Query:
    """Return the rows of the page in reading direction, with `extra` rows beyond it."""
    page, size = value.page, value.page.size + extra
    found = _found(writer, value, parent, size)
    if found is not None:
        on = same(row.text("id"), found.text("id"))
        named = Rows(found, [(row, on)], readable(value.source, row))
        return query_of(column, named, order=in_order(page, *place_of(found)))
    listed = rows(writer, value.source, row, relation=value.relation, parent=parent, predicate=value.predicate)
    key: str | Expression = order_key(writer, page, row)
    identifier, ordered = row.text("id"), ordered_line(value)
    if ordered is not None:
        ((line, _),) = listed.joined
        key, identifier = (line.text(name) for name in ordered)
    listed = listed.where(*between_cursors(writer, page, key, identifier))
    return query_of(column, listed, order=in_order(page, key, identifier), most=size)


def _found(writer: Writer, value: Connection, parent: Row | None, size: int) -> Row | None:
    """Return the columns `key` and `id` of the rows of a page that are better found apart; None where they are not."""
    lead, walked = lead_of(value), walkable(value)
    if lead is not None:
        return found_through(writer, value, lead, size)
    if walked is not None and parent is not None:
        return found_by_walking(writer, value, walked, parent, size)
    return None


def _numbered(writer: Writer, value: Connection, parent: Row | None, json_of: ShapeWriter) -> Json:
    """Return a connection whose parts need to know the place of every row: edges, page information, last pages."""
    row = writer.alias(value.source.entity.table)
    tag = list_tag(value.source.entity, value.page.order_name, descending=value.page.descending)
    key = order_key(writer, value.page, row)
    cursor = sql(f"ilmio_cursor('{tag}', CAST(", key, f" AS TEXT), {row.text('id')})")
    columns: list[str | Expression] = ["row_number() OVER () AS number, ", cursor, " AS cursor"]
    for position, (_, part) in enumerate(value.parts):
        if isinstance(part, Nodes):
            columns += ", ", text_of(json_of(writer, part.shape, row)), f" AS c{position}"
        elif isinstance(part, Edge):
            columns += ", ", text_of(_edge(writer, part, row, cursor, json_of)), f" AS c{position}"
    numbered = late(row, _page_query(writer, value, parent, row, sql(*columns), extra=1))
    name = writer.name()
    whole = object_of(
        (key_, _part(writer, value, parent, _Numbered(value.page, name), f"c{position}", part))
        for position, (key_, part) in enumerate(value.parts)
    )
    # One row, even where nothing of the page is read: the total of a last page.
    return (sql("(SELECT ", text_of(whole), " FROM (", numbered, f") AS {name} HAVING true)"),)


def _edge(writer: Writer, edge: Edge, row: Row, cursor: Expression, json_of: ShapeWriter) -> Json:
    """Return an edge."""
    fields: list[tuple[str, Json]] = []
    for key, part in edge.fields:
        match part:
            case CursorText():
                fields.append((key, plain_text(cursor)))
            case Constant(text):
                fields.append((key, known(text)))
            case _:
                fields.append((key, json_of(writer, part, row)))
    return object_of(fields)


def _part(writer: Writer, value: Connection, parent: Row | None, found: "_Numbered", column: str, part: object) -> Json:
    """Return a part of a connection from its numbered rows."""
    match part:
        case Count():
            return (_count(writer, value, parent),)
        case Constant(text):
            return known(text)
        case PageInfo(fields):
            return object_of(
                (key, known(field.value) if isinstance(field, Constant) else found.info(field)) for key, field in fields
            )
        case _:
            return "[", found.joined(column), "]"


@dataclass(frozen=True, slots=True)
class _Numbered:
    """The rows of a page and the one beyond it, numbered in reading direction, as aggregates read them."""

    page: Page
    name: str

    def joined(self, column: str) -> Expression:
        """Return the texts of a column of the page, in the order of the list."""
        order = self._order(is_reversed=self.page.backwards)
        return raw(f"string_agg({self.name}.{column}, ','{order}) {self._on_page}")

    def info(self, field: str) -> Json:
        """Return one field of the page information."""
        if field in {"startCursor", "endCursor"}:
            order = self._order(is_reversed=(field == "endCursor") != self.page.backwards)
            return nullable_json(raw(f"(array_agg({self.name}.cursor{order}) {self._on_page})[1]"))
        # On the side of a cursor lies at least the row that it was taken from.
        if (self.page.before if field == "hasNextPage" else self.page.after) is not None:
            return ("true",)
        is_ahead = (field == "hasNextPage") != self.page.backwards
        return (raw(f"to_json(count(*) > {self.page.size})"),) if is_ahead else ("false",)

    def _order(self, *, is_reversed: bool) -> str:
        """Return the order of the rows of an aggregate."""
        return f" ORDER BY {self.name}.number{' DESC' if is_reversed else ''}"

    @property
    def _on_page(self) -> str:
        """Return the condition that leaves out the row beyond the page."""
        return f"FILTER (WHERE {self.name}.number <= {self.page.size})"
