"""Pages of a list as SQL.

Owns: the parts of a connection, the extra row that tells of a next page, cursors, counts.
Does not own: the objects on the page (`compiler.emit` passes in how they are written), the order of its rows
(`compiler.keyset`), finding them through a link (`compiler.linked_pages`).
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from sqlalchemy import FromClause, Select, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.types import Text as TextType

from ilmio_api.compiler.conditions import require_arguments, rows
from ilmio_api.compiler.json_sql import EMPTY_ARRAY, is_plain, json_array, json_object, quoted
from ilmio_api.compiler.keyset import between_cursors, in_order, order_key
from ilmio_api.compiler.kinds import possible
from ilmio_api.compiler.linked_pages import count_of_lines, count_through, found_through, lead_of, ordered_hop
from ilmio_api.compiler.paging import list_tag
from ilmio_api.compiler.plan import Connection, Constant, Count, CursorText, Edge, Nodes, Page, PageInfo, Shape
from ilmio_api.compiler.reached_pages import found_by_walking, walkable
from ilmio_api.compiler.restrict import readable
from ilmio_api.compiler.statement import Expression, Writer
from ilmio_api.db.raw import raw

ColumnWriter: TypeAlias = Callable[[Writer, Shape, FromClause], list[Expression]]
"""Writes an object as the columns of a derived row, or as its finished JSON in the one column `node`."""

ShapeWriter: TypeAlias = Callable[[Writer, Shape, FromClause], Expression]
"""Writes an object as JSON."""


def connection(
    writer: Writer, value: Connection, parent: FromClause | None, columns_of: ColumnWriter, json_of: ShapeWriter
) -> Expression:
    """Return the JSON object of a connection."""
    value = possible(value)
    for cursor in (value.page.after, value.page.before):
        if cursor is not None:
            writer.require(cursor)
    require_arguments(writer, value.predicate)
    if value.page.backwards or any(isinstance(part, Edge | PageInfo) for _, part in value.parts):
        return _numbered(writer, value, parent, json_of)
    columns: list[tuple[str, Expression]] = []
    for key, part in value.parts:
        match part:
            case Nodes(shape):
                columns.append((key, _nodes(writer, value, parent, shape, columns_of)))
            case Count():
                columns.append((key, _count(writer, value, parent)))
            case Constant(text):
                columns.append((key, quoted(text)))
            case _:
                message = "edges and page information need numbered rows"
                raise AssertionError(message)
    return json_object(writer, columns)


def _nodes(
    writer: Writer, value: Connection, parent: FromClause | None, shape: Shape, columns_of: ColumnWriter
) -> Expression:
    """Return the objects of a page from which nothing else is asked."""
    row = writer.alias(value.source.entity.table)
    columns = columns_of(writer, shape, row)
    query = _page_query(writer, value, parent, row, columns, extra=0)
    return json_array(writer, query, of_column=None if is_plain(shape) else "node")


def _count(writer: Writer, value: Connection, parent: FromClause | None) -> Expression:
    """Return the number of readable rows in the whole list."""
    lead = lead_of(value)
    if lead is not None:
        return count_through(writer, value, lead)
    of_lines = count_of_lines(writer, value, parent) if parent is not None else None
    if of_lines is not None:
        return of_lines
    row = writer.alias(value.source.entity.table)
    from_, conditions, own = rows(
        writer, value.source, row, relation=value.relation, parent=parent, predicate=value.predicate
    )
    query = select(func.count()).select_from(from_).where(*conditions)
    return query.correlate_except(*own).scalar_subquery()


def _page_query(
    writer: Writer,
    value: Connection,
    parent: FromClause | None,
    row: FromClause,
    columns: list[Expression],
    *,
    extra: int,
) -> Select[Any]:
    """Return the rows of the page in reading direction, with `extra` rows beyond it."""
    page, size = value.page, value.page.size + extra
    found = _found(writer, value, parent, size)
    if found is not None:
        query = select(*columns).select_from(found.join(row, row.c.id == found.c.id))
        query = query.where(*readable(value.source, row)).order_by(*in_order(page, found.c.key, found.c.id))
        return query.correlate_except(row, found)
    from_, conditions, own = rows(
        writer, value.source, row, relation=value.relation, parent=parent, predicate=value.predicate
    )
    key, identifier = order_key(writer, page, row), row.c.id
    hop, line = ordered_hop(value), own[-1]
    if hop is not None:
        key, identifier = line.c[page.key.column or ""], line.c[hop.far]
    conditions += between_cursors(writer, page, key, identifier)
    query = select(*columns).select_from(from_).where(*conditions).order_by(*in_order(page, key, identifier))
    # A literal, not a bind parameter: the planner assumes a tenth of the table for an unknown LIMIT.
    return query.limit(raw(str(size))).correlate_except(*own)


def _found(writer: Writer, value: Connection, parent: FromClause | None, size: int) -> FromClause | None:
    """Return the columns `key` and `id` of the rows of a page that are better found apart; None where they are not."""
    lead, walked = lead_of(value), walkable(value)
    if lead is not None:
        return found_through(writer, value, lead, size)
    if walked is not None and parent is not None:
        return found_by_walking(writer, value, walked, parent, size)
    return None


def _numbered(writer: Writer, value: Connection, parent: FromClause | None, json_of: ShapeWriter) -> Expression:
    """Return a connection whose parts need to know the place of every row: edges, page information, last pages."""
    row = writer.alias(value.source.entity.table)
    tag = list_tag(value.source.entity, value.page.order_name, descending=value.page.descending)
    key = cast(order_key(writer, value.page, row), TextType())
    cursor = func.ilmio_cursor(quoted(tag), key, row.c.id)
    columns: list[Expression] = [cursor.label("cursor")]
    for position, (_, part) in enumerate(value.parts):
        if isinstance(part, Nodes):
            columns.append(json_of(writer, part.shape, row).label(f"c{position}"))
        elif isinstance(part, Edge):
            columns.append(_edge(writer, part, row, cursor, json_of).label(f"c{position}"))
    found = _page_query(writer, value, parent, row, columns, extra=1).subquery(writer.name())
    page = _aggregated(writer, value.page, found)
    parts = [(key_, _part(writer, value, parent, page, f"c{i}", part)) for i, (key_, part) in enumerate(value.parts)]
    return json_object(writer, parts, page)


def _edge(writer: Writer, edge: Edge, row: FromClause, cursor: Expression, json_of: ShapeWriter) -> Expression:
    """Return the JSON of an edge."""
    columns: list[tuple[str, Expression]] = []
    for key, part in edge.fields:
        match part:
            case CursorText():
                columns.append((key, cursor))
            case Constant(text):
                columns.append((key, quoted(text)))
            case _:
                columns.append((key, json_of(writer, part, row)))
    return json_object(writer, columns)


def _aggregated(writer: Writer, page: Page, found: FromClause) -> FromClause:
    """Return one row: the arrays of the page, whether there is `more` in reading direction, the cursors at its ends."""
    numbered = (
        select(func.row_number().over().label("number"), *found.c).correlate_except(found).subquery(writer.name())
    )
    number, size = numbered.c.number, raw(str(page.size))
    forwards, backwards = (number.desc(), number) if page.backwards else (number, number.desc())

    def first_cursor(order: Expression) -> Expression:
        cursors = func.array_agg(aggregate_order_by(numbered.c.cursor, order), type_=ARRAY(TextType()))
        return cursors.filter(number <= size)[raw("1")]

    arrays = [
        func.coalesce(func.json_agg(aggregate_order_by(column, forwards)).filter(number <= size), EMPTY_ARRAY).label(
            column.name
        )
        for column in numbered.c
        if column.name not in {"number", "cursor"}
    ]
    return (
        select(
            *arrays,
            (func.count() > size).label("more"),
            first_cursor(forwards).label("startCursor"),
            first_cursor(backwards).label("endCursor"),
        )
        .select_from(numbered)
        .correlate_except(numbered)
        .subquery(writer.name())
    )


def _part(
    writer: Writer, value: Connection, parent: FromClause | None, page: FromClause, column: str, part: object
) -> Expression:
    """Return a part of a connection from the aggregated page."""
    match part:
        case Count():
            return _count(writer, value, parent)
        case Constant(text):
            return quoted(text)
        case PageInfo(fields):
            infos = [
                (key, quoted(i.value) if isinstance(i, Constant) else _info(value.page, page, i)) for key, i in fields
            ]
            return json_object(writer, infos)
        case _:
            return page.c[column]


def _info(page: Page, aggregated: FromClause, name: str) -> Expression:
    """Return one field of the page information."""
    if name in {"startCursor", "endCursor"}:
        return aggregated.c[name]
    # On the side of a cursor lies at least the row that it was taken from.
    if (page.before if name == "hasNextPage" else page.after) is not None:
        return raw("true")
    ahead = (name == "hasNextPage") != page.backwards
    return aggregated.c.more if ahead else raw("false")
