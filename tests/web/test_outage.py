"""What happens when PostgreSQL goes away while the service runs, and when it comes back."""

from typing import Protocol
from urllib.parse import urlsplit

import asyncpg
import httpx2
import pytest
from starlette.types import Message

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


async def test_the_authorization_server_and_the_console_tell_of_an_outage(
    database_server: Server, private_url: str
) -> None:
    name = urlsplit(private_url).path.removeprefix("/")
    application = create_app(Settings(database_url=private_url, pool_size=1))
    transport = httpx2.ASGITransport(application, raise_app_exceptions=False)
    form = {"grant_type": "client_credentials", "client_id": "client_x", "client_secret": "x"}
    async with (
        application.router.lifespan_context(application),
        httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as client,
    ):
        keeper = await asyncpg.connect(database_server.url)
        await keeper.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await keeper.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        token = await client.post("/oauth/token", data=form, headers={"accept-language": "en"})
        keys = await client.get("/oauth/jwks")
        await keeper.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        again = await client.post("/oauth/token", data=form)
        await keeper.close()

    assert [(each.status_code, each.headers.get("retry-after")) for each in (token, keys)] == [(503, "5")] * 2
    assert token.text.endswith("\n")
    assert "Traceback" not in token.text
    assert again.status_code == 401


@pytest.mark.parametrize(
    "path", ["/oauth/token", "/oauth/userinfo", "/oauth/authorize", "/auth/backchannel/x", "/console/sign-in"]
)
async def test_a_caller_who_hangs_up_within_a_form_is_no_fault(world_url: str, path: str) -> None:
    application = create_app(Settings(database_url=world_url, pool_size=1))
    headers = [(b"content-type", b"application/x-www-form-urlencoded"), (b"origin", b"http://localhost:8000")]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers, "scheme": "http"}
    coming: list[Message] = [
        {"type": "http.request", "body": b"a=", "more_body": True},
        {"type": "http.disconnect"},
    ]
    said: list[Message] = []

    async def receive() -> Message:
        return coming.pop(0)

    async def send(message: Message) -> None:
        said.append(message)

    async with application.router.lifespan_context(application):
        await application(scope, receive, send)  # a fault would be raised, and logged

    assert said[0]["status"] < 500
