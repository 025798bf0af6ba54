"""Writing rows without waste, against a real database."""

from collections.abc import Awaitable, Callable, Sequence

import pytest
from sqlalchemy import select

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.areas.models import Area
from ilmio_api.domain.areas.service import write_rows
from ilmio_api.domain.areas.vocabulary import AreaKind
from ilmio_api.ids import named_id

ONE, OTHER, APART = "KU997", "KU998", "KU999"
"""Codes that no municipality has."""

AMONG = Area.code.in_([ONE, OTHER])

Row = dict[str, object]
Codes = Callable[[], Awaitable[Sequence[str]]]


@pytest.fixture
def rows() -> list[Row]:
    return [
        {
            "id": named_id("area", code),
            "code": code,
            "kind": AreaKind.MUNICIPALITY,
            "name": {"fi": code},
            "abbreviation": None,
            "valid_from": None,
            "valid_to": None,
            "language_status": None,
            "urban_rural_class": None,
        }
        for code in (ONE, OTHER, APART)
    ]


@pytest.fixture
def codes(write_session: WriteSession) -> Codes:
    """Return a question for those of the three areas that are in the database."""
    held = select(Area.code).where(Area.code.in_([ONE, OTHER, APART])).order_by(Area.code)

    async def ask() -> Sequence[str]:
        return (await write_session.scalars(held)).all()

    return ask


async def test_rows_that_are_missing_are_inserted(write_session: WriteSession, rows: list[Row], codes: Codes) -> None:
    assert await write_rows(write_session, Area, rows[:2], among=AMONG) == 2

    assert await codes() == [ONE, OTHER]


async def test_rows_that_are_right_are_not_touched(write_session: WriteSession, rows: list[Row]) -> None:
    await write_rows(write_session, Area, rows[:2], among=AMONG)

    assert await write_rows(write_session, Area, rows[:2], among=AMONG) == 0


async def test_only_the_row_that_differs_is_updated(write_session: WriteSession, rows: list[Row]) -> None:
    await write_rows(write_session, Area, rows[:2], among=AMONG)
    rows[1]["abbreviation"] = "ABC"

    assert await write_rows(write_session, Area, rows[:2], among=AMONG) == 1

    abbreviations = select(Area.abbreviation).where(AMONG).order_by(Area.code)
    assert (await write_session.scalars(abbreviations)).all() == [None, "ABC"]


async def test_rows_that_are_no_longer_wanted_are_deleted(
    write_session: WriteSession, rows: list[Row], codes: Codes
) -> None:
    await write_rows(write_session, Area, rows[:2], among=AMONG)

    assert await write_rows(write_session, Area, rows[:1], among=AMONG) == 1

    assert await codes() == [ONE]


async def test_rows_that_are_not_among_those_written_stay(
    write_session: WriteSession, rows: list[Row], codes: Codes
) -> None:
    await write_rows(write_session, Area, rows[2:], among=Area.code == APART)

    assert await write_rows(write_session, Area, [], among=AMONG) == 0

    assert await codes() == [APART]
