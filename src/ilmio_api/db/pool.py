"""Connections for reading: the hot path.

Owns: how many connections there are, who gets the next free one, and what becomes of a broken one.
Does not own: the SQL (`compiler`) or writing (`db.session`).

Why not the pool of asyncpg: it sends a reset statement whenever a connection is given back, which costs more
than our statements do. Nothing here changes a connection's state, so there is nothing to reset. Connections
are given out last in, first out: the ones in use are those whose prepared statements and caches are warm.
"""

from __future__ import annotations  # asyncpg's classes are generic for type checkers only

import asyncio
from collections import deque
from collections.abc import Sequence
from time import perf_counter
from typing import NamedTuple, Self, TypeAlias

import asyncpg

from ilmio_api.db.address import driver_url
from ilmio_api.errors import TimedOutError, TooComplexError, UnavailableError

_Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_CONNECT_LIMIT_S = 5.0
_WAIT_LIMIT_S = 2.0
_LOOK_EVERY_S = 0.5
_RECOVERY_LIMIT_S = 5.0
_SILENCE_LIMIT_S = 5.0
"""How long the server may stay silent after its own time limit should have ended a statement."""
_PREPARED_STATEMENTS = 128
"""Kept on each connection: about 4 kB here and a plan in the server for each of them."""
_LONGEST_PREPARED = 15 * 1024
"""Characters of the longest statement that is kept. A plan takes a hundred times as much memory as the statement is
long: without a limit, whoever asks for many different and long ones could fill that of the server."""

_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleSessionTimeoutError,
    asyncpg.InternalClientError,  # the driver met the server's farewell before it met the statement
    OSError,
)
"""What a statement raises when the server has ended its connection."""


class Fetched(NamedTuple):
    """What a statement gave."""

    rows: list[asyncpg.Record]
    seconds: float
    """How long it was under way, without waiting for a connection."""


class _LostError(Exception):
    """The connection ended while the statement ran."""


