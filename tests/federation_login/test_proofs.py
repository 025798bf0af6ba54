"""How we prove to a provider who we are."""

from base64 import b64encode

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from tests.federation_login.fake_provider import CLIENT_ID, ISSUER
from tests.federation_login.visits import SECRET, Visits, reason_of

from ilmio_api.oauth import provider_keys


async def test_a_secret_goes_in_the_header_where_the_provider_takes_it(visits: Visits) -> None:
    await visits.member()

    await visits.sign_in()

    [(fields, headers)] = visits.provider.token_requests
    expected = b64encode(f"{CLIENT_ID}:s%26cret+of+the+organisation".encode()).decode()
    assert headers["authorization"] == f"Basic {expected}"
    assert fields.keys() == {"grant_type", "code", "redirect_uri", "code_verifier"}


async def test_a_secret_goes_in_the_body_where_the_provider_wants_it_there(visits: Visits) -> None:
    await visits.member()
    visits.provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}

    await visits.sign_in()

    [(fields, headers)] = visits.provider.token_requests
    assert (fields["client_id"], fields["client_secret"]) == (CLIENT_ID, SECRET)
    assert "authorization" not in headers


@pytest.mark.parametrize(("offered", "used"), [(["RS256"], "RS256"), (["PS256", "ES256"], "PS256"), (None, "RS256")])
async def test_without_a_secret_we_sign_who_we_are(visits: Visits, offered: list[str] | None, used: str) -> None:
    await visits.member()
    await visits.change(sealed_client_secret=None)
    visits.provider.metadata = {"token_endpoint_auth_signing_alg_values_supported": offered}

    await visits.sign_in()

    [(fields, _)] = visits.provider.token_requests
    async with visits.work() as session:
        published = await provider_keys.published(session, visits.federation.oauth.sealer, visits.at)
    [key] = [RSAKey.import_key(dict(key)) for key in published if key["use"] == "sig"]
    assertion = jwt.decode(fields["client_assertion"], key, algorithms=[used])
    assert assertion.header == {"typ": "JWT", "alg": used, "kid": key.kid}
    assert len(assertion.claims.pop("jti")) == 32
    now = int(visits.at.timestamp())
    # The audience is the pinned issuer alone: no address that the provider says of itself.
    assert assertion.claims == {"iss": CLIENT_ID, "sub": CLIENT_ID, "aud": ISSUER, "iat": now, "exp": now + 60}
    assert fields["client_id"] == CLIENT_ID


async def test_a_provider_that_takes_no_proof_of_ours_gets_no_code(visits: Visits) -> None:
    await visits.member()
    visits.provider.metadata = {"token_endpoint_auth_methods_supported": ["tls_client_auth"]}

    assert reason_of(await visits.sign_in()) == "NO_COMMON_METHOD"
    await visits.change(sealed_client_secret=None)
    assert reason_of(await visits.sign_in()) == "NO_COMMON_METHOD"
    assert visits.provider.token_requests == []
