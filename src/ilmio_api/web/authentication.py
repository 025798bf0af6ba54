"""Who asks: from the `Authorization` header to a principal.

Owns: which credentials the endpoint takes, and for how long a caller is believed without asking the database again.
Does not own: how credentials are made (`oauth`, `domain.accounts`), what they allow (`access`).

Source: RFC 6750 §2.1. Tokens in the address or in a form are not taken.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from cachetools import TTLCache
from sqlalchemy.ext.asyncio import AsyncEngine

from ilmio_api.access.secrets import SecretKind, digest_of, kind_of
from ilmio_api.db.session import accounts_work, outages_told
from ilmio_api.domain.accounts.principals import Caller, caller_of_key, caller_of_token, note_use
from ilmio_api.errors import ErrorCode, IlmioError

_BELIEVED_S = 0.5
"""A token that is revoked is dead within a second: this long, and the statement that asks."""
_CALLERS = 5_000


class UnauthenticatedError(IlmioError):
    """The credentials that came with the request are not valid."""

    code = ErrorCode.UNAUTHENTICATED


class Authentication(Protocol):
    """Finds the caller of a request that carries credentials."""

    async def caller(self, authorization: str, address: str) -> Caller:
        """Return the caller.

        Args:
            authorization: Value of the header.
            address: Where the request comes from; some credentials hold for some addresses only.

        Raises:
            UnauthenticatedError: The credentials are not valid, or not from there.
            UnavailableError: The database cannot be reached.
        """
        ...


@dataclass(slots=True)
class BearerTokens:
    """Takes access tokens and API keys."""

    engine: AsyncEngine
    now: Callable[[], datetime]
    monotonic: Callable[[], float] = time.monotonic
    """Seconds that pass, for how long a caller is believed."""
    _recent: TTLCache[tuple[bytes, str], Caller] = field(init=False)
    _noted: TTLCache[str, None] = field(default_factory=lambda: TTLCache(_CALLERS, 600))
    """Clients and keys whose use was noted a short while ago; the note is to the hour."""

    def __post_init__(self) -> None:
        """Begin with nobody."""
        self._recent = TTLCache(_CALLERS, _BELIEVED_S, self.monotonic)

    async def caller(self, authorization: str, address: str) -> Caller:
        """Return who comes with a token or key; rubbish is refused without asking the database."""
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        digest = digest_of(token, SecretKind.ACCESS_TOKEN, SecretKind.API_KEY) if scheme.lower() == "bearer" else None
        if digest is None:
            raise UnauthenticatedError
        known = self._recent.get((digest, address))
        if known is None:
            known = await self._asked(digest, address, is_key=kind_of(token) is SecretKind.API_KEY)
            self._recent[digest, address] = known
        return known

    async def _asked(self, digest: bytes, address: str, *, is_key: bool) -> Caller:
        """Return the caller that the database knows by a digest.

        Raises:
            UnauthenticatedError: It knows none.
            UnavailableError: It cannot be reached.
        """
        find = caller_of_key if is_key else caller_of_token
        at = self.now()
        with outages_told():
            async with accounts_work(self.engine, "authentication") as session:
                found = await find(session, digest, at=at, address=address)
                client = found.principal.client if found else None
                if client is not None and client not in self._noted:
                    await note_use(session, (client,), at)
                    self._noted[client] = None
        if found is None:
            raise UnauthenticatedError
        return found
