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
    _asking: "asyncio.Task[None] | None" = None

    def state(self) -> "asyncio.Future[str]":
        """Return a state that the database had after this call, when it is known.

        Never joins a question that has already been sent: its answer could be older than a change that the caller has
        been told of.

        Raises:
            IlmioError: The database cannot be reached, or does not answer in time.
        """
        turn: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        return turn

    async def _ask(self) -> None:
        """Ask for all who wait, and again for those who have come meanwhile."""
        turns: list[asyncio.Future[str]] = []
        try:
            while self._waiting:
                turns, self._waiting = self._waiting, []
                try:
                    (state,) = await self.fetcher.fetch_row(_QUESTION, []) or ("",)
                except Exception as error:  # noqa: BLE001 - raised again where it is waited for
                    for turn in _open(turns):
                        turn.set_exception(error)
                else:
                    for turn in _open(turns):
                        turn.set_result(str(state))
        finally:
            self._asking = None
            for turn in (*turns, *self._waiting):
                turn.cancel()  # nobody is left, unless this task has been cancelled


def _open(turns: "list[asyncio.Future[str]]") -> "list[asyncio.Future[str]]":
    """Return those that somebody still waits for."""
    return [turn for turn in turns if not turn.done()]
