"""Values at the edges of what a column can hold.

Owns: which values those are for each type, and writing them into some rows of every table that has any.
Does not own: the other oddities of the world that is compared with the oracle (`mottled`).
"""

import asyncpg
from sqlalchemy import Column, Date, DateTime, Enum, Integer, Numeric, String, Table

from ilmio_api.db.base import COPIED_FROM, Base

_EDGES = {
    Integer: ("2147483647", "-2147483648", "0"),
    Numeric: ("99999999999999.9999", "999999999999.99", "-999.99", "0.0001", "0"),
    DateTime: ("'1000-01-01T00:00:00Z'", "'9990-12-31T23:59:59.999999Z'", "'2026-01-01T00:00:00.0005Z'"),
    Date: ("'1000-01-01'", "'9990-12-31'", "'1582-10-10'"),
    String: (r"""E'\x01\x1f\x7f\n\t"\\'""", "'</script>\u2028\ufeff\U0010ffff'", "'$1 %s :x ?'", "''"),
}
"""SQL of values by the type of the column; the first type that fits counts."""

_NOT_MINE = {"slug", "kind", "publication_status", "visibility", "deleted_at", "owner_id", "document"}
"""Columns that say what a row is and who sees it."""
_SIDES = 11


async def make_extreme(connection: "asyncpg.Connection[asyncpg.Record]") -> int:
    """Write values at the edges into some rows, where rules of the table let them in; return how many were written."""
    written = 0
    for table in Base.metadata.sorted_tables:
        if table.name.startswith("area"):
            continue  # derived tables hang on them
        for column in table.c:
            for place, value in enumerate(_values_of(column)):
                written += await _write(connection, table, column, value, place)
    return written


def _values_of(column: "Column[object]") -> tuple[str, ...]:
    """Return the values at the edges of a column that is nothing but content."""
    is_content = not (column.primary_key or column.foreign_keys or column.computed or COPIED_FROM in column.info)
    if not is_content or column.name in _NOT_MINE or isinstance(column.type, Enum):
        return ()
    values = next((values for type_, values in _EDGES.items() if isinstance(column.type, type_)), ())
    return (*values, "NULL") if column.nullable and values else values


async def _write(
    connection: "asyncpg.Connection[asyncpg.Record]", table: Table, column: "Column[object]", value: str, place: int
) -> int:
    """Write a value into every eleventh row, chosen by its key; return into how many."""
    key = " || ".join(f'"{each.name}"::text' for each in table.primary_key)
    chance = f"('x' || substr(md5('{column.name}' || {key}), 1, 6))::bit(24)::int % {_SIDES}"
    try:
        async with connection.transaction():
            done = await connection.execute(
                f'UPDATE {table.name} SET "{column.name}" = {value} WHERE {chance} = {place}'  # noqa: S608
            )
    except asyncpg.IntegrityConstraintViolationError:
        return 0  # a rule keeps it out
    except asyncpg.DataError:
        return 0  # the type does
    return int(done.split(" ")[1])
