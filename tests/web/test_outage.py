"""What happens when PostgreSQL goes away while the service runs, and when it comes back."""

from typing import Protocol
from urllib.parse import urlsplit

import asyncpg
import httpx2

from ilmio_api.app import create_app
from ilmio_api.settings import Settings


class Server(Protocol):
    """The server of the tests."""

    @property
    def url(self) -> str:
        """Return the address of a database that is always there."""


async def test_an_outage_is_told_and_ends_when_the_database_is_back(database_server: Server, private_url: str) -> None:
    name = urlsplit(private_url).path.removeprefix("/")
    application = create_app(Settings(database_url=private_url, pool_size=2))
    transport = httpx2.ASGITransport(application)
    statuses = []
    async with (
        application.router.lifespan_context(application),
        httpx2.AsyncClient(transport=transport, base_url="http://api.example.fi") as client,
    ):
        keeper = await asyncpg.connect(database_server.url)
        for allowed in ("true", "false", "true"):
            await keeper.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}")
            await keeper.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
            answer = await client.post("/graphql", json={"query": "{ areas { totalCount } }"})
            ready, live = await client.get("/ready"), await client.get("/live")
            statuses.append(
                (answer.status_code, answer.headers.get("retry-after"), ready.status_code, live.status_code)
            )
        await keeper.close()

    assert statuses == [(200, None, 200, 200), (503, "5", 503, 200), (200, None, 200, 200)]
