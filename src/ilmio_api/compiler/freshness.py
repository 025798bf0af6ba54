"""Whether anything in the database has changed.

Owns: the state of the database as a short text, and asking for it once for many requests.
Does not own: what is kept under a state (`web.replies`).

Two statements that report the same state see the same rows: a snapshot names the transactions whose changes it sees. A
commit anywhere in the cluster changes it, so a state may differ although nothing that was read has changed, never the
other way round. True on a primary; a standby assigns no transaction ids of its own.
"""

import asyncio
from dataclasses import dataclass, field

from ilmio_api.compiler.pipeline import Fetcher
from ilmio_api.compiler.statement import STATE


@dataclass(slots=True)
class Freshness:
    """Asks for the current state. Requests that come while an answer is under way share the next one."""

    fetcher: Fetcher
    _running: asyncio.Task[str] | None = field(default=None)
    _next: asyncio.Task[str] | None = field(default=None)

    async def state(self) -> str:
        """Return a state that the database had after this call.

        Never joins a question that has already been sent: its answer could be older than a change that the caller has
        been told of.

        Raises:
            IlmioError: The database cannot be reached, or does not answer in time.
        """
        if self._next is None:
            self._next = asyncio.create_task(self._ask())
        # A caller that gives up must not take the answer away from the others.
        return await asyncio.shield(self._next)

    async def _ask(self) -> str:
        """Send the question when the one under way has been answered."""
        if self._running is not None:
            await asyncio.wait([self._running])
        self._running, self._next = self._next, None
        row = await self.fetcher.fetch_row(f"SELECT {STATE}", [])
        (state,) = row or ("",)
        return str(state)
