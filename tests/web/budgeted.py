"""An application with a budget for each caller, and a clock that a test sets.

Owns: the fixtures `open_site` and `site`.
Does not own: what is promised about budgets (`test_rate_limits`) and prices (`test_prices`).
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import httpx2
import pytest

from ilmio_api.app import Application
from ilmio_api.compiler.engine import Engine
from ilmio_api.compiler.freshness import Freshness
from ilmio_api.db.pool import ReadPool
from ilmio_api.schema.query import CATALOGUE
from ilmio_api.web.allowances import InProcess, Store
from ilmio_api.web.documents import Documents
from ilmio_api.web.graphql import GraphQLEndpoint, Service
from ilmio_api.web.replies import Replies
from ilmio_api.web.routes import routes

RESPONSE = {"Accept": "application/graphql-response+json"}
MIDNIGHT = 1_800_057_600.0
"""2027-01-16T00:00:00Z: the first second of a minute."""

AREAS = "{ areas(first: 9) { nodes { code } } }"
"""Costs 10 points."""


@dataclass(slots=True)
class Clock:
    """A clock that a test sets."""

    at: float = MIDNIGHT

    def __call__(self) -> float:
        """Return the time, in seconds since 1970."""
        return self.at


@dataclass(slots=True)
class Site:
    """An application with a budget for each caller, on the demo world."""

    client: httpx2.AsyncClient
    clock: Clock
    pool: ReadPool

    async def ask(self, query: str, **headers: str) -> httpx2.Response:
        """Send a query."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post("/graphql", json={"query": query}, headers=RESPONSE | named)


Open = Callable[..., AbstractContextManager[Site]]


@pytest.fixture
def open_site(read_pool: ReadPool) -> Open:
    """Provide a function that opens a site: `open_site(limit)`, or with another store or trusted proxies."""

    @contextmanager
    def opened(limit: int = 100, *, store: Store | None = None, trusted_proxies: int = 0) -> Iterator[Site]:
        clock = Clock()
        endpoint = GraphQLEndpoint(10_000, trusted_proxies)
        application = Application(endpoint, routes=routes(endpoint))
        engine = Engine(CATALOGUE, read_pool)
        replies = Replies(engine, Freshness(read_pool), "test")
        application.service = Service(engine, replies, Documents(), store or InProcess(limit, clock))
        transport = httpx2.ASGITransport(application)
        yield Site(httpx2.AsyncClient(transport=transport, base_url="http://api.example.fi"), clock, read_pool)

    return opened


@pytest.fixture
def site(open_site: Open) -> Iterator[Site]:
    """Provide a site with 100 points a minute."""
    with open_site(100) as opened:
        yield opened


def left(answer: httpx2.Response) -> str:
    """Return what an answer says is left."""
    return str(answer.headers["ratelimit"])


def code_of(answer: httpx2.Response) -> str:
    """Return the code of the error of an answer."""
    return str(answer.json()["errors"][0]["extensions"]["code"])
