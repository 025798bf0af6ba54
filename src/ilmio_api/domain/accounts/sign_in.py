"""Signing in: a passkey, or a password and then a code.

Owns: how often it may be tried, who may come in, and that a wrong address and a wrong password look alike.
Does not own: the factors (`passkeys`, `passwords`, `one_time_codes`, `recovery_codes`), the session that follows
(`sessions`), organisations' own providers (`oauth.federation`).

These commands take the engine and end their units of work themselves. An attempt stays counted also when the caller
goes away, and no lock or connection is held while a hash takes its time. So here a `Refused` does leave something
behind: the count, and a line in the audit log of what was tried on a known account.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from ilmio_api.access.secrets import Secret
from ilmio_api.db.sealing import Sealer
from ilmio_api.db.session import WriteSession, accounts_work
from ilmio_api.domain.accounts import (
    attempts,
    audit,
    challenges,
    one_time_codes,
    passkeys,
    passwords,
    recovery_codes,
    slow_hashes,
)
from ilmio_api.domain.accounts.models import Account, Membership, OrganisationAccount
from ilmio_api.domain.accounts.sessions import Proven
from ilmio_api.domain.accounts.sign_in_models import CodeGenerator, Password
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole, SignInMethod
from ilmio_api.domain.accounts.ways_in import ways_in
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, conflict, invalid

_ACTING = "sign-in"
_LIFE_S = 300

WINDOW_S = 300
"""Attempts are counted over so many seconds."""

OF_PERSON, OF_ADDRESS, OF_ALL, OF_CODES, PASSKEYS_OF_ADDRESS = 10, 10, 1_000, 5, 100
"""Attempts in a window: with a person's password, from one address, in all; with a person's codes. Passkeys cannot be
guessed; the bound on them keeps the database from being kept busy."""

_IPV6_BITS = 64


@dataclass(frozen=True, slots=True)
class NeedsCode:
    """The password was right; a code has to follow within five minutes."""

    secret: Secret
    """Goes with the code."""
    has_recovery_codes: bool
    """Whether a recovery code can stand in for it."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of an address with which somebody wants to sign in."""

    account: str | None
    hash: str | None


async def with_password(
    engine: AsyncEngine, sealer: Sealer, occasion: Occasion, email: str, password: str
) -> NeedsCode | Refused:
    """Check address and password.

    Args:
        engine: The database.
        sealer: Its key keeps addresses out of the counters.
        occasion: Now, and from where.
        email: As typed.
        password: As typed.

    Returns:
        What the code has to come with. WRONG_CREDENTIALS also for an unknown or disabled account and for one that
        cannot sign in by password; TRY_LATER after too many attempts.
    """
    if not await _is_counted(engine, occasion, _password_limits(sealer, occasion, email)):
        return conflict(ProblemCode.TRY_LATER)
    async with accounts_work(engine, _ACTING) as session:
        known = await _known(session, email)
    normal = passwords.normal_form(password) or ""
    is_right = await slow_hashes.verified(known.hash or slow_hashes.NOBODYS_HASH, normal)
    outdated = is_right and known.hash is not None and slow_hashes.is_outdated(known.hash)
    newer = await slow_hashes.hashed(normal, occasion.entropy) if outdated else None
    async with accounts_work(engine, _ACTING) as session:
        if known.account is None or known.hash is None or not is_right:
            return await _failed(session, occasion, known.account, SignInMethod.PASSWORD_AND_CODE)
        if newer is not None:
            # Only the hash that was checked: meanwhile the person may have chosen another password.
            await session.execute(
                update(Password)
                .where(Password.account_id == known.account, Password.hash == known.hash)
                .values(hash=newer)
                .execution_options(synchronize_session=False)
            )
        ways = await ways_in(session, known.account)
        secret = await challenges.new(session, occasion, challenges.CODE, {}, _LIFE_S, known.account)
    return NeedsCode(secret, has_recovery_codes=ways.recovery_codes > 0)


async def with_code(engine: AsyncEngine, sealer: Sealer, occasion: Occasion, text: str, code: str) -> Proven | Refused:
    """Check the one-time code that follows a password; after a wrong one, another can be tried.

    Args:
        engine: The database.
        sealer: Opens the seed.
        occasion: Now, and from where.
        text: Text of the secret of `NeedsCode`.
        code: As typed.
    """
    account = await _awaited(engine, occasion, text)
    if isinstance(account, Refused):
        return account
    async with accounts_work(engine, _ACTING) as session:
        is_right = await one_time_codes.use(session, sealer, account, code, occasion.at)
        proven = Proven(account, SignInMethod.PASSWORD_AND_CODE)
        return await _second_factor(session, occasion, text, proven, is_right=is_right)


