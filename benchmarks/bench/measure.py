"""Measure servers: first whether they answer the same, then how fast.

Owns: the comparison, the rounds, and what one measurement holds.
Does not own: the load (`load`), the processes (`processes`), the tables (`report`).
"""

import asyncio
import itertools
import os
import random
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bench import wire
from bench.canonical import AnswerError, canonical
from bench.database import Database, edit
from bench.dialects import Material, Request
from bench.load import LoadError, load
from bench.peers import Peer
from bench.processes import Server, machine_cpu_s, postgres_cpu_s
from bench.scenarios import Questions, Scenario

_COMPARED = 5
"""So many different requests of a scenario are compared."""

_WARM_UP_S = 0.25
_FIRST_PASS_S = 0.5
"""Length of the measurements that are thrown away when a round begins."""

_EDIT_EVERY_S = 0.5
_TRIES = 2


@dataclass(frozen=True, slots=True)
class Measurement:
    """One server, one scenario, one round."""

    rate: float
    """Answers a second."""
    p50_ms: float
    p99_ms: float
    server_cpu_ms: float
    """CPU time of the server for one answer."""
    database_cpu_ms: float
    """CPU time of PostgreSQL for one answer."""
    memory_mb: float
    """Resident memory of the server afterwards."""


@dataclass(slots=True)
class Contestant:
    """A server that runs, with what it is asked."""

    peer: Peer
    server: Server
    ask: Questions
    cursors: Sequence[str]
    _requests: dict[str, Iterator[bytes]] = field(default_factory=dict)

    async def request(self, scenario: Scenario) -> Request | None:
        """Return the requests of a scenario, or None when the server cannot do it."""
        tag = await self._tag() if scenario.status == 304 else None  # noqa: PLR2004
        return self.peer.dialect.request(scenario.name, Material(self.ask, self.cursors, tag))

    async def endless(self, scenario: Scenario) -> Iterator[bytes]:
        """Return the requests of a scenario one after the other, going on where they last stopped."""
        if scenario.status == 304 or scenario.name not in self._requests:  # noqa: PLR2004
            request = await self.request(scenario)
            if request is None:
                raise LoadError("the server cannot do this scenario")
            self._requests[scenario.name] = _all(request, scenario, self.ask)
        return self._requests[scenario.name]

    async def _tag(self) -> str | None:
        """Return the entity tag of the dashboard as it is now."""
        request = self.peer.dialect.request("dashboard", Material(self.ask, self.cursors))
        if request is None:
            return None
        _, headers, _ = await wire.answer(self.server.port, request(0))
        return headers.get("etag")


async def answers(contestant: Contestant, scenario: Scenario) -> list[Any] | None:
    """Return a server's answers to some requests in the common form, or None when it cannot do the scenario.

    Raises:
        AnswerError: An answer is an error.
    """
    request = await contestant.request(scenario)
    if request is None:
        return None
    found: list[Any] = []
    for variant in range(min(_COMPARED, contestant.ask.count(scenario.name))):
        status, _, body = await wire.answer(contestant.server.port, request(variant))
        if status != scenario.status:
            raise AnswerError(f"status {status}: {body[:400]!r}")
        found.append(canonical(body) if body else None)
    return found


async def measured(contestant: Contestant, scenario: Scenario, database: Database, *, seconds: float) -> Measurement:
    """Return one measurement, after a short warm-up.

    Raises:
        LoadError: The server answered with an error.
    """
    for attempt in itertools.count(1):
        requests = await contestant.endless(scenario)
        try:
            return await _once(contestant, scenario, database, requests, seconds)
        except LoadError:
            # PostgreSQL's own housekeeping may have committed something, and then a 304 would be wrong.
            if not scenario.repeated or attempt == _TRIES:
                raise
    raise AssertionError


async def _once(
    contestant: Contestant,
    scenario: Scenario,
    database: Database,
    requests: Iterator[bytes],
    seconds: float,
) -> Measurement:
    """Warm up and measure."""
    server = contestant.server
    await load(server.port, requests, seconds=_WARM_UP_S, status=scenario.status)
    async with _edited(database, often=not scenario.repeated):
        before = server.cpu_s(), postgres_cpu_s(database.socket_dir)
        done = await load(server.port, requests, seconds=seconds, status=scenario.status)
        after = server.cpu_s(), postgres_cpu_s(database.socket_dir)
    count = len(done.latencies_s)
    return Measurement(
        rate=done.rate,
        p50_ms=done.percentile_ms(0.5),
        p99_ms=done.percentile_ms(0.99),
        server_cpu_ms=1000 * (after[0] - before[0]) / count,
        database_cpu_ms=1000 * (after[1] - before[1]) / count,
        memory_mb=server.memory_mb(),
    )


