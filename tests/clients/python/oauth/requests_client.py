"""requests-oauthlib: a script of a partner, an application on a server, a service, and a device.

Owns: what scripts do that were written years ago and are still run.
Does not own: ID tokens, of which the library knows nothing (`authlib_client`).

Usage: python requests_client.py world.json
"""

import os
import time
from typing import Any

from oauthlib.oauth2 import (  # type: ignore[import-untyped]  # installed in the client's own environment only
    BackendApplicationClient,
    DeviceClient,
    InvalidGrantError,
    OAuth2Error,
)
from requests import Session  # type: ignore[import-untyped]  # the same
from requests.auth import HTTPBasicAuth  # type: ignore[import-untyped]  # the same
from requests_oauthlib import OAuth2Session  # type: ignore[import-untyped]  # the same
from stage import Browser, assert_dead, assert_reads, run  # type: ignore[import-not-found]  # beside this file

# The server is on this machine.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

_SCOPE = ["openid", "profile", "offline_access", "drafts:read"]


def with_basic(world: dict[str, Any]) -> str:
    """Sign in with the secret in the header, refresh, revoke."""
    client = world["clients"]["basic"]
    session, tokens = _signed_in(world, client, auth=HTTPBasicAuth(client["id"], client["secret"]))
    assert_reads(world, tokens["access_token"])
    fresh = session.refresh_token(_at(world, "token"), auth=HTTPBasicAuth(client["id"], client["secret"]))
    assert fresh["refresh_token"] != tokens["refresh_token"]
    assert_reads(world, fresh["access_token"])
    address, headers, body = session._client.prepare_token_revocation_request(  # noqa: SLF001  # only this one has it
        _at(world, "revoke"), fresh["access_token"]
    )
    auth = HTTPBasicAuth(client["id"], client["secret"])
    assert Session().post(address, data=body, headers=headers, auth=auth).status_code == 200
    assert_dead(world, fresh["access_token"])
    return "basic: code with PKCE, draft, refresh with rotation, revocation"


def with_post(world: dict[str, Any]) -> str:
    """Sign in with the secret in the form, and let the session refresh by itself."""
    client = world["clients"]["post"]
    session, tokens = _signed_in(world, client, client_secret=client["secret"], include_client_id=True)
    assert_reads(world, tokens["access_token"])
    kept: list[dict[str, Any]] = []
    session.auto_refresh_url = _at(world, "token")
    session.auto_refresh_kwargs = {"client_id": client["id"], "client_secret": client["secret"]}
    session.token_updater = kept.append
    session.token = tokens | {"expires_at": time.time() - 1, "expires_in": -1}
    about = session.get(_at(world, "userinfo")).json()
    assert (about["sub"], about["name"]) == (world["person"]["id"], world["person"]["name"])
    assert "email" not in about
    assert_reads(world, kept[0]["access_token"])
    return "post: code with PKCE, draft, refresh by itself, UserInfo of the granted scopes"


def a_code_twice(world: dict[str, Any]) -> str:
    """Exchange a code a second time."""
    client = world["clients"]["basic"]
    auth = HTTPBasicAuth(client["id"], client["secret"])
    session = _session(world, client)
    address, _state = session.authorization_url(_at(world, "authorize"))
    back = Browser.signed_in(world).allow(address)
    tokens = session.fetch_token(_at(world, "token"), authorization_response=back, auth=auth)
    try:
        session.fetch_token(_at(world, "token"), authorization_response=back, auth=auth)
    except InvalidGrantError:
        assert_dead(world, tokens["access_token"])
        return "a code that comes again is refused, and ends what came of it"
    raise AssertionError("the code was good twice")


def service(world: dict[str, Any]) -> str:
    """Get a token in the own name."""
    client = world["clients"]["basicService"]
    session = OAuth2Session(client=BackendApplicationClient(client["id"], scope=["drafts:read"]))
    auth = HTTPBasicAuth(client["id"], client["secret"])
    tokens = session.fetch_token(_at(world, "token"), auth=auth)
    assert_reads(world, tokens["access_token"])
    return "client credentials"


def device(world: dict[str, Any]) -> str:
    """Be a device without a browser."""
    client_id = world["clients"]["commandLine"]["id"]
    asked = (
        Session()
        .post(_at(world, "device_authorization"), data={"client_id": client_id, "scope": "openid drafts:read"})
        .json()
    )
    session = OAuth2Session(client=DeviceClient(client_id))
    waiting = {"device_code": asked["device_code"], "include_client_id": True}
    try:
        session.fetch_token(_at(world, "token"), **waiting)
    except OAuth2Error as error:
        assert error.error == "authorization_pending"  # noqa: PT017  # no pytest here
    Browser.signed_in(world).allow(asked["verification_uri_complete"])
    time.sleep(asked["interval"])
    tokens = session.fetch_token(_at(world, "token"), **waiting)
    assert_reads(world, tokens["access_token"])
    return "device flow: pending, then allowed"


def _signed_in(world: dict[str, Any], client: dict[str, Any], **proof: object) -> tuple[OAuth2Session, dict[str, Any]]:
    """Sign the person in to an application; return its session and the tokens."""
    session = _session(world, client)
    address, _state = session.authorization_url(_at(world, "authorize"))
    back = Browser.signed_in(world).allow(address)
    return session, dict(session.fetch_token(_at(world, "token"), authorization_response=back, **proof))


def _session(world: dict[str, Any], client: dict[str, Any]) -> OAuth2Session:
    """Return a session of an application."""
    return OAuth2Session(client["id"], scope=_SCOPE, redirect_uri=world["addresses"]["callback"], pkce="S256")


def _at(world: dict[str, Any], endpoint: str) -> str:
    """Return the address of an endpoint."""
    return f"{world['issuer']}/oauth/{endpoint}"


if __name__ == "__main__":
    run("requests-oauthlib", with_basic, with_post, a_code_twice, service, device)
