"""Accounts of organisations: who opens one, and what a policy can be."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from tests.domain.accounts.scene import OURS, THEIRS, WITHOUT_ACCOUNT, Scene

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts.models import Account, Membership, OrganisationAccount
from ilmio_api.domain.accounts.organisation_accounts import (
    OrganisationAccountOpened,
    PolicyChanged,
    PolicyChanges,
    change_policy,
    open_account,
)
from ilmio_api.domain.accounts.sign_in_models import Session
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole
from ilmio_api.domain.organisations.models import Organisation
from ilmio_api.domain.outcomes import Problem, ProblemCode, conflict, invalid, not_allowed, step_up_needed


async def test_an_elevated_administrator_opens_an_account_with_its_first_owner(scene: Scene) -> None:
    admin, owner = await scene.person(admin=True), await scene.person()

    opened = await open_account(scene.session, await scene.occasion(admin, elevated=True), WITHOUT_ACCOUNT, owner)

    assert isinstance(opened, OrganisationAccountOpened)
    membership = await scene.session.get_one(Membership, opened.membership)
    assert (membership.organisation_id, membership.account_id) == (WITHOUT_ACCOUNT, owner)
    assert (membership.role, membership.created_by) == (MemberRole.OWNER, admin)
    (event,) = await scene.events(WITHOUT_ACCOUNT)
    assert event.action is AuditAction.ORGANISATION_ACCOUNT_CREATED
    assert (event.actor_id, event.target_id) == (admin, owner)


async def test_whoever_runs_the_service_opens_accounts(scene: Scene) -> None:
    owner = await scene.person()

    opened = await open_account(scene.session, scene.operation(), WITHOUT_ACCOUNT, owner)

    assert isinstance(opened, OrganisationAccountOpened)


async def test_nobody_else_opens_accounts(scene: Scene) -> None:
    admin = await scene.person(MemberRole.OWNER, admin=True)
    unknown, not_elevated = await scene.occasion(), await scene.occasion(admin)

    assert await open_account(scene.session, unknown, WITHOUT_ACCOUNT, admin) == not_allowed()
    assert await open_account(scene.session, not_elevated, WITHOUT_ACCOUNT, admin) == not_allowed()
    assert await scene.session.get(OrganisationAccount, WITHOUT_ACCOUNT) is None


async def test_an_organisation_has_one_account(scene: Scene) -> None:
    owner = await scene.person()

    opened = await open_account(scene.session, scene.operation(), OURS, owner)

    assert opened == conflict(ProblemCode.ALREADY_EXISTS, "organisation")
    assert await scene.events() == []


async def test_organisation_and_owner_have_to_exist(scene: Scene) -> None:
    owner, gone = await scene.person(), await scene.person()
    await scene.session.execute(update(Account).where(Account.id == gone).values(disabled_at=scene.at))
    operation = scene.operation()

    assert await open_account(scene.session, operation, "organisation_x", owner) == invalid(
        Problem(ProblemCode.NOT_FOUND, ("organisation",))
    )
    assert await open_account(scene.session, operation, WITHOUT_ACCOUNT, gone) == invalid(
        Problem(ProblemCode.NOT_FOUND, ("owner",))
    )
    assert await scene.session.get(OrganisationAccount, WITHOUT_ACCOUNT) is None


async def test_a_deleted_organisation_gets_no_account(accounts: WriteSession, scene: Scene) -> None:
    owner = await scene.person()
    connection = await accounts.connection()
    await connection.exec_driver_sql("RESET ROLE")
    await accounts.execute(update(Organisation).values(deleted_at=scene.at))
    await connection.exec_driver_sql("SET LOCAL ROLE ilmio_accounts")

    opened = await open_account(scene.session, scene.operation(), WITHOUT_ACCOUNT, owner)

    assert opened == invalid(Problem(ProblemCode.NOT_FOUND, ("organisation",)))


async def test_an_owner_changes_the_policy(scene: Scene) -> None:
    owner = await scene.person(MemberRole.OWNER)
    changes = PolicyChanges(
        max_credential_days=30,
        applications_need_approval=False,
        address_ranges=["198.51.100.7", "2001:db8::/32", "198.51.100.7/32"],
    )

    changed = await change_policy(scene.session, await scene.occasion(owner), OURS, 1, changes)

    assert changed == PolicyChanged(OURS, 2)
    policy = await scene.session.get_one(OrganisationAccount, OURS, populate_existing=True)
    assert (policy.max_credential_days, policy.max_session_hours) == (30, 12)
    assert policy.applications_need_approval is False
    assert policy.address_ranges == ["198.51.100.7/32", "2001:db8::/32"]
    (event,) = await scene.events()
    assert event.before == {"max_credential_days": 366, "applications_need_approval": True, "address_ranges": []}
    assert event.after == {
        "max_credential_days": 30,
        "applications_need_approval": False,
        "address_ranges": ["198.51.100.7/32", "2001:db8::/32"],
    }


@pytest.mark.parametrize("role", [MemberRole.ADMIN, MemberRole.EDITOR, MemberRole.TECHNICAL_CONTACT])
async def test_nobody_else_changes_the_policy(scene: Scene, role: MemberRole) -> None:
    account = await scene.person(role)
    await scene.membership(account, MemberRole.OWNER, THEIRS)

    changed = await change_policy(
        scene.session, await scene.occasion(account), OURS, 1, PolicyChanges(max_session_hours=1)
    )

    assert changed == not_allowed("organisation")


async def test_changing_the_policy_needs_a_recent_sign_in(scene: Scene) -> None:
    owner = await scene.person(MemberRole.OWNER)
    late = await scene.occasion(owner, signed_in_ago=timedelta(minutes=11))

    assert await change_policy(scene.session, late, OURS, 1, PolicyChanges(max_session_hours=1)) == step_up_needed()


async def test_a_policy_that_somebody_else_changed_meanwhile_is_not_overwritten(scene: Scene) -> None:
    occasion = await scene.occasion(await scene.person(MemberRole.OWNER))
    await change_policy(scene.session, occasion, OURS, 1, PolicyChanges(max_session_hours=2))

    second = await change_policy(scene.session, occasion, OURS, 1, PolicyChanges(max_session_hours=3))

    assert second == conflict(ProblemCode.CHANGED_MEANWHILE, "expected_version")
    policy = await scene.session.get_one(OrganisationAccount, OURS, populate_existing=True)
    assert (policy.max_session_hours, policy.version) == (2, 2)


async def test_a_policy_that_stays_the_same_is_no_event(scene: Scene) -> None:
    occasion = await scene.occasion(await scene.person(MemberRole.OWNER))

    changed = await change_policy(scene.session, occasion, OURS, 1, PolicyChanges(max_session_hours=12))

    assert changed == PolicyChanged(OURS, 1)
    assert await scene.events() == []


async def test_each_value_outside_of_its_bounds_is_named(scene: Scene) -> None:
    occasion = await scene.occasion(await scene.person(MemberRole.OWNER))
    changes = PolicyChanges(max_credential_days=367, max_session_hours=0, address_ranges=["10.0.0.0/8", "10.0.0.5/8"])

    changed = await change_policy(scene.session, occasion, OURS, 1, changes)

    assert changed == invalid(
        Problem(ProblemCode.NOT_IN_BOUNDS, ("max_credential_days",), {"least": 1, "most": 366}),
        Problem(ProblemCode.NOT_IN_BOUNDS, ("max_session_hours",), {"least": 1, "most": 12}),
        Problem(ProblemCode.NOT_AN_ADDRESS_RANGE, ("address_ranges", "1"), {"given": "10.0.0.5/8"}),
    )


@pytest.mark.parametrize(
    ("with_provider", "with_domain", "verified"), [(False, True, True), (True, False, False), (True, True, False)]
)
async def test_single_sign_on_is_required_only_where_members_could_use_it(
    scene: Scene, *, with_provider: bool, with_domain: bool, verified: bool
) -> None:
    occasion = await scene.occasion(await scene.person(MemberRole.OWNER))
    if with_provider:
        await scene.identity_provider()
    if with_domain:
        await scene.domain(verified=verified)

    changed = await change_policy(scene.session, occasion, OURS, 1, PolicyChanges(single_sign_on_required=True))

    assert changed == conflict(ProblemCode.DOES_NOT_FIT, "single_sign_on_required", other="identity_provider")


async def test_when_single_sign_on_becomes_required_members_other_than_owners_are_signed_out(scene: Scene) -> None:
    owner, editor = await scene.person(MemberRole.OWNER), await scene.person(MemberRole.EDITOR)
    outsider = await scene.person(MemberRole.EDITOR, THEIRS)
    kept = [await scene.signed_in(owner), await scene.signed_in(outsider)]
    await scene.signed_in(editor)
    await scene.identity_provider()
    await scene.domain(verified=True)

    changed = await change_policy(
        scene.session, await scene.occasion(owner), OURS, 1, PolicyChanges(single_sign_on_required=True)
    )

    assert changed == PolicyChanged(OURS, 2)
    going_on = await scene.session.scalars(select(Session.id).where(Session.ended_at.is_(None)))
    assert set(going_on) == set(kept)
