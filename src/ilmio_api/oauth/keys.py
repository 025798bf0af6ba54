"""Keys that sign ID tokens.

Owns: making them, which one signs now, when each is published, rotation.
Does not own: keys that open what others encrypt (`oauth.provider_keys`), what is signed (`oauth.id_tokens`).

A key is published a day before it signs, so that those who keep the key set for a while know it in time; it signs for
90 days and is published for another two. Whoever needs a key makes the next one when it is due: no timer, no operator.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from joserfc.jwk import ECKey, KeySet, RSAKey
from sqlalchemy import select, text

from ilmio_api.domain.accounts.sign_in_models import SigningKey
from ilmio_api.domain.accounts.vocabulary import IdTokenAlgorithm
from ilmio_api.ids import new_id
from ilmio_api.oauth.service import Work

LIFE = timedelta(days=90)
"""For how long a key signs."""

AHEAD = timedelta(days=1)
"""For how long it is published before."""

_AFTER = timedelta(days=2)
_USE = "sig"
_RSA_BITS = 2048


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that signs now."""

    kid: str
    algorithm: str
    key: ECKey | RSAKey


def signer(work: Work, algorithm: IdTokenAlgorithm) -> Signer:
    """Return the key that signs now with an algorithm."""
    newest_first = [row for row in _kept(work) if row.algorithm == algorithm.value]
    # The first key may lie a moment ahead, where another process has made it whose clock is ahead of ours.
    row = next((row for row in newest_first if row.active_from <= work.at), newest_first[-1])
    private = work.oauth.sealer.open(row.sealed_private_key)
    key = ECKey.import_key(private) if algorithm is IdTokenAlgorithm.ES256 else RSAKey.import_key(private)
    return Signer(row.kid, row.algorithm, key)


def published(work: Work) -> dict[str, Any]:
    """Return the key set (RFC 7517 §5) for those who check our signatures."""
    return {
        "keys": [row.public_key for row in _kept(work) if row.retired_at is None or row.retired_at > work.at],
    }


def all_public(work: Work) -> KeySet:
    """Return every key that ever signed, for ID tokens that come back to us as hints."""
    return KeySet.import_key_set({"keys": [row.public_key for row in _kept(work)]})


def _kept(work: Work) -> list[SigningKey]:
    """Return all signing keys, after those that were due have been made."""
    rows = _rows(work)
    if not all(_is_served(work, rows, algorithm) for algorithm in IdTokenAlgorithm):
        # One at a time, also between processes; the rows are read again because another may have been quicker.
        work.db.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('ilmio.signing_key', 0))"))
        rows = _rows(work)
        for algorithm in IdTokenAlgorithm:
            if not _is_served(work, rows, algorithm):
                _make_next(work, rows, algorithm)
        rows = _rows(work)
    return rows


def _rows(work: Work) -> list[SigningKey]:
    """Return all signing keys, newest first."""
    found = work.db.scalars(
        select(SigningKey)
        .where(SigningKey.use == _USE)
        .order_by(SigningKey.active_from.desc(), SigningKey.kid)
        .execution_options(populate_existing=True)
    )
    return list(found)


def _is_served(work: Work, rows: list[SigningKey], algorithm: IdTokenAlgorithm) -> bool:
    """Return whether no new key is due for an algorithm."""
    newest = _newest(rows, algorithm)
    return newest is not None and work.at < newest.active_from + LIFE - AHEAD


def _newest(rows: list[SigningKey], algorithm: IdTokenAlgorithm) -> SigningKey | None:
    """Return the key of an algorithm that begins to sign last."""
    return next((row for row in rows if row.algorithm == algorithm.value), None)


def _make_next(work: Work, rows: list[SigningKey], algorithm: IdTokenAlgorithm) -> None:
    """Make the next key of an algorithm; the first one signs at once, because nobody has kept a key set yet."""
    before = _newest(rows, algorithm)
    active_from = max(before.active_from + LIFE, work.at + AHEAD) if before else work.at
    # In a thread: an RSA key takes a tenth of a second, in which other requests go on.
    key = work.wait(asyncio.to_thread(_new_key, algorithm))
    kid = new_id("key", at=work.at, entropy=work.oauth.entropy(10))
    public = key.as_dict(private=False) | {"kid": kid, "use": _USE, "alg": algorithm.value}
    work.db.add(
        SigningKey(
            kid=kid,
            use=_USE,
            algorithm=algorithm.value,
            public_key=public,
            sealed_private_key=work.oauth.sealer.seal(key.as_dict(private=True)),
            created_at=work.at,
            active_from=active_from,
        )
    )
    for row in rows:
        if row.algorithm == algorithm.value and row.retired_at is None:
            row.retired_at = active_from + _AFTER
    work.db.flush()


def _new_key(algorithm: IdTokenAlgorithm) -> ECKey | RSAKey:
    """Return a new key pair, of the system's own randomness."""
    match algorithm:
        case IdTokenAlgorithm.ES256:
            return ECKey.generate_key("P-256")
        case IdTokenAlgorithm.RS256:
            return RSAKey.generate_key(_RSA_BITS)
