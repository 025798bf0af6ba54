"""Our keys towards identity providers: made, published, replaced, deleted."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import select
from starlette.applications import Starlette
from tests.federation_login.visits import Visits

from ilmio_api.domain.accounts.sign_in_models import SigningKey
from ilmio_api.oauth import provider_keys
from ilmio_api.oauth.federation_routes import routes

DAY = timedelta(days=1)


async def published(visits: Visits, later: timedelta = timedelta(0)) -> Sequence[Mapping[str, Any]]:
    """Return the keys that providers see after a while."""
    async with visits.work() as session:
        return await provider_keys.published(session, visits.federation.oauth.sealer, visits.at + later)


async def kids(visits: Visits, use: str, later: timedelta = timedelta(0)) -> list[str]:
    """Return the ids of the published keys for one use, the oldest first."""
    return [key["kid"] for key in await published(visits, later) if key["use"] == use]


async def signing_kid(visits: Visits, later: timedelta) -> str | None:
    """Return the id of the key that signs after a while."""
    async with visits.work() as session:
        return (await provider_keys.signing_key(session, visits.federation.oauth.sealer, visits.at + later)).kid


async def opening_kids(visits: Visits, later: timedelta) -> list[str | None]:
    """Return the ids of the keys that open tokens after a while."""
    async with visits.work() as session:
        keys = await provider_keys.opening_keys(session, visits.federation.oauth.sealer, visits.at + later)
    return [key.kid for key in keys]


async def test_there_is_one_key_to_sign_and_one_to_open_from_the_beginning(visits: Visits) -> None:
    keys = await published(visits)

    assert [key["use"] for key in keys] == ["sig", "enc"]
    assert all(key.keys() == {"kty", "n", "e", "kid", "use"} for key in keys)
    assert [RSAKey.import_key(dict(key)).raw_value.key_size for key in keys] == [2_048, 2_048]


async def test_private_keys_are_sealed(visits: Visits) -> None:
    await published(visits)

    for row in await visits.all(select(SigningKey)):
        assert row.public_key.keys() == {"kty", "n", "e", "kid", "use"}
        assert row.public_key["n"].encode() not in row.sealed_private_key
        assert visits.federation.oauth.sealer.open(row.sealed_private_key)["n"] == row.public_key["n"]


async def test_keys_stay_for_ninety_days(visits: Visits) -> None:
    before = await published(visits)

    assert await published(visits, 90 * DAY - timedelta(seconds=1)) == before


async def test_a_new_signing_key_is_published_a_day_before_it_signs(visits: Visits) -> None:
    [first] = await kids(visits, "sig")
    [_, second] = await kids(visits, "sig", 90 * DAY)

    assert await signing_kid(visits, 91 * DAY - timedelta(seconds=1)) == first
    assert await signing_kid(visits, 91 * DAY) == second
    assert await kids(visits, "sig", 92 * DAY - timedelta(seconds=1)) == [first, second]
    assert await kids(visits, "sig", 92 * DAY) == [second]


async def test_a_new_opening_key_replaces_the_old_one_at_once(visits: Visits) -> None:
    [first] = await kids(visits, "enc")

    [second] = await kids(visits, "enc", 90 * DAY)

    assert second != first
    assert await opening_kids(visits, 97 * DAY - timedelta(seconds=1)) == [second, first]
    assert await opening_kids(visits, 97 * DAY) == [second]


async def test_private_keys_that_nothing_needs_are_deleted(visits: Visits) -> None:
    first = set(await kids(visits, "sig")) | set(await kids(visits, "enc"))
    await published(visits, 90 * DAY)
    await published(visits, 180 * DAY)

    left = set(await visits.all(select(SigningKey.kid)))
    assert len(left) == 4
    assert not left & first


async def test_providers_find_the_keys_at_their_address(visits: Visits) -> None:
    application = Starlette(routes=routes(visits.federation))
    transport = httpx2.ASGITransport(application)
    async with httpx2.AsyncClient(transport=transport, base_url="http://evil.example") as client:
        answer = await client.get("/oauth/rp-jwks")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/jwk-set+json"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.json() == {"keys": list(await published(visits))}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_the_keys_can_only_be_read(visits: Visits, method: str) -> None:
    application = Starlette(routes=routes(visits.federation))
    transport = httpx2.ASGITransport(application)
    async with httpx2.AsyncClient(transport=transport, base_url="http://x.example") as client:
        assert (await client.request(method, "/oauth/rp-jwks")).status_code == 405
