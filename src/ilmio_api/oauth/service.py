"""What everything in the authorization server shares.

Owns: the parts that the composition root puts in, one request's unit of work, the occasion of a request.
Does not own: the protocol (the other modules here), the tables (`domain.accounts`).

Authlib is synchronous but does no input or output of its own: each touch of the database is in a method that we
override. It runs inside `AsyncSession.run_sync`, so one request to this server is one transaction on the same engine.
"""

import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import Session
from sqlalchemy.util import await_only
from starlette.requests import Request

from ilmio_api.access.principals import ANONYMOUS, Principal
from ilmio_api.db.sealing import Sealer
from ilmio_api.db.session import WriteSession, accounts_work
from ilmio_api.domain.accounts.token_reuse import Letter
from ilmio_api.domain.occasion import Occasion

T = TypeVar("T")

ACTING = "oauth"
"""On whose behalf the units of work of this server act."""

_TRACE_ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class OAuth:
    """The authorization server of one process."""

    engine: AsyncEngine
    sealer: Sealer
    issuer: str
    """Address of the service without a slash at its end, from the settings and never from a request."""
    now: Callable[[], datetime]
    """The time, with a time zone."""
    entropy: Callable[[int], bytes]
    """Gives so many random bytes."""
    address_of: Callable[[Request], str]
    """Network address of the caller, empty when unknown; knows how many proxies to trust."""
    post: Callable[[Sequence[Letter]], None] | None = None
    """Sends mails, without being waited for; None when the operator has set no mail server."""

    def __post_init__(self) -> None:
        """Keep tokens out of the log: Authlib writes those that it issues at the level DEBUG."""
        logging.getLogger("authlib").setLevel(logging.INFO)

    def address(self, path: str) -> str:
        """Return the public address of a path of ours."""
        return f"{self.issuer}{path}"

    def occasion_of(self, request: Request) -> Occasion:
        """Return the occasion of a request of a program; who it is comes out when it proves it."""
        parts = request.headers.get("traceparent", "").split("-")
        # W3C Trace Context §3.2: version, trace id, parent id, flags.
        given = parts[1] if len(parts) >= 4 and len(parts[1]) == _TRACE_ID_LENGTH else ""  # noqa: PLR2004 - see above
        known = set(given) <= set("0123456789abcdef") and set(given) != {"0"}
        return Occasion(
            principal=ANONYMOUS,
            at=self.now(),
            trace_id=given if given and known else self.entropy(16).hex(),
            address=self.address_of(request),
            entropy=self.entropy,
        )


@dataclass(frozen=True, slots=True)
class Work:
    """One request's unit of work, as synchronous code sees it."""

    oauth: OAuth
    occasion: Occasion
    session: WriteSession
    letters: list[Letter] = field(default_factory=list)
    """Mails that are sent once all of this is kept."""

    @property
    def db(self) -> Session:
        """Return the session for code that runs inside `in_db`."""
        return self.session.sync_session

    @property
    def at(self) -> datetime:
        """Return the time of the request."""
        return self.occasion.at

    def as_principal(self, principal: Principal) -> Occasion:
        """Return the occasion of somebody who has proved who they are, for the audit log."""
        return replace(self.occasion, principal=principal)

    def wait(self, step: Coroutine[Any, Any, T]) -> T:
        """Return what an asynchronous command answers; only inside `in_db`."""
        return await_only(step)


async def in_db(oauth: OAuth, occasion: Occasion, step: Callable[[Work], T]) -> T:
    """Run a synchronous step in one transaction; what it wrote lasts unless it raises."""
    async with accounts_work(oauth.engine, ACTING) as session:
        work = Work(oauth, occasion, session)
        done = await session.run_sync(lambda _: step(work))
    if work.letters and oauth.post is not None:
        oauth.post(work.letters)
    return done
