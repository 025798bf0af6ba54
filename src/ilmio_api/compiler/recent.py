"""Keeping what was used lately.

Owns: when something is forgotten.
Does not own: what is kept (`compiler.engine`, `web`).
"""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")


class Recent(Generic[KeyT, ValueT]):
    """Keeps values until about as much as a limit has been kept after they were last used.

    Two dictionaries, the young and the old: when the young are half of the limit, they become the old, and what was old
    is forgotten. Exact order of use would cost every look-up several microseconds; this costs one.
    """

    def __init__(self, limit: int, weigh: Callable[[ValueT], int] | None = None) -> None:
        """Keep the limit: a number of values or, with `weigh`, the most that all kept values weigh together."""
        self._half = limit // 2
        self._weigh = weigh
        self._weight = 0
        self._young: dict[KeyT, ValueT] = {}
        self._old: dict[KeyT, ValueT] = {}

    def get(self, key: KeyT) -> ValueT | None:
        """Return the value that is kept under a key, or None."""
        found = self._young.get(key)
        if found is None:
            found = self._old.pop(key, None)
            if found is not None:
                self.keep(key, found)
        return found

    def keep(self, key: KeyT, value: ValueT) -> None:
        """Keep a value, unless it alone is more than half of the limit."""
        weight = self._weigh(value) if self._weigh else 1
        if weight > self._half:
            return
        if self._weight + weight > self._half:
            self._old, self._young, self._weight = self._young, {}, 0
        # A value that takes the place of another counts beside it: too early is the right side to forget on.
        self._young[key] = value
        self._weight += weight
