"""Authlib's AsyncOAuth2Client: an application on a server and a service, many requests at once.

Owns: what an application in Python would do with the library that knows OpenID Connect.
Does not own: older scripts (`requests_client`).

Usage: python authlib_client.py world.json
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from stage import (  # type: ignore[import-not-found]  # beside this file
    Browser,
    assert_dead,
    assert_reads,
    draft_read,
    run,
)

_SCOPE = "openid profile email offline_access content:read drafts:read"

World = dict[str, Any]


def metadata(world: World) -> str:
    """Have the library judge what the service tells of itself."""
    about = _about(world)
    # The library asks for https, which a server on this machine does not have.
    secure = {
        name: value.replace("http://", "https://") if isinstance(value, str) else value for name, value in about.items()
    }
    OpenIDProviderMetadata(secure).validate()
    assert about["issuer"] == world["issuer"]
    return "metadata that the library finds valid"


def flows(world: World) -> str:
    """Sign in with each way to authenticate."""
    for name in ("basic", "post", "key", "public"):
        asyncio.run(_flow(world, name))
    return "basic, post, key, public: code with PKCE, ID token, UserInfo, draft, refresh"


async def _flow(world: World, name: str) -> None:
    """Sign in, and refresh, as one client."""
    async with _client(world, name) as client:
        tokens, nonce = await _signed_in(world, client)
        signed = _verified(world, tokens["id_token"], "RS256" if name == "post" else "ES256")
        expected = {"iss": {"value": world["issuer"]}, "aud": {"value": client.client_id}, "nonce": {"value": nonce}}
        id_token = CodeIDToken(
            signed.claims,
            signed.header,
            {each: {"essential": True, **rule} for each, rule in expected.items()},
            {"nonce": nonce, "client_id": client.client_id, "access_token": tokens["access_token"]},
        )
        id_token.validate()
        about = (await client.get(f"{world['issuer']}/oauth/userinfo")).json()
        assert (about["sub"], about["email"]) == (signed.claims["sub"], world["person"]["email"])
        assert_reads(world, tokens["access_token"])
        fresh = await client.refresh_token()
        assert fresh["refresh_token"] != tokens["refresh_token"]
        assert_reads(world, fresh["access_token"])


def many_at_once(world: World) -> str:
    """Let a client with an old access token make many requests: it refreshes by itself."""

    async def ask() -> None:
        async with _client(world, "basic") as client:
            tokens, _nonce = await _signed_in(world, client)
            client.token["expires_at"] = int(time.time()) - 1
            userinfo = f"{world['issuer']}/oauth/userinfo"
            answers = await asyncio.gather(*(client.get(userinfo) for _ in range(10)))
            assert [answer.status_code for answer in answers] == [200] * 10
            assert client.token["access_token"] != tokens["access_token"]
            assert_reads(world, client.token["access_token"])

    asyncio.run(ask())
    return "ten requests at once with an expired token"


def services(world: World) -> str:
    """Get tokens in the own name, again when they have expired."""

    async def ask(name: str) -> None:
        async with _client(world, name, grant_type="client_credentials", scope="drafts:read") as client:
            first = await client.fetch_token()
            assert_reads(world, first["access_token"])
            client.token["expires_at"] = int(time.time()) - 1
            await client.ensure_active_token(client.token)
            assert client.token["access_token"] != first["access_token"]
            assert_reads(world, client.token["access_token"])

    for name in ("basicService", "postService", "keyService"):
        asyncio.run(ask(name))
    return "client credentials with basic, post and key"


def ends(world: World) -> str:
    """Introspect and revoke."""

    async def ask() -> None:
        async with _client(world, "post") as client:
            tokens, _nonce = await _signed_in(world, client)
            asked = f"{world['issuer']}/oauth/introspect", tokens["access_token"]
            assert (await client.introspect_token(*asked)).json()["sub"] == world["person"]["id"]
            revoke = f"{world['issuer']}/oauth/revoke"
            assert (await client.revoke_token(revoke, tokens["refresh_token"])).status_code == 200
            assert_dead(world, tokens["access_token"])
            assert (await client.introspect_token(*asked)).json() == {"active": False}
            await _assert_refused(lambda: client.refresh_token(refresh_token=tokens["refresh_token"]), "invalid_grant")

    asyncio.run(ask())
    return "introspection, revocation of all that came of a sign-in"


def a_way_that_is_not_its_own(world: World) -> str:
    """Prove who one is in another way than the one that was registered."""

    async def ask() -> None:
        registered = world["clients"]["post"]
        token = f"{world['issuer']}/oauth/token"
        other = AsyncOAuth2Client(
            registered["id"],
            registered["secret"],
            token_endpoint_auth_method="client_secret_basic",  # noqa: S106  # the way, not a secret
        )
        async with other:
            asked = {"grant_type": "refresh_token", "refresh_token": "rubbish"}
            await _assert_refused(lambda: other.fetch_token(token, **asked), "invalid_client")

    asyncio.run(ask())
    return "another way to authenticate than the registered one: refused"


def narrower(world: World) -> str:
    """Ask for less at a refresh."""

    async def ask() -> None:
        async with _client(world, "basic") as client:
            await _signed_in(world, client)
            token = await client.refresh_token(scope="openid content:read")
            assert token["scope"] == "openid content:read"
            assert draft_read(world, token["access_token"]) == (200, None)
            # What the person has allowed is not less for it (RFC 6749 §6).
            whole = await client.refresh_token(refresh_token=token["refresh_token"], scope=_SCOPE)
            assert_reads(world, whole["access_token"])

    asyncio.run(ask())
    return "fewer scopes for one access token"


async def _signed_in(world: World, client: AsyncOAuth2Client) -> tuple[dict[str, Any], str]:
    """Sign the person in; return the tokens and the nonce that was asked with."""
    nonce, verifier = secrets.token_urlsafe(16), secrets.token_urlsafe(48)
    address, state = client.create_authorization_url(
        f"{world['issuer']}/oauth/authorize", nonce=nonce, code_verifier=verifier
    )
    back = await asyncio.to_thread(lambda: Browser.signed_in(world).allow(address))
    return await client.fetch_token(authorization_response=back, state=state, code_verifier=verifier), nonce


async def _assert_refused(ask: Callable[[], Awaitable[object]], code: str) -> None:
    """Check that a request is refused with a code of the protocol."""
    try:
        await ask()
    except OAuthError as error:
        assert error.error == code, error  # noqa: PT017  # no pytest here
        return
    raise AssertionError(f"not refused with {code}")


def _client(world: World, name: str, **more: object) -> AsyncOAuth2Client:
    """Return a client that refreshes by itself."""
    registered = world["clients"][name]
    methods: dict[str, str | PrivateKeyJWT] = {
        "basic": "client_secret_basic",
        "post": "client_secret_post",
        "key": PrivateKeyJWT(f"{world['issuer']}/oauth/token", alg="ES256"),
        "public": "none",
    }
    method = methods[name.removesuffix("Service")]
    key = ECKey.import_key(registered["key"]) if "key" in registered else None
    client = AsyncOAuth2Client(
        registered["id"],
        key or registered.get("secret"),
        token_endpoint_auth_method=method.name if isinstance(method, PrivateKeyJWT) else method,
        revocation_endpoint_auth_method=method.name if isinstance(method, PrivateKeyJWT) else method,
        redirect_uri=world["addresses"]["page" if name == "public" else "callback"],
        code_challenge_method="S256",
        token_endpoint=f"{world['issuer']}/oauth/token",
        **{"scope": _SCOPE, **more},
    )
    if isinstance(method, PrivateKeyJWT):
        client.register_client_auth_method(method)
    return client


def _verified(world: World, text: str, algorithm: str) -> jwt.Token:
    """Return an ID token whose signature holds."""
    published = httpx2.get(_about(world)["jwks_uri"]).json()
    return jwt.decode(text, KeySet.import_key_set(published), [algorithm])


def _about(world: World) -> dict[str, Any]:
    """Return what the service tells of itself."""
    about: dict[str, Any] = httpx2.get(f"{world['issuer']}/.well-known/openid-configuration").json()
    return about


if __name__ == "__main__":
    run("Authlib", metadata, flows, many_at_once, services, ends, a_way_that_is_not_its_own, narrower)
