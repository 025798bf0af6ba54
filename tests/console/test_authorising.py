"""The pages on which a person decides what programs may do: consent, devices, signing out."""

import base64
import hashlib
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import select
from tests.console.site import ORIGIN, SESSION_COOKIE, Page, Site

from ilmio_api.db.session import accounts_work
from ilmio_api.domain.accounts.client_models import ApiClient, Consent
from ilmio_api.domain.accounts.clients import COMMAND_LINE_CLIENT, command_line_client
from ilmio_api.domain.accounts.sign_in_models import Session
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind, MemberRole

CALLBACK = "https://app.example.fi/cb"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
LONG_AGO = datetime.now(UTC) - timedelta(minutes=20)


@pytest.fixture
async def client(site: Site) -> str:
    organisation = await site.organisation("Sovellustalo")
    row = ApiClient(
        id=site.new_id("client"),
        organisation_id=organisation,
        kind=ClientKind.PUBLIC_APPLICATION,
        name="Näkymä <b>",
        description="Shows drafts.",
        website="https://app.example.fi",
        authentication=ClientAuthentication.NONE,
        scopes=["openid", "offline_access", "content:read", "drafts:read"],
        redirect_uris=[CALLBACK, "fi.example.app:/cb"],
        post_logout_redirect_uris=["https://app.example.fi/bye"],
    )
    await site.add(row)
    return str(row.id)


