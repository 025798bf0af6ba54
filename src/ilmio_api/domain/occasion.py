"""Under which circumstances a command is carried out.

Owns: who, when, from where, and the source of randomness: what a command must not take from its surroundings.
Does not own: what the one who asks may do (`access.principals`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ilmio_api.access.principals import Principal
from ilmio_api.access.secrets import Secret, SecretKind, new_secret
from ilmio_api.ids import new_id

_RECENT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Occasion:
    """One request that changes something."""

    principal: Principal
    at: datetime
    """The time, with a time zone."""
    trace_id: str
    """Trace id of the request (W3C), 32 hexadecimal digits."""
    address: str
    """Network address of the caller; empty when there is none, as on the command line."""
    entropy: Callable[[int], bytes]
    """Gives so many random bytes."""
    authenticated_at: datetime | None = None
    """When the person last proved who they are; None when no person is there, as with a client in its own name."""

    def is_recent(self) -> bool:
        """Return whether the person proved who they are recently enough to change keys, roles or ways to sign in."""
        return self.authenticated_at is None or self.at - self.authenticated_at <= _RECENT

    def new_id(self, prefix: str) -> str:
        """Return a new TypeID."""
        return new_id(prefix, at=self.at, entropy=self.entropy(10))

    def new_secret(self, kind: SecretKind) -> Secret:
        """Return a new secret."""
        return new_secret(kind, self.entropy)
