"""Our own keys towards identity providers.

Owns: making them, replacing them every ninety days, what of them is published at `/oauth/rp-jwks`.
Does not own: the keys that sign our ID tokens (`keys`), how the keys are used (`provider_tokens`, `provider_exchange`).

There are two kinds, apart from those of the authorization server: with `client` keys we sign who we are
(`private_key_jwt`), to `enc` keys providers encrypt ID tokens. A new `client` key is published a day before it signs,
and the old one goes a day after. Of `enc` keys only the newest is published, so that providers take it up; older ones
open what comes late for a week. Private keys are sealed in the database and deleted when nothing needs them.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from joserfc.jwk import RSAKey
from sqlalchemy import delete, func, or_, select

from ilmio_api.db.sealing import Sealer
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts.sign_in_models import SigningKey

LIFE = timedelta(days=90)
"""After which a successor is made."""

AHEAD = timedelta(days=1)
"""How long a signing key is published before it signs and after it last did."""

OPENS_LATE = timedelta(days=7)
"""How long a key opens tokens when it is no longer published."""

_BITS = 2_048


class KeyUse(StrEnum):
    """What a key of ours is for. The values stand in the column `signing_key.use`, beside the `sig` of `keys`."""

    CLIENT = "client"
    ENCRYPTION = "enc"


async def signing_key(session: WriteSession, sealer: Sealer, at: datetime) -> RSAKey:
    """Return the key that says who we are.

    Args:
        session: A unit of work on the private tables; a key that is due is made in it.
        sealer: Opens private keys.
        at: Now.
    """
    rows = await _maintained(session, sealer, KeyUse.CLIENT, at)
    return _private(sealer, [row for row in rows if row.active_from <= at][-1])


async def opening_keys(session: WriteSession, sealer: Sealer, at: datetime) -> Sequence[RSAKey]:
    """Return the keys that open what providers have encrypted to us, the newest first."""
    rows = await _maintained(session, sealer, KeyUse.ENCRYPTION, at)
    return [_private(sealer, row) for row in reversed(rows)]


async def published(session: WriteSession, sealer: Sealer, at: datetime) -> Sequence[Mapping[str, Any]]:
    """Return the public keys that providers may see, as JWKs."""
    rows = [row for use in KeyUse for row in await _maintained(session, sealer, use, at)]
    return [row.public_key for row in rows if row.retired_at is None or row.retired_at > at]


async def _maintained(session: WriteSession, sealer: Sealer, use: KeyUse, at: datetime) -> Sequence[SigningKey]:
    """Return the keys of a kind, the oldest first, after making one that is due and deleting those that are not."""
    rows = await _rows(session, use, at)
    if rows and at - rows[-1].created_at < LIFE:
        return rows
    # One process makes it; the others wait here and find it. PostgreSQL lets go when the transaction ends.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"ilmio.provider-key:{use}", 0))))
    rows = await _rows(session, use, at)
    if rows and at - rows[-1].created_at < LIFE:
        return rows
    await session.execute(
        delete(SigningKey)
        .where(SigningKey.use == use, SigningKey.retired_at <= at - OPENS_LATE)
        .execution_options(synchronize_session=False)
    )
    new = await _new(sealer, use, at, is_first=not rows)
    for row in rows:
        row.retired_at = row.retired_at or (at if use is KeyUse.ENCRYPTION else new.active_from + AHEAD)
    session.add(new)
    await session.flush()
    return [*rows, new]


async def _rows(session: WriteSession, use: KeyUse, at: datetime) -> Sequence[SigningKey]:
    """Return the keys of a kind that are still of use, the oldest first."""
    found = await session.scalars(
        select(SigningKey)
        .where(
            SigningKey.use == use.value,
            or_(SigningKey.retired_at.is_(None), SigningKey.retired_at > at - OPENS_LATE),
        )
        .order_by(SigningKey.active_from)
    )
    return found.all()


async def _new(sealer: Sealer, use: KeyUse, at: datetime, *, is_first: bool) -> SigningKey:
    """Return a new key."""
    # Finding the primes takes a tenth of a second and more, during which others want to be answered.
    key = await asyncio.to_thread(RSAKey.generate_key, _BITS)
    kid = key.thumbprint()
    described = {"kid": kid, "use": "enc" if use is KeyUse.ENCRYPTION else "sig"}
    return SigningKey(
        kid=kid,
        use=use.value,
        algorithm="RSA-OAEP-256" if use is KeyUse.ENCRYPTION else "RS256",
        # No `alg`: which of the algorithms for RSA is used, the provider decides.
        public_key=key.as_dict(private=False) | described,
        sealed_private_key=sealer.seal(key.as_dict(private=True) | described),
        created_at=at,
        active_from=at if is_first or use is KeyUse.ENCRYPTION else at + AHEAD,
    )


def _private(sealer: Sealer, row: SigningKey) -> RSAKey:
    """Return a key that can sign and open."""
    return RSAKey.import_key(sealer.open(row.sealed_private_key))
