"""Every page and form of an organisation, asked for by those who have no business there."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from starlette.routing import Route
from tests.console.site import Browser, Site
from tests.security.estate import Estate, estate

from ilmio_api.console.routes import routes
from ilmio_api.domain.accounts.vocabulary import MemberRole

OF_ORGANISATIONS = [
    (route.path, method)
    for route in routes()
    if isinstance(route, Route) and route.path.startswith("/console/organisations/")
    for method in sorted((route.methods or set()) - {"HEAD"})
]
OF_OBJECTS = [(path, method) for path, method in OF_ORGANISATIONS if path.count("{") > 1]
FORMS = [path for path, method in OF_ORGANISATIONS if method == "POST"]
FILLED_IN = {
    "role": "OWNER",
    "version": "1",
    "email": "hyokkaaja@example.fi",
    "name": "Nimi",
    "scopes": "content:read",
    "days": "7",
    "overlap_hours": "1",
    "decision": "approve",
    "form": "CSV",
    "domain": "example.fi",
    "issuer": "https://login.example.fi",
    "client_id": "x",
    "client_secret": "x",
    "max_credential_days": "366",
    "max_session_hours": "12",
    "authentication": "CLIENT_SECRET_BASIC",
}
BY_EVERY_MEMBER = {"/console/organisations/{organisation}/applications/ask"}
LONG_AGO = datetime.now(UTC) - timedelta(minutes=20)


def filled(path: str, **parts: str) -> str:
    """Return a path with its parts filled in."""
    return re.sub(r"\{(\w+)\}", lambda part: parts[part[1]], path)


async def attempt(browser: Browser, path: str, method: str, token: str, **more: str) -> int:
    """Return the status of asking for a page, or of sending its form with all that it might want."""
    if method == "GET":
        return (await browser.open(path)).status
    address = f"{path}?kind=SERVICE" if path.endswith("/clients/new") else path
    return (await browser.post(address, {"form_token": token, **FILLED_IN, **more})).status


@pytest.fixture(scope="module")
async def ours(target: Site) -> Estate:
    """Provide an organisation that is attacked, and nothing of which may change."""
    return await estate(target)


@pytest.fixture(scope="module")
async def theirs(target: Site) -> Estate:
    """Provide the organisation of the attacker, who owns it."""
    return await estate(target)


async def form_token(browser: Browser) -> str:
    """Return what the forms of a browser carry."""
    return (await browser.open("/console/me/sessions")).token


async def test_nothing_is_left_out() -> None:
    assert len(OF_ORGANISATIONS) > 50
    assert len(FORMS) > 20


@pytest.mark.parametrize(("path", "method"), OF_ORGANISATIONS)
async def test_the_owner_of_another_organisation_sees_and_changes_nothing(
    site: Site, ours: Estate, theirs: Estate, path: str, method: str
) -> None:
    intruder = await site.signed_in(theirs.owner)
    before = await ours.state()

    status = await attempt(intruder, filled(path, **ours.parts), method, await form_token(intruder))

    assert status == 404
    assert await ours.state() == before


@pytest.mark.parametrize(("path", "method"), OF_OBJECTS)
async def test_nothing_of_ours_can_be_named_below_another_organisation(
    site: Site, ours: Estate, theirs: Estate, path: str, method: str
) -> None:
    intruder = await site.signed_in(theirs.owner)
    before = await ours.state()

    parts = {**ours.parts, "organisation": theirs.organisation}
    status = await attempt(intruder, filled(path, **parts), method, await form_token(intruder))

    assert status == 404
    assert await ours.state() == before


@pytest.mark.parametrize(("path", "method"), OF_ORGANISATIONS)
async def test_who_is_not_signed_in_is_sent_away(site: Site, ours: Estate, path: str, method: str) -> None:
    browser = site.browser()
    before = await ours.state()
    token = (await browser.open("/console/sign-in")).token

    status = await attempt(browser, filled(path, **ours.parts), method, token)

    assert status == 303
    assert await ours.state() == before


@pytest.mark.parametrize("role", [MemberRole.VIEWER, MemberRole.EDITOR])
@pytest.mark.parametrize("path", FORMS)
async def test_who_manages_nothing_changes_nothing(site: Site, theirs: Estate, path: str, role: MemberRole) -> None:
    account = await site.person()
    await site.member(theirs.organisation, account, role)
    member = await site.signed_in(account)
    before = await theirs.state()

    status = await attempt(member, filled(path, **theirs.parts), "POST", await form_token(member))

    assert status == (422 if path in BY_EVERY_MEMBER else 404)
    assert await theirs.state() == before


@pytest.mark.parametrize("path", FORMS)
async def test_who_signed_in_long_ago_changes_nothing(site: Site, ours: Estate, path: str) -> None:
    owner = await site.signed_in(ours.owner, authenticated_at=LONG_AGO)
    before = await ours.state()

    status = await attempt(owner, filled(path, **ours.parts), "POST", await form_token(owner))

    if path.endswith("/audit/export"):
        # It reads, and says so in the log.
        assert status == 200
    else:
        assert status == (422 if path in BY_EVERY_MEMBER else 303)
        assert await ours.state() == before


@pytest.mark.parametrize(
    ("role", "given"),
    [(MemberRole.ADMIN, "OWNER"), (MemberRole.TECHNICAL_CONTACT, "VIEWER"), (MemberRole.EDITOR, "ADMIN")],
)
async def test_nobody_makes_themselves_more_than_they_are(site: Site, role: MemberRole, given: str) -> None:
    here = await estate(site)
    account = await site.person()
    own = await site.member(here.organisation, account, role)
    member = await site.signed_in(account)
    token = await form_token(member)
    root = f"/console/organisations/{here.organisation}"

    raised = await attempt(member, f"{root}/members/{own}", "POST", token, role=given)
    invited = await attempt(member, f"{root}/members/invite", "POST", token, role=given)

    assert {raised, invited} <= {404, 422}
    assert str(await site.role(own)) == role.value
