"""What a client may know of the person, and with what it asks."""

import pytest
from tests.oauth.stage import Stage

from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind


async def test_without_a_token_no_error_is_named(stage: Stage) -> None:
    answer = await stage.http.get("/oauth/userinfo")

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="ilmio"')


@pytest.mark.parametrize("token", [b"x", b"ilm_at_x", b"\xc3\xa4", b"", b"a b"])
async def test_a_token_that_does_not_hold_is_invalid(stage: Stage, token: bytes) -> None:
    answer = await stage.http.get("/oauth/userinfo", headers={b"Authorization": b"Bearer " + token})

    assert answer.status_code == 401
    assert answer.json()["error"] == ("invalid_token" if token else "missing_token")


async def test_a_forged_truncated_or_expired_token_is_invalid(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    token = (await stage.tokens(client))["access_token"]

    for forged in (token[:-1], token[:-1] + ("0" if token[-1] != "0" else "1"), token.upper(), f"{token}a"):
        assert await stage.holds(forged) is False
    assert await stage.holds(token)
    stage.clock.advance(minutes=10)
    assert await stage.holds(token) is False


async def test_a_token_without_openid_is_not_enough(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    token = (await stage.tokens(client, scope="content:read profile"))["access_token"]

    answer = await stage.http.get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 403
    assert answer.headers["www-authenticate"] == 'Bearer realm="ilmio", error="insufficient_scope", scope="openid"'


async def test_a_service_is_no_person(stage: Stage) -> None:
    client = await stage.client(ClientAuthentication.CLIENT_SECRET_BASIC, ClientKind.SERVICE)
    token = (await stage.post("/oauth/token", client, grant_type="client_credentials")).json()["access_token"]

    answer = await stage.http.get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 403


async def test_a_token_in_the_address_is_not_looked_at(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    token = (await stage.tokens(client))["access_token"]

    answer = await stage.http.get("/oauth/userinfo", params={"access_token": token})

    assert answer.status_code == 401
