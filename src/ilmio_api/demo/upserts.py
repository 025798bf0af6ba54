"""Write rows so that writing them again changes nothing.

Owns: insert-or-update by primary key, with a new version only where something differs.
Does not own: the rows (`demo.rows`).
"""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Column, Table, func, null, or_
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.dialects.postgresql.dml import Insert
from sqlalchemy.engine.interfaces import ExecutionContext
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from ilmio_api.db.session import WriteSession
from ilmio_api.demo.rows import Row

_PARAMETERS_PER_STATEMENT = 30_000
"""PostgreSQL's protocol counts parameters in 16 bits; asyncpg allows 32 767."""

_KEPT_BY_THE_SERVICE = frozenset({"version", "created_at", "updated_at", "published_at"})
"""Columns of our own book-keeping: set when a row comes into being, never compared."""


async def upsert(session: WriteSession, table: Table, rows: Sequence[Row]) -> None:
    """Insert `rows`, or bring those that exist to the given values; equal rows are not touched."""
    columns = [c for c in table.columns if c.server_onupdate is None and c.name not in _KEPT_BY_THE_SERVICE]
    size = _PARAMETERS_PER_STATEMENT // len(columns)
    for start in range(0, len(rows), size):
        complete = [_complete(columns, row) for row in rows[start : start + size]]
        await session.execute(_statement(table, columns, complete))


def _statement(table: Table, columns: Sequence[Column[Any]], rows: Sequence[Row]) -> Insert:
    if "published_at" in table.c:
        rows = [{**row, "published_at": func.now()} for row in rows]
    statement = insert(table).values(rows)
    key = list(table.primary_key.columns)
    compared = [column.name for column in columns if not column.primary_key]
    if not compared:
        return statement.on_conflict_do_nothing(index_elements=key)
    changes: Row = {name: statement.excluded[name] for name in compared}
    if "version" in table.c:
        changes |= {"version": table.c.version + 1, "updated_at": func.now()}
    return statement.on_conflict_do_update(
        index_elements=key,
        set_=changes,
        where=or_(*(table.c[name].is_distinct_from(statement.excluded[name]) for name in compared)),
    )


def _complete(columns: Sequence[Column[Any]], row: Row) -> Row:
    """Return the row with every column: one statement writes many rows, so all need the same columns."""
    complete: Row = {}
    for column in columns:
        value = row[column.name] if column.name in row else _default(column)
        # SQLAlchemy writes None into a JSON column as the JSON value null, not as the SQL NULL that is meant.
        complete[column.name] = null() if value is None and isinstance(column.type, JSONB) else value
    return complete


def _default(column: Column[Any]) -> object:
    match column.default:
        case ScalarElementColumnDefault(arg=value):
            return cast("object", value)
        case CallableColumnDefault(arg=make):
            # The argument is SQLAlchemy's execution context, which no default of ours looks at.
            return cast("object", make(cast("ExecutionContext", None)))
        case _:
            return None
