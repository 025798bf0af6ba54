"""The pages of an organisation but for its programs: members, invitations, policy, sign-in, log."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from tests.console.site import Browser, Site

from ilmio_api.access.roles import Role
from ilmio_api.domain.accounts.models import AuditEvent, Invitation, OrganisationAccount
from ilmio_api.domain.accounts.sign_in_models import IdentityProvider, Session, VerifiedDomain
from ilmio_api.domain.accounts.vocabulary import MemberRole

LONG_AGO = datetime.now(UTC) - timedelta(minutes=20)


def at(organisation: str, part: str = "") -> str:
    """Return the path of a page of an organisation."""
    return f"/console/organisations/{organisation}{part}"


async def test_a_role_is_changed(site: Site) -> None:
    organisation, owner = await site.owner()
    membership = await site.member(organisation, await site.person(), MemberRole.VIEWER)
    page = await owner.send(at(organisation, f"/members/{membership}"), {"role": "EDITOR", "version": "1"})

    assert page.way == at(organisation, "/members?done=role")
    assert await site.role(membership) is Role.EDITOR


async def test_an_administrator_is_not_offered_to_make_owners_and_cannot(site: Site) -> None:
    organisation, account = await site.organisation(), await site.person()
    await site.member(organisation, account, MemberRole.ADMIN)
    membership = await site.member(organisation, await site.person(), MemberRole.VIEWER)
    administrator = await site.signed_in(account)
    form = at(organisation, f"/members/{membership}")

    assert 'value="OWNER"' not in (await administrator.open(form)).text
    page = await administrator.send(form, {"role": "OWNER", "version": "1"})
    assert (page.status, len(page.problems), await site.role(membership)) == (422, 1, Role.VIEWER)


async def test_the_last_of_many_members_is_found(site: Site) -> None:
    organisation, owner = await site.owner()
    memberships = [await site.member(organisation, await site.person(), MemberRole.VIEWER) for _ in range(100)]
    page = await owner.send(at(organisation, f"/members/{memberships[-1]}"), {"role": "EDITOR", "version": "1"})

    assert (page.status, await site.role(memberships[-1])) == (303, Role.EDITOR)


async def test_a_role_that_is_none_is_refused(site: Site) -> None:
    organisation, owner = await site.owner()
    membership = await site.member(organisation, await site.person(), MemberRole.VIEWER)

    page = await owner.send(at(organisation, f"/members/{membership}"), {"role": "KING", "version": "1"})
    assert page.status == 400


async def test_somebody_who_was_changed_meanwhile_is_not_changed_again(site: Site) -> None:
    organisation, owner = await site.owner()
    membership = await site.member(organisation, await site.person(), MemberRole.VIEWER)
    form = at(organisation, f"/members/{membership}")
    await owner.send(form, {"role": "EDITOR", "version": "1"})
    page = await owner.send(form, {"role": "ADMIN", "version": "1"})

    assert (page.status, await site.role(membership)) == (422, Role.EDITOR)


async def test_a_member_is_removed_after_a_second_question(site: Site) -> None:
    organisation, owner = await site.owner()
    account = await site.person("Matti")
    membership = await site.member(organisation, account, MemberRole.EDITOR)
    theirs = await site.signed_in(account)
    form = at(organisation, f"/members/{membership}/remove")
    assert (await owner.open(form)).heading == "Remove Matti?"

    page = await owner.send(form)
    assert page.way == at(organisation, "/members?done=removed")
    assert await site.role(membership) is None
    assert (await theirs.open(at(organisation))).way.startswith("/console/sign-in")


async def test_the_last_owner_cannot_leave(site: Site) -> None:
    organisation, account = await site.organisation(), await site.person()
    membership = await site.member(organisation, account)
    owner = await site.signed_in(account)
    page = await owner.send(at(organisation, f"/members/{membership}/remove"))

    assert (page.status, len(page.problems), await site.role(membership)) == (422, 1, Role.OWNER)


async def test_a_member_without_other_rights_can_leave_but_touch_nobody_else(site: Site) -> None:
    organisation, _ = await site.owner()
    account = await site.person()
    own = await site.member(organisation, account, MemberRole.VIEWER)
    other = await site.member(organisation, await site.person(), MemberRole.VIEWER)
    viewer = await site.signed_in(account)

    assert (await viewer.open(at(organisation, f"/members/{other}/remove"))).status == 404
    assert (await viewer.send(at(organisation, f"/members/{own}/remove"))).way == "/console/?done=left"
    assert await site.role(own) is None


async def test_the_link_of_an_invitation_is_shown_once(site: Site) -> None:
    organisation, owner = await site.owner()
    form = at(organisation, "/members/invite")
    made = await owner.send(form, {"email": "Matti@Kaupunki.example", "role": "EDITOR"})
    assert made.way == at(organisation, "/members/invited")
    first, second = await owner.open(made.way), await owner.open(made.way)

    assert first.shown[0].startswith("https://api.example.fi/console/invitation/ilm_in_")
    assert (second.heading, second.shown) == ("Shown already", [])


async def test_what_is_shown_once_is_shown_to_nobody_else(site: Site) -> None:
    organisation, owner = await site.owner()
    await owner.send(at(organisation, "/members/invite"), {"email": "m@kaupunki.example", "role": "EDITOR"})
    once = owner.cookies["__Host-ilm_once"]
    _, another = await site.owner()
    another.http.cookies.set("__Host-ilm_once", once, domain="api.example.fi")
    theirs = await another.open("/console/me/recovery-codes")

    assert "ilm_in_" not in once
    assert "<li>" not in theirs.text.partition("<h1>")[2].partition("</main>")[0]


@pytest.mark.parametrize("sealed", ["rubbish", "gAAAAABm" + "x" * 200, ""])
async def test_what_was_not_sealed_here_is_not_shown(site: Site, sealed: str) -> None:
    organisation, owner = await site.owner()
    owner.http.cookies.set("__Host-ilm_once", sealed, domain="api.example.fi")

    assert (await owner.open(at(organisation, "/members/invited"))).heading == "Shown already"


async def test_an_invitation_is_withdrawn(site: Site) -> None:
    organisation, owner = await site.owner()
    await owner.send(at(organisation, "/members/invite"), {"email": "m@kaupunki.example", "role": "EDITOR"})
    (invitation,) = await site.rows(select(Invitation.id).where(Invitation.organisation_id == organisation))
    form = at(organisation, f"/invitations/{invitation}/withdraw")

    assert (await owner.send(form)).way == at(organisation, "/members?done=withdrawn")
    assert "m@kaupunki.example" not in (await owner.open(at(organisation, "/members"))).text
    assert (await owner.open(form)).status == 404


async def test_an_invitation_needs_an_address(site: Site) -> None:
    organisation, owner = await site.owner()
    page = await owner.send(at(organisation, "/members/invite"), {"email": "matti", "role": "OWNER"})

    assert (page.status, [each.partition(":")[0] for each in page.problems]) == (422, ["E-mail address"])
    assert 'value="OWNER" autocomplete="off" checked' in page.text


async def test_a_form_that_was_open_for_too_long_asks_who_is_there(site: Site) -> None:
    organisation, account = await site.organisation(), await site.person()
    await site.member(organisation, account)
    owner = await site.signed_in(account, authenticated_at=LONG_AGO)
    token = (await owner.open(at(organisation, "/policy"))).token
    fields = {"form_token": token, "email": "m@kaupunki.example", "role": "EDITOR"}
    form = at(organisation, "/members/invite")
    page = await owner.post(form, fields, referer=f"https://api.example.fi{form}")

    assert page.way == f"/console/confirm?return_to={form.replace('/', '%2F')}"
    assert await site.rows(select(Invitation.id).where(Invitation.organisation_id == organisation)) == []


POLICY = {"version": "1", "max_credential_days": "90", "max_session_hours": "8", "address_ranges": "192.0.2.0/24\n"}


async def test_the_policy_is_changed(site: Site) -> None:
    organisation, owner = await site.owner()
    page = await owner.send(at(organisation, "/policy"), POLICY)

    (kept,) = await site.rows(select(OrganisationAccount).where(OrganisationAccount.organisation_id == organisation))
    assert page.way == at(organisation, "/policy?done=saved")
    assert (kept.max_credential_days, kept.max_session_hours, kept.address_ranges) == (90, 8, ["192.0.2.0/24"])
    assert (kept.applications_need_approval, kept.single_sign_on_required) == (False, False)


async def test_a_wrong_policy_is_not_kept_and_stays_in_the_form(site: Site) -> None:
    organisation, owner = await site.owner()
    wrong = POLICY | {"max_credential_days": "9999", "max_session_hours": "x", "address_ranges": "home"}
    page = await owner.send(at(organisation, "/policy"), wrong)

    assert [each.partition(":")[0] for each in page.problems] == [
        "Longest life of a new key or secret, in days",
        "Longest session of a member, in hours",
        "Networks from which keys and clients may be used",
    ]
    assert ('value="9999"' in page.text, "\nhome</textarea>" in page.text) == (True, True)


async def test_who_is_no_owner_reads_the_policy_only(site: Site) -> None:
    organisation, account = await site.organisation(), await site.person()
    await site.member(organisation, account, MemberRole.ADMIN)
    page = await (await site.signed_in(account)).open(at(organisation, "/policy"))

    assert (page.status, "<textarea" in page.text, "Only owners change the policy." in page.text) == (200, False, True)


PROVIDER = {
    "issuer": "https://login.kaupunki.example/realms/work",
    "client_id": "ilmio",
    "proof": "secret",
    "client_secret": "s3cret of the provider",
    "default_role": "VIEWER",
}


async def test_a_provider_is_connected_changed_and_switched_on(site: Site) -> None:
    organisation, owner = await site.owner()
    form = at(organisation, "/identity/provider")
    assert (await owner.send(form, PROVIDER)).way == at(organisation, "/identity?done=provider")
    assert (
        await owner.send(form, PROVIDER | {"client_secret": "", "version": "1", "client_id": "ilmio-2"})
    ).status == 303
    page = await owner.open(at(organisation, "/identity"))
    assert "/auth/cb/idp_" in page.text
    assert (await owner.send(at(organisation, "/identity/provider/switch"), {"version": "2"})).status == 303

    (kept,) = await site.rows(select(IdentityProvider).where(IdentityProvider.organisation_id == organisation))
    sealer = site.application.state.console.sealer
    assert (kept.client_id, kept.enabled, kept.default_role) == ("ilmio-2", True, "VIEWER")
    assert sealer.open(kept.sealed_client_secret) == {"client_secret": "s3cret of the provider"}
    assert "s3cret" not in (await owner.open(form)).text


async def test_a_wrong_issuer_is_said_beside_its_field(site: Site) -> None:
    organisation, owner = await site.owner()
    page = await owner.send(at(organisation, "/identity/provider"), PROVIDER | {"issuer": "http://127.0.0.1/"})

    assert [each.partition(":")[0] for each in page.problems] == ["Issuer"]


async def test_a_domain_is_named_proved_and_removed(site: Site) -> None:
    organisation, owner = await site.owner()
    answers: list[str] = []

    async def lookup(name: str) -> list[str]:
        assert name == f"_ilmio.{organisation[-8:]}.example"
        return answers

    await owner.send(at(organisation, "/identity"), {"domain": f"{organisation[-8:]}.EXAMPLE"})
    (domain,) = await site.rows(select(VerifiedDomain).where(VerifiedDomain.organisation_id == organisation))
    verify = at(organisation, f"/identity/domains/{domain.id}/verify")
    with site.with_parts(lookup=lookup):
        early = await owner.send(verify, form_of=at(organisation, "/identity"))
        answers.append(domain.proof)
        found = await owner.send(verify, form_of=at(organisation, "/identity"))

    assert (early.status, found.way) == (422, at(organisation, "/identity?done=verified"))
    removed = await owner.send(at(organisation, f"/identity/domains/{domain.id}/remove"))
    assert removed.way == at(organisation, "/identity?done=domain_removed")


async def test_who_reads_personal_data_stands_in_the_log(site: Site) -> None:
    organisation, owner = await site.owner()
    for part in ("", "/clients", "/policy", "/members/invite", "/identity", "/applications"):
        await owner.open(at(organisation, part))
    assert await site.audited(organisation) == []

    await owner.open(at(organisation, "/members"))
    (event,) = await site.rows(select(AuditEvent).where(AuditEvent.chain == organisation))
    assert (event.action.value, event.after) == ("PERSONAL_DATA_READ", {"kinds": ["invitations", "members"]})


async def test_the_log_is_filtered_by_what_who_and_when(site: Site) -> None:
    organisation, owner = await site.owner()
    await owner.send(at(organisation, "/policy"), POLICY)
    await owner.send(at(organisation, "/members/invite"), {"email": "m@kaupunki.example", "role": "EDITOR"})
    today = f"{datetime.now(UTC):%Y-%m-%d}"

    async def told(query: str) -> tuple[bool, bool]:
        text = (await owner.open(at(organisation, f"/audit?{query}"))).text.partition("<table")[2]
        return ">Policy changed<" in text, ">Member invited<" in text

    assert await told("") == (True, True)
    assert await told("action=POLICY_CHANGED") == (True, False)
    assert await told(f"since={today}&until={today}") == (True, True)
    assert await told("until=2020-01-01") == (False, False)
    assert await told("action=nonsense&since=nonsense&until=9999-12-31") == (True, True)
    assert await told(f"actor={site.new_id('account')}") == (False, False)


@pytest.mark.parametrize(
    ("form", "media_type"), [("JSON_LINES", "application/jsonl"), ("CSV", "text/csv; charset=utf-8")]
)
async def test_the_log_is_exported_as_a_file(site: Site, form: str, media_type: str) -> None:
    organisation, owner = await site.owner()
    await owner.send(at(organisation, "/policy"), POLICY)
    page = await owner.send(at(organisation, "/audit/export"), {"form": form}, form_of=at(organisation, "/audit"))

    lines = page.text.splitlines()
    assert page.answer.headers["content-type"] == media_type
    assert page.answer.headers["content-disposition"].startswith('attachment; filename="ilmio-audit-2')
    assert await site.audited(organisation) == ["POLICY_CHANGED", "PERSONAL_DATA_READ", "AUDIT_EXPORTED"]
    assert len(lines) == (3 if form == "JSON_LINES" else 4)
    assert form == "CSV" or json.loads(lines[0])["action"] == "POLICY_CHANGED"


async def test_who_may_not_read_the_log_exports_none(site: Site) -> None:
    organisation, _ = await site.owner()
    account = await site.person()
    await site.member(organisation, account, MemberRole.EDITOR)
    editor: Browser = await site.signed_in(account)
    fields = {"form": "CSV", "form_token": (await editor.open(at(organisation))).token}

    assert (await editor.post(at(organisation, "/audit/export"), fields)).status == 404
    assert await site.audited(organisation) == []


async def test_a_session_of_an_organisations_provider_sees_that_organisation_only(site: Site) -> None:
    organisation, elsewhere = await site.organisation(), await site.organisation()
    account = await site.person()
    await site.member(organisation, account, MemberRole.EDITOR)
    await site.member(elsewhere, account, MemberRole.OWNER)
    provider = IdentityProvider(
        id=site.new_id("idp"), organisation_id=organisation, issuer="https://a.example", client_id="x", enabled=True
    )
    await site.add(provider)
    browser = await site.signed_in(account, identity_provider_id=provider.id)
    (session,) = await site.rows(select(Session).where(Session.account_id == account))

    assert session.identity_provider_id == provider.id
    assert [(await browser.open(at(each))).status for each in (organisation, elsewhere)] == [200, 404]


async def test_an_administrator_of_the_platform_gives_an_owner_to_an_organisation_without_one(site: Site) -> None:
    organisation, admin = await site.organisation(), await site.elevated()
    form = at(organisation, "/members/invite")
    assert form in (await admin.open(at(organisation))).text

    page = await admin.follow(await admin.send(form, {"email": "omistaja@kaupunki.example", "role": "OWNER"}))

    assert page.shown[0].startswith("https://api.example.fi/console/invitation/ilm_in_")
    await site.member(organisation, await site.person())
    assert (await admin.open(form)).status == 404
    assert form not in (await admin.open(at(organisation))).text
