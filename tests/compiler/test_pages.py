"""Lists are read page by page, in both directions, without missing or repeating a row."""

import base64
import json
from typing import Any

import pytest
from tests.oracle.comparison import Question, Witnesses
from tests.oracle.reading import JSON

from ilmio_api.errors import ErrorCode
from ilmio_api.i18n.languages import Language

ORDERS = [
    *(("pilots", "", key) for key in ("TITLE", "STARTS_ON", "CREATED_AT", "UPDATED_AT", "STATUS", "STAGE")),
    *(("initiatives", 'filter: {area: {within: "FI"}}', key) for key in ("TITLE", "STARTS_ON")),
    ("pilots", "filter: {status: [ACTIVE, ENDED]}", "STARTS_ON"),
    *(("areas", "filter: {kind: WELLBEING_SERVICES_COUNTY}", key) for key in ("NAME", "CODE")),
]
"""Root list, the filter that keeps it short, its order."""


async def data_of(witnesses: Witnesses, text: str, **variables: object) -> JSON:
    """Return the data of an answer that must not be refused."""
    reply = await witnesses.compiled(Question(text, variables, Language.FI))
    assert reply.refusal is None
    return json.loads(reply.data)


async def refusal_of(witnesses: Witnesses, text: str, **variables: object) -> str | None:
    """Return the code with which a question is refused, or None."""
    return (await witnesses.compiled(Question(text, variables, Language.FI))).refusal


