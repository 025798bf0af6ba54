"""Lines that lead to an initiative hold what its lists are ordered and filtered by, whatever happens to it."""

import asyncio
from datetime import date
from typing import Any

import asyncpg
import pytest
from sqlalchemy import delete, insert, select, update

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.areas.models import Area, AreaReach
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


async def test_a_line_follows_the_county_of_its_area(write_session: WriteSession, pilot: Pilot) -> None:
    municipality, county = named_id("area", "KU997"), named_id("area", "HVA997")
    kind = AreaKind.WELLBEING_SERVICES_COUNTY
    await write_session.execute(insert(Area).values(id=county, code="HVA997", kind=kind, name={"fi": "Alue"}))
    told = select(InitiativeArea.county_id).where(InitiativeArea.initiative_id == pilot.id)

    before = await write_session.scalar(told)
    await write_session.execute(insert(AreaReach).values(outer_id=county, inner_id=municipality, county_id=county))
    inside = await write_session.scalar(told)
    await write_session.execute(delete(AreaReach).where(AreaReach.inner_id == municipality))

    assert (before, inside, await write_session.scalar(told)) == (None, county, None)


async def test_a_new_line_says_in_which_county_its_area_lies(write_session: WriteSession, pilot: Pilot) -> None:
    await write_session.execute(delete(InitiativeArea).where(InitiativeArea.initiative_id == pilot.id))
    county = named_id("area", "KU997")
    await write_session.execute(insert(AreaReach).values(outer_id=county, inner_id=county, county_id=county))
    await write_session.execute(insert(InitiativeArea).values(initiative_id=pilot.id, area_id=county))

    told = select(InitiativeArea.county_id).where(InitiativeArea.initiative_id == pilot.id)
    assert await write_session.scalar(told) == county


AREA_AND_PILOT = """
    INSERT INTO area (id, code, kind, name) VALUES ('area_x', 'x', 'MUNICIPALITY', '{"fi": "x"}');
    INSERT INTO initiative (id, slug, kind, title) VALUES ('pilot_x', 'x', 'PILOT', '{"fi": "x"}');
"""
LINE = "INSERT INTO initiative_area (initiative_id, area_id) VALUES ('pilot_x', 'area_x')"
REACH = "INSERT INTO area_reach (outer_id, inner_id, county_id) VALUES ('area_x', 'area_x', 'area_x')"


@pytest.mark.parametrize(("first", "second"), [(LINE, REACH), (REACH, LINE)], ids=["line first", "county first"])
async def test_a_line_knows_a_county_that_is_told_at_the_same_moment(private_url: str, first: str, second: str) -> None:
    one, other = await asyncpg.connect(private_url), await asyncpg.connect(private_url)
    await one.execute(AREA_AND_PILOT)
    writing = one.transaction()
    await writing.start()
    await one.execute(first)
    waiting = asyncio.create_task(other.execute(second))
    done, _ = await asyncio.wait([waiting], timeout=0.3)
    await writing.commit()
    await waiting
    county = await one.fetchval("SELECT county_id FROM initiative_area")
    await one.close()
    await other.close()

    assert not done
    assert county == "area_x"


async def test_nobody_else_can_change_a_copy(write_session: WriteSession, pilot: Pilot) -> None:
    await write_session.execute(
        update(InitiativeArea).where(InitiativeArea.initiative_id == pilot.id).values(is_public=True)
    )

    assert (await copies_of(write_session, pilot))[2] is False
