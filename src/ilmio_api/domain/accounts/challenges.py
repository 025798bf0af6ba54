"""Steps of signing in that have begun in one browser and are to be finished in the same one, once.

Owns: what has to be remembered between two requests, for how long, and that it is used once.
Does not own: what is remembered (`passkeys`, `sign_in`, `enrolment`, `oauth.federation`).

The browser keeps the secret; the database keeps its digest, and what is remembered, encrypted under a key that is
made of the secret. So whoever reads the database learns nothing of a step under way, and cannot take it over.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import digest as hmac
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import delete, select, update

from ilmio_api.access.secrets import Secret, SecretKind, digest_of
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts.sign_in_models import Challenge
from ilmio_api.domain.occasion import Occasion

SETUP = "setup"
"""The purpose of the link that a new service prints; its secret looks like one, not like a step of signing in."""

CODE = "code"
"""The purpose of the step between a password and the code that follows it."""

_SWEPT_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a step left behind for the next one."""

    account: str | None
    """The person whose step it is, where that is known."""
    state: Mapping[str, Any]


async def new(
    session: WriteSession,
    occasion: Occasion,
    purpose: str,
    state: Mapping[str, Any],
    life_s: int,
    account: str | None = None,
) -> Secret:
    """Remember something until the browser comes back with the secret.

    Args:
        session: A unit of work on the private tables.
        occasion: Now.
        purpose: What the step is, such as `passkey`; a secret is good for its purpose only.
        state: What has to be remembered, as JSON can hold it.
        life_s: For how long, in seconds.
        account: The person whose step it is, where that is known.

    Returns:
        The secret, whose text goes to the browser and nowhere else.
    """
    await _sweep(session, occasion.at)
    secret = occasion.new_secret(_kind(purpose))
    session.add(
        Challenge(
            digest=secret.digest,
            purpose=purpose,
            account_id=account,
            sealed_state=_key(secret.text).encrypt(json.dumps(dict(state)).encode()),
            expires_at=occasion.at + timedelta(seconds=life_s),
        )
    )
    await session.flush()
    return secret


async def take(session: WriteSession, text: str, purpose: str, at: datetime) -> Mapping[str, Any] | None:
    """Return what was remembered, once: of several requests with the same secret, one gets it.

    It stays used also when the step then fails, unless the unit of work raises.

    Args:
        session: A unit of work on the private tables.
        text: The secret, as the browser sent it; anything else is simply not known.
        purpose: What the step is.
        at: Now.

    Returns:
        The state, or None when the secret is unknown, used, too old or for another purpose.
    """
    taken = await take_with_account(session, text, purpose, at)
    return None if taken is None else taken.state


async def take_with_account(session: WriteSession, text: str, purpose: str, at: datetime) -> Remembered | None:
    """Return the same as `take`, with the person whose step it is."""
    digest = digest_of(text, _kind(purpose))
    if digest is None:
        return None
    found = await session.execute(
        update(Challenge)
        .where(Challenge.digest == digest, *_open(purpose, at))
        .values(used_at=at)
        .returning(Challenge.account_id, Challenge.sealed_state)
        .execution_options(synchronize_session=False)
    )
    row = found.one_or_none()
    return None if row is None else Remembered(row.account_id, _opened(text, row.sealed_state))


async def look(session: WriteSession, text: str, purpose: str, at: datetime) -> Remembered | None:
    """Return what was remembered and leave it to be taken: for a step in which one may err and try again."""
    digest = digest_of(text, _kind(purpose))
    if digest is None:
        return None
    found = await session.execute(
        select(Challenge.account_id, Challenge.sealed_state).where(Challenge.digest == digest, *_open(purpose, at))
    )
    row = found.one_or_none()
    return None if row is None else Remembered(row.account_id, _opened(text, row.sealed_state))


async def forget(session: WriteSession, purpose: str, account: str | None = None) -> None:
    """End the steps of one kind: those of one person, or those that belong to nobody."""
    belongs = Challenge.account_id.is_(None) if account is None else Challenge.account_id == account
    await session.execute(
        delete(Challenge).where(Challenge.purpose == purpose, belongs).execution_options(synchronize_session=False)
    )


async def forget_all(session: WriteSession, account: str) -> None:
    """End every step that a person has begun."""
    await session.execute(
        delete(Challenge).where(Challenge.account_id == account).execution_options(synchronize_session=False)
    )


async def _sweep(session: WriteSession, at: datetime) -> None:
    """Remove some of those that are too old to be taken; rows that another request is at are left to it."""
    old = (
        select(Challenge.digest)
        .where(Challenge.expires_at < at)
        .limit(_SWEPT_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    await session.execute(
        delete(Challenge).where(Challenge.digest.in_(old)).execution_options(synchronize_session=False)
    )


def _open(purpose: str, at: datetime) -> tuple[Any, ...]:
    """Return the conditions on a step that can be gone on with."""
    return Challenge.purpose == purpose, Challenge.used_at.is_(None), Challenge.expires_at > at


def _kind(purpose: str) -> SecretKind:
    """Return what kind of secret belongs to a purpose."""
    return SecretKind.SETUP_LINK if purpose == SETUP else SecretKind.CHALLENGE


def _opened(text: str, sealed: bytes) -> Mapping[str, Any]:
    """Return the state that was sealed under the secret."""
    state: dict[str, Any] = json.loads(_key(text).decrypt(sealed))
    return state


def _key(text: str) -> Fernet:
    """Return the key of a secret: not its digest, which stands in the database."""
    return Fernet(urlsafe_b64encode(hmac(text.encode(), b"ilmio: state of a challenge", sha256)))
