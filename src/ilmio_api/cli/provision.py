"""The database that a command works on.

Owns: starting the embedded server when no address is set, ending it however the command ends, and asking the
database whether it is ready.
Does not own: the server (`db.embedded`), the tables (`db.migrations`, `db.revisions`), signals (`cli.signals`).
"""

import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import exists, select, text

from ilmio_api.cli.signals import ended_in_order
from ilmio_api.db import revisions
from ilmio_api.db.base import Base
from ilmio_api.db.embedded import embedded_server
from ilmio_api.db.session import WriteSession, connected, open_engine, unit_of_work
from ilmio_api.errors import OperatorError
from ilmio_api.settings import Settings

_Answer = TypeVar("_Answer")


@contextmanager
def provided_database(settings: Settings) -> Iterator[str]:
    """Provide the address of the database that `settings` name, and keep the embedded server up meanwhile."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    with ended_in_order(), embedded_server(settings.data_dir) as server:
        for folder in server.opened:
            sys.stderr.write(
                f"Note: {folder} was closed to other accounts. PostgreSQL does not run as root; its account "
                "may now pass through (chmod o+x), but not list or read what is there.\n"
            )
        yield server.url


async def has_its_tables(url: str) -> bool:
    """Tell whether the tables are those of this version of the code."""
    return await revisions.current(url) == revisions.head()


async def refuse_other_tables(url: str) -> None:
    """Refuse a database whose tables are not those of this version of the code.

    Raises:
        OperatorError: Migrations are missing, or the database is ahead.
    """
    if not await has_its_tables(url):
        raise OperatorError(
            "The database does not have the tables of this version.",
            "Run ilmio db upgrade, or start with ilmio serve --migrate.",
        )


async def has_rows(url: str, table: type[Base]) -> bool:
    """Tell whether `table` holds anything."""
    async with connected(url) as connection:
        return bool(await connection.scalar(select(exists(select(table)))))


async def written(url: str, work: Callable[[WriteSession], Awaitable[_Answer]]) -> _Answer:
    """Return what `work` returns, and keep what it wrote; if it raises, nothing is kept."""
    engine = open_engine(url)
    try:
        async with unit_of_work(engine) as session:
            answer = await work(session)
        async with engine.connect() as connection:
            # Until autovacuum comes by, the planner would take the tables to be as empty as they were.
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))
    finally:
        await engine.dispose()
    return answer
