"""The read pool: the hot path never waits for a reset, and never hands out a broken connection."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import asyncpg
import pytest
import uvloop

from ilmio_api.db import pool as pool_module
from ilmio_api.db.pool import ReadPool
from ilmio_api.errors import TimedOutError, UnavailableError

ECHO = "SELECT $1::int"
SLOW = "SELECT pg_sleep(0.5)::text"


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[ReadPool]:
    """Provide a pool of two connections."""
    pool = await ReadPool.open(database_url, size=2, statement_timeout_ms=2_000)
    yield pool
    await pool.close()


async def backend(pool: ReadPool) -> int:
    """Return the number of the server process behind the connection that is used next."""
    row = await pool.fetch_row("SELECT pg_backend_pid()", [])
    assert row is not None
    return int(row[0])


async def value(pool: ReadPool, sql: str, args: Sequence[object]) -> object:
    """Return the first value of the first row."""
    row = await pool.fetch_row(sql, args)
    return row[0] if row else None


async def end_backends(url: str) -> None:
    """End every other connection to the database, as a restart of the server does."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'ilmio-read' AND datname = current_database()"
        )
    finally:
        await connection.close()


def test_a_quick_statement_takes_some_time_by_whatever_loop(database_url: str) -> None:
    async def shortest() -> float:
        pool = await ReadPool.open(database_url, size=1, statement_timeout_ms=2_000)
        try:
            return min([(await pool.fetch("SELECT 1", [])).seconds for _ in range(5)])
        finally:
            await pool.close()

    assert 0 < uvloop.run(shortest()) < 1  # its own clock counts whole milliseconds


async def test_a_row_has_the_values_of_its_columns(pool: ReadPool) -> None:
    row = await pool.fetch_row("SELECT $1::int AS number, 'x' AS letter", [3])

    assert row is not None
    assert dict(row) == {"number": 3, "letter": "x"}
    assert await pool.fetch_row("SELECT 1 WHERE false", []) is None


async def test_every_statement_is_counted(pool: ReadPool) -> None:
    await value(pool, ECHO, [1])
    await pool.fetch_row("SELECT 1", [])

    assert pool.statements == 2


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("application_name", "ilmio-read"),
        ("default_transaction_read_only", "on"),
        ("jit", "off"),
        ("random_page_cost", "0.1"),
        ("seq_page_cost", "0.1"),
        ("statement_timeout", "2s"),
        ("TimeZone", "UTC"),
    ],
)
async def test_connections_are_set_up_for_reading(pool: ReadPool, setting: str, value: str) -> None:
    row = await pool.fetch_row("SELECT current_setting($1)", [setting])

    assert row is not None
    assert row[0] == value


async def test_nothing_can_be_written(pool: ReadPool) -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await value(pool, "CREATE TABLE scribble ()", [])


async def test_a_statement_is_prepared_once_for_each_connection(pool: ReadPool) -> None:
    for number in range(5):
        await value(pool, ECHO, [number])

    row = await pool.fetch_row("SELECT count(*) FROM pg_prepared_statements WHERE statement = $1", [ECHO])
    assert row is not None
    assert row[0] == 1


@pytest.mark.parametrize(("length", "kept"), [(15_360, 1), (15_361, 0)])
async def test_a_long_statement_is_not_kept(pool: ReadPool, length: int, kept: int) -> None:
    statement = ECHO.ljust(length)
    answers = [await value(pool, statement, [number]) for number in range(2)]

    row = await pool.fetch_row("SELECT count(*) FROM pg_prepared_statements WHERE length(statement) = $1", [length])
    assert answers == [0, 1]
    assert row is not None
    assert row[0] == kept


async def test_the_connection_used_last_is_used_next(pool: ReadPool) -> None:
    await asyncio.gather(backend(pool), backend(pool))
    used_last = await backend(pool)

    assert [await backend(pool) for _ in range(3)] == [used_last] * 3


async def test_more_statements_than_connections_wait_their_turn(pool: ReadPool) -> None:
    answers = await asyncio.gather(*(value(pool, ECHO, [number]) for number in range(50)))

    assert answers == list(range(50))


async def test_whoever_waits_longest_is_next(pool: ReadPool) -> None:
    finished: list[int] = []

    async def ask(number: int) -> None:
        await value(pool, "SELECT pg_sleep(0.02)", [])
        finished.append(number)

    await asyncio.gather(*(ask(number) for number in range(8)))

    # Two run side by side and may overtake each other, but nobody else.
    assert [sorted(finished[place : place + 2]) for place in range(0, 8, 2)] == [
        [0, 1],
        [2, 3],
        [4, 5],
        [6, 7],
    ]


