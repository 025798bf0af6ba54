"""Credentials of a request: whose answers it gets, who pays, and how a wrong token is told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx2
import pytest
from tests.web.budgeted import Clock

from ilmio_api.access.principals import Principal
from ilmio_api.access.scopes import Scope
from ilmio_api.app import Application
from ilmio_api.compiler.engine import Engine
from ilmio_api.compiler.freshness import Freshness
from ilmio_api.db.pool import ReadPool
from ilmio_api.domain.accounts.principals import Caller
from ilmio_api.schema.query import CATALOGUE
from ilmio_api.web.allowances import InProcess
from ilmio_api.web.authentication import UnauthenticatedError
from ilmio_api.web.documents import Documents
from ilmio_api.web.graphql import GraphQLEndpoint, Service
from ilmio_api.web.replies import Replies
from ilmio_api.web.routes import routes

RESPONSE = {"Accept": "application/graphql-response+json"}
QUERY = "{ pilots(first: 1) { totalCount } }"
READS = frozenset({Scope.CONTENT_READ})

CALLERS = {
    "Bearer reader": Principal(client="client_reader", scopes=READS, rights=(("organisation_x", READS),)),
    "Bearer member": Principal(account="account_member", client="client_app", scopes=READS),
    "Bearer console": Principal(account="account_member", scopes=READS),
}


@dataclass(slots=True)
class Known:
    """An authentication that knows a few tokens."""

    asked: list[tuple[str, str]] = field(default_factory=list)
    """Headers, and the addresses that they came from."""

    async def caller(self, authorization: str, address: str) -> Caller:
        self.asked.append((authorization, address))
        if authorization not in CALLERS:
            raise UnauthenticatedError
        return Caller(CALLERS[authorization], authenticated_at=None, organisation=None)


@asynccontextmanager
async def opened(pool: ReadPool, known: Known, limit: int = 100) -> AsyncIterator[httpx2.AsyncClient]:
    """Provide a client of an application that knows a few tokens."""
    endpoint = GraphQLEndpoint(10_000)
    application = Application(endpoint, routes=routes(endpoint))
    engine = Engine(CATALOGUE, pool)
    replies = Replies(engine, Freshness(pool), "test")
    application.service = Service(engine, replies, Documents(), InProcess(limit, Clock()), known)
    transport = httpx2.ASGITransport(application, client=("192.0.2.7", 4711))
    async with httpx2.AsyncClient(transport=transport, base_url="http://api.example.fi", headers=RESPONSE) as client:
        yield client


@pytest.fixture
def known() -> Known:
    """Provide the authentication."""
    return Known()


@pytest.fixture
async def client(read_pool: ReadPool, known: Known) -> AsyncIterator[httpx2.AsyncClient]:
    """Provide a client with a budget of 100 points for each caller."""
    async with opened(read_pool, known) as client:
        yield client


async def test_credentials_are_looked_at_only_when_there_are_some(client: httpx2.AsyncClient, known: Known) -> None:
    await client.post("/graphql", json={"query": QUERY})
    await client.post("/graphql", json={"query": QUERY}, headers={"Authorization": "Bearer reader"})

    assert known.asked == [("Bearer reader", "192.0.2.7")]


@pytest.mark.parametrize(
    ("authorization", "challenge"),
    [
        ("Bearer wrong", 'Bearer error="invalid_token"'),
        ("bearer", 'Bearer error="invalid_token"'),
        ("Basic dXNlcjpwYXNz", "Bearer"),
        ("", "Bearer"),
    ],
)
@pytest.mark.parametrize("profile", ["", "?profile=2025"])
@pytest.mark.parametrize("accept", [RESPONSE["Accept"], "application/json"])
async def test_credentials_that_do_not_hold_are_refused_in_every_profile(
    client: httpx2.AsyncClient, authorization: str, challenge: str, profile: str, accept: str
) -> None:
    headers = {"Authorization": authorization, "Accept": accept}
    answer = await client.post(f"/graphql{profile}", json={"query": QUERY}, headers=headers)

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, challenge)
    assert (answer.json()["errors"][0]["extensions"]["code"], answer.headers["cache-control"]) == (
        "UNAUTHENTICATED",
        "no-store",
    )


@pytest.mark.parametrize(
    ("authorization", "cache_control"),
    [
        (None, "public, no-cache"),
        ("Bearer reader", "public, no-cache"),
        ("Bearer member", "private, no-cache"),
    ],
)
async def test_what_only_one_may_see_is_kept_by_nobody_else(
    client: httpx2.AsyncClient, authorization: str | None, cache_control: str
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    answer = await client.get("/graphql", params={"query": QUERY}, headers=headers)
    again = await client.get(
        "/graphql", params={"query": QUERY}, headers=headers | {"If-None-Match": answer.headers["etag"]}
    )

    assert (answer.status_code, answer.headers["cache-control"]) == (200, cache_control)
    assert (again.status_code, again.headers["cache-control"]) == (304, cache_control)


async def test_a_tag_of_one_reader_is_none_of_another_with_other_rights(client: httpx2.AsyncClient) -> None:
    tags = [
        (await client.get("/graphql", params={"query": QUERY}, headers=headers)).headers["etag"]
        for headers in ({}, {"Authorization": "Bearer reader"}, {"Authorization": "Bearer member"})
    ]

    assert tags[0] == tags[1]
    assert tags[2] != tags[0]


async def test_every_caller_spends_points_of_its_own(read_pool: ReadPool, known: Known) -> None:
    left = []
    async with opened(read_pool, known) as client:
        for authorization in (None, "Bearer reader", "Bearer member", "Bearer console", "Bearer wrong", None):
            headers = {"Authorization": authorization} if authorization else {}
            answer = await client.post("/graphql", json={"query": "{ __typename }"}, headers=headers)
            left.append(answer.headers["ratelimit"].partition(";t")[0])

    # The wrong token is charged to the address from which it came.
    assert left == [f'"points";r={number}' for number in (99, 99, 99, 99, 98, 97)]


async def test_who_tries_tokens_is_slowed_down(read_pool: ReadPool, known: Known) -> None:
    async with opened(read_pool, known, limit=3) as client:
        statuses = [
            (await client.post("/graphql", json={"query": QUERY}, headers={"Authorization": "Bearer x"})).status_code
            for _ in range(5)
        ]

    assert statuses == [401, 401, 401, 429, 429]


@pytest.mark.parametrize("method", ["GET", "QUERY"])
async def test_a_change_is_made_by_post_only(client: httpx2.AsyncClient, method: str) -> None:
    query = "mutation { __typename }"
    answer = (
        await client.get("/graphql", params={"query": query})
        if method == "GET"
        else await client.request(method, "/graphql", json={"query": query})
    )

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json()["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"
