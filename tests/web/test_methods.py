"""What the service tells of the methods that an address has, and of what the method QUERY takes."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.applications import Starlette

from ilmio_api.web import pages
from ilmio_api.web.methods import other_method

RESPONSE = {"Accept": "application/graphql-response+json"}
QUERY = {"query": "{ __typename }"}
ELSEWHERE = {"Origin": "https://other.example"}


@pytest.fixture
async def site() -> AsyncIterator[httpx2.AsyncClient]:
    """Provide a client of the pages alone."""
    transport = httpx2.ASGITransport(Starlette(routes=pages.ROUTES, exception_handlers={405: other_method}))
    async with httpx2.AsyncClient(transport=transport, base_url="http://api.example.fi") as client:
        yield client


async def test_who_asks_for_the_options_is_told_the_methods(api: httpx2.AsyncClient) -> None:
    answer = await api.options("/graphql")

    assert (answer.status_code, answer.content) == (204, b"")
    assert dict(answer.headers) == {
        "allow": "GET, HEAD, POST, QUERY, OPTIONS",
        "accept-query": "application/json",
        "vary": "Origin",
    }


async def test_a_page_of_another_origin_may_ask_for_the_options_too(api: httpx2.AsyncClient) -> None:
    answer = await api.options("/graphql", headers=ELSEWHERE)

    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, "*")
    assert "Accept-Query" in answer.headers["access-control-expose-headers"].split(", ")


@pytest.mark.parametrize("path", ["/", "/favicon.svg", "/robots.txt", "/openapi-notes.md", "/assets/nothing.css"])
async def test_other_addresses_tell_their_methods(site: httpx2.AsyncClient, path: str) -> None:
    answer = await site.options(path)

    assert (answer.status_code, answer.headers["allow"], answer.content) == (204, "GET, HEAD, OPTIONS", b"")


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/live", "GET, HEAD, OPTIONS"),
        ("/oauth/par", "OPTIONS, POST"),
        ("/oauth/token", "POST, OPTIONS"),
        ("/oauth/userinfo", "GET, POST, OPTIONS"),
    ],
)
async def test_every_part_of_the_service_tells_its_methods(api: httpx2.AsyncClient, path: str, methods: str) -> None:
    answer = await api.options(path)

    assert (answer.status_code, answer.headers["allow"]) == (204, methods)


async def test_there_are_no_options_where_there_is_nothing(site: httpx2.AsyncClient) -> None:
    assert (await site.options("/nothing")).status_code == 404


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_other_methods_are_refused_with_those_that_fit(site: httpx2.AsyncClient, method: str) -> None:
    answer = await site.request(method, "/")

    assert (answer.status_code, answer.text) == (405, "Method Not Allowed")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


async def test_every_answer_tells_what_the_method_query_takes(api: httpx2.AsyncClient) -> None:
    answers = [
        await api.get("/graphql", params=QUERY),
        await api.head("/graphql", params=QUERY),
        await api.get("/graphql", headers={"Accept": "text/html"}),
        await api.post("/graphql", json=QUERY),
        await api.request("QUERY", "/graphql", json=QUERY),
        await api.request("QUERY", "/graphql", content=b"{ __typename }", headers={"Content-Type": "text/plain"}),
        await api.request("DELETE", "/graphql"),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 200, 415, 405]
    assert {answer.headers["accept-query"] for answer in answers} == {"application/json"}


@pytest.mark.parametrize("method", ["POST", "QUERY"])
async def test_who_sends_another_media_type_is_told_which_one_is_read(api: httpx2.AsyncClient, method: str) -> None:
    answer = await api.request(method, "/graphql", content=b"x", headers={**RESPONSE, "Content-Type": "text/plain"})

    assert (answer.status_code, answer.headers["accept"]) == (415, "application/json")
