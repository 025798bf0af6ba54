"""Worlds that are large: what PostgreSQL keeps up row by row is put aside while they are written, and made again."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from ilmio_api.db.session import WriteSession, open_engine, unit_of_work
from ilmio_api.demo import load_synthetic, synthetic
from ilmio_api.demo.synthetic_bulk import put_aside
from ilmio_api.domain.initiatives.models import Pilot
from ilmio_api.importers import areas

Untold = Callable[[str, int, int], None]

KEPT_UP = text("""
    SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class t ON t.oid = indrelid
    WHERE t.relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND convalidated
    ORDER BY 1
""")
INDEXES_OF_LINES = text("SELECT indexname FROM pg_indexes WHERE tablename = 'initiative_area'")

FUNDING_OF_NOTHING = text("INSERT INTO funding (id, initiative_id, kind) VALUES ('funding_x', 'pilot_x', 'GRANT')")


@pytest.fixture
async def session(private_url: str) -> AsyncIterator[WriteSession]:
    """Provide a unit of work in an empty database."""
    engine = open_engine(private_url)
    async with unit_of_work(engine) as session:
        yield session
        await session.rollback()
    await engine.dispose()


async def kept_up(session: WriteSession) -> Sequence[str]:
    """Return what defines every index and constraint."""
    return (await session.scalars(KEPT_UP)).all()


async def test_indexes_and_keys_are_made_again_as_they_were(session: WriteSession, untold: Untold) -> None:
    before = await kept_up(session)

    async with put_aside(session, ["initiative_area", "initiative"], untold):
        within = (await session.scalars(INDEXES_OF_LINES)).all()

    assert within == ["pk_initiative_area"]
    assert await kept_up(session) == before


async def test_a_reference_to_nothing_is_found_when_the_keys_are_made_again(
    session: WriteSession, untold: Untold
) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(put_aside(session, ["funding"], untold))
        await session.execute(FUNDING_OF_NOTHING)

        with pytest.raises(IntegrityError, match="fk_funding_initiative_id"):
            await stack.aclose()


async def test_a_world_of_very_many_pilots_is_whole_and_indexed(
    session: WriteSession, untold: Untold, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synthetic, "_MANY", 3_000)
    await areas.load(session, untold)
    before, steps = await kept_up(session), []

    await load_synthetic(session, 3_000, 5, lambda label, done, total: steps.append((label, done, total)))

    assert await session.scalar(select(func.count()).select_from(Pilot)) == 3_000
    assert await kept_up(session) == before
    assert steps[:3] == [("Synthetic world", 0, 3_000), ("Synthetic world", 2_000, 3_000), ("Indexes", 0, 96)]
