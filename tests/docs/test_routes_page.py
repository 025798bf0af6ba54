"""The notes on routes name the routes and the statuses that there are."""

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from starlette.routing import Route

from ilmio_api.app import create_app
from ilmio_api.console.cookies import Cookie
from ilmio_api.console.gate import Entry, Gate
from ilmio_api.errors import ErrorCode
from ilmio_api.settings import Settings
from ilmio_api.web.outbound import STATUS

Rows = Callable[[str, str], list[list[str]]]

NOTES = "openapi-notes.md"
ORGANISATION = "/console/organisations/{organisation}"
LETS_IN = {"anybody": Entry.ANYBODY, "signed in": Entry.SIGNED_IN, "recently": Entry.RECENT}
TABLES = {"page": "", "page of the person": "", "page of an organisation": ORGANISATION}
"""First words of the tables of pages, and below what their paths are."""


class Page(NamedTuple):
    """A page of the console, and whom it lets in."""

    path: str
    entry: Entry


@pytest.fixture(scope="module")
def served() -> list[Route]:
    """Provide the routes of the application; it need not be started to have them."""
    application = create_app(Settings(database_url="postgresql://nobody@localhost/nothing"))
    return [route for route in application.routes if isinstance(route, Route)]


@pytest.fixture(scope="module")
def served_pages(served: list[Route]) -> set[Page]:
    """Provide the pages of the console: what stands behind a gate below its path."""
    gates = [(route.path, getattr(route.endpoint, "__self__", None)) for route in served]
    return {Page(path, gate.entry) for path, gate in gates if isinstance(gate, Gate) and path.startswith("/console/")}


def paths_in(cell: str, below: str = "") -> list[str]:
    """Return the paths that a cell names, which may be written from below another one."""
    return [f"{below}{path}".removesuffix("/" if below else "") for path in re.findall(r"`(/[^`]*)`", cell)]


def seconds(life: str) -> int | None:
    """Return a life as the page writes it in seconds; None until the browser is closed."""
    number, _, unit = life.partition(" ")
    return int(number) * {"min": 60, "days": 86_400}[unit] if number.isdecimal() else None


def test_the_notes_name_every_route_outside_the_console(
    rows: Rows, served: list[Route], served_pages: set[Page]
) -> None:
    noted = {path for route, *_ in rows(NOTES, "route") for path in paths_in(route)}
    # The last one is the page that says that there is none.
    others = {route.path for route in served} - {page.path for page in served_pages} - {"/console/{rest:path}"}

    assert noted == {path.replace(":path", "") for path in others}


def test_the_notes_name_every_page_of_the_console_and_whom_it_lets_in(rows: Rows, served_pages: set[Page]) -> None:
    noted = {
        Page(path, LETS_IN[lets_in])
        for table, below in TABLES.items()
        for cell, lets_in, *_ in rows(NOTES, table)
        for path in paths_in(cell, below)
    }

    assert noted == served_pages


def test_the_notes_give_every_code_the_status_that_it_gets(rows: Rows) -> None:
    noted = {
        ErrorCode(code): int(status[:3])
        for status, codes in rows(NOTES, "status")
        for code in re.findall(r"`([A-Z_]+)`", codes)
    }
    # What is not found comes beside other data.
    assert noted == {code: STATUS.get(code, 422) for code in ErrorCode} | {ErrorCode.NOT_FOUND: 294}


def test_the_notes_name_every_cookie_with_its_life(rows: Rows) -> None:
    assert {(name.strip("`"), seconds(life)) for name, life, _ in rows(NOTES, "cookie")} == {
        (cookie.known_as(https=False), cookie.life_s) for cookie in Cookie
    }
