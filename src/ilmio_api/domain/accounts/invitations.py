"""Invitations: somebody may become a member by a link, once, within a week.

Owns: sending, withdrawing, finding and accepting them.
Does not own: the mail (`console`), making the account of somebody who has none (`enrolment`, `persons`).

The link is the proof: whoever has it may accept, with whatever address. So the address is kept only while the
invitation is open, to tell its senders apart what they have sent to whom. A link that was mailed, and shown to nobody,
proves besides that the address is the person's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, select, update

from ilmio_api.access.principals import Principal
from ilmio_api.access.roles import Role, may_give
from ilmio_api.access.scopes import Scope
from ilmio_api.access.secrets import Secret, SecretKind
from ilmio_api.db.base import LocalizedText
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import attempts, audit, particulars
from ilmio_api.domain.accounts.members import has_owner, role_in
from ilmio_api.domain.accounts.models import Account, Invitation, Membership
from ilmio_api.domain.accounts.organisation_accounts import locked
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.organisations.models import Organisation
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, conflict, invalid, not_allowed, step_up_needed

LIFE = timedelta(days=7)
"""How long an invitation can be accepted."""

MOST_OPEN = 100
"""Most open invitations of an organisation."""

_MOST_SENT, _SENT_IN_S = 100, 3_600


@dataclass(frozen=True, slots=True)
class MemberInvited:
    """Somebody may become a member."""

    invitation: str
    secret: Secret
    """Of the link; shown once."""
    email: str
    """Where the link is to be sent."""
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class InvitationWithdrawn:
    """The link is dead."""

    invitation: str


@dataclass(frozen=True, slots=True)
class Invited:
    """What a link leads to."""

    id: str
    organisation: str
    organisation_name: LocalizedText
    email: str | None
    role: MemberRole
    expires_at: datetime
    is_mailed: bool
    """Whether the link came by mail only: who has it reads the mail of the address."""


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """An invited person is a member."""

    membership: str
    organisation: str
    account: str
    role: MemberRole


async def invite(
    session: WriteSession, occasion: Occasion, organisation: str, email: str, role: Role
) -> MemberInvited | Refused:
    """Invite somebody. An open invitation to the same address is withdrawn: there is one link at a time.

    Args:
        session: Unit of work.
        occasion: A member with `org:members` who signed in recently; nobody gives a role above their own. An elevated
            administrator of the platform may invite an owner where the organisation has none who can act.
        organisation: The organisation.
        email: Where the link is to be sent.
        role: What the person will be.
    """
    if not _may_invite(occasion.principal, organisation, role):
        return not_allowed("organisation")
    if not occasion.is_recent():
        return step_up_needed()
    address = particulars.address_of(email, "email")
    if isinstance(address, Problem):
        return invalid(address)
    if await locked(session, organisation) is None:
        return not_allowed("organisation")
    refused = await _refused(session, occasion, organisation, address, role)
    if refused is not None:
        return refused
    await _withdraw(session, occasion, Invitation.organisation_id == organisation, Invitation.email == address)
    secret = occasion.new_secret(SecretKind.INVITATION)
    invited = MemberInvited(occasion.new_id("invitation"), secret, address, occasion.at + LIFE)
    session.add(
        Invitation(
            id=invited.invitation,
            digest=secret.digest,
            organisation_id=organisation,
            email=address,
            role=MemberRole[role.name],
            created_at=occasion.at,
            created_by=occasion.principal.account,
            expires_at=invited.expires_at,
        )
    )
    await session.flush()
    await audit.record(
        session,
        occasion,
        AuditAction.MEMBER_INVITED,
        organisation=organisation,
        target=invited.invitation,
        after={"role": role, "expires_at": invited.expires_at},
    )
    return invited


async def note_mailed(session: WriteSession, invitation: str, at: datetime) -> None:
    """Note that the link of an invitation went to its address by mail, and was shown to nobody."""
    await session.execute(
        update(Invitation)
        .where(Invitation.id == invitation)
        .values(mailed_at=at)
        .execution_options(synchronize_session=False)
    )


async def withdraw(session: WriteSession, occasion: Occasion, invitation: str) -> InvitationWithdrawn | Refused:
    """Withdraw an open invitation.

    Args:
        session: Unit of work.
        occasion: A member with `org:members` who signed in recently and could have sent it.
        invitation: The invitation.
    """
    organisation = await session.scalar(select(Invitation.organisation_id).where(Invitation.id == invitation))
    if organisation is None or not occasion.principal.may(Scope.MEMBERS, organisation):
        return not_allowed("invitation")
    if not occasion.is_recent():
        return step_up_needed()
    await locked(session, organisation)
    found = await session.get_one(Invitation, invitation, populate_existing=True)
    giver = await role_in(session, organisation, occasion.principal)
    if giver is None or not may_give(giver, Role(found.role.value)):
        return invalid(Problem(ProblemCode.ROLE_NOT_ALLOWED, ("invitation",)))
    if found.accepted_at or found.withdrawn_at:
        return conflict(ProblemCode.ALREADY_DECIDED, "invitation")
    await _withdraw(session, occasion, Invitation.id == invitation)
    await audit.record(
        session,
        occasion,
        AuditAction.INVITATION_WITHDRAWN,
        organisation=organisation,
        target=invitation,
        before={"role": found.role},
    )
    return InvitationWithdrawn(invitation)


async def find(session: WriteSession, digest: bytes, at: datetime) -> Invited | None:
    """Return what a link leads to, or None when it leads nowhere: unknown, used, withdrawn or too old.

    Args:
        session: Unit of work.
        digest: SHA-256 of the secret of the link.
        at: Time of the request.
    """
    found = await session.execute(
        select(Invitation, Organisation.name)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(Invitation.digest == digest, _is_open(at))
    )
    row = found.one_or_none()
    if row is None:
        return None
    invitation, name = row
    return Invited(
        id=invitation.id,
        organisation=invitation.organisation_id,
        organisation_name=name,
        email=invitation.email,
        role=invitation.role,
        expires_at=invitation.expires_at,
        is_mailed=invitation.mailed_at is not None,
    )


async def accept(session: WriteSession, occasion: Occasion, digest: bytes, account: str) -> MemberJoined | Refused:
    """Make a person a member by an invitation, which is used up.

    Args:
        session: Unit of work.
        occasion: The person in the console; or nobody yet, when the account was just made or signed in to.
        digest: SHA-256 of the secret of the link.
        account: The person.
    """
    if occasion.principal.client is not None or occasion.principal.account not in {None, account}:
        return not_allowed()
    invitation = await _locked(session, digest, occasion.at)
    if invitation is None:
        return conflict(ProblemCode.EXPIRED)
    person = await session.get(Account, account, populate_existing=True)
    if person is None or person.disabled_at or person.erased_at:
        return not_allowed()
    organisation = invitation.organisation_id
    if await _is_member(session, organisation, Membership.account_id == account):
        return conflict(ProblemCode.ALREADY_A_MEMBER)
    # The address stays out of the log. Whether it was the person's own is in it: a link may have been passed on.
    same_address = invitation.email == person.email
    if same_address and invitation.mailed_at:
        person.email_verified_at = person.email_verified_at or occasion.at
    joined = MemberJoined(occasion.new_id("membership"), organisation, account, invitation.role)
    session.add(
        Membership(
            id=joined.membership,
            organisation_id=organisation,
            account_id=account,
            role=joined.role,
            created_at=occasion.at,
            created_by=invitation.created_by,
        )
    )
    invitation.accepted_at, invitation.accepted_by, invitation.email = occasion.at, account, None
    await session.flush()
    after = {"membership": joined.membership, "role": joined.role, "invitation": invitation.id}
    await audit.record(
        session,
        occasion,
        AuditAction.MEMBER_JOINED,
        organisation=organisation,
        target=account,
        after=after | {"same_address": same_address},
        actor=account,
    )
    return joined


async def forget_expired(session: WriteSession, *, at: datetime) -> int:
    """Empty the addresses of invitations that are too old to be accepted, and return how many those were."""
    emptied = await session.scalars(
        update(Invitation)
        .where(Invitation.expires_at <= at, Invitation.email.is_not(None))
        .values(email=None)
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    )
    return len(emptied.all())


def _may_invite(principal: Principal, organisation: str, role: Role) -> bool:
    """Return whether the caller may invite at all; which roles, is looked at under the lock."""
    return principal.may(Scope.MEMBERS, organisation) or (principal.elevated and role is Role.OWNER)


async def _refused(
    session: WriteSession, occasion: Occasion, organisation: str, address: str, role: Role
) -> Refused | None:
    """Return why somebody cannot be invited; None when they can."""
    if occasion.principal.may(Scope.MEMBERS, organisation):
        giver = await role_in(session, organisation, occasion.principal)
        if giver is None or not may_give(giver, role):
            return invalid(Problem(ProblemCode.ROLE_NOT_ALLOWED, ("role",)))
    elif await has_owner(session, organisation):
        return not_allowed("organisation")
    if await _is_member(session, organisation, Account.email == address):
        return conflict(ProblemCode.ALREADY_A_MEMBER, "email")
    still_open = select(func.count()).where(
        Invitation.organisation_id == organisation, _is_open(occasion.at), Invitation.email != address
    )
    if (await session.scalar(still_open) or 0) >= MOST_OPEN:
        return conflict(ProblemCode.TOO_MANY, most=MOST_OPEN)
    # Each may be a mail to somebody who did not ask for one.
    within = await attempts.allowed(
        session, f"invite:{organisation}", at=occasion.at, limit=_MOST_SENT, window_s=_SENT_IN_S
    )
    return None if within else conflict(ProblemCode.TRY_LATER)


async def _locked(session: WriteSession, digest: bytes, at: datetime) -> Invitation | None:
    """Return an open invitation, with the organisation locked; None when the link leads nowhere."""
    organisation = await session.scalar(select(Invitation.organisation_id).where(Invitation.digest == digest))
    if organisation is None:
        return None
    await locked(session, organisation)
    found: Invitation | None = await session.scalar(
        select(Invitation).where(Invitation.digest == digest, _is_open(at)).execution_options(populate_existing=True)
    )
    return found


async def _withdraw(session: WriteSession, occasion: Occasion, *which: ColumnElement[bool]) -> None:
    """Withdraw those of some invitations that were neither accepted nor withdrawn."""
    await session.execute(
        update(Invitation)
        .where(*which, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
        .values(withdrawn_at=occasion.at, email=None)
        .execution_options(synchronize_session=False)
    )


def _is_open(at: datetime) -> ColumnElement[bool]:
    """Return whether an invitation can be accepted."""
    return and_(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None), Invitation.expires_at > at)


async def _is_member(session: WriteSession, organisation: str, who: ColumnElement[bool]) -> bool:
    """Return whether a person is a member."""
    found = exists().where(Membership.organisation_id == organisation, Account.id == Membership.account_id, who)
    return bool(await session.scalar(select(found)))
