"""What follows from the facts about areas: what lay inside what when, what concerns what, who lived where.

Owns: the derivations, as pure functions over area codes and dates.
Does not own: the facts (`importers.areas`) or the tables that hold the results (`domain.areas.service`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from ilmio_api.domain.areas.vocabulary import AreaKind, SuccessionKind

SMALLER_TO_LARGER: tuple[AreaKind, ...] = (
    AreaKind.MUNICIPALITY,
    AreaKind.SUB_REGION,
    AreaKind.EMPLOYMENT_AREA,
    AreaKind.WELLBEING_SERVICES_COUNTY,
    AreaKind.REGION,
    AreaKind.ELY_CENTRE,
    AreaKind.ECONOMIC_DEVELOPMENT_CENTRE,
    AreaKind.COLLABORATIVE_AREA,
    AreaKind.COUNTRY,
)
"""Which kind lies inside which where two areas consist of the same municipalities: a county in its region."""

_RANK = {kind: rank for rank, kind in enumerate(SMALLER_TO_LARGER)}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Validity:
    """The days on which something holds, both ends included; None: no limit known on that side."""

    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether `day` is one of these days."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def overlap(self, other: "Validity") -> "Validity | None":
        """Return the days in both, or None if there are none."""
        first = max((day for day in (self.valid_from, other.valid_from) if day is not None), default=None)
        last = min((day for day in (self.valid_to, other.valid_to) if day is not None), default=None)
        if first is not None and last is not None and last < first:
            return None
        return Validity(first, last)


@dataclass(frozen=True, slots=True)
class AreaFact:
    """What the derivations need to know of one area."""

    kind: AreaKind
    validity: Validity


@dataclass(frozen=True, slots=True)
class Membership:
    """The municipality `member` belonged to the area `whole`."""

    member: str
    whole: str
    validity: Validity


@dataclass(frozen=True, slots=True)
class Succession:
    """The area `successor` followed `predecessor` on `on_date`."""

    predecessor: str
    successor: str
    kind: SuccessionKind
    on_date: date
    municipality_count: int | None = None


@dataclass(frozen=True, slots=True)
class Containment:
    """On all these days `inner` lay wholly inside `outer`."""

    inner: str
    outer: str
    validity: Validity


def containments(areas: Mapping[str, AreaFact], memberships: Sequence[Membership]) -> list[Containment]:
    """Return for every two areas of different kinds the longest periods in which one lay inside the other.

    `inner` lies inside `outer` on a day if it has municipalities, all of them are in `outer`, and its kind
    comes earlier in `SMALLER_TO_LARGER`. A municipality consists of itself while it exists.

    Args:
        areas: Every area, by code.
        memberships: Municipalities in areas; not outside the validity of either.
    """
    periods: dict[tuple[str, str], list[Validity]] = defaultdict(list)
    validities = [
        *(area.validity for area in areas.values()),
        *(membership.validity for membership in memberships),
    ]
    for unchanged in _unchanged_periods(validities):
        # Nothing begins or ends inside such a period, so any one of its days speaks for all.
        day = unchanged.valid_from or unchanged.valid_to or date.min
        for pair in _containments_on(day, areas, memberships):
            periods[pair].append(unchanged)
    return [
        Containment(inner, outer, validity) for (inner, outer), parts in periods.items() for validity in joined(parts)
    ]


def _unchanged_periods(validities: Iterable[Validity]) -> Iterator[Validity]:
    """Yield, in order, the longest periods inside which none of `validities` begins or ends."""
    changes: set[date] = set()
    for validity in validities:
        if validity.valid_from is not None:
            changes.add(validity.valid_from)
        if validity.valid_to is not None:
            changes.add(validity.valid_to + _DAY)
    for first, following in pairwise([None, *sorted(changes), None]):
        yield Validity(first, following - _DAY if following is not None else None)


def _containments_on(
    day: date, areas: Mapping[str, AreaFact], memberships: Sequence[Membership]
) -> Iterator[tuple[str, str]]:
    """Yield the pairs (inner, outer) that hold on `day`."""
    parts_of = _municipalities_on(day, areas, memberships)
    wholes_of: dict[str, set[str]] = defaultdict(set)
    for area, parts in parts_of.items():
        for part in parts:
            wholes_of[part].add(area)
    for inner, parts in parts_of.items():
        rank = _RANK[areas[inner].kind]
        for outer in set.intersection(*(wholes_of[part] for part in parts)):
            if rank < _RANK[areas[outer].kind]:
                yield inner, outer


def _municipalities_on(
    day: date, areas: Mapping[str, AreaFact], memberships: Iterable[Membership]
) -> dict[str, set[str]]:
    """Return the municipalities of every area that has any on `day`."""
    parts_of: dict[str, set[str]] = defaultdict(set)
    for code, area in areas.items():
        if area.kind is AreaKind.MUNICIPALITY and area.validity.holds_on(day):
            parts_of[code].add(code)
    for membership in memberships:
        if membership.validity.holds_on(day):
            parts_of[membership.whole].add(membership.member)
    return parts_of


def joined(validities: Iterable[Validity]) -> list[Validity]:
    """Return the same days as the fewest validities, in order: those that overlap or touch become one."""
    whole: list[Validity] = []
    for validity in sorted(validities, key=lambda each: each.valid_from or date.min):
        last = whole[-1] if whole else None
        if last is None or _apart(last, validity):
            whole.append(validity)
        elif last.valid_to is not None and (validity.valid_to is None or validity.valid_to > last.valid_to):
            whole[-1] = Validity(last.valid_from, validity.valid_to)
    return whole


def _apart(earlier: Validity, later: Validity) -> bool:
    """Tell whether at least one day lies between the two."""
    return earlier.valid_to is not None and later.valid_from is not None and later.valid_from > earlier.valid_to + _DAY


def reach(
    areas: Iterable[str], contained: Iterable[Containment], successions: Iterable[Succession]
) -> set[tuple[str, str]]:
    """Return the pairs (inner, outer) where what was recorded for `inner`, at any time, concerns `outer`.

    Every area reaches itself, what contained it at any time, and the successor that took all of it, with all
    that those reach. It does not reach a successor that took only a part.
    """
    steps: dict[str, set[str]] = defaultdict(set)
    for containment in contained:
        steps[containment.inner].add(containment.outer)
    for succession in successions:
        if succession.kind is not SuccessionKind.SPLIT:
            steps[succession.predecessor].add(succession.successor)
    return {(area, reached) for area in areas for reached in _reached_from(area, steps)}


def through_counties(areas: Mapping[str, AreaFact], reached: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return the wellbeing services county of `inner` for the pairs of `reach` where that county reaches `outer` too.

    The county of an area is the one that it reaches, or of several the one that all the others reach. An area that
    moved from one county to another has none.

    Args:
        areas: Every area, by code.
        reached: All pairs (inner, outer).
    """
    counties_of: dict[str, list[str]] = defaultdict(list)
    for inner, outer in reached:
        if areas[outer].kind is AreaKind.WELLBEING_SERVICES_COUNTY:
            counties_of[inner].append(outer)
    county_of = {
        area: county
        for area, counties in counties_of.items()
        for county in counties
        if all((other, county) in reached for other in counties)
    }
    return {
        (inner, outer): county_of[inner]
        for inner, outer in reached
        if inner in county_of and (county_of[inner], outer) in reached
    }


