"""Members: who changes what they are, and what ends with a membership."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.domain.accounts.scene import OURS, THEIRS, Scene

from ilmio_api.access.roles import Role, may_give
from ilmio_api.db.session import accounts_work
from ilmio_api.domain.accounts.invitations import MemberInvited, find, invite
from ilmio_api.domain.accounts.members import MemberRemoved, MemberRoleChanged, change_role, remove
from ilmio_api.domain.accounts.models import Membership
from ilmio_api.domain.accounts.principals import caller_of_token
from ilmio_api.domain.accounts.sign_in_models import Session
from ilmio_api.domain.accounts.vocabulary import AuditAction, ClientKind, MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import (
    Problem,
    ProblemCode,
    Refused,
    conflict,
    invalid,
    not_allowed,
    step_up_needed,
)

ROLES = list(Role)


async def membership_of(scene: Scene, account: str, organisation: str = OURS) -> Membership:
    """Return the membership of a person."""
    found = await scene.session.scalars(
        select(Membership).where(Membership.account_id == account, Membership.organisation_id == organisation)
    )
    return found.one()


async def test_an_owner_changes_what_a_member_is(scene: Scene) -> None:
    owner, member = await scene.person(MemberRole.OWNER), await scene.person(MemberRole.VIEWER)
    membership = await membership_of(scene, member)

    changed = await change_role(scene.session, await scene.occasion(owner), membership.id, Role.EDITOR, 1)

    assert changed == MemberRoleChanged(membership.id, 2)
    assert membership.role is MemberRole.EDITOR
    (event,) = await scene.events()
    assert (event.action, event.actor_id, event.target_id) == (AuditAction.MEMBER_ROLE_CHANGED, owner, member)
    assert event.before == {"membership": membership.id, "role": "VIEWER"}
    assert event.after == {"membership": membership.id, "role": "EDITOR"}


@pytest.mark.parametrize("giver", ROLES)
@pytest.mark.parametrize("before", ROLES)
@pytest.mark.parametrize("after", ROLES)
async def test_nobody_gives_or_takes_a_role_above_their_own(
    scene: Scene, giver: Role, before: Role, after: Role
) -> None:
    await scene.person(MemberRole.OWNER)
    occasion = await scene.occasion(await scene.person(MemberRole[giver.name]))
    membership = await membership_of(scene, await scene.person(MemberRole[before.name]))

    changed = await change_role(scene.session, occasion, membership.id, after, 1)

    assert isinstance(changed, MemberRoleChanged) is (may_give(giver, before) and may_give(giver, after))


async def test_a_member_cannot_make_themselves_more(scene: Scene) -> None:
    admin = await scene.person(MemberRole.ADMIN)
    viewer = await scene.person(MemberRole.VIEWER)
    for account in (admin, viewer):
        membership = await membership_of(scene, account)

        changed = await change_role(scene.session, await scene.occasion(account), membership.id, Role.OWNER, 1)

        assert changed == invalid(Problem(ProblemCode.ROLE_NOT_ALLOWED, ("role",)))


async def test_a_membership_elsewhere_looks_like_one_that_does_not_exist(scene: Scene) -> None:
    occasion = await scene.occasion(await scene.person(MemberRole.OWNER))
    elsewhere = await membership_of(scene, await scene.person(MemberRole.VIEWER, THEIRS), THEIRS)

    assert await change_role(scene.session, occasion, elsewhere.id, Role.EDITOR, 1) == not_allowed("membership")
    assert await change_role(scene.session, occasion, "membership_x", Role.EDITOR, 1) == not_allowed("membership")
    assert await remove(scene.session, occasion, elsewhere.id) == not_allowed("membership")
    assert await remove(scene.session, occasion, "membership_x") == not_allowed("membership")


async def test_changing_members_needs_a_recent_sign_in(scene: Scene) -> None:
    owner, member = await scene.person(MemberRole.OWNER), await scene.person(MemberRole.VIEWER)
    late = await scene.occasion(owner, signed_in_ago=timedelta(minutes=11))
    membership = await membership_of(scene, member)

    assert await change_role(scene.session, late, membership.id, Role.EDITOR, 1) == step_up_needed()
    assert await remove(scene.session, late, membership.id) == step_up_needed()


async def test_a_role_that_somebody_else_changed_meanwhile_is_not_overwritten(scene: Scene) -> None:
    occasion = await scene.occasion(await scene.person(MemberRole.OWNER))
    membership = await membership_of(scene, await scene.person(MemberRole.VIEWER))
    await change_role(scene.session, occasion, membership.id, Role.EDITOR, 1)

    second = await change_role(scene.session, occasion, membership.id, Role.ADMIN, 1)

    assert second == conflict(ProblemCode.CHANGED_MEANWHILE, "expected_version")
    assert membership.role is MemberRole.EDITOR


async def test_a_role_that_stays_the_same_is_no_event(scene: Scene) -> None:
    occasion = await scene.occasion(await scene.person(MemberRole.OWNER))
    membership = await membership_of(scene, await scene.person(MemberRole.VIEWER))

    assert await change_role(scene.session, occasion, membership.id, Role.VIEWER, 1) == MemberRoleChanged(
        membership.id, 1
    )
    assert await scene.events() == []


async def test_the_last_owner_stays_one(scene: Scene) -> None:
    owner = await scene.person(MemberRole.OWNER)
    await scene.person(MemberRole.ADMIN)
    await scene.person(MemberRole.OWNER, THEIRS)
    disabled = await scene.person(MemberRole.OWNER)
    await scene.session.execute(text("UPDATE account SET disabled_at = now() WHERE id = :id"), {"id": disabled})
    occasion = await scene.occasion(owner)
    membership = await membership_of(scene, owner)

    assert await change_role(scene.session, occasion, membership.id, Role.ADMIN, 1) == conflict(ProblemCode.LAST_OWNER)
    assert await remove(scene.session, occasion, membership.id) == conflict(ProblemCode.LAST_OWNER)
    assert await scene.events() == []


async def test_an_owner_steps_down_when_there_is_another(scene: Scene) -> None:
    owner = await scene.person(MemberRole.OWNER)
    await scene.person(MemberRole.OWNER)
    membership = await membership_of(scene, owner)

    changed = await change_role(scene.session, await scene.occasion(owner), membership.id, Role.VIEWER, 1)

    assert changed == MemberRoleChanged(membership.id, 2)


async def test_with_a_smaller_role_open_invitations_to_larger_ones_are_withdrawn(scene: Scene) -> None:
    owner, admin = await scene.person(MemberRole.OWNER), await scene.person(MemberRole.ADMIN)
    by_admin = await invite(scene.session, await scene.occasion(admin), OURS, "yksi@example.fi", Role.EDITOR)
    by_owner = await invite(scene.session, await scene.occasion(owner), OURS, "kaksi@example.fi", Role.EDITOR)
    assert isinstance(by_admin, MemberInvited)
    assert isinstance(by_owner, MemberInvited)

    membership = await membership_of(scene, admin)
    await change_role(scene.session, await scene.occasion(owner), membership.id, Role.VIEWER, 1)

    assert await find(scene.session, by_admin.secret.digest, scene.at) is None
    assert await find(scene.session, by_owner.secret.digest, scene.at) is not None


async def test_with_a_removed_member_everything_ends_that_they_were_let_in_by(scene: Scene) -> None:
    owner, member = await scene.person(MemberRole.OWNER), await scene.person(MemberRole.ADMIN)
    await scene.signed_in(member)
    others = await scene.signed_in(owner)
    client = await scene.client(["drafts:read"], kind=ClientKind.WEB_APPLICATION)
    token, others_token = [await scene.token(client, ["drafts:read"], each) for each in (member, owner)]
    code = await scene.code(client, member)
    device = await scene.device(client, member)
    invited = await invite(scene.session, await scene.occasion(member), OURS, "uusi@example.fi", Role.VIEWER)
    assert isinstance(invited, MemberInvited)
    membership = await membership_of(scene, member)

    removed = await remove(scene.session, await scene.occasion(owner), membership.id)

    assert removed == MemberRemoved(membership.id, OURS, member)
    assert await caller_of_token(scene.session, token.digest, at=scene.at, address="") is None
    assert await caller_of_token(scene.session, others_token.digest, at=scene.at, address="") is not None
    going_on = await scene.session.scalars(select(Session.id).where(Session.ended_at.is_(None)))
    assert going_on.all() == [others]
    assert await find(scene.session, invited.secret.digest, scene.at) is None
    for waiting in (code, device):
        await scene.session.refresh(waiting)
        assert waiting.expires_at == scene.at
    event = (await scene.events())[-1]
    assert (event.action, event.actor_id, event.target_id) == (AuditAction.MEMBER_REMOVED, owner, member)
    assert event.before == {"membership": membership.id, "role": "ADMIN"}


async def test_who_leaves_stays_signed_in_here_only(scene: Scene) -> None:
    viewer = await scene.person(MemberRole.VIEWER)
    here, _elsewhere = await scene.signed_in(viewer), await scene.signed_in(viewer)
    membership = await membership_of(scene, viewer)

    left = await remove(scene.session, await scene.occasion(viewer, credential=here), membership.id)

    assert left == MemberRemoved(membership.id, OURS, viewer)
    going_on = await scene.session.scalars(select(Session.id).where(Session.ended_at.is_(None)))
    assert going_on.all() == [here]


async def test_no_program_leaves_an_organisation_for_somebody(scene: Scene) -> None:
    viewer = await scene.person(MemberRole.VIEWER)
    client = await scene.client(["content:read"])
    token = await scene.token(client, ["content:read"], viewer)
    caller = await caller_of_token(scene.session, token.digest, at=scene.at, address="")
    assert caller is not None
    occasion = Occasion(caller.principal, scene.at, "", "", scene.entropy, caller.authenticated_at)
    membership = await membership_of(scene, viewer)

    assert await remove(scene.session, occasion, membership.id) == not_allowed("membership")


async def test_no_identity_provider_of_one_organisation_leaves_another(scene: Scene) -> None:
    viewer = await scene.person(MemberRole.VIEWER)
    await scene.membership(viewer, MemberRole.VIEWER, THEIRS)
    browser = await scene.signed_in(viewer, await scene.identity_provider(THEIRS))
    occasion = await scene.occasion(viewer, credential=browser)

    ours, theirs = await membership_of(scene, viewer), await membership_of(scene, viewer, THEIRS)

    assert await remove(scene.session, occasion, ours.id) == not_allowed("membership")
    assert isinstance(await remove(scene.session, occasion, theirs.id), MemberRemoved)


@pytest.mark.parametrize(
    ("giver", "role", "removed"),
    [
        (MemberRole.OWNER, MemberRole.OWNER, True),
        (MemberRole.ADMIN, MemberRole.OWNER, False),
        (MemberRole.ADMIN, MemberRole.ADMIN, True),
    ],
)
async def test_nobody_removes_somebody_with_a_role_above_their_own(
    scene: Scene, giver: MemberRole, role: MemberRole, *, removed: bool
) -> None:
    occasion = await scene.occasion(await scene.person(giver))
    await scene.person(MemberRole.OWNER)
    membership = await membership_of(scene, await scene.person(role))

    answer = await remove(scene.session, occasion, membership.id)

    assert isinstance(answer, MemberRemoved) is removed


async def test_who_was_removed_while_the_request_was_under_way_changes_nothing(scene: Scene) -> None:
    admin, viewer = await scene.person(MemberRole.ADMIN), await scene.person(MemberRole.VIEWER)
    stale = await scene.occasion(admin)
    membership = await membership_of(scene, viewer)
    await scene.session.delete(await membership_of(scene, admin))
    await scene.session.flush()

    assert await remove(scene.session, stale, membership.id) == not_allowed("membership")
    assert await change_role(scene.session, stale, membership.id, Role.EDITOR, 1) == not_allowed("membership")


async def test_of_two_owners_who_remove_one_another_at_the_same_time_one_stays(
    lasting: AsyncEngine, at: datetime, entropy: Callable[[int], bytes]
) -> None:
    async with accounts_work(lasting, "test") as session:
        scene = Scene(session, at, entropy)
        owners = [await scene.person(MemberRole.OWNER) for _ in range(2)]
        occasions = [await scene.occasion(owner) for owner in owners]
        memberships = [(await membership_of(scene, owner)).id for owner in owners]

    async def removed(occasion: Occasion, membership: str) -> MemberRemoved | Refused:
        async with accounts_work(lasting, "test") as session:
            return await remove(session, occasion, membership)

    answers = await asyncio.gather(*map(removed, occasions, reversed(memberships)))

    assert sorted(type(answer).__name__ for answer in answers) == ["MemberRemoved", "Refused"]
    async with accounts_work(lasting, "test") as session:
        assert await session.scalar(select(func.count()).select_from(Membership)) == 1


async def test_of_two_owners_who_leave_at_the_same_time_one_stays(
    lasting: AsyncEngine, at: datetime, entropy: Callable[[int], bytes]
) -> None:
    async with accounts_work(lasting, "test") as session:
        scene = Scene(session, at, entropy)
        owners = [await scene.person(MemberRole.OWNER) for _ in range(2)]
        occasions = [await scene.occasion(owner) for owner in owners]
        memberships = [(await membership_of(scene, owner)).id for owner in owners]

    async def left(occasion: Occasion, membership: str) -> MemberRemoved | Refused:
        async with accounts_work(lasting, "test") as session:
            return await remove(session, occasion, membership)

    answers = await asyncio.gather(*map(left, occasions, memberships))

    refusals = [answer for answer in answers if isinstance(answer, Refused)]
    assert refusals == [conflict(ProblemCode.LAST_OWNER)]