async def with_recovery_code(engine: AsyncEngine, occasion: Occasion, text: str, code: str) -> Proven | Refused:
    """Check the recovery code that follows a password; after a wrong one, another can be tried.

    Args:
        engine: The database.
        occasion: Now, and from where.
        text: Text of the secret of `NeedsCode`.
        code: As typed.
    """
    account = await _awaited(engine, occasion, text)
    if isinstance(account, Refused):
        return account
    digest = await recovery_codes.digest_of(account, code)
    async with accounts_work(engine, _ACTING) as session:
        is_right = await recovery_codes.use(session, account, digest, occasion.at)
        return await _second_factor(
            session, occasion, text, Proven(account, SignInMethod.RECOVERY_CODE), is_right=is_right
        )


async def with_recovery_code_alone(
    engine: AsyncEngine, sealer: Sealer, occasion: Occasion, email: str, code: str
) -> Proven | Refused:
    """Let a person in who has no password and has lost the passkey; who has a password needs it too.

    Args:
        engine: The database.
        sealer: Its key keeps addresses out of the counters.
        occasion: Now, and from where.
        email: As typed.
        code: As typed.
    """
    if not await _is_counted(engine, occasion, _password_limits(sealer, occasion, email)):
        return conflict(ProblemCode.TRY_LATER)
    async with accounts_work(engine, _ACTING) as session:
        known = await _known(session, email)
    digest = await recovery_codes.digest_of(known.account or "", code)
    async with accounts_work(engine, _ACTING) as session:
        usable = (known.account or "") if known.hash is None else ""
        if not await recovery_codes.use(session, usable, digest, occasion.at):
            return await _failed(session, occasion, known.account, SignInMethod.RECOVERY_CODE)
        return await _let_in(session, Proven(usable, SignInMethod.RECOVERY_CODE))


async def with_passkey(
    engine: AsyncEngine, sealer: Sealer, occasion: Occasion, party: passkeys.RelyingParty, text: str, answer: str
) -> Proven | Refused:
    """Check the answer of a passkey.

    Args:
        engine: The database.
        sealer: Its key keeps addresses out of the counters.
        occasion: Now, and from where.
        party: Who asked.
        text: Text of the secret of `passkeys.PasskeyAsked`.
        answer: JSON of the browser's `PublicKeyCredential`.
    """
    limits = [*_of_address(sealer, occasion, "passkey", PASSKEYS_OF_ADDRESS), ("passkey:all", OF_ALL)]
    if not await _is_counted(engine, occasion, limits):
        return conflict(ProblemCode.TRY_LATER)
    async with accounts_work(engine, _ACTING) as session:
        recognised = await passkeys.recognise(session, occasion, party, text, answer)
        if recognised is None or not recognised.is_proof:
            account = recognised.account if recognised else None
            return await _failed(session, occasion, account, SignInMethod.PASSKEY)
        return await _let_in(session, Proven(recognised.account, SignInMethod.PASSKEY))


async def _known(session: WriteSession, email: str) -> _Known:
    """Return what is known of an address; nothing of an account that nobody may use."""
    found = await session.execute(
        select(Account.id, Password.hash)
        .outerjoin(CodeGenerator, and_(CodeGenerator.account_id == Account.id, CodeGenerator.confirmed_at.is_not(None)))
        # Without a generator of codes, a password is no way in.
        .outerjoin(Password, Password.account_id == CodeGenerator.account_id)
        .where(Account.email == _plain(email), Account.disabled_at.is_(None), Account.erased_at.is_(None))
    )
    row = found.one_or_none()
    return _Known(None, None) if row is None else _Known(row.id, row.hash)


async def _awaited(engine: AsyncEngine, occasion: Occasion, text: str) -> str | Refused:
    """Return whose code is awaited, and count the attempt."""
    async with accounts_work(engine, _ACTING) as session:
        asked = await challenges.look(session, text, challenges.CODE, occasion.at)
    if asked is None or asked.account is None:
        return conflict(ProblemCode.EXPIRED)
    if not await _is_counted(engine, occasion, [(f"code:{asked.account}", OF_CODES)]):
        return conflict(ProblemCode.TRY_LATER)
    return asked.account


