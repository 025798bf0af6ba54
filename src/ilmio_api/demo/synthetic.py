"""Load a synthetic world of any size: the same for the same size and seed, and marked in every record.

Owns: the order of writing, the batches, and the check that a world is there already.
Does not own: what the records say (`demo.synthetic_records`, `demo.synthetic_pilots`), how very many rows are written
quickly (`demo.synthetic_bulk`).
"""

import asyncio
from contextlib import nullcontext

from sqlalchemy import exists, func, select

from ilmio_api.db.session import WriteSession
from ilmio_api.demo.copying import RowBatch
from ilmio_api.demo.synthetic_bulk import put_aside
from ilmio_api.demo.synthetic_pilots import pilot_rows
from ilmio_api.demo.synthetic_records import (
    SyntheticWorld,
    organisation_rows,
    phenomenon_rows,
    programme_rows,
    project_rows,
)
from ilmio_api.demo.synthetic_setting import Setting, by_rank, places_by_kind, true_phenomena
from ilmio_api.demo.true_world import Progress
from ilmio_api.domain.areas.vocabulary import AreaKind
from ilmio_api.domain.initiatives.models import Initiative

_PILOTS_PER_BATCH = 2_000
"""So many pilots are in memory at a time; larger batches are not faster."""

_MANY = 100_000
"""From so many pilots on, indexes are made afterwards."""

_TABLES = (
    *("phenomenon", "organisation", "organisation_area", "initiative", "initiative_area", "initiative_phenomenon"),
    *("participation", "funding", "goal", "event", "learning", "learning_phenomenon", "record"),
)
"""What is written to, by the loader and by triggers."""

_LABEL = "Synthetic world"

_LOCK = 0x64656D6F
"""Number of the advisory lock that loaders of synthetic worlds take; any other number would do."""


async def load_synthetic(session: WriteSession, count: int, seed: int, progress: Progress) -> None:
    """Write a synthetic world of `count` pilots; if the same one is there already, keep it.

    Pilots tackle the true phenomena too, where those are loaded, so that lists by phenomenon have many rows.

    Args:
        session: A unit of work; the world is there wholly or not at all.
        count: Pilots, 1 or more. Organisations are a twentieth of it, projects a fiftieth.
        seed: Worlds of different seeds are different.
        progress: Called after each batch with the number of pilots written.

    Raises:
        ValueError: `count` is below 1.
        OperatorError: The areas have not been loaded.
    """
    if count < 1:
        raise ValueError(f"A synthetic world has at least one pilot, not {count}.")
    # Of two loaders at once, the second waits and then finds the world there.
    await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    world = SyntheticWorld(count, seed)
    last_slug = world.slug("pilotti", count)
    if not await session.scalar(select(exists().where(Initiative.slug == last_slug))):
        there = await session.scalar(select(func.count()).select_from(Initiative)) or 0
        # To make the indexes anew costs by all that is in them.
        is_most = count >= max(_MANY, there)
        async with put_aside(session, _TABLES, progress) if is_most else nullcontext():
            await _write_world(session, world, progress)
    progress(_LABEL, count, count)


async def _write_world(session: WriteSession, world: SyntheticWorld, progress: Progress) -> None:
    setting = await _write_setting(session, world)
    batch = _pilots(world, setting, 1)
    for following in range(1 + _PILOTS_PER_BATCH, world.count + _PILOTS_PER_BATCH + 1, _PILOTS_PER_BATCH):
        progress(_LABEL, following - 1 - _PILOTS_PER_BATCH, world.count)
        # The next pilots are made up while PostgreSQL is busy with these.
        _, batch = await asyncio.gather(batch.write(session), asyncio.to_thread(_pilots, world, setting, following))


async def _write_setting(session: WriteSession, world: SyntheticWorld) -> Setting:
    """Write what the pilots refer to, and return it together with what was there before."""
    places = await places_by_kind(session)
    batch = RowBatch()
    phenomena = phenomenon_rows(world)
    for row in phenomena:
        batch.add("phenomenon", row)
    made = organisation_rows(world, places[AreaKind.MUNICIPALITY], max(50, world.count // 20))
    for organisation, area in made:
        batch.add("organisation", organisation)
        batch.add("organisation_area", area)
    organisations = by_rank([str(organisation["id"]) for organisation, _ in made])
    programmes = programme_rows(world, places[AreaKind.REGION], organisations, max(3, world.count // 300))
    parents = by_rank([str(row["id"]) for row in programmes])
    projects = project_rows(world, parents, organisations, max(10, world.count // 50))
    for row in (*programmes, *projects):
        batch.add("initiative", row)
    await batch.write(session)
    return Setting(
        places=places,
        phenomena=by_rank([*await true_phenomena(session), *(str(row["id"]) for row in phenomena)]),
        organisations=organisations,
        projects=by_rank([str(row["id"]) for row in projects]),
    )


def _pilots(world: SyntheticWorld, setting: Setting, first: int) -> RowBatch:
    """Return the rows of a batch of pilots, from the number `first` on; none beyond the last pilot."""
    rng = world.rng(f"pilots from {first}")
    batch = RowBatch()
    for number in range(first, min(world.count, first + _PILOTS_PER_BATCH - 1) + 1):
        for table, row in pilot_rows(world, setting, number, rng):
            batch.add(table, row)
    return batch
