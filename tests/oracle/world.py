"""Every row of a database in memory, found by the value of a column.

Owns: loading the tables, indexes on columns, what a search for words finds.
Does not own: which rows may be read (`oracle.policies`).
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import asyncpg
from sqlalchemy import select
from sqlalchemy.dialects import postgresql

import ilmio_api.domain  # noqa: F401  # maps all tables
from ilmio_api.db.address import driver_url
from ilmio_api.db.base import Base

Row: TypeAlias = Mapping[str, Any]
"""One row: Python values by column."""

WORDS = (
    "koulu",
    "nuoret",
    "kouluakäymättömyys",
    "Kymenlaakso",
    "hanke",
    "skola",
    "school",
    "pilotti -Kouvola",
    '"oppilas" or perhe',
    "the",
    "zzz",
    "",
)
"""What generated documents search for; PostgreSQL is asked once what each finds."""


@dataclass(frozen=True, slots=True)
class World:
    """The rows of a database, and what each of `WORDS` finds: the rank by id of the record."""

    tables: Mapping[str, Sequence[Row]]
    ranks: Mapping[str, Mapping[str, Decimal]]
    today: date
    own: frozenset[str] = frozenset()
    """Organisations of which the reader may see what others may not."""
    _indexes: dict[tuple[str, str], dict[Any, list[Row]]] = field(default_factory=dict)

    def seen_with(self, own: frozenset[str]) -> "World":
        """Return the same rows, as a reader sees them who has these organisations of its own."""
        return replace(self, own=own)

    def where(self, table: str, column: str, value: object) -> list[Row]:
        """Return the rows of a table that have the value in a column; none for None."""
        if value is None:
            return []
        index = self._indexes.get((table, column))
        if index is None:
            index = defaultdict(list)
            for row in self.tables[table]:
                index[row[column]].append(row)
            self._indexes[table, column] = index
        return index.get(value, [])

    def one(self, table: str, identifier: object) -> Row | None:
        """Return the row with the identifier, or None."""
        found = self.where(table, "id", identifier)
        return found[0] if found else None


async def loaded(url: str) -> World:
    """Return the world in the database at `url`."""
    connection = await asyncpg.connect(driver_url(url), server_settings={"TimeZone": "UTC"})
    try:
        await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
        tables: dict[str, Sequence[Row]] = {
            table.name: [dict(row) for row in await connection.fetch(_everything(table.name))]
            for table in Base.metadata.sorted_tables
        }
        ranks = {words: await _found(connection, words) for words in WORDS}
    finally:
        await connection.close()
    tables["disagreement"] = _disagreements(tables["claim"])
    return World(tables, ranks, datetime.now(ZoneInfo("Europe/Helsinki")).date())


def _everything(table: str) -> str:
    return str(select(Base.metadata.tables[table]).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]


async def _found(connection: "asyncpg.Connection[asyncpg.Record]", words: str) -> dict[str, Decimal]:
    """Return the rank of every record that the words find; stemming is PostgreSQL's, so it is asked."""
    rows = await connection.fetch(
        "SELECT id, round(ts_rank(document, ilmio_query($1))::numeric, 6) AS rank"
        " FROM record WHERE document @@ ilmio_query($1)",
        words,
    )
    return {row["id"]: row["rank"] for row in rows}


def _disagreements(claims: Sequence[Row]) -> list[Row]:
    """Return the fields on which the claims about a record differ; silence is a difference too."""
    said: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for claim in claims:
        said[claim["record_id"], claim["field"]].append(claim)
    return [
        {"record_id": record, "field": name, "source_count": len({claim["source_id"] for claim in each})}
        for (record, name), each in said.items()
        if len({claim["value"] or "" for claim in each}) > 1
    ]
