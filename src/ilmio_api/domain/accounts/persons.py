"""Persons: who has an account, what it says about them, and how it ends.

Owns: making, changing, disabling and erasing accounts, and administrators of the platform.
Does not own: how persons sign in (`sign_in`, `ways_in`), what they are in organisations (`members`).

Erasing keeps the id of the account and empties everything else: who did what stays on record, and no longer says who
that was.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update

from ilmio_api.access.principals import Principal
from ilmio_api.access.scopes import Scope
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import audit, challenges, particulars
from ilmio_api.domain.accounts.client_models import Consent
from ilmio_api.domain.accounts.endings import end_access, withdraw_invitations
from ilmio_api.domain.accounts.members import end_membership, is_last_owner
from ilmio_api.domain.accounts.models import Account, Invitation, Membership
from ilmio_api.domain.accounts.organisation_accounts import locked
from ilmio_api.domain.accounts.principals import OPERATOR
from ilmio_api.domain.accounts.sign_in_models import (
    CodeGenerator,
    Identity,
    Passkey,
    Password,
    RecoveryCode,
    Session,
)
from ilmio_api.domain.accounts.token_models import DeviceAuthorisation
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, conflict, invalid, not_allowed, step_up_needed

ELEVATED_FOR = timedelta(minutes=30)
"""How long an administrator of the platform sees all organisation accounts after saying why."""

_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """The account is as it was wanted."""

    account: str


@dataclass(frozen=True, slots=True)
class Elevated:
    """The session sees all organisation accounts for a while."""

    until: datetime


async def create(
    session: WriteSession, occasion: Occasion, name: str | None, email: str | None, language: str | None
) -> str | Refused:
    """Make the account of a person, as part of a command that has reason to, and return its id.

    Args:
        session: Unit of work.
        occasion: Now.
        name: What they are called; None when that is not known, as an identity provider may not say.
        email: Where mail reaches them; None when that is not known.
        language: Language of pages and mails.

    Returns:
        The id; refused when name or address cannot be used, or the address has an account.
    """
    kept_name = None if name is None else particulars.name_of(name, "name")
    address = None if email is None else particulars.address_of(email, "email")
    problems = [each for each in (kept_name, address) if isinstance(each, Problem)]
    if isinstance(kept_name, Problem) or isinstance(address, Problem):
        return invalid(*problems)
    if address is not None and await session.scalar(select(exists().where(Account.email == address))):
        return conflict(ProblemCode.ALREADY_EXISTS, "email")
    account = occasion.new_id("account")
    session.add(
        Account(
            id=account,
            name=kept_name,
            email=address,
            language=particulars.language_of(language),
            created_at=occasion.at,
        )
    )
    await session.flush()
    await audit.record(session, occasion, AuditAction.ACCOUNT_CREATED, organisation=None, target=account, actor=account)
    return account


async def free_address(session: WriteSession, occasion: Occasion, email: str) -> None:
    """Take an address that nobody has proved from the account that has it, for who has just proved to read its mail.

    Args:
        session: Unit of work.
        occasion: Now.
        email: The address, as accounts have it.
    """
    account = await session.scalar(
        update(Account)
        .where(Account.email == email, Account.email_verified_at.is_(None))
        .values(email=None)
        .returning(Account.id)
        .execution_options(synchronize_session=False)
    )
    if account is not None:
        action, after = AuditAction.ACCOUNT_CHANGED, {"has_address": False}
        await audit.record(session, occasion, action, organisation=None, target=account, after=after)


async def rename(session: WriteSession, occasion: Occasion, name: str) -> PersonChanged | Refused:
    """Change what the one who asks is called. A program needs the scope `profile`."""
    kept = particulars.name_of(name, "name")
    if isinstance(kept, Problem):
        return invalid(kept)
    return await _changed(session, occasion, "name", kept)


async def set_language(session: WriteSession, occasion: Occasion, language: str) -> PersonChanged | Refused:
    """Change the language of pages and mails for the one who asks. A program needs the scope `profile`."""
    if language not in particulars.LANGUAGES:
        return invalid(Problem(ProblemCode.NOT_FOUND, ("language",)))
    return await _changed(session, occasion, "language", language)


async def disable(session: WriteSession, occasion: Occasion, account: str) -> PersonChanged | Refused:
    """Keep a person out, even the last owner of an organisation: everything that lets them in ends.

    Args:
        session: Unit of work.
        occasion: An elevated administrator of the platform, or whoever runs the service.
        account: The person; not oneself, because nobody might be left to undo it.
    """
    person = await _locked(session, account) if _oversees(occasion.principal) else None
    if person is None or person.erased_at or account == occasion.principal.account:
        return not_allowed("account")
    if person.disabled_at:
        return PersonChanged(account)
    person.disabled_at = occasion.at
    await session.flush()
    await challenges.forget_all(session, account)
    await withdraw_invitations(session, occasion, account)
    await audit.record(session, occasion, AuditAction.ACCOUNT_DISABLED, organisation=None, target=account)
    await end_access(session, occasion, account)
    return PersonChanged(account)


async def enable(session: WriteSession, occasion: Occasion, account: str) -> PersonChanged | Refused:
    """Let a person in again who was disabled; what ended then stays ended.

    Args:
        session: Unit of work.
        occasion: An elevated administrator of the platform, or whoever runs the service.
        account: The person.
    """
    person = await _locked(session, account) if _oversees(occasion.principal) else None
    if person is None or person.erased_at:
        return not_allowed("account")
    if person.disabled_at is None:
        return PersonChanged(account)
    person.disabled_at = None
    await session.flush()
    await audit.record(session, occasion, AuditAction.ACCOUNT_ENABLED, organisation=None, target=account)
    return PersonChanged(account)


async def erase(session: WriteSession, occasion: Occasion, account: str) -> PersonChanged | Refused:
    """Empty a person's account for good: personal data, ways to sign in, memberships, sessions, authorisations.

    Args:
        session: Unit of work.
        occasion: The person, in the console and having signed in recently; an elevated administrator; or whoever
            runs the service.
        account: The person.

    Returns:
        Refused when an organisation would be left without an owner.
    """
    organisations = sorted(
        await session.scalars(select(Membership.organisation_id).where(Membership.account_id == account))
    )
    if not (_oversees(occasion.principal) or _is_oneself(occasion.principal, account, organisations)):
        return not_allowed("account")
    if not occasion.is_recent():
        return step_up_needed()
    # In the order of their ids, so that two of these never wait for one another.
    for organisation in organisations:
        await locked(session, organisation)
    person = await _locked(session, account)
    if person is None or person.erased_at:
        return not_allowed("account")
    memberships = (
        await session.scalars(
            select(Membership)
            .where(Membership.account_id == account)
            .order_by(Membership.organisation_id)
            .execution_options(populate_existing=True)
        )
    ).all()
    for each in memberships:
        if each.role is MemberRole.OWNER and await is_last_owner(session, each):
            return conflict(ProblemCode.LAST_OWNER, organisation=each.organisation_id)
    for each in memberships:
        await end_membership(session, occasion, each)
    await withdraw_invitations(session, occasion, account)
    await _empty(session, occasion, person)
    await audit.record(session, occasion, AuditAction.ACCOUNT_ERASED, organisation=None, target=account)
    await end_access(session, occasion, account)
    return PersonChanged(account)


async def elevate(session: WriteSession, occasion: Occasion, session_id: str, reason: str) -> Elevated | Refused:
    """Let an administrator of the platform see all organisation accounts in one session, for half an hour.

    Args:
        session: Unit of work.
        occasion: The administrator, in the console and having signed in recently, and not by an identity provider.
        session_id: The session.
        reason: Why; it stands in the audit log, so it names nobody.
    """
    account = occasion.principal.account
    known = await session.get(Session, session_id, with_for_update=True, populate_existing=True)
    is_admin = await session.scalar(select(Account.is_platform_admin).where(Account.id == (account or "")))
    mine = known is not None and known.account_id == account and session_id == occasion.principal.credential
    if known is None or not (is_admin and mine) or known.ended_at or known.identity_provider_id:
        return not_allowed()
    if not occasion.is_recent():
        return step_up_needed()
    text = " ".join(reason.split())
    if not text:
        return invalid(Problem(ProblemCode.REQUIRED, ("reason",)))
    if len(text) > _LONGEST_REASON:
        return invalid(Problem(ProblemCode.TOO_LONG, ("reason",), {"most": _LONGEST_REASON}))
    if not text.isprintable():
        return invalid(Problem(ProblemCode.NOT_PRINTABLE, ("reason",)))
    until = occasion.at + ELEVATED_FOR
    known.elevated_until, known.elevation_reason = until, text
    await session.flush()
    after = {"reason": text, "until": until}
    await audit.record(session, occasion, AuditAction.ELEVATED, organisation=None, target=session_id, after=after)
    return Elevated(until)


async def make_platform_admin(session: WriteSession, occasion: Occasion, account: str) -> PersonChanged | Refused:
    """Make a person an administrator of the platform.

    Args:
        session: Unit of work.
        occasion: An elevated administrator who signed in recently, or whoever runs the service.
        account: The person.
    """
    if not _oversees(occasion.principal):
        return not_allowed()
    if not occasion.is_recent():
        return step_up_needed()
    person = await _locked(session, account)
    if person is None or person.disabled_at or person.erased_at:
        return invalid(Problem(ProblemCode.NOT_FOUND, ("account",)))
    if person.is_platform_admin:
        return PersonChanged(account)
    person.is_platform_admin = True
    await session.flush()
    await audit.record(session, occasion, AuditAction.PLATFORM_ADMIN_MADE, organisation=None, target=account)
    return PersonChanged(account)


def _oversees(principal: Principal) -> bool:
    """Return whether somebody looks after all accounts: an elevated administrator, or whoever runs the service."""
    return principal.elevated or principal == OPERATOR


def _is_oneself(principal: Principal, account: str, organisations: list[str]) -> bool:
    """Return whether a person asks about themselves, in the console.

    No program does so for them, nor an identity provider, which speaks for one organisation only.
    """
    here = {organisation for organisation, _ in principal.rights}
    return principal.account == account and principal.client is None and here.issuperset(organisations)


async def _locked(session: WriteSession, account: str) -> Account | None:
    """Return a person whom nobody else changes until the unit of work ends."""
    found: Account | None = await session.scalar(
        select(Account)
        .where(Account.id == account)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return found


async def _changed(session: WriteSession, occasion: Occasion, field: str, value: str) -> PersonChanged | Refused:
    """Change one particular of the one who asks; the log says which, not what it was."""
    account = occasion.principal.account
    if account is None or Scope.PROFILE not in occasion.principal.scopes:
        return not_allowed()
    person = await _locked(session, account)
    if person is None or person.erased_at or person.disabled_at:
        return not_allowed()
    if getattr(person, field) == value:
        return PersonChanged(account)
    setattr(person, field, value)
    await session.flush()
    after = {"changed": [field]}
    await audit.record(session, occasion, AuditAction.ACCOUNT_CHANGED, organisation=None, target=account, after=after)
    return PersonChanged(account)


async def _empty(session: WriteSession, occasion: Occasion, person: Account) -> None:
    """Empty everything that says who a person is, and delete every way in."""
    await challenges.forget_all(session, person.id)
    for table in (Passkey, Password, CodeGenerator, RecoveryCode, Identity, Consent):
        await session.execute(
            delete(table).where(table.account_id == person.id).execution_options(synchronize_session=False)
        )
    # Sessions stay as what authorisations point to, without the traces that they carry.
    await session.execute(
        update(Session)
        .where(Session.account_id == person.id)
        .values(browser="", address="", provider_session=None, elevation_reason=None)
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        update(DeviceAuthorisation)
        .where(DeviceAuthorisation.account_id == person.id)
        .values(address="")
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        update(Invitation)
        .where(Invitation.email == person.email)
        .values(email=None)
        .execution_options(synchronize_session=False)
    )
    person.name = person.email = person.language = person.email_verified_at = None
    person.is_platform_admin = False
    person.erased_at = occasion.at
    await session.flush()
