"""What a person sees and changes of themselves."""

import os
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select
from tests.console.site import SESSION_COOKIE, Browser, Site
from tests.domain.accounts.soft_authenticator import SoftAuthenticator

from ilmio_api.domain.accounts.client_models import ApiClient, Consent
from ilmio_api.domain.accounts.models import Account
from ilmio_api.domain.accounts.sign_in_models import Passkey, Session
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind
from ilmio_api.domain.organisations.models import Organisation
from ilmio_api.domain.organisations.vocabulary import OrganisationType
from ilmio_api.domain.records import PublicationStatus, Visibility

PASSWORD = "kolme punaista porkkanaa"  # noqa: S105 - of a person in the tests


async def add_passkey(browser: Browser, label: str) -> None:
    """Add a passkey on the page that does so."""
    new, device = await browser.open("/console/me/passkeys/new"), SoftAuthenticator(os.urandom)
    asked = await browser.post("/console/me/passkeys/ask", {"form_token": new.token})
    fields = {"form_token": new.token, "label": label, "credential": device.makes(asked.text)}
    assert (await browser.post("/console/me/passkeys/new", fields)).way == "/console/me/sign-in?done=passkey_added"


async def test_name_and_language_are_changed(site: Site) -> None:
    browser = await site.signed_in(await site.person())
    page = await browser.send("/console/me", {"name": "  Aino   Uusi ", "language": "sv"})
    after = await browser.follow(page)

    assert (page.way, after.heading) == ("/console/me?done=saved", "Dina uppgifter")
    assert 'value="Aino Uusi"' in after.text


async def test_a_person_without_a_name_is_not_kept(site: Site) -> None:
    browser = await site.signed_in(await site.person())
    page = await browser.send("/console/me", {"name": " ", "language": "en"})

    assert (page.status, [each.partition(":")[0] for each in page.problems]) == (422, ["Name"])


async def test_the_language_changes_on_every_page_and_leads_back(site: Site) -> None:
    browser = await site.signed_in(await site.person())
    fields = {"language": "fi", "return_to": "/console/me/sessions"}
    page = await browser.send("/console/me/language", fields, form_of="/console/me/sessions")

    assert (await browser.follow(page)).heading == "Istunnot"
    assert (await browser.send("/console/me/language", {"language": "xx"}, form_of="/console/me")).status == 400


async def test_sessions_are_listed_and_ended(site: Site) -> None:
    account = await site.person()
    here, elsewhere = await site.signed_in(account), await site.signed_in(account)
    (other,) = [
        each
        for each in await site.rows(select(Session.id).where(Session.account_id == account))
        if each in (await here.open("/console/me/sessions")).text
    ]
    ended = await here.send("/console/me/sessions", {"session": other})

    assert ended.way == "/console/me/sessions?done=session_ended"
    assert (await elsewhere.open("/console/")).status == 303
    assert (await here.open("/console/")).status == 200


async def test_all_other_sessions_are_ended_at_once(site: Site) -> None:
    account = await site.person()
    here, others = await site.signed_in(account), [await site.signed_in(account) for _ in range(3)]
    await here.send("/console/me/sessions", {"session": "others"})

    assert [(await each.open("/console/")).status for each in (here, *others)] == [200, 303, 303, 303]


async def test_a_session_of_somebody_else_is_not_there(site: Site) -> None:
    account = await site.person()
    theirs = await site.signed_in(account)
    (session,) = await site.rows(select(Session.id).where(Session.account_id == account))
    here = await site.signed_in(await site.person())

    assert (await here.send("/console/me/sessions", {"session": session})).status == 404
    assert (await theirs.open("/console/")).status == 200


async def test_a_password_and_codes_are_set_up_and_removed_beside_a_passkey(site: Site) -> None:
    browser = await site.signed_in(await site.person())
    await add_passkey(browser, "Työkone")
    assert (await browser.send("/console/me/password", {"password": PASSWORD})).way == "/console/me/codes"
    codes = await browser.open("/console/me/codes")
    code = pyotp.TOTP(codes.shown[0]).at(datetime.now(UTC))
    confirmed = await browser.post("/console/me/codes", {"form_token": codes.token, "code": code})
    removed = await browser.send("/console/me/password/remove")

    assert confirmed.way == "/console/me/sign-in?done=codes"
    assert removed.way == "/console/me/sign-in?done=password_removed"


