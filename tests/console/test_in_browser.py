"""The whole story in a real browser: from the link that a new service prints to a draft that only members read."""

import base64
import os
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from tests.console.chromium import Screen, Served
from tests.console.site import Site

from ilmio_api.console.arriving import set_up_link
from ilmio_api.db.session import accounts_work, unit_of_work
from ilmio_api.domain.accounts import set_up
from ilmio_api.domain.accounts.models import Account
from ilmio_api.domain.accounts.principals import OPERATOR
from ilmio_api.domain.accounts.sign_in_models import Session
from ilmio_api.domain.accounts.vocabulary import MemberRole, SignInMethod
from ilmio_api.domain.initiatives.models import Pilot
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.organisations.models import Organisation
from ilmio_api.domain.organisations.vocabulary import OrganisationType
from ilmio_api.domain.records import PublicationStatus, Visibility

DRAFTS = "{ pilots(first: 10) { nodes { title } } }"


async def test_from_the_first_link_to_a_draft_that_only_members_read(empty_served: Served) -> None:
    site = empty_served.site
    organisation = await draft_of_an_organisation(site)
    async with empty_served.screen(passkeys=True) as aino, empty_served.screen(passkeys=True, language="fi") as matti:
        await enrol_first(site, aino, empty_served.address)
        await open_account(aino, organisation)
        link = await invite(aino, organisation, "matti@kaupunki.example", "EDITOR")

        await matti.page.goto(link)
        await matti.page.fill("#name", "Matti Meikäläinen")
        await matti.page.click("form:has(#name) .button")
        await make_passkey(matti)
        await matti.page.goto(f"/console/organisations/{organisation}")
        assert "Roolisi: Toimittaja." in await matti.page.inner_text("main")

        client, secret = await register_service(aino, organisation)
        token = await token_of(aino, client, secret)
        assert await titles(aino, token) == ["Salainen kokeilu"]
        assert await titles(aino, "") == []
        assert (aino.complaints, matti.complaints) == ([], [])


async def test_a_passkey_signs_in_and_confirms(served: Served) -> None:
    account = await served.site.person("Kaisa")
    async with served.screen(session=await served.site.session(account), passkeys=True) as screen:
        page = screen.page
        await page.goto("/console/me/passkeys/new")
        await page.fill("#label", "Työkone")
        await page.click("main form .button")
        await page.wait_for_url("**/console/me/sign-in?done=passkey_added")
        await page.click(".top .linklike")
        await page.wait_for_url("**/console/sign-in?done=signed_out")
        await page.click("form[data-passkey] .button")
        await page.wait_for_url("**/console/")
        await age_sessions(served.site, account)
        await page.goto("/console/me/password")
        assert await screen.heading() == "Confirm that it is you"
        await page.click("form[data-passkey] .button")
        await page.wait_for_url("**/console/me/password")

        methods = await served.site.rows(select(Session.method).where(Session.account_id == account))
        assert sorted(methods) == [SignInMethod.PASSKEY, SignInMethod.PASSKEY]
        assert screen.complaints == []


async def test_a_passkey_that_is_not_there_is_told_of_and_the_button_works_again(served: Served) -> None:
    async with served.screen(passkeys=True) as screen:
        await screen.page.goto("/console/sign-in")
        await screen.page.click("form[data-passkey] .button")
        await screen.page.wait_for_selector("[data-passkey] [role=alert]:not(:empty)")

        assert "The passkey could not be used." in await screen.page.inner_text("form[data-passkey]")
        assert await screen.page.is_enabled("form[data-passkey] .button")


async def test_the_pages_work_without_scripts(served: Served) -> None:
    organisation, account = await served.site.organisation(), await served.site.person()
    await served.site.member(organisation, account)
    async with served.screen(session=await served.site.session(account), scripts=False) as screen:
        await screen.page.goto(f"/console/organisations/{organisation}/keys/new")
        await screen.page.fill("#name", "Lobby")
        await screen.page.click("main form .button")

        assert await screen.heading() == "The new API key"
        assert (await screen.page.inner_text("#secret")).startswith("ilm_ak_")
        await screen.page.goto("/console/sign-in?switch=yes")
        assert await screen.page.is_hidden("form[data-passkey]")


