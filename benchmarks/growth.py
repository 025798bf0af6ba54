"""`make bench-growth`: the same pages of Ilmiö API in worlds of 20 thousand, 200 thousand and 2 million pilots.

Owns: the command line, the pages, the table.
Does not own: the worlds and the server processes (`bench`).

One request is under way at a time: what is measured is a page, not a queue. Before each one something is committed, so
that no kept answer is current, and each asks for something else. The worlds take turns, so that whatever else uses the
machine slows all of them. All are asked for the same areas and statuses, those that fill a page in the smallest world:
of all areas, most would have a few pilots or none there and a whole page in a large world.
"""

import argparse
import asyncio
import itertools
import json
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import uvloop
from bench import wire
from bench.database import Database, Samples, edit, filters_of, prepared, running_server, samples_of
from bench.load import Load, LoadError
from bench.peers import ilmio_command
from bench.processes import finish, free_port, postgres_cpu_s, started

_SIZES = (20_000, 200_000)
_HUGE = 2_000_000
_BAR = 1.2
_PAGE_SIZE = 20
"""Pilots on a page, in all requests."""
_DEEP_PAGES = 200
_ROUNDS = 5
_SEARCHES = 200
_OK = 200

_FIELDS = "id slug title status stage"
_PAGE = (
    f"query($after: String) {{ pilots(first: {_PAGE_SIZE}, after: $after) {{ nodes {{ id title status"
    " areas { nodes { code name } } leadOrganisation { id name } phenomena { nodes { id name } } } } }"
)
_FILTERED = (
    f"query($area: String!, $status: InitiativeStatus!) {{ pilots(first: {_PAGE_SIZE},"
    f" filter: {{area: {{within: $area}}, status: [$status]}}) {{ nodes {{ {_FIELDS} }} }} }}"
)
_COUNTED = _FILTERED.replace("nodes", "totalCount nodes")
_SEARCH = (
    f"query($text: String!) {{ search(text: $text, first: {_PAGE_SIZE})"
    " { nodes { __typename ... on Pilot { id title } } } }"
)
_ONE = f"query($id: ID!) {{ pilot(by: {{id: $id}}) {{ {_FIELDS} }} }}"
_CURSOR = "query($id: ID!) { pilots(first: 1, filter: {ids: [$id]}) { pageInfo { endCursor } } }"


_WITHOUT_BAR = {"the same, with totalCount", "search by two words"}
"""Pages for which all that matches is read: to be counted, or to be ranked."""


@dataclass(slots=True)
class Page:
    """A page in one world: what to ask, and what was measured so far."""

    requests: Sequence[bytes]
    endless: Iterator[bytes]
    latencies_s: list[float] = field(default_factory=list)
    database_cpu_s: float = 0.0

    def percentile_ms(self, share: float) -> float:
        """Return the latency that this share of all answers, from 0 to 1, kept within."""
        return Load(0, sorted(self.latencies_s)).percentile_ms(share)

    def cpu_ms(self) -> float:
        """Return the CPU time of PostgreSQL for one answer, and for the change before it."""
        return 1000 * self.database_cpu_s / len(self.latencies_s)


@dataclass(frozen=True, slots=True)
class World:
    """A world of one size, with a server in front of it."""

    pilots: int
    size_mb: int
    database: Database
    port: int
    editor: "asyncpg.Connection[asyncpg.Record]"
    pages: dict[str, Page]
    """By the name of the page."""


def main() -> int:
    """Measure, print the table and return 0, also when the bar is missed."""
    asked = _asked()
    sizes = [*_SIZES, _HUGE] if asked.huge else _SIZES
    worlds = []
    with (
        running_server(Path(asked.data_dir)) as server,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ExitStack() as servers,
    ):
        databases = [runner.run(prepared(server, f"growth_{pilots}", pilots)) for pilots in sizes]
        filters = runner.run(filters_of(databases[0], _PAGE_SIZE))
        for pilots, database in zip(sizes, databases, strict=True):
            port = free_port()
            command = ilmio_command(database, port)
            servers.enter_context(started(command.arguments, command.folder, command.environment, port))
            worlds.append(runner.run(_world(database, pilots, port, filters)))
        runner.run(_measure(worlds, asked.seconds))
    for line in _lines(worlds):
        print(line)
    return 0


def _asked() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description="Measure the same pages in worlds of growing size.")
    parser.add_argument("--seconds", type=float, default=5, help="how long a page is asked for in a world (default: 5)")
    parser.add_argument("--huge", action="store_true", help="also 2 million pilots; loading them takes long")
    parser.add_argument("--data-dir", default=".ilmio-bench", help="where the databases are (default: .ilmio-bench)")
    return parser.parse_args()


async def _world(database: Database, pilots: int, port: int, filters: Sequence[tuple[str, str]]) -> World:
    """Return a world, ready to be measured; `filters` are the areas and statuses to ask for."""
    samples = await samples_of(database)
    line = await wire.Line.open(port)
    try:
        cursors = [await _cursor(line, pilot_id) for pilot_id in _deep(samples)]
    finally:
        await line.close()
    requests = _requests(samples, cursors, filters)
    pages = {name: Page(asked, itertools.cycle(asked)) for name, asked in requests.items()}
    return World(pilots, await database.size_mb(), database, port, await database.connect(), pages)


