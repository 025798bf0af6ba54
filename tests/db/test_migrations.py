"""Migrations run from code, once, from anywhere, and are compared with the models."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, text

import ilmio_api.domain  # noqa: F401  # imports every table, so that the metadata is whole
from ilmio_api.db import migrations, revisions
from ilmio_api.db.base import Base
from ilmio_api.db.session import connected, open_engine, unit_of_work
from ilmio_api.errors import OperatorError


async def test_an_empty_database_has_no_revision_and_gets_the_newest(bare_url: str) -> None:
    assert await revisions.current(bare_url) is None

    await migrations.upgrade(bare_url)

    assert await revisions.current(bare_url) == revisions.head()


async def test_two_processes_may_migrate_at_the_same_time(bare_url: str) -> None:
    await asyncio.gather(migrations.upgrade(bare_url), migrations.upgrade(bare_url))

    assert await revisions.current(bare_url) == revisions.head()


async def test_migrations_are_found_from_any_folder(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert await revisions.current(database_url) == revisions.head()


async def test_the_migrations_make_what_the_models_describe(database_url: str) -> None:
    assert await migrations.check(database_url, Base.metadata) == []


async def test_a_table_without_a_migration_is_reported(database_url: str) -> None:
    metadata = MetaData()
    for table in Base.metadata.sorted_tables:
        table.to_metadata(metadata)
    Table("forgotten", metadata, Column("id", Integer, primary_key=True))

    differences = await migrations.check(database_url, metadata)

    assert differences[0] == "op.create_table('forgotten',"


async def test_a_database_that_is_newer_than_the_code_is_refused(private_url: str) -> None:
    engine = open_engine(private_url)
    async with unit_of_work(engine) as session:
        await session.execute(text("UPDATE alembic_version SET version_num = 'ffff'"))
    await engine.dispose()

    with pytest.raises(OperatorError, match="ffff") as refusal:
        await migrations.upgrade(private_url)
    assert "newer than this code" in refusal.value.remedy


async def test_an_account_without_rights_on_the_roles_is_told_what_to_do(bare_url: str) -> None:
    database = urlsplit(bare_url).path.removeprefix("/")
    async with connected(bare_url) as connection:
        await connection.execute(text("CREATE ROLE without_rights LOGIN"))
        await connection.execute(text(f"ALTER DATABASE {database} OWNER TO without_rights"))
        await connection.commit()

    with pytest.raises(OperatorError, match="may not do what the migrations need") as refusal:
        await migrations.upgrade(bare_url.replace("postgres@", "without_rights@"))
    assert "CREATEROLE" in refusal.value.remedy


async def test_a_drafted_migration_can_be_run(
    private_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = Path(__file__).parents[2] / "alembic"
    for source in (scripts / "env.py", scripts / "script.py.mako", *(scripts / "versions").glob("*.py")):
        target = tmp_path / source.relative_to(scripts)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(source.read_bytes())
    monkeypatch.setattr(revisions, "scripts", lambda: tmp_path)

    path = await migrations.draft(private_url, "nothing at all")
    await migrations.upgrade(private_url)

    assert "SET LOCAL lock_timeout = '5s'" in path.read_text(encoding="utf-8")
    async with connected(private_url) as connection:
        assert await connection.scalar(text("SELECT version_num FROM alembic_version")) == revisions.head()
