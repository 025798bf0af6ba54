"""Load the small true world.

Owns: the order of writing and the check that the areas it refers to are there.
Does not own: the facts (`world/*.toml`, `world/series/*.csv`).
"""

from collections.abc import Callable

from sqlalchemy import Table, select

from ilmio_api.db.base import Base
from ilmio_api.db.session import WriteSession
from ilmio_api.demo.rows import Row, entries_by_kind, rows_by_table
from ilmio_api.demo.series import observation_rows
from ilmio_api.demo.upserts import upsert
from ilmio_api.domain.areas.models import Area
from ilmio_api.domain.indicators.models import Observation
from ilmio_api.errors import OperatorError

Progress = Callable[[str, int, int], None]
"""Called with a label, the number of steps done and the number of all steps."""

_STAGE = "demo world, tables"


async def load_world(session: WriteSession, progress: Progress) -> None:
    """Write the demo world, or bring it back to what the files say; what others have added stays.

    The areas must have been loaded before.

    Raises:
        OperatorError: An area that the world refers to is missing.
    """
    rows = world_rows()
    await _require_areas(session, rows)
    tables = [table for table in Base.metadata.sorted_tables if table in rows]
    for done, table in enumerate(tables):
        progress(_STAGE, done, len(tables))
        await upsert(session, table, rows[table])
    progress(_STAGE, len(tables), len(tables))


def world_rows() -> dict[Table, list[Row]]:
    """Return all rows of the world by table."""
    entries = entries_by_kind()
    rows = rows_by_table(entries)
    observations = Base.metadata.tables[Observation.__tablename__]
    rows[observations] = [row for indicator in entries["indicator"] for row in observation_rows(indicator)]
    return rows


async def _require_areas(session: WriteSession, rows: dict[Table, list[Row]]) -> None:
    known = set(await session.scalars(select(Area.id)))
    needed = {row.get(column) for table, written in rows.items() for column in _area_columns(table) for row in written}
    missing = needed - known - {None}
    if missing:
        raise OperatorError(
            f"The demo world refers to {len(missing)} areas that are not in the database.",
            "Run ilmio data load areas, then try again.",
        )


def _area_columns(table: Table) -> list[str]:
    return [key.parent.name for key in table.foreign_keys if key.column.table.name == Area.__tablename__]