def _reached_from(start: str, steps: Mapping[str, set[str]]) -> set[str]:
    """Return `start` and all that any number of steps leads to."""
    reached = {start}
    ahead = [start]
    while ahead:
        found = steps.get(ahead.pop(), set()) - reached
        reached |= found
        ahead.extend(found)
    return reached


@dataclass(frozen=True, slots=True)
class Register:
    """All facts about areas: the areas by code, who belonged to them, who followed them."""

    areas: Mapping[str, AreaFact]
    memberships: Sequence[Membership]
    successions: Sequence[Succession]


def summed_residents(register: Register, year: int, counted: Mapping[str, int]) -> dict[str, int]:
    """Return the residents of every area that is made of municipalities, on 31 December of `year`.

    An area that began later is summed as it was on its first day; the residents of a municipality that had
    been merged by then count where it was merged. An area that had ended before the year did, or that has a
    municipality without a count, has no sum.

    Args:
        register: The facts.
        year: The year that `counted` speaks of.
        counted: Residents of each municipality that existed at the end of that year.
    """
    year_end = date(year, 12, 31)
    summed_on: dict[date, list[str]] = defaultdict(list)
    for code, area in register.areas.items():
        if area.kind is not AreaKind.MUNICIPALITY and (area.validity.valid_to or year_end) >= year_end:
            summed_on[max(area.validity.valid_from or year_end, year_end)].append(code)
    sums: dict[str, int] = {}
    for day, codes in summed_on.items():
        parts_of = _municipalities_on(day, register.areas, register.memberships)
        residents_of = _residents_by_division_of(day, register, year_end, counted)
        for code in codes:
            parts = [residents_of.get(part) for part in parts_of.get(code, ())]
            known = [residents for residents in parts if residents is not None]
            if parts and len(known) == len(parts):
                sums[code] = sum(known)
    return sums


def _residents_by_division_of(
    day: date, register: Register, year_end: date, counted: Mapping[str, int]
) -> dict[str, int | None]:
    """Return the counts of `year_end` by the municipalities of `day`; None where a part was not counted."""
    merged_into = {
        succession.predecessor: succession.successor
        for succession in register.successions
        if succession.kind is SuccessionKind.MERGED
    }
    residents_of: dict[str, int | None] = {}
    for municipality, area in register.areas.items():
        if area.kind is not AreaKind.MUNICIPALITY or not area.validity.holds_on(year_end):
            continue
        home: str | None = municipality
        while home is not None and not register.areas[home].validity.holds_on(day):
            home = merged_into.get(home)
        if home is not None:
            so_far, count = residents_of.get(home, 0), counted.get(municipality)
            residents_of[home] = None if so_far is None or count is None else so_far + count
    return residents_of
