"""Write many rows fast: PostgreSQL's COPY on the connection of a session.

Owns: the way from rows to COPY, inside the transaction of the session.
Does not own: the rows (`demo.synthetic_rows`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import cast

import asyncpg
from sqlalchemy import text

from ilmio_api.db.session import WriteSession

Row = Mapping[str, object]
"""Values of one row by column name. JSON is text already; absent columns take the database's default."""


class RowBatch:
    """Rows of many tables, kept until they are written together."""

    def __init__(self) -> None:
        """Start with no rows."""
        self._rows: dict[str, list[Row]] = defaultdict(list)

    def add(self, table: str, row: Row) -> None:
        """Keep a row; all rows of one table in a batch must have the same columns."""
        self._rows[table].append(row)

    async def write(self, session: WriteSession) -> None:
        """Write the rows, table by table in the order in which the tables were first named."""
        connection = await _driver_connection(session)
        for table, rows in self._rows.items():
            await _copy(connection, table, rows)


async def _copy(connection: asyncpg.Connection, table: str, rows: Sequence[Row]) -> None:
    columns = list(rows[0])
    records = (tuple(row[column] for column in columns) for row in rows)
    # COPY fires the triggers that fill the directory of records, and computes the generated columns.
    await connection.copy_records_to_table(table, records=records, columns=columns)


async def _driver_connection(session: WriteSession) -> asyncpg.Connection:
    # SQLAlchemy begins its transaction with its first statement. Without one, COPY would last at once.
    await session.execute(text("SELECT 1"))
    raw = await (await session.connection()).get_raw_connection()
    return cast("asyncpg.Connection", raw.driver_connection)
