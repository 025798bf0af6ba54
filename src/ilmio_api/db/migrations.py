"""Bring a database to the tables that this version of the code expects.

Owns: running Alembic from code, on one connection, by one process at a time.
Does not own: the migrations (the folder `alembic/`), the tables (`domain`), which migration is the last one
(`db.revisions`).
"""

import asyncio
import warnings
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from ilmio_api.db import revisions
from ilmio_api.db.session import connected
from ilmio_api.errors import OperatorError

COMPARISON: Mapping[str, Any] = {"compare_type": True, "compare_server_default": True}
"""What Alembic compares besides tables, columns, indexes and keys."""

_Answer = TypeVar("_Answer")

# Any number that nothing else locks; these are the letters of "ilmio".
_LOCK = 0x696C6D696F
_LOCK_LIMIT_S = 60.0
_INSUFFICIENT_PRIVILEGE = "42501"


async def upgrade(url: str) -> None:
    """Run the migrations that the database at `url` lacks; when another process does so, wait for it.

    Raises:
        OperatorError: The database cannot be reached, or the other process does not finish.
    """
    async with connected(url) as connection:
        if await revisions.recorded(connection) != revisions.head():
            async with _only_one(url):
                await connection.rollback()
                await _with_alembic(connection, lambda config: command.upgrade(config, "head"))


async def check(url: str, metadata: MetaData) -> list[str]:
    """Return what a migration from the database at `url` to `metadata` would do, a line each.

    An empty list says that they agree, as far as Alembic sees; `alembic/env.py` says what it does not see.

    Raises:
        OperatorError: The database cannot be reached.
    """
    async with connected(url) as connection:
        return await connection.run_sync(_differences, metadata)


async def draft(url: str, message: str) -> Path:
    """Write a new migration that brings the database at `url`, which must be at the last one, to the models.

    Args:
        url: `postgresql://…`.
        message: What the migration does, in a few words.

    Returns:
        The file, to be read and corrected before it is committed.
    """
    async with connected(url) as connection:
        script = await _with_alembic(
            connection, lambda config: command.revision(config, message=message, autogenerate=True)
        )
    if script is None or isinstance(script, list):
        raise OperatorError("Alembic wrote no migration.", "Read what it printed, and mend the models.")
    return Path(script.path)


def _config() -> Config:
    """Return Alembic's settings; the folder does not depend on where the process was started."""
    config = Config()
    config.set_main_option("script_location", str(revisions.scripts()).replace("%", "%%"))
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s_%%(rev)s")
    config.set_main_option("timezone", "UTC")
    return config


async def _with_alembic(connection: AsyncConnection, run: Callable[[Config], _Answer]) -> _Answer:
    """Run one of Alembic's commands on `connection`."""

    def on(plain: Connection) -> _Answer:
        config = _config()
        config.attributes["connection"] = plain
        with _refusals_explained():
            return run(config)

    return await connection.run_sync(on)


@contextmanager
def _refusals_explained() -> Iterator[None]:
    """Turn what Alembic or the database refuses into an OperatorError: a revision that is not there, missing rights."""
    try:
        with warnings.catch_warnings():
            # Alembic compares the text of generated columns, which PostgreSQL words in its own way.
            warnings.filterwarnings("ignore", message="Computed default on")
            yield
    except CommandError as error:
        raise OperatorError(
            f"The migrations do not fit together: {error}",
            "If the database is newer than this code, install that version; else mend alembic/versions.",
        ) from error
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != _INSUFFICIENT_PRIVILEGE:
            raise
        raise OperatorError(
            f"The account of the database may not do what the migrations need: {error.orig}",
            "Give it CREATEROLE, or have somebody make the two roles before: deploy/README.md tells how.",
        ) from error


def _differences(connection: Connection, metadata: MetaData) -> list[str]:
    """Return the Python code of the migration that is missing, without its comments."""
    with _refusals_explained():
        migration = produce_migrations(MigrationContext.configure(connection, opts=dict(COMPARISON)), metadata)
    assert migration.upgrade_ops is not None  # noqa: S101  # produce_migrations always sets it
    if migration.upgrade_ops.is_empty():
        return []
    code = render_python_code(migration.upgrade_ops).splitlines()
    return [line.strip() for line in code if line.strip() and not line.strip().startswith("#")]


@asynccontextmanager
async def _only_one(url: str) -> AsyncIterator[None]:
    """Keep other processes from migrating.

    The lock has a connection of its own and is asked for again and again: a waiting statement would hold a
    snapshot, for which CREATE INDEX CONCURRENTLY in the other process would wait in turn.
    """
    async with connected(url) as plain:
        connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
        try:
            async with asyncio.timeout(_LOCK_LIMIT_S):
                while not await connection.scalar(text(f"SELECT pg_try_advisory_lock({_LOCK})")):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
        except TimeoutError as error:
            raise OperatorError(
                f"Another process has been migrating this database for {_LOCK_LIMIT_S:.0f} seconds.",
                "Wait until it has finished, or end it, and try again.",
            ) from error
        # The lock ends with its connection.
        yield
