"""PostgreSQL reads pages of pilots through indexes: no table of initiatives is read from end to end."""

import json
import os
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import pytest
from tests.oracle.fixtures import Databases

from ilmio_api.access.principals import ANONYMOUS, Principal
from ilmio_api.access.scopes import Scope
from ilmio_api.compiler import reached_pages
from ilmio_api.compiler.batches import batch_of
from ilmio_api.compiler.engine import Engine, Request
from ilmio_api.compiler.pipeline import Reader
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.db.pool import ReadPool
from ilmio_api.db.session import open_engine, unit_of_work
from ilmio_api.demo import load_synthetic
from ilmio_api.i18n.languages import Reading
from ilmio_api.importers import areas
from ilmio_api.schema.query import CATALOGUE

PILOTS = 5_000
LARGE = {"initiative", "participation", "initiative_area", "initiative_phenomenon"}
"""Tables that a page must not read from end to end."""

ORDERS = ["TITLE", "STARTS_ON", "CREATED_AT", "UPDATED_AT", "STATUS", "STAGE"]
MEMBER = Principal(
    account="account_x",
    scopes=frozenset({Scope.DRAFTS_READ}),
    rights=(("organisation_x", frozenset({Scope.DRAFTS_READ})),),
)
EVERYBODY = pytest.mark.parametrize("principal", [ANONYMOUS, MEMBER], ids=["anonymous", "member"])
SLUG = f"synteettinen-{{}}-{PILOTS}-1-{{}}"


@pytest.fixture(scope="module")
async def large_url(database_server: Databases, template: str) -> AsyncIterator[str]:
    """Provide the address of a database with thousands of pilots and fresh statistics."""
    async with database_server.database(f"ilmio_large_{os.getpid()}", template=template) as url:
        engine = open_engine(url)
        async with unit_of_work(engine) as session:
            await areas.load(session, lambda *_: None)
            await load_synthetic(session, PILOTS, 1, lambda *_: None)
        await engine.dispose()
        connection = await asyncpg.connect(url)
        await connection.execute("ANALYZE")
        await connection.close()
        yield url


@pytest.fixture(scope="module")
async def large_pool(large_url: str) -> AsyncIterator[ReadPool]:
    """Provide the hot path to the large world."""
    pool = await ReadPool.open(large_url, size=1, statement_timeout_ms=20_000)
    yield pool
    await pool.close()


@pytest.fixture(scope="module")
async def unsorting_pool(large_url: str) -> AsyncIterator[ReadPool]:
    """Provide a pool that sorts only what it must: among thousands of pilots sorting is cheap, among millions not."""
    url = f"{large_url}{'&' if '?' in large_url else '?'}options=-c%20enable_sort%3Doff"
    pool = await ReadPool.open(url, size=1, statement_timeout_ms=20_000)
    yield pool
    await pool.close()


async def plan_of(pool: ReadPool, text: str, principal: Principal) -> list[dict[str, Any]]:
    """Return the nodes of PostgreSQL's plan for an operation."""
    clock = Stopwatch(time.perf_counter)
    prepared = Engine(CATALOGUE, pool).prepare(Request(text, None, {}), Reader(principal, Reading()), clock)
    statement = prepared.compiled.statement
    values = [fetch(prepared.variables) for fetch in statement.fetches]
    (plan,) = await pool.fetch_row(f"EXPLAIN (FORMAT JSON) {statement.sql}", values) or ("null",)
    return list(nodes_of(json.loads(plan)[0]["Plan"]))


