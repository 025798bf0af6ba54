"""Authlib's own client against the server; those of other makers are in `tests/clients`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from tests.oauth.stage import CALLBACK, ISSUER, VERIFIER, Client, Stage

from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind

NAMES = {
    ClientAuthentication.NONE: "none",
    ClientAuthentication.CLIENT_SECRET_BASIC: "client_secret_basic",
    ClientAuthentication.CLIENT_SECRET_POST: "client_secret_post",
    ClientAuthentication.PRIVATE_KEY_JWT: "private_key_jwt",
}


@asynccontextmanager
async def library(stage: Stage, client: Client, **options: Any) -> AsyncIterator[Any]:  # noqa: ANN401 - it has no types
    about = (await stage.http.get("/.well-known/oauth-authorization-server")).json()
    signed = client.authentication is ClientAuthentication.PRIVATE_KEY_JWT
    found = AsyncOAuth2Client(
        client.id,
        client.key if signed else client.secret,
        token_endpoint_auth_method=NAMES[client.authentication],
        revocation_endpoint_auth_method=NAMES[client.authentication],
        transport=httpx2.ASGITransport(stage.application),
        base_url=ISSUER,
        **options,
    )
    if signed:
        found.register_client_auth_method(PrivateKeyJWT(about["token_endpoint"], alg="ES256"))
    # The library takes the time from the machine.
    stage.clock.at = datetime.now(UTC)
    async with found:
        yield found


@pytest.mark.parametrize("authentication", tuple(ClientAuthentication))
async def test_the_code_flow(stage: Stage, authentication: ClientAuthentication) -> None:
    client = await stage.client(authentication)
    async with library(
        stage, client, scope="openid offline_access", redirect_uri=CALLBACK, code_challenge_method="S256"
    ) as found:
        await stage.sign_in()
        address, state = found.create_authorization_url(f"{ISSUER}/oauth/authorize", code_verifier=VERIFIER)
        answer = await stage.decide(await stage.http.get(address))

        token = await found.fetch_token(
            f"{ISSUER}/oauth/token",
            authorization_response=answer.headers["location"],
            state=state,
            code_verifier=VERIFIER,
        )
        person = await found.get(f"{ISSUER}/oauth/userinfo")
        fresh = await found.refresh_token(f"{ISSUER}/oauth/token", refresh_token=token["refresh_token"])
        revoked = await found.revoke_token(f"{ISSUER}/oauth/revoke", token=fresh["refresh_token"])

        assert stage.signed_in is not None
        assert person.json() == {"sub": stage.signed_in.account}
        assert revoked.status_code == 200
        assert await stage.holds(fresh["access_token"]) is False


@pytest.mark.parametrize("authentication", tuple(NAMES)[1:])
async def test_client_credentials(stage: Stage, authentication: ClientAuthentication) -> None:
    client = await stage.client(authentication, ClientKind.SERVICE)
    async with library(stage, client, scope="content:read") as found:
        token = await found.fetch_token(f"{ISSUER}/oauth/token", grant_type="client_credentials")
        seen = await found.introspect_token(f"{ISSUER}/oauth/introspect", token=token["access_token"])

        assert (token["scope"], token["expires_in"]) == ("content:read", 3600)
        assert (seen.json()["active"], seen.json()["sub"]) == (True, client.id)
