"""Sessions: a person is signed in to the console in one browser.

Owns: how long a session lives, how it is known, how it ends and what ends with it.
Does not own: how the person proved who they are (`sign_in`), the cookie (`console`), tokens of programs (`oauth`).

A session ends half an hour after the last request, and at the latest after the hours that the strictest of the
person's organisations allows. Its secret is new after every proof, so one that was planted or seen before is dead.

Source: OWASP ASVS 5.0, chapter 7.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import digest as hmac

from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, func, literal, select, update

from ilmio_api.access.scopes import Scope
from ilmio_api.access.secrets import Secret, SecretKind
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import audit
from ilmio_api.domain.accounts.models import Account, Membership, OrganisationAccount
from ilmio_api.domain.accounts.sign_in_models import Session
from ilmio_api.domain.accounts.token_models import AuthorisationCode, TokenFamily
from ilmio_api.domain.accounts.vocabulary import AuditAction, SignInMethod
from ilmio_api.domain.accounts.whereabouts import browser_of, network_of
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Refused, not_allowed

IDLE = timedelta(minutes=30)
"""A session ends when nothing was asked for so long."""

MOST_HOURS = 12
"""Hours after which a session ends in any case."""

_SEEN_TO = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Proven:
    """A person has proved, just now, who they are."""

    account: str
    method: SignInMethod
    identity_provider: str | None = None
    """The provider that vouches for it; None when they proved it to us."""
    authenticated_at: datetime | None = None
    """When they proved it to the provider; None for now."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A session with a new secret, which goes into the cookie and nowhere else."""

    id: str
    secret: Secret


@dataclass(frozen=True, slots=True)
class Ended:
    """A session has ended."""

    id: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person behind a cookie."""

    id: str
    """Of the session."""
    account: str
    name: str | None
    language: str | None
    is_platform_admin: bool
    authenticated_at: datetime
    """When the person last proved who they are."""
    method: SignInMethod
    identity_provider: str | None
    """The provider that vouches for the person; it does so for its own organisation only."""
    elevated_until: datetime | None
    digest: bytes = field(repr=False)
    """What the database knows of the secret; tokens for forms are made of it."""


@dataclass(frozen=True, slots=True)
class Open:
    """A session as its person sees it in a list."""

    id: str
    method: SignInMethod
    created_at: datetime
    seen_at: datetime
    browser: str
    address: str


async def begin(  # noqa: PLR0913 - each of them is a column
    session: WriteSession,
    occasion: Occasion,
    account: str,
    method: SignInMethod,
    *,
    browser: str,
    identity_provider: str | None = None,
    provider_session: str | None = None,
    authenticated_at: datetime | None = None,
) -> Begun:
    """Sign a person in who has proved who they are.

    Args:
        session: A unit of work on the private tables.
        occasion: When and from where.
        account: The person.
        method: How they proved it.
        browser: The header `User-Agent`, of which two words are kept.
        identity_provider: The provider that vouches for them.
        provider_session: Their session there, by which the provider can end this one.
        authenticated_at: When they proved it to the provider; None for now.
    """
    secret = occasion.new_secret(SecretKind.SESSION)
    begun = Begun(occasion.new_id("session"), secret)
    hours = await session.scalar(select(_hours(literal(account))))
    session.add(
        Session(
            id=begun.id,
            digest=secret.digest,
            account_id=account,
            method=method,
            created_at=occasion.at,
            authenticated_at=_not_later(authenticated_at, occasion.at),
            seen_at=occasion.at,
            expires_at=occasion.at + timedelta(hours=hours or MOST_HOURS),
            browser=browser_of(browser),
            address=network_of(occasion.address),
            identity_provider_id=identity_provider,
            provider_session=provider_session,
        )
    )
    await session.flush()
    after = {"method": method.value}
    await audit.record(
        session, occasion, AuditAction.SIGNED_IN, organisation=None, target=begun.id, after=after, actor=account
    )
    return begun


async def find(session: WriteSession, digest: bytes, at: datetime) -> SignedIn | None:
    """Return the person behind a cookie, and note that they were here.

    Args:
        session: A unit of work on the private tables.
        digest: Digest of the secret (`access.secrets.digest_of`).
        at: Now.

    Returns:
        The person; None when the session is unknown or over, or the account disabled.
    """
    found = await session.execute(
        select(Session, Account)
        .join(Account, Account.id == Session.account_id)
        .where(
            Session.digest == digest,
            *_alive(at),
            # The policy may have become stricter since.
            literal(at) < Session.created_at + func.make_interval(0, 0, 0, 0, _hours(Session.account_id)),
            Account.disabled_at.is_(None),
            Account.erased_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )
    row = found.one_or_none()
    if row is None:
        return None
    known, person = row
    if at - known.seen_at >= _SEEN_TO:
        await session.execute(
            update(Session)
            .where(Session.id == known.id)
            .values(seen_at=at)
            .execution_options(synchronize_session=False)
        )
    return SignedIn(
        id=known.id,
        account=person.id,
        name=person.name,
        language=person.language,
        is_platform_admin=person.is_platform_admin,
        authenticated_at=known.authenticated_at,
        method=known.method,
        identity_provider=known.identity_provider_id,
        elevated_until=known.elevated_until,
        digest=known.digest,
    )


async def renew(session: WriteSession, occasion: Occasion, session_id: str, proven: Proven) -> Begun | Refused:
    """Go on in a session after the person has proved again who they are; its old secret is dead.

    It does not live longer for it.

    Args:
        session: A unit of work on the private tables.
        occasion: Now, as the person who is signed in.
        session_id: The session.
        proven: What was proved; refused when it is somebody else, however well proved, and when a provider vouches in a
            session that it has not begun: no organisation speaks for a person outside of it.
    """
    known = await session.scalar(
        select(Session)
        .where(Session.id == session_id, *_alive(occasion.at))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if known is None or not known.account_id == proven.account == occasion.principal.account:
        return not_allowed()
    if proven.identity_provider not in {None, known.identity_provider_id}:
        return not_allowed()
    secret = occasion.new_secret(SecretKind.SESSION)
    known.digest = secret.digest
    known.method = proven.method
    known.authenticated_at = _not_later(proven.authenticated_at, occasion.at)
    known.seen_at = occasion.at
    await session.flush()
    await audit.record(
        session,
        occasion,
        AuditAction.SIGNED_IN,
        organisation=None,
        target=session_id,
        after={"method": proven.method.value, "again": True},
    )
    return Begun(session_id, secret)


async def end(session: WriteSession, occasion: Occasion, session_id: str) -> Ended | Refused:
    """End a session of one's own: this one by signing out, or another from the list."""
    mine = (Session.id == session_id, Session.account_id == occasion.principal.account)
    if occasion.principal.account is None or not await _ended(session, occasion, *mine):
        return not_allowed("session")
    signed_out = session_id == occasion.principal.credential
    action = AuditAction.SIGNED_OUT if signed_out else AuditAction.SESSION_ENDED
    await audit.record(session, occasion, action, organisation=None, target=session_id)
    return Ended(session_id)