async def test_a_common_password_is_not_taken(site: Site) -> None:
    browser = await site.signed_in(await site.person())
    page = await browser.send("/console/me/password", {"password": "salasana123"})

    assert [each.partition(":")[0] for each in page.problems] == ["New password"]
    assert "salasana123" not in page.text


async def test_the_last_passkey_stays_and_another_goes(site: Site) -> None:
    account = await site.person()
    browser = await site.signed_in(account)
    await add_passkey(browser, "Työkone")
    await add_passkey(browser, "Puhelin")
    first, second = await site.rows(select(Passkey.id).where(Passkey.account_id == account).order_by(Passkey.id))
    removed = await browser.send(f"/console/me/passkeys/{first}/remove")
    kept = await browser.send(f"/console/me/passkeys/{second}/remove")

    assert (removed.way, kept.status, len(kept.problems)) == ("/console/me/sign-in?done=passkey_removed", 422, 1)
    assert (await browser.open(f"/console/me/passkeys/{first}/remove")).status == 404


async def test_recovery_codes_are_made_and_shown_once(site: Site) -> None:
    browser = await site.signed_in(await site.person())
    made = await browser.send("/console/me/recovery-codes/new")
    first, second = await browser.follow(made), await browser.follow(made)

    assert (first.text.count("<li>") - second.text.count("<li>"), first.heading) == (10, "Recovery codes")


async def test_a_consent_is_listed_and_taken_back(site: Site) -> None:
    organisation, account = await site.organisation(), await site.person()
    client = ApiClient(
        id=site.new_id("client"),
        organisation_id=organisation,
        kind=ClientKind.PUBLIC_APPLICATION,
        name="Näkymä",
        authentication=ClientAuthentication.NONE,
        scopes=["openid"],
    )
    await site.add(
        client, Consent(account_id=account, client_id=client.id, scopes=["openid"], given_at=datetime.now(UTC))
    )
    browser = await site.signed_in(account)
    assert "Näkymä" in (await browser.open("/console/me/applications")).text

    page = await browser.send("/console/me/applications", {"client": client.id})
    assert page.way == "/console/me/applications?done=consent_withdrawn"
    assert await site.rows(select(Consent).where(Consent.account_id == account)) == []
    assert (await browser.send("/console/me/applications", {"client": client.id}, form_of="/console/me")).status == 404


async def test_an_account_is_erased_after_a_second_question(site: Site) -> None:
    account = await site.person()
    browser = await site.signed_in(account)
    page = await browser.send("/console/me/erase")
    (kept,) = await site.rows(select(Account).where(Account.id == account))

    assert (page.way, SESSION_COOKIE in browser.cookies) == ("/console/sign-in?done=erased", False)
    assert (kept.name, kept.email, kept.erased_at is None) == (None, None, False)


async def test_the_only_owner_is_not_erased(site: Site) -> None:
    _, owner = await site.owner()
    page = await owner.send("/console/me/erase")

    assert (page.status, len(page.problems)) == (422, 1)


@pytest.mark.parametrize(
    "path", ["/console/platform", "/console/platform/open/organisation_x", "/console/platform/persons"]
)
async def test_who_is_no_administrator_of_the_platform_sees_none(site: Site, path: str) -> None:
    assert (await (await site.signed_in(await site.person())).open(path)).status == 404


async def test_an_administrator_says_why_and_opens_an_account(site: Site) -> None:
    organisation = await site.organisation("Saimaan kaupunki")
    account = await site.person("Ylläpitäjä", is_platform_admin=True)
    browser = await site.signed_in(account)
    empty = await browser.send("/console/platform", {"reason": ""})
    page = await browser.follow(await browser.send("/console/platform", {"reason": "Tiketti 4711"}))
    found = await browser.open("/console/platform?search=Saimaan")

    assert [each.partition(":")[0] for each in empty.problems] == ["Reason"]
    assert "You see all organisation accounts until" in page.text
    assert (organisation in found.text, "/open/" in found.text) == (True, False)
    assert (await site.audited(None)).count("ELEVATED") >= 1


async def test_an_elevated_administrator_sees_accounts_but_no_person(site: Site) -> None:
    organisation, _ = await site.owner()
    await site.member(organisation, await site.person("Salainen Henkilö"))
    browser = await site.elevated()
    home, members = [await browser.open(f"/console/organisations/{organisation}{part}") for part in ("", "/members")]

    assert (home.status, "You see this account as an administrator" in home.text) == (200, True)
    assert (members.status, "Salainen" in members.text) == (200, False)