async def test_a_page_at_another_address_goes_on_at_the_right_one(served: Served) -> None:
    async with served.screen() as screen:
        await screen.page.goto(served.address.replace("localhost", "127.0.0.1") + "/console/sign-in?lang=sv")
        await screen.page.wait_for_url(f"{served.address}/console/sign-in?lang=sv")

        assert await screen.heading() == "Logga in"


async def test_what_is_shown_once_is_copied_by_a_button(served: Served) -> None:
    organisation, account = await served.site.organisation(), await served.site.person()
    await served.site.member(organisation, account)
    async with served.screen(session=await served.site.session(account)) as screen:
        await screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        link = await invite(screen, organisation, "m@kaupunki.example", "VIEWER")
        await screen.page.click("#secret + .copy")
        await screen.page.wait_for_selector("#secret + .copy:has-text('Copied')")

        assert await screen.page.evaluate("navigator.clipboard.readText()") == link


async def test_a_member_is_removed_with_the_keyboard_only(served: Served) -> None:
    site = served.site
    organisation, account = await site.organisation(), await site.person("Aino")
    await site.member(organisation, account)
    membership = await site.member(organisation, await site.person("Matti"), MemberRole.EDITOR)
    async with served.screen(session=await site.session(account)) as screen:
        keys = screen.page.keyboard
        await screen.page.goto("/console/")
        await screen.press_until(f"a[href$='{organisation}']")
        await keys.press("Enter")
        await screen.page.wait_for_url(f"**/{organisation}")
        await screen.press_until("a[href$='/members']")
        await keys.press("Enter")
        await screen.page.wait_for_url("**/members")
        await screen.press_until(f"a[href$='{membership}/remove']")
        await keys.press("Enter")
        await screen.page.wait_for_url("**/remove")
        await screen.press_until(".button.danger")
        await keys.press("Enter")
        await screen.page.wait_for_url("**/members?done=removed")

    assert await site.role(membership) is None


async def test_signing_in_fails_and_the_keyboard_finds_what_to_mend(served: Served) -> None:
    async with served.screen() as screen:
        keys = screen.page.keyboard
        await screen.page.goto("/console/sign-in")
        await keys.press("Tab")
        assert await screen.page.evaluate("document.activeElement.className") == "skip"
        await screen.press_until("#email")
        await keys.type("aino@kaupunki.example")
        await screen.press_until("#password")
        await keys.type("wrong password")
        await keys.press("Enter")
        await screen.page.wait_for_selector(".problems")

        assert await screen.page.evaluate("document.activeElement.className") == "problems"
        assert (await screen.page.title()).startswith("Problem: ")
        assert await screen.page.input_value("#email") == "aino@kaupunki.example"
        assert await screen.page.input_value("#password") == ""


async def test_a_problem_leads_to_its_field(served: Served) -> None:
    organisation, account = await served.site.organisation(), await served.site.person()
    await served.site.member(organisation, account)
    async with served.screen(session=await served.site.session(account)) as screen:
        await screen.page.goto(f"/console/organisations/{organisation}/members/invite")
        await screen.page.click("main form .button")
        await screen.press_until(".problems a")
        await screen.page.keyboard.press("Enter")

        assert await screen.page.evaluate("document.activeElement.id") == "email"
        described = await screen.page.get_attribute("#email", "aria-describedby")
        assert described == "email-wrong-1"


