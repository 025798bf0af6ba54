"""Load the areas of Finland, with time, from the reference tables of the project.

Owns: the order of loading, the ids of areas, and which rows each table of the database gets.
Does not own: what the tables say (`importers.areas_tables`), what follows from that (`domain.areas`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files

from sqlalchemy import func, select

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.areas.models import Area, AreaMembership, AreaOtherCode, AreaPopulation, AreaSuccession
from ilmio_api.domain.areas.service import rebuild_closure, rebuild_summed_residents, write_rows
from ilmio_api.ids import named_id
from ilmio_api.importers.areas_tables import AreaTables, read_tables

REFERENCE = files("ilmio_api.importers") / "reference"
"""The folder of the reference tables; NOTICE.md in it names their sources and licences."""

Progress = Callable[[str, int, int], None]
"""Told of each step: what it is, how many rows are done, how many there are."""

Row = dict[str, object]
"""The columns of one row, by name."""

# Any number that nothing else locks; these are the letters of "areas".
_LOCK = 0x6172656173


@dataclass(frozen=True, slots=True)
class LoadReport:
    """How many rows of each sort the tables make, and how many this load inserted, updated or deleted."""

    areas: int
    other_codes: int
    memberships: int
    successions: int
    counted_residents: int
    summed_residents: int
    containments: int
    reaches: int
    changed: int


async def load(session: WriteSession, progress: Progress) -> LoadReport:
    """Bring the register of areas in line with the reference tables; a second load changes nothing.

    An area that the tables no longer name stays, since records may refer to it: areas end, they do not go.

    Args:
        session: A unit of work; nothing lasts unless it ends well.
        progress: Called after each step.

    Raises:
        OperatorError: A table is not right; it names the table, the line and what to do.
    """
    tables = read_tables(REFERENCE)
    # Two servers that start together must not both find nothing there: the second waits for the first.
    await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    changed = 0

    areas = _area_rows(tables)
    changed += await write_rows(session, Area, areas, among=Area.id.in_([row["id"] for row in areas]))
    other_codes = _other_code_rows(tables)
    changed += await write_rows(session, AreaOtherCode, other_codes)
    _done(progress, "areas", areas)

    memberships = _membership_rows(tables)
    changed += await write_rows(session, AreaMembership, memberships)
    _done(progress, "memberships", memberships)

    successions = _succession_rows(tables)
    changed += await write_rows(session, AreaSuccession, successions)
    _done(progress, "successions", successions)

    counted = _resident_rows(tables)
    changed += await write_rows(session, AreaPopulation, counted, among=AreaPopulation.derived.is_(False))
    summed = await rebuild_summed_residents(session)
    _done(progress, "residents", counted)

    closure = await rebuild_closure(session)
    progress("containment", closure.containments, closure.containments)
    return LoadReport(
        areas=len(areas),
        other_codes=len(other_codes),
        memberships=len(memberships),
        successions=len(successions),
        counted_residents=len(counted),
        summed_residents=summed.figures,
        containments=closure.containments,
        reaches=closure.reaches,
        changed=changed + summed.changed + closure.changed,
    )


def area_id(code: str) -> str:
    """Return the id of the area with this code, such as "KU286"; the same in every database."""
    return named_id("area", code)


def _done(progress: Progress, step: str, rows: Sequence[Row]) -> None:
    """Tell that all rows of a step are written."""
    progress(step, len(rows), len(rows))


def _area_rows(tables: AreaTables) -> list[Row]:
    """Return the rows of `area`."""
    return [
        {
            "id": area_id(code),
            "code": code,
            "kind": area.kind,
            "name": dict(area.name),
            "abbreviation": area.abbreviation,
            "valid_from": area.validity.valid_from,
            "valid_to": area.validity.valid_to,
            "language_status": area.language_status,
            "urban_rural_class": area.urban_rural_class,
        }
        for code, area in tables.areas.items()
    ]


def _other_code_rows(tables: AreaTables) -> list[Row]:
    """Return the rows of `area_other_code`."""
    return [
        {"area_id": area_id(each.area), "scheme": each.scheme, "version": each.version, "value": each.value}
        for each in tables.other_codes
    ]


def _membership_rows(tables: AreaTables) -> list[Row]:
    """Return the rows of `area_membership`."""
    return [
        {
            "id": named_id("membership", f"{each.member} {each.whole} {each.validity.valid_from or ''}"),
            "member_id": area_id(each.member),
            "whole_id": area_id(each.whole),
            "valid_from": each.validity.valid_from,
            "valid_to": each.validity.valid_to,
        }
        for each in tables.memberships
    ]


def _succession_rows(tables: AreaTables) -> list[Row]:
    """Return the rows of `area_succession`."""
    return [
        {
            "predecessor_id": area_id(each.predecessor),
            "successor_id": area_id(each.successor),
            "kind": each.kind,
            "on_date": each.on_date,
            "municipality_count": each.municipality_count,
        }
        for each in tables.successions
    ]


def _resident_rows(tables: AreaTables) -> list[Row]:
    """Return the rows of `area_population` that were counted, not summed."""
    return [
        {"area_id": area_id(municipality), "year": year, "residents": residents, "derived": False}
        for (municipality, year), residents in tables.residents.items()
    ]
