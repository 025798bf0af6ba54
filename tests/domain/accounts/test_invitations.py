"""Invitations: one link at a time, once, within a week."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.domain.accounts.scene import OURS, THEIRS, WITHOUT_ACCOUNT, Scene

from ilmio_api.access.principals import Principal
from ilmio_api.access.roles import Role, may_give
from ilmio_api.access.secrets import SecretKind, digest_of
from ilmio_api.db.session import accounts_work
from ilmio_api.domain.accounts.invitations import (
    InvitationWithdrawn,
    Invited,
    MemberInvited,
    MemberJoined,
    accept,
    find,
    forget_expired,
    invite,
    note_mailed,
    withdraw,
)
from ilmio_api.domain.accounts.models import Account, Invitation, Membership
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole
from ilmio_api.domain.outcomes import (
    Problem,
    ProblemCode,
    Refused,
    conflict,
    invalid,
    not_allowed,
    step_up_needed,
)

WEEK = timedelta(days=7)


async def invited(scene: Scene, role: Role = Role.EDITOR, email: str = "uusi@example.fi") -> MemberInvited:
    """Return a new invitation of an owner."""
    occasion = await scene.occasion(await scene.person(MemberRole.OWNER))
    sent = await invite(scene.session, occasion, OURS, email, role)
    assert isinstance(sent, MemberInvited)
    return sent


async def test_an_admin_invites_somebody_for_a_week(scene: Scene) -> None:
    admin = await scene.person(MemberRole.ADMIN)

    sent = await invite(scene.session, await scene.occasion(admin), OURS, " Uusi@Example.fi ", Role.EDITOR)

    assert isinstance(sent, MemberInvited)
    assert (sent.email, sent.expires_at) == ("uusi@example.fi", scene.at + WEEK)
    assert digest_of(sent.secret.text, SecretKind.INVITATION) == sent.secret.digest
    assert await find(scene.session, sent.secret.digest, scene.at) == Invited(
        sent.invitation,
        OURS,
        {"fi": "Oma yhdistys"},
        "uusi@example.fi",
        MemberRole.EDITOR,
        scene.at + WEEK,
        is_mailed=False,
    )
    (event,) = await scene.events()
    assert (event.action, event.actor_id) == (AuditAction.MEMBER_INVITED, admin)
    assert event.target_id == sent.invitation
    assert event.after == {"role": "EDITOR", "expires_at": "2026-11-30T09:00:00+00:00"}


@pytest.mark.parametrize("giver", list(Role))
@pytest.mark.parametrize("role", list(Role))
async def test_nobody_invites_to_a_role_above_their_own(scene: Scene, giver: Role, role: Role) -> None:
    occasion = await scene.occasion(await scene.person(MemberRole[giver.name]))

    sent = await invite(scene.session, occasion, OURS, "uusi@example.fi", role)

    assert isinstance(sent, MemberInvited) is may_give(giver, role)


async def test_an_admin_who_invites_an_owner_is_told_why_not(scene: Scene) -> None:
    occasion = await scene.occasion(await scene.person(MemberRole.ADMIN))

    sent = await invite(scene.session, occasion, OURS, "uusi@example.fi", Role.OWNER)

    assert sent == invalid(Problem(ProblemCode.ROLE_NOT_ALLOWED, ("role",)))


async def test_nobody_invites_to_an_organisation_of_others(scene: Scene) -> None:
    occasion = await scene.occasion(await scene.person(MemberRole.OWNER))

    assert await invite(scene.session, occasion, THEIRS, "uusi@example.fi", Role.VIEWER) == not_allowed("organisation")


async def test_inviting_needs_a_recent_sign_in(scene: Scene) -> None:
    late = await scene.occasion(await scene.person(MemberRole.OWNER), signed_in_ago=timedelta(minutes=11))

    assert await invite(scene.session, late, OURS, "uusi@example.fi", Role.VIEWER) == step_up_needed()


async def test_an_elevated_administrator_invites_an_owner_and_nobody_else(scene: Scene) -> None:
    occasion = await scene.occasion(await scene.person(admin=True), elevated=True)

    assert isinstance(await invite(scene.session, occasion, OURS, "uusi@example.fi", Role.OWNER), MemberInvited)
    assert isinstance(await invite(scene.session, occasion, OURS, "toinen@example.fi", Role.OWNER), MemberInvited)
    assert await invite(scene.session, occasion, OURS, "toinen@example.fi", Role.ADMIN) == not_allowed("organisation")
    assert await invite(scene.session, occasion, WITHOUT_ACCOUNT, "uusi@example.fi", Role.OWNER) == not_allowed(
        "organisation"
    )


@pytest.mark.parametrize("can_act", [True, False])
async def test_an_elevated_administrator_gives_no_owner_to_an_organisation_that_has_one(
    scene: Scene, *, can_act: bool
) -> None:
    owner = await scene.session.get_one(Account, await scene.person(MemberRole.OWNER))
    owner.disabled_at = None if can_act else scene.at
    occasion = await scene.occasion(await scene.person(admin=True), elevated=True)

    sent = await invite(scene.session, occasion, OURS, "uusi@example.fi", Role.OWNER)

    assert isinstance(sent, MemberInvited) is not can_act
    assert (sent == not_allowed("organisation")) is can_act


@pytest.mark.parametrize(
    "email", ["uusi", "uusi@", "@example.fi", "uusi@example", "u usi@example.fi", "uusi@example.fi\nBcc: x@example.fi"]
)
async def test_what_is_not_an_address_is_refused(scene: Scene, email: str) -> None:
    occasion = await scene.occasion(await scene.person(MemberRole.OWNER))

    sent = await invite(scene.session, occasion, OURS, email, Role.VIEWER)

    assert sent == invalid(Problem(ProblemCode.NOT_AN_EMAIL_ADDRESS, ("email",)))


async def test_who_is_a_member_is_not_invited_again(scene: Scene) -> None:
    occasion = await scene.occasion(await scene.person(MemberRole.OWNER))
    member = await scene.session.get_one(Account, await scene.person(MemberRole.VIEWER))

    sent = await invite(scene.session, occasion, OURS, (member.email or "").upper(), Role.EDITOR)

    assert sent == conflict(ProblemCode.ALREADY_A_MEMBER, "email")


async def test_inviting_the_same_address_again_replaces_the_open_link(scene: Scene) -> None:
    occasion = await scene.occasion(await scene.person(MemberRole.OWNER))
    first = await invite(scene.session, occasion, OURS, "uusi@example.fi", Role.VIEWER)
    second = await invite(scene.session, occasion, OURS, "UUSI@example.fi", Role.EDITOR)
    assert isinstance(first, MemberInvited)
    assert isinstance(second, MemberInvited)

    assert await find(scene.session, first.secret.digest, scene.at) is None
    assert await find(scene.session, second.secret.digest, scene.at) is not None
    kept = await scene.session.get_one(Invitation, first.invitation, populate_existing=True)
    assert (kept.withdrawn_at, kept.email) == (scene.at, None)


async def test_there_are_at_most_a_hundred_open_invitations(scene: Scene) -> None:
    occasion = await scene.occasion(await scene.person(MemberRole.OWNER))
    for number in range(100):
        day_before = replace(occasion, at=occasion.at - timedelta(days=1, minutes=number))
        assert isinstance(
            await invite(scene.session, day_before, OURS, f"uusi{number}@example.fi", Role.VIEWER), MemberInvited
        )

    sent = await invite(scene.session, occasion, OURS, "sadasensimmainen@example.fi", Role.VIEWER)

    assert sent == conflict(ProblemCode.TOO_MANY, most=100)


async def test_invitations_cannot_be_used_to_send_mail_without_end(scene: Scene) -> None:
    occasion = await scene.occasion(await scene.person(MemberRole.OWNER))
    for _ in range(100):
        await invite(scene.session, occasion, OURS, "uusi@example.fi", Role.VIEWER)

    assert await invite(scene.session, occasion, OURS, "uusi@example.fi", Role.VIEWER) == conflict(
        ProblemCode.TRY_LATER
    )


async def test_an_invited_person_joins_once(scene: Scene) -> None:
    sent = await invited(scene)
    account = await scene.person()

    joined = await accept(scene.session, await scene.occasion(account), sent.secret.digest, account)
    again = await accept(scene.session, await scene.occasion(account), sent.secret.digest, account)

    assert isinstance(joined, MemberJoined)
    assert (joined.organisation, joined.account, joined.role) == (OURS, account, MemberRole.EDITOR)
    assert again == conflict(ProblemCode.EXPIRED)
    membership = await scene.session.get_one(Membership, joined.membership)
    assert (membership.account_id, membership.role) == (account, MemberRole.EDITOR)
    invitation = await scene.session.get_one(Invitation, sent.invitation)
    assert (invitation.accepted_at, invitation.accepted_by, invitation.email) == (scene.at, account, None)
    event = (await scene.events())[-1]
    assert (event.action, event.actor_id, event.target_id) == (AuditAction.MEMBER_JOINED, account, account)
    assert event.after == {
        "membership": joined.membership,
        "role": "EDITOR",
        "invitation": sent.invitation,
        "same_address": False,
    }


async def test_the_log_tells_that_the_link_came_to_the_address_that_it_was_sent_to(scene: Scene) -> None:
    account = await scene.session.get_one(Account, await scene.person())
    sent = await invited(scene, email=account.email or "")

    await accept(scene.session, await scene.occasion(), sent.secret.digest, account.id)

    event = (await scene.events())[-1]
    assert (event.after or {})["same_address"] is True
    assert (event.client_id, event.credential_id, event.actor_id) == (None, None, account.id)


@pytest.mark.parametrize(
    ("is_mailed", "is_theirs", "is_verified"), [(True, True, True), (False, True, False), (True, False, False)]
)
async def test_only_a_link_that_was_mailed_proves_an_address_and_only_that_one(
    scene: Scene, *, is_mailed: bool, is_theirs: bool, is_verified: bool
) -> None:
    account = await scene.session.get_one(Account, await scene.person())
    sent = await invited(scene, email=(account.email or "") if is_theirs else "toinen@example.fi")
    if is_mailed:
        await note_mailed(scene.session, sent.invitation, scene.at)

    await accept(scene.session, await scene.occasion(account.id), sent.secret.digest, account.id)

    assert account.email_verified_at == (scene.at if is_verified else None)


@pytest.mark.parametrize(("age", "held"), [(WEEK - timedelta(microseconds=1), True), (WEEK, False)])
async def test_a_link_holds_for_a_week(scene: Scene, age: timedelta, *, held: bool) -> None:
    sent = await invited(scene)
    account = await scene.person()

    assert (await find(scene.session, sent.secret.digest, scene.at + age) is not None) is held
    joined = await accept(scene.session, await scene.occasion(account, later=age), sent.secret.digest, account)
    assert isinstance(joined, MemberJoined) is held


async def test_a_link_that_nobody_was_given_leads_nowhere(scene: Scene) -> None:
    account = await scene.person()

    assert await find(scene.session, bytes(32), scene.at) is None
    assert await accept(scene.session, await scene.occasion(account), bytes(32), account) == conflict(
        ProblemCode.EXPIRED
    )


async def test_a_member_does_not_use_up_a_link(scene: Scene) -> None:
    sent = await invited(scene)
    account = await scene.person(MemberRole.VIEWER)

    joined = await accept(scene.session, await scene.occasion(account), sent.secret.digest, account)

    assert joined == conflict(ProblemCode.ALREADY_A_MEMBER)
    assert await find(scene.session, sent.secret.digest, scene.at) is not None


async def test_nobody_accepts_for_somebody_else_and_no_program_does(scene: Scene) -> None:
    sent = await invited(scene)
    account, other = await scene.person(), await scene.person()
    by_program = replace(await scene.occasion(), principal=Principal(account=account, client="client_x"))

    assert await accept(scene.session, await scene.occasion(other), sent.secret.digest, account) == not_allowed()
    assert await accept(scene.session, by_program, sent.secret.digest, account) == not_allowed()
    assert await scene.session.scalar(select(Membership).where(Membership.account_id == account)) is None


@pytest.mark.parametrize("end", ["disabled_at", "erased_at"])
async def test_nobody_joins_who_was_disabled_or_erased(scene: Scene, end: str) -> None:
    sent = await invited(scene)
    account = await scene.person()
    await scene.session.execute(update(Account).where(Account.id == account).values({end: scene.at}))

    assert await accept(scene.session, await scene.occasion(), sent.secret.digest, account) == not_allowed()


async def test_of_two_who_accept_at_the_same_time_one_joins(
    lasting: AsyncEngine, at: datetime, entropy: Callable[[int], bytes]
) -> None:
    async with accounts_work(lasting, "test") as session:
        scene = Scene(session, at, entropy)
        sent = await invited(scene)
        accounts = [await scene.person() for _ in range(4)]
        occasion = await scene.occasion()

    async def joined(account: str) -> MemberJoined | Refused:
        async with accounts_work(lasting, "test") as session:
            return await accept(session, occasion, sent.secret.digest, account)

    answers = await asyncio.gather(*map(joined, accounts))

    assert sum(isinstance(answer, MemberJoined) for answer in answers) == 1
    async with accounts_work(lasting, "test") as session:
        assert await session.scalar(select(func.count()).select_from(Membership)) == 2


async def test_a_withdrawn_link_is_dead(scene: Scene) -> None:
    sent = await invited(scene)
    admin = await scene.person(MemberRole.ADMIN)

    withdrawn = await withdraw(scene.session, await scene.occasion(admin), sent.invitation)

    assert withdrawn == InvitationWithdrawn(sent.invitation)
    assert await find(scene.session, sent.secret.digest, scene.at) is None
    kept = await scene.session.get_one(Invitation, sent.invitation, populate_existing=True)
    assert (kept.withdrawn_at, kept.email) == (scene.at, None)
    event = (await scene.events())[-1]
    assert (event.action, event.actor_id) == (AuditAction.INVITATION_WITHDRAWN, admin)
    assert (event.target_id, event.before) == (sent.invitation, {"role": "EDITOR"})


async def test_only_who_could_have_sent_an_invitation_withdraws_it(scene: Scene) -> None:
    sent = await invited(scene, Role.OWNER)
    admin, editor = await scene.person(MemberRole.ADMIN), await scene.person(MemberRole.EDITOR)
    stranger = await scene.person(MemberRole.OWNER, THEIRS)
    late = await scene.occasion(admin, signed_in_ago=timedelta(minutes=11))

    assert await withdraw(scene.session, await scene.occasion(admin), sent.invitation) == invalid(
        Problem(ProblemCode.ROLE_NOT_ALLOWED, ("invitation",))
    )
    assert await withdraw(scene.session, late, sent.invitation) == step_up_needed()
    for account in (editor, stranger):
        answer = await withdraw(scene.session, await scene.occasion(account), sent.invitation)
        assert answer == not_allowed("invitation")
    assert await withdraw(scene.session, await scene.occasion(admin), "invitation_x") == not_allowed("invitation")
    assert await find(scene.session, sent.secret.digest, scene.at) is not None


async def test_what_was_accepted_is_not_withdrawn(scene: Scene) -> None:
    sent = await invited(scene)
    account = await scene.person()
    await accept(scene.session, await scene.occasion(), sent.secret.digest, account)
    occasion = await scene.occasion(await scene.person(MemberRole.ADMIN))

    assert await withdraw(scene.session, occasion, sent.invitation) == conflict(
        ProblemCode.ALREADY_DECIDED, "invitation"
    )


async def test_addresses_of_expired_invitations_are_forgotten(scene: Scene) -> None:
    await invited(scene)

    assert await forget_expired(scene.session, at=scene.at + WEEK - timedelta(seconds=1)) == 0
    assert await forget_expired(scene.session, at=scene.at + WEEK) == 1
    assert await scene.session.scalar(text("SELECT email FROM invitation")) is None
