"""Requests that no honest client sends, and what must never come out."""

import logging
import re

import httpx2
import pytest
from tests.oauth.stage import CALLBACK, ISSUER, Stage

from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind

PROGRAMS = ["/oauth/token", "/oauth/par", "/oauth/revoke", "/oauth/introspect", "/oauth/device_authorization"]
FORM = "application/x-www-form-urlencoded"
SECRET = re.compile(r"ilm_[a-z]{2}_[0-9A-Za-z]{49}")


@pytest.mark.parametrize("path", PROGRAMS)
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"grant_type": "client_credentials"}'),
        ("text/plain", b"grant_type=client_credentials"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("", b"grant_type=client_credentials"),
        (FORM, b"grant_type=client_credentials&grant_type=refresh_token"),
        (FORM, b"client_id=a&client_id=a"),
        (FORM, b"token=%00&client_id=%00"),
        (FORM, b"token=%FF%FE"),
        (FORM, b"\xff\xfe"),
        (FORM, b"&".join(b"a%d=1" % number for number in range(100))),
        (FORM, b"a=" + b"x" * 70_000),
    ],
)
async def test_a_form_that_cannot_be_read_is_refused(stage: Stage, path: str, kind: str, body: bytes) -> None:
    answer = await stage.http.post(path, content=body, headers={"Content-Type": kind} if kind else {})

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert answer.headers["cache-control"] == "no-store"
    assert sorted(answer.json()) == ["error", "error_description"]


@pytest.mark.parametrize("path", PROGRAMS)
async def test_credentials_in_the_address_are_not_looked_at(stage: Stage, path: str) -> None:
    client = await stage.client(ClientAuthentication.CLIENT_SECRET_POST, ClientKind.SERVICE)

    answer = await stage.http.post(
        path,
        params={"client_id": client.id, "client_secret": client.secret, "grant_type": "client_credentials"},
        data={"token": "x"},
    )

    assert answer.status_code in {400, 401}
    assert answer.json()["error"] in {"invalid_client", "invalid_request"}


