"""The published limits are those of the code."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from ilmio_api.compiler.budget import Budget
from ilmio_api.compiler.cost import COUNT_POINTS, CURSOR_POINTS, FILTER_POINTS, REQUEST_POINTS, SEARCH_POINTS
from ilmio_api.compiler.documents import (
    MAX_COMMENTS,
    MAX_LIST,
    MAX_NESTING,
    MAX_OBJECTS,
    MAX_OPERATIONS,
    MAX_SCHEMAS,
    MAX_TOKENS,
    MAX_TYPES,
)
from ilmio_api.compiler.mutations import MAX_COMMANDS
from ilmio_api.compiler.paging import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from ilmio_api.compiler.validation import MAX_FRAGMENT_USES
from ilmio_api.domain.accounts import (
    api_keys,
    clients,
    credential_life,
    documents,
    domains,
    invitations,
    key_sets,
    passkeys,
    persons,
    ranges,
    recovery_codes,
    redirects,
    sessions,
    set_up,
    sign_in,
)
from ilmio_api.errors import ErrorCode
from ilmio_api.oauth import code_grant, devices, grants, keys, pushed_requests, tokens
from ilmio_api.schema.rules import MAX_SEARCH_LENGTH
from ilmio_api.settings import DEFAULT_POINTS, Settings

Rows = Callable[[str, str], list[list[str]]]


UNITS = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "days": timedelta(days=1),
}


def time_in(cell: str) -> timedelta:
    """Return the time that a cell says."""
    number, unit = cell.split(" ")
    return int(number) * UNITS[unit]


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
        "nesting": MAX_NESTING,
        "operations": MAX_OPERATIONS,
        "fragment uses": MAX_FRAGMENT_USES,
        "input objects": MAX_OBJECTS,
        "sources": budget.sources,
        "list items": MAX_LIST,
        "introspection": MAX_SCHEMAS,
        "types": MAX_TYPES,
        "schema texts": budget.schema_texts,
        "filters": budget.filters,
        "filter depth": budget.filter_depth,
        "search text": MAX_SEARCH_LENGTH,
        "commands": MAX_COMMANDS,
        "request body": settings.max_body_bytes,
        "statement time": settings.statement_timeout_ms // 1_000,
        "points per minute": DEFAULT_POINTS,
    }


def test_the_page_has_the_weights_of_the_code(rows: Rows) -> None:
    assert [int(points) for _, points in rows("docs/limits.md", "each")] == [
        REQUEST_POINTS,
        1,
        0,
        CURSOR_POINTS,
        COUNT_POINTS,
        FILTER_POINTS,
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


def test_the_page_has_what_an_account_may_have(rows: Rows) -> None:
    noted = {name: number_in(value) for name, value, _ in rows("docs/limits.md", "account limit")}

    # The other numbers are private to the module that counts.
    assert noted.pop("invitations in an hour") == 100
    assert noted == {
        "clients": clients.MOST_CLIENTS,
        "secrets": clients.MOST_SECRETS,
        "redirect addresses": redirects.MOST_REDIRECTS,
        "public keys": key_sets.MOST_KEYS,
        "API keys": api_keys.MOST_KEYS,
        "registered documents": documents.MOST_DOCUMENTS,
        "characters of a registered document": documents.LONGEST_DOCUMENT,
        "address ranges": ranges.MOST_RANGES,
        "open invitations": invitations.MOST_OPEN,
        "domains": domains.MOST_DOMAINS,
        "passkeys": passkeys.MOST,
        "recovery codes": recovery_codes.COUNT,
    }


def test_the_page_has_the_lives_of_the_code(rows: Rows) -> None:
    noted = {name: time_in(value) for name, value, _ in rows("docs/limits.md", "lifetime")}
    known = {
        "access token of a person": tokens.PERSONS,
        "access token of a service": tokens.SERVICES,
        "refresh token, unused": tokens.IDLE,
        "authorisation, in all": tokens.ABSOLUTE,
        "grace of a used refresh token": grants.GRACE,
        "authorisation code": code_grant.CODE_LIFE,
        "pushed authorisation request": pushed_requests.LIFE,
        "device code": devices.LIFE,
        "API key or client secret, usual": timedelta(days=credential_life.USUAL_DAYS),
        "API key or client secret, at most": timedelta(days=credential_life.MOST_DAYS),
        "replaced API key beside the new one": timedelta(hours=api_keys.MOST_OVERLAP_HOURS),
        "session, unused": sessions.IDLE,
        "session, in all": timedelta(hours=sessions.MOST_HOURS),
        "elevation of a platform administrator": persons.ELEVATED_FOR,
        "invitation": invitations.LIFE,
        "set-up link": timedelta(seconds=set_up.LINK_LIFE_S),
        "signing key": keys.LIFE,
    }

    assert {name: noted[name] for name in known} == known
    assert noted.keys() - known.keys() == {"ID token", "recent sign-in", "idempotency key"}


def test_the_page_has_the_limits_of_signing_in(rows: Rows) -> None:
    noted = {name: value for name, value, _ in rows("docs/limits.md", "attempt")}
    minutes = sign_in.WINDOW_S // 60

    assert {name: number_in(noted[name]) for name in list(noted)[:5]} == {
        "passwords for one address": sign_in.OF_PERSON,
        "passwords from one network address": sign_in.OF_ADDRESS,
        "passwords in all": sign_in.OF_ALL,
        "one-time and recovery codes after a password": sign_in.OF_CODES,
        "passkeys from one network address": sign_in.PASSKEYS_OF_ADDRESS,
    }
    assert {value.partition(" in ")[2] for value in noted.values()} == {f"{minutes} min"}
