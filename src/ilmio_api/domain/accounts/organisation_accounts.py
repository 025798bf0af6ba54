"""Accounts of organisations: opening one, and what the organisation demands of everybody who acts for it.

Owns: the first owner, the policy, and the lock under which members of an organisation change.
Does not own: its members (`members`, `invitations`), its clients and keys (`clients`, `api_keys`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from sqlalchemy import and_, exists, select
from sqlalchemy.dialects.postgresql import insert

from ilmio_api.access.scopes import Scope
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import audit, ranges, sessions
from ilmio_api.domain.accounts.credential_life import MOST_DAYS
from ilmio_api.domain.accounts.models import Account, Membership, OrganisationAccount
from ilmio_api.domain.accounts.principals import OPERATOR
from ilmio_api.domain.accounts.sessions import MOST_HOURS
from ilmio_api.domain.accounts.sign_in_models import IdentityProvider, VerifiedDomain
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.organisations.models import Organisation
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, conflict, invalid, not_allowed, step_up_needed


@dataclass(frozen=True, slots=True)
class OrganisationAccountOpened:
    """An organisation has an account and an owner."""

    organisation: str
    membership: str
    """Of the owner."""


@dataclass(frozen=True, slots=True)
class PolicyChanges:
    """What changes in a policy. None leaves a value as it is."""

    max_credential_days: int | None = None
    """Longest life of a new key or secret: 1–366 days."""
    max_session_hours: int | None = None
    """Longest session of a member: 1–12 hours."""
    applications_need_approval: bool | None = None
    address_ranges: Sequence[str] | None = None
    """CIDR ranges; none of them for anywhere."""
    single_sign_on_required: bool | None = None
    """Possible with an enabled identity provider and a verified domain only."""


@dataclass(frozen=True, slots=True)
class PolicyChanged:
    """The policy is as it was wanted."""

    organisation: str
    version: int


async def open_account(
    session: WriteSession, occasion: Occasion, organisation: str, owner_account: str
) -> OrganisationAccountOpened | Refused:
    """Open the account of an organisation, with its first owner.

    Args:
        session: Unit of work.
        occasion: An elevated administrator of the platform who signed in recently, or whoever runs the service.
        organisation: The organisation; it may be a draft.
        owner_account: The person who owns it from now on.
    """
    if not (occasion.principal.elevated or occasion.principal == OPERATOR):
        return not_allowed()
    if not occasion.is_recent():
        return step_up_needed()
    missing = await _missing(session, organisation, owner_account)
    if missing is not None:
        return invalid(missing)
    opened = await session.scalar(
        insert(OrganisationAccount)
        .values(organisation_id=organisation, created_at=occasion.at)
        .on_conflict_do_nothing()
        .returning(OrganisationAccount.organisation_id)
    )
    if opened is None:
        return conflict(ProblemCode.ALREADY_EXISTS, "organisation")
    membership = occasion.new_id("membership")
    session.add(
        Membership(
            id=membership,
            organisation_id=organisation,
            account_id=owner_account,
            role=MemberRole.OWNER,
            created_at=occasion.at,
            created_by=occasion.principal.account,
        )
    )
    await session.flush()
    await audit.record(
        session,
        occasion,
        AuditAction.ORGANISATION_ACCOUNT_CREATED,
        organisation=organisation,
        target=owner_account,
        after={"membership": membership, "role": MemberRole.OWNER},
    )
    return OrganisationAccountOpened(organisation, membership)


async def change_policy(
    session: WriteSession, occasion: Occasion, organisation: str, expected_version: int, policy: PolicyChanges
) -> PolicyChanged | Refused:
    """Change what an organisation demands of everybody who acts for it.

    When single sign-on becomes required, members other than owners are signed out, to come back through the provider.

    Args:
        session: Unit of work.
        occasion: Somebody with `org:settings` who signed in recently.
        organisation: The organisation.
        expected_version: The version that was read.
        policy: What changes.
    """
    account = await _governed(session, occasion, organisation)
    if isinstance(account, Refused):
        return account
    problems = _problems_of(policy)
    if problems:
        return invalid(*problems)
    if account.version != expected_version:
        return conflict(ProblemCode.CHANGED_MEANWHILE, "expected_version")
    wanted = _wanted(policy)
    before = {name: getattr(account, name) for name, value in wanted.items() if getattr(account, name) != value}
    if not before:
        return PolicyChanged(organisation, account.version)
    turned_on = policy.single_sign_on_required is True and "single_sign_on_required" in before
    if turned_on and not await may_require_single_sign_on(session, organisation):
        return conflict(ProblemCode.DOES_NOT_FIT, "single_sign_on_required", other="identity_provider")
    for name in before:
        setattr(account, name, wanted[name])
    account.version += 1
    await session.flush()
    after = {name: wanted[name] for name in before}
    await audit.record(
        session, occasion, AuditAction.POLICY_CHANGED, organisation=organisation, before=before, after=after
    )
    if turned_on:
        await _sign_out_members(session, occasion, organisation)
    return PolicyChanged(organisation, account.version)


async def may_require_single_sign_on(session: WriteSession, organisation: str) -> bool:
    """Return whether a policy may ask for single sign-on: a provider is switched on, and a domain is proved."""
    enabled = exists().where(IdentityProvider.organisation_id == organisation, IdentityProvider.enabled)
    verified = exists().where(VerifiedDomain.organisation_id == organisation, VerifiedDomain.verified_at.is_not(None))
    return bool(await session.scalar(select(and_(enabled, verified))))


async def locked(session: WriteSession, organisation: str) -> OrganisationAccount | None:
    """Return the account of an organisation, as nobody else can change it or its members until the unit of work ends.

    Every command on members takes this lock first, so that what it reads of them stays true.
    """
    found: OrganisationAccount | None = await session.scalar(
        select(OrganisationAccount)
        .where(OrganisationAccount.organisation_id == organisation)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return found


async def _missing(session: WriteSession, organisation: str, owner_account: str) -> Problem | None:
    """Return which of organisation and person cannot be used; None when both can."""
    known = exists().where(Organisation.id == organisation, Organisation.deleted_at.is_(None))
    if not await session.scalar(select(known)):
        return Problem(ProblemCode.NOT_FOUND, ("organisation",))
    active = exists().where(Account.id == owner_account, Account.disabled_at.is_(None), Account.erased_at.is_(None))
    return None if await session.scalar(select(active)) else Problem(ProblemCode.NOT_FOUND, ("owner",))


async def _governed(session: WriteSession, occasion: Occasion, organisation: str) -> OrganisationAccount | Refused:
    """Return the account of an organisation, locked, for a caller who may change its policy."""
    if not occasion.principal.may(Scope.SETTINGS, organisation):
        return not_allowed("organisation")
    if not occasion.is_recent():
        return step_up_needed()
    return await locked(session, organisation) or not_allowed("organisation")


def _wanted(policy: PolicyChanges) -> dict[str, object]:
    """Return the values that a policy is to have, by the name of the column."""
    wanted = {field.name: getattr(policy, field.name) for field in fields(policy)}
    if policy.address_ranges is not None:
        known = (ranges.canonical(each) for each in policy.address_ranges)
        wanted["address_ranges"] = sorted({each for each in known if each is not None})
    return {name: value for name, value in wanted.items() if value is not None}


def _problems_of(policy: PolicyChanges) -> tuple[Problem, ...]:
    """Return what is wrong with the values of a policy."""
    bounds = (("max_credential_days", MOST_DAYS), ("max_session_hours", MOST_HOURS))
    return (
        *(
            Problem(ProblemCode.NOT_IN_BOUNDS, (name,), {"least": 1, "most": most})
            for name, most in bounds
            if (value := getattr(policy, name)) is not None and not 1 <= value <= most
        ),
        *ranges.problems_of(policy.address_ranges or (), "address_ranges"),
    )


async def _sign_out_members(session: WriteSession, occasion: Occasion, organisation: str) -> None:
    """End the sessions of all members but the owners, who may always sign in here."""
    members = await session.scalars(
        select(Membership.account_id).where(
            Membership.organisation_id == organisation, Membership.role != MemberRole.OWNER
        )
    )
    for account in members.all():
        await sessions.end_all(session, occasion, account)
