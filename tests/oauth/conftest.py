"""Fixtures of the tests of the authorization server."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.conftest import DatabaseServer
from tests.oauth.stage import Stage

from ilmio_api.db.sealing import Sealer
from ilmio_api.db.session import open_engine

_SEALER = Sealer(Fernet.generate_key().decode(), Path())


@pytest.fixture(scope="session")
async def oauth_engine(database_server: DatabaseServer, template: str) -> AsyncIterator[AsyncEngine]:
    """Provide an engine on a database that all tests of the server share; each makes its own clients and people."""
    async with database_server.database(f"ilmio_oauth_{os.getpid()}", template=template) as url:
        engine = open_engine(url)
        yield engine
        await engine.dispose()


@pytest.fixture
async def stage(oauth_engine: AsyncEngine) -> AsyncIterator[Stage]:
    """Provide a server with a clock of its own."""
    found = Stage(oauth_engine, _SEALER)
    yield found
    await found.http.aclose()


@pytest.fixture
async def alone(private_url: str) -> AsyncIterator[Stage]:
    """Provide a server on a database of its own, for tests of what is shared, such as keys."""
    engine = open_engine(private_url)
    found = Stage(engine, _SEALER)
    yield found
    await found.http.aclose()
    await engine.dispose()
