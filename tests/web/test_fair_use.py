"""A flood from one address does not hold up what others do with accounts."""

import httpx2

from ilmio_api.app import create_app
from ilmio_api.settings import Settings


async def test_an_address_that_asks_too_often_is_told_when_to_come_again(private_url: str) -> None:
    application = create_app(Settings(database_url=private_url, pool_size=1, rate_limit_points=900, trusted_proxies=1))
    transport = httpx2.ASGITransport(application)
    async with (
        application.router.lifespan_context(application),
        httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as client,
    ):
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
