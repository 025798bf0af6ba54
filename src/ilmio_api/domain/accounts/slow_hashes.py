"""Hashes that take their time, for secrets that people choose or copy by hand.

Owns: Argon2id and what it costs, and that a rush of sign-ins neither blocks the event loop nor fills the memory.
Does not own: what is hashed (`passwords`, `recovery_codes`). Random secrets of 256 bits need none of it
(`access.secrets`).

Source: RFC 9106; the cost is the least that OWASP's password storage cheat sheet advises, 19 MiB and two passes,
about 50 ms on one core.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import hash_secret_raw

_Result = TypeVar("_Result")

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)

# No more at once: each holds 19 MiB, and the library leaves the other threads of Python running.
_THREADS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="argon2")

NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$aWxtaW8tbm9ib2R5aGVyZQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""A hash that no text has, to be compared with where there is none, so that it takes as long."""


async def hashed(text: str, entropy: Callable[[int], bytes]) -> str:
    """Return the hash of a text, with its cost and 16 bytes of salt in it."""
    salt = entropy(16)
    return await _in_thread(lambda: _HASHER.hash(text, salt=salt))


async def verified(known: str, text: str) -> bool:
    """Return whether a text has a hash that `hashed` once gave."""

    def matches() -> bool:
        try:
            return _HASHER.verify(known, text)
        except (VerificationError, InvalidHashError):
            return False

    return await _in_thread(matches)


def is_outdated(known: str) -> bool:
    """Return whether a hash was made at another cost than today's."""
    return _HASHER.check_needs_rehash(known)


async def recognisable(text: str, salt: bytes) -> bytes:
    """Return 32 bytes by which a random code of 50 bits can be looked up, when its owner and so the salt is known.

    Cheaper than `hashed`: the code was not chosen by a person, and ten of them are made at once.
    """
    secret = text.encode()
    return await _in_thread(
        lambda: hash_secret_raw(secret, salt, time_cost=1, memory_cost=8_192, parallelism=1, hash_len=32, type=Type.ID)
    )


async def _in_thread(work: Callable[[], _Result]) -> _Result:
    """Return the result of work that is done beside the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, work)
