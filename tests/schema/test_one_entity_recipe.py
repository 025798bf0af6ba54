"""A new entity is a table and one declaration: nothing else has to be written to query, filter, page and count it.

Owns: that promise, kept with a toy entity.
Does not own: the entities of the service.
"""

import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, TypeAlias

import asyncpg
import pytest
import strawberry
from sqlalchemy import Column, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.access.rows import reference
from ilmio_api.compiler.catalogue import Catalogue
from ilmio_api.compiler.declare import Entity, KeyType
from ilmio_api.compiler.engine import Engine, Request
from ilmio_api.compiler.pipeline import Reader
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.db.pool import ReadPool
from ilmio_api.i18n.languages import Language, Reading
from ilmio_api.schema.catalogue import catalogue_of
from ilmio_api.schema.connections import Connection
from ilmio_api.schema.fields import entity, filter_input, listing, plain, text, where
from ilmio_api.schema.orders import by_column, keys, order_input
from ilmio_api.schema.rules import one_of
from ilmio_api.schema.scalars import CONFIG

BOATS = Table("boat", MetaData(), Column("id", Text), Column("name", JSONB), Column("length_m", Integer))
BoatRef: TypeAlias = Annotated["Boat", strawberry.lazy(__name__)]

ORDERS = {"LENGTH": (by_column("length_m", KeyType.INTEGER), "Length.")}
BoatOrder = order_input("Boat", ORDERS, "by length")


@filter_input("Which boats to list.")
class BoatFilter:
    """See the description."""

    ids: list[strawberry.ID] | None = where(one_of("id"), "Boats with these identifiers.")


@entity(Entity(table=BOATS, policy=reference, orders=keys(ORDERS), default_order=("LENGTH", False)))
@strawberry.type(description="A boat.")
class Boat:
    """See the description."""

    id: strawberry.ID = plain("Identifier.")
    name: str | None = text("Name.")
    length_m: int = plain("Length in metres.")


@strawberry.type(description="Everything that can be read.")
class Query:
    """See the description."""

    boats: Connection[BoatRef] = listing("Boats.", BoatRef)


CATALOGUE: Catalogue = catalogue_of(strawberry.Schema(query=Query, config=CONFIG), {})


@pytest.fixture
async def engine(private_url: str) -> AsyncIterator[Engine]:
    """Provide an engine on a database with five boats, two of the same length."""
    connection = await asyncpg.connect(private_url)
    await connection.execute('CREATE TABLE boat (id text COLLATE "C" PRIMARY KEY, name jsonb, length_m int NOT NULL)')
    await connection.executemany(
        "INSERT INTO boat VALUES ($1, jsonb_build_object('fi', $2::text), $3)",
        [("a", "Aalto", 5), ("b", "Busö", 7), ("c", "Caisa", 5), ("d", "Delfiini", 12), ("e", "Ella", 9)],
    )
    await connection.close()
    pool = await ReadPool.open(private_url, size=1, statement_timeout_ms=5_000)
    yield Engine(CATALOGUE, pool)
    await pool.close()


async def ask(engine: Engine, query: str, **variables: object) -> Any:  # noqa: ANN401 - JSON
    """Return the boats of an answer."""
    clock = Stopwatch(time.perf_counter)
    prepared = engine.prepare(Request(query, None, variables), Reader(ANONYMOUS, Reading(Language.SV)), clock)
    answer = await engine.answer(prepared, clock)
    assert answer.errors == ()
    return json.loads(dict(answer.fields)["boats"])


async def test_a_toy_entity_is_listed_in_its_order(engine: Engine) -> None:
    boats = await ask(engine, "{ boats(first: 2) { nodes { id name lengthM __typename } } }")

    assert boats == {
        "nodes": [
            {"id": "a", "name": "Aalto", "lengthM": 5, "__typename": "Boat"},
            {"id": "c", "name": "Caisa", "lengthM": 5, "__typename": "Boat"},
        ]
    }


async def test_a_toy_entity_is_filtered_and_counted(engine: Engine) -> None:
    query = 'query($ids: [ID!]) { boats(filter: {not: {ids: $ids}, or: [{ids: ["a"]}, {ids: ["b", "d"]}]}) { %s } }'

    assert await ask(engine, query % "totalCount nodes { id }", ids=["d"]) == {
        "totalCount": 2,
        "nodes": [{"id": "a"}, {"id": "b"}],
    }


@pytest.mark.parametrize(
    ("page", "ahead", "end"),
    [("first: 2, after: $at", "hasNextPage", "endCursor"), ("last: 2, before: $at", "hasPreviousPage", "startCursor")],
)
async def test_a_toy_entity_is_paged_both_ways(engine: Engine, page: str, ahead: str, end: str) -> None:
    query = f"""query($at: String) {{ boats({page}, orderBy: {{field: LENGTH, direction: DESC}}) {{
        nodes {{ id }} pageInfo {{ {ahead} {end} }} }} }}"""
    pages: list[str] = []
    at: str | None = None
    more = True
    while more:
        boats = await ask(engine, query, at=at)
        pages.append("".join(node["id"] for node in boats["nodes"]))
        more, at = boats["pageInfo"][ahead], boats["pageInfo"][end]

    assert pages == (["de", "bc", "a"] if ahead == "hasNextPage" else ["ca", "eb", "d"])
