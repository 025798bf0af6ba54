"""What each caller may spend: points in a sliding minute.

Owns: the arithmetic of the window, where it is kept, and what a caller is told of it.
Does not own: who the caller is (`web.callers`), what an operation costs (`compiler.cost`).

Time is cut into minutes. What was spent in the minute before counts by the part of it that lies within the last sixty
seconds, as if it had been spent evenly; so there is no moment at which everybody starts anew.

Source: RateLimit header fields for HTTP, draft-ietf-httpapi-ratelimit-headers-11.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple, Protocol, cast

from ilmio_api.compiler.pipeline import UNLIMITED, Facts
from ilmio_api.errors import ErrorCode, IlmioError, TooComplexError

WINDOW_S = 60
"""Length of the window."""


class RateLimitedError(IlmioError):
    """The caller has too few points left; facts `cost`, `remaining`, `seconds` until it has enough."""

    code = ErrorCode.RATE_LIMITED


class Spending(NamedTuple):
    """Where a caller stands after a charge that was granted, or refused and not made."""

    granted: bool
    limit: int
    """Points that may be spent in a window."""
    previous: int
    """Points spent in the minute before the current one."""
    current: int
    """Points spent in the current minute."""
    elapsed_s: float
    """Seconds of the current minute that have passed."""
    at: float
    """When the charge was made or refused, in seconds since 1970."""

    @property
    def used(self) -> int:
        """Return the points that count as spent."""
        return min(self.limit, used_points(self.previous, self.current, self.elapsed_s))

    @property
    def reset_s(self) -> int:
        """Return the seconds until all points are back, if none are spent until then."""
        if self.current:
            return math.ceil(2 * WINDOW_S - self.elapsed_s)
        return math.ceil(WINDOW_S - self.elapsed_s) if self.previous else 0

    def wait_s(self, points: int) -> int:
        """Return the seconds, 1 or more, until so many points are left; they are no more than the limit."""
        others = self.limit - points
        if self.current <= others:
            # Enough of the minute before has to slide out of the window.
            wait = WINDOW_S * (1 - (others - self.current) / max(self.previous, 1)) - self.elapsed_s
        else:
            wait = WINDOW_S * (2 - others / self.current) - self.elapsed_s
        return max(1, math.ceil(wait))


def used_points(previous: int, current: int, elapsed_s: float) -> int:
    """Return the points that count as spent in the last sixty seconds."""
    return int(previous * (1 - elapsed_s / WINDOW_S) + current)


class Store(Protocol):
    """Keeps what callers have spent."""

    async def spend(self, caller: str, points: int) -> Spending | None:
        """Charge a caller, or refuse to; None when nothing is counted."""


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Keeps nothing: everybody may spend any number of points."""

    async def spend(self, caller: str, points: int) -> Spending | None:
        """Grant everything."""
        del caller, points
        return None


@dataclass(slots=True)
class InProcess:
    """Keeps in this process what callers have spent.

    Not the memory of the library `limits`: that one walks through all callers for every charge (1 ms with 10 000), and
    reads the clock itself. This one takes a microsecond or two and forgets everybody who has all points back.
    """

    limit: int
    now: Callable[[], float]
    """Seconds since 1970."""
    _minute: int = 0
    _previous: dict[str, int] = field(default_factory=dict)
    _current: dict[str, int] = field(default_factory=dict)

    async def spend(self, caller: str, points: int) -> Spending | None:
        """Charge a caller if enough is left."""
        now = self.now()
        minute = int(now // WINDOW_S)
        if minute != self._minute:
            self._previous = self._current if minute == self._minute + 1 else {}
            self._current = {}
            self._minute = minute
        elapsed_s = now - minute * WINDOW_S
        previous, current = self._previous.get(caller, 0), self._current.get(caller, 0)
        granted = used_points(previous, current, elapsed_s) + points <= self.limit
        if granted:
            current = self._current[caller] = current + points
        return Spending(granted, self.limit, previous, current, elapsed_s, now)


@dataclass(slots=True)
class Account:
    """What one caller may spend, for the length of one request."""

    store: Store
    caller: str
    spending: Spending | None = None
    """Where the caller stands; None before the first charge, and when nothing is counted."""
    charged: int = 0
    """Points that the request has been charged."""
    wait_s: int = 0
    """Seconds to wait after a refusal."""

    async def spend(self, points: int) -> None:
        """Charge the caller.

        Raises:
            RateLimitedError: Too few points are left at the moment.
            TooComplexError: The caller never has so many points.
        """
        # The caller knows the price of the whole request, a part of which may have been charged already.
        whole = self.charged + points
        spending = self.spending = await self.store.spend(self.caller, points)
        if spending is None or spending.granted:
            self.charged = whole
            return
        if whole > spending.limit:
            raise TooComplexError(limit="points per minute", given=whole, maximum=spending.limit)
        self.wait_s = spending.wait_s(points)
        raise RateLimitedError(cost=whole, remaining=spending.limit - spending.used, seconds=self.wait_s)

    async def spend_at_most(self, points: int) -> None:
        """Charge the caller, or all points that a caller ever has when those are fewer.

        Raises:
            RateLimitedError: Too few points are left at the moment.
        """
        try:
            await self.spend(points)
        except TooComplexError as error:
            await self.spend(cast("int", error.facts["maximum"]))

    def facts(self) -> Facts:
        """Return where the caller stands, by the names of the fields of `RateLimit`."""
        spending = self.spending
        if spending is None:
            return UNLIMITED
        reset_at = datetime.fromtimestamp(spending.at + spending.reset_s, UTC) if spending.reset_s else None
        return {
            "limit": spending.limit,
            "remaining": spending.limit - spending.used,
            "used": spending.used,
            "resetAt": f"{reset_at:%Y-%m-%dT%H:%M:%S}.000Z" if reset_at else None,
        }

    def lines(self) -> str:
        """Return the header lines that tell where the caller stands; none when nothing is counted."""
        spending = self.spending
        if spending is None:
            return ""
        left = spending.limit - spending.used
        return (
            f'ratelimit-policy: "points";q={spending.limit};w={WINDOW_S}\r\n'
            f'ratelimit: "points";r={left};t={spending.reset_s}\r\n'
        )
