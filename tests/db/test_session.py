"""Sessions: what a unit of work leaves behind, and what a reader cannot do."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from ilmio_api.db.session import connected, open_engine, reading, unit_of_work
from ilmio_api.errors import OperatorError

COUNT = text("SELECT count(*) FROM note")
INSERT = text("INSERT INTO note VALUES ('x')")


@pytest.fixture
async def notes(private_url: str) -> AsyncIterator[AsyncEngine]:
    """Provide an engine on a database with an empty table of notes."""
    engine = open_engine(private_url)
    async with unit_of_work(engine) as session:
        await session.execute(text("CREATE TABLE note (text text)"))
    yield engine
    await engine.dispose()


async def test_a_unit_of_work_that_ends_well_lasts(notes: AsyncEngine) -> None:
    async with unit_of_work(notes) as session:
        await session.execute(INSERT)

    async with reading(notes) as session:
        assert await session.scalar(COUNT) == 1


async def test_a_unit_of_work_that_raises_leaves_no_trace(notes: AsyncEngine) -> None:
    async def written_and_failed() -> None:
        async with unit_of_work(notes) as session:
            await session.execute(INSERT)
            await session.execute(text("SELECT 1 / 0"))

    with pytest.raises(DBAPIError, match="division by zero"):
        await written_and_failed()

    async with reading(notes) as session:
        assert await session.scalar(COUNT) == 0


async def test_a_reader_cannot_write(notes: AsyncEngine) -> None:
    with pytest.raises(DBAPIError, match="read-only transaction"):
        async with reading(notes) as session:
            await session.execute(INSERT)


async def test_a_reader_sees_one_state_of_the_database(notes: AsyncEngine) -> None:
    async with reading(notes) as reader:
        assert await reader.scalar(COUNT) == 0
        async with unit_of_work(notes) as writer:
            await writer.execute(INSERT)

        assert await reader.scalar(COUNT) == 0


async def test_a_writer_is_not_read_only_after_a_reader_used_its_connection(private_url: str) -> None:
    engine = open_engine(private_url, size=1)
    async with reading(engine) as reader:
        await reader.scalar(text("SELECT 1"))
    async with unit_of_work(engine) as writer:
        await writer.execute(text("CREATE TABLE note ()"))
    await engine.dispose()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
async def test_every_usual_scheme_is_accepted(database_url: str, scheme: str) -> None:
    async with connected(database_url.replace("postgresql", scheme, 1)) as connection:
        assert await connection.scalar(text("SELECT current_setting('TimeZone')")) == "UTC"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:secret@127.0.0.1:1/ilmio",
        "postgresql://me:secret@host.invalid/ilmio",
        "postgresql://me:secret@127.0.0.1:port/ilmio",
        "postgresql://me:secret@127.0.0.1:1/ilmio?sslmode=perhaps",
        "mysql://me:secret@127.0.0.1/ilmio",
    ],
)
async def test_an_address_where_nobody_answers_is_explained_without_its_password(url: str) -> None:
    with pytest.raises(OperatorError) as refusal:
        async with connected(url):
            pass

    assert "ILMIO_DATABASE_URL" in refusal.value.remedy
    assert "secret" not in refusal.value.problem + refusal.value.remedy


async def test_a_database_that_does_not_exist_is_named(database_url: str) -> None:
    with pytest.raises(OperatorError, match='database "nowhere" does not exist'):
        async with connected(database_url.replace(database_url.partition("?")[0].rpartition("/")[2], "nowhere")):
            pass
