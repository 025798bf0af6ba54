"""JSON objects and arrays as SQL.

Owns: names and literals that come from a document or the schema, and the two ways to write an object.
Does not own: which values an object holds (`compiler.emit`).
"""

from collections.abc import Sequence
from typing import Any, TypeGuard

from sqlalchemy import FromClause, Select, cast, func, select
from sqlalchemy.dialects.postgresql import JSON
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


def named(key: str, value: Expression) -> Expression:
    """Return the value under a response key, whose letters PostgreSQL must keep as they are."""
    return value.label(quoted_name(key, quote=True))


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
    query = select(*(named(key, column) for key, column in columns)).correlate_except(*own)
    return json_row(writer, query if source is None else query.select_from(source))


def json_row(writer: Writer, query: Select[Any]) -> Expression:
    """Return the one row of the query as a JSON object, or NULL when it has none."""
    derived = query.subquery(writer.name())
    return select(func.row_to_json(derived.table_valued())).correlate_except(derived).scalar_subquery()


def json_array(writer: Writer, query: Select[Any], *, of_column: str | None = None) -> Expression:
    """Return the rows of the query, in their order, as a JSON array of objects, or of the values of one column."""
    derived = query.subquery(writer.name())
    item: Expression = derived.table_valued() if of_column is None else derived.c[of_column]
    return select(func.coalesce(func.json_agg(item), EMPTY_ARRAY)).correlate_except(derived).scalar_subquery()


def _concatenated(columns: Sequence[tuple[str, Expression]]) -> Expression:
    """Return the JSON object put together as text, for names that PostgreSQL would cut."""
    text: Expression = quoted("{")
    for position, (key, column) in enumerate(columns):
        comma = "," if position else ""
        value = func.coalesce(cast(func.to_json(column), TextType()), quoted("null"))
        text = text.op("||")(quoted(f'{comma}"{key}":')).op("||")(value)
    return cast(text.op("||")(quoted("}")), JSON())
