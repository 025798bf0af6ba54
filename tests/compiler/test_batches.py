"""Runs of a statement that come together are one statement, and nobody can tell from the answers."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, NamedTuple

import asyncpg
import pytest

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.compiler.batches import Batches, batch_of
from ilmio_api.compiler.engine import Engine, Request
from ilmio_api.compiler.pipeline import Answer, Reader
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.db.pool import ReadPool
from ilmio_api.errors import UnavailableError
from ilmio_api.i18n.languages import Reading
from ilmio_api.schema.query import CATALOGUE

ECHO = "SELECT convert_to(concat($1::INTEGER), 'UTF8') AS r0"
QUOTIENT = "SELECT convert_to(concat(12 / $1::INTEGER), 'UTF8') AS r0"


class Rows(NamedTuple):
    """What a statement gave."""

    rows: Sequence[Any]
    seconds: float


@dataclass
class Slow:
    """A source whose answers wait until they are let go; each row is the argument itself."""

    seconds: float
    """What it says that an answer took."""
    sent: list[tuple[str, Sequence[Any]]] = field(default_factory=list)
    gates: list[asyncio.Future[None]] = field(default_factory=list)

    async def fetch(self, sql: str, args: Sequence[Any], claims: str = "") -> Rows:
        """Return a row for each argument."""
        del claims
        self.sent.append((sql, args))
        gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.gates.append(gate)
        await gate
        many = isinstance(args[0], list)
        rows = list(enumerate(args[0], 1)) if many else [(args[0],)]
        return Rows(rows, self.seconds * len(rows))

    def let_go(self, number: int) -> None:
        """Let the answer to the statement with this number go, from 0."""
        self.gates[number].set_result(None)


@dataclass
class Quick:
    """The pool on a machine on which every run takes a millisecond."""

    pool: ReadPool

    async def fetch(self, sql: str, args: Sequence[Any], claims: str = "") -> Rows:
        """Return the rows of the pool."""
        fetched = await self.pool.fetch(sql, args, claims)
        return Rows(fetched.rows, 0.001 * len(fetched.rows))


async def settled() -> None:
    """Return when whatever can go on without an answer has gone on."""
    for _ in range(10):
        await asyncio.sleep(0)


async def known(source: Slow) -> Batches:
    """Return batches for which the echo has run once, and in which nobody overtakes."""
    batches = Batches(source, late_s=60)
    first = asyncio.create_task(batches.fetch_row(ECHO, [0]))
    await settled()
    source.let_go(0)
    await first
    source.sent.clear()
    source.gates.clear()
    return batches


def arguments(source: Slow) -> list[Sequence[Any]]:
    """Return the arguments of each statement that was sent."""
    return [args[0] if isinstance(args[0], list) else args for _, args in source.sent]


@pytest.fixture
async def batches(read_pool: ReadPool) -> Batches:
    """Provide batches on the demo world."""
    return Batches(Quick(read_pool))


def test_a_batch_takes_an_array_for_each_parameter_and_numbers_its_rows() -> None:
    batch = batch_of(
        "SELECT x$1.a, $2::INTEGER, $1::VARCHAR FROM t AS x$1 WHERE b = ANY ($3::VARCHAR[]) OR c = $1::VARCHAR"
    )

    assert batch is not None
    assert batch.sql == (
        "SELECT set$.number, row$.* FROM unnest($1::VARCHAR[], $2::INTEGER[], $3::VARCHAR[])"
        " WITH ORDINALITY AS set$(p1, p2, p3, number) CROSS JOIN LATERAL ("
        "SELECT x$1.a, set$.p2::INTEGER, set$.p1::VARCHAR FROM t AS x$1"
        " WHERE b = ANY (set$.p3::VARCHAR[]) OR c = set$.p1::VARCHAR) AS row$"
    )
    assert batch.arguments([["a", 1, ["b", None, 'c"\\']], [None, 2, []], ["d", 3, None]]) == [
        ["a", None, "d"],
        [1, 2, 3],
        ['{"b",NULL,"c\\"\\\\"}', "{}", None],
    ]


@pytest.mark.parametrize("sql", ["SELECT 1", "SELECT x$1.a FROM t AS x$1", "SELECT $1", "SELECT $1::INTEGER, $2"])
def test_a_statement_without_parameters_or_with_one_of_no_known_type_has_no_batch(sql: str) -> None:
    assert batch_of(sql) is None


@pytest.mark.parametrize(
    "values",
    [[], ["a"], ["a,b", "{}", "NULL", "null", ""], ['"', "\\", "\\\"'", "ä€𝄞"], [None, "a", None], [" a ", "\t\n"]],
)
async def test_arrays_arrive_as_they_are(read_pool: ReadPool, values: list[str | None]) -> None:
    batch = batch_of("SELECT $1::VARCHAR[] AS r0")

    assert batch is not None
    fetched = await read_pool.fetch(batch.sql, batch.arguments([[values], [None], [["other"]]]))
    assert [tuple(row) for row in fetched.rows] == [(1, values), (2, None), (3, ["other"])]


@pytest.mark.parametrize(
    ("type_", "values"), [("INTEGER", [1, None, -7]), ("BOOLEAN", [True, False]), ("FLOAT", [0.1, 1e300])]
)
async def test_arrays_of_other_types_arrive_too(read_pool: ReadPool, type_: str, values: list[object]) -> None:
    batch = batch_of(f"SELECT $1::{type_}[] AS r0")

    assert batch is not None
    assert tuple((await read_pool.fetch(batch.sql, batch.arguments([[values]]))).rows[0]) == (1, values)


async def test_the_first_run_of_a_statement_goes_alone_until_it_is_known_to_be_quick() -> None:
    source = Slow(0.000_01)
    batches = Batches(source)
    runs = [asyncio.create_task(batches.fetch_row(ECHO, [number])) for number in range(3)]
    await settled()

    assert source.sent == [(ECHO, [0]), (ECHO, [1]), (ECHO, [2])]
    for number in range(3):
        source.let_go(number)
    assert await asyncio.gather(*runs) == [(0,), (1,), (2,)]


async def test_a_lone_run_is_the_statement_itself() -> None:
    source = Slow(0.000_01)
    batches = await known(source)
    run = asyncio.create_task(batches.fetch_row(ECHO, [5]))
    await settled()
    source.let_go(0)

    assert await run == (5,)
    assert source.sent == [(ECHO, [5])]


async def test_trifles_go_in_one_batch_at_a_time() -> None:
    source = Slow(0.000_01)
    batches = await known(source)
    runs = [asyncio.create_task(batches.fetch_row(ECHO, [number])) for number in range(20)]
    await settled()
    assert arguments(source) == [list(range(16))]
    source.let_go(0)
    await settled()
    assert arguments(source) == [list(range(16)), list(range(16, 20))]
    source.let_go(1)

    assert await asyncio.gather(*runs) == [(number,) for number in range(20)]


async def test_what_takes_longer_is_spread_over_three_batches() -> None:
    source = Slow(0.001)
    batches = await known(source)
    runs = [asyncio.create_task(batches.fetch_row(ECHO, [number])) for number in range(8)]
    await settled()
    assert arguments(source) == [[0, 1, 2], [3, 4, 5], [6, 7]]
    for number in (2, 0, 1):
        source.let_go(number)

    assert await asyncio.gather(*runs) == [(number,) for number in range(8)]


@pytest.mark.parametrize(("seconds", "together"), [(0.004, 5), (0.009, 2)])
async def test_a_batch_does_not_take_long(seconds: float, together: int) -> None:
    source = Slow(seconds)
    batches = await known(source)
    runs = [asyncio.create_task(batches.fetch_row(ECHO, [number])) for number in range(30)]
    await settled()

    assert [len(args) for args in arguments(source)] == [together] * 3
    for number in range(-(-30 // together)):
        source.let_go(number)
        await settled()
    assert await asyncio.gather(*runs) == [(number,) for number in range(30)]


async def test_slow_statements_do_not_go_together() -> None:
    source = Slow(0.5)
    batches = await known(source)
    runs = [asyncio.create_task(batches.fetch_row(ECHO, [number])) for number in range(5)]
    await settled()

    assert source.sent == [(ECHO, [number]) for number in range(5)]
    for number in range(5):
        source.let_go(number)
    await asyncio.gather(*runs)


async def test_a_statement_that_was_slow_once_goes_alone_for_a_while() -> None:
    """Some arguments take long, and whoever goes with them waits for them."""
    source = Slow(0.5)
    batches = await known(source)
    source.seconds = 0.000_2

    async def sent_for_six() -> int:
        """Return how many statements six runs take that come together."""
        before = len(source.sent)
        runs = [asyncio.create_task(batches.fetch_row(ECHO, [number])) for number in range(6)]
        await settled()
        sent = len(source.sent) - before
        for gate in source.gates[before:]:
            gate.set_result(None)
        await asyncio.gather(*runs)
        return sent

    assert [await sent_for_six() for _ in range(13)] == [6] * 13
    assert await sent_for_six() == 3  # 0.5 s × 0.95 ^ 78 = 0.009 s


async def test_whoever_comes_while_a_batch_is_under_way_goes_with_the_next() -> None:
    """What it is told is read after it has asked."""
    source = Slow(0.000_01)
    batches = await known(source)
    first = asyncio.create_task(batches.fetch_row(ECHO, [1]))
    await settled()
    second = asyncio.create_task(batches.fetch_row(ECHO, [2]))
    await settled()
    assert arguments(source) == [[1]]
    source.let_go(0)
    await settled()
    assert arguments(source) == [[1], [2]]
    source.let_go(1)

    assert [await first, await second] == [(1,), (2,)]


async def test_a_trifle_goes_in_one_batch_at_a_time_although_an_answer_was_read_late() -> None:
    """A busy process reads answers late; small batches would keep it busy."""
    source = Slow(0.000_01)
    batches = await known(source)
    source.seconds = 0.001
    late = asyncio.create_task(batches.fetch_row(ECHO, [0]))
    await settled()
    source.let_go(0)
    await late
    runs = [asyncio.create_task(batches.fetch_row(ECHO, [number])) for number in range(1, 9)]
    await settled()

    assert arguments(source) == [[0], list(range(1, 9))]
    source.let_go(1)
    assert await asyncio.gather(*runs) == [(number,) for number in range(1, 9)]


async def test_a_batch_that_is_late_is_overtaken() -> None:
    """Of a statement that is quick as a rule, some arguments take long."""
    source = Slow(0.000_01)
    batches = await known(source)
    batches.late_s = 0
    runs = []
    for number in range(8):
        runs.append(asyncio.create_task(batches.fetch_row(ECHO, [number])))
        await settled()
    assert arguments(source) == [[number] for number in range(6)]  # the last two wait all the same
    source.let_go(3)
    await settled()
    assert arguments(source)[6:] == [[6, 7]]
    for number in (0, 1, 2, 4, 5, 6):
        source.let_go(number)

    assert await asyncio.gather(*runs) == [(number,) for number in range(8)]


async def test_claims_go_alone(read_pool: ReadPool, query_count: Callable[[], int]) -> None:
    batches = Batches(Quick(read_pool))
    told = "SELECT concat(current_setting('ilmio.claims', true), $1::VARCHAR) AS r0"
    await batches.fetch_row(told, [""])
    found = await asyncio.gather(*(batches.fetch_row(told, [name], f'{{"account": "{name}"}}') for name in "abcdefg"))

    assert [tuple(row or ()) for row in found] == [(f'{{"account": "{name}"}}{name}',) for name in "abcdefg"]
    assert query_count() == 1 + 7  # three would be enough for seven that go together


async def test_a_failure_is_of_those_only_whom_it_concerns(batches: Batches) -> None:
    await batches.fetch_row(QUOTIENT, [1])
    results = await asyncio.gather(
        *(batches.fetch_row(QUOTIENT, [number]) for number in (1, 2, 3, 0, 4, 6, 12)), return_exceptions=True
    )

    assert isinstance(results.pop(3), asyncpg.DivisionByZeroError)
    assert [tuple(row) for row in results] == [(b"12",), (b"6",), (b"4",), (b"3",), (b"2",), (b"1",)]  # type: ignore[arg-type]


async def test_a_value_that_does_not_fit_is_the_failure_of_one(batches: Batches) -> None:
    await batches.fetch_row(ECHO, [1])
    results = await asyncio.gather(
        *(batches.fetch_row(ECHO, [number]) for number in (3, 2**40, 4, 5)), return_exceptions=True
    )

    assert isinstance(results.pop(1), asyncpg.DataError)
    assert [tuple(row) for row in results] == [(b"3",), (b"4",), (b"5",)]  # type: ignore[arg-type]


async def test_one_that_is_cancelled_does_not_hold_up_the_others(batches: Batches) -> None:
    await batches.fetch_row(ECHO, [0])
    runs = [asyncio.create_task(batches.fetch_row(ECHO, [number])) for number in range(8)]
    await asyncio.sleep(0)
    runs[2].cancel()
    results = await asyncio.gather(*runs, return_exceptions=True)

    assert isinstance(results[2], asyncio.CancelledError)
    assert [tuple(row) for place, row in enumerate(results) if place != 2] == [  # type: ignore[arg-type]
        (str(number).encode(),) for number in range(8) if number != 2
    ]


async def test_one_that_is_cancelled_while_it_is_under_way_leaves_the_others_their_answers() -> None:
    source = Slow(0.000_01)
    batches = await known(source)
    runs = [asyncio.create_task(batches.fetch_row(ECHO, [number])) for number in range(4)]
    await settled()
    runs[1].cancel()
    source.let_go(0)
    results = await asyncio.gather(*runs, return_exceptions=True)

    assert arguments(source) == [[0, 1, 2, 3]]
    assert isinstance(results.pop(1), asyncio.CancelledError)
    assert results == [(0,), (2,), (3,)]


async def test_what_fails_together_is_not_run_again_for_those_who_have_gone() -> None:
    source = Slow(0.000_01)
    batches = await known(source)
    runs = [asyncio.create_task(batches.fetch_row(ECHO, [number])) for number in range(3)]
    await settled()
    runs[0].cancel()
    source.gates[0].set_exception(UnavailableError())
    await settled()
    for number in (1, 2):
        source.let_go(number)

    assert [await run for run in runs[1:]] == [(1,), (2,)]
    assert arguments(source) == [[0, 1, 2], [1], [2]]


async def test_everybody_is_told_that_the_database_is_gone(world_url: str) -> None:
    pool = await ReadPool.open(world_url, size=1, statement_timeout_ms=2_000)
    batches = Batches(Quick(pool))
    await batches.fetch_row(ECHO, [0])
    await pool.close()
    results = await asyncio.gather(*(batches.fetch_row(ECHO, [n]) for n in range(7)), return_exceptions=True)

    assert [type(result) for result in results] == [UnavailableError] * 7


async def test_answers_in_company_are_the_answers_alone(read_pool: ReadPool, query_count: Callable[[], int]) -> None:
    question = """query($by: OrganisationKey!, $first: Int!) {
      organisation(by: $by) { id name initiatives(first: $first) { totalCount nodes { __typename id slug } } } }"""
    engine = Engine(CATALOGUE, read_pool)
    slugs = ["kouvola", "kymenlaakson-hyvinvointialue", "no-such-organisation", 'a"b\\c', "kotka"]
    everything = [{"by": {"slug": slug}, "first": 5} for slug in slugs] * 3
    alone = [await answered(engine, question, variables) for variables in everything]
    statements = query_count()
    together = Engine(CATALOGUE, Batches(Quick(read_pool)))
    await answered(together, question, everything[0])
    answers = await asyncio.gather(*(answered(together, question, variables) for variables in everything))

    assert [answer.fields for answer in answers] == [answer.fields for answer in alone]
    assert [[error.code for error in answer.errors] for answer in answers] == [
        [error.code for error in answer.errors] for answer in alone
    ]
    assert query_count() - statements == 1 + 3


async def answered(engine: Engine, text: str, variables: dict[str, object]) -> Answer:
    """Return the answer for everybody."""
    clock = Stopwatch(perf_counter)
    return await engine.answer(
        engine.prepare(Request(text, None, variables), Reader(ANONYMOUS, Reading()), clock), clock
    )
