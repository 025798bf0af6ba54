"""What callers have spent, kept for several processes in Valkey or Redis.

Owns: speaking with the store, and going on without it.
Does not own: the arithmetic of the window (`web.allowances`), which is also that of the library's sliding windows.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from limits.aio.storage import RedisStorage
from limits.errors import StorageError

from ilmio_api.web.allowances import WINDOW_S, Spending

_LOG = logging.getLogger(__name__)
_TIMEOUT_S = 0.25
_PAUSE_S = 5.0


@dataclass(slots=True)
class Shared:
    """Keeps in a store what callers have spent. While the store does not answer, nothing is counted."""

    storage: RedisStorage
    limit: int
    now: Callable[[], float]
    """Seconds since 1970."""
    _asked_again_at: float = 0.0
    _failing: bool = False

    @classmethod
    def at(cls, url: str, limit: int, now: Callable[[], float]) -> "Shared":
        """Return the store at an address, `valkey://…` or `redis://…`; nothing is sent yet."""
        storage = RedisStorage(
            f"async+{url}",
            wrap_exceptions=True,
            implementation="valkey",
            key_prefix="ilmio",
            socket_timeout=_TIMEOUT_S,
            socket_connect_timeout=_TIMEOUT_S,
        )
        return cls(storage, limit, now)

    async def spend(self, caller: str, points: int) -> Spending | None:
        """Charge a caller if enough is left; None while the store fails."""
        now = self.now()
        if now < self._asked_again_at:
            return None
        try:
            granted = await self.storage.acquire_sliding_window_entry(caller, self.limit, WINDOW_S, points)
            previous, previous_s, current, current_s = await self.storage.get_sliding_window(caller, WINDOW_S)
        except StorageError as error:
            # Until then no request waits for a store that does not answer.
            self._asked_again_at = now + _PAUSE_S
            if not self._failing:
                _LOG.warning("The store of rate limits fails (%s); nothing is limited until it answers.", error)
            self._failing = True
            return None
        self._failing = False
        return Spending(granted, self.limit, previous, current, _elapsed_s(previous_s, current_s), now)

    async def close(self) -> None:
        """Hang up."""
        # The library has no way to do so; its client has.
        await cast("Any", self.storage.bridge).storage.aclose()


def _elapsed_s(previous_s: float, current_s: float) -> float:
    """Return how much of the current minute has passed, by how long the store will keep its counts.

    The count of a minute lives until the end of the next one; there may be none of the one or the other.
    """
    left_s = current_s - WINDOW_S if current_s > 0 else previous_s
    return min(max(WINDOW_S - left_s, 0.0), float(WINDOW_S)) if left_s > 0 else 0.0
