"""Runs of the same statement that come together go to the database as one.

Owns: who goes with whom, how many go at once, and the statement for many sets of arguments.
Does not own: connections (`db.pool`), what a statement says (`compiler.emit`).

Sending a statement, starting and answering it costs as much as a small statement itself. Runs that come in the same
turn of the event loop, or while others are under way, share that cost: one statement takes all their arguments and
returns a row for each. Nobody waits for company: whoever finds the way free goes at once.

A statement sees one state of the database, and it is sent after all whom it serves have come. So what each is told is
as current as if it had asked alone. What fails together is run again for each alone, so that nobody suffers from the
arguments of others, and statements that take long do not go together at all.
"""

import asyncio
import re
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from ilmio_api.compiler.recent import Recent
from ilmio_api.compiler.statement import STATE

_LANES: Final = 128
_AT_ONCE: Final = 3
"""How many batches of a statement are under way at once: what one core of the database does is prepared meanwhile."""
_TRIFLE_S: Final = 0.000_15
"""About what a request costs this process. A statement that takes less keeps up with it in one batch at a time."""
_MOST: Final = 16
"""Most runs in a batch."""
_LATE_S: Final = 0.005
"""How long a batch may be under way before others overtake it: of a quick statement, too, some arguments take long."""
_MOST_AT_ONCE: Final = 6
"""Most batches of a statement under way, late ones included."""
_LONGEST_S: Final = 0.02
"""How long a batch may take, by what one run took lately."""
_SHORTEST_S: Final = 0.000_001
_MEMORY: Final = 0.95
"""What is left of a slow run after the next; a quick one grows by as much."""
_PARAMETER: Final = re.compile(r"(?<![\w$])\$(\d+)(?:::([A-Z]+)(\[])?)?")
"""A parameter as SQLAlchemy writes it, with its type. The dollar sign of a name has something before it."""

_Turn: TypeAlias = "asyncio.Future[Iterable[Any] | None]"


class Fetched(Protocol):
    """What a statement gave."""

    @property
    def rows(self) -> Sequence[Any]:
        """Return its rows."""

    @property
    def seconds(self) -> float:
        """Return how long the database took."""


class Source(Protocol):
    """Runs one statement. `db.pool.ReadPool` is one."""

    async def fetch(self, sql: str, args: Sequence[object], claims: str = "") -> Fetched:
        """Return what the statement gives, which may see what the claims name."""


class Batch(NamedTuple):
    """A statement for many sets of arguments."""

    sql: str
    """Takes an array for each parameter. Returns for each set its number, from 1, and the row of the statement."""
    lists: tuple[bool, ...]
    """Which parameters are arrays themselves. There are no arrays of arrays of different lengths in PostgreSQL, so an
    array in a set goes as text."""

    def arguments(self, sets: Sequence[Sequence[object]]) -> list[list[object]]:
        """Return the arguments for sets of arguments, in their order."""
        columns = zip(self.lists, zip(*sets, strict=True), strict=True)
        return [[_literal(each) for each in column] if is_list else list(column) for is_list, column in columns]


@lru_cache(maxsize=_LANES)
def batch_of(sql: str) -> Batch | None:
    """Return the statement for many sets of arguments, or None if it has no parameters, or one without a type."""
    types: dict[int, tuple[str, str]] = {}

    def column(found: re.Match[str]) -> str:
        number, type_, brackets = found.groups(default="")
        types[int(number)] = type_, brackets
        return f"set$.p{number}::{type_}{brackets}"

    row = _PARAMETER.sub(column, sql)
    if not types or not all(type_ for type_, _ in types.values()):
        return None
    parameters = [(number, *types[number]) for number in sorted(types)]
    arrays = ", ".join(f"${number}::{'VARCHAR' if brackets else type_}[]" for number, type_, brackets in parameters)
    names = ", ".join(f"p{number}" for number, *_ in parameters)
    # The state is the same for all sets; as a subquery it is found out once.
    row = row.replace(STATE, f"(SELECT {STATE})")
    # The statement has no FROM: each of its columns becomes a subquery that runs once for each set.
    text = (
        f"SELECT set$.number, row$.* FROM unnest({arrays}) WITH ORDINALITY AS set$({names}, number)"  # noqa: S608
        f" CROSS JOIN LATERAL ({row}) AS row$"
    )
    return Batch(text, tuple(bool(brackets) for *_, brackets in parameters))


def _literal(values: object) -> str | None:
    """Return an array as PostgreSQL reads it from text (PostgreSQL manual, 8.15.6); None for none."""
    return "{" + ",".join(map(_element, values)) + "}" if isinstance(values, list | tuple) else None


def _element(value: object) -> str:
    """Return an element of an array as text. Between quotes, only a quote and a backslash mean something else."""
    return "NULL" if value is None else '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Run(NamedTuple):
    """A run that has not been sent."""

    args: Sequence[object]
    turn: _Turn