async def _measure(worlds: Sequence[World], seconds: float) -> None:
    """Ask every world for every page in turns, first once for each thing that is asked for."""
    rng = random.Random(1)  # noqa: S311  # the same in every run
    try:
        for name in worlds[0].pages:
            for world in worlds:
                await _warm_up(world, world.pages[name])
            for _ in range(_ROUNDS):
                for world in rng.sample(worlds, len(worlds)):
                    await _measure_page(world, world.pages[name], seconds / _ROUNDS)
    finally:
        for world in worlds:
            await world.editor.close()


async def _warm_up(world: World, page: Page) -> None:
    """Ask for everything once."""
    line = await wire.Line.open(world.port)
    try:
        for request in page.requests:
            await _latency_s(line, request)
    finally:
        await line.close()


async def _measure_page(world: World, page: Page, seconds: float) -> None:
    """Ask a world for a page, and keep what was measured."""
    # A new connection each time: while another world has its turn, the server would close an idle one.
    line = await wire.Line.open(world.port)
    try:
        before = postgres_cpu_s(world.database.socket_dir)
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            await edit(world.editor)
            page.latencies_s.append(await _latency_s(line, next(page.endless)))
        page.database_cpu_s += postgres_cpu_s(world.database.socket_dir) - before
    finally:
        await line.close()


async def _latency_s(line: wire.Line, request: bytes) -> float:
    """Return how long one answer takes.

    Raises:
        LoadError: It is an error.
    """
    start = time.perf_counter()
    status, _, body = await line.answer(request)
    taken = time.perf_counter() - start
    if status != _OK:
        raise LoadError(f"status {status}: {body[:400]!r}")
    return taken


def _deep(samples: Samples) -> Sequence[str]:
    """Return ids of pilots in the second half of the list."""
    ids = [pilot_id for _, pilot_id in samples.by_title]
    return random.Random(1).sample(ids[len(ids) // 2 :], _DEEP_PAGES)  # noqa: S311  # the same in every run


async def _cursor(line: wire.Line, pilot_id: str) -> str:
    """Return the cursor after a pilot in the list by title."""
    _, _, body = await line.answer(wire.post("/graphql", _CURSOR, {"id": pilot_id}))
    cursor: str = json.loads(body)["data"]["pilots"]["pageInfo"]["endCursor"]
    return cursor


def _requests(samples: Samples, cursors: Sequence[str], filters: Sequence[tuple[str, str]]) -> dict[str, list[bytes]]:
    """Return the requests for each page, in a fixed random order."""
    rng = random.Random(1)  # noqa: S311  # the same in every run
    filtered = [{"area": area, "status": status} for area, status in rng.sample(filters, len(filters))]
    ids = rng.sample([pilot_id for _, pilot_id in samples.by_title], min(5_000, len(samples.by_title)))
    return {
        "first page by title": [wire.post("/graphql", _PAGE)],
        "deep page by cursor": [wire.post("/graphql", _PAGE, {"after": cursor}) for cursor in cursors],
        "filtered by area and status": [wire.post("/graphql", _FILTERED, variables) for variables in filtered],
        "the same, with totalCount": [wire.post("/graphql", _COUNTED, variables) for variables in filtered],
        "search by two words": [
            wire.post("/graphql", _SEARCH, {"text": words}) for words in samples.searches[:_SEARCHES]
        ],
        "one object": [wire.post("/graphql", _ONE, {"id": pilot_id}) for pilot_id in ids],
    }


def _lines(worlds: Sequence[World]) -> Iterator[str]:
    """Yield the lines of the table and what was made of the bar."""
    first, last = worlds[0], worlds[-1]
    yield (
        "| page | "
        + " | ".join(f"{world.pilots:,} pilots, {world.size_mb:,} MB" for world in worlds)
        + " | p95 grows by |"
    )
    yield "|---|" + "--:|" * (len(worlds) + 1)
    for name in first.pages:
        pages = [world.pages[name] for world in worlds]
        cells = [f"{p.percentile_ms(0.5):.2f} / {p.percentile_ms(0.95):.2f} / {p.cpu_ms():.2f}" for p in pages]
        growth = pages[-1].percentile_ms(0.95) / pages[0].percentile_ms(0.95)
        verdict = "no bar" if name in _WITHOUT_BAR else "met" if growth <= _BAR else "**not met**"
        yield f"| {name} | {' | '.join(cells)} | {growth:.2f} × ({verdict}) |"
    yield ""
    yield (
        "p50 / p95 / CPU of PostgreSQL for one answer and the change before it, in ms; the bar is"
        f" {_BAR} × from {_SIZES[0]:,} to {_HUGE:,} pilots, here to {last.pilots:,}."
    )


if __name__ == "__main__":
    finish(main)