@asynccontextmanager
async def _edited(database: Database, *, often: bool) -> AsyncIterator[None]:
    """Commit a change now and every half a second, so that nothing kept from earlier requests is current."""
    if not often:
        yield
        return
    connection = await database.connect()

    async def go_on() -> None:
        while True:
            await edit(connection)
            await asyncio.sleep(_EDIT_EVERY_S)

    task = asyncio.create_task(go_on())
    try:
        await asyncio.sleep(0.02)
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await connection.close()


def _all(request: Request, scenario: Scenario, ask: Questions) -> Iterator[bytes]:
    """Yield the requests of a scenario for ever."""
    if scenario.name == "cold":
        return map(request, itertools.count())
    return itertools.cycle([request(variant) for variant in range(ask.count(scenario.name))])


@dataclass(slots=True)
class Results:
    """What was measured, and who was left out of what."""

    measurements: dict[tuple[str, str], list[Measurement]] = field(default_factory=dict)
    """By scenario and server, one for each round."""
    left_out: dict[tuple[str, str], str] = field(default_factory=dict)
    """By scenario (empty: all) and server, why."""
    others_s: float = 0.0
    """CPU time that other processes took during the rounds."""
    available_s: float = 0.0
    """CPU time that all cores had to give meanwhile."""

    @property
    def others_share(self) -> float:
        """Return the share of the machine's CPU time, 0 to 1, that other processes took during the rounds."""
        return max(0.0, self.others_s) / self.available_s if self.available_s else 0.0


async def compare(contestants: Sequence[Contestant], scenarios: Sequence[Scenario], results: Results) -> None:
    """Ask everybody the same and note in `results` who cannot answer or answers otherwise than the first that can."""
    for scenario in scenarios:
        expected: list[Any] | None = None
        for contestant in contestants:
            key = (scenario.name, contestant.peer.name)
            try:
                found = await answers(contestant, scenario)
            except (AnswerError, OSError, ValueError) as error:
                results.left_out[key] = f"failed: {error}"
                continue
            if found is None:
                results.left_out[key] = "cannot do it"
            elif expected is None:
                expected = found
            elif found != expected:
                results.left_out[key] = f"unequal: {_difference(expected, found)}"


async def race(
    contestants: Sequence[Contestant],
    scenarios: Sequence[Scenario],
    database: Database,
    results: Results,
    *,
    seconds: float,
    tell: Callable[[str], None],
) -> None:
    """Run one round with servers that have just been started: measure everybody in every scenario, in a random order.

    A short pass through all scenarios comes first and is thrown away: servers that compile what runs often, as Node
    does, need more than the warm-up before each measurement.

    Args:
        contestants: Who is measured.
        scenarios: In what.
        database: What they read.
        results: Takes the measurements.
        seconds: The length of one measurement.
        tell: Called with the name of each scenario.
    """
    start, before = time.monotonic(), _cpu_s(contestants, database)
    await _pass(contestants, scenarios, database, results, _FIRST_PASS_S)
    for scenario in scenarios:
        tell(scenario.name)
        measurements = await _pass(contestants, [scenario], database, results, seconds)
        for key, measurement in measurements.items():
            results.measurements.setdefault(key, []).append(measurement)
    after = _cpu_s(contestants, database)
    results.others_s += after[0] - before[0] - (after[1] - before[1])
    results.available_s += (time.monotonic() - start) * (os.cpu_count() or 1)


async def _pass(
    contestants: Sequence[Contestant],
    scenarios: Sequence[Scenario],
    database: Database,
    results: Results,
    seconds: float,
) -> dict[tuple[str, str], Measurement]:
    """Return a measurement of each scenario and server, and note in `results` who failed."""
    rng = random.Random()  # noqa: S311  # an order, not a secret
    found: dict[tuple[str, str], Measurement] = {}
    for scenario in scenarios:
        able = [one for one in contestants if (scenario.name, one.peer.name) not in results.left_out]
        for contestant in rng.sample(able, len(able)):
            key = (scenario.name, contestant.peer.name)
            try:
                found[key] = await measured(contestant, scenario, database, seconds=seconds)
            except (LoadError, OSError) as error:
                results.left_out[key] = f"failed: {error}"
    return found


def _cpu_s(contestants: Sequence[Contestant], database: Database) -> tuple[float, float]:
    """Return the CPU time that the machine has used, and the part of it that is the measurement's."""
    ours = sum(one.server.cpu_s() for one in contestants) + postgres_cpu_s(database.socket_dir) + time.process_time()
    return machine_cpu_s(), ours


def _difference(expected: object, found: object) -> str:
    """Return the first place at which two texts differ."""
    one, other = str(expected), str(found)
    at = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    start = max(0, at - 60)
    return f"expected …{one[start : at + 60]}… but got …{other[start : at + 60]}…"
