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

_QUESTION = f"SELECT {STATE}"


@dataclass(slots=True)
class Freshness:
    """Asks for the current state. Requests that come while an answer is under way share the next one."""

    fetcher: Fetcher
    _waiting: "list[asyncio.Future[str]]" = field(default_factory=list)
    """Turns of those for whom nothing has been asked yet."""
    _asked_for: "list[asyncio.Future[str]]" = field(default_factory=list)
    """Turns of those who wait for the answer that is under way."""
    _asking: "asyncio.Task[str] | None" = None

    async def state(self) -> str:
        """Return a state that the database had after this call.

        Never joins a question that has already been sent: its answer could be older than a change that the caller has
        been told of.

        Raises:
            IlmioError: The database cannot be reached, or does not answer in time.
        """
        turn: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        if self._asking is None:
            self._begin()
        return await turn

    def _begin(self) -> None:
        """Ask for all who wait when the question is sent: whoever else comes before that is among them."""
        self._asking = asyncio.create_task(self._ask())
        self._asking.add_done_callback(self._tell)

    async def _ask(self) -> str:
        """Return the current state."""
        self._asked_for, self._waiting = self._waiting, []
        (state,) = await self.fetcher.fetch_row(_QUESTION, []) or ("",)
        return str(state)

    def _tell(self, answer: asyncio.Task[str]) -> None:
        """Tell the answer, or the failure, to those for whom it was asked; ask again if others have come."""
        for turn in self._asked_for:
            if turn.done():
                continue  # its task has been cancelled
            if answer.cancelled():
                turn.cancel()
            elif (error := answer.exception()) is not None:
                turn.set_exception(error)
            else:
                turn.set_result(answer.result())
        self._asking = None
        if self._waiting:
            self._begin()