def cursor(*parts: object) -> str:
    """Return a cursor made by hand."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


async def walk(
    witnesses: Witnesses, list_: tuple[str, str, str], direction: str, page: tuple[str, str, int]
) -> list[str]:
    """Return the ids of a list, read from one end to the other by pages of a size."""
    name, filter_, key = list_
    size, position, count = page
    text = (
        f"query($at: String) {{ list: {name}({filter_} orderBy: {{field: {key}, direction: {direction}}}"
        f" {size}: {count} {position}: $at) {{"
        " edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
    )
    ids: list[str] = []
    at: str | None = None
    while True:
        found = (await data_of(witnesses, text, at=at))["list"]
        read = [edge["node"]["id"] for edge in found["edges"]]
        info = found["pageInfo"]
        assert [info["startCursor"], info["endCursor"]] == [found["edges"][0]["cursor"], found["edges"][-1]["cursor"]]
        ids = ids + read if size == "first" else read + ids
        if not info["hasNextPage" if size == "first" else "hasPreviousPage"]:
            return ids
        at = info["endCursor" if size == "first" else "startCursor"]


@pytest.mark.parametrize("count", [1, 2, 7])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("list_", ORDERS, ids=lambda list_: f"{list_[0]}-{list_[2]}")
async def test_pages_in_both_directions_hold_every_row_once_and_in_the_same_order(
    mottled: Witnesses, list_: tuple[str, str, str], direction: str, count: int
) -> None:
    name, filter_, key = list_
    arguments = f"{filter_} orderBy: {{field: {key}, direction: {direction}}} first: 100"
    whole = await data_of(mottled, f"{{ list: {name}({arguments}) {{ nodes {{ id }} }} }}")
    ids = [node["id"] for node in whole["list"]["nodes"]]

    assert len(set(ids)) == len(ids) > 20
    assert await walk(mottled, list_, direction, ("first", "after", count)) == ids
    assert await walk(mottled, list_, direction, ("last", "before", count)) == ids


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_observations_of_an_indicator_are_read_page_by_page(mottled: Witnesses, direction: str) -> None:
    text = (
        "query($id: ID!, $at: String) { indicator(by: {id: $id}) { list: observations("
        f'filter: {{area: {{within: "MK08"}}}} orderBy: {{field: YEAR, direction: {direction}}} first: 7 after: $at)'
        " { totalCount nodes { id year area { code } } pageInfo { hasNextPage endCursor } } } }"
    )
    indicators = await data_of(mottled, "{ indicators { nodes { id observations { totalCount } } } }")
    largest = max(indicators["indicators"]["nodes"], key=lambda node: node["observations"]["totalCount"])
    read: list[dict[str, Any]] = []
    page: dict[str, Any] = {"pageInfo": {"hasNextPage": True, "endCursor": None}}
    while page["pageInfo"]["hasNextPage"]:
        found = await data_of(mottled, text, id=largest["id"], at=page["pageInfo"]["endCursor"])
        page = found["indicator"]["list"]
        read += page["nodes"]

    assert len(read) == page["totalCount"] > 14
    assert len({row["id"] for row in read}) == len(read)
    places = [(row["year"], row["area"]["code"], row["id"]) for row in read]
    assert places == sorted(places, reverse=direction == "DESC")


async def test_rows_with_equal_keys_are_ordered_by_id(mottled: Witnesses) -> None:
    text = "{ pilots(first: 100, orderBy: {field: STATUS}) { nodes { status id } } }"

    nodes = (await data_of(mottled, text))["pilots"]["nodes"]

    assert len({node["status"] for node in nodes}) < len(nodes)
    assert [(node["status"], node["id"]) for node in nodes] == sorted((node["status"], node["id"]) for node in nodes)


async def test_a_page_has_twenty_rows_when_no_size_is_given(mottled: Witnesses) -> None:
    found = await data_of(mottled, "{ pilots { nodes { id } pageInfo { hasNextPage hasPreviousPage } } }")

    assert len(found["pilots"]["nodes"]) == 20
    assert found["pilots"]["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False}


async def test_an_empty_page_has_no_cursors(mottled: Witnesses) -> None:
    text = "{ pilots(first: 0) { nodes { id } edges { cursor } pageInfo { hasNextPage startCursor endCursor } } }"

    found = await data_of(mottled, text)

    assert found["pilots"] == {
        "nodes": [],
        "edges": [],
        "pageInfo": {"hasNextPage": True, "startCursor": None, "endCursor": None},
    }


async def test_a_cursor_on_either_side_says_that_rows_lie_there(mottled: Witnesses) -> None:
    cursors = await data_of(mottled, "{ pilots(first: 5) { edges { cursor } } }")
    second, fourth = (cursors["pilots"]["edges"][place]["cursor"] for place in (1, 3))
    text = """query($a: String, $b: String) { pilots(first: 5, after: $a, before: $b) {
        edges { cursor } pageInfo { hasNextPage hasPreviousPage } } }"""

    found = (await data_of(mottled, text, a=second, b=fourth))["pilots"]

    assert found["edges"] == [cursors["pilots"]["edges"][2]]
    assert found["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": True}


async def test_the_count_is_that_of_the_whole_list_on_every_page(mottled: Witnesses) -> None:
    counts = await data_of(
        mottled, "{ a: pilots(first: 1) { totalCount } b: pilots(last: 3) { totalCount edges { cursor } } }"
    )

    assert counts["a"]["totalCount"] == counts["b"]["totalCount"] > 20


@pytest.mark.parametrize(
    "arguments",
    ["first: -1", "first: 101", "last: -1", "last: 101", "first: 1, last: 1"],
)
async def test_sizes_out_of_bounds_are_refused(mottled: Witnesses, arguments: str) -> None:
    assert await refusal_of(mottled, f"{{ pilots({arguments}) {{ totalCount }} }}") == ErrorCode.BAD_PAGE_SIZE


@pytest.mark.parametrize("arguments", ["first: 100", "last: 100", "first: 0", "first: null, last: 2"])
async def test_sizes_at_the_bounds_are_allowed(mottled: Witnesses, arguments: str) -> None:
    assert await refusal_of(mottled, f"{{ pilots({arguments}) {{ totalCount }} }}") is None


@pytest.mark.parametrize("ids", [101, 1_000])
async def test_more_ids_than_a_page_has_rows_are_refused(mottled: Witnesses, ids: int) -> None:
    text = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"

    assert await refusal_of(mottled, text, ids=["x"]) is None
    assert await refusal_of(mottled, text, ids=["x"] * ids) == ErrorCode.BAD_PAGE_SIZE


BAD_CURSORS = {
    "not base64": "%%%",
    "not ASCII": "ä",
    "empty": "",
    "base64 of nothing": "AAAA",
    "not JSON": base64.urlsafe_b64encode(b"[").decode(),
    "deep JSON": base64.urlsafe_b64encode(b"[" * 5_000).decode(),
    "not a list": cursor()[:0] + base64.urlsafe_b64encode(b'{"a": 1}').decode(),
    "too short": cursor("initiative.STARTS_ON.asc", "2024-01-01"),
    "too long": cursor("initiative.STARTS_ON.asc", "2024-01-01", "x", "y"),
    "numbers": cursor("initiative.STARTS_ON.asc", 5, 7),
    "another list": cursor("organisation.STARTS_ON.asc", "2024-01-01", "x"),
    "another order": cursor("initiative.TITLE.asc", "2024-01-01", "x"),
    "another direction": cursor("initiative.STARTS_ON.desc", "2024-01-01", "x"),
    "no day": cursor("initiative.STARTS_ON.asc", "soon", "x"),
    "a day that does not exist": cursor("initiative.STARTS_ON.asc", "2024-02-30", "x"),
    "a day of a week": cursor("initiative.STARTS_ON.asc", "2024-W05-1", "x"),
    "a statement": cursor("initiative.STARTS_ON.asc", "2024-01-01'; SELECT 1 --", "x"),
    "NUL in the id": cursor("initiative.STARTS_ON.asc", "2024-01-01", "\x00"),
    "half a surrogate pair": cursor("initiative.STARTS_ON.asc", "2024-01-01", "\ud800"),
}


@pytest.mark.parametrize("given", BAD_CURSORS.values(), ids=BAD_CURSORS)
@pytest.mark.parametrize("argument", ["after", "before"])
async def test_a_cursor_that_the_list_did_not_give_is_refused(mottled: Witnesses, argument: str, given: str) -> None:
    text = f"query($at: String) {{ pilots(orderBy: {{field: STARTS_ON}}, {argument}: $at) {{ totalCount }} }}"

    assert await refusal_of(mottled, text, at=given) == ErrorCode.BAD_CURSOR


@pytest.mark.parametrize(
    "key",
    ["", "2024-02-30 00:00:00+00", "2024-W05-1 00:00:00+00:00", "2024-01-01 00:00:00", "2024-01-01 25:00:00+00"],
)
async def test_a_cursor_with_a_time_that_does_not_exist_is_refused(mottled: Witnesses, key: str) -> None:
    text = "query($at: String) { pilots(orderBy: {field: CREATED_AT}, after: $at) { totalCount } }"

    assert await refusal_of(mottled, text, at=cursor("initiative.CREATED_AT.asc", key, "x")) == ErrorCode.BAD_CURSOR


@pytest.mark.parametrize("key", ["", "x", "1e5", "99999999999", "2147483648", "1.5", "١", "１２"])
async def test_a_cursor_with_a_number_that_is_none_is_refused(mottled: Witnesses, key: str) -> None:
    text = "query($at: String) { principleSets(orderBy: {field: ORDINAL}, after: $at) { totalCount } }"

    assert await refusal_of(mottled, text, at=cursor("principle_set.ORDINAL.asc", key, "x")) == ErrorCode.BAD_CURSOR


@pytest.mark.parametrize("key", ["0", "-1", "2147483647", "-2147483648"])
async def test_a_cursor_may_have_any_number_that_an_order_has(mottled: Witnesses, key: str) -> None:
    text = "query($at: String) { principleSets(orderBy: {field: ORDINAL}, after: $at) { nodes { id } } }"

    assert await refusal_of(mottled, text, at=cursor("principle_set.ORDINAL.asc", key, "x")) is None


@pytest.mark.parametrize("key", ["", "x", "1e5", ".5", "NaN", "٣", "0.１"])
async def test_a_cursor_with_a_rank_that_is_none_is_refused(mottled: Witnesses, key: str) -> None:
    text = 'query($at: String) { search(text: "x", after: $at) { totalCount } }'

    assert await refusal_of(mottled, text, at=cursor("record.RANK.desc", key, "x")) == ErrorCode.BAD_CURSOR


async def test_a_bad_cursor_is_refused_with_its_path_also_when_the_plan_is_known(mottled: Witnesses) -> None:
    text = "query($at: String) { found: pilots(after: $at, first: 1) { nodes { id } } }"
    good = cursor("initiative.TITLE.asc", "a", "x")

    assert await refusal_of(mottled, text, at=good) is None
    assert await refusal_of(mottled, text, at=good + "A") == ErrorCode.BAD_CURSOR
