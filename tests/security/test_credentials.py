"""Credentials in the wrong place, of the wrong kind, cut short, made up, or dead."""

import os
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from sqlalchemy import update
from starlette.types import Message
from tests.console.site import ORIGIN, SESSION_COOKIE, Site
from tests.security.estate import Estate, estate, fresh

from ilmio_api.access.secrets import SecretKind
from ilmio_api.db.session import unit_of_work
from ilmio_api.domain.accounts.client_models import ApiKey, ClientSecret
from ilmio_api.domain.accounts.token_models import Token

WHO = {"query": "{ viewer { accountId } }"}
PAST = datetime.now(UTC) - timedelta(seconds=1)


@pytest.fixture(scope="module")
async def ours(target: Site) -> Estate:
    """Provide an organisation."""
    return await estate(target)


async def asked(site: Site, authorization: str) -> httpx2.Response:
    """Return the answer to who is asking."""
    return await site.browser().http.post("/graphql", json=WHO, headers={"Authorization": authorization})


async def test_secrets_of_every_other_kind_are_no_bearer_tokens(site: Site, ours: Estate) -> None:
    session = await site.session(ours.owner)
    refresh, client, key = (
        fresh(kind) for kind in (SecretKind.REFRESH_TOKEN, SecretKind.CLIENT_SECRET, SecretKind.API_KEY)
    )
    await ours.token()
    async with unit_of_work(site.engine) as work:
        # As if they had been given out.
        await work.execute(
            update(ClientSecret).where(ClientSecret.id == ours.parts["secret"]).values(digest=client.digest)
        )
        await work.execute(update(ApiKey).where(ApiKey.id == ours.parts["key"]).values(digest=key.digest))
    await site.add(
        Token(
            id=site.new_id("token"),
            digest=refresh.digest,
            is_refresh=True,
            client_id=ours.parts["client"],
            scopes=["content:read"],
            issued_at=PAST,
            expires_at=PAST + timedelta(days=1),
        )
    )

    statuses = [(await asked(site, f"Bearer {text}")).status_code for text in (session, refresh.text, client.text)]
    as_token = [key.text.replace("ilm_ak_", f"ilm_{kind}_") for kind in ("at", "rt", "ss")]
    swapped = [(await asked(site, f"Bearer {text}")).status_code for text in as_token]
    by_key = await asked(site, f"Bearer {key.text}")

    assert (statuses, swapped) == ([401] * 3, [401] * 3)
    # The key itself holds, and is nobody.
    assert (by_key.status_code, by_key.json()["data"]) == (200, {"viewer": None})


async def test_a_refresh_token_under_the_name_of_an_access_token_is_none(site: Site, ours: Estate) -> None:
    """Even if the digests agreed, the row says what it is."""
    secret = fresh(SecretKind.ACCESS_TOKEN)
    await site.add(
        Token(
            id=site.new_id("token"),
            digest=secret.digest,
            is_refresh=True,
            client_id=ours.parts["client"],
            scopes=["content:read"],
            issued_at=PAST,
            expires_at=PAST + timedelta(days=1),
        )
    )

    assert (await asked(site, f"Bearer {secret.text}")).status_code == 401


async def test_a_token_that_is_cut_or_changed_is_none(site: Site, ours: Estate) -> None:
    token = await ours.token()
    other = "A" if token[-1] != "A" else "B"
    forms = [
        token[:-1],
        token[:-1] + other,
        token + "0",
        token.upper(),
        token.replace("ilm_", "", 1),
        f"{token},{token}",
        f"{token} {token}",
    ]

    assert [(await asked(site, f"Bearer {form}")).status_code for form in forms] == [401] * len(forms)
    assert (await asked(site, f"Basic {b64encode(token.encode()).decode()}")).status_code == 401
    assert (await asked(site, token)).status_code == 401
    assert (await asked(site, f"Bearer {token}")).status_code == 200


@pytest.mark.parametrize("end", [{"expires_at": PAST}, {"revoked_at": PAST}])
async def test_a_token_that_is_over_is_none(site: Site, ours: Estate, end: dict[str, datetime]) -> None:
    token = await ours.token()
    async with unit_of_work(site.engine) as work:
        await work.execute(
            update(Token).where(Token.account_id == ours.owner, Token.revoked_at.is_(None)).values(**end)
        )

    assert (await asked(site, f"Bearer {token}")).status_code == 401


async def test_no_cookie_no_parameter_and_no_field_of_a_form_is_a_credential(site: Site, ours: Estate) -> None:
    token, session = await ours.token(), await site.session(ours.owner)
    http = site.browser().http
    answers = [
        await http.post("/graphql", json=WHO, headers={"Cookie": f"{SESSION_COOKIE}={session}"}),
        await http.post("/graphql", json=WHO, headers={"Cookie": f"access_token={token}"}),
        await http.post(f"/graphql?access_token={token}", json=WHO),
        await http.get("/graphql", params={"query": WHO["query"], "access_token": token}),
        await http.post("/graphql", json={**WHO, "access_token": token}),
    ]

    assert [answer.json()["data"] for answer in answers] == [{"viewer": None}] * 5
    form = await http.post("/graphql", data={**WHO, "access_token": token})
    assert form.status_code == 415


async def test_a_token_opens_no_page(site: Site, ours: Estate) -> None:
    token = await ours.token()
    browser = site.browser()
    for headers in ({"Authorization": f"Bearer {token}"}, {"Cookie": f"{SESSION_COOKIE}={token}"}):
        answer = await browser.http.get("/console/me", headers=headers)

        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/console/sign-in")


async def test_a_session_that_was_planted_is_not_the_one_after_signing_in(site: Site) -> None:
    made_up = fresh(SecretKind.SESSION).text
    browser = site.browser(made_up)

    shown = await browser.open("/console/")

    assert shown.status == 303
    assert SESSION_COOKIE not in browser.cookies


@pytest.mark.parametrize("origin", [ORIGIN, "https://evil.example", "null"])
@pytest.mark.parametrize("path", ["/graphql", "/console/", "/oauth/token", "/"])
async def test_there_is_no_web_socket_for_anybody(site: Site, path: str, origin: str) -> None:
    said: list[Message] = []
    scope = {
        "type": "websocket",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"api.example.fi"), (b"origin", origin.encode())],
        "subprotocols": ["graphql-transport-ws", "graphql-ws"],
        "client": ("198.18.0.1", 1),
        "server": ("api.example.fi", 443),
        "scheme": "wss",
    }

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        said.append(message)

    await site.application(scope, receive, send)

    # A server answers 403 to who is refused before anything was accepted.
    assert [message["type"] for message in said] == ["websocket.close"]


async def test_what_one_browser_has_begun_another_cannot_finish(site: Site) -> None:
    first, second = site.browser(), site.browser()
    await first.open("/console/sign-in")
    form = (await second.open("/console/sign-in")).token

    answer = await first.post(
        "/console/sign-in", {"form_token": form, "email": "a@example.fi", "password": os.urandom(8).hex()}
    )

    assert answer.status == 403
