"""Secrets that the service gives out: tokens, keys, client secrets, links.

Owns: their form, their check sum, and the digest under which the database knows them.
Does not own: what they allow or how long they live (`domain.accounts`, `oauth`).

A secret is `ilm_`, two letters for its kind, `_`, 43 base-62 characters (256 random bits) and 6 characters of CRC-32.
The prefix lets scanners find leaked ones, the check sum lets us refuse rubbish without asking the database. Only a
SHA-256 digest is stored: of 256 random bits, nothing is gained by a slow one.
"""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM_LENGTH, _SUM_LENGTH = 43, 6
_PATTERN = re.compile(r"ilm_([a-z]{2})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})")


class SecretKind(StrEnum):
    """What a secret is for."""

    ACCESS_TOKEN = "at"  # noqa: S105 - the kind, not a secret
    REFRESH_TOKEN = "rt"  # noqa: S105 - the same
    CLIENT_SECRET = "cs"  # noqa: S105 - the same
    API_KEY = "ak"
    AUTHORISATION_CODE = "co"
    DEVICE_CODE = "dc"
    PUSHED_REQUEST = "pr"
    SESSION = "ss"
    INVITATION = "in"
    SETUP_LINK = "su"
    CHALLENGE = "ch"
    """A step of signing in that has begun, such as the state that goes to an identity provider."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A new secret. Its text is shown once and never stored."""

    text: str
    digest: bytes
    """SHA-256, 32 bytes."""

    @property
    def last_four(self) -> str:
        """Return the end of the text, by which its owner recognises it."""
        return self.text[-4:]


def new_secret(kind: SecretKind, entropy: Callable[[int], bytes]) -> Secret:
    """Return a secret made of 32 bytes of `entropy`."""
    random = _base62(int.from_bytes(entropy(32), "big"), _RANDOM_LENGTH)
    text = f"ilm_{kind.value}_{random}{_check_sum(kind.value, random)}"
    return Secret(text, _digest(text))


def digest_of(text: str, *kinds: SecretKind) -> bytes | None:
    """Return the digest of a secret of one of the kinds, or None when the text cannot be one."""
    match = _PATTERN.fullmatch(text)
    if match is None or match[1] not in {kind.value for kind in kinds}:
        return None
    return _digest(text) if _check_sum(match[1], match[2]) == match[3] else None


def kind_of(text: str) -> SecretKind | None:
    """Return the kind that a text claims to be, or None when it does not look like a secret of ours."""
    match = _PATTERN.fullmatch(text)
    return next((kind for kind in SecretKind if match and kind.value == match[1]), None)


def _check_sum(kind: str, random: str) -> str:
    """Return the CRC-32 of kind and random part as six characters."""
    return _base62(zlib.crc32(f"{kind}_{random}".encode()), _SUM_LENGTH)


def _digest(text: str) -> bytes:
    """Return what is stored of a secret."""
    return sha256(text.encode()).digest()


def _base62(number: int, length: int) -> str:
    """Return a number in base 62, filled with zeros."""
    digits = []
    for _ in range(length):
        number, rest = divmod(number, 62)
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))
