"""A provider says that somebody has signed out there."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from joserfc import jwe
from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import select
from starlette.applications import Starlette
from tests.federation_login.fake_provider import CLIENT_ID, ISSUER
from tests.federation_login.visits import PROVIDER, Visits

from ilmio_api.domain.accounts.sign_in_models import Session
from ilmio_api.ids import named_id
from ilmio_api.oauth import provider_keys
from ilmio_api.oauth.federation_routes import routes
from ilmio_api.oauth.provider_tokens import LOGOUT

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def client(visits: Visits) -> AsyncIterator[httpx2.AsyncClient]:
    """Provide what a provider calls us with."""
    transport = httpx2.ASGITransport(Starlette(routes=routes(visits.federation)))
    async with httpx2.AsyncClient(transport=transport, base_url="http://ilmio.example") as client:
        yield client


@pytest.fixture
async def session_of(visits: Visits) -> dict[str, str]:
    """Provide a member's three sessions: two that the provider began, one by passkey."""
    account = await visits.member()
    found: dict[str, str] = {}
    async with visits.scene() as scene:
        for name, there, provider in [
            ("first", "there-1", PROVIDER),
            ("second", "there-2", PROVIDER),
            ("passkey", None, None),
        ]:
            found[name] = await scene.signed_in(account, provider)
            (await scene.session.get_one(Session, found[name])).provider_session = there
    return found


def logout_token(visits: Visits, **claims: object) -> str:
    """Return what an honest provider sends, but for its type and some claims; None leaves a claim out."""
    now = int(visits.at.timestamp())
    honest = {
        "iss": ISSUER,
        "aud": CLIENT_ID,
        "iat": now,
        "exp": now + 120,
        "jti": "logout-1",
        "sid": "there-1",
        "events": {LOGOUT: {}},
    }
    present = {name: value for name, value in (honest | claims).items() if value is not None}
    return visits.provider.signed(present, typ=present.pop("typ", "logout+jwt"))


async def send(client: httpx2.AsyncClient, token: str, provider: str = PROVIDER) -> httpx2.Response:
    """Return what is answered to a logout token."""
    return await client.post(f"/auth/backchannel/{provider}", data={"logout_token": token})


async def ended(visits: Visits, session_of: dict[str, str]) -> set[str]:
    """Return the names of the sessions that are over."""
    over = set(await visits.all(select(Session.id).where(Session.ended_at.is_not(None))))
    return {name for name, session in session_of.items() if session in over}


async def test_the_session_that_the_provider_names_ends(
    visits: Visits, client: httpx2.AsyncClient, session_of: dict[str, str]
) -> None:
    answer = await send(client, logout_token(visits))

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["cache-control"] == "no-store"
    assert await ended(visits, session_of) == {"first"}


async def test_all_sessions_end_that_the_provider_began_for_a_person(
    visits: Visits, client: httpx2.AsyncClient, session_of: dict[str, str]
) -> None:
    assert (await send(client, logout_token(visits, sid=None, sub="anna"))).status_code == 200

    assert await ended(visits, session_of) == {"first", "second"}


async def test_person_and_session_have_to_belong_together(
    visits: Visits, client: httpx2.AsyncClient, session_of: dict[str, str]
) -> None:
    await send(client, logout_token(visits, sub="anna", sid="there-2"))

    assert await ended(visits, session_of) == {"second"}


@pytest.mark.parametrize("claims", [{"sid": "there-9"}, {"sid": None, "sub": "pertti"}])
async def test_somebody_who_is_not_signed_in_here_is_no_error(
    visits: Visits, client: httpx2.AsyncClient, session_of: dict[str, str], claims: dict[str, Any]
) -> None:
    assert (await send(client, logout_token(visits, **claims))).status_code == 200

    assert await ended(visits, session_of) == set()


async def test_an_encrypted_logout_token_is_opened(
    visits: Visits, client: httpx2.AsyncClient, session_of: dict[str, str]
) -> None:
    async with visits.work() as session:
        keys = await provider_keys.opening_keys(session, visits.federation.oauth.sealer, visits.at)
    header = {"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": keys[0].kid}
    public = RSAKey.import_key(keys[0].as_dict(private=False))
    token = jwe.encrypt_compact(header, logout_token(visits), public, algorithms=["RSA-OAEP-256", "A256GCM"])

    assert (await send(client, token)).status_code == 200
    assert await ended(visits, session_of) == {"first"}