class ReadPool:
    """A fixed number of read-only connections to one database."""

    statements: int
    """How many statements this pool has run."""

    def __init__(self, url: str, *, size: int, statement_timeout_ms: int) -> None:
        """Keep what connecting takes; use `open`, which connects."""
        self.statements = 0
        self._url = driver_url(url)
        self._statement_timeout_ms = statement_timeout_ms
        self._loop = asyncio.get_running_loop()
        self._idle: list[_Connection] = []
        self._busy: dict[_Connection, float] = {}
        self._look: asyncio.TimerHandle | None = None
        self._missing = size
        self._waiting: deque[tuple[asyncio.Future[_Connection | None], float]] = deque()
        self._recoveries: set[asyncio.Task[None]] = set()
        self._closed = False

    @classmethod
    async def open(cls, url: str, *, size: int, statement_timeout_ms: int) -> Self:
        """Return a pool of `size` open connections.

        Args:
            url: `postgresql://…`.
            size: The number of connections, 1 or more.
            statement_timeout_ms: PostgreSQL stops a statement after this time; 0 means never.

        Raises:
            UnavailableError: The database cannot be reached.
        """
        pool = cls(url, size=size, statement_timeout_ms=statement_timeout_ms)
        pool._look_round()
        try:
            for _ in range(size):
                pool._give(await pool._opened())
        except UnavailableError:
            await pool.close()
            raise
        return pool

    async def fetch_row(self, sql: str, args: Sequence[object], claims: str = "") -> asyncpg.Record | None:
        """Return the first row that `sql` yields, or None when there is none; arguments and errors as `fetch`."""
        rows, _ = await self.fetch(sql, args, claims)
        return rows[0] if rows else None

    async def fetch(self, sql: str, args: Sequence[object], claims: str = "") -> Fetched:
        """Return the rows that `sql` yields.

        Args:
            sql: One statement.
            args: Its parameters.
            claims: What is known of the caller, as a JSON object; without it, no row of a private table is seen.

        Raises:
            TimedOutError: The statement took longer than the limit.
            UnavailableError: The database cannot be reached, or no connection came free in time.
        """
        try:
            return await self._asked(sql, args, claims)
        except _LostError:
            # Asking twice is harmless, since nothing is written. The other idle connections have met the same
            # fate, or soon will: the server has been started again.
            self._drop_idle()
        try:
            return await self._asked(sql, args, claims)
        except _LostError as error:
            raise UnavailableError from error

    async def close(self) -> None:
        """Close every connection; whoever still waits for one is told that the database is unavailable."""
        self._closed = True
        if self._look is not None:
            self._look.cancel()
        self._refuse(len(self._waiting))
        if self._recoveries:
            await asyncio.wait(self._recoveries)
        while self._idle:
            await self._idle.pop().close(timeout=_RECOVERY_LIMIT_S)

    async def _asked(self, sql: str, args: Sequence[object], claims: str) -> Fetched:
        """Return what one statement gives on one connection.

        Raises:
            _LostError: The connection ended.
        """
        connection = await self._taken()
        self.statements += 1
        since = self._busy[connection] = self._loop.time()
        began = perf_counter()  # the loop's clock may count whole milliseconds
        # What becomes of the connection. A cancelled task leaves it in the middle of a statement.
        leave = self._recover
        try:
            rows = await (_claimed(connection, sql, args, claims) if claims else connection.fetch(sql, *args))
            leave = self._give
        except asyncpg.QueryCanceledError as error:
            leave = self._give
            raise TimedOutError(seconds=self._statement_timeout_ms / 1000) from error
        except _LOST as error:
            leave = self._drop
            if self._is_silent(since):
                raise TimedOutError(seconds=self._statement_timeout_ms / 1000) from error
            raise _LostError from error
        except asyncpg.ProgramLimitExceededError as error:
            leave = self._give
            raise TooComplexError(limit="statement", given="–", maximum="–") from error
        except asyncpg.PostgresError:
            leave = self._give
            raise
        finally:
            del self._busy[connection]
            leave(connection)
        return Fetched(rows, perf_counter() - began)

    def _is_silent(self, began: float) -> bool:
        """Return whether the server should long have ended a statement that began then."""
        limit_ms = self._statement_timeout_ms
        return limit_ms > 0 and self._loop.time() - began >= limit_ms / 1000 + _SILENCE_LIMIT_S

    def _look_round(self) -> None:
        """Hang up where a network swallows everything, refuse whoever has waited for too long, and look again later.

        One look for all, because a timer for every statement costs as much as a tenth of it.
        """
        for connection, began in list(self._busy.items()):
            if self._is_silent(began):
                connection.terminate()
        too_early = self._loop.time() - _WAIT_LIMIT_S
        self._refuse(sum(since <= too_early for _, since in self._waiting))
        self._look = self._loop.call_later(_LOOK_EVERY_S, self._look_round)

    def _refuse(self, count: int) -> None:
        """Tell those who have waited longest that the database is unavailable."""
        for _ in range(count):
            turn, _since = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(UnavailableError())

    async def _taken(self) -> _Connection:
        """Return a connection that nobody else uses."""
        while True:
            if self._closed:
                raise UnavailableError
            while self._idle:
                connection = self._idle.pop()
                if not connection.is_closed():
                    return connection
                self._missing += 1
            if self._missing:
                return await self._opened()
            offered = await self._turn()
            if offered is not None:
                return offered

    async def _turn(self) -> _Connection | None:
        """Wait in line for a connection, or for None: permission to open one in place of a lost one."""
        turn: asyncio.Future[_Connection | None] = self._loop.create_future()
        self._waiting.append((turn, self._loop.time()))
        try:
            return await turn
        except asyncio.CancelledError:
            # The connection may come in the very moment in which the waiting task is cancelled.
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._pass_on(turn.result())
            raise

    async def _opened(self) -> _Connection:
        """Return a new connection in place of a missing one."""
        self._missing -= 1
        connection: _Connection | None = None
        try:
            connection = await self._connected()
        finally:
            if connection is None:
                self._miss()
        return connection

    async def _connected(self) -> _Connection:
        """Return a new connection, made ready for reading."""
        try:
            async with asyncio.timeout(_CONNECT_LIMIT_S):
                connection = await asyncpg.connect(
                    self._url,
                    statement_cache_size=_PREPARED_STATEMENTS,
                    max_cached_statement_lifetime=0,  # for ever
                    max_cacheable_statement_size=_LONGEST_PREPARED,
                    server_settings={
                        "application_name": "ilmio-read",
                        "default_transaction_read_only": "on",
                        "jit": "off",  # compiling takes longer than any of our statements
                        # Planning takes longer than most of our statements, and what differs between requests
                        # hardly changes how they are best run; what does, such as the page size, is in the text.
                        "plan_cache_mode": "force_generic_plan",
                        "role": "ilmio_reader",
                        # The data is in memory: looking at a page costs little more than looking at some rows.
                        "random_page_cost": "0.1",
                        "seq_page_cost": "0.1",
                        "statement_timeout": str(self._statement_timeout_ms),
                        "TimeZone": "UTC",
                    },
                )
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise UnavailableError from error
        return connection

    def _give(self, connection: _Connection) -> None:
        """Take back a connection that is ready for the next statement."""
        if self._closed:
            connection.terminate()
        elif connection.is_closed():
            self._miss()
        else:
            self._pass_on(connection)

    def _recover(self, connection: _Connection) -> None:
        """Take back a connection whose statement was cut off, as soon as the server has let go of it."""
        recovery = self._loop.create_task(self._recovery(connection))
        self._recoveries.add(recovery)
        recovery.add_done_callback(self._recoveries.discard)

    async def _recovery(self, connection: _Connection) -> None:
        """Wait until `connection` answers again; the driver has asked the server to cancel its work."""
        try:
            async with asyncio.timeout(_RECOVERY_LIMIT_S):
                await connection.fetchval("SELECT 1")
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            self._drop(connection)
        else:
            # In a transaction that did not end, the next reader would have the claims of the last one.
            (self._drop if connection.is_in_transaction() else self._give)(connection)

    def _drop(self, connection: _Connection) -> None:
        """Give up a connection that cannot be used any more."""
        connection.terminate()
        self._miss()

    def _drop_idle(self) -> None:
        """Give up every connection that is not in use."""
        while self._idle:
            self._drop(self._idle.pop())

    def _miss(self) -> None:
        """Note that a connection is missing, and let whoever waits longest open another."""
        self._missing += 1
        self._pass_on(None)

    def _pass_on(self, offered: _Connection | None) -> None:
        """Offer a connection, or the permission to open one, to whoever waits longest."""
        while self._waiting:
            turn, _since = self._waiting.popleft()
            if not turn.done():
                turn.set_result(offered)
                return
        if offered is not None:
            self._idle.append(offered)


async def _claimed(connection: _Connection, sql: str, args: Sequence[object], claims: str) -> list[asyncpg.Record]:
    """Return the rows of a statement that may see what the claims name; they end with its transaction."""
    async with connection.transaction(readonly=True):
        await connection.fetchval("SELECT set_config('ilmio.claims', $1, true)", claims)
        return await connection.fetch(sql, *args)
