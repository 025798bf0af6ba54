"""Revocation and introspection."""

import pytest
from tests.oauth.stage import ISSUER, Stage

from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind

BASIC = ClientAuthentication.CLIENT_SECRET_BASIC


@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token", "something_else"])
async def test_a_revoked_access_token_ends_at_once_and_alone(stage: Stage, hint: str | None) -> None:
    client = await stage.client()
    await stage.sign_in()
    tokens = await stage.tokens(client)

    answer = await stage.post("/oauth/revoke", client, token=tokens["access_token"], token_type_hint=hint)

    assert answer.status_code == 200
    assert await stage.holds(tokens["access_token"]) is False
    assert (await stage.refresh(client, tokens["refresh_token"])).status_code == 200
    assert await stage.audited(client.id) == ["CONSENT_GIVEN", "TOKEN_REVOKED"]


@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token"])
async def test_a_revoked_refresh_token_takes_its_family_along(stage: Stage, hint: str | None) -> None:
    client = await stage.client(BASIC)
    await stage.sign_in()
    tokens, others = await stage.tokens(client), await stage.tokens(client)

    answer = await stage.post("/oauth/revoke", client, token=tokens["refresh_token"], token_type_hint=hint)

    assert answer.status_code == 200
    assert await stage.holds(tokens["access_token"]) is False
    assert (await stage.refresh(client, tokens["refresh_token"])).json()["error"] == "invalid_grant"
    assert await stage.holds(others["access_token"])


async def test_what_is_no_token_is_revoked_without_complaint(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    token = (await stage.tokens(client))["access_token"]

    for text in ("x", token[:-1], token + "a", "ä"):
        assert (await stage.post("/oauth/revoke", client, token=text)).status_code == 200
    missing = await stage.post("/oauth/revoke", client)
    assert (missing.status_code, missing.json()["error"]) == (400, "invalid_request")
    assert await stage.holds(token)


async def test_nobody_revokes_the_tokens_of_another_client(stage: Stage) -> None:
    victim, thief = await stage.client(), await stage.client()
    await stage.sign_in()
    token = (await stage.tokens(victim))["access_token"]

    assert (await stage.post("/oauth/revoke", thief, token=token)).json()["error"] == "invalid_grant"
    assert await stage.holds(token)


async def test_a_second_revocation_changes_nothing(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    token = (await stage.tokens(client))["refresh_token"]

    for _ in range(2):
        assert (await stage.post("/oauth/revoke", client, token=token)).status_code == 200
    assert await stage.audited(client.id) == ["CONSENT_GIVEN", "TOKEN_REVOKED"]


async def test_a_gateway_of_the_organisation_sees_what_a_token_is(stage: Stage) -> None:
    organisation = await stage.organisation()
    client = await stage.client(organisation=organisation)
    gateway = await stage.client(BASIC, ClientKind.SERVICE, organisation=organisation)
    signed_in = await stage.sign_in()
    tokens = await stage.tokens(client)

    access = await stage.post("/oauth/introspect", gateway, token=tokens["access_token"])
    refresh = await stage.post("/oauth/introspect", gateway, token=tokens["refresh_token"])

    now = int(stage.clock.at.timestamp())
    seen = {
        "active": True,
        "client_id": client.id,
        "sub": signed_in.account,
        "scope": "openid offline_access",
        "token_type": "Bearer",
        "iss": ISSUER,
        "iat": now,
        "exp": now + 600,
        "auth_time": now,
        "amr": ["pop", "mfa"],
        "acr": "phr",
    }
    assert access.json() == seen
    assert refresh.json() == seen | {"token_type": "refresh_token", "exp": now + 30 * 86_400}


async def test_a_service_is_the_subject_of_its_own_token(stage: Stage) -> None:
    client = await stage.client(BASIC, ClientKind.SERVICE)
    token = (await stage.post("/oauth/token", client, grant_type="client_credentials")).json()["access_token"]

    seen = (await stage.post("/oauth/introspect", client, token=token)).json()

    assert (seen["sub"], seen["client_id"], seen["scope"]) == (client.id, client.id, "content:read drafts:read")


async def test_tokens_of_others_look_like_none(stage: Stage) -> None:
    client, stranger = await stage.client(), await stage.client(BASIC, ClientKind.SERVICE)
    await stage.sign_in()
    token = (await stage.tokens(client))["access_token"]

    for text in (token, token[:-1], "x", "ä"):
        assert (await stage.post("/oauth/introspect", stranger, token=text)).json() == {"active": False}


async def test_a_token_that_has_ended_is_not_active(stage: Stage) -> None:
    client = await stage.client(BASIC)
    signed_in = await stage.sign_in()

    async def active(token: str) -> bool:
        return bool((await stage.post("/oauth/introspect", client, token=token)).json()["active"])

    expired = await stage.tokens(client)
    stage.clock.advance(minutes=10)
    assert await active(expired["access_token"]) is False
    assert await active(expired["refresh_token"])
    rotated = (await stage.refresh(client, expired["refresh_token"])).json()
    assert await active(expired["refresh_token"]) is False
    assert await active(rotated["refresh_token"])
    revoked = await stage.tokens(client)
    await stage.post("/oauth/revoke", client, token=revoked["refresh_token"])
    assert await active(revoked["access_token"]) is False
    await stage.disable(signed_in.account)
    assert await active(rotated["access_token"]) is False
