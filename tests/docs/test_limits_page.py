"""The published limits are those of the code."""

import re
from collections.abc import Callable

import pytest

from ilmio_api.compiler.budget import Budget
from ilmio_api.compiler.cost import COUNT_POINTS, REQUEST_POINTS, SEARCH_POINTS
from ilmio_api.compiler.documents import MAX_COMMENTS, MAX_INTROSPECTIONS, MAX_TOKENS
from ilmio_api.compiler.paging import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from ilmio_api.errors import ErrorCode
from ilmio_api.schema.rules import MAX_SEARCH_LENGTH
from ilmio_api.settings import DEFAULT_POINTS, Settings

Rows = Callable[[str, str], list[list[str]]]


def number_in(cell: str) -> int:
    """Return the number that a cell begins with, written with spaces between thousands."""
    found = re.match(r"\d[\d ]*", cell)
    assert found is not None, cell
    return int(found[0].replace(" ", ""))


@pytest.fixture
def limits(rows: Rows) -> dict[str, int]:
    """Provide the numbers of the page, by the name of the limit."""
    return {name: number_in(value) for name, value, *_ in rows("docs/limits.md", "limit")}


def test_the_page_has_the_numbers_of_the_code(limits: dict[str, int]) -> None:
    budget, settings = Budget(), Settings()

    assert limits == {
        "page size": MAX_PAGE_SIZE,
        "page size by default": DEFAULT_PAGE_SIZE,
        "depth": budget.depth,
        "cost": budget.cost,
        "fields": budget.fields,
        "tokens": MAX_TOKENS,
        "comments": MAX_COMMENTS,
        "sources": budget.sources,
        "introspection": MAX_INTROSPECTIONS,
        "schema texts": budget.schema_texts,
        "filters": budget.filters,
        "filter depth": budget.filter_depth,
        "search text": MAX_SEARCH_LENGTH,
        "request body": settings.max_body_bytes,
        "statement time": settings.statement_timeout_ms // 1_000,
        "points per minute": DEFAULT_POINTS,
    }


def test_the_page_has_the_weights_of_the_code(rows: Rows) -> None:
    assert [int(points) for _, points in rows("docs/limits.md", "each")] == [
        REQUEST_POINTS,
        1,
        0,
        COUNT_POINTS,
        SEARCH_POINTS,
    ]


def test_every_code_on_the_page_is_one_of_ours(rows: Rows) -> None:
    named = {code for _, _, code, *_ in rows("docs/limits.md", "limit") if code}

    assert named == {f"`{code}`" for code in ("BAD_PAGE_SIZE", "TOO_COMPLEX", "TOO_LARGE", "TIMEOUT", "RATE_LIMITED")}
    assert {code.strip("`") for code in named} <= set(ErrorCode)


def test_the_notes_on_routes_say_the_same(rows: Rows, limits: dict[str, int]) -> None:
    noted = {re.split(r"[,(]| in ", name)[0].strip(): value for name, value, *_ in rows("openapi-notes.md", "limit")}
    first, default = (number_in(value) for value in re.findall(r"–(\d+), default (\d+)", noted.pop("page size"))[0])

    assert {"page size": first, "page size by default": default} | {
        name: number_in(value) for name, value in noted.items()
    } == limits
