"""From a link to the first session: the first administrator of a service, and people who are invited."""

import os
from datetime import UTC, datetime

import pyotp
import pytest
from sqlalchemy import select
from tests.console.site import SESSION_COOKIE, Site, with_passkey

from ilmio_api.access.roles import Role
from ilmio_api.access.secrets import SecretKind, new_secret
from ilmio_api.console.arriving import invitation_link, set_up_link
from ilmio_api.db.session import accounts_work
from ilmio_api.domain.accounts import set_up
from ilmio_api.domain.accounts.models import Account, Membership
from ilmio_api.domain.accounts.principals import OPERATOR
from ilmio_api.domain.occasion import Occasion

AINO = {"name": "Aino Esimerkki", "email": "aino@kaupunki.example", "language": "en"}


async def first_link(site: Site) -> str:
    """Return the path of a set-up link."""
    occasion = Occasion(OPERATOR, datetime.now(UTC), os.urandom(16).hex(), "", os.urandom)
    async with accounts_work(site.engine, "set-up") as session:
        secret = await set_up.new_link(session, occasion)
    return set_up_link("", secret.text)


async def invited(site: Site, email: str = "matti@kaupunki.example", role: Role = Role.EDITOR) -> tuple[str, str]:
    """Return an organisation and the path of an invitation to it."""
    organisation, owner = await site.owner()
    form = f"/console/organisations/{organisation}/members/invite"
    page = await owner.follow(await owner.send(form, {"email": email, "role": role.value}))
    return organisation, page.shown[0].removeprefix("https://api.example.fi")


async def test_the_first_person_becomes_administrator_of_the_platform(empty_site: Site) -> None:
    browser = empty_site.browser()
    opened = await browser.open(await first_link(empty_site))
    assert opened.way == "/console/set-up"

    page = await browser.follow(await browser.send("/console/set-up", AINO))
    assert (page.heading, browser.cookies.get(SESSION_COOKIE)) == ("How will you sign in?", None)
    codes = await browser.follow(await with_passkey(browser, page))

    assert codes.heading == "Recovery codes"
    assert codes.text.count("<li>") - codes.text.count("<li><a") >= 10
    assert list(browser.cookies) == [SESSION_COOKIE]
    assert await empty_site.rows(select(Account.email).where(Account.is_platform_admin)) == ["aino@kaupunki.example"]
    assert (await browser.open("/console/me/recovery-codes")).text.count("<li>") < 10


async def test_a_set_up_link_works_once(empty_site: Site) -> None:
    link = await first_link(empty_site)
    first, second = empty_site.browser(), empty_site.browser()
    await first.open(link)
    await second.open(link)
    await first.send("/console/set-up", AINO)

    page = await second.open("/console/set-up")
    assert (page.status, page.heading) == (410, "This link does not work any more")


async def test_a_set_up_link_opens_nothing_once_there_is_an_administrator(site: Site) -> None:
    await site.person(is_platform_admin=True)
    browser = site.browser()
    await browser.open(await first_link(site))

    assert (await browser.open("/console/set-up")).status == 410


async def test_what_is_wrong_with_a_person_is_said_beside_the_fields(empty_site: Site) -> None:
    browser = empty_site.browser()
    await browser.open(await first_link(empty_site))
    page = await browser.send("/console/set-up", {"name": " ", "email": "aino", "language": "en"})

    assert page.status == 422
    assert [problem.partition(":")[0] for problem in page.problems] == ["Name", "E-mail address"]
    assert 'value="aino"' in page.text
    assert page.text.count('aria-invalid="true"') == 2


