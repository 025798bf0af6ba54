"""The true world in the database: complete, public, and unmoved by loading it again."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text, update

from ilmio_api.db.session import WriteSession
from ilmio_api.demo import load_world
from ilmio_api.domain.areas.models import Area
from ilmio_api.domain.events.models import Event
from ilmio_api.domain.indicators.models import Indicator, Observation
from ilmio_api.domain.indicators.vocabulary import ObservationStatus
from ilmio_api.domain.initiatives.models import (
    InitiativeArea,
    InitiativeRelation,
    Participation,
    Pilot,
    Project,
)
from ilmio_api.domain.initiatives.vocabulary import (
    InitiativeKind,
    InitiativeRelationKind,
    InitiativeStatus,
    OrganisationRole,
)
from ilmio_api.domain.knowledge.models import ImpactFigure, Principle
from ilmio_api.domain.organisations.models import Organisation, OrganisationSuccession
from ilmio_api.domain.phenomena.models import Phenomenon
from ilmio_api.domain.provenance.models import Claim, Source
from ilmio_api.domain.records import RecordEntry
from ilmio_api.errors import OperatorError

Untold = Callable[[str, int, int], None]

CHANGED_ROWS = text("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")


async def counted(session: WriteSession, table: type[object]) -> int:
    """Return how many rows a table has."""
    return await session.scalar(select(func.count()).select_from(table)) or 0


async def values_of(session: WriteSession, indicator: str, area: str) -> dict[int, Decimal | None]:
    """Return the values of one area by year."""
    rows = await session.execute(
        select(Observation.year, Observation.value)
        .join(Indicator, Indicator.id == Observation.indicator_id)
        .join(Area, Area.id == Observation.area_id)
        .where(Indicator.slug == indicator, Area.code == area)
    )
    return {row.year: row.value for row in rows}


async def test_loading_again_changes_no_row(world_session: WriteSession, untold: Untold) -> None:
    await load_world(world_session, untold)

    assert await world_session.scalar(CHANGED_ROWS) == 0


async def test_loading_again_brings_a_changed_record_back_as_a_new_version(
    world_session: WriteSession, untold: Untold
) -> None:
    changed = Phenomenon.slug == "koulupudokkuus"
    await world_session.execute(update(Phenomenon).where(changed).values(name={"fi": "Jotakin muuta"}))

    await load_world(world_session, untold)

    row = await world_session.execute(select(Phenomenon.name["en"].astext, Phenomenon.version).where(changed))
    assert row.one() == ("School dropout", 2)


async def test_a_world_without_areas_is_refused(write_session: WriteSession, untold: Untold) -> None:
    with pytest.raises(OperatorError, match="areas that are not in the database"):
        await load_world(write_session, untold)


async def test_progress_ends_when_all_is_written(world_session: WriteSession) -> None:
    told: list[tuple[int, int]] = []

    await load_world(world_session, lambda _label, done, total: told.append((done, total)))

    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1]


async def test_every_record_of_the_world_but_one_draft_is_public_and_all_are_in_the_directory(
    world_session: WriteSession,
) -> None:
    hidden = select(RecordEntry.title["en"].astext).where(~RecordEntry.is_public)
    listed = select(func.count()).where(RecordEntry.kind != "AREA")

    assert [title.partition(":")[0] for title in await world_session.scalars(hidden)] == ["Draft"]
    assert await world_session.scalar(listed) == 145


@pytest.mark.parametrize(("table", "count"), [(Principle, 27), (ImpactFigure, 12), (Claim, 24), (Event, 6)])
async def test_the_tables_hold_what_the_files_say(world_session: WriteSession, table: type[object], count: int) -> None:
    assert await counted(world_session, table) == count


async def test_the_project_has_eight_implementers_and_its_money(world_session: WriteSession) -> None:
    project = (
        await world_session.execute(
            select(Project.id, Project.status, Project.budget, Project.period_end).where(Project.slug == "parasta-itaa")
        )
    ).one()
    carrying = (OrganisationRole.ADMINISTRATOR, OrganisationRole.PART_IMPLEMENTER)
    roles = select(func.count(), func.max(Participation.budget_share)).where(
        Participation.initiative_id == project.id, Participation.role.in_(carrying)
    )

    assert project[1:] == (InitiativeStatus.ENDED, Decimal(587_500), date(2023, 12, 31))
    assert (await world_session.execute(roles)).one() == (8, Decimal(269_580))


async def test_the_work_was_handed_to_two_offices_that_the_reform_replaced(
    world_session: WriteSession,
) -> None:
    successor = select(Organisation.slug).join(
        OrganisationSuccession, OrganisationSuccession.successor_id == Organisation.id
    )
    handed = successor.join(
        InitiativeRelation,
        InitiativeRelation.object_organisation_id == OrganisationSuccession.predecessor_id,
    ).where(InitiativeRelation.kind == InitiativeRelationKind.HANDED_OVER_TO)

    assert sorted(await world_session.scalars(handed)) == [
        "ita-suomen-elinvoimakeskus",
        "kaakkois-suomen-elinvoimakeskus",
    ]


async def test_kymenlaakso_has_pilots(world_session: WriteSession) -> None:
    pilots = (
        select(Pilot.slug)
        .join(InitiativeArea, InitiativeArea.initiative_id == Pilot.id)
        .join(Area, Area.id == InitiativeArea.area_id)
        .where(Area.code == "MK08", Pilot.kind == InitiativeKind.PILOT, Pilot.is_public)
    )

    assert sorted(await world_session.scalars(pilots)) == [
        "kymenlaakson-alueelliset-pilotit",
        "maakuntien-yhteinen-valmennus",
    ]


async def test_the_closing_webinar_begins_at_nine_in_finland(world_session: WriteSession) -> None:
    hours = select(Event.starts_at, Event.ends_at).where(Event.slug == "parasta-itaa-paatoswebinaari")

    assert (await world_session.execute(hours)).one() == (
        datetime(2023, 10, 6, 6, tzinfo=UTC),
        datetime(2023, 10, 6, 9, tzinfo=UTC),
    )


async def test_the_index_of_kymenlaakso_ends_in_2019(world_session: WriteSession) -> None:
    values = await values_of(world_session, "koulutuksen-ulkopuolella-17-24-indeksi", "MK08")

    assert sorted(values) == list(range(2011, 2020))
    assert values[2019] == Decimal("148.46")


async def test_every_wellbeing_services_county_and_helsinki_have_ten_years(
    world_session: WriteSession,
) -> None:
    counties = (
        select(Area.code, func.count().label("years"))
        .join(Observation, Observation.area_id == Area.id)
        .join(Indicator, Indicator.id == Observation.indicator_id)
        .where(Indicator.slug == "koulutuksen-ulkopuolella-17-24-indeksi", Area.code.startswith("HVA"))
        .group_by(Area.code)
    )
    years = {row.code: row.years for row in await world_session.execute(counties)}

    assert years == {f"HVA{number:02}": 10 for number in (*range(1, 22), 90)}


async def test_a_value_that_the_owner_lacks_is_missing_not_zero(world_session: WriteSession) -> None:
    values = await values_of(world_session, "koulutuksen-ulkopuolella-17-24-indeksi", "KU218")
    missing = select(func.count()).where(Observation.status == ObservationStatus.MISSING)

    assert (values[2018], values[2020]) == (None, Decimal("129.87"))
    assert await world_session.scalar(missing) == 36


async def test_placed_children_come_with_their_number(world_session: WriteSession) -> None:
    placed = (
        select(Observation.value, Observation.absolute)
        .join(Indicator, Indicator.id == Observation.indicator_id)
        .join(Area, Area.id == Observation.area_id)
        .where(Indicator.slug == "kodin-ulkopuolelle-sijoitetut-0-17")
        .where(Area.code == "HVA10", Observation.year == 2024)
    )

    assert (await world_session.execute(placed)).one() == (Decimal("1.8"), 619)


async def test_every_claim_belongs_to_a_source_of_its_own_record(world_session: WriteSession) -> None:
    astray = (
        select(func.count())
        .select_from(Claim)
        .join(Source, Source.id == Claim.source_id)
        .where(Source.record_id != Claim.record_id)
    )

    assert await world_session.scalar(astray) == 0
