"""How long the steps of a request took.

Owns: measuring and writing the `Server-Timing` header (W3C Server Timing).
Does not own: which steps there are.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Stopwatch:
    """Collects the duration of named steps, in seconds, by a clock that only moves forwards."""

    now: Callable[[], float]
    steps: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the time spent inside to the step."""
        start = self.now()
        try:
            yield
        finally:
            self.steps[name] = self.steps.get(name, 0.0) + self.now() - start

    def header(self) -> str:
        """Return the value of `Server-Timing`, durations in milliseconds."""
        return ", ".join(f"{name};dur={seconds * 1000:.2f}" for name, seconds in self.steps.items())
