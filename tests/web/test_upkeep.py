"""What is over is removed while the service runs."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ilmio_api.db.session import WriteSession, open_engine, unit_of_work
from ilmio_api.domain.accounts.models import Attempt
from ilmio_api.domain.organisations.models import Organisation
from ilmio_api.domain.organisations.vocabulary import OrganisationType
from ilmio_api.domain.provenance.models import Contact, ContactPerson
from ilmio_api.domain.provenance.retention import forget_contact_persons
from ilmio_api.domain.provenance.vocabulary import LegalBasis
from ilmio_api.web.upkeep import Upkeep

AT = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
"""Half past midnight in Finland, on the 24th."""


async def test_one_step_that_fails_keeps_no_other_from_its_work(private_url: str) -> None:
    engine = open_engine(private_url)

    async def failing(session: WriteSession, at: datetime) -> None:
        del at
        await session.execute(text("SELECT 1 / 0"))

    async def working(session: WriteSession, at: datetime) -> None:
        await session.execute(insert(Attempt).values(bucket="kept", window=at, count=1))

    await Upkeep(engine, lambda: AT, (failing, working)).once()
    async with AsyncSession(engine) as session:
        kept = list(await session.scalars(select(Attempt.bucket)))
    await engine.dispose()

    assert kept == ["kept"]


async def test_a_contact_person_is_forgotten_after_the_last_day_in_finland(private_url: str) -> None:
    engine = open_engine(private_url)
    await _add_persons(engine)
    async with unit_of_work(engine) as session:
        await forget_contact_persons(session, AT - timedelta(hours=1))
    on_the_day = await _names(engine)
    async with unit_of_work(engine) as session:
        await forget_contact_persons(session, AT)
    after_it = await _names(engine)
    await engine.dispose()

    assert on_the_day == ["until_the_23rd", "until_the_24th"]
    assert after_it == ["until_the_24th"]


async def _add_persons(engine: AsyncEngine) -> None:
    """Add two contact persons, who may be kept until different days."""
    async with engine.begin() as connection:
        await connection.execute(
            insert(Organisation).values(id="organisation_x", slug="x", name={"fi": "X"}, type=OrganisationType.OTHER)
        )
        for contact, last_day in (("until_the_23rd", date(2026, 11, 23)), ("until_the_24th", date(2026, 11, 24))):
            await connection.execute(insert(Contact).values(id=contact, record_id="organisation_x"))
            await connection.execute(
                insert(ContactPerson).values(
                    contact_id=contact,
                    organisation_id="organisation_x",
                    name=contact,
                    legal_basis=LegalBasis.CONSENT,
                    retain_until=last_day,
                    recorded_at=AT,
                )
            )


async def _names(engine: AsyncEngine) -> list[str]:
    """Return the names of the contact persons that there are."""
    async with engine.connect() as connection:
        return list(await connection.scalars(text("SELECT name FROM contact_person ORDER BY name")))
