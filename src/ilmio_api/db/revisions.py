"""Which migration a database has, and which one this code expects, found out without Alembic.

Owns: both answers, and where the migrations lie.
Does not own: running migrations (`db.migrations`).

A process that serves asks this once, and Alembic would stay in its memory ever after.
"""

import ast
import re
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ilmio_api.db.session import connected
from ilmio_api.errors import OperatorError

# As alembic/script.py.mako writes them.
_OWN = re.compile(r"^revision: str = (.+)$", re.MULTILINE)
_FOLLOWED = re.compile(r"^down_revision: .+? = (.+)$", re.MULTILINE)


async def current(url: str) -> str | None:
    """Return the revision of the database at `url`, or None when no migration has run there.

    Raises:
        OperatorError: The database cannot be reached.
    """
    async with connected(url) as connection:
        return await recorded(connection)


async def recorded(connection: AsyncConnection) -> str | None:
    """Return the revision of a database, or None when no migration has run there."""
    if await connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return None
    revision: str | None = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def head() -> str:
    """Return the revision that this code expects: the migration that no other one follows.

    Raises:
        OperatorError: There is not exactly one such migration.
    """
    texts = [path.read_text(encoding="utf-8") for path in (scripts() / "versions").glob("*.py")]
    revisions = {_value(_OWN, each) for each in texts}
    for each in texts:
        followed = _value(_FOLLOWED, each)
        revisions -= set(followed) if isinstance(followed, tuple) else {followed}
    if len(revisions) != 1:
        raise OperatorError(
            f"The migrations do not have one end but {len(revisions)}: {', '.join(sorted(map(str, revisions)))}.",
            "Mend alembic/versions: each migration but the first follows another.",
        )
    return str(revisions.pop())


def scripts() -> Path:
    """Return the folder of the migrations: in the installed package, else in the checkout around it."""
    packaged = Path(__file__).with_name("alembic")
    checkout = Path(__file__).parents[3] / "alembic"
    return packaged if packaged.is_dir() else checkout


def _value(pattern: re.Pattern[str], migration: str) -> object:
    """Return what a migration assigns; None when it assigns nothing."""
    found = pattern.search(migration)
    return ast.literal_eval(found[1]) if found else None
