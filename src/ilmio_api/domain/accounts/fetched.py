"""What comes back when we ask somebody else's server.

Owns: an answer, and why there is none.
Does not own: asking (`outgoing`).
"""

from dataclasses import dataclass
from enum import StrEnum


class NotFetched(StrEnum):
    """Why there is no answer."""

    ADDRESS_REFUSED = "ADDRESS_REFUSED"
    """It is not an address that this service asks."""
    UNREACHABLE = "UNREACHABLE"
    """The host has no address, does not answer, or cannot prove that it is the host."""
    TOO_SLOW = "TOO_SLOW"
    """It took more than five seconds."""
    TOO_LARGE = "TOO_LARGE"
    """The answer is longer than 64 KiB."""


class NotFetchedError(Exception):
    """A request of ours has no answer that could be used."""

    def __init__(self, reason: NotFetched, host: str) -> None:
        """Say why, and of which host; not the whole address, which may hold a secret."""
        super().__init__(f"{reason} {host!r}")
        self.reason = reason
        self.host = host


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, whatever its status. A redirect is an answer too: it is not followed."""

    status: int
    body: bytes
    content_type: str = ""
    """Media type in lower case, without parameters."""
