"""Lines that lead to an initiative hold what its lists are ordered and filtered by, whatever happens to it."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.areas.models import Area
from ilmio_api.domain.areas.vocabulary import AreaKind
from ilmio_api.domain.initiatives.models import Initiative, InitiativeArea, Pilot
from ilmio_api.domain.initiatives.vocabulary import InitiativeStatus
from ilmio_api.domain.records import DatePrecision, PublicationStatus
from ilmio_api.ids import named_id

COPIES = ("kind", "status", "is_public", "sort_key", "starts_on")


@pytest.fixture
async def pilot(write_session: WriteSession) -> Pilot:
    """Provide a draft that works in one area."""
    area = Area(id=named_id("area", "KU997"), code="KU997", kind=AreaKind.MUNICIPALITY, name={"fi": "Kunta"})
    pilot = Pilot(
        id=named_id("pilot", "pilotti"), slug="pilotti", title={"fi": "Ääni kuuluviin"}, status=InitiativeStatus.PLANNED
    )
    write_session.add_all([area, pilot])
    await write_session.flush()
    write_session.add(InitiativeArea(initiative_id=pilot.id, area_id=area.id))
    await write_session.flush()
    return pilot


async def copies_of(session: WriteSession, pilot: Pilot) -> tuple[Any, ...]:
    """Return what the line of the pilot says."""
    columns = (InitiativeArea.__table__.c[name] for name in COPIES)
    line = await session.execute(select(*columns).where(InitiativeArea.initiative_id == pilot.id))
    return tuple(line.one())


async def test_a_new_line_says_what_its_initiative_is(write_session: WriteSession, pilot: Pilot) -> None:
    assert await copies_of(write_session, pilot) == ("PILOT", "PLANNED", False, "||ni kuuluviin", date.max)


async def test_a_line_follows_its_initiative(write_session: WriteSession, pilot: Pilot) -> None:
    await write_session.execute(
        update(Initiative)
        .where(Initiative.id == pilot.id)
        .values(
            title={"fi": "Uusi nimi"},
            status=InitiativeStatus.ACTIVE,
            publication_status=PublicationStatus.PUBLISHED,
            period_start=date(2025, 3, 1),
            period_start_precision=DatePrecision.DAY,
        )
    )

    assert await copies_of(write_session, pilot) == ("PILOT", "ACTIVE", True, "uusi nimi", date(2025, 3, 1))


async def test_a_line_follows_the_name_of_what_it_leads_to(write_session: WriteSession, pilot: Pilot) -> None:
    key = select(InitiativeArea.area_sort_key).where(InitiativeArea.initiative_id == pilot.id)
    before = await write_session.scalar(key)
    await write_session.execute(update(Area).where(Area.code == "KU997").values(name={"fi": "Uusi kunta"}))

    assert (before, await write_session.scalar(key)) == ("kunta", "uusi kunta")


async def test_nobody_else_can_change_a_copy(write_session: WriteSession, pilot: Pilot) -> None:
    await write_session.execute(
        update(InitiativeArea).where(InitiativeArea.initiative_id == pilot.id).values(is_public=True)
    )

    assert (await copies_of(write_session, pilot))[2] is False
