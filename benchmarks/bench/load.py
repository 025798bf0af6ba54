"""The load: requests on kept-alive connections, as fast as the answers come.

Owns: sending, timing and checking the form of answers.
Does not own: what is asked (`scenarios`), what is measured of the servers (`measure`).

Written here, because a request can be a different one each time, a request that is answered with an error must not
count, and nothing has to be installed. It runs on the core that the server leaves free and is not the bottleneck: `wrk`
gets the same rates (see the README).
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

CONNECTIONS = 16
"""Open connections; each has one request under way."""

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_LAST_CHUNK = b"\r\n0\r\n\r\n"
_DRAIN_LIMIT_S = 60
_NO_BODY = 304


class LoadError(Exception):
    """A server answered with an error, or not at all."""


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a load."""

    seconds: float
    """From the first request to the last answer."""
    latencies_s: list[float]
    """Of each answer, sorted."""

    @property
    def rate(self) -> float:
        """Return answers a second."""
        return len(self.latencies_s) / self.seconds

    def percentile_ms(self, share: float) -> float:
        """Return the latency that this share of all answers, from 0 to 1, kept within."""
        return 1000 * self.latencies_s[min(len(self.latencies_s) - 1, int(share * len(self.latencies_s)))]


@dataclass(slots=True)
class _Run:
    """What the connections of one load share."""

    requests: Iterator[bytes]
    deadline: float
    status: int
    latencies_s: list[float] = field(default_factory=list)
    last: float = 0.0


class _Connection(asyncio.Protocol):
    """Sends the next request when the answer to the one before is complete."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._received = b""
        self._missing = 0
        self._sent = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by class, only by what it does
        self._send()

    def data_received(self, data: bytes) -> None:
        if self._missing:
            # The head has been read; only the number of bytes matters.
            self._missing -= len(data)
            if not self._missing:
                self._answered()
            return
        self._received += data
        end = self._received.find(_HEAD_END)
        if end < 0:
            return
        head = self._received[:end].lower()
        if int(head[9:12]) != self._run.status:
            self._fail(f"status {head[9:12].decode()}: {self._received[end:][:400]!r}")
            return
        at = head.find(_LENGTH)
        if at >= 0:
            missing = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) - (len(self._received) - end - 4)
        elif self._run.status == _NO_BODY:
            missing = 0
        else:
            missing = 0 if self._received.endswith(_LAST_CHUNK) else -1
        if self._received[end + 4 : end + 13] == b'{"errors"':
            self._fail(self._received[end:][:400].decode())
        elif missing == 0:
            self._answered()
        elif missing > 0:
            self._missing = missing
            self._received = b""

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(LoadError(f"the server closed a connection: {exc}"))

    def _send(self) -> None:
        self._received = b""
        self._sent = time.perf_counter()
        self._transport.write(next(self._run.requests))

    def _answered(self) -> None:
        if self.done.done():
            return  # the run has been ended, and nobody waits
        now = time.perf_counter()
        self._run.latencies_s.append(now - self._sent)
        self._run.last = now
        if now < self._run.deadline:
            self._send()
        else:
            self.done.set_result(None)
            self._transport.close()

    def _fail(self, reason: str) -> None:
        self.done.set_exception(LoadError(reason))
        self._transport.close()


async def load(
    port: int, requests: Iterator[bytes], *, seconds: float, status: int = 200, connections: int = CONNECTIONS
) -> Load:
    """Ask a server on this machine until time is up, then wait for the answers that are under way.

    Args:
        port: Port of the server.
        requests: Whole HTTP requests; never runs out.
        seconds: For how long new requests are sent.
        status: The status that every answer has to have.
        connections: How many requests are under way at a time.

    Raises:
        LoadError: An answer was an error or had another status.
    """
    loop = asyncio.get_running_loop()
    start = time.perf_counter()
    run = _Run(requests, start + seconds, status)
    opened = [await loop.create_connection(lambda: _Connection(run), "127.0.0.1", port) for _ in range(connections)]
    try:
        async with asyncio.timeout(seconds + _DRAIN_LIMIT_S):
            await asyncio.gather(*(connection.done for _, connection in opened))
    except TimeoutError as error:
        raise LoadError("the server did not answer in time") from error
    finally:
        for transport, _ in opened:
            transport.close()
    return Load(run.last - start, sorted(run.latencies_s))
