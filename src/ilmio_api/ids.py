"""Identifiers of records: TypeIDs such as `pilot_01k9zq3v5wf2rax6n0t8c4jd7e`.

Owns: the text form, its parsing and the two ways to make one (by time, by name).
Does not own: which prefix belongs to which table (`domain`) or the global `node` lookup (`schema`).

Source: TypeID specification 0.3, https://github.com/jetify-com/typeid; UUIDv7 is RFC 9562 §5.7.
"""

import re
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_SUFFIX_LENGTH = 26
_PATTERN = re.compile(r"([a-z](?:[a-z_]{0,61}[a-z])?)_([0-7][0-9a-hjkmnp-tv-z]{25})")
_NAMESPACE = uuid5(NAMESPACE_URL, "ilmio-api")


def new_id(prefix: str, *, at: datetime, entropy: bytes) -> str:
    """Return a TypeID that sorts by `at` (millisecond precision).

    Args:
        prefix: Lower-case kind of the record, such as "pilot".
        at: Time of creation, with a time zone.
        entropy: At least ten random bytes; 74 bits of them are used.
    """
    milliseconds = int(at.timestamp() * 1000)
    random = int.from_bytes(entropy[:10], "big")
    # RFC 9562 §5.7: 48 bits of time, version 7, 12 random bits, variant 10, 62 random bits.
    value = milliseconds << 80 | 7 << 76 | (random >> 62 & 0xFFF) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    return f"{prefix}_{_encoded(value)}"


def named_id(prefix: str, name: str) -> str:
    """Return the TypeID that always belongs to `name`: reference data keeps its ids when it is loaded again."""
    return f"{prefix}_{_encoded(uuid5(_NAMESPACE, f'{prefix}:{name}').int)}"


def prefix_of(typeid: str) -> str | None:
    """Return the kind of record that `typeid` names, or None if the text is not a TypeID."""
    match = _PATTERN.fullmatch(typeid)
    return match.group(1) if match else None


def uuid_of(typeid: str) -> UUID:
    """Return the UUID inside a TypeID.

    Raises:
        ValueError: `typeid` is not a TypeID.
    """
    match = _PATTERN.fullmatch(typeid)
    if match is None:
        message = f"{typeid!r} is not a TypeID"
        raise ValueError(message)
    value = 0
    for character in match.group(2):
        value = value << 5 | _ALPHABET.index(character)
    return UUID(int=value)


def _encoded(value: int) -> str:
    """Return 128 bits as 26 characters of Crockford's base32, most significant first."""
    return "".join(_ALPHABET[value >> 5 * place & 31] for place in reversed(range(_SUFFIX_LENGTH)))
