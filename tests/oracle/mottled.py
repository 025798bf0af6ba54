"""A world in which everything occurs: the demo world and a synthetic one, with rows hidden and texts missing at random.

Owns: the changes that make the demo world uneven; the same ones in every run.
Does not own: the demo worlds, values at the edges of their types (`extremes`).
"""

import json
from collections.abc import Mapping

import asyncpg
from tests.oracle.extremes import make_extreme

import ilmio_api.domain  # noqa: F401  # imports every table
from ilmio_api.db.address import driver_url
from ilmio_api.db.base import Base
from ilmio_api.db.session import open_engine, unit_of_work
from ilmio_api.demo import load_synthetic, load_world
from ilmio_api.importers import areas

PILOTS = 60
_SEED = 7

_HIDING = (
    "publication_status = 'DRAFT'",
    "visibility = 'ORGANISATION'",
    "publication_status = 'WITHDRAWN'",
    "deleted_at = now()",
)
RECORDS = sorted(table.name for table in Base.metadata.tables.values() if "publication_status" in table.c)
"""Tables of records."""

_TITLES = {"phenomenon": "name", "organisation": "name", "indicator": "name", "network": "name"} | {
    "learning": "text",
    "impact_figure": "statement",
}
"""Column with the title, where it is not `title`."""

ODD_TEXTS: tuple[Mapping[str, str], ...] = (
    {"sv": 'En "annan" titel\\ med\ttecken', "sv-t-fi-t0-und": "maskin"},
    {"fi": "Sama otsikko", "fi-simple": "Helppo otsikko", "fi-x-dialect": "Murteellinen"},
    {"fi": "Sama otsikko", "en-t-fi-t0-und": "By machine"},
    {"smn": "Anarâškielâ", "se": "Davvisámegiella"},
    {"en": "Ünïcode 😀 " + "very long " * 20},
    {"en-t-sv-t0-und": "only by machine"},
)
"""Titles that some records of every kind get."""


async def make_mottled(url: str) -> None:
    """Fill a migrated, empty database."""
    engine = open_engine(url)
    async with unit_of_work(engine) as session:
        await areas.load(session, _untold)
        await load_world(session, _untold)
        await load_synthetic(session, PILOTS, _SEED, _untold)
    await engine.dispose()
    connection = await asyncpg.connect(driver_url(url))
    try:
        await make_extreme(connection)
        for table in RECORDS:
            await _mottle(connection, table)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


OWNERS = ("synteettinen-organisaatio-60-7-1", "synteettinen-organisaatio-60-7-2", "synteettinen-organisaatio-60-7-3")
"""Slugs of the organisations that own half of all records, hidden ones among them."""


async def _mottle(connection: "asyncpg.Connection[asyncpg.Record]", table: str) -> None:
    """Hide some records of a table, and give others unusual texts and equal times."""
    title = _TITLES.get(table, "title")
    for remainder, slug in enumerate(OWNERS):
        await connection.execute(
            f"UPDATE {table} SET owner_id = (SELECT id FROM organisation WHERE slug = $1)"  # noqa: S608
            f" WHERE {_chance('owner', 6)} = {remainder}",
            slug,
        )
    for remainder, change in enumerate(_HIDING):
        await connection.execute(f"UPDATE {table} SET {change} WHERE {_chance('hide', 19)} = {remainder}")  # noqa: S608
    for remainder, texts in enumerate(ODD_TEXTS):
        await connection.execute(
            f"UPDATE {table} SET {title} = $1::jsonb WHERE {_chance('texts', 13)} = {remainder}",  # noqa: S608
            json.dumps(texts),
        )
    # Ties: their order is that of the ids.
    await connection.execute(
        f"UPDATE {table} SET created_at = date_trunc('year', created_at), updated_at = created_at"  # noqa: S608
    )
    await connection.execute(
        f"UPDATE {table} SET updated_at = updated_at + interval '1.234567 s' WHERE {_chance('odd', 2)} = 0"  # noqa: S608
    )


def _chance(purpose: str, sides: int) -> str:
    """Return SQL that throws a die for a row, the same in every run."""
    return f"('x' || substr(md5('{purpose}' || id), 1, 6))::bit(24)::int % {sides}"


def _untold(_label: str, _done: int, _total: int) -> None:
    """Tell nobody about progress."""
