"""`make bench-memory`: how much memory one worker holds after an hour of mixed load.

Owns: the command line, the mixture, the table.
Does not own: the requests (`bench.dialects`), the server process (`bench.processes`).

The load is moderate, since caches fill by what is asked and not by how fast. Every question of the benchmark is mixed
with answers in all content codings, and something is committed every few seconds: answers are kept, and given up.
"""

import argparse
import asyncio
import itertools
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import uvloop
from bench import wire
from bench.database import Database, edit, prepared, running_server, samples_of
from bench.dialects import ILMIO, Material
from bench.load import LoadError
from bench.peers import PEERS, ilmio_command
from bench.processes import Server, finish, free_port, started
from bench.scenarios import Questions, questions_about

_PILOTS = 20_000
_DATABASE = "bench"
_BAR_MB = 150
_MIXTURE = ("one", "flat", "nested", "deep", "rows", "filter", "search", "cold", "dashboard")
_CODINGS = ("", "Accept-Encoding: gzip\r\n", "Accept-Encoding: gzip, br\r\n", "Accept-Encoding: gzip, br, zstd\r\n")
_LINES = 8
_EDIT_EVERY_S = 5.0
_OK = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """What the operating system says of the worker at one moment."""

    minutes: float
    """Since the load began."""
    answers: int
    """Given so far."""
    memory_mb: float
    """Resident memory."""


def main() -> int:
    """Load a worker, print a line every so often, and return 0, also when the bar is missed."""
    asked = _asked()
    with running_server(Path(asked.data_dir)) as server, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        database = runner.run(prepared(server, _DATABASE, _PILOTS))
        ask = questions_about(runner.run(samples_of(database)))
        port = free_port()
        command = ilmio_command(database, port)
        with started(command.arguments, command.folder, command.environment, port) as worker:
            print("| minutes | answers | MB |\n|--:|--:|--:|", flush=True)
            readings = runner.run(_loaded(worker, database, ask, asked))
    most = max(reading.memory_mb for reading in readings)
    verdict = "met" if most <= _BAR_MB else "**not met**"
    print(f"\nAt most {most:.0f} MB; the bar is {_BAR_MB} MB after an hour ({verdict}).")
    return 0


def _asked() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description="Measure the memory of a worker under mixed load.")
    parser.add_argument("--minutes", type=float, default=60, help="length of the load (default: 60)")
    parser.add_argument("--rate", type=float, default=200, help="requests a second (default: 200)")
    parser.add_argument("--every", type=float, default=1, help="minutes from one line to the next (default: 1)")
    parser.add_argument("--scenarios", nargs="+", choices=_MIXTURE, default=_MIXTURE, metavar="NAME")
    parser.add_argument("--data-dir", default=".ilmio-bench", help="where the database is (default: .ilmio-bench)")
    return parser.parse_args()


async def _loaded(worker: Server, database: Database, ask: Questions, asked: argparse.Namespace) -> Sequence[Reading]:
    """Return the readings of a load, the first before it and the last at its end."""
    (ilmio,) = (peer for peer in PEERS if peer.name == "ilmio")
    readings = [_told(Reading(0, 0, worker.memory_mb()))]
    requests = _mixed(Material(ask, await ilmio.cursors(worker.port, ask.samples)), asked.scenarios)
    lines = [_Line(worker.port, requests, _LINES / asked.rate) for _ in range(_LINES)]
    start = time.monotonic()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work) for work in (_edits(database), *(line.ask() for line in lines))]
        for number in range(math.ceil(asked.minutes / asked.every)):
            minutes = min((number + 1) * asked.every, asked.minutes)
            await asyncio.sleep(start + 60 * minutes - time.monotonic())
            readings.append(_told(Reading(minutes, sum(line.answers for line in lines), worker.memory_mb())))
        for task in tasks:
            task.cancel()
    return readings


@dataclass(slots=True)
class _Line:
    """A connection with one request under way at a time, evenly in time."""

    port: int
    requests: Iterator[bytes]
    pause_s: float
    """From one request to the next."""
    answers: int = 0

    async def ask(self) -> None:
        """Send requests until cancelled.

        Raises:
            LoadError: An answer is an error.
        """
        line = await wire.Line.open(self.port)
        try:
            due = time.monotonic()
            while True:
                # Who is late goes on at once, but does not make up for what it has missed.
                due = max(due + self.pause_s, time.monotonic())
                await asyncio.sleep(due - time.monotonic())
                status, _, body = await line.answer(next(self.requests))
                if status != _OK or body.startswith(b'{"errors"'):
                    raise LoadError(f"status {status}: {body[:400]!r}")
                self.answers += 1
        finally:
            await line.close()


async def _edits(database: Database) -> None:
    """Commit a change every few seconds until cancelled."""
    connection = await database.connect()
    try:
        while True:
            await edit(connection)
            await asyncio.sleep(_EDIT_EVERY_S)
    finally:
        await connection.close()


def _mixed(material: Material, scenarios: Sequence[str]) -> Iterator[bytes]:
    """Yield requests for ever: a random scenario each time, its variants one after the other, any content coding."""
    rng = random.Random(1)  # noqa: S311  # the same in every run
    worded = [(name, request) for name in scenarios if (request := ILMIO.request(name, material)) is not None]
    numbers = {name: itertools.count() for name in scenarios}
    while True:
        name, request = rng.choice(worded)
        number = next(numbers[name])
        # `cold` never repeats a document; the others begin again.
        first, _, rest = request(number if name == "cold" else number % material.ask.count(name)).partition(b"\r\n")
        yield first + b"\r\n" + rng.choice(_CODINGS).encode() + rest


def _told(reading: Reading) -> Reading:
    """Print a line of the table, and return its reading."""
    print(f"| {reading.minutes:.1f} | {reading.answers:,} | {reading.memory_mb:.1f} |", flush=True)
    return reading


if __name__ == "__main__":
    finish(main)
