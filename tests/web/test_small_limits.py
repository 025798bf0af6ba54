"""Operators may set a limit that is smaller than what a request costs."""

import httpx2
from tests.web.budgeted import AREAS, Open, code_of, left

from ilmio_api.app import create_app
from ilmio_api.settings import Settings


async def test_what_costs_one_point_more_than_a_minute_gives_is_never_promised(open_site: Open) -> None:
    with open_site(9) as site:
        refused = await site.ask(AREAS, accept_language="en")

    assert (refused.status_code, code_of(refused)) == (422, "TOO_COMPLEX")
    assert refused.json()["errors"][0]["message"] == (
        "The document exceeds the limit points per minute: 10, at most 9."
    )
    assert "retry-after" not in refused.headers


async def test_what_costs_all_that_a_minute_gives_is_answered(open_site: Open) -> None:
    with open_site(10) as site:
        answered = await site.ask(AREAS)

    assert (answered.status_code, left(answered)) == (200, '"points";r=0;t=120')


async def test_a_refusal_names_the_price_that_a_dry_run_names(open_site: Open) -> None:
    with open_site(15) as site:
        priced = await site.ask(AREAS, cost_only="?1")
        await site.ask(AREAS)
        refused = await site.ask(f"query Other {AREAS}", accept_language="en")

    assert priced.json()["extensions"]["cost"]["requested"] == 10
    assert refused.json()["errors"][0]["message"] == "The query costs 10 points, and 3 are left."


async def test_pages_of_accounts_are_reached_with_any_limit(private_url: str) -> None:
    application = create_app(Settings(database_url=private_url, pool_size=1, rate_limit_points=100, trusted_proxies=1))
    transport = httpx2.ASGITransport(application)
    async with (
        application.router.lifespan_context(application),
        httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as client,
    ):
        caller = {"x-forwarded-for": "192.0.2.7"}
        asked = [await client.get("/oauth/jwks", headers=caller) for _ in range(2)]

    assert [answer.status_code for answer in asked] == [200, 429]


async def test_programs_are_told_to_come_later_in_the_form_of_oauth_and_people_in_words(private_url: str) -> None:
    application = create_app(Settings(database_url=private_url, pool_size=1, rate_limit_points=300, trusted_proxies=1))
    transport = httpx2.ASGITransport(application)
    async with (
        application.router.lifespan_context(application),
        httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as client,
    ):
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