async def _second_factor(
    session: WriteSession, occasion: Occasion, text: str, proven: Proven, *, is_right: bool
) -> Proven | Refused:
    """Return what a code proves; a right one ends the step."""
    if not is_right:
        await _record_failure(session, occasion, proven.account, proven.method)
        return invalid(Problem(ProblemCode.WRONG_CODE, ("code",)))
    if await challenges.take(session, text, challenges.CODE, occasion.at) is None:
        return conflict(ProblemCode.EXPIRED)
    return await _let_in(session, proven)


async def _let_in(session: WriteSession, proven: Proven) -> Proven | Refused:
    """Return the proof, unless the account is closed, or every organisation of the person wants its own provider asked.

    One of several must not lock the person out of the others. It is itself not open to who comes in here
    (`principals`).
    """
    is_open = select(Account.id).where(
        Account.id == proven.account, Account.disabled_at.is_(None), Account.erased_at.is_(None)
    )
    if await session.scalar(is_open) is None:
        return invalid(Problem(ProblemCode.WRONG_CREDENTIALS))
    found = await session.execute(
        select(
            Membership.organisation_id,
            # Owners can always come in, to mend what is wrong with the provider.
            or_(OrganisationAccount.single_sign_on_required.is_(False), Membership.role == MemberRole.OWNER),
        )
        .join(OrganisationAccount, OrganisationAccount.organisation_id == Membership.organisation_id)
        .join(Account, Account.id == Membership.account_id)
        # No organisation's provider may open the account of an administrator of the platform.
        .where(Membership.account_id == proven.account, Account.is_platform_admin.is_(False))
        .order_by(Membership.organisation_id)
    )
    places = found.all()
    if places and not any(is_open_here for _, is_open_here in places):
        return conflict(ProblemCode.SINGLE_SIGN_ON_REQUIRED, organisation=places[0].organisation_id)
    return proven


async def _failed(session: WriteSession, occasion: Occasion, account: str | None, method: SignInMethod) -> Refused:
    """Return the one answer to all that was wrong, after the same work for a known account and an unknown one."""
    if account is not None:
        await _record_failure(session, occasion, account, method)
    else:
        async with session.begin_nested() as unrecorded:
            await _record_failure(session, occasion, None, method)
            await unrecorded.rollback()
    return invalid(Problem(ProblemCode.WRONG_CREDENTIALS))


async def _record_failure(session: WriteSession, occasion: Occasion, account: str | None, method: SignInMethod) -> None:
    """Record that somebody, nobody knows who, failed to sign in as a person."""
    await audit.record(
        session,
        occasion,
        AuditAction.SIGN_IN_FAILED,
        organisation=None,
        target=account,
        after={"method": method.value},
    )


async def _is_counted(engine: AsyncEngine, occasion: Occasion, limits: Sequence[tuple[str, int]]) -> bool:
    """Count an attempt in each bucket, until one is full, and return whether none was."""
    async with accounts_work(engine, _ACTING) as session:
        for bucket, limit in limits:
            if not await attempts.allowed(session, bucket, at=occasion.at, limit=limit, window_s=WINDOW_S):
                return False
    return True


def _password_limits(sealer: Sealer, occasion: Occasion, email: str) -> Sequence[tuple[str, int]]:
    """Return the buckets of an attempt by address and something that can be guessed, the narrowest first."""
    return [
        *_of_address(sealer, occasion, "password", OF_ADDRESS),
        # By what was typed and not by account, so that an unknown address is refused as early as a known one.
        (f"password:person:{sealer.keyed_hash(_plain(email))}", OF_PERSON),
        ("password:all", OF_ALL),
    ]


def _of_address(sealer: Sealer, occasion: Occasion, what: str, limit: int) -> Sequence[tuple[str, int]]:
    """Return the bucket of the caller's network address.

    This machine has none: there it is the operator who asks, or a proxy that nobody has told us of, and its callers
    must not be taken for one.
    """
    try:
        address = ip_address(occasion.address)
    except ValueError:
        return []
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return []
    # Whoever has one IPv6 address has 2^64 of them.
    seen = (
        str(ip_network((address.packed, _IPV6_BITS), strict=False))
        if isinstance(address, IPv6Address)
        else str(address)
    )
    return [(f"{what}:address:{sealer.keyed_hash(seen)}", limit)]


def _plain(email: str) -> str:
    """Return an address as accounts have it."""
    return email.strip().lower()
