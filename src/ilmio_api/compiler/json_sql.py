"""JSON objects and arrays as SQL.

Owns: names and literals that come from a document or the schema, and the two ways to write an object.
Does not own: which values an object holds (`compiler.emit`).
"""

from collections.abc import Sequence
from typing import Any, TypeGuard

from sqlalchemy import ColumnClause, ColumnElement, FromClause, Select, cast, func, select
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.types import Text as TextType

from ilmio_api.compiler.plan import Object, Shape
from ilmio_api.compiler.statement import Expression, Writer
from ilmio_api.db.raw import raw

_MAX_NAME_BYTES = 63
EMPTY_ARRAY: Expression = raw("'[]'::json")
"""The array of an empty list."""


def quoted(text: str) -> Expression:
    """Return a text of the schema or the document as an SQL literal."""
    escaped = text.replace("'", "''")
    return raw(f"'{escaped}'::text")


def named(columns: Sequence[tuple[str, Expression]]) -> list[Expression]:
    """Return values under their response keys, whose letters PostgreSQL must keep as they are."""
    found: list[Expression] = []
    texts: list[str] = []
    for key, value in columns:
        if isinstance(value, ColumnClause) and value.is_literal:
            texts.append(f'{value.name} AS "{key}"')
            continue
        if texts:
            found.append(raw(", ".join(texts)))
            texts = []
        found.append(value.label(quoted_name(key, quote=True)))
    return [*found, raw(", ".join(texts))] if texts else found


def is_long(key: str) -> bool:
    """Return whether PostgreSQL would cut the response key when it is used as a column name."""
    return len(key.encode()) > _MAX_NAME_BYTES


def is_plain(shape: Shape) -> TypeGuard[Object]:
    """Return whether an object can be written as the columns of a derived row."""
    return isinstance(shape, Object) and not any(is_long(key) for key, _ in shape.fields)


def json_object(
    writer: Writer, columns: Sequence[tuple[str, Expression]], source: FromClause | None = None
) -> Expression:
    """Return the JSON object of the values, read from `source`, or from the row in scope when there is none."""
    own = () if source is None else (source,)
    if any(is_long(key) for key, _ in columns):
        whole = _concatenated(columns)
        return whole if source is None else select(whole).select_from(source).correlate_except(*own).scalar_subquery()
    query = select(*named(columns)).correlate_except(*own)
    return json_row(writer, query if source is None else query.select_from(source))


def json_row(writer: Writer, query: Select[Any]) -> Expression:
    """Return the one row of the query as a JSON object, or NULL when it has none."""
    name = writer.name()
    return _OfRows(f"row_to_json({name})", query, name)


def json_array(writer: Writer, query: Select[Any], *, of_column: str | None = None) -> Expression:
    """Return the rows of the query, in their order, as a JSON array of objects, or of the values of one column."""
    name = writer.name()
    item = name if of_column is None else f"{name}.{of_column}"
    return _OfRows(f"coalesce(json_agg({item}), '[]'::json)", query, name)


class _OfRows(ColumnElement[Any]):
    """The value that some SQL text makes of the rows of a query.

    It stands for a scalar subquery over a derived table, in a fraction of the time that SQLAlchemy takes to put these
    together and to write them; there are several in each object of an answer.
    """

    inherit_cache = False
    type = JSON()

    def __init__(self, text: str, rows: Select[Any], name: str) -> None:
        """Keep the text, in which the derived table has the name."""
        self.text = text
        self.rows = rows
        self.name = name


@compiles(_OfRows)
def _written(element: _OfRows, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    """Return the subquery as text."""
    rows = compiler.process(element.rows, **options)
    return f"(SELECT {element.text} FROM ({rows}) AS {element.name})"  # noqa: S608 - what SQLAlchemy has written


def _concatenated(columns: Sequence[tuple[str, Expression]]) -> Expression:
    """Return the JSON object put together as text, for names that PostgreSQL would cut."""
    text: Expression = quoted("{")
    for position, (key, column) in enumerate(columns):
        comma = "," if position else ""
        value = func.coalesce(cast(func.to_json(column), TextType()), quoted("null"))
        text = text.op("||")(quoted(f'{comma}"{key}":')).op("||")(value)
    return cast(text.op("||")(quoted("}")), JSON())
