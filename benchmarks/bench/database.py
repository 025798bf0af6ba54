"""The database that all servers read: the true demo world and a synthetic one on an embedded PostgreSQL.

Owns: making it once, and what single peers need in it besides the tables.
Does not own: the tables, the worlds and the server (`ilmio_api`).
"""

import base64
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from ilmio_api import demo
from ilmio_api.cli.provision import written
from ilmio_api.db import migrations
from ilmio_api.db.embedded import EmbeddedServer, embedded_server
from ilmio_api.importers import areas

SEED = 1
"""Seed of the synthetic worlds; the same records on every machine."""

_TEXTS = {"initiative": "title", "organisation": "name", "phenomenon": "name", "area": "name"}
_MOST_SAMPLES = 20_000
_TITLE = re.compile(r"(?P<theme>.+), (?P<place>.+?) \d+ \(.+\)")

_FOR_POSTGRAPHILE = [
    *(
        f"CREATE OR REPLACE FUNCTION {table}_{column}_fi({table}) RETURNS text LANGUAGE sql STABLE "
        f"AS $$ SELECT $1.{column}->>'fi' $$"
        for table, column in _TEXTS.items()
    ),
    """CREATE OR REPLACE FUNCTION pilots_within(area_code text, given text) RETURNS SETOF initiative LANGUAGE sql STABLE
    AS $$ SELECT i.* FROM initiative i WHERE i.is_public AND i.kind = 'PILOT' AND i.status = given AND i.id IN (
      SELECT l.initiative_id FROM initiative_area l
      JOIN area_reach r ON r.inner_id = l.area_id JOIN area a ON a.id = r.outer_id WHERE a.code = area_code)
    ORDER BY i.starts_on DESC, i.id DESC $$""",
]
"""PostGraphile publishes what is in the database: Finnish texts and the area filter are functions there."""

_FOR_ALL = (
    # Ilmiö API sets both for its own connections; without them the peers would be slower than they need be.
    "ALTER DATABASE {name} SET jit = off",
    "ALTER DATABASE {name} SET random_page_cost = 0.1",
    "ALTER DATABASE {name} SET seq_page_cost = 0.1",
    # A row to write to, so that answers that were kept are known to be old.
    "CREATE TABLE IF NOT EXISTS bench_edit (at timestamptz) WITH (autovacuum_enabled = off)",
)


@dataclass(frozen=True, slots=True)
class Database:
    """A database that is ready to be measured."""

    socket_dir: Path
    name: str
    url: str
    pilots: int
    """Public pilots in it."""

    async def connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        """Return a new connection."""
        return await asyncpg.connect(self.url)

    async def size_mb(self) -> int:
        """Return how large the database is on disk."""
        connection = await self.connect()
        try:
            return int(await connection.fetchval("SELECT pg_database_size(current_database())")) // 1_000_000
        finally:
            await connection.close()


@dataclass(frozen=True, slots=True)
class Samples:
    """What requests ask for: different things each time, taken from the data in a fixed random order."""

    by_title: list[tuple[str, str]]
    """Sort key and id of every public pilot in the order of the list; of every n-th where there are very many."""
    areas: list[str]
    """Codes of areas with pilots, the most first."""
    searches: list[str]
    """A theme and a place of one pilot each."""

    def cursor(self, position: int) -> str:
        """Return the cursor of the peers whose schema we have written, for what follows the pilot at `position`."""
        return base64.b64encode(json.dumps(self.by_title[position], ensure_ascii=False).encode()).decode()


@contextmanager
def running_server(data_dir: Path) -> Iterator[EmbeddedServer]:
    """Provide the embedded server of `data_dir`."""
    with embedded_server(data_dir, durable=False) as server:
        yield server


async def prepared(server: EmbeddedServer, name: str, pilots: int) -> Database:
    """Return a database with this many synthetic pilots, made when it is not there yet."""
    url = server.url_of(name)
    admin = await asyncpg.connect(server.url_of("postgres"))
    try:
        if not await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
            await admin.execute(f"CREATE DATABASE {name}")
    finally:
        await admin.close()
    await migrations.upgrade(url)
    if not await _is_loaded(url, pilots):
        _say(f"Loading a world of {pilots:,} pilots into {name} ...")
        await written(url, lambda session: areas.load(session, _quiet))
        await written(url, lambda session: demo.load_world(session, _quiet))
        await written(url, lambda session: demo.load_synthetic(session, pilots, SEED, _quiet))
    connection = await asyncpg.connect(url)
    try:
        for statement in (*_FOR_ALL, *_FOR_POSTGRAPHILE):
            await connection.execute(statement.replace("{name}", name))
        await connection.execute("VACUUM ANALYZE")
        count = await connection.fetchval("SELECT count(*) FROM initiative WHERE is_public AND kind = 'PILOT'")
    finally:
        await connection.close()
    return Database(server.socket_dir, name, url, count)


async def samples_of(database: Database) -> Samples:
    """Return what requests can ask for."""
    connection = await database.connect()
    try:
        pilots = await connection.fetch(
            "SELECT sort_key, id, title->>'fi' AS title FROM initiative"
            " WHERE is_public AND kind = 'PILOT' AND mod(hashtext(id), $1) = 0 ORDER BY sort_key, id",
            max(1, database.pilots // _MOST_SAMPLES),
        )
        codes = await connection.fetch(
            "SELECT a.code FROM area a JOIN area_reach r ON r.outer_id = a.id"
            " JOIN initiative_area l ON l.area_id = r.inner_id GROUP BY a.code ORDER BY count(*) DESC, a.code"
        )
    finally:
        await connection.close()
    told = (_TITLE.fullmatch(row["title"]) for row in pilots)
    searches = dict.fromkeys(f"{title['theme']} {title['place']}" for title in told if title)
    return Samples(
        by_title=[(row["sort_key"], row["id"]) for row in pilots],
        areas=[row["code"] for row in codes],
        searches=list(searches),
    )


async def filters_of(database: Database, size: int) -> list[tuple[str, str]]:
    """Return the area codes and statuses that at least `size` pilots have together."""
    connection = await database.connect()
    try:
        found = await connection.fetch(
            "SELECT a.code, l.status FROM area a JOIN area_reach r ON r.outer_id = a.id"
            " JOIN initiative_area l ON l.area_id = r.inner_id WHERE l.is_public AND l.kind = 'PILOT'"
            " GROUP BY a.code, l.status HAVING count(DISTINCT l.initiative_id) >= $1 ORDER BY a.code, l.status",
            size,
        )
    finally:
        await connection.close()
    return [(row["code"], row["status"]) for row in found]


async def edit(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Commit a change, after which no answer that a server has kept may be taken to be current."""
    await connection.execute("UPDATE bench_edit SET at = now()")
    await connection.execute("INSERT INTO bench_edit SELECT now() WHERE NOT EXISTS (SELECT FROM bench_edit)")


async def _is_loaded(url: str, pilots: int) -> bool:
    """Tell whether the synthetic world is there."""
    connection = await asyncpg.connect(url)
    try:
        slug = f"synteettinen-pilotti-{pilots}-{SEED}-{pilots}"
        return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM initiative WHERE slug = $1)", slug))
    finally:
        await connection.close()


def _quiet(_label: str, _done: int, _of: int) -> None:
    """Show no progress."""


def _say(words: str) -> None:
    """Tell what takes a while, apart from the results."""
    print(words, file=sys.stderr, flush=True)
