"""Who a person is here whom an identity provider has signed in.

Owns: the rules by which a provider's word opens an account, makes one, or does not.
Does not own: what the provider said and whether to believe it (`federation`), accounts and invitations themselves
(`domain.accounts`).

A provider belongs to an organisation, whose people run it: they can make it say anything. So its word is good for
members of that organisation only, never for who administers the platform, and a person is known by issuer and subject.
An address counts once, at the first visit, and only if its domain has been shown to belong to the organisation: whoever
owns the domain could read the person's mail anyway. Then it finds

- the account of a member of the organisation with this address,
- or an invitation to this address, which is thereby used,
- or, where the organisation lets in everybody whom its provider knows, a new account with the default role.

It never finds the account of somebody who is not a member yet: whoever opened that account may be somebody else. Such
a person signs in as usual, accepts the invitation, and then makes the provider known (`linked`).
"""

from sqlalchemy import exists, func, select

from ilmio_api.access.roles import Role
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import audit, domains, invitations, persons
from ilmio_api.domain.accounts.models import Account, Invitation, Membership
from ilmio_api.domain.accounts.organisation_accounts import locked
from ilmio_api.domain.accounts.sign_in_models import Identity
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import ProblemCode, Refused, conflict, not_allowed
from ilmio_api.oauth.federation_providers import Provider
from ilmio_api.oauth.provider_exchange import Profile
from ilmio_api.oauth.provider_tokens import Subject


async def known(
    session: WriteSession, occasion: Occasion, provider: Provider, subject: Subject
) -> str | Refused | None:
    """Return the account of a member who has come before; None when it is the first visit.

    Args:
        session: A unit of work on the private tables.
        occasion: Now.
        provider: The provider that signed the person in.
        subject: The person as it knows them.
    """
    account = await _account_of(session, subject)
    if account is None:
        return None
    if not _is_open(account):
        return await _turned_away(session, occasion, provider, account.id)
    return account.id if await _is_member(session, provider, account.id) else None


async def admitted(
    session: WriteSession, occasion: Occasion, provider: Provider, subject: Subject, profile: Profile
) -> str | Refused:
    """Return the account of a person who comes for the first time, or again after they have left.

    Args:
        session: A unit of work on the private tables.
        occasion: Now.
        provider: The provider that signed the person in.
        subject: The person as it knows them.
        profile: What else it says of them.
    """
    # First of all, as all commands on members do: whoever takes locks in another order waits for ever.
    await locked(session, provider.organisation)
    await _only_one(session, subject)
    email = await _trusted(session, provider, profile.email)
    if email is None:
        return conflict(ProblemCode.NOT_INVITED)
    invitation = await _invitation(session, occasion, provider, email)
    account = await _account_of(session, subject)
    if account is not None:
        # Was a member once, and somebody ended that: the default role does not undo it, an invitation does.
        return await _joined(session, occasion, provider, account.id, invitation, None)
    account = await session.scalar(select(Account).where(Account.email == email))
    if account is not None and not _is_open(account):
        return await _turned_away(session, occasion, provider, account.id)
    if account is not None and not await _is_member(session, provider, account.id):
        return conflict(ProblemCode.ALREADY_EXISTS)
    async with session.begin_nested() as step:
        joined = account.id if account else await _created(session, occasion, email, profile)
        if not isinstance(joined, Refused):
            await _make_known(session, occasion, provider, subject, joined)
            joined = await _joined(session, occasion, provider, joined, invitation, provider.default_role)
        if isinstance(joined, Refused):
            await step.rollback()
    return joined


async def linked(session: WriteSession, occasion: Occasion, provider: Provider, subject: Subject) -> str | Refused:
    """Make the person who is signed in known to a provider of an organisation of theirs, and return their account.

    Args:
        session: A unit of work on the private tables.
        occasion: Now, as the person who is signed in.
        provider: The provider that signed the person in.
        subject: The person as it knows them.
    """
    await _only_one(session, subject)
    signed_in = occasion.principal.account
    account = None if signed_in is None else await session.get(Account, signed_in)
    if account is None or not _is_open(account) or not await _is_member(session, provider, account.id):
        return not_allowed()
    before = await _account_of(session, subject)
    if before is None:
        await _make_known(session, occasion, provider, subject, account.id)
    elif before.id != account.id:
        return conflict(ProblemCode.ALREADY_EXISTS)
    return account.id