async def test_an_account_is_opened_for_an_organisation_that_has_none(site: Site) -> None:
    organisation = site.new_id("organisation")
    await site.add(
        Organisation(
            id=organisation,
            slug=organisation,
            name={"fi": "Uusi yhdistys"},
            type=OrganisationType.ASSOCIATION,
            publication_status=PublicationStatus.PUBLISHED,
            visibility=Visibility.PUBLIC,
        )
    )
    browser = await site.elevated()
    page = await browser.send(f"/console/platform/open/{organisation}")

    assert page.way == f"/console/organisations/{organisation}?done=opened"
    assert (await browser.follow(page)).status == 200
    assert await site.audited(organisation) == ["ORGANISATION_ACCOUNT_CREATED"]
    assert (await browser.send(f"/console/platform/open/{organisation}")).status == 422


async def test_a_person_is_kept_out_after_a_second_question_and_let_in_again(site: Site) -> None:
    account = await site.person()
    theirs, browser = await site.signed_in(account), await site.elevated()
    fields = {"email": f"{account}@EXAMPLE.fi", "action": "disable"}
    asked = await browser.send("/console/platform/persons", fields)
    assert (asked.status, asked.heading, (await theirs.open("/console/")).status) == (200, "Keep out?", 200)

    done = await browser.send("/console/platform/persons", fields | {"sure": "yes"})
    assert (done.way, (await theirs.open("/console/")).status) == ("/console/platform?done=person", 303)
    await browser.send("/console/platform/persons", fields | {"action": "enable", "sure": "yes"})
    (disabled,) = await site.rows(select(Account.disabled_at).where(Account.id == account))
    assert disabled is None


async def test_an_administrator_makes_another(site: Site) -> None:
    account, browser = await site.person(), await site.elevated()
    fields = {"email": f"{account}@example.fi", "action": "admin", "sure": "yes"}
    await browser.send("/console/platform/persons", fields)

    assert await site.rows(select(Account.is_platform_admin).where(Account.id == account)) == [True]


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"email": "nobody@example.fi", "action": "erase"}, "E-mail address of the account"),
        ({"email": "nobody", "action": "erase"}, "E-mail address of the account"),
        ({"email": "nobody@example.fi", "action": "promote"}, "What to do"),
    ],
)
async def test_nothing_is_done_to_nobody(site: Site, fields: dict[str, str], label: str) -> None:
    page = await (await site.elevated()).send("/console/platform/persons", fields)

    assert (page.status, [each.partition(":")[0] for each in page.problems]) == (422, [label])


async def test_the_log_of_the_service_is_for_administrators_who_have_said_why(site: Site) -> None:
    browser, other = await site.elevated(), await site.signed_in(await site.person())
    page = await browser.send("/console/platform/log", {"form": "JSON_LINES"}, form_of="/console/platform")
    refused = await other.send("/console/platform/log", {"form": "CSV"}, form_of="/console/me")

    assert (page.status, '"action":"SIGNED_IN"' in page.text, refused.status) == (200, True, 404)


@pytest.mark.parametrize(("ago", "times"), [(timedelta(days=29), 1), (timedelta(days=31), 0)])
async def test_a_person_is_told_that_a_used_token_came_again(site: Site, ago: timedelta, times: int) -> None:
    organisation, account = await site.organisation(), await site.person()
    await site.member(organisation, account)
    client = site.new_id("client")
    await site.add(
        ApiClient(
            id=client,
            organisation_id=organisation,
            kind=ClientKind.PUBLIC_APPLICATION,
            name="Näkymä",
            authentication=ClientAuthentication.NONE,
            scopes=["openid"],
            redirect_uris=["https://app.example.fi/cb"],
        )
    )
    await site.token_reused(organisation, account, client, at=datetime.now(UTC) - ago)
    browser = await site.signed_in(account)
    pages = ["/console/", "/console/me/applications", f"/console/organisations/{organisation}/clients/{client}"]

    counts = [(await browser.open(page)).text.count("came again") for page in pages]

    assert counts == [times] * 3
    assert "came again" not in (await (await site.signed_in(await site.person())).open("/console/")).text
