"""What the tests of the demo worlds share: the entries of the files, and a session on a loaded world."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ilmio_api.db.session import WriteSession, open_engine
from ilmio_api.demo.rows import entries_by_kind
from ilmio_api.demo.shapes import Entry


@pytest.fixture(scope="session")
def entries() -> dict[str, list[Entry]]:
    """Provide the entries of the world files, by kind."""
    return entries_by_kind()


@pytest.fixture(scope="session")
def seeds() -> str:
    """Provide the texts that the facts come from; they are not part of the project."""
    folder = Path(__file__).parents[3] / "shared" / "seeds"
    if not folder.is_dir():
        pytest.skip("The source texts are not beside the project.")
    return "\n".join(file.read_text("utf-8") for file in sorted(folder.glob("*.txt")))


@pytest.fixture
async def world_session(world_url: str) -> AsyncIterator[WriteSession]:
    """Provide a session on the database with the true world; whatever the test writes is rolled back."""
    engine = open_engine(world_url)
    async with engine.connect() as connection:
        transaction = await connection.begin()
        async with AsyncSession(connection, join_transaction_mode="create_savepoint") as session:
            yield WriteSession(session)
        await transaction.rollback()
    await engine.dispose()


@pytest.fixture
def untold() -> Callable[[str, int, int], None]:
    """Provide a listener to progress that does not listen."""
    return lambda _label, _done, _total: None
