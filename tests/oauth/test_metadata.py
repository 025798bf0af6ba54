"""What clients find out by asking."""

import pytest
from authlib.oauth2 import rfc8414, rfc9207
from authlib.oidc import rpinitiated
from authlib.oidc.discovery import OpenIDProviderMetadata
from tests.oauth.stage import ISSUER, Stage

PATHS = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"]


async def test_both_addresses_tell_the_same(stage: Stage) -> None:
    one, other = [await stage.http.get(path) for path in PATHS]

    assert one.json() == other.json()
    assert one.headers["access-control-allow-origin"] == "*"
    assert one.headers["cache-control"] == "public, max-age=3600"


@pytest.mark.parametrize("path", PATHS)
async def test_the_metadata_fits_its_standards(stage: Stage, path: str) -> None:
    found = (await stage.http.get(path)).json()

    rfc8414.AuthorizationServerMetadata(found).validate(
        metadata_classes=[rfc9207.AuthorizationServerMetadata, rpinitiated.OpenIDProviderMetadata]
    )
    OpenIDProviderMetadata(found).validate()


async def test_every_endpoint_is_at_the_issuer_and_answers(stage: Stage) -> None:
    found = (await stage.http.get(PATHS[0])).json()
    endpoints = {name: value for name, value in found.items() if name.endswith(("_endpoint", "_uri"))}

    assert found["issuer"] == ISSUER
    assert sorted(endpoints) == [
        "authorization_endpoint",
        "device_authorization_endpoint",
        "end_session_endpoint",
        "introspection_endpoint",
        "jwks_uri",
        "pushed_authorization_request_endpoint",
        "revocation_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
    ]
    for name, address in endpoints.items():
        assert address.startswith(f"{ISSUER}/oauth/")
        if name not in {"authorization_endpoint", "device_authorization_endpoint", "end_session_endpoint"}:
            method = "GET" if name in {"jwks_uri", "userinfo_endpoint"} else "POST"
            assert (await stage.http.request(method, address)).status_code in {200, 400, 401}


async def test_what_the_metadata_promises_of_requests_is_kept(stage: Stage) -> None:
    found = (await stage.http.get(PATHS[0])).json()

    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["response_types_supported"] == ["code"]
    assert found["authorization_response_iss_parameter_supported"] is True
    assert found["token_endpoint_auth_methods_supported"] == [
        "none",
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
    ]
    assert "none" not in found["introspection_endpoint_auth_methods_supported"]
    assert not {"none", "HS256"} & set(found["token_endpoint_auth_signing_alg_values_supported"])
    assert {"RS256", "ES256"} == set(found["id_token_signing_alg_values_supported"])
    assert "platform:admin" not in found["scopes_supported"]