@pytest.mark.parametrize("path", PROGRAMS)
async def test_programs_are_answered_to_post_only(stage: Stage, path: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        assert (await stage.http.request(method, path)).status_code == 405


@pytest.mark.parametrize("grant_type", ["password", "implicit", 'ä"\\', "urn:ietf:params:oauth:grant-type:jwt-bearer"])
async def test_other_grants_do_not_exist(stage: Stage, grant_type: str) -> None:
    client = await stage.client()

    answer = await stage.post("/oauth/token", client, grant_type=grant_type)

    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")
    assert answer.json()["error_description"].isascii()


async def test_a_request_for_tokens_names_a_grant(stage: Stage) -> None:
    answers = [await stage.post("/oauth/token", await stage.client(), **form) for form in ({}, {"grant_type": ""})]

    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [(400, "invalid_request")] * 2
    assert answers[0].json()["error_description"] == "The parameter grant_type is missing."


@pytest.mark.parametrize("host", ["evil.example", "evil.example:443", "api.example.fi@evil.example", "x/../y"])
async def test_the_host_header_changes_nothing(stage: Stage, host: str) -> None:
    client = await stage.client(ClientAuthentication.PRIVATE_KEY_JWT, ClientKind.SERVICE)
    headers = {"Host": host, "X-Forwarded-Host": host, "X-Forwarded-Proto": "http"}
    proof, _ = client.proof(stage.clock.at, aud=f"https://{host}/oauth/token")

    about = (await stage.http.get("/.well-known/openid-configuration", headers=headers)).json()
    poisoned = await stage.http.post("/oauth/token", data={"grant_type": "client_credentials"} | proof, headers=headers)
    good, _ = client.proof(stage.clock.at)
    honest = await stage.http.post("/oauth/token", data={"grant_type": "client_credentials"} | good, headers=headers)

    assert all("evil" not in str(value) for value in about.values())
    assert about["issuer"] == ISSUER
    assert (poisoned.status_code, honest.status_code) == (401, 200)


@pytest.mark.parametrize("parameter", ["client_id", "redirect_uri", "response_type", "scope", "state"])
async def test_a_parameter_that_comes_twice_leads_to_a_page(stage: Stage, parameter: str) -> None:
    client = await stage.client()
    await stage.sign_in()
    first = (await stage.ask(client)).request.url

    answer = await stage.http.get(f"{first}&{parameter}={first.params[parameter]}")

    assert (answer.status_code, answer.text.split(":")[0]) == (400, "invalid_request")


async def test_other_parameters_that_come_twice_are_told_to_the_client(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    first = (await stage.ask(client, nonce="n")).request.url

    answer = await stage.http.get(f"{first}&nonce=m")

    assert answer.headers["location"].startswith(f"{CALLBACK}?error=invalid_request&")


async def test_an_endless_authorisation_request_is_refused(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()

    assert (await stage.ask(client, state="x" * 12_001)).status_code == 400


async def test_no_secret_reaches_the_log(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client = await stage.client(ClientAuthentication.CLIENT_SECRET_BASIC)
        service = await stage.client(ClientAuthentication.CLIENT_SECRET_POST, ClientKind.SERVICE)
        await stage.sign_in()
        tokens = await stage.tokens(client)
        await stage.refresh(client, tokens["refresh_token"])
        await stage.post("/oauth/token", service, grant_type="client_credentials")
        await stage.redeem(client, "ilm_co_" + "0" * 49)

    ours = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx2", "httpcore2"))]
    assert not [message for message in ours if SECRET.search(message)]
    assert not logging.getLogger("authlib.oauth2.rfc6749.grants.refresh_token").isEnabledFor(logging.DEBUG)


ORIGINS = {
    "https://app.example.fi": True,
    "https://app.example.fi:8443": False,
    "http://app.example.fi": False,
    "https://app.example.f": False,
    "https://app.example.fi.evil.example": False,
    "https://evil.example": False,
    "https://sub.app.example.fi": False,
    "https://app.example.fi/": False,
    "null": False,
    "fi.example.app:": False,
    "https://%": False,
}


@pytest.mark.parametrize(("origin", "known"), ORIGINS.items())
async def test_scripts_call_from_where_a_browser_application_is_registered(
    stage: Stage, origin: str, *, known: bool
) -> None:
    await stage.client(redirect_uris=[CALLBACK, "fi.example.app:/cb"])

    for path, method in (("/oauth/token", "POST"), ("/oauth/revoke", "POST"), ("/oauth/userinfo", "GET")):
        preflight = await stage.http.options(path, headers={"Origin": origin, "Access-Control-Request-Method": method})
        answer = await stage.http.request(method, path, headers={"Origin": origin})
        for found in (preflight, answer):
            assert found.headers.get("access-control-allow-origin") == (origin if known else None)
            assert "access-control-allow-credentials" not in found.headers
        assert ("Origin" in answer.headers.get("vary", "")) is known
        assert (method in preflight.headers.get("access-control-allow-methods", "")) is known


async def test_scripts_call_only_from_browser_applications(stage: Stage) -> None:
    await stage.client(ClientAuthentication.CLIENT_SECRET_BASIC, redirect_uris=["https://web.example.fi/cb"])
    gone = await stage.client(redirect_uris=["https://gone.example.fi/cb"])
    await stage.delete(gone)

    for origin in ("https://web.example.fi", "https://gone.example.fi"):
        answer = await stage.http.post("/oauth/token", headers={"Origin": origin})
        assert "access-control-allow-origin" not in answer.headers


async def test_the_other_endpoints_are_closed_to_scripts(stage: Stage) -> None:
    await stage.client()

    for path in ("/oauth/introspect", "/oauth/par", "/oauth/device_authorization"):
        answer: httpx2.Response = await stage.http.post(path, headers={"Origin": "https://app.example.fi"})
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("parameter", ["nonce", "state", "client_id", "redirect_uri", "login_hint", "code_challenge"])
async def test_a_null_character_leads_to_a_page(stage: Stage, parameter: str) -> None:
    client = await stage.client()
    await stage.sign_in()

    answer = await stage.ask(client, **{parameter: "a\0b"})

    assert (answer.status_code, answer.text.split(":")[0]) == (400, "invalid_request")


async def test_a_service_without_encryption_gives_nothing(stage: Stage) -> None:
    client = await stage.client(ClientAuthentication.CLIENT_SECRET_POST, ClientKind.SERVICE)
    await stage.sign_in()
    plain = Stage(stage.engine, stage.sealer, signed_in=stage.signed_in, issuer="http://api.example.fi")

    token = await plain.post("/oauth/token", client, grant_type="client_credentials")

    assert (token.status_code, token.json()["error"]) == (400, "insecure_transport")
    assert (await plain.ask(client)).text.split(":")[0] == "insecure_transport"


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", True),
        ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", False),
        ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", False),
        ("00-4bf92f35-00f067aa0ba902b7-01", False),
        ("x", False),
    ],
)
async def test_an_answer_names_its_request(stage: Stage, given: str, *, known: bool) -> None:
    answer = await stage.http.post("/oauth/token", headers={"traceparent": given})

    found = answer.headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{32}", found)
    assert (found in given) is known
