"""Which migration is the last one, found out without Alembic."""

from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from ilmio_api.db import revisions
from ilmio_api.errors import OperatorError


def written(folder: Path, revision: str, *, after: str) -> None:
    """Write a migration that follows another."""
    text = f"revision: str = {revision!r}\ndown_revision: str | Sequence[str] | None = {after}\n"
    (folder / f"{revision}.py").write_text(text, encoding="utf-8")


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Provide a folder in which migrations are looked for, with a first one."""
    monkeypatch.setattr(revisions, "scripts", lambda: tmp_path)
    folder = tmp_path / "versions"
    folder.mkdir()
    written(folder, "one", after="None")
    return folder


def test_the_last_migration_is_the_one_that_alembic_finds() -> None:
    config = Config()
    config.set_main_option("script_location", str(revisions.scripts()))

    assert revisions.head() == ScriptDirectory.from_config(config).get_current_head()


def test_migrations_that_part_have_no_last_one(versions: Path) -> None:
    written(versions, "two", after="'one'")
    written(versions, "three", after="'one'")

    with pytest.raises(OperatorError, match="do not have one end but 2: three, two"):
        revisions.head()


def test_a_migration_may_bring_two_together(versions: Path) -> None:
    written(versions, "two", after="'one'")
    written(versions, "three", after="'one'")
    written(versions, "four", after="('two', 'three')")

    assert revisions.head() == "four"