async def draft_of_an_organisation(site: Site) -> str:
    """Return an organisation without an account, of which a pilot is a draft."""
    organisation = site.new_id("organisation")
    public = {"publication_status": PublicationStatus.PUBLISHED, "visibility": Visibility.PUBLIC}
    await site.add(
        Organisation(
            id=organisation,
            slug=organisation,
            name={"fi": "Saimaan kaupunki"},
            type=OrganisationType.ASSOCIATION,
            **public,
        ),
        Pilot(
            id=site.new_id("pilot"),
            slug="salainen-kokeilu",
            title={"fi": "Salainen kokeilu"},
            owner_id=organisation,
            publication_status=PublicationStatus.DRAFT,
        ),
    )
    return organisation


async def enrol_first(site: Site, screen: Screen, address: str) -> None:
    """Make the first administrator of the platform, with a passkey."""
    occasion = Occasion(OPERATOR, datetime.now(UTC), os.urandom(16).hex(), "", os.urandom)
    async with accounts_work(site.engine, "set-up") as session:
        link = set_up_link(address, (await set_up.new_link(session, occasion)).text)
    await screen.page.goto(link)
    await screen.page.fill("#name", "Aino Esimerkki")
    await screen.page.fill("#email", "aino@kaupunki.example")
    await screen.page.click("main form .button")
    await make_passkey(screen)
    assert await site.rows(select(Account.name).where(Account.is_platform_admin)) == ["Aino Esimerkki"]


async def make_passkey(screen: Screen) -> None:
    """Make a passkey on the page of enrolment, and keep the recovery codes."""
    await screen.page.wait_for_url("**/console/enrol")
    await screen.page.click("form[data-passkey] .button")
    await screen.page.wait_for_url("**/recovery-codes")
    assert await screen.page.locator(".codes li").count() == 10


async def open_account(screen: Screen, organisation: str) -> None:
    """Open the account of an organisation that is found by its name."""
    await screen.page.goto("/console/platform")
    await screen.page.fill("#reason", "Opening the account, ticket 4711")
    await screen.page.click("main form .button")
    await screen.page.fill("#search", "Saimaan")
    await screen.page.click("main form .button")
    await screen.page.click(f"a[href$='{organisation}']")
    await screen.page.click("main form .button")
    await screen.page.wait_for_url(f"**/{organisation}?done=opened")


async def invite(screen: Screen, organisation: str, email: str, role: str) -> str:
    """Invite somebody, and return the link."""
    await screen.page.goto(f"/console/organisations/{organisation}/members/invite")
    await screen.page.fill("#email", email)
    await screen.page.check(f"input[value={role}]")
    await screen.page.click("main form .button")
    return await screen.page.inner_text("#secret")


async def register_service(screen: Screen, organisation: str) -> tuple[str, str]:
    """Register a service that reads drafts, and return its id and secret."""
    await screen.page.goto(f"/console/organisations/{organisation}/clients/new?kind=SERVICE")
    await screen.page.fill("#name", "Nightly transfer")
    await screen.page.check("input[value='drafts:read']")
    await screen.page.click("main form .button")
    client, secret = await screen.page.locator(".shown").all_inner_texts()
    return client, secret


async def token_of(screen: Screen, client: str, secret: str) -> str:
    """Return a token that the service gets in its own name."""
    basic = base64.b64encode(f"{client}:{secret}".encode()).decode()
    answer = await screen.page.request.post(
        "/oauth/token", form={"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"}
    )
    return str((await answer.json())["access_token"])


async def titles(screen: Screen, token: str) -> list[str]:
    """Return the titles of the pilots that somebody reads."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = await screen.page.request.post("/graphql", data={"query": DRAFTS}, headers=headers)
    return [node["title"] for node in (await answer.json())["data"]["pilots"]["nodes"]]


async def age_sessions(site: Site, account: str) -> None:
    """Let the last proof of a person be long ago."""
    async with unit_of_work(site.engine) as session:
        past = datetime.now(UTC) - timedelta(minutes=20)
        await session.execute(update(Session).where(Session.account_id == account).values(authenticated_at=past))