async def read_from_end_to_end(pool: ReadPool, text: str, principal: Principal) -> set[str]:
    """Return the large tables that PostgreSQL would read wholly to answer an operation."""
    nodes = await plan_of(pool, text, principal)
    return {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"} & LARGE


async def answer_of(pool: ReadPool, text: str) -> dict[str, Any]:
    """Return the value of the first field of an answer for everybody."""
    clock = Stopwatch(time.perf_counter)
    prepared = Engine(CATALOGUE, pool).prepare(Request(text, None, {}), Reader(ANONYMOUS, Reading()), clock)
    statement = prepared.compiled.statement
    row = await pool.fetch_row(statement.sql, [fetch(prepared.variables) for fetch in statement.fetches])
    assert row is not None
    found: dict[str, Any] = json.loads(row[0])
    return found


def nodes_of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every node of a plan of PostgreSQL."""
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes_of(inner)


@EVERYBODY
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("order", ORDERS)
async def test_every_order_of_pilots_has_an_index(
    large_pool: ReadPool, order: str, direction: str, principal: Principal
) -> None:
    text = f"{{ pilots(orderBy: {{field: {order}, direction: {direction}}}) {{ nodes {{ title }} }} }}"

    assert await read_from_end_to_end(large_pool, text, principal) == set()


@EVERYBODY
@pytest.mark.parametrize("order", ORDERS)
async def test_every_order_of_initiatives_has_an_index(large_pool: ReadPool, order: str, principal: Principal) -> None:
    text = f"{{ initiatives(orderBy: {{field: {order}}}) {{ nodes {{ title }} }} }}"

    assert await read_from_end_to_end(large_pool, text, principal) == set()


FILTERS = {
    "ids": '{ids: ["x", "y"]}',
    "slugs": '{slugs: ["x", "y"]}',
    "text": '{text: "koulu"}',
    "createdAt": '{createdAt: {from: "2025-12-20T00:00:00Z"}}',
    "updatedAt": '{updatedAt: {from: "2025-12-20T00:00:00Z"}}',
    "status": "{status: [CANCELLED]}",
    "stage": "{stage: [READY]}",
    "area-region": '{area: {within: "MK08"}}',
    "area-dead": '{area: {within: "ELY08"}}',
    "area-any": '{area: {withinAny: ["KU286", "KU091"]}}',
    "area-overlapping": '{area: {overlapping: "KU286"}}',
    "phenomena": f'{{phenomena: ["{SLUG.format("ilmio", 3)}"]}}',
    "participant": f'{{participant: {{slugs: ["{SLUG.format("organisaatio", 3)}"], roles: [PARTNER]}}}}',
    "leadOrganisations": f'{{leadOrganisations: ["{SLUG.format("organisaatio", 3)}"]}}',
    "parents": f'{{parents: ["{SLUG.format("hanke", 3)}"]}}',
    "period": '{period: {from: "2014-01-01", to: "2014-06-30"}}',
}


async def reads_for_any_arguments(pool: ReadPool, sql: str, parameters: int) -> list[tuple[str, ...]]:
    """Return what a statement reads and how, whatever its arguments are, sorted."""
    await pool.fetch_row(f"PREPARE planned AS {sql}", [])
    try:
        values = ", ".join(["NULL"] * parameters)
        (plan,) = await pool.fetch_row(f"EXPLAIN (FORMAT JSON) EXECUTE planned({values})", []) or ("null",)
    finally:
        await pool.fetch_row("DEALLOCATE planned", [])
    nodes = [node for node in nodes_of(json.loads(plan)[0]["Plan"]) if "Relation Name" in node]
    return sorted((node["Relation Name"], node["Node Type"], node.get("Index Name", "")) for node in nodes)


@pytest.mark.parametrize("filter_", FILTERS.values(), ids=FILTERS)
async def test_a_batch_is_read_as_each_of_its_runs_would_be(large_pool: ReadPool, filter_: str) -> None:
    nodes = "nodes { title areas { nodes { name } } leadOrganisation { id } }"
    text = f"{{ pilots(filter: {filter_}) {{ {nodes} }} }}"
    clock = Stopwatch(time.perf_counter)
    prepared = Engine(CATALOGUE, large_pool).prepare(Request(text, None, {}), Reader(ANONYMOUS, Reading()), clock)
    statement = prepared.compiled.statement
    batch, parameters = batch_of(statement.sql), len(statement.fetches)

    assert batch is not None
    assert await reads_for_any_arguments(large_pool, batch.sql, parameters) == await reads_for_any_arguments(
        large_pool, statement.sql, parameters
    )


@pytest.mark.parametrize("filter_", FILTERS.values(), ids=FILTERS)
@EVERYBODY
async def test_every_filter_of_pilots_has_an_index(large_pool: ReadPool, filter_: str, principal: Principal) -> None:
    text = f"{{ pilots(filter: {filter_}) {{ nodes {{ title }} }} }}"

    assert await read_from_end_to_end(large_pool, text, principal) == set()


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ('{ pilots(filter: {area: {within: "MK08"}}) { nodes { id } } }', "initiative_area_area_id_sort_key"),
        (
            '{ pilots(filter: {area: {withinAny: ["KU286"]}, status: [ACTIVE]}) { edges { cursor } } }',
            "initiative_area_area_id_status_sort_key",
        ),
        (
            '{ pilots(filter: {phenomena: ["x"], status: [ENDED]}, orderBy: {field: STARTS_ON}) { nodes { id } } }',
            "initiative_phenomenon_phenomenon_id_status_starts_on",
        ),
        (
            '{ pilots(filter: {area: {within: "FI"}}, orderBy: {field: STARTS_ON, direction: DESC}) { nodes { id } } }',
            "initiative_area_area_id_starts_on",
        ),
        (
            '{ pilots(filter: {area: {within: "YTA02"}, status: [ACTIVE]}) { nodes { id } } }',
            "initiative_area_county_id_status_sort_key",
        ),
        (
            '{ pilots(filter: {area: {within: "YTA02"}}, orderBy: {field: STARTS_ON}) { nodes { id } } }',
            "initiative_area_county_id_starts_on",
        ),
        (
            '{ initiatives(filter: {phenomena: ["x"]}) { nodes { id } } }',
            "initiative_phenomenon_phenomenon_id_sort_key",
        ),
        ('{ pilots(filter: {leadOrganisations: ["x"]}) { nodes { id } } }', "initiative_lead_organisation_id_sort_key"),
        (
            "{ pilots(filter: {status: [ENDED]}, orderBy: {field: STARTS_ON, direction: DESC}) { nodes { id } } }",
            "initiative_kind_status_starts_on",
        ),
        ('{ area(code: "FI") { initiatives { nodes { id } } } }', "initiative_area_area_id_sort_key"),
    ],
)
async def test_a_page_of_what_is_linked_can_be_read_in_the_order_of_the_list(
    unsorting_pool: ReadPool, text: str, index: str
) -> None:
    nodes = await plan_of(unsorting_pool, text, ANONYMOUS)

    assert f"ix_{index}" in {node.get("Index Name") for node in nodes}


@pytest.mark.parametrize("lines", ["goal", "initiative_area", "initiative_phenomenon", "participation"])
async def test_planning_counts_on_two_lines_for_an_initiative(large_pool: ReadPool, lines: str) -> None:
    found = await large_pool.fetch_row(
        "SELECT n_distinct FROM pg_stats WHERE tablename = $1 AND attname = 'initiative_id'", [lines]
    )

    assert found is not None
    assert found["n_distinct"] == -0.5  # half as many initiatives as lines


@pytest.mark.parametrize(
    "text",
    [
        '{ pilot(by: {slug: "x"}) { title } }',
        '{ pilot(by: {id: "x"}) { title } }',
        '{ pilot(by: {externalId: {scheme: INNOKYLA, value: "x"}}) { title } }',
        '{ node(id: "x") { id ... on Pilot { title } } }',
        '{ nodes(ids: ["x", "y"]) { id ... on Pilot { title } } }',
        "{ pilots { nodes { areas { nodes { name } } phenomena { nodes { name } } leadOrganisation { name } } } }",
        "{ pilots { nodes { participations { nodes { role organisation { name } } } } } }",
        "{ pilots { nodes { organisations { nodes { name } } } } }",
        "{ phenomena(first: 5) { nodes { initiatives(first: 5) { nodes { title } } } } }",
        "{ phenomena(first: 5) { nodes { participations(first: 5) { nodes { role } } } } }",
        "{ phenomena(first: 5) { nodes { participations(last: 5) { edges { cursor } } } } }",
        "{ organisations(first: 5) { nodes { leadOf(first: 5) { nodes { title } } } } }",
        '{ area(code: "KU286") { initiatives(first: 5) { nodes { title } } } }',
        '{ search(text: "koulu", first: 5) { nodes { ... on Pilot { title } } } }',
    ],
)
@EVERYBODY
async def test_lookups_and_related_lists_use_indexes(large_pool: ReadPool, text: str, principal: Principal) -> None:
    assert await read_from_end_to_end(large_pool, text, principal) == set()


@pytest.mark.parametrize("links", ["areas", "phenomena"])
@EVERYBODY
async def test_what_an_initiative_leads_to_can_be_read_in_order(
    unsorting_pool: ReadPool, links: str, principal: Principal
) -> None:
    plan = await plan_of(unsorting_pool, f"{{ pilots {{ nodes {{ {links} {{ nodes {{ name }} }} }} }} }}", principal)

    assert "Sort" not in {node["Node Type"] for node in plan}


@pytest.mark.parametrize(("page", "place"), [("first: 30", slice(30)), ("last: 30", slice(-30, None))])
async def test_a_list_of_some_statuses_is_in_order_across_them(large_pool: ReadPool, page: str, place: slice) -> None:
    arguments = f"filter: {{status: [ENDED, PAUSED]}}, orderBy: {{field: STARTS_ON, direction: DESC}}, {page}"
    answer = await answer_of(large_pool, f"{{ pilots({arguments}) {{ totalCount nodes {{ id }} }} }}")
    found = await large_pool.fetch(
        "SELECT id FROM initiative WHERE is_public AND kind = 'PILOT' AND status IN ('ENDED', 'PAUSED')"
        " ORDER BY starts_on DESC, id DESC",
        [],
    )

    assert [node["id"] for node in answer["nodes"]] == [row["id"] for row in found.rows[place]]
    assert answer["totalCount"] == len(found.rows)


async def pilots_within(pool: ReadPool, area: str, order: str) -> list[str]:
    """Return the ids of all public pilots of an area and of all that reaches it."""
    found = await pool.fetch(
        f"SELECT id FROM initiative WHERE is_public AND kind = 'PILOT' AND id IN (SELECT initiative_id"  # noqa: S608
        " FROM initiative_area JOIN area_reach ON inner_id = area_id JOIN area ON area.id = outer_id"
        f" WHERE area.code = $1) ORDER BY {order}",
        [area],
    )
    return [row["id"] for row in found.rows]


@pytest.mark.parametrize(("page", "place"), [("first: 30", slice(30)), ("last: 30", slice(-30, None))])
@pytest.mark.parametrize("area", ["FI", "YTA02", "ELY01", "MK01", "HVA13", "TYA41", "KU091"])
async def test_a_list_of_an_area_is_in_order_across_counties_and_single_areas(
    large_pool: ReadPool, area: str, page: str, place: slice
) -> None:
    by_title = f'pilots(filter: {{area: {{within: "{area}"}}}}, {page})'
    by_start = f'pilots(filter: {{area: {{within: "{area}"}}}}, {page}, orderBy: {{field: STARTS_ON}})'
    lists = [await answer_of(large_pool, f"{{ {list_} {{ nodes {{ id }} }} }}") for list_ in (by_title, by_start)]

    assert [[node["id"] for node in list_["nodes"]] for list_ in lists] == [
        (await pilots_within(large_pool, area, order))[place] for order in ("sort_key, id", "starts_on, id")
    ]


async def test_a_pilot_with_many_areas_in_a_county_takes_one_place_in_a_list(
    large_url: str, large_pool: ReadPool
) -> None:
    first, *_ = expected = await pilots_within(large_pool, "YTA02", "sort_key, id")
    connection = await asyncpg.connect(large_url)
    added = await connection.fetch(
        "INSERT INTO initiative_area (initiative_id, area_id) SELECT $1, inner_id FROM area_reach"
        " WHERE county_id = outer_id AND outer_id IN (SELECT id FROM area WHERE code = 'HVA13')"
        " ON CONFLICT DO NOTHING RETURNING area_id",
        first,
    )
    try:
        answer = await answer_of(large_pool, '{ pilots(filter: {area: {within: "YTA02"}}, first: 9) { nodes { id } } }')
    finally:
        areas_ = [row["area_id"] for row in added]
        await connection.execute(
            "DELETE FROM initiative_area WHERE initiative_id = $1 AND area_id = ANY ($2)", first, areas_
        )
        await connection.close()

    assert len(added) > 9  # more lines than rows on the page
    assert [node["id"] for node in answer["nodes"]] == expected[:9]


@pytest.mark.parametrize("page", ["first: 30", "last: 30", "first: 30, orderBy: {field: CREATED_AT, direction: DESC}"])
async def test_walking_a_list_finds_what_collecting_finds(
    large_pool: ReadPool, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    phenomenon = f'phenomenon(by: {{slug: "{SLUG.format("ilmio", 3)}"}})'
    text = f"{{ {phenomenon} {{ organisations({page}) {{ nodes {{ id name }} pageInfo {{ hasNextPage }} }} }} }}"

    monkeypatch.setattr(reached_pages, "_MANY", 1)
    walked = await answer_of(large_pool, text)
    monkeypatch.setattr(reached_pages, "_MANY", 1_000_000)
    collected = await answer_of(large_pool, text)

    assert walked == collected
    assert len(walked["organisations"]["nodes"]) == 30