@dataclass(slots=True)
class _Lane:
    """The runs of one statement."""

    sql: str
    under_way: int = 0
    """How many batches have been sent and not answered."""
    late: int = 0
    """How many of them hold up nobody any more."""
    takes_s: float | None = None
    """How long a run took lately, at the worst; None until one has come back."""
    quick_s: float = 0.0
    """How long a run took lately, at the best: of others, much may be the time until this process read the answer."""
    waiting: list[_Run] = field(default_factory=list)

    def took(self, seconds: float) -> None:
        """Note how long a run took. A slow one is remembered for a while: arguments can make all the difference."""
        if self.takes_s is None:
            self.takes_s = self.quick_s = seconds
        else:
            self.takes_s = max(seconds, self.takes_s * _MEMORY)
            self.quick_s = min(seconds, self.quick_s / _MEMORY)

    def together(self) -> int:
        """Return how many runs may go together."""
        if self.takes_s is None:
            return 1
        return max(1, min(_MOST, int(_LONGEST_S / max(self.takes_s, _SHORTEST_S))))

    def free(self) -> int:
        """Return how many more batches may be sent."""
        ways = 1 if self.quick_s < _TRIFLE_S else _AT_ONCE
        return min(ways + self.late, _MOST_AT_ONCE) - self.under_way


@dataclass(slots=True)
class Batches:
    """Runs statements, many at a time. A `Fetcher`."""

    source: Source
    late_s: float = _LATE_S
    """How long a batch holds up others."""
    _lanes: Recent[str, _Lane] = field(default_factory=lambda: Recent(_LANES))
    _tasks: "set[asyncio.Task[None]]" = field(default_factory=set)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    async def fetch_row(self, sql: str, args: Sequence[object], claims: str = "") -> Iterable[Any] | None:
        """Return the one row of a statement, as `Fetcher`.

        Raises:
            IlmioError: As the source.
        """
        lane = self._lanes.get(sql)
        if lane is None:
            lane = _Lane(sql)
            self._lanes.keep(sql, lane)
        # Claims hold for a transaction, so a statement has but those of one caller.
        if claims or lane.together() == 1 or batch_of(sql) is None:
            return await self._alone(lane, args, claims)
        run = _Run(args, self._loop.create_future())
        if not lane.waiting and lane.free() > 0:
            self._loop.call_soon(self._send, lane)
        lane.waiting.append(run)
        return await run.turn

    def _send(self, lane: _Lane) -> None:
        """Send those who have come, in equal parts, as far as the way is free."""
        while lane.waiting and (free := lane.free()) > 0:
            number = min(lane.together(), -(-len(lane.waiting) // free))
            company, lane.waiting = lane.waiting[:number], lane.waiting[number:]
            lane.under_way += 1
            self._begin(self._together(lane, company))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin what nobody waits for."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _together(self, lane: _Lane, company: Sequence[_Run]) -> None:
        """Run the statement for all of a company, and tell each its row."""
        batch = batch_of(lane.sql)
        with self._on_its_way(lane):
            try:
                if len(company) == 1 or batch is None:
                    await self._tell(lane, company[0])
                    return
                fetched = await self.source.fetch(batch.sql, batch.arguments([run.args for run in company]))
                lane.took(fetched.seconds / len(company))
                rows: dict[int, Iterable[Any]] = {row[0]: row[1:] for row in fetched.rows}
                for number, run in enumerate(company, 1):
                    if not run.turn.done():  # it is, when its task has been cancelled
                        run.turn.set_result(rows.get(number))
            except Exception:  # noqa: BLE001 - whatever it is, whom it concerns meets it again
                lane.took(_LONGEST_S)
                for run in company:
                    self._begin(self._tell(lane, run))

    @contextmanager
    def _on_its_way(self, lane: _Lane) -> Iterator[None]:
        """Let those who wait overtake a batch that is late, and send them when it has come back."""
        is_late = False

        def overtake() -> None:
            nonlocal is_late
            is_late = True
            lane.late += 1
            self._send(lane)

        timer = self._loop.call_later(self.late_s, overtake)
        try:
            yield
        finally:
            timer.cancel()
            lane.late -= is_late
            lane.under_way -= 1
            self._send(lane)

    async def _tell(self, lane: _Lane, run: _Run) -> None:
        """Run the statement for one alone, and tell it its row, or what went wrong."""
        if run.turn.done():
            return
        try:
            row = await self._alone(lane, run.args)
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            if not run.turn.done():
                run.turn.set_exception(error)
        else:
            if not run.turn.done():
                run.turn.set_result(row)

    async def _alone(self, lane: _Lane, args: Sequence[object], claims: str = "") -> Iterable[Any] | None:
        """Return the row for one set of arguments."""
        try:
            fetched = await self.source.fetch(lane.sql, args, claims)
        except Exception:
            lane.took(_LONGEST_S)
            raise
        lane.took(fetched.seconds)
        return fetched.rows[0] if fetched.rows else None
