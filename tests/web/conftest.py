"""What the tests of HTTP share: an application whose database does what a test wants."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from tests.web.budgeted import open_site, site

from ilmio_api.app import Application
from ilmio_api.compiler.engine import Engine
from ilmio_api.compiler.freshness import Freshness
from ilmio_api.schema.query import CATALOGUE
from ilmio_api.settings import Settings
from ilmio_api.web.documents import Documents
from ilmio_api.web.graphql import GraphQLEndpoint, Service
from ilmio_api.web.replies import Replies
from ilmio_api.web.routes import routes

__all__ = ["failing", "open_site", "site"]

Failing = Callable[[Exception], AbstractAsyncContextManager[httpx2.AsyncClient]]


@dataclass(frozen=True, slots=True)
class Broken:
    """A database that answers everything with the same exception."""

    error: Exception

    async def fetch_row(self, sql: str, args: Sequence[object], claims: str = "") -> Iterable[Any] | None:
        """Raise the exception."""
        del sql, args, claims
        raise self.error


@pytest.fixture
def failing() -> Failing:
    """Provide a client of the application on a database that fails with the given exception."""

    @asynccontextmanager
    async def client(error: Exception) -> AsyncIterator[httpx2.AsyncClient]:
        endpoint = GraphQLEndpoint(1_000)
        application = Application(endpoint, routes=routes(endpoint))
        application.state.settings = Settings()
        database = Broken(error)
        engine = Engine(CATALOGUE, database)
        application.state.fetcher = database
        application.service = Service(engine, Replies(engine, Freshness(database), "broken"), Documents())
        transport = httpx2.ASGITransport(application)
        async with httpx2.AsyncClient(transport=transport, base_url="http://api.example.fi") as opened:
            yield opened

    return client