async def test_waiting_too_long_is_refused(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "_WAIT_LIMIT_S", 0.05)
    monkeypatch.setattr(pool_module, "_LOOK_EVERY_S", 0.02)
    pool = await ReadPool.open(database_url, size=2, statement_timeout_ms=2_000)
    busy = asyncio.gather(value(pool, SLOW, []), value(pool, SLOW, []))
    await asyncio.sleep(0)

    with pytest.raises(UnavailableError):
        await value(pool, ECHO, [1])
    assert list(await busy) == ["", ""]
    await pool.close()


async def test_a_server_that_says_nothing_any_more_is_given_up(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "_SILENCE_LIMIT_S", 0.05)
    monkeypatch.setattr(pool_module, "_LOOK_EVERY_S", 0.02)
    pool = await ReadPool.open(database_url, size=1, statement_timeout_ms=50)
    # As if what the server says about its own limit never arrived.
    await pool.fetch_row("SELECT set_config('statement_timeout', '0', false)", [])

    with pytest.raises(TimedOutError):
        await value(pool, SLOW, [])
    assert await value(pool, ECHO, [1]) == 1
    await pool.close()


async def test_claims_end_with_the_statement_that_brought_them(database_url: str) -> None:
    pool = await ReadPool.open(database_url, size=1, statement_timeout_ms=2_000)
    told = "SELECT current_setting('ilmio.claims', true)"
    row = await pool.fetch_row(told, [], '{"account": "a"}')
    cut_off = asyncio.create_task(pool.fetch_row("SELECT pg_sleep(0.5)", [], '{"account": "b"}'))
    await asyncio.sleep(0.1)
    cut_off.cancel()
    later = await pool.fetch_row(told, [])

    assert row is not None
    assert row[0] == '{"account": "a"}'
    assert later is not None
    assert later[0] in {None, ""}
    await pool.close()


async def test_a_statement_beyond_the_time_limit_is_stopped(database_url: str) -> None:
    pool = await ReadPool.open(database_url, size=1, statement_timeout_ms=100)

    with pytest.raises(TimedOutError) as stopped:
        await value(pool, SLOW, [])
    assert stopped.value.facts == {"seconds": 0.1}
    assert await value(pool, ECHO, [1]) == 1
    await pool.close()


async def test_a_faulty_statement_leaves_its_connection_usable(pool: ReadPool) -> None:
    before = await backend(pool)

    with pytest.raises(asyncpg.DivisionByZeroError):
        await value(pool, "SELECT 1 / $1::int", [0])
    with pytest.raises(asyncpg.DataError):
        await value(pool, ECHO, ["not a number"])

    await asyncio.sleep(0.05)
    assert await backend(pool) == before


async def test_a_cancelled_statement_does_not_spoil_the_next_one(database_url: str) -> None:
    pool = await ReadPool.open(database_url, size=2, statement_timeout_ms=20_000)
    cut_off = [asyncio.create_task(value(pool, "SELECT pg_sleep(10)", [])) for _ in range(2)]
    await asyncio.sleep(0.05)
    for task in cut_off:
        task.cancel()

    # If the two went on, whoever waits for their connections would be refused.
    answers = await asyncio.gather(*(value(pool, ECHO, [n]) for n in range(6)))

    assert answers == [0, 1, 2, 3, 4, 5]
    assert [task.cancelled() for task in cut_off] == [True, True]
    await pool.close()


async def test_a_task_cancelled_while_it_waits_does_not_keep_a_connection(pool: ReadPool) -> None:
    busy = asyncio.gather(value(pool, SLOW, []), value(pool, SLOW, []))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(value(pool, ECHO, [1]))
    await asyncio.sleep(0)
    waiting.cancel()
    await busy

    assert list(await asyncio.gather(*(value(pool, ECHO, [n]) for n in (1, 2)))) == [1, 2]
    assert waiting.cancelled()


async def test_connections_that_the_server_ended_are_replaced_unnoticed(pool: ReadPool, database_url: str) -> None:
    before = await backend(pool)
    await end_backends(database_url)

    answers = await asyncio.gather(*(value(pool, ECHO, [number]) for number in range(4)))

    assert answers == [0, 1, 2, 3]
    assert await backend(pool) != before


async def test_a_statement_that_the_server_broke_off_is_asked_again(pool: ReadPool, database_url: str) -> None:
    running = asyncio.create_task(value(pool, SLOW, []))
    await asyncio.sleep(0.1)
    await end_backends(database_url)

    assert await running == ""


async def test_an_unreachable_database_is_reported() -> None:
    with pytest.raises(UnavailableError):
        await ReadPool.open("postgresql://127.0.0.1:1/ilmio", size=1, statement_timeout_ms=1_000)


async def test_a_closed_pool_answers_nobody(database_url: str) -> None:
    pool = await ReadPool.open(database_url, size=1, statement_timeout_ms=1_000)
    await pool.close()

    with pytest.raises(UnavailableError):
        await value(pool, ECHO, [1])
