"""Whom the word of an identity provider lets in, and as whom."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from tests.domain.accounts.scene import OURS, THEIRS
from tests.federation_login.visits import EMAIL, PROVIDER, Visits, code_of

from ilmio_api.access.principals import Principal
from ilmio_api.domain.accounts.models import Account, AuditEvent, Invitation
from ilmio_api.domain.accounts.organisation_accounts import locked
from ilmio_api.domain.accounts.sign_in_models import Identity, VerifiedDomain
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole
from ilmio_api.domain.outcomes import ProblemCode, Refusal, Refused
from ilmio_api.ids import named_id
from ilmio_api.oauth.federation import Intent, SignedInBy


def says_email(visits: Visits, email: str = EMAIL, *, verified: object = True) -> None:
    """Let the provider name an address in its ID tokens."""
    visits.provider.claims |= {"email": email, "email_verified": verified, "name": "Anna Ahola", "locale": "sv-FI"}


async def test_a_member_is_known_by_issuer_and_subject(visits: Visits) -> None:
    account = await visits.member()

    assert await visits.sign_in() == SignedInBy(
        account=account,
        identity_provider=PROVIDER,
        provider_session="there-1",
        return_to="/console/",
        intent=Intent.SIGN_IN,
        authenticated_at=visits.at - timedelta(days=30),
    )


async def test_nothing_more_is_asked_about_a_person_who_is_known(visits: Visits) -> None:
    await visits.member()

    await visits.sign_in()

    assert visits.provider.asked == ["GET /.well-known/openid-configuration", "POST /token", "GET /keys"]


async def test_the_time_of_the_sign_in_is_that_of_the_provider(visits: Visits) -> None:
    await visits.member()
    this_morning = visits.at - timedelta(hours=2)
    visits.provider.claims = {"auth_time": int(this_morning.timestamp())}

    outcome = await visits.sign_in()

    assert isinstance(outcome, SignedInBy)
    assert outcome.authenticated_at == this_morning


async def test_an_invitation_lets_in_the_person_whose_address_the_provider_names(visits: Visits) -> None:
    await visits.invite(role=MemberRole.EDITOR)
    says_email(visits)

    outcome = await visits.sign_in()

    assert isinstance(outcome, SignedInBy)
    assert await visits.roles(outcome.account) == [MemberRole.EDITOR]
    [account] = await visits.all(select(Account).where(Account.id == outcome.account))
    assert (account.name, account.email, account.language) == ("Anna Ahola", EMAIL, "sv")
    assert account.email_verified_at == visits.at
    assert await visits.all(select(Invitation.accepted_by)) == [outcome.account]


async def test_the_address_may_come_from_the_userinfo_endpoint(visits: Visits) -> None:
    await visits.invite()
    visits.provider.userinfo |= {"email": "Anna@OMA.example", "email_verified": True}

    outcome = await visits.sign_in()

    assert isinstance(outcome, SignedInBy)
    assert await visits.addresses() == [EMAIL]


async def test_userinfo_of_somebody_else_is_not_believed(visits: Visits) -> None:
    await visits.invite()
    visits.provider.userinfo = {"sub": "pertti", "email": EMAIL, "email_verified": True}

    assert code_of(await visits.sign_in()) == ProblemCode.PROVIDER_FAILED
    assert await visits.addresses() == []


async def test_the_second_visit_needs_no_invitation(visits: Visits) -> None:
    await visits.invite()
    says_email(visits)
    first = await visits.sign_in()
    visits.provider.claims = {}

    second = await visits.sign_in()

    assert isinstance(first, SignedInBy)
    assert isinstance(second, SignedInBy)
    assert second.account == first.account
    assert len(await visits.all(select(Identity))) == 1


async def test_the_default_role_lets_in_everybody_of_the_domain(visits: Visits) -> None:
    await visits.change(default_role="VIEWER")
    says_email(visits)

    outcome = await visits.sign_in()

    assert isinstance(outcome, SignedInBy)
    assert await visits.roles(outcome.account) == [MemberRole.VIEWER]
    assert await visits.actions() == [AuditAction.CREDENTIAL_ADDED, AuditAction.MEMBER_JOINED]


async def test_two_tabs_at_the_first_visit_make_one_person(lasting_visits: Visits) -> None:
    await lasting_visits.change(default_role="VIEWER")
    says_email(lasting_visits)

    first, second = await asyncio.gather(lasting_visits.sign_in(), lasting_visits.sign_in())

    assert isinstance(first, SignedInBy)
    assert isinstance(second, SignedInBy)
    assert first.account == second.account
    assert await lasting_visits.addresses() == [EMAIL]
    assert await lasting_visits.roles(first.account) == [MemberRole.VIEWER]


@pytest.mark.parametrize("name", ["x" * 101, "Anna\u202eAhola", " ", 7, None])
async def test_a_name_that_cannot_be_kept_keeps_nobody_out(visits: Visits, name: object) -> None:
    await visits.change(default_role="VIEWER")
    says_email(visits)
    visits.provider.claims |= {"name": name}

    assert isinstance(await visits.sign_in(), SignedInBy)
    assert await visits.all(select(Account.name)) == [None]


async def test_who_was_signed_in_before_has_nothing_to_do_with_it(visits: Visits) -> None:
    await visits.invite()
    says_email(visits)
    async with visits.scene() as scene:
        before = await scene.person(MemberRole.OWNER)
    visits.principal = Principal(account=before, credential=named_id("session", "before"))

    outcome = await visits.sign_in()

    assert isinstance(outcome, SignedInBy)
    assert outcome.account != before
    assert await visits.all(select(AuditEvent.actor_id).distinct()) == [outcome.account]


async def test_an_invitation_that_is_withdrawn_at_that_moment_lets_in_nobody(lasting_visits: Visits) -> None:
    visits = lasting_visits
    digest = await visits.invite()
    says_email(visits)
    async with visits.work() as session:
        await locked(session, OURS)
        visit = asyncio.create_task(visits.sign_in())
        # The invitation is read after the lock is had, so the visit has to wait here.
        while not await session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):  # noqa: ASYNC110 - no event
            await asyncio.sleep(0)
        await session.execute(update(Invitation).where(Invitation.digest == digest).values(withdrawn_at=visits.at))

    assert code_of(await visit) == ProblemCode.NOT_INVITED
    assert await visits.addresses() == []
    assert await visits.all(select(Identity)) == []
    assert await visits.all(select(AuditEvent)) == []


async def test_an_invitation_goes_before_the_default_role(visits: Visits) -> None:
    await visits.change(default_role="VIEWER")
    await visits.invite(role=MemberRole.ADMIN)
    says_email(visits)

    outcome = await visits.sign_in()

    assert isinstance(outcome, SignedInBy)
    assert await visits.roles(outcome.account) == [MemberRole.ADMIN]


async def test_without_invitation_and_default_role_nobody_comes_in(visits: Visits) -> None:
    says_email(visits)

    assert code_of(await visits.sign_in()) == ProblemCode.NOT_INVITED
    assert await visits.addresses() == []
    assert await visits.all(select(Identity)) == []


@pytest.mark.parametrize("verified", [False, None, "true", 1])
async def test_an_address_that_the_provider_has_not_verified_lets_in_nobody(visits: Visits, verified: object) -> None:
    await visits.change(default_role="VIEWER")
    await visits.invite()
    says_email(visits, verified=verified)

    assert code_of(await visits.sign_in()) == ProblemCode.NOT_INVITED
    assert await visits.addresses() == []


@pytest.mark.parametrize(
    "email",
    [
        "anna@toinen.example",
        "anna@sub.oma.example",
        "anna@oma.example.evil.example",
        "anna@evil.example@oma.example",
        "oma.example",
        "",
    ],
)
async def test_an_address_of_a_foreign_domain_lets_in_nobody(visits: Visits, email: str) -> None:
    await visits.change(default_role="VIEWER")
    await visits.invite(email)
    says_email(visits, email)

    assert code_of(await visits.sign_in()) == ProblemCode.NOT_INVITED
    assert await visits.addresses() == []


async def test_a_domain_that_is_not_verified_yet_lets_in_nobody(visits: Visits) -> None:
    await visits.change(default_role="VIEWER")
    async with visits.work() as session:
        (await session.get_one(VerifiedDomain, named_id("domain", "oma"))).verified_at = None
    says_email(visits)

    assert code_of(await visits.sign_in()) == ProblemCode.NOT_INVITED


async def test_an_invitation_of_another_organisation_lets_in_nobody(visits: Visits) -> None:
    digest = await visits.invite()
    async with visits.work() as session:
        invitation = await session.scalar(select(Invitation).where(Invitation.digest == digest))
        assert invitation is not None
        invitation.organisation_id = THEIRS
    says_email(visits)

    assert code_of(await visits.sign_in()) == ProblemCode.NOT_INVITED


async def test_a_member_with_the_address_is_recognised_at_the_first_visit(visits: Visits) -> None:
    async with visits.scene() as scene:
        account = await scene.person(MemberRole.OWNER)
        (await scene.session.get_one(Account, account)).email = EMAIL
    says_email(visits)

    outcome = await visits.sign_in()

    assert isinstance(outcome, SignedInBy)
    assert outcome.account == account
    assert await visits.roles(account) == [MemberRole.OWNER]
    assert await visits.actions() == [AuditAction.CREDENTIAL_ADDED]


async def test_an_account_of_somebody_who_is_not_a_member_is_never_opened_by_its_address(visits: Visits) -> None:
    await visits.change(default_role="VIEWER")
    await visits.invite()
    async with visits.scene() as scene:
        account = await scene.person(MemberRole.OWNER, THEIRS)
        (await scene.session.get_one(Account, account)).email = EMAIL
    says_email(visits)

    assert code_of(await visits.sign_in()) == ProblemCode.ALREADY_EXISTS
    assert await visits.all(select(Identity)) == []
    assert await visits.roles(account) == []


async def test_a_member_who_was_removed_does_not_come_back_by_default(visits: Visits) -> None:
    await visits.change(default_role="VIEWER")
    account = await visits.member(role=None)
    says_email(visits)

    assert code_of(await visits.sign_in()) == ProblemCode.NOT_INVITED
    assert await visits.roles(account) == []


async def test_a_member_who_was_removed_comes_back_by_invitation(visits: Visits) -> None:
    account = await visits.member(role=None)
    await visits.invite(role=MemberRole.VIEWER)
    says_email(visits)

    outcome = await visits.sign_in()

    assert isinstance(outcome, SignedInBy)
    assert outcome.account == account
    assert await visits.roles(account) == [MemberRole.VIEWER]


async def test_no_provider_opens_the_account_of_who_administers_the_platform(visits: Visits) -> None:
    await visits.member(MemberRole.OWNER, admin=True)

    outcome = await visits.sign_in()

    assert isinstance(outcome, Refused)
    assert outcome.refusal == Refusal.NOT_ALLOWED
    assert await visits.actions() == [AuditAction.SIGN_IN_FAILED]


async def test_an_address_does_not_open_the_account_of_who_administers_the_platform(visits: Visits) -> None:
    async with visits.scene() as scene:
        account = await scene.person(MemberRole.OWNER, admin=True)
        (await scene.session.get_one(Account, account)).email = EMAIL
    says_email(visits)

    assert code_of(await visits.sign_in()) == ProblemCode.NOT_ALLOWED
    assert await visits.all(select(Identity)) == []


@pytest.mark.parametrize("column", ["disabled_at", "erased_at"])
async def test_an_account_that_is_closed_stays_closed(visits: Visits, column: str) -> None:
    account = await visits.member()
    async with visits.work() as session:
        setattr(await session.get_one(Account, account), column, visits.at)

    assert code_of(await visits.sign_in()) == ProblemCode.NOT_ALLOWED
    assert await visits.actions() == [AuditAction.SIGN_IN_FAILED]
