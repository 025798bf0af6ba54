"""How long the steps of a request took.

Owns: measuring and writing the `Server-Timing` header (W3C Server Timing).
Does not own: which steps there are.
"""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Stopwatch:
    """Collects the duration of named steps, in seconds, by a clock that only moves forwards.

    Steps follow each other; none begins within another. So the watch itself is what `with` enters, and timing a step
    costs well below a microsecond.
    """

    now: Callable[[], float]
    steps: dict[str, float] = field(default_factory=dict)
    _name: str = ""
    _began: float = 0.0

    def step(self, name: str) -> "Stopwatch":
        """Return what adds the time spent inside it to the step."""
        self._name = name
        return self

    def __enter__(self) -> None:
        """Begin the step."""
        self._began = self.now()

    def __exit__(self, *_: object) -> None:
        """End the step, also when it failed."""
        self.steps[self._name] = self.steps.get(self._name, 0.0) + self.now() - self._began

    def header(self) -> str:
        """Return the value of `Server-Timing`, durations in milliseconds."""
        value = ""
        for name, seconds in self.steps.items():
            value += f", {name};dur={seconds * 1000:.2f}"
        return value[2:]
