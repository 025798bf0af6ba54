"""Commands on API keys: making, replacing, revoking.

Owns: who may do what to a key, how long keys live.
Does not own: what a key is allowed at the moment (`principals`), clients with an OAuth flow (`clients`).

A key belongs to its organisation and outlives whoever made it. It reads and never writes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from ilmio_api.access.scopes import OF_KEYS, Scope, scopes_of, values_of
from ilmio_api.access.secrets import Secret, SecretKind
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import audit, client_rules, ranges
from ilmio_api.domain.accounts.authority import held_in, locked_policy, policy_for, still_may
from ilmio_api.domain.accounts.client_models import ApiKey
from ilmio_api.domain.accounts.credential_life import days_of_life
from ilmio_api.domain.accounts.vocabulary import AuditAction
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, conflict, invalid, not_allowed, step_up_needed

MOST_KEYS = 50
"""Most keys of an organisation that are valid at once; one that has been replaced does not count."""

MOST_OVERLAP_HOURS = 7 * 24
"""Longest time that a replaced key goes on beside the new one."""


@dataclass(frozen=True, slots=True)
class KeyDraft:
    """What somebody wants a key to be."""

    name: str
    scopes: frozenset[Scope]
    days: int | None = None
    """Life; None for 90 days, or the most that the organisation allows when that is less."""
    address_ranges: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ApiKeyCreated:
    """A key was made."""

    key: str
    secret: Secret
    """Shown now and never again."""
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ApiKeyRotated:
    """A key was replaced; the old one goes on for a while."""

    key: str
    """The new key."""
    secret: Secret
    """Shown now and never again."""
    expires_at: datetime
    replaced: str
    """The old key."""
    replaced_until: datetime
    """When the old key ends."""


@dataclass(frozen=True, slots=True)
class ApiKeyRevoked:
    """A key is not valid any more."""

    key: str


async def create(
    session: WriteSession, occasion: Occasion, organisation: str, draft: KeyDraft
) -> ApiKeyCreated | Refused:
    """Make a key of an organisation.

    Args:
        session: Unit of work.
        occasion: Who asks; needs `org:clients` in the organisation, every scope of the key, and a recent sign-in.
        organisation: The owner.
        draft: What the key shall be.
    """
    policy = await policy_for(session, occasion, organisation, Scope.CLIENTS)
    if isinstance(policy, Refused):
        return policy
    days = days_of_life(draft.days, policy.max_credential_days, "days")
    problems = (
        *client_rules.problems_of_name(draft.name, "name"),
        *client_rules.problems_of_scopes(draft.scopes, OF_KEYS & held_in(occasion, organisation), "scopes"),
        *ranges.problems_of(draft.address_ranges, "address_ranges"),
        *((days,) if isinstance(days, Problem) else ()),
    )
    if problems or isinstance(days, Problem):
        return invalid(*problems)
    if await _valid_keys(session, organisation, occasion.at) >= MOST_KEYS:
        return conflict(ProblemCode.TOO_MANY, most=MOST_KEYS)
    secret = occasion.new_secret(SecretKind.API_KEY)
    key = _key(occasion, secret, organisation, draft, occasion.at + timedelta(days=days))
    session.add(key)
    await session.flush()
    await audit.record(
        session,
        occasion,
        AuditAction.API_KEY_CREATED,
        organisation=organisation,
        target=key.id,
        after={"scopes": key.scopes, "address_ranges": key.address_ranges, "expires_at": key.expires_at},
    )
    return ApiKeyCreated(key.id, secret, key.expires_at)


async def rotate(
    session: WriteSession, occasion: Occasion, key_id: str, overlap_hours: int, days: int | None = None
) -> ApiKeyRotated | Refused:
    """Replace a key by one with the same name, scopes and ranges.

    Args:
        session: Unit of work.
        occasion: Who asks; as for making the key.
        key_id: The key that is replaced.
        overlap_hours: How long it goes on beside the new one, 0 to 168 hours, never beyond its own end.
        days: Life of the new key; None for the usual.
    """
    old = await _managed_key(session, occasion, key_id)
    if isinstance(old, Refused):
        return old
    # Whoever gets the new key can do what it allows, so replacing one is as good as making one.
    scopes = scopes_of(" ".join(old.scopes))
    if not scopes <= held_in(occasion, old.organisation_id):
        return not_allowed("key")
    policy = await locked_policy(session, old.organisation_id)
    life = days_of_life(days, policy.max_credential_days if policy else 1, "days")
    problems = (*_problems_of_overlap(overlap_hours), *((life,) if isinstance(life, Problem) else ()))
    if problems or isinstance(life, Problem):
        return invalid(*problems)
    if old.replaced_by is not None:
        return conflict(ProblemCode.ALREADY_EXISTS, "key", id=old.replaced_by)
    if old.revoked_at is not None or old.expires_at <= occasion.at:
        return conflict(ProblemCode.EXPIRED, "key")
    secret = occasion.new_secret(SecretKind.API_KEY)
    draft = KeyDraft(old.name, scopes, address_ranges=old.address_ranges)
    new = _key(occasion, secret, old.organisation_id, draft, occasion.at + timedelta(days=life))
    session.add(new)
    await session.flush()
    old.replaced_by = new.id
    old.expires_at = min(old.expires_at, occasion.at + timedelta(hours=overlap_hours))
    await session.flush()
    await audit.record(
        session,
        occasion,
        AuditAction.API_KEY_ROTATED,
        organisation=old.organisation_id,
        target=old.id,
        after={"replaced_by": new.id, "expires_at": new.expires_at, "replaced_until": old.expires_at},
    )
    return ApiKeyRotated(new.id, secret, new.expires_at, old.id, old.expires_at)


async def revoke(session: WriteSession, occasion: Occasion, key_id: str) -> ApiKeyRevoked | Refused:
    """End a key at once; one that was revoked already stays as it is.

    Args:
        session: Unit of work.
        occasion: Who asks; needs `org:clients` in the organisation and a recent sign-in.
        key_id: The key.
    """
    key = await _managed_key(session, occasion, key_id)
    if isinstance(key, Refused):
        return key
    if key.revoked_at is None:
        key.revoked_at = occasion.at
        await session.flush()
        await audit.record(
            session, occasion, AuditAction.API_KEY_REVOKED, organisation=key.organisation_id, target=key.id
        )
    return ApiKeyRevoked(key.id)


async def _managed_key(session: WriteSession, occasion: Occasion, key_id: str) -> ApiKey | Refused:
    """Return a key that the one who asks may manage, locked; a hidden one and none at all look the same."""
    key = await session.scalar(
        select(ApiKey)
        .where(ApiKey.id == key_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if key is None or not await still_may(session, occasion, key.organisation_id, Scope.CLIENTS):
        return not_allowed("key")
    return key if occasion.is_recent() else step_up_needed()


async def _valid_keys(session: WriteSession, organisation: str, at: datetime) -> int:
    """Return how many keys an organisation has that are valid and not replaced."""
    valid = select(func.count()).where(
        ApiKey.organisation_id == organisation,
        ApiKey.revoked_at.is_(None),
        ApiKey.replaced_by.is_(None),
        ApiKey.expires_at > at,
    )
    return await session.scalar(valid) or 0


def _problems_of_overlap(hours: int) -> tuple[Problem, ...]:
    """Return what is wrong with a time for which a replaced key goes on."""
    if hours < 0:
        return (Problem(ProblemCode.TOO_SHORT, ("overlap_hours",), {"least": 0}),)
    if hours > MOST_OVERLAP_HOURS:
        return (Problem(ProblemCode.LIFE_TOO_LONG, ("overlap_hours",), {"most": MOST_OVERLAP_HOURS}),)
    return ()


def _key(occasion: Occasion, secret: Secret, organisation: str, draft: KeyDraft, expires_at: datetime) -> ApiKey:
    """Return the row of a new key."""
    return ApiKey(
        id=occasion.new_id("key"),
        digest=secret.digest,
        organisation_id=organisation,
        name=draft.name.strip(),
        scopes=values_of(draft.scopes),
        address_ranges=[ranges.canonical(each) for each in draft.address_ranges],
        last_four=secret.last_four,
        created_at=occasion.at,
        created_by=occasion.principal.account,
        expires_at=expires_at,
    )
