"""Members of organisations: what they are, and how they stop being one.

Owns: roles, removal, and that an organisation keeps an owner.
Does not own: how one becomes a member (`invitations`, `organisation_accounts`), what a role allows (`access.roles`).
"""

from dataclasses import dataclass

from sqlalchemy import exists, select

from ilmio_api.access.principals import Principal
from ilmio_api.access.roles import Role, may_give
from ilmio_api.access.scopes import Scope
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import audit
from ilmio_api.domain.accounts.endings import end_access, withdraw_invitations
from ilmio_api.domain.accounts.models import Account, Membership, OrganisationAccount
from ilmio_api.domain.accounts.organisation_accounts import locked
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, conflict, invalid, not_allowed, step_up_needed


@dataclass(frozen=True, slots=True)
class MemberRoleChanged:
    """The member has the role."""

    membership: str
    version: int


@dataclass(frozen=True, slots=True)
class MemberRemoved:
    """The person is no longer a member."""

    membership: str
    organisation: str
    account: str


async def change_role(
    session: WriteSession, occasion: Occasion, membership: str, role: Role, expected_version: int
) -> MemberRoleChanged | Refused:
    """Change what a member is. Invitations that the member may not send any more are withdrawn.

    Args:
        session: Unit of work.
        occasion: A member with `org:members` who signed in recently; nobody gives or takes a role above their own.
        membership: The membership.
        role: What the member is to be.
        expected_version: The version that was read.
    """
    case = await _case(session, occasion, membership)
    if isinstance(case, Refused):
        return case
    member = case.member
    if not (may_give(case.giver, Role(member.role.value)) and may_give(case.giver, role)):
        return invalid(Problem(ProblemCode.ROLE_NOT_ALLOWED, ("role",)))
    if member.version != expected_version:
        return conflict(ProblemCode.CHANGED_MEANWHILE, "expected_version")
    before, after = member.role, MemberRole[role.name]
    if before is after:
        return MemberRoleChanged(membership, member.version)
    if before is MemberRole.OWNER and await is_last_owner(session, member):
        return conflict(ProblemCode.LAST_OWNER)
    member.role = after
    member.version += 1
    await session.flush()
    beyond = [each for each in MemberRole if not may_give(role, Role(each.value))]
    await withdraw_invitations(session, occasion, member.account_id, organisation=member.organisation_id, roles=beyond)
    await audit.record(
        session,
        occasion,
        AuditAction.MEMBER_ROLE_CHANGED,
        organisation=member.organisation_id,
        target=member.account_id,
        before={"membership": membership, "role": before},
        after={"membership": membership, "role": after},
    )
    return MemberRoleChanged(membership, member.version)


async def remove(session: WriteSession, occasion: Occasion, membership: str) -> MemberRemoved | Refused:
    """Remove a member, or leave an organisation. Sessions, tokens and invitations that the person sent end with it.

    The person's rights in the organisation end, and every session and token of the person, wherever it was used: who
    was removed proves anew who they are. The session in which somebody leaves goes on.

    Args:
        session: Unit of work.
        occasion: Somebody who signed in recently: a member with `org:members`, who removes nobody with a role above
            their own; or, in the console only, the member whose membership it is.
        membership: The membership.
    """
    case = await _case(session, occasion, membership)
    if isinstance(case, Refused):
        return case
    member = case.member
    if not case.own and not may_give(case.giver, Role(member.role.value)):
        return invalid(Problem(ProblemCode.ROLE_NOT_ALLOWED, ("membership",)))
    if member.role is MemberRole.OWNER and await is_last_owner(session, member):
        return conflict(ProblemCode.LAST_OWNER)
    await end_membership(session, occasion, member)
    kept = occasion.principal.credential if case.own else None
    await end_access(session, occasion, member.account_id, but=kept)
    return MemberRemoved(membership, member.organisation_id, member.account_id)


async def end_membership(session: WriteSession, occasion: Occasion, member: Membership) -> None:
    """Delete a membership and what hangs on it, as part of a command that may do so and holds the lock."""
    await session.delete(member)
    await session.flush()
    await withdraw_invitations(session, occasion, member.account_id, organisation=member.organisation_id)
    await audit.record(
        session,
        occasion,
        AuditAction.MEMBER_REMOVED,
        organisation=member.organisation_id,
        target=member.account_id,
        before={"membership": member.id, "role": member.role},
    )


async def is_last_owner(session: WriteSession, owner: Membership) -> bool:
    """Return whether the organisation would be without an owner who can act, if it were not for this one.

    True only while the lock of `organisation_accounts.locked` is held.
    """
    return not await has_owner(session, owner.organisation_id, but=owner.id)


async def has_owner(session: WriteSession, organisation: str, *, but: str = "") -> bool:
    """Return whether an organisation has an owner who can act, besides that of the membership `but`."""
    owner = exists().where(
        Membership.organisation_id == organisation,
        Membership.role == MemberRole.OWNER,
        Membership.id != but,
        Account.id == Membership.account_id,
        Account.disabled_at.is_(None),
        Account.erased_at.is_(None),
    )
    return bool(await session.scalar(select(owner)))


async def needs_provider(session: WriteSession, organisation: str, account: str) -> bool:
    """Return whether a member has rights only in sessions that the organisation's identity provider has begun."""
    needed = exists().where(
        Membership.organisation_id == organisation,
        Membership.account_id == account,
        Membership.role != MemberRole.OWNER,
        OrganisationAccount.organisation_id == Membership.organisation_id,
        OrganisationAccount.single_sign_on_required,
    )
    return bool(await session.scalar(select(needed)))


async def role_in(session: WriteSession, organisation: str, principal: Principal) -> Role | None:
    """Return the role of who asks in an organisation, as it is now and not as it was when the request began."""
    role = await session.scalar(
        select(Membership.role)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.organisation_id == organisation,
            Membership.account_id == (principal.account or ""),
            Account.disabled_at.is_(None),
            Account.erased_at.is_(None),
        )
    )
    return None if role is None else Role(role.value)


@dataclass(frozen=True, slots=True)
class _Case:
    """A membership that somebody wants to change or end, as it is under the lock of its organisation."""

    member: Membership
    giver: Role
    """What who asks is in the organisation."""
    own: bool
    """Whether it is their own."""


async def _case(session: WriteSession, occasion: Occasion, membership: str) -> _Case | Refused:
    """Return a membership that the caller may try to change, with the organisation locked."""
    found = await session.execute(
        select(Membership.organisation_id, Membership.account_id).where(Membership.id == membership)
    )
    row = found.one_or_none()
    if row is None:
        return not_allowed("membership")
    organisation, account = row
    own = _is_own(occasion.principal, organisation, account)
    if not own and not occasion.principal.may(Scope.MEMBERS, organisation):
        return not_allowed("membership")
    if not occasion.is_recent():
        return step_up_needed()
    await locked(session, organisation)
    member = await session.scalar(
        select(Membership).where(Membership.id == membership).execution_options(populate_existing=True)
    )
    giver = await role_in(session, organisation, occasion.principal)
    if member is None or giver is None:
        return not_allowed("membership")
    return _Case(member, giver, own)


def _is_own(principal: Principal, organisation: str, account: str) -> bool:
    """Return whether a person asks about themselves in the console.

    No program leaves an organisation for somebody, and no identity provider of another organisation does.
    """
    here = any(each == organisation for each, _ in principal.rights)
    return here and principal.client is None and principal.account == account
