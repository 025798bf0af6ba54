"""Sessions of the object-relational mapper, for everything that writes.

Owns: the engine, what a session may do, the only commit of the project, and which errors say that the database is away.
Does not own: the hot read path (`db.pool`), what is written (`domain`).
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import NewType

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from ilmio_api.db.address import driver_url, refusals_explained
from ilmio_api.errors import UnavailableError

_AWAY = ("08", "57P")
"""How the SQLSTATE of a lost or refused connection begins (PostgreSQL, appendix A)."""

ReadSession = NewType("ReadSession", AsyncSession)
"""A session in a read-only transaction: PostgreSQL refuses what would write."""

WriteSession = NewType("WriteSession", AsyncSession)
"""A session inside a unit of work. Whoever holds one may flush; the unit of work decides whether it lasts."""


def open_engine(url: str, *, size: int = 5, statement_timeout_ms: int = 0) -> AsyncEngine:
    """Return an engine for the database at `url`; it connects when first used.

    Args:
        url: `postgresql://…`, in any form that asyncpg reads.
        size: The most connections it holds.
        statement_timeout_ms: PostgreSQL stops a statement after this time; 0 means never.
    """
    settings = {
        "TimeZone": "UTC",
        "application_name": "ilmio-write",
        "statement_timeout": str(statement_timeout_ms),
    }

    async def connect() -> asyncpg.Connection:
        return await asyncpg.connect(driver_url(url), timeout=10, server_settings=settings)

    return create_async_engine(
        "postgresql+asyncpg://",
        # The driver reads the address itself, so that it means the same here and in the read pool.
        async_creator=connect,
        pool_size=size,
        max_overflow=0,
        # Errors are logged, and what was asked for may be somebody's address.
        hide_parameters=True,
        # The pool's own half a minute would be a queue of requests whose callers have gone.
        pool_timeout=2,
        pool_pre_ping=True,
    )


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection]:
    """Provide one connection to the database at `url`, whose statements may take as long as they take.

    Raises:
        OperatorError: The database cannot be reached.
    """
    engine = open_engine(url)
    try:
        with refusals_explained(url):
            connection = await engine.connect()
        try:
            yield connection
        finally:
            await connection.close()
    finally:
        await engine.dispose()


@asynccontextmanager
async def unit_of_work(engine: AsyncEngine) -> AsyncIterator[WriteSession]:
    """Provide a session whose changes last if the block ends well, and leave no trace if it raises."""
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield WriteSession(session)
        await session.commit()


@asynccontextmanager
async def accounts_work(engine: AsyncEngine, acting: str) -> AsyncIterator[WriteSession]:
    """Provide a unit of work on the private tables, as the role that may do nothing else.

    Args:
        engine: The database.
        acting: On whose behalf: the id of a credential, or a word such as `sign-in`. Empty, nothing can be seen.
    """
    async with unit_of_work(engine) as session:
        await session.execute(text("SET LOCAL ROLE ilmio_accounts"))
        await session.execute(text("SELECT set_config('ilmio.acting', :acting, true)"), {"acting": acting})
        yield session


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[ReadSession]:
    """Provide a session that sees one state of the database and cannot change it."""
    read_only = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    async with AsyncSession(read_only) as session:
        yield ReadSession(session)


@contextmanager
def outages_told() -> Iterator[None]:
    """Let an error that says that the database is away be told as such; every other error stays what it is.

    Raises:
        UnavailableError: The database cannot be reached, or no connection came free in time.
    """
    try:
        yield
    except (OSError, PoolTimeoutError) as error:
        raise UnavailableError from error
    except DBAPIError as error:
        if is_away(error):
            raise UnavailableError from error
        raise


def is_away(error: DBAPIError) -> bool:
    """Return whether an error is about the connection and not about a statement."""
    sqlstate = str(getattr(error.orig, "sqlstate", None) or "")
    return error.statement is None or error.connection_invalidated or sqlstate.startswith(_AWAY)
