"""Who is measured: how each server is started and spoken to.

Owns: the list of peers, their commands, where they get cursors from.
Does not own: their code (`../peers`), their packages (`install`).
"""

import json
import sys
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import install, wire
from bench.database import Database, Samples
from bench.dialects import ILMIO, PLAIN, POSTGRAPHILE, Constant, Dialect, Paths

POOL_SIZE = 8
"""Connections to PostgreSQL that each server may have."""

_MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Command:
    """How a server is started."""

    arguments: list[str]
    folder: Path
    environment: dict[str, str]


Cursors = Callable[[int, Samples], Coroutine[Any, Any, Sequence[str]]]
"""Given the port and the samples, the cursor after each pilot in the order by title."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A server to measure."""

    name: str
    what: str
    command: Callable[[Database, int], Command]
    dialect: Dialect
    cursors: Cursors
    by_default: bool = True


def _python(interpreter: Callable[[], Path], folder: str, script: str, *options: str) -> Callable[..., Command]:
    """Return the command of a Python server."""

    def command(database: Database, port: int) -> Command:
        arguments = [str(interpreter()), script, *_arguments(database, port), *options]
        return Command(arguments, install.PEERS / folder, {})

    return command


def _node(name: str) -> Callable[[Database, int], Command]:
    """Return the command of a Node server."""

    def command(database: Database, port: int) -> Command:
        folder = install.node_project(name)
        environment = {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}
        return Command([str(install.node()), "server.mjs", *_arguments(database, port)], folder, environment)

    return command


def ilmio_command(database: Database, port: int) -> Command:
    """Return the command of Ilmiö API: one process, as an operator starts it."""
    environment = {"ILMIO_DATABASE_URL": database.url, "ILMIO_PORT": str(port), "ILMIO_POOL_SIZE": str(POOL_SIZE)}
    return Command([sys.executable, "-m", "ilmio_api.cli", "serve"], install.HERE, environment)


def _arguments(database: Database, port: int) -> list[str]:
    """Return the arguments that all peers take."""
    return [
        *("--port", str(port)),
        *("--socket-dir", str(database.socket_dir)),
        *("--database", database.name),
        *("--pool-size", str(POOL_SIZE)),
    ]


async def _no_cursors(_port: int, _samples: Samples) -> Sequence[str]:
    """Return nothing: the server takes sort keys and ids."""
    return ()


async def _own_cursors(_port: int, samples: Samples) -> Sequence[str]:
    """Return the cursors of the schema that we have written."""
    return [samples.cursor(position) for position in range(len(samples.by_title))]


async def _ilmio_cursors(port: int, samples: Samples) -> Sequence[str]:
    """Return Ilmiö API's cursors, page by page."""
    query = "query($after: String) { pilots(first: 100, after: $after) { edges { cursor } } }"
    cursors: list[str] = []
    while len(cursors) < len(samples.by_title):
        variables = {"after": cursors[-1]} if cursors else {}
        _, _, body = await wire.answer(port, wire.post("/graphql", query, variables))
        cursors += [edge["cursor"] for edge in json.loads(body)["data"]["pilots"]["edges"]]
    return cursors


async def _postgraphile_cursors(port: int, _samples: Samples) -> Sequence[str]:
    """Return PostGraphile's cursors, all at once."""
    query = (
        f'{{ allInitiatives(first: {_MOST_ROWS}, condition: {{kind: "PILOT", isPublic: true}},'
        " orderBy: [SORT_KEY_ASC, PRIMARY_KEY_ASC]) { edges { cursor } } }"
    )
    _, _, body = await wire.answer(port, wire.post("/graphql", query))
    return [edge["cursor"] for edge in json.loads(body)["data"]["allInitiatives"]["edges"]]


def _this() -> Path:
    """Return this interpreter, which has Ilmiö API's packages."""
    return Path(sys.executable)


def _with(name: str) -> Callable[[], Path]:
    """Return how to get the interpreter of a Python peer."""
    return lambda: install.python_with(install.PEERS / "python" / f"{name}.lock")


PEERS = (
    Peer("ilmio", "Ilmiö API, one worker", ilmio_command, ILMIO, _ilmio_cursors),
    Peer(
        "floor",
        "ASGI endpoint and statement written by hand",
        _python(_this, "floor", "server.py"),
        Paths(),
        _no_cursors,
    ),
    Peer(
        "static",
        "the same server with constant bytes",
        _python(_this, "floor", "server.py", "--static"),
        Constant(),
        _no_cursors,
    ),
    Peer("mercurius", "Mercurius with JIT and loaders", _node("mercurius"), PLAIN, _own_cursors),
    Peer("postgraphile", "PostGraphile 5, Amber", _node("postgraphile"), POSTGRAPHILE, _postgraphile_cursors),
    Peer(
        "strawberry",
        "Strawberry, SQLAlchemy, data loaders",
        _python(_with("strawberry"), "python", "strawberry_server.py"),
        PLAIN,
        _own_cursors,
    ),
    Peer(
        "strawberry-cached",
        "the same with Strawberry's two caches",
        _python(_with("strawberry"), "python", "strawberry_server.py", "--cached"),
        PLAIN,
        _own_cursors,
        by_default=False,
    ),
    Peer(
        "ariadne",
        "Ariadne, SQLAlchemy, data loaders",
        _python(_with("ariadne"), "python", "ariadne_server.py"),
        PLAIN,
        _own_cursors,
    ),
)
"""Everybody, in the order of the tables."""
