"""What a person is asked, what is remembered, and what a client gets in which organisation."""

import os

import pytest
from sqlalchemy import update
from tests.oauth.stage import ADDRESS, Stage, sent_back

from ilmio_api.access.principals import Principal
from ilmio_api.access.scopes import Scope
from ilmio_api.access.secrets import SecretKind, digest_of
from ilmio_api.db.session import accounts_work, unit_of_work
from ilmio_api.domain.accounts.consents import withdraw
from ilmio_api.domain.accounts.models import Membership
from ilmio_api.domain.accounts.principals import caller_of_token
from ilmio_api.domain.accounts.vocabulary import GrantStatus, MemberRole
from ilmio_api.domain.occasion import Occasion

ASKED = "openid content:read drafts:read content:write"
ALL = "openid profile email offline_access content:read drafts:read content:write contacts:read audit:read"


async def rights(stage: Stage, token: str) -> dict[str, frozenset[Scope]]:
    digest = digest_of(token, SecretKind.ACCESS_TOKEN)
    assert digest is not None
    async with unit_of_work(stage.engine) as session:
        caller = await caller_of_token(session, digest, at=stage.clock.at, address=ADDRESS)
    assert caller is not None
    return dict(caller.principal.rights)


async def test_a_consent_is_remembered_and_only_what_is_new_is_asked_again(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    first = await stage.ask(client, scope="openid")
    assert (first.json()["scopes"], first.json()["new_scopes"]) == ("openid", "openid")
    await stage.decide(first)

    assert "code" in sent_back(await stage.ask(client, scope="openid"))
    more = await stage.ask(client, scope="openid profile")
    assert (more.json()["scopes"], more.json()["new_scopes"]) == ("openid profile", "profile")
    again = await stage.ask(client, scope="openid", prompt="consent")
    assert (again.json()["step"], again.json()["new_scopes"]) == ("CONSENT", "")


async def test_the_page_knows_where_the_person_goes_on_to(stage: Stage) -> None:
    client = await stage.client(redirect_uris=["http://127.0.0.1/cb"])
    await stage.sign_in()

    page = await stage.ask(client, redirect_uri="http://127.0.0.1:40123/cb")

    assert page.json()["redirect_uri"] == "http://127.0.0.1:40123/cb"


@pytest.mark.parametrize("address", ["http://127.0.0.1/cb", "http://[::1]/cb", "fi.example.app:/cb"])
async def test_a_program_on_a_device_is_allowed_anew_each_time(stage: Stage, address: str) -> None:
    client = await stage.client(redirect_uris=[address, "https://app.example.fi/cb"])
    await stage.sign_in()
    first = await stage.decide(await stage.ask(client, redirect_uri=address))
    assert "code" in sent_back(first)

    again = await stage.ask(client, redirect_uri=address)
    silent = await stage.ask(client, redirect_uri=address, prompt="none")

    assert (again.json()["step"], again.json()["new_scopes"]) == ("CONSENT", "")
    assert sent_back(silent)["error"] == "consent_required"
    assert "code" in sent_back(await stage.decide(again))
    assert "code" in sent_back(await stage.ask(client))


async def test_a_no_is_not_remembered(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    await stage.decide(await stage.ask(client), allowed=False)

    assert (await stage.ask(client)).json()["step"] == "CONSENT"


async def test_a_consent_is_of_one_person_to_one_client(stage: Stage) -> None:
    client, other = await stage.client(), await stage.client()
    await stage.sign_in()
    await stage.decide(await stage.ask(client))

    assert (await stage.ask(other)).json()["step"] == "CONSENT"
    await stage.sign_in()
    assert (await stage.ask(client)).json()["step"] == "CONSENT"


async def test_scopes_that_a_client_may_not_have_are_left_out(stage: Stage) -> None:
    client = await stage.client(scopes="openid content:read platform:admin")
    await stage.sign_in()

    page = await stage.ask(client, scope="openid content:read org:members platform:admin email something")
    tokens = await stage.redeem(client, sent_back(await stage.decide(page))["code"])

    assert page.json()["scopes"] == "openid content:read"
    assert tokens.json()["scope"] == "openid content:read"
    assert sent_back(await stage.ask(client, scope="email platform:admin"))["error"] == "invalid_scope"


async def test_without_a_scope_public_things_can_be_read(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()

    assert (await stage.tokens(client, scope=None))["scope"] == "content:read"


async def test_an_application_of_ones_own_organisation_gets_what_the_role_allows(stage: Stage) -> None:
    organisation = await stage.organisation()
    client = await stage.client(organisation=organisation, scopes=ALL)
    viewer = await stage.person(**{organisation: MemberRole.VIEWER})
    await stage.sign_in(viewer)

    page = (await stage.ask(client, scope=ASKED)).json()

    assert page["scopes"] == "openid content:read drafts:read"
    assert page["withheld"] == "content:write"
    assert page["organisations"] == [
        {"id": organisation, "scopes": "content:read drafts:read", "awaits_approval": False}
    ]


async def test_a_partner_application_gets_nothing_of_an_organisation_before_its_approval(stage: Stage) -> None:
    organisation = await stage.organisation()
    client = await stage.client(scopes=ALL)
    await stage.sign_in(await stage.person(**{organisation: MemberRole.OWNER}))

    page = await stage.ask(client, scope=ASKED)

    assert page.json()["scopes"] == "openid content:read"
    assert page.json()["withheld"] == "drafts:read content:write"
    assert page.json()["organisations"] == [{"id": organisation, "scopes": "", "awaits_approval": True}]
    code = sent_back(await stage.decide(page))["code"]
    tokens = (await stage.redeem(client, code)).json()
    assert tokens["scope"] == "openid content:read"
    assert await rights(stage, tokens["access_token"]) == {}


async def test_a_partner_application_gets_what_was_approved_where_it_was_approved(stage: Stage) -> None:
    approving, other = await stage.organisation(), await stage.organisation()
    client = await stage.client(scopes=ALL)
    await stage.grant(approving, client, "content:read drafts:read", GrantStatus.APPROVED)
    await stage.sign_in(await stage.person(**{approving: MemberRole.EDITOR, other: MemberRole.OWNER}))

    page = await stage.ask(client, scope=ASKED)
    tokens = (await stage.redeem(client, sent_back(await stage.decide(page))["code"])).json()

    assert page.json()["withheld"] == "content:write"
    assert tokens["scope"] == "openid content:read drafts:read"
    assert await rights(stage, tokens["access_token"]) == {
        approving: frozenset({Scope.CONTENT_READ, Scope.DRAFTS_READ})
    }


@pytest.mark.parametrize("status", [GrantStatus.REJECTED, GrantStatus.REVOKED])
async def test_a_partner_application_that_was_turned_away_is_not_waiting(stage: Stage, status: GrantStatus) -> None:
    organisation = await stage.organisation(applications_need_approval=False)
    client = await stage.client(scopes=ALL)
    await stage.grant(organisation, client, "drafts:read", status)
    await stage.sign_in(await stage.person(**{organisation: MemberRole.OWNER}))

    page = (await stage.ask(client, scope=ASKED)).json()

    assert (page["withheld"], page["organisations"]) == ("drafts:read content:write", [])


async def test_an_organisation_can_leave_approval_to_its_members(stage: Stage) -> None:
    organisation = await stage.organisation(applications_need_approval=False)
    client = await stage.client(scopes=ALL)
    await stage.sign_in(await stage.person(**{organisation: MemberRole.EDITOR}))

    page = (await stage.ask(client, scope=ASKED)).json()

    assert (page["scopes"], page["withheld"]) == (ASKED, "")


async def test_a_person_without_any_of_the_rights_is_sent_back(stage: Stage) -> None:
    client = await stage.client(scopes=ALL)
    await stage.sign_in()

    answer = sent_back(await stage.ask(client, scope="drafts:read"))

    assert (answer["error"], answer["state"]) == ("access_denied", "s-1")


async def test_a_right_that_is_lost_on_the_page_is_not_granted(stage: Stage) -> None:
    organisation = await stage.organisation()
    client = await stage.client(organisation=organisation, scopes=ALL)
    editor = await stage.person(**{organisation: MemberRole.EDITOR})
    await stage.sign_in(editor)
    page = await stage.ask(client, scope=ASKED)
    async with unit_of_work(stage.engine) as session:
        await session.execute(update(Membership).where(Membership.account_id == editor).values(role=MemberRole.VIEWER))

    tokens = await stage.redeem(client, sent_back(await stage.decide(page))["code"])

    assert tokens.json()["scope"] == "openid content:read drafts:read"


async def test_a_page_that_was_open_for_too_long_grants_nothing(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    page = await stage.ask(client)
    stage.clock.advance(minutes=30, seconds=1)

    answer = await stage.decide(page)

    assert (answer.status_code, answer.text.split(":")[0]) == (400, "invalid_request")


@pytest.mark.parametrize("ticket", ["", "x", "gAAAA", "ä" * 10, "x" * 50_000])
async def test_a_forged_ticket_leads_nowhere(stage: Stage, ticket: str) -> None:
    await stage.sign_in()

    answer = await stage.http.post("/oauth/authorize", data={"ticket": ticket, "allowed": "1"})

    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_a_ticket_of_signing_out_consents_to_nothing(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    farewell = await stage.http.get("/oauth/logout", params={"client_id": client.id})

    answer = await stage.decide(farewell)

    assert answer.status_code == 400


async def test_a_right_that_is_won_on_the_page_is_not_granted_unseen(stage: Stage) -> None:
    organisation = await stage.organisation()
    client = await stage.client(organisation=organisation, scopes=ALL)
    viewer = await stage.person(**{organisation: MemberRole.VIEWER})
    await stage.sign_in(viewer)
    page = await stage.ask(client, scope=ASKED)
    async with unit_of_work(stage.engine) as session:
        await session.execute(update(Membership).where(Membership.account_id == viewer).values(role=MemberRole.EDITOR))

    tokens = await stage.redeem(client, sent_back(await stage.decide(page))["code"])

    assert tokens.json()["scope"] == "openid content:read drafts:read"
    assert (await stage.ask(client, scope=ASKED)).json()["new_scopes"] == "content:write"


async def test_a_client_may_call_a_parameter_of_its_own_ticket(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()

    assert (await stage.ask(client, ticket="x")).json()["step"] == "CONSENT"


async def test_a_consent_that_is_withdrawn_ends_everything_that_came_of_it(stage: Stage) -> None:
    client = await stage.client()
    signed_in = await stage.sign_in()
    tokens, code = await stage.tokens(client), await stage.code(client)
    person = Principal(account=signed_in.account, credential=signed_in.id)
    async with accounts_work(stage.engine, signed_in.id) as session:
        await withdraw(session, Occasion(person, stage.clock.at, "0" * 32, ADDRESS, os.urandom), client.id)

    assert await stage.holds(tokens["access_token"]) is False
    assert (await stage.refresh(client, tokens["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await stage.redeem(client, code)).json()["error"] == "invalid_grant"
    assert (await stage.ask(client)).json()["step"] == "CONSENT"
