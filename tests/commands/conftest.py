"""An application whose callers have tokens, on a database of the test's own.

Owns: the fixture `desk`.
Does not own: the people and organisations (`tests.domain.accounts.scene`).
"""

import itertools
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.domain.accounts.scene import OURS, Scene, at, lasting

from ilmio_api.app import create_app
from ilmio_api.db.session import accounts_work
from ilmio_api.domain.accounts.vocabulary import ClientKind, MemberRole
from ilmio_api.settings import Settings

__all__ = ["at", "lasting"]


@dataclass(frozen=True, slots=True)
class Desk:
    """Sends GraphQL requests for people with tokens."""

    client: httpx2.AsyncClient
    engine: AsyncEngine
    random: random.Random
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def token(
        self, role: MemberRole | None, scopes: Sequence[str], organisation: str = OURS, *, admin: bool = False
    ) -> str:
        """Return the access token of a new person with a role, through a client of the service's own kind."""
        async with accounts_work(self.engine, "test") as session:
            scene = Scene(session, datetime.now(UTC), self.random.randbytes, self.numbers)
            person = await scene.person(role, organisation, admin=admin)
            client = await scene.client(scopes, organisation, kind=ClientKind.PUBLIC_APPLICATION)
            return (await scene.token(client, scopes, person)).text

    async def ask(
        self, query: str, token: str | None = None, variables: Mapping[str, Any] | None = None, **headers: str
    ) -> httpx2.Response:
        """Send a request."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            named["authorization"] = f"Bearer {token}"
        return await self.client.post(
            "/graphql", json={"query": query, "variables": dict(variables or {})}, headers=named
        )

    async def answer(self, query: str, token: str, variables: Mapping[str, Any] | None = None, **headers: str) -> Any:  # noqa: ANN401 - JSON
        """Return the data of an answer without errors."""
        answer = (await self.ask(query, token, variables, **headers)).json()
        assert "errors" not in answer, answer
        return answer["data"]


@pytest.fixture
async def desk(private_url: str, lasting: AsyncEngine) -> AsyncIterator[Desk]:
    """Provide an application with two organisations that have accounts."""
    application = create_app(Settings(database_url=private_url, pool_size=2))
    async with (
        application.router.lifespan_context(application),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(application), base_url="http://api.example.fi") as client,
    ):
        yield Desk(client, lasting, random.Random(20_261_123))  # noqa: S311 - a test wants the same ones again
