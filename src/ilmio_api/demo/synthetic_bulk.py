"""Put aside what PostgreSQL keeps up row by row, while very many rows are written.

Owns: dropping indexes and foreign keys of the tables that are written to, and making the same ones again.
Does not own: when that is worth it (`demo.synthetic`), what the indexes and keys are (`domain`).

An index that is sorted once takes a fraction of the time of one that grows by millions of single rows, and a foreign
key that is checked by one join a fraction of millions of single checks. Primary and unique keys stay.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import ARRAY, String, bindparam, text

from ilmio_api.db.session import WriteSession
from ilmio_api.demo.true_world import Progress

_KEPT_UP = text("""
    SELECT format('DROP INDEX %s', i.indexrelid::regclass) AS drop, pg_get_indexdef(i.indexrelid) AS make
    FROM pg_index i WHERE i.indrelid = ANY (CAST(:tables AS regclass[])) AND NOT i.indisunique
    UNION ALL
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname),
        format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
    FROM pg_constraint c WHERE c.conrelid = ANY (CAST(:tables AS regclass[])) AND c.contype = 'f'
""").bindparams(bindparam("tables", type_=ARRAY(String)))
"""Indexes come first: nothing but the order of making them depends on it."""

_MEMORY = "SET LOCAL maintenance_work_mem = '512MB'"
"""For sorting; with PostgreSQL's usual 64 MB, the index of words is merged from many small parts."""

_LABEL = "Indexes"


@asynccontextmanager
async def put_aside(session: WriteSession, tables: Sequence[str], progress: Progress) -> AsyncIterator[None]:
    """Drop the indexes and foreign keys of the tables, and make them again when the block ends well.

    Nobody else can read the tables from the beginning of the block to the end of the unit of work.

    Args:
        session: A unit of work of the tables' owner. If it is given up, everything is as it was.
        tables: Names of the tables that will be written to, directly or by triggers.
        progress: Called after each index or key with the number of those made.
    """
    kept_up = (await session.execute(_KEPT_UP, {"tables": tables})).all()
    connection = await session.connection()
    for drop, _ in kept_up:
        await connection.exec_driver_sql(drop)
    yield
    await connection.exec_driver_sql(_MEMORY)
    for number, (_, make) in enumerate(kept_up):
        progress(_LABEL, number, len(kept_up))
        await connection.exec_driver_sql(make)
    progress(_LABEL, len(kept_up), len(kept_up))
