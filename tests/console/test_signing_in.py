"""Signing in, proving again who one is, and signing out, as a browser does it."""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pyotp
import pytest
from sqlalchemy import select
from tests.console.site import ORIGIN, SESSION_COOKIE, Browser, Site
from tests.domain.accounts.soft_authenticator import SoftAuthenticator

from ilmio_api.access.principals import Principal
from ilmio_api.db.session import accounts_work
from ilmio_api.domain.accounts import one_time_codes, passwords, recovery_codes
from ilmio_api.domain.accounts.one_time_codes import CodesAsked
from ilmio_api.domain.accounts.recovery_codes import RecoveryCodes
from ilmio_api.domain.accounts.sign_in_models import Session
from ilmio_api.domain.accounts.vocabulary import SignInMethod
from ilmio_api.domain.occasion import Occasion

PASSWORD = "kolme punaista porkkanaa"  # noqa: S105 - of a person in the tests
LONG_AGO = datetime.now(UTC) - timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a password, one-time codes and recovery codes."""

    account: str
    email: str
    seed: str
    recovery: tuple[str, ...]

    def code(self) -> str:
        """Return a code that was not used for setting up, which is the next one."""
        return pyotp.TOTP(self.seed).at(datetime.now(UTC) + timedelta(seconds=30))


@pytest.fixture
async def person(site: Site) -> Person:
    account = await site.person()
    now = datetime.now(UTC)
    occasion = Occasion(Principal(account=account), now, os.urandom(16).hex(), "", os.urandom, now)
    async with accounts_work(site.engine, "test") as session:
        await passwords.change(session, occasion, PASSWORD)
        asked = await one_time_codes.ask(session, occasion)
        assert isinstance(asked, CodesAsked)
        sealer = site.application.state.console.sealer
        code = pyotp.TOTP(asked.seed).at(now)
        await one_time_codes.confirm(session, occasion, sealer, asked.secret.text, code)
        renewed = await recovery_codes.renew(session, occasion)
        assert isinstance(renewed, RecoveryCodes)
    return Person(account, f"{account}@example.fi", asked.seed, renewed.codes)


async def with_password(browser: Browser, person: Person, return_to: str = "/console/") -> None:
    fields = {"email": person.email, "password": PASSWORD, "return_to": return_to}
    page = await browser.send("/console/sign-in", fields)
    assert page.way == f"/console/sign-in/code?return_to={quote(return_to, safe='')}"


async def test_a_password_and_a_code_let_a_person_in(site: Site, person: Person) -> None:
    browser = site.browser()
    await with_password(browser, person)
    page = await browser.send("/console/sign-in/code", {"code": person.code()})

    assert (page.status, page.way) == (303, "/console/")
    assert (await browser.follow(page)).heading == "Your organisations"
    (session,) = await site.rows(select(Session).where(Session.account_id == person.account))
    assert (session.method, session.browser) == (SignInMethod.PASSWORD_AND_CODE, "Firefox, Linux")


async def test_the_steps_of_signing_in_leave_no_cookie_but_the_session(site: Site, person: Person) -> None:
    browser = site.browser()
    await with_password(browser, person)
    await browser.send("/console/sign-in/code", {"code": person.code()})

    assert list(browser.cookies) == [SESSION_COOKIE]
    assert browser.cookies[SESSION_COOKIE].startswith("ilm_ss_")


async def test_a_wrong_password_and_an_unknown_address_look_the_same(site: Site, person: Person) -> None:
    browser = site.browser()
    wrong = await browser.send("/console/sign-in", {"email": person.email, "password": "wrong"})
    unknown = await browser.send("/console/sign-in", {"email": "nobody@example.fi", "password": "wrong"})

    assert (wrong.status, unknown.status) == (422, 422)
    assert wrong.text.replace(person.email, "nobody@example.fi") == unknown.text
    assert "wrong" not in re.sub(r'class="wrong"', "", wrong.text)


async def test_a_wrong_code_can_be_tried_again(site: Site, person: Person) -> None:
    browser = site.browser()
    await with_password(browser, person)
    wrong = await browser.send("/console/sign-in/code", {"code": "000000"})
    right = await browser.send("/console/sign-in/code", {"code": person.code()})

    assert (wrong.status, right.status) == (422, 303)
    assert [problem.startswith("Code: ") for problem in wrong.problems] == [True]


async def test_a_code_without_a_password_leads_back(site: Site) -> None:
    browser = site.browser()

    assert (await browser.open("/console/sign-in/code")).way.startswith("/console/sign-in?")


async def test_after_too_many_attempts_nobody_gets_in_for_a_while(site: Site, person: Person) -> None:
    browser = site.browser()
    await with_password(browser, person)
    pages = [await browser.send("/console/sign-in/code", {"code": "000000"}) for _ in range(6)]

    assert [page.status for page in pages] == [422, 422, 422, 422, 422, 429]
    assert (await browser.send("/console/sign-in/code", {"code": person.code()})).status == 429


async def test_a_recovery_code_stands_in_for_a_code_once(site: Site, person: Person) -> None:
    first, second = site.browser(), site.browser()
    await with_password(first, person)
    await with_password(second, person)
    used = await first.send("/console/sign-in/recovery", {"code": person.recovery[0].lower()})
    again = await second.send("/console/sign-in/recovery", {"code": person.recovery[0]})

    assert (used.status, again.status) == (303, 422)


async def test_who_has_a_password_needs_it_beside_a_recovery_code(site: Site, person: Person) -> None:
    page = await site.browser().send("/console/sign-in/lost", {"email": person.email, "code": person.recovery[1]})

    assert page.status == 422


async def test_signing_in_ends_where_it_was_begun(site: Site, person: Person) -> None:
    browser = site.browser()
    asked = await browser.open("/console/me/sessions")
    page = await browser.follow(asked)
    return_to = re.findall(r'name="return_to" value="([^"]*)"', page.text)[0]
    await with_password(browser, person, return_to)
    fields = {"code": person.code(), "return_to": return_to}

    assert (await browser.send("/console/sign-in/code", fields)).way == "/console/me/sessions"


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example", "/console/\\evil"])
async def test_signing_in_never_ends_at_another_site(site: Site, person: Person, evil: str) -> None:
    browser = site.browser()
    await browser.send("/console/sign-in", {"email": person.email, "password": PASSWORD, "return_to": evil})
    page = await browser.send("/console/sign-in/code", {"code": person.code(), "return_to": evil})

    assert page.way == "/console/"


async def test_who_comes_from_an_application_goes_on_from_a_page_in_between(site: Site, person: Person) -> None:
    browser = site.browser()
    await with_password(browser, person, "/oauth/authorize?ticket=a&b")
    fields = {"code": person.code(), "return_to": "/oauth/authorize?ticket=a&b"}
    page = await browser.send("/console/sign-in/code", fields)

    assert page.status == 200
    assert '<meta http-equiv="refresh" content="0; url=/oauth/authorize?ticket=a&amp;b">' in page.text


async def test_proving_again_who_one_is_gives_the_session_a_new_secret(site: Site, person: Person) -> None:
    browser = await site.signed_in(person.account, authenticated_at=LONG_AGO)
    before = browser.cookies[SESSION_COOKIE]
    asked = await browser.open("/console/me/password")
    page = await browser.follow(asked)
    assert (page.heading, person.email in page.text) == ("Confirm that it is you", True)

    fields = {"form_token": page.token, "email": person.email, "password": PASSWORD, "again": "yes"}
    await browser.post("/console/sign-in", fields | {"return_to": "/console/me/password"})
    code = {"code": person.code(), "return_to": "/console/me/password"}
    confirmed = await browser.send("/console/sign-in/code", code)

    assert confirmed.way == "/console/me/password"
    assert (await browser.open("/console/me/password")).status == 200
    assert browser.cookies[SESSION_COOKIE] != before
    assert len(await site.rows(select(Session).where(Session.account_id == person.account))) == 1
    assert (await site.browser(before).open("/console/")).way.startswith("/console/sign-in")


async def test_a_wrong_password_does_not_lead_out_of_confirming(site: Site, person: Person) -> None:
    browser = await site.signed_in(person.account, authenticated_at=LONG_AGO)
    fields = {"email": person.email, "password": "wrong", "again": "yes"}
    page = await browser.send("/console/sign-in", fields, form_of="/console/confirm")

    assert (page.status, page.heading) == (422, "Confirm that it is you")


async def test_who_signs_in_as_somebody_else_is_not_both(site: Site, person: Person) -> None:
    other = await site.person("Toinen")
    browser = await site.signed_in(other)
    fields = {"email": person.email, "password": PASSWORD}
    await browser.send("/console/sign-in", fields, form_of="/console/sign-in?switch=yes")
    await browser.send("/console/sign-in/code", {"code": person.code()})

    ended = await site.rows(select(Session.ended_at).where(Session.account_id == other))
    assert "Aino Esimerkki" in (await browser.open("/console/")).text
    assert [moment is None for moment in ended] == [False]


async def test_signing_out_ends_the_session(site: Site, person: Person) -> None:
    browser = await site.signed_in(person.account)
    secret = browser.cookies[SESSION_COOKIE]
    page = await browser.send("/console/sign-out", form_of="/console/")

    assert page.way == "/console/sign-in?done=signed_out"
    assert SESSION_COOKIE not in browser.cookies
    assert (await site.browser(secret).open("/console/")).way.startswith("/console/sign-in")


async def test_a_passkey_lets_a_person_in(site: Site) -> None:
    account, device = await site.person(), SoftAuthenticator(os.urandom)
    settled = await site.signed_in(account)
    new = await settled.open("/console/me/passkeys/new")
    asked = await settled.post("/console/me/passkeys/ask", {"form_token": new.token})
    fields = {"form_token": new.token, "label": "Työkone", "credential": device.makes(asked.text)}
    added = await settled.post("/console/me/passkeys/new", fields)
    assert added.way == "/console/me/sign-in?done=passkey_added"

    browser = site.browser()
    token = (await browser.open("/console/sign-in")).token
    question = await browser.post("/console/sign-in/passkey", {"form_token": token})
    answer = {"form_token": token, "credential": device.answers(question.text), "return_to": "/console/me"}
    page = await browser.post("/console/sign-in/with-passkey", answer)

    assert page.way == "/console/me"
    assert (await browser.follow(page)).heading == "Profile"
    assert (await browser.post("/console/sign-in/with-passkey", answer)).status == 403


async def test_an_answer_that_is_no_passkey_says_so(site: Site) -> None:
    browser = site.browser()
    token = (await browser.open("/console/sign-in")).token
    await browser.post("/console/sign-in/passkey", {"form_token": token})
    page = await browser.post("/console/sign-in/with-passkey", {"form_token": token, "credential": "{}"})

    assert (page.status, page.problems) == (422, ["The passkey could not be used. Try again, or sign in another way."])


async def test_an_address_of_no_organisation_has_no_provider(site: Site) -> None:
    page = await site.browser().send("/console/sign-in/organisation", {"email": "aino@nowhere.example"})

    assert page.problems == ["Your work e-mail address: No sign-in is connected to this address. Sign in another way."]


async def test_who_comes_back_from_a_provider_without_having_gone_there_is_not_let_in(site: Site) -> None:
    browser = site.browser()
    page = await browser.open(f"/auth/cb/{site.new_id('idp')}?code=x&state=ilm_ch_x&iss={quote(ORIGIN)}")

    assert page.status == 422
    assert SESSION_COOKIE not in browser.cookies


async def test_the_language_of_the_pages_can_be_chosen_before_signing_in(site: Site) -> None:
    browser = site.browser()
    chosen = await browser.open("/console/sign-in?lang=sv")
    later = await browser.open("/console/sign-in")

    assert (chosen.heading, later.heading) == ("Logga in", "Logga in")
    assert later.answer.headers["content-language"] == "sv"
