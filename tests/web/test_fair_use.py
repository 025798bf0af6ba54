"""A flood from one address does not hold up what others do with accounts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2

from ilmio_api.app import create_app
from ilmio_api.settings import Settings


@asynccontextmanager
async def allowing(url: str, points: int) -> AsyncIterator[httpx2.AsyncClient]:
    """Provide a client of a service behind a proxy that allows so many points in a minute."""
    application = create_app(Settings(database_url=url, pool_size=1, rate_limit_points=points, trusted_proxies=1))
    transport = httpx2.ASGITransport(application)
    async with (
        application.router.lifespan_context(application),
        httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as client,
    ):
        yield client


async def test_an_address_that_asks_too_often_is_told_when_to_come_again(private_url: str) -> None:
    async with allowing(private_url, 900) as client:
        flood = {"x-forwarded-for": "192.0.2.7", "accept-language": "en"}
        asked = [await client.get("/oauth/jwks", headers=flood) for _ in range(4)]
        page = await client.get("/console/sign-in", headers=flood)
        somebody_else = await client.get("/oauth/jwks", headers={"x-forwarded-for": "192.0.2.8"})
        open_to_all = await client.get("/", headers=flood)

    assert [answer.status_code for answer in asked] == [200, 200, 200, 429]
    assert int(asked[-1].headers["retry-after"]) >= 1
    assert (page.status_code, page.headers["content-language"]) == (429, "en")
    assert (somebody_else.status_code, open_to_all.status_code) == (200, 200)


async def test_callers_on_the_machine_itself_are_spared_while_no_limit_is_set(private_url: str) -> None:
    application = create_app(Settings(database_url=private_url, pool_size=1))
    transport = httpx2.ASGITransport(application, client=("127.0.0.1", 1))
    async with (
        application.router.lifespan_context(application),
        httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as client,
    ):
        statuses = {(await client.get("/console/sign-in")).status_code for _ in range(5)}

    assert statuses == {200}


async def test_pages_of_accounts_are_reached_with_any_limit(private_url: str) -> None:
    async with allowing(private_url, 100) as client:
        caller = {"x-forwarded-for": "192.0.2.7"}
        asked = [await client.get("/oauth/jwks", headers=caller) for _ in range(2)]

    assert [answer.status_code for answer in asked] == [200, 429]


async def test_programs_are_told_to_come_later_in_the_form_of_oauth_and_people_in_words(private_url: str) -> None:
    async with allowing(private_url, 300) as client:
        caller = {"x-forwarded-for": "192.0.2.7", "accept-language": "sv"}
        await client.get("/oauth/jwks", headers=caller)
        token = await client.post("/oauth/token", data={"grant_type": "refresh_token"}, headers=caller)
        page = await client.get("/oauth/device", headers=caller | {"accept": "text/html,*/*;q=0.8"})
        console = await client.get("/console/sign-in", headers=caller)

    wait = token.headers["retry-after"]
    assert (token.status_code, token.headers["cache-control"]) == (429, "no-store")
    assert token.json() == {
        "error": "temporarily_unavailable",
        "error_description": f"Too many requests from this address; try again in {wait} seconds.",
    }
    words = "Det har varit för många försök. Vänta en stund och försök igen.\n"
    assert (page.status_code, page.text, page.headers["content-language"]) == (429, words, "sv")
    assert (console.status_code, console.text) == (429, words)
