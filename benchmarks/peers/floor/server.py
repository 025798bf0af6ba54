"""Peers `floor` and `static`: what the same server and driver can do without GraphQL.

Owns: a bare ASGI application that runs one prepared statement a request, or (`--static`) none at all.
Does not own: the statements (`statements`).

It runs on the interpreter and the packages of Ilmiö API: the difference between the two is then the API.
"""

import argparse
import asyncio
import hashlib
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import parse_qs

import asyncpg
import uvicorn
import uvloop
from statements import BY_SCENARIO

Message: TypeAlias = MutableMapping[str, Any]
Statements: TypeAlias = "dict[str, asyncpg.prepared_stmt.PreparedStatement[asyncpg.Record]]"


@dataclass(slots=True)
class Floor:
    """Answers `/<scenario>?given=…` with what the statement of the scenario makes."""

    pool_size: int
    connect: Callable[[], Awaitable["asyncpg.Connection[asyncpg.Record]"]]
    idle: asyncio.LifoQueue[Statements]

    async def open(self) -> None:
        """Connect, and prepare every statement on every connection."""
        for _ in range(self.pool_size):
            connection = await self.connect()
            # The answer goes out as the bytes that came in.
            await connection.set_type_codec(
                "text", schema="pg_catalog", encoder=str.encode, decoder=bytes, format="binary"
            )
            self.idle.put_nowait({name: await connection.prepare(sql) for name, sql in BY_SCENARIO.items()})

    async def answer(self, scenario: str, given: Sequence[str]) -> bytes:
        """Return the answer to a scenario."""
        statements = await self.idle.get()
        try:
            value: bytes = await statements[scenario].fetchval(*given)
        finally:
            self.idle.put_nowait(statements)
        return value

    async def __call__(self, scope: Message, _receive: object, send: Callable[[Message], Awaitable[None]]) -> None:
        """Answer a request."""
        query = scope["query_string"]
        given = parse_qs(query.decode(), keep_blank_values=True)["given"] if query else ()
        body = await self.answer(scope["path"][1:], given)
        await send(_start(200, body))
        await send({"type": "http.response.body", "body": body})


@dataclass(slots=True)
class Static:
    """Answers every path with bytes that were made before, and 304 to whoever has them already."""

    body: bytes
    tag: bytes

    async def __call__(self, scope: Message, _receive: object, send: Callable[[Message], Awaitable[None]]) -> None:
        """Answer a request."""
        body, tag = self.body, self.tag
        known = any(name == b"if-none-match" and value == tag for name, value in scope["headers"])
        await send(_start(304 if known else 200, b"" if known else body, tag))
        await send({"type": "http.response.body", "body": b"" if known else body})


def _start(status: int, body: bytes, tag: bytes | None = None) -> Message:
    """Return the head of a response."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    if tag is not None:
        headers.append((b"etag", tag))
    return {"type": "http.response.start", "status": status, "headers": headers[status == 304 :]}  # noqa: PLR2004


async def _serve(asked: argparse.Namespace) -> None:
    """Serve until the process is told to end."""

    async def connect() -> "asyncpg.Connection[asyncpg.Record]":
        return await asyncpg.connect(host=asked.socket_dir, port=5432, user="postgres", database=asked.database)

    floor = Floor(asked.pool_size, connect, asyncio.LifoQueue())
    application: Floor | Static = floor
    await floor.open()
    if asked.static:
        body = await floor.answer("nested", ("", ""))
        application = Static(body, b'"%s"' % hashlib.sha256(body).hexdigest()[:16].encode())
    config = uvicorn.Config(
        application,
        host="127.0.0.1",
        port=asked.port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
    )
    await uvicorn.Server(config).serve()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--socket-dir", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--pool-size", type=int, required=True)
    parser.add_argument("--static", action="store_true")
    asked = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(asked))


if __name__ == "__main__":
    main()
