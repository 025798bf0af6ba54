"""Two worlds, and for each the two who answer about it: the compiler and the oracle.

Owns: the databases and pools behind them.
Does not own: the server and the demo world (`tests/conftest.py`).
"""

import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import pytest
from tests.oracle import world
from tests.oracle.company import InCompany
from tests.oracle.comparison import Witnesses
from tests.oracle.interpreter import Oracle
from tests.oracle.mottled import make_mottled

from ilmio_api.compiler.engine import Engine
from ilmio_api.db.pool import ReadPool
from ilmio_api.schema.query import CATALOGUE


class Databases(Protocol):
    """A server on which databases can be made."""

    def database(self, name: str, *, template: str | None = None) -> AbstractAsyncContextManager[str]:
        """Provide the address of a new database."""


@pytest.fixture(scope="session")
async def mottled_url(database_server: Databases, template: str) -> AsyncIterator[str]:
    """Provide the address of a database in which everything occurs, hidden records among it; for reading."""
    async with database_server.database(f"ilmio_mottled_{os.getpid()}", template=template) as url:
        await make_mottled(url)
        yield url


@pytest.fixture(scope="session")
async def mottled_pool(mottled_url: str) -> AsyncIterator[ReadPool]:
    """Provide the hot path to the mottled world."""
    pool = await ReadPool.open(mottled_url, size=2, statement_timeout_ms=20_000)
    yield pool
    await pool.close()


@pytest.fixture(scope="session")
async def mottled(mottled_url: str, mottled_pool: ReadPool) -> Witnesses:
    """Provide the witnesses of the mottled world."""
    return Witnesses(Engine(CATALOGUE, InCompany(mottled_pool)), Oracle(CATALOGUE, await world.loaded(mottled_url)))


@pytest.fixture(scope="session")
async def true(world_url: str, read_pool: ReadPool) -> Witnesses:
    """Provide the witnesses of the demo world."""
    return Witnesses(Engine(CATALOGUE, InCompany(read_pool)), Oracle(CATALOGUE, await world.loaded(world_url)))