async def end_all(
    session: WriteSession, occasion: Occasion, account: str, except_id: str | None = None
) -> Sequence[str]:
    """End the sessions of a person, as part of a command that may do so; return their ids.

    Args:
        session: A unit of work on the private tables.
        occasion: Now.
        account: The person.
        except_id: A session that goes on: the one in which the person asks for it.
    """
    return await _ended_elsewhere(session, occasion, Session.account_id == account, Session.id != (except_id or ""))


async def end_at_provider(
    session: WriteSession,
    occasion: Occasion,
    identity_provider: str,
    *,
    account: str | None = None,
    provider_session: str | None = None,
) -> Sequence[str]:
    """End sessions that an identity provider has begun; return their ids.

    Args:
        session: A unit of work on the private tables.
        occasion: Now.
        identity_provider: The provider.
        account: The person; None for everybody, as when the provider is no longer in use.
        provider_session: Their session at the provider (`sid`); None for all.
    """
    conditions = [Session.identity_provider_id == identity_provider]
    if account is not None:
        conditions.append(Session.account_id == account)
    if provider_session is not None:
        conditions.append(Session.provider_session == provider_session)
    return await _ended_elsewhere(session, occasion, *conditions)


async def of_account(session: WriteSession, account: str, at: datetime) -> Sequence[Open]:
    """Return the sessions of a person that go on, the one used last first."""
    found = await session.scalars(
        select(Session)
        .where(Session.account_id == account, *_alive(at))
        .order_by(Session.seen_at.desc(), Session.id.desc())
    )
    return [Open(each.id, each.method, each.created_at, each.seen_at, each.browser, each.address) for each in found]


def csrf_token(signed_in: SignedIn) -> str:
    """Return what every form of a session carries, so that no other site can send one: 64 hexadecimal digits."""
    return hmac(signed_in.digest, b"ilmio: form of a session", sha256).hex()


async def _ended_elsewhere(
    session: WriteSession, occasion: Occasion, *conditions: ColumnElement[bool]
) -> Sequence[str]:
    """End sessions and record each; return their ids."""
    ended = await _ended(session, occasion, *conditions)
    for each in ended:
        await audit.record(session, occasion, AuditAction.SESSION_ENDED, organisation=None, target=each)
    return ended


async def _ended(session: WriteSession, occasion: Occasion, *conditions: ColumnElement[bool]) -> Sequence[str]:
    """End sessions, and what was authorised in them without the scope to outlive them; return their ids."""
    found = await session.scalars(
        update(Session)
        .where(Session.ended_at.is_(None), *conditions)
        .values(ended_at=occasion.at)
        .returning(Session.id)
        .execution_options(synchronize_session=False)
    )
    ended = sorted(found)
    await session.execute(
        update(TokenFamily)
        .where(
            TokenFamily.session_id.in_(ended),
            TokenFamily.revoked_at.is_(None),
            ~TokenFamily.scopes.contains([Scope.OFFLINE_ACCESS.value]),
        )
        .values(revoked_at=occasion.at)
        .execution_options(synchronize_session=False)
    )
    # A code that waits to be exchanged has expired then, which is not the same as used.
    await session.execute(
        update(AuthorisationCode)
        .where(AuthorisationCode.session_id.in_(ended), AuthorisationCode.used_at.is_(None))
        .values(expires_at=func.least(AuthorisationCode.expires_at, occasion.at))
        .execution_options(synchronize_session=False)
    )
    return ended


def _not_later(said: datetime | None, at: datetime) -> datetime:
    """Return when a person proved who they are: what a provider said, but not the future."""
    return at if said is None else min(said, at)


def _alive(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on a session that goes on."""
    return Session.ended_at.is_(None), Session.expires_at > at, Session.seen_at > at - IDLE


def _hours(account: SQLColumnExpression[str]) -> ScalarSelect[int]:
    """Return the hours that the strictest organisation of a person allows."""
    return (
        select(func.least(func.min(OrganisationAccount.max_session_hours), MOST_HOURS))
        .join(Membership, Membership.organisation_id == OrganisationAccount.organisation_id)
        .where(Membership.account_id == account)
        .scalar_subquery()
    )
