"""What every test can ask for: databases made by the migrations, and ways to them.

Owns: one PostgreSQL server for the whole run, the databases on it, and the application on the demo world; and how
tests are imported.
Does not own: records (a factory beside each context).

The server is an embedded one in a folder of `tests/memory.py`. With ILMIO_TEST_DATABASE_URL set, it is the server at
that address instead; its account has to be allowed to make databases, and whatever is made there is removed.
"""

import gc
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx2
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from tests.memory import database_folder

from ilmio_api.app import create_app
from ilmio_api.db import migrations
from ilmio_api.db.embedded import embedded_server
from ilmio_api.db.pool import ReadPool
from ilmio_api.db.session import WriteSession, open_engine, unit_of_work
from ilmio_api.demo import load_world
from ilmio_api.importers import areas
from ilmio_api.settings import Settings


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Import all tests without looking for garbage: there is none, and what is imported stays."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """A server on which databases can be made."""

    url: str
    """A database that is always there."""

    def url_of(self, database: str) -> str:
        """Return the address of another database on the server."""
        return urlsplit(self.url)._replace(path=f"/{database}").geturl()

    @asynccontextmanager
    async def database(self, name: str, *, template: str | None = None) -> AsyncIterator[str]:
        """Provide the address of a new database, a copy of `template`, and drop it afterwards."""
        copied = f"TEMPLATE {template}" if template else ""
        await self._run(f"CREATE DATABASE {name} {copied}")
        try:
            yield self.url_of(name)
        finally:
            await self._run(f"DROP DATABASE {name} WITH (FORCE)")

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@pytest.fixture(scope="session")
def database_server() -> Iterator[DatabaseServer]:
    """Provide the server of this run."""
    url = os.environ.get("ILMIO_TEST_DATABASE_URL")
    if url:
        yield DatabaseServer(url)
        return
    with (
        database_folder() as folder,
        embedded_server(Path(folder), durable=False) as server,
    ):
        yield DatabaseServer(server.url)


@pytest.fixture(scope="session")
async def template(database_server: DatabaseServer) -> AsyncIterator[str]:
    """Provide the name of a migrated, empty database that is only copied, never used."""
    name = f"ilmio_template_{os.getpid()}"
    async with database_server.database(name) as url:
        await migrations.upgrade(url)
        yield name


@pytest.fixture(scope="session")
async def database_url(database_server: DatabaseServer, template: str) -> AsyncIterator[str]:
    """Provide the address of a migrated database that every test finds empty, and leaves empty."""
    async with database_server.database(f"ilmio_empty_{os.getpid()}", template=template) as url:
        yield url


@pytest.fixture(scope="session")
async def world_url(database_server: DatabaseServer, template: str) -> AsyncIterator[str]:
    """Provide the address of a database with the register of areas and the demo world, for reading."""
    async with AsyncExitStack() as stack:
        name = f"ilmio_world_{os.getpid()}"
        url = await stack.enter_async_context(database_server.database(name, template=template))
        engine = open_engine(url)
        stack.push_async_callback(engine.dispose)
        async with unit_of_work(engine) as session:
            await areas.load(session, _untold)
            await load_world(session, _untold)
        yield url


@pytest.fixture
async def private_url(database_server: DatabaseServer, template: str) -> AsyncIterator[str]:
    """Provide the address of a migrated, empty database of the test's own, for tests that commit."""
    async with database_server.database(f"ilmio_private_{os.getpid()}", template=template) as url:
        yield url


@pytest.fixture
async def bare_url(database_server: DatabaseServer) -> AsyncIterator[str]:
    """Provide the address of a database in which no migration has run."""
    async with database_server.database(f"ilmio_bare_{os.getpid()}") as url:
        yield url


@pytest.fixture(scope="session")
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """Provide an engine on the empty database."""
    engine = open_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def write_session(engine: AsyncEngine) -> AsyncIterator[WriteSession]:
    """Provide a session on the empty database; whatever the test writes is rolled back."""
    async with engine.connect() as connection:
        transaction = await connection.begin()
        async with AsyncSession(connection, join_transaction_mode="create_savepoint") as session:
            yield WriteSession(session)
        await transaction.rollback()


@pytest.fixture(scope="session")
async def read_pool(world_url: str) -> AsyncIterator[ReadPool]:
    """Provide the hot path to the demo world."""
    pool = await ReadPool.open(world_url, size=2, statement_timeout_ms=5_000)
    yield pool
    await pool.close()


@pytest.fixture
def query_count(read_pool: ReadPool) -> Callable[[], int]:
    """Provide how many statements `read_pool` has run since the test began."""
    before = read_pool.statements
    return lambda: read_pool.statements - before


@pytest.fixture(scope="session")
async def api(world_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    """Provide a client of the whole application, on the demo world, without a socket between them."""
    # All tests ask from one address, so no rate limit here.
    application = create_app(Settings(database_url=world_url, pool_size=2, rate_limit_points=0))
    async with (
        application.router.lifespan_context(application),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(application), base_url="http://api.example.fi") as client,
    ):
        yield client


@pytest.fixture(scope="session")
def ask(api: httpx2.AsyncClient) -> Callable[..., Awaitable[Any]]:
    """Provide a function that asks and returns the data; the answer has to be without errors.

    Call it as `await ask(query, variables=None, **headers)`. Headers are written as `accept_language="sv"`; without
    that one, texts come in Finnish.
    """

    async def data(query: str, variables: dict[str, Any] | None = None, **headers: str) -> Any:  # noqa: ANN401
        answer = await api.post(
            "/graphql",
            json={"query": query, "variables": variables},
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
        body = answer.json()
        assert "errors" not in body, body["errors"]
        return body["data"]

    return data


def _untold(_label: str, _done: int, _total: int) -> None:
    """Tell nobody about progress."""
