"""Recovery codes: on paper, for the day on which the telephone is gone.

Owns: making ten of them, and that each works once.
Does not own: what else it takes to get in (`sign_in`).

A code is ten characters of Crockford's base 32, 50 random bits, shown once. The database knows it by a slow hash that
is salted with the account, because 50 bits are few for somebody who has stolen the table.

Source: look-up secrets, NIST SP 800-63B-4 §3.1.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, update

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import audit, slow_hashes
from ilmio_api.domain.accounts.sign_in_models import RecoveryCode
from ilmio_api.domain.accounts.vocabulary import AuditAction
from ilmio_api.domain.accounts.ways_in import own_account
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Refused

COUNT = 10
"""Codes that are made at once."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH, _BITS = 10, 5
_BYTES = 7
# Crockford: what looks alike is taken for the same, and the hyphen in the middle is for the eye only.
_MISREAD = str.maketrans("OIL", "011")


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """New codes, in the form `XXXXX-XXXXX`; those made before work no more."""

    codes: tuple[str, ...]


async def renew(session: WriteSession, occasion: Occasion) -> RecoveryCodes | Refused:
    """Replace the person's own recovery codes; needs a recent sign-in."""
    account = await own_account(session, occasion)
    if isinstance(account, Refused):
        return account
    codes = [_new_code(occasion.entropy(_BYTES)) for _ in range(COUNT)]
    digests = [await digest_of(account, code) for code in codes]
    await session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account))
    session.add_all(RecoveryCode(digest=digest, account_id=account) for digest in digests)
    await session.flush()
    await audit.record(
        session,
        occasion,
        AuditAction.CREDENTIAL_ADDED,
        organisation=None,
        target=account,
        after={"kind": "RECOVERY_CODES", "count": COUNT},
    )
    return RecoveryCodes(tuple(_readable(codes)))


async def use(session: WriteSession, account: str, digest: bytes, at: datetime) -> bool:
    """Return whether a code is one of the person's and was not used; if so, it is used now.

    Args:
        session: A unit of work on the private tables.
        account: The person.
        digest: Of the code, which is slow to make and so made before (`digest_of`).
        at: Now.
    """
    used = await session.scalar(
        update(RecoveryCode)
        .where(RecoveryCode.digest == digest, RecoveryCode.account_id == account, RecoveryCode.used_at.is_(None))
        .values(used_at=at)
        .returning(RecoveryCode.account_id)
        .execution_options(synchronize_session=False)
    )
    return used is not None


async def digest_of(account: str, code: str) -> bytes:
    """Return what the database knows of a code, as typed: case, spaces and hyphens do not matter."""
    typed = "".join(code[:100].upper().replace("-", "").split()).translate(_MISREAD)
    return await slow_hashes.recognisable(typed, sha256(f"ilmio: recovery code of {account}".encode()).digest()[:16])


def _new_code(entropy: bytes) -> str:
    """Return the code that is in seven random bytes."""
    number = int.from_bytes(entropy, "big")
    return "".join(_ALPHABET[number >> _BITS * place & 31] for place in range(_LENGTH))


def _readable(codes: Sequence[str]) -> Sequence[str]:
    """Return codes in two halves."""
    half = _LENGTH // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]