async def test_a_logout_token_is_good_once(
    visits: Visits, client: httpx2.AsyncClient, session_of: dict[str, str]
) -> None:
    token = logout_token(visits, sid="there-9")
    await send(client, token)

    answer = await send(client, token)

    assert answer.status_code == 400
    assert answer.json() == {
        "error": "invalid_request",
        "error_description": "The logout_token cannot be used: NOT_A_TOKEN.",
    }
    # The same identifier in another token is the same token.
    assert (await send(client, logout_token(visits))).status_code == 400
    assert await ended(visits, session_of) == set()


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "x"},
        {"events": None},
        {"events": {}},
        {"events": [LOGOUT]},
        {"events": {LOGOUT: True}},
        {"events": {"https://schemas.example/other": {}}},
        {"sid": None},
        {"sid": 7},
        {"jti": None},
        {"jti": ""},
        {"iss": "https://attacker.example"},
        {"aud": "somebody-else"},
        {"aud": None},
        {"exp": None},
        {"iat": None},
        {"typ": "at+jwt"},
    ],
)
async def test_what_is_no_logout_token_ends_nothing(
    visits: Visits, client: httpx2.AsyncClient, session_of: dict[str, str], claims: dict[str, Any]
) -> None:
    assert (await send(client, logout_token(visits, **claims))).status_code == 400

    assert await ended(visits, session_of) == set()


@pytest.mark.parametrize(("claim", "seconds"), [("exp", -60), ("iat", 61)])
async def test_a_logout_token_of_another_time_ends_nothing(
    visits: Visits, client: httpx2.AsyncClient, session_of: dict[str, str], claim: str, seconds: int
) -> None:
    time = int((visits.at + timedelta(seconds=seconds)).timestamp())

    assert (await send(client, logout_token(visits, **{claim: time}))).status_code == 400
    assert await ended(visits, session_of) == set()


async def test_a_logout_token_of_a_foreign_key_ends_nothing(
    visits: Visits, client: httpx2.AsyncClient, session_of: dict[str, str]
) -> None:
    visits.provider.published = [ECKey.generate_key("P-256", {"kid": "first"})]

    assert (await send(client, logout_token(visits))).status_code == 400
    assert await ended(visits, session_of) == set()


async def test_rubbish_makes_us_ask_for_keys_once_a_minute_at_most(
    visits: Visits, client: httpx2.AsyncClient, session_of: dict[str, str]
) -> None:
    visits.provider.published = [ECKey.generate_key("P-256", {"kid": "second"})]
    for number in range(5):
        assert (await send(client, logout_token(visits, jti=f"logout-{number}"))).status_code == 400

    assert visits.provider.asked.count("GET /keys") == 1
    assert await ended(visits, session_of) == set()


async def test_a_token_at_the_address_of_no_provider_ends_nothing(
    visits: Visits, client: httpx2.AsyncClient, session_of: dict[str, str]
) -> None:
    assert (await send(client, logout_token(visits), named_id("idp", "unknown"))).status_code == 400

    assert await ended(visits, session_of) == set()
    assert visits.provider.asked == []


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", FORM),
        (b"logout_token=", FORM),
        (b"logout_token=a.b.c&logout_token=a.b.c", FORM),
        (b"&".join(b"x=%d" % number for number in range(20)), FORM),
        (b"logout_token=" + b"a" * 131_072, FORM),
        (b"logout_token=\xff", FORM),
        (b'{"logout_token":"a.b.c"}', {"content-type": "application/json"}),
        (b"logout_token=a.b.c", {}),
    ],
)
async def test_requests_without_one_token_are_refused(
    client: httpx2.AsyncClient, body: bytes, headers: dict[str, str]
) -> None:
    answer = await client.post(f"/auth/backchannel/{PROVIDER}", content=body, headers=headers)

    assert answer.status_code == 400
    assert answer.json() == {"error": "invalid_request", "error_description": "The request has no logout_token."}
