"""The tables that a run prints, and its figures as JSON.

Owns: their form, and the bars with what was measured against them.
Does not own: the measurements (`measure`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from bench.measure import Measurement, Results
from bench.peers import PEERS
from bench.scenarios import Scenario

_HEAD = """\
| server | requests/s (min–max) | Ilmiö ÷ it | p50 ms | p99 ms | CPU ms: server | CPU ms: database | MB |
|---|--:|--:|--:|--:|--:|--:|--:|"""
_OURS = "ilmio"
_MEMORY_BAR_MB = 150
_NO_QUERY_MS = 0.01


@dataclass(frozen=True, slots=True)
class Bar:
    """How many times as fast as another server Ilmiö API is meant to be."""

    scenario: str
    other: str
    least: float


BARS = (
    Bar("nested", "floor", 0.9),
    Bar("nested", "mercurius", 2.5),
    Bar("nested", "postgraphile", 3),
    Bar("nested", "strawberry", 20),
    Bar("one", "mercurius", 1.2),
    Bar("one", "postgraphile", 2),
    Bar("dashboard", "static", 0.8),
)
"""The bars of the design; those for growth are measured by growth.py."""


def tables(results: Results, scenarios: Sequence[Scenario]) -> Iterator[str]:
    """Yield a table for each scenario, then that of the bars."""
    for (scenario_name, name), reason in results.left_out.items():
        if not scenario_name:
            yield f"Left out: {name}: {reason}\n"
    for scenario in scenarios:
        yield f"### {scenario.name}: {scenario.title}\n"
        yield _table(results, scenario.name)
    yield "### The bars\n"
    others = f"{results.others_share:.0%}"
    yield f"Other processes, or the host of a virtual machine, took {others} of the CPU time meanwhile.\n"
    yield "\n".join(_bar_lines(results)) + "\n"


def figures(results: Results) -> dict[str, object]:
    """Return everything that was measured, for JSON."""
    return {
        "others_share": results.others_share,
        "measurements": [
            {"scenario": scenario, "server": server, "rounds": [asdict(one) for one in rounds]}
            for (scenario, server), rounds in results.measurements.items()
        ],
        "left_out": [
            {"scenario": scenario, "server": server, "reason": reason}
            for (scenario, server), reason in results.left_out.items()
        ],
    }


def _table(results: Results, scenario: str) -> str:
    """Return the table of a scenario."""
    ours = results.measurements.get((scenario, _OURS), [])
    lines = [_HEAD]
    notes: list[str] = []
    for peer in PEERS:
        rounds = results.measurements.get((scenario, peer.name))
        if rounds:
            lines.append(_line(peer.name, rounds, ours))
        reason = results.left_out.get((scenario, peer.name))
        # The static server is there for two scenarios only; that it lacks the others is no news.
        if reason and peer.name != "static":
            notes.append(f"{peer.name}: {reason}")
    return "\n".join(lines) + "\n" + (f"\nNot here – {'; '.join(notes)}.\n" if notes else "")


def _line(name: str, rounds: Sequence[Measurement], ours: Sequence[Measurement]) -> str:
    """Return the line of a server."""
    rates = [one.rate for one in rounds]
    ratios = _ratios(ours, rounds)
    return (
        f"| {name} | {_count(median(rates))} ({_count(min(rates))}–{_count(max(rates))})"
        f" | {f'{median(ratios):.2f}' if ratios and name != _OURS else '–'}"
        f" | {_short(median(one.p50_ms for one in rounds))} | {_short(median(one.p99_ms for one in rounds))}"
        f" | {_short(median(one.server_cpu_ms for one in rounds))}"
        f" | {_short(median(one.database_cpu_ms for one in rounds))}"
        f" | {max(one.memory_mb for one in rounds):.0f} |"
    )


def _bar_lines(results: Results) -> Iterator[str]:
    """Yield the lines of the table of bars."""
    yield "| what | bar | measured (min–max over the rounds) | |"
    yield "|---|--:|--:|---|"
    for bar in BARS:
        ours, theirs = (results.measurements.get((bar.scenario, name), []) for name in (_OURS, bar.other))
        ratios = _ratios(ours, theirs)
        what = f"{bar.scenario}: Ilmiö ÷ {bar.other}"
        if ratios:
            found = f"{median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"
            yield f"| {what} | ≥ {bar.least} | {found} | {_verdict(median(ratios) >= bar.least)} |"
        else:
            yield f"| {what} | ≥ {bar.least} | – | not measured |"
    revalidated = results.measurements.get(("revalidated", _OURS))
    what = f"revalidated: a 304 costs no query | < {_NO_QUERY_MS} ms"
    if revalidated:
        cpu_ms = median(one.database_cpu_ms for one in revalidated)
        found = f"{cpu_ms:.3f} ms of the database's CPU an answer"
        yield f"| {what} | {found} | {_verdict(cpu_ms < _NO_QUERY_MS)} |"
    else:
        yield f"| {what} | – | not measured |"
    memory = [one.memory_mb for (_, name), rounds in results.measurements.items() if name == _OURS for one in rounds]
    if memory:
        what = f"memory of the worker, the most in a round | ≤ {_MEMORY_BAR_MB} MB"
        yield f"| {what} | {max(memory):.0f} MB | {_verdict(max(memory) <= _MEMORY_BAR_MB)} |"


def _ratios(ours: Sequence[Measurement], theirs: Sequence[Measurement]) -> list[float]:
    """Return how many times as fast we were, round by round."""
    return [one.rate / other.rate for one, other in zip(ours, theirs, strict=False)]


def _verdict(met: bool) -> str:  # noqa: FBT001  # one value, its name says it
    return "met" if met else "**not met**"


def _count(value: float) -> str:
    """Return a rate without digits that mean nothing."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"  # noqa: PLR2004


def _short(value: float) -> str:
    """Return milliseconds with about two significant digits."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.3f}"  # noqa: PLR2004
