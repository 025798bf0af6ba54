"""Finished answers, kept for as long as nothing has changed.

Owns: the cache of bodies, entity tags, one run for many equal requests.
Does not own: what an answer holds (`compiler.engine`), whether it is current (`compiler.freshness`).

A kept body is sent again only when the database reports, after the request has come in, the very state that the body
was read from. It is found by a digest of everything else that it depends on: document, operation, variables, rights,
language. So it can be neither stale nor another reader's.
"""

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple, TypeAlias

from ilmio_api.compiler.engine import Engine, Prepared
from ilmio_api.compiler.freshness import Freshness
from ilmio_api.compiler.pipeline import UNLIMITED
from ilmio_api.compiler.recent import Recent
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.i18n.languages import Language
from ilmio_api.web.allowances import Account
from ilmio_api.web.entity_tags import holds
from ilmio_api.web.heads import Response
from ilmio_api.web.outbound import body_of

_CACHE_BYTES = 4 * 1024 * 1024
_LARGEST_KEPT = 1024 * 1024
_WEIGHT_OF_ONE = 2 * 1024


@dataclass(slots=True)
class Reply:
    """A finished answer."""

    body: bytes
    state: str
    """State of the database that it was read from; empty when it does not depend on data."""
    partial: bool
    """Whether it has errors beside its data."""
    language: Language
    digest: bytes
    """Names what was asked; empty when no answer is the same again."""
    tag: str = field(default="", compare=False)
    """Its entity tag, filled when it is asked for."""
    encoded: dict[str, bytes] = field(default_factory=dict, compare=False)
    """The body in other content codings, filled when they are asked for."""
    sent: tuple[Hashable, Response] | None = field(default=None, compare=False)
    """What was sent last, but for the lines of one request, and what chose its form: most requests choose the same."""


class NotModified(NamedTuple):
    """The reader already has the current answer."""

    tag: str
    language: Language


_Flight: TypeAlias = "list[asyncio.Future[Reply | None]]"
"""The turns of those who wait for a run; one that fails gives None."""


@dataclass(slots=True)
class Replies:
    """Gives answers, from the cache where it may."""

    engine: Engine
    freshness: Freshness
    origin: str
    """Names the database: a state says nothing about another one, such as one that was made anew."""
    _kept: Recent[bytes, Reply] = field(default_factory=lambda: Recent(_CACHE_BYTES, _weight))
    _flights: dict[bytes, _Flight] = field(default_factory=dict)
    """Runs that others may wait for."""
    _newest: str = ""
    """The state that was reported last."""

    async def reply(
        self, prepared: Prepared, known_tags: str, clock: Stopwatch, account: Account
    ) -> Reply | NotModified:
        """Return the answer of a prepared operation.

        Args:
            prepared: The operation.
            known_tags: Value of `If-None-Match`; empty when the reader has nothing.
            clock: Measures the steps.
            account: Pays for the operation when it has to run.

        Raises:
            IlmioError: As `Engine.answer` and `Account.spend`.
        """
        if not prepared.compiled.repeatable:
            return await self._run(prepared, clock, account)
        found = await self._current(prepared, known_tags, clock)
        if found is not None:
            return found
        flight = self._flights.get(prepared.digest)
        if flight is not None:
            # Somebody has begun to run the same. What it reads may be older than this request, so it is checked again.
            await _landing(flight)
            found = await self._current(prepared, known_tags, clock)
            if found is not None:
                return found
            flight = self._flights.get(prepared.digest)
            if flight is not None:
                # This one began after the request had come in: whatever it reads is current for it.
                shared = await _landing(flight)
                if shared is not None:
                    return shared
        return await self._run_and_keep(prepared, clock, account)

    async def _current(self, prepared: Prepared, known_tags: str, clock: Stopwatch) -> Reply | NotModified | None:
        """Return the kept answer, or that the reader has it, if it is current."""
        kept = self._kept.get(prepared.digest)
        if kept is None and known_tags.strip() in {"", "*"}:
            return None  # "*" stands for any answer, and there may be none
        if kept is not None and kept.state != self._newest and not known_tags and prepared.compiled.reads:
            # States do not come back: since this one was read, another has been seen.
            return None
        state = ""
        if prepared.compiled.reads:
            with clock.step("state"):
                state = self._newest = await self.freshness.state()
        current = kept if kept is not None and kept.state == state else None
        if known_tags:
            tag = self._tag(prepared.digest, state) if current is None else self.tag(current)
            if known_tags == tag or holds(known_tags, tag):
                return NotModified(tag, prepared.reader.reading.language)
        return current

    async def _run(self, prepared: Prepared, clock: Stopwatch, account: Account) -> Reply:
        """Run the operation."""
        compiled, language = prepared.compiled, prepared.reader.reading.language
        if compiled.price:
            await account.spend(compiled.price)
        answer = await self.engine.answer(prepared, clock, UNLIMITED if compiled.repeatable else account.facts())
        digest = prepared.digest if compiled.repeatable else b""
        return Reply(body_of(answer, language), answer.state, bool(answer.errors), language, digest)

    async def _run_and_keep(self, prepared: Prepared, clock: Stopwatch, account: Account) -> Reply:
        """Run the operation and keep its answer."""
        flight: _Flight = []
        self._flights[prepared.digest] = flight
        reply: Reply | None = None
        try:
            reply = await self._run(prepared, clock, account)
            self._newest = reply.state or self._newest
            if len(reply.body) <= _LARGEST_KEPT:
                self._kept.keep(prepared.digest, reply)
        finally:
            for turn in flight:
                if not turn.done():  # it is, when its task has been cancelled
                    turn.set_result(reply)
            if self._flights.get(prepared.digest) is flight:
                del self._flights[prepared.digest]
        return reply

    def tag(self, reply: Reply) -> str:
        """Return the entity tag of an answer; empty when none is the same again."""
        if not reply.tag and reply.digest:
            reply.tag = self._tag(reply.digest, reply.state)
        return reply.tag

    def _tag(self, digest: bytes, state: str) -> str:
        """Return the entity tag of an answer from a state, weak because the same answer is also sent compressed."""
        return f'W/"{digest.hex()}.{_short(self.origin, state)}"'


def _landing(flight: _Flight) -> "asyncio.Future[Reply | None]":
    """Return the reply of a run, when it ends."""
    turn: asyncio.Future[Reply | None] = asyncio.get_running_loop().create_future()
    flight.append(turn)
    return turn


def _weight(reply: Reply) -> int:
    """Return the bytes that a kept answer is counted as, coded bodies included."""
    return _WEIGHT_OF_ONE + 2 * len(reply.body)


@lru_cache(maxsize=16)
def _short(origin: str, state: str) -> str:
    """Return a short name of a state of a database."""
    return blake2b(f"{origin} {state}".encode(), digest_size=8).hexdigest()
