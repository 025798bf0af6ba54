"""Synthetic worlds: the same each time, marked everywhere, hidden in part, and kept when loaded again."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, text

from ilmio_api.db.session import WriteSession
from ilmio_api.demo import load_synthetic
from ilmio_api.demo.synthetic_pilots import pilot_rows
from ilmio_api.demo.synthetic_records import SyntheticWorld
from ilmio_api.demo.synthetic_setting import Choice, Place, Setting
from ilmio_api.domain.areas.vocabulary import AreaKind
from ilmio_api.domain.initiatives.models import Initiative, InitiativeArea, Participation, Pilot
from ilmio_api.domain.knowledge.models import Learning
from ilmio_api.domain.organisations.models import Organisation
from ilmio_api.domain.phenomena.models import Phenomenon
from ilmio_api.domain.records import PublicationStatus, RecordEntry, Visibility
from ilmio_api.errors import OperatorError

Untold = Callable[[str, int, int], None]

INSERTED_ROWS = text("SELECT sum(n_tup_ins) FROM pg_stat_xact_user_tables")


@pytest.fixture
def setting() -> Setting:
    """Provide a setting with one place of each kind, made by hand."""
    place = {kind: Choice([(Place(f"area_{kind}", kind, {"fi": "Paikka"}), 1.0)]) for kind in AreaKind}
    return Setting(place, Choice([("phenomenon_a", 1.0)]), Choice([("o_a", 2.0), ("o_b", 1.0)]), Choice([("p", 1.0)]))


async def synthetic_pilots(session: WriteSession) -> int | None:
    """Return how many synthetic pilots there are."""
    return await session.scalar(select(func.count()).select_from(Pilot).where(Pilot.synthetic))


async def test_a_world_has_as_many_pilots_as_asked_and_what_belongs_to_them(
    world_session: WriteSession, untold: Untold
) -> None:
    await load_synthetic(world_session, 300, 5, untold)

    organisations = select(func.count()).where(Organisation.synthetic)
    phenomena = select(func.count()).where(Phenomenon.synthetic)
    assert await synthetic_pilots(world_session) == 300
    assert await world_session.scalar(organisations) == 50
    assert await world_session.scalar(phenomena) == 36


async def test_the_same_world_is_kept_not_doubled(world_session: WriteSession, untold: Untold) -> None:
    await load_synthetic(world_session, 60, 5, untold)
    inserted = await world_session.scalar(INSERTED_ROWS)

    await load_synthetic(world_session, 60, 5, untold)

    assert await world_session.scalar(INSERTED_ROWS) == inserted


async def test_worlds_of_another_size_or_seed_stand_side_by_side(world_session: WriteSession, untold: Untold) -> None:
    await load_synthetic(world_session, 60, 5, untold)
    await load_synthetic(world_session, 60, 6, untold)
    await load_synthetic(world_session, 61, 5, untold)

    assert await synthetic_pilots(world_session) == 181


def test_the_same_number_and_chance_make_the_same_rows(setting: Setting) -> None:
    world = SyntheticWorld(100, 5)

    first, second = (list(pilot_rows(world, setting, 42, world.rng("pilots"))) for _ in range(2))

    assert first == second


def test_another_seed_makes_other_rows(setting: Setting) -> None:
    first, second = SyntheticWorld(100, 5), SyntheticWorld(100, 6)

    assert list(pilot_rows(first, setting, 42, first.rng("pilots"))) != list(
        pilot_rows(second, setting, 42, second.rng("pilots"))
    )


async def test_every_synthetic_record_says_that_it_is_one(world_session: WriteSession, untold: Untold) -> None:
    await load_synthetic(world_session, 300, 5, untold)

    unmarked = select(func.count()).where(
        RecordEntry.title["fi"].astext.like("%(synteettinen)") != RecordEntry.title["en"].astext.like("%(synthetic)")
    )
    marked = select(func.count()).where(RecordEntry.title["sv"].astext.like("%(syntetisk)"))
    flagged = [
        await world_session.scalar(select(func.count()).where(model.synthetic, model.slug.startswith("synteettinen-")))
        or 0
        for model in (Initiative, Organisation, Phenomenon, Learning)
    ]
    events = await world_session.scalar(text("SELECT count(*) FROM event WHERE synthetic"))
    assert await world_session.scalar(unmarked) == 0
    assert await world_session.scalar(marked) == sum(flagged) + events


async def test_some_pilots_are_drafts_and_some_are_for_their_organisation_only(
    world_session: WriteSession, untold: Untold
) -> None:
    await load_synthetic(world_session, 1_000, 5, untold)

    spread = (
        select(Pilot.publication_status, Pilot.visibility, func.count())
        .where(Pilot.synthetic)
        .group_by(Pilot.publication_status, Pilot.visibility)
    )
    pilots = {(status, visibility): count for status, visibility, count in await world_session.execute(spread)}
    ownerless = select(func.count()).where(Pilot.synthetic, Pilot.owner_id.is_(None))
    assert pilots == {
        (PublicationStatus.PUBLISHED, Visibility.PUBLIC): 949,
        (PublicationStatus.DRAFT, Visibility.PUBLIC): 26,
        (PublicationStatus.PUBLISHED, Visibility.ORGANISATION): 20,
        (PublicationStatus.WITHDRAWN, Visibility.PUBLIC): 5,
    }
    assert await world_session.scalar(ownerless) == 0


async def test_ids_sort_by_the_time_of_writing(world_session: WriteSession, untold: Untold) -> None:
    await load_synthetic(world_session, 200, 5, untold)

    by_id = list(await world_session.scalars(select(Pilot.slug).where(Pilot.synthetic).order_by(Pilot.id)))
    assert by_id == [f"synteettinen-pilotti-200-5-{number}" for number in range(1, 201)]


async def test_a_pilot_has_one_or_two_areas_and_at_most_four_organisations(
    world_session: WriteSession, untold: Untold
) -> None:
    await load_synthetic(world_session, 300, 5, untold)

    areas = (
        select(func.count())
        .select_from(InitiativeArea)
        .join(Pilot, Pilot.id == InitiativeArea.initiative_id)
        .where(Pilot.synthetic)
        .group_by(Pilot.id)
    )
    roles = (
        select(func.count())
        .select_from(Participation)
        .join(Pilot, Pilot.id == Participation.initiative_id)
        .where(Pilot.synthetic)
        .group_by(Pilot.id)
    )
    assert set(await world_session.scalars(areas)) == {1, 2}
    assert set(await world_session.scalars(roles)) == {1, 2, 3, 4}


async def test_progress_counts_pilots(world_session: WriteSession) -> None:
    told: list[tuple[str, int, int]] = []

    await load_synthetic(world_session, 2_001, 5, lambda *step: told.append(step))

    assert [(done, total) for _, done, total in told] == [(0, 2_001), (2_000, 2_001), (2_001, 2_001)]


async def test_a_world_of_no_pilots_is_refused(world_session: WriteSession, untold: Untold) -> None:
    with pytest.raises(ValueError, match="at least one pilot"):
        await load_synthetic(world_session, 0, 5, untold)


async def test_a_synthetic_world_needs_the_areas(write_session: WriteSession, untold: Untold) -> None:
    with pytest.raises(OperatorError, match="No areas have been loaded"):
        await load_synthetic(write_session, 10, 5, untold)