async def account_of(session: WriteSession, issuer: str, subject: str) -> str | None:
    """Return the account of a person as a provider knows them, whatever it is worth by now."""
    found: str | None = await session.scalar(
        select(Identity.account_id).where(Identity.issuer == issuer, Identity.subject == subject)
    )
    return found


async def _account_of(session: WriteSession, subject: Subject) -> Account | None:
    """Return the account that issuer and subject name."""
    account = await account_of(session, subject.issuer, subject.subject)
    return None if account is None else await session.get_one(Account, account)


async def _only_one(session: WriteSession, subject: Subject) -> None:
    """Wait for another first visit of the same person, from another tab; PostgreSQL lets go with the transaction."""
    name = f"ilmio.identity:{subject.issuer}\n{subject.subject}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def _is_open(account: Account) -> bool:
    """Return whether a provider may open an account at all."""
    return account.disabled_at is None and account.erased_at is None and not account.is_platform_admin


async def _is_member(session: WriteSession, provider: Provider, account: str) -> bool:
    """Return whether a person is a member of the provider's organisation."""
    member = exists().where(Membership.organisation_id == provider.organisation, Membership.account_id == account)
    return bool(await session.scalar(select(member)))


async def _trusted(session: WriteSession, provider: Provider, email: str | None) -> str | None:
    """Return an address whose domain belongs to the provider's organisation, or None."""
    if email is None:
        return None
    owner = await domains.organisation_of(session, email.rpartition("@")[2])
    return email if owner == provider.organisation else None


async def _invitation(session: WriteSession, occasion: Occasion, provider: Provider, email: str) -> Invitation | None:
    """Return the open invitation of the provider's organisation to an address."""
    found: Invitation | None = await session.scalar(
        select(Invitation).where(
            Invitation.organisation_id == provider.organisation,
            Invitation.email == email,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > occasion.at,
        )
    )
    return found


async def _created(session: WriteSession, occasion: Occasion, email: str, profile: Profile) -> str | Refused:
    """Return the new account of a person whose address the owner of its domain has verified."""
    account = await persons.create(session, occasion, profile.name, email, profile.language)
    if not isinstance(account, Refused):
        (await session.get_one(Account, account)).email_verified_at = occasion.at
    return account


async def _make_known(
    session: WriteSession, occasion: Occasion, provider: Provider, subject: Subject, account: str
) -> None:
    """Remember who the person is here, for the next visit."""
    identity = Identity(
        id=occasion.new_id("identity"),
        account_id=account,
        identity_provider_id=provider.id,
        issuer=subject.issuer,
        subject=subject.subject,
        created_at=occasion.at,
    )
    session.add(identity)
    await session.flush()
    await audit.record(
        session,
        occasion,
        AuditAction.CREDENTIAL_ADDED,
        organisation=provider.organisation,
        target=account,
        after={"identity_provider": provider.id, "identity": identity.id},
        actor=account,
    )


async def _joined(
    session: WriteSession,
    occasion: Occasion,
    provider: Provider,
    account: str,
    invitation: Invitation | None,
    default_role: Role | None,
) -> str | Refused:
    """Return the account after making it a member, by invitation or by default."""
    if await _is_member(session, provider, account):
        return account
    if invitation is not None:
        accepted = await invitations.accept(session, occasion, invitation.digest, account)
        return accepted if isinstance(accepted, Refused) else account
    if default_role is None:
        return conflict(ProblemCode.NOT_INVITED)
    membership = Membership(
        id=occasion.new_id("membership"),
        organisation_id=provider.organisation,
        account_id=account,
        role=MemberRole[default_role.name],
        created_at=occasion.at,
    )
    session.add(membership)
    await session.flush()
    await audit.record(
        session,
        occasion,
        AuditAction.MEMBER_JOINED,
        organisation=provider.organisation,
        target=account,
        after={"membership": membership.id, "role": default_role.value, "identity_provider": provider.id},
        actor=account,
    )
    return account


async def _turned_away(session: WriteSession, occasion: Occasion, provider: Provider, account: str) -> Refused:
    """Note that somebody came to an account that a provider cannot open, and refuse."""
    await audit.record(
        session,
        occasion,
        AuditAction.SIGN_IN_FAILED,
        organisation=provider.organisation,
        target=account,
        after={"identity_provider": provider.id},
    )
    return not_allowed()