async def test_an_invited_person_makes_an_account_and_is_a_member(site: Site) -> None:
    organisation, link = await invited(site, "matti@kaupunki.example")
    browser = site.browser()
    page = await browser.follow(await browser.open(link))
    assert (page.heading, "matti@kaupunki.example" in page.text) == ("Join Järjestö", True)

    chosen = await browser.follow(await browser.send("/console/invitation", {"name": "Matti", "language": "en"}))
    await browser.follow(await with_passkey(browser, chosen))

    home = await browser.open(f"/console/organisations/{organisation}")
    assert (home.status, "Your role: Editor." in home.text) == (200, True)
    assert (await site.audited(organisation))[-2:] == ["MEMBER_INVITED", "MEMBER_JOINED"]


async def test_a_password_needs_codes_before_anybody_is_in(site: Site) -> None:
    organisation, link = await invited(site, "liisa@kaupunki.example")
    browser = site.browser()
    await browser.open(link)
    await browser.send("/console/invitation", {"name": "Liisa", "language": "en"})
    common = await browser.send("/console/enrol/password", {"password": "password123"})
    assert [problem.partition(":")[0] for problem in common.problems] == ["New password"]

    await browser.send("/console/enrol/password", {"password": "kolme punaista porkkanaa"})
    assert (await browser.open(f"/console/organisations/{organisation}")).way.startswith("/console/sign-in")
    codes = await browser.open("/console/enrol/codes")
    wrong = await browser.post("/console/enrol/codes", {"form_token": codes.token, "code": "000000"})
    assert (wrong.status, "<svg" in wrong.text) == (422, False)
    right = pyotp.TOTP(codes.shown[0]).now()
    done = await browser.post("/console/enrol/codes", {"form_token": codes.token, "code": right})

    assert (await browser.follow(done)).heading == "Recovery codes"
    assert (await browser.open(f"/console/organisations/{organisation}")).status == 200


async def test_who_has_an_account_accepts_with_it(site: Site) -> None:
    organisation, link = await invited(site)
    account = await site.person("Kaisa")
    browser = await site.signed_in(account)
    page = await browser.follow(await browser.open(link))
    assert "You are signed in as Kaisa." in page.text

    joined = await browser.post("/console/invitation/accept", {"form_token": page.token})
    assert joined.way == f"/console/organisations/{organisation}?done=joined"
    roles = await site.rows(select(Membership.role).where(Membership.account_id == account))
    assert [role.value for role in roles] == ["EDITOR"]


async def test_who_is_a_member_already_is_told_so(site: Site) -> None:
    organisation, owner = await site.owner()
    form = f"/console/organisations/{organisation}/members/invite"
    made = await owner.follow(await owner.send(form, {"email": "x@kaupunki.example", "role": "VIEWER"}))
    page = await owner.follow(await owner.open(made.shown[0].removeprefix("https://api.example.fi")))
    again = await owner.post("/console/invitation/accept", {"form_token": page.token})

    assert (again.status, len(again.problems)) == (422, 1)


@pytest.mark.parametrize("secret", ["ilm_in_short", "x" * 400, "ilm_at_" + "0" * 49])
async def test_a_link_that_is_none_of_ours_leads_nowhere(site: Site, secret: str) -> None:
    browser = site.browser()
    page = await browser.follow(await browser.open(f"/console/invitation/{secret}"))

    assert (page.status, page.heading) == (410, "This link does not work any more")


async def test_an_unknown_invitation_looks_like_a_used_one(site: Site) -> None:
    browser = site.browser()
    unknown = new_secret(SecretKind.INVITATION, os.urandom).text
    page = await browser.follow(await browser.open(invitation_link("", unknown)))

    assert page.status == 410


@pytest.mark.parametrize("path", ["", "/password", "/codes"])
async def test_nobody_enrols_without_a_link(site: Site, path: str) -> None:
    assert (await site.browser().open(f"/console/enrol{path}")).status == 410


@pytest.mark.parametrize("path", ["/passkey", "/with-passkey"])
async def test_nobody_gives_themselves_a_passkey(site: Site, path: str) -> None:
    browser = site.browser()
    token = (await browser.open("/console/sign-in")).token

    assert (await browser.post(f"/console/enrol{path}", {"form_token": token})).status in {404, 410}
