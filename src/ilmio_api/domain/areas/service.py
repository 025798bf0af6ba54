"""Commands on areas: derive containment, reach and summed residents from the facts.

Owns: which tables the derivations read and write, and writing only what differs.
Does not own: the derivations (`rules`), the facts (`importers.areas`), the commit (`db.session`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, inspect, select, true, tuple_, update

from ilmio_api.db.base import Base
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.areas.models import (
    Area,
    AreaContainment,
    AreaMembership,
    AreaPopulation,
    AreaReach,
    AreaSuccession,
)
from ilmio_api.domain.areas.rules import (
    AreaFact,
    Membership,
    Register,
    Succession,
    Validity,
    containments,
    reach,
    summed_residents,
    through_counties,
)
from ilmio_api.ids import named_id


@dataclass(frozen=True, slots=True)
class Closure:
    """How many derived rows there are, and how many of them this rebuilding wrote or deleted."""

    containments: int
    reaches: int
    changed: int


async def rebuild_closure(session: WriteSession) -> Closure:
    """Bring containment and reach in line with the memberships and successions of the register."""
    register, id_of = await _register(session)
    contained = containments(register.areas, register.memberships)
    reached = reach(register.areas, contained, register.successions)
    county_of = {pair: id_of[county] for pair, county in through_counties(register.areas, reached).items()}
    changed = await write_rows(
        session,
        AreaContainment,
        [
            {
                "id": named_id("containment", f"{each.inner} {each.outer} {each.validity.valid_from or ''}"),
                "inner_id": id_of[each.inner],
                "outer_id": id_of[each.outer],
                "valid_from": each.validity.valid_from,
                "valid_to": each.validity.valid_to,
            }
            for each in contained
        ],
    )
    changed += await write_rows(
        session,
        AreaReach,
        [
            {"outer_id": id_of[outer], "inner_id": id_of[inner], "county_id": county_of.get((inner, outer))}
            for inner, outer in reached
        ],
    )
    return Closure(len(contained), len(reached), changed)


@dataclass(frozen=True, slots=True)
class SummedResidents:
    """How many summed figures there are, and how many of them this rebuilding wrote or deleted."""

    figures: int
    changed: int


async def rebuild_summed_residents(session: WriteSession) -> SummedResidents:
    """Bring the residents of larger areas in line with those of municipalities, for every counted year."""
    register, id_of = await _register(session)
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    counts = select(AreaPopulation.year, Area.code, AreaPopulation.residents).join(
        Area, Area.id == AreaPopulation.area_id
    )
    for year, code, residents in await session.execute(counts.where(AreaPopulation.derived.is_(False))):
        counted[year][code] = residents
    rows = [
        {"area_id": id_of[code], "year": year, "residents": residents, "derived": True}
        for year, of_municipalities in counted.items()
        for code, residents in summed_residents(register, year, of_municipalities).items()
    ]
    changed = await write_rows(session, AreaPopulation, rows, among=AreaPopulation.derived.is_(True))
    return SummedResidents(len(rows), changed)


async def _register(session: WriteSession) -> tuple[Register, dict[str, str]]:
    """Return the facts as they stand in the database, and the id of each area by its code."""
    areas: dict[str, AreaFact] = {}
    id_of: dict[str, str] = {}
    code_of: dict[str, str] = {}
    for identifier, code, kind, valid_from, valid_to in await session.execute(
        select(Area.id, Area.code, Area.kind, Area.valid_from, Area.valid_to)
    ):
        areas[code] = AreaFact(kind, Validity(valid_from, valid_to))
        id_of[code] = identifier
        code_of[identifier] = code
    memberships = [
        Membership(code_of[member], code_of[whole], Validity(valid_from, valid_to))
        for member, whole, valid_from, valid_to in await session.execute(
            select(
                AreaMembership.member_id,
                AreaMembership.whole_id,
                AreaMembership.valid_from,
                AreaMembership.valid_to,
            )
        )
    ]
    successions = [
        Succession(code_of[predecessor], code_of[successor], kind, on_date, count)
        for predecessor, successor, kind, on_date, count in await session.execute(
            select(
                AreaSuccession.predecessor_id,
                AreaSuccession.successor_id,
                AreaSuccession.kind,
                AreaSuccession.on_date,
                AreaSuccession.municipality_count,
            )
        )
    ]
    return Register(areas, memberships, successions), id_of


async def write_rows(
    session: WriteSession,
    model: type[Base],
    rows: Sequence[Mapping[str, object]],
    *,
    among: ColumnElement[bool] | None = None,
) -> int:
    """Make the table of `model` hold `rows` and touch nothing that is right already.

    Args:
        session: A unit of work; objects of `model` that it has loaded are not refreshed.
        model: The table. Columns that the database computes are left to it.
        rows: All rows that shall be there, each with every other column.
        among: The part of the table that `rows` stand for; by default the whole. Other rows are left alone.

    Returns:
        How many rows were inserted, updated or deleted.
    """
    mapper = inspect(model)
    columns = [column for column in mapper.columns if column.computed is None]
    keys = mapper.primary_key
    names = [column.name for column in columns]
    key_places = [names.index(column.name) for column in keys]

    def key_of(values: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(values[place] for place in key_places)

    held = {
        key_of(values): tuple(values)
        for values in await session.execute(select(*columns).where(true() if among is None else among))
    }
    wanted = {key_of(values): values for values in (tuple(row[name] for name in names) for row in rows)}
    stale = [key for key in held if key not in wanted]
    differing = [dict(zip(names, wanted[key], strict=True)) for key in held if held[key] != wanted.get(key, held[key])]
    missing = [dict(zip(names, values, strict=True)) for key, values in wanted.items() if key not in held]
    # Deleted first, so that a row may take over what a unique rule allows only once.
    if stale:
        await session.execute(
            delete(model).where(tuple_(*keys).in_(stale)), execution_options={"synchronize_session": False}
        )
    if differing:
        await session.execute(update(model), differing)
    if missing:
        await session.execute(insert(model), missing)
    return len(stale) + len(differing) + len(missing)