def request(client: str, **changes: str) -> str:
    """Return the path of an authorisation request."""
    whole = {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": CALLBACK,
        "scope": "openid content:read",
        "state": "s-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return f"/oauth/authorize?{urlencode(whole | changes)}"


def sent(page: Page) -> dict[str, str]:
    """Return what an answer carries to the application."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.way).query).items()}


def ticket_of(page: Page) -> str:
    """Return the ticket in the form of a page."""
    return str(re.findall(r'name="ticket" value="([^"]*)"', page.text)[0])


async def test_who_is_not_signed_in_signs_in_first_and_comes_back(site: Site, client: str) -> None:
    browser = site.browser()
    page = await browser.open(request(client, login_hint="aino@kaupunki.example"))
    form = await browser.follow(page)

    assert page.way.startswith("/console/sign-in?return_to=%2Foauth%2Fauthorize%3Fticket%3D")
    assert 'value="aino@kaupunki.example"' in form.text


async def test_the_consent_page_says_who_asks_for_what_and_where_it_leads(site: Site, client: str) -> None:
    browser = await site.signed_in(await site.person("Kaisa"))
    page = await browser.open(request(client))

    assert (page.status, page.heading) == (200, "Näkymä <b> wants to act for you")
    assert "belongs to Sovellustalo." in page.text
    assert ("<li>Sign you in</li>" in page.text, "<li>Read public records</li>" in page.text) == (True, True)
    assert "You will go on to https://app.example.fi." in page.text
    assert "You are signed in as Kaisa." in page.text


async def test_the_answer_of_the_consent_page_may_lead_to_the_application_only(site: Site, client: str) -> None:
    browser = await site.signed_in(await site.person())
    web = await browser.open(request(client))
    native = await browser.open(request(client, redirect_uri="fi.example.app:/cb"))
    policies = [each.answer.headers["content-security-policy"] for each in (web, native)]

    assert [re.findall(r"form-action ([^;]*)", policy) for policy in policies] == [
        ["'self' https://app.example.fi"],
        ["'self' fi.example.app:"],
    ]


async def test_a_yes_sends_a_code_and_is_remembered(site: Site, client: str) -> None:
    account = await site.person()
    browser = await site.signed_in(account)
    page = await browser.open(request(client))
    fields = {"form_token": page.token, "ticket": ticket_of(page), "allowed": "yes"}
    answer = await browser.post("/oauth/authorize/decide", fields)
    redeemed = {
        "grant_type": "authorization_code",
        "client_id": client,
        "redirect_uri": CALLBACK,
        "code": sent(answer)["code"],
        "code_verifier": VERIFIER,
    }
    token = await browser.http.post("/oauth/token", data=redeemed)

    assert (answer.status, answer.way.startswith(f"{CALLBACK}?")) == (303, True)
    assert (sent(answer)["state"], sent(answer)["iss"]) == ("s-1", ORIGIN)
    assert token.json()["scope"] == "openid content:read"
    assert (await browser.open(request(client))).way.startswith(f"{CALLBACK}?code=")
    assert len(await site.rows(select(Consent).where(Consent.account_id == account))) == 1


async def test_a_no_is_told_to_the_application_and_not_remembered(site: Site, client: str) -> None:
    account = await site.person()
    browser = await site.signed_in(account)
    page = await browser.open(request(client))
    fields = {"form_token": page.token, "ticket": ticket_of(page), "allowed": "no"}
    answer = await browser.post("/oauth/authorize/decide", fields)

    assert (sent(answer)["error"], sent(answer)["iss"]) == ("access_denied", ORIGIN)
    assert await site.rows(select(Consent).where(Consent.account_id == account)) == []


async def test_no_other_page_can_consent(site: Site, client: str) -> None:
    account = await site.person()
    browser = await site.signed_in(account)
    page = await browser.open(request(client))
    fields = {"ticket": ticket_of(page), "allowed": "yes"}
    without = await browser.post("/oauth/authorize/decide", fields)
    foreign = await browser.post("/oauth/authorize/decide", fields | {"form_token": page.token}, origin="https://a.fi")

    assert (without.status, foreign.status) == (403, 403)
    assert await site.rows(select(Consent).where(Consent.account_id == account)) == []


async def test_organisations_are_named_and_those_that_have_not_decided_are_marked(site: Site, client: str) -> None:
    account = await site.person()
    await site.member(await site.organisation("Odottava järjestö"), account, MemberRole.EDITOR)
    browser = await site.signed_in(account)
    page = await browser.open(request(client, scope="openid content:read drafts:read"))

    assert (page.status, "Odottava järjestö" in page.text) == (200, True)
    assert "Waits for approval" in page.text


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/cb"},
        {"redirect_uri": "https://app.example.fi/cb/"},
        {"client_id": "client_00000000000000000000000000"},
    ],
)
async def test_a_request_without_an_address_to_trust_ends_on_a_page(
    site: Site, client: str, changes: dict[str, str]
) -> None:
    page = await (await site.signed_in(await site.person())).open(request(client, **changes))

    assert (page.status, page.way) == (400, "")
    assert re.findall(r"(?:href|action|url)=\"?[^\"/]*//[^\"]*evil", page.text) == []
    assert page.heading == "The application sent you here in a wrong way"


async def test_a_fault_of_a_known_application_is_told_to_it(site: Site, client: str) -> None:
    page = await site.browser().open(request(client, code_challenge_method="plain"))

    assert (page.status, sent(page)["error"], sent(page)["iss"]) == (303, "invalid_request", ORIGIN)


async def test_an_application_may_ask_for_a_fresh_proof(site: Site, client: str) -> None:
    browser = await site.signed_in(await site.person(), authenticated_at=LONG_AGO)
    page = await browser.open(request(client, max_age="60"))

    assert page.way.startswith("/console/confirm?return_to=%2Foauth%2Fauthorize%3Fticket%3D")
    assert (await browser.follow(page)).heading == "Confirm that it is you"


async def test_an_application_may_let_the_person_choose_who_goes_on(site: Site, client: str) -> None:
    browser = await site.signed_in(await site.person("Kaisa"))
    page = await browser.open(request(client, prompt="select_account"))
    on = re.findall(r'class="button" href="([^"]*)"', page.text)[0]

    assert (page.heading, "Go on as Kaisa" in page.text) == ("Who goes on?", True)
    assert (await browser.open(on)).heading == "Näkymä <b> wants to act for you"


async def test_a_request_that_a_form_of_the_application_sends_is_led_on(site: Site, client: str) -> None:
    browser = await site.signed_in(await site.person())
    query = parse_qs(urlsplit(request(client)).query)
    fields = {name: values[0] for name, values in query.items()}
    page = await browser.post("/oauth/authorize", fields, origin="https://app.example.fi", sec_fetch_site="cross-site")

    assert page.way.startswith("/oauth/authorize?ticket=")
    assert (await browser.open(page.way)).heading == "Näkymä <b> wants to act for you"


async def test_the_language_that_an_application_asks_for_is_spoken(site: Site, client: str) -> None:
    browser = site.browser(language="en")
    page = await browser.follow(await browser.open(request(client, ui_locales="sv-FI fi")))

    assert page.heading == "Logga in"


async def test_a_device_is_connected_by_its_code(site: Site) -> None:
    async with accounts_work(site.engine, "set-up") as session:
        await command_line_client(session)
    browser = await site.signed_in(await site.person())
    begun = await browser.http.post(
        "/oauth/device_authorization", data={"client_id": COMMAND_LINE_CLIENT, "scope": "openid content:read"}
    )
    device = begun.json()
    asked = await browser.send("/oauth/device", {"user_code": device["user_code"].lower().replace("-", " ")})
    assert (asked.heading, "198.18." in asked.text) == ("Connect a device", True)
    fields = {"form_token": asked.token, "user_code": device["user_code"], "allowed": "yes"}
    done = await browser.post("/oauth/device/decide", fields)
    polled = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "client_id": COMMAND_LINE_CLIENT,
        "device_code": device["device_code"],
    }
    token = await browser.http.post("/oauth/token", data=polled)

    assert "The device is connected." in done.text
    assert token.json()["scope"] == "openid content:read"
    assert (await browser.post("/oauth/device/decide", fields)).status == 422


async def test_the_address_with_the_code_in_it_asks_too(site: Site) -> None:
    browser = await site.signed_in(await site.person())
    page = await browser.open("/oauth/device?user_code=BCDF-GHJK")

    assert page.problems == ["Code: No device waits with this code. Check it, or begin again on the device."]
    assert 'value="BCDF-GHJK"' in page.text


async def test_who_is_not_signed_in_comes_back_to_the_device(site: Site) -> None:
    page = await site.browser().open("/oauth/device?user_code=BCDF-GHJK")

    assert page.way == "/console/sign-in?return_to=%2Foauth%2Fdevice%3Fuser_code%3DBCDF-GHJK"


async def test_signing_out_at_the_wish_of_an_application_asks_first(site: Site, client: str) -> None:
    account = await site.person()
    browser = await site.signed_in(account)
    page = await browser.open(f"/oauth/logout?client_id={client}")
    stays = await browser.post(
        "/oauth/logout/decide", {"form_token": page.token, "ticket": ticket_of(page), "sign_out": "no"}
    )
    assert (page.heading, stays.way, SESSION_COOKIE in browser.cookies) == ("Sign out?", "/console/", True)

    goes = await browser.post(
        "/oauth/logout/decide", {"form_token": page.token, "ticket": ticket_of(page), "sign_out": "yes"}
    )
    (ended,) = await site.rows(select(Session.ended_at).where(Session.account_id == account))
    assert (goes.way, SESSION_COOKIE in browser.cookies, ended is None) == (
        "/console/sign-in?done=signed_out",
        False,
        False,
    )


async def test_a_wish_to_sign_out_that_a_form_sends_is_led_on(site: Site, client: str) -> None:
    browser = site.browser()
    page = await browser.post("/oauth/logout", {"client_id": client}, origin="https://app.example.fi")

    assert page.way == f"/oauth/logout?client_id={client}"


async def test_a_wish_that_does_not_hold_ends_on_a_page(site: Site, client: str) -> None:
    path = f"/oauth/logout?{urlencode({'client_id': client, 'id_token_hint': 'x.y.z'})}"

    assert (await site.browser().open(path)).status == 400
