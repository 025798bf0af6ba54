"""The derivations on areas, against definitions so plain that they cannot be wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilmio_api.domain.areas.rules import (
    SMALLER_TO_LARGER,
    AreaFact,
    Containment,
    Membership,
    Register,
    Succession,
    Validity,
    containments,
    joined,
    reach,
    summed_residents,
    through_counties,
)
from ilmio_api.domain.areas.vocabulary import AreaKind, SuccessionKind

FIRST = date(2020, 1, 1)
WATCHED = [FIRST + timedelta(days=number) for number in range(-2, 10)]
"""Every day on which a generated world may change, and some before and after."""

ALWAYS = Validity()
UNTIL_2024 = Validity(valid_to=date(2024, 12, 31))
SINCE_2026 = Validity(valid_from=date(2026, 1, 1))

days = st.none() | st.dates(FIRST, FIRST + timedelta(days=6))
validities = st.tuples(days, days).map(
    lambda ends: Validity(*sorted(ends)) if None not in ends else Validity(*ends)  # type: ignore[type-var]
)


@dataclass(frozen=True)
class World:
    """A few areas and who belonged to them."""

    areas: Mapping[str, AreaFact]
    memberships: Sequence[Membership]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Return three municipalities and four larger areas, with memberships inside the validity of both."""
    areas = {name: AreaFact(AreaKind.MUNICIPALITY, draw(validities)) for name in ("a", "b", "c")}
    for name in ("P", "Q", "R", "S"):
        areas[name] = AreaFact(draw(st.sampled_from(SMALLER_TO_LARGER[1:])), draw(validities))
    named = st.tuples(st.sampled_from("abc"), st.sampled_from("PQRS"), validities)
    memberships = [
        Membership(member, whole, clipped)
        for member, whole, validity in draw(st.lists(named, max_size=14))
        if (shared := areas[member].validity.overlap(areas[whole].validity)) is not None
        and (clipped := shared.overlap(validity)) is not None
    ]
    return World(areas, memberships)


def municipalities(world: World, area: str, day: date) -> set[str]:
    """Return what an area consists of on a day, by definition."""
    if area in "abc":
        return {area} if world.areas[area].validity.holds_on(day) else set()
    return {each.member for each in world.memberships if each.whole == area and each.validity.holds_on(day)}


@given(worlds())
def test_an_area_lies_inside_another_on_exactly_the_days_when_its_municipalities_do(world: World) -> None:
    found = {
        (each.inner, each.outer, day)
        for each in containments(world.areas, world.memberships)
        for day in WATCHED
        if each.validity.holds_on(day)
    }

    rank = SMALLER_TO_LARGER.index
    assert found == {
        (inner, outer, day)
        for day in WATCHED
        for inner in world.areas
        for outer in world.areas
        if rank(world.areas[inner].kind) < rank(world.areas[outer].kind)
        and municipalities(world, inner, day)
        and municipalities(world, inner, day) <= municipalities(world, outer, day)
    }


@given(worlds())
def test_a_containment_is_told_in_as_few_periods_as_possible(world: World) -> None:
    periods: dict[tuple[str, str], list[Validity]] = {}
    for each in containments(world.areas, world.memberships):
        periods.setdefault((each.inner, each.outer), []).append(each.validity)

    assert all(len(joined(parts)) == len(parts) for parts in periods.values())


@given(st.lists(validities, max_size=6))
def test_joined_validities_hold_on_the_same_days(parts: list[Validity]) -> None:
    whole = joined(parts)

    assert [any(part.holds_on(day) for part in parts) for day in WATCHED] == [
        any(part.holds_on(day) for part in whole) for day in WATCHED
    ]


@given(validities, validities)
def test_the_overlap_holds_on_the_days_of_both(one: Validity, other: Validity) -> None:
    shared = one.overlap(other)

    assert [one.holds_on(day) and other.holds_on(day) for day in WATCHED] == [
        shared is not None and shared.holds_on(day) for day in WATCHED
    ]


names = st.sampled_from("ABCDEF")
steps = st.lists(st.tuples(names, names, st.sampled_from([None, *SuccessionKind])), max_size=10)


@given(steps)
def test_reach_is_the_smallest_relation_that_any_number_of_steps_stays_in(
    drawn: list[tuple[str, str, SuccessionKind | None]],
) -> None:
    contained = [Containment(one, other, ALWAYS) for one, other, kind in drawn if kind is None]
    successions = [Succession(one, other, kind, FIRST) for one, other, kind in drawn if kind is not None]

    expected = {(name, name) for name in "ABCDEF"}
    expected |= {(one, other) for one, other, kind in drawn if kind is not SuccessionKind.SPLIT}
    for middle in "ABCDEF":
        expected |= {(one, other) for one, half in expected for rest, other in expected if half == rest == middle}
    assert reach("ABCDEF", contained, successions) == expected


MUNICIPALITY = AreaFact(AreaKind.MUNICIPALITY, ALWAYS)
COUNTY = AreaFact(AreaKind.WELLBEING_SERVICES_COUNTY, ALWAYS)
REGION = AreaFact(AreaKind.REGION, ALWAYS)
COLLABORATIVE_AREA = AreaFact(AreaKind.COLLABORATIVE_AREA, ALWAYS)


def test_what_lies_in_a_county_reaches_through_it_what_contains_the_county() -> None:
    areas = {"KU1": MUNICIPALITY, "HVA1": COUNTY, "MK1": REGION, "YTA1": COLLABORATIVE_AREA}
    contained = [
        Containment("KU1", "HVA1", ALWAYS),
        Containment("KU1", "MK1", ALWAYS),
        Containment("HVA1", "YTA1", ALWAYS),
    ]

    assert through_counties(areas, reach(areas, contained, [])) == {
        ("KU1", "HVA1"): "HVA1",
        ("KU1", "YTA1"): "HVA1",
        ("HVA1", "HVA1"): "HVA1",
        ("HVA1", "YTA1"): "HVA1",
    }


def test_an_area_that_moved_from_one_county_to_another_has_none() -> None:
    areas = {"KU1": MUNICIPALITY, "HVA1": COUNTY, "HVA2": COUNTY}
    contained = [Containment("KU1", "HVA1", UNTIL_2024), Containment("KU1", "HVA2", SINCE_2026)]

    assert through_counties(areas, reach(areas, contained, [])) == {
        ("HVA1", "HVA1"): "HVA1",
        ("HVA2", "HVA2"): "HVA2",
    }


def test_of_counties_that_followed_each_other_the_last_one_counts() -> None:
    areas = {"KU1": MUNICIPALITY, "HVA1": COUNTY, "HVA2": COUNTY}
    reached = reach(
        areas,
        [Containment("KU1", "HVA1", UNTIL_2024)],
        [Succession("HVA1", "HVA2", SuccessionKind.MERGED, date(2025, 1, 1))],
    )

    assert through_counties(areas, reached) == {
        ("KU1", "HVA2"): "HVA2",
        ("HVA1", "HVA2"): "HVA2",
        ("HVA2", "HVA2"): "HVA2",
    }


@given(steps)
def test_all_of_a_county_reach_what_one_of_them_reaches_through_it(
    drawn: list[tuple[str, str, SuccessionKind | None]],
) -> None:
    areas = {name: COUNTY if name in "ABC" else MUNICIPALITY for name in "ABCDEF"}
    reached = reach(areas, [Containment(one, other, ALWAYS) for one, other, _ in drawn], [])
    through = through_counties(areas, reached)

    assert {
        (member, outer)
        for (_, outer), county in through.items()
        for (member, reaching), theirs in through.items()
        if reaching == theirs == county
    } <= through.keys()


def test_of_two_areas_with_the_same_municipalities_the_smaller_kind_lies_inside_the_larger() -> None:
    areas = {
        "KU1": AreaFact(AreaKind.MUNICIPALITY, ALWAYS),
        "HVA1": AreaFact(AreaKind.WELLBEING_SERVICES_COUNTY, ALWAYS),
        "MK1": AreaFact(AreaKind.REGION, ALWAYS),
    }
    memberships = [Membership("KU1", "HVA1", ALWAYS), Membership("KU1", "MK1", ALWAYS)]

    assert {(each.inner, each.outer) for each in containments(areas, memberships)} == {
        ("KU1", "HVA1"),
        ("KU1", "MK1"),
        ("HVA1", "MK1"),
    }


def test_a_region_is_divided_between_two_centres_from_the_day_when_one_municipality_moves() -> None:
    areas = {
        "KU1": AreaFact(AreaKind.MUNICIPALITY, ALWAYS),
        "KU2": AreaFact(AreaKind.MUNICIPALITY, ALWAYS),
        "MK1": AreaFact(AreaKind.REGION, ALWAYS),
        "EVK1": AreaFact(AreaKind.ECONOMIC_DEVELOPMENT_CENTRE, ALWAYS),
    }
    memberships = [
        Membership("KU1", "MK1", ALWAYS),
        Membership("KU2", "MK1", ALWAYS),
        Membership("KU1", "EVK1", ALWAYS),
        Membership("KU2", "EVK1", UNTIL_2024),
    ]

    assert Containment("MK1", "EVK1", UNTIL_2024) in containments(areas, memberships)


@pytest.fixture
def merged_municipality() -> Register:
    """KU2 was merged into KU1 after 2024; the region is older, the centre younger than that."""
    return Register(
        areas={
            "KU1": AreaFact(AreaKind.MUNICIPALITY, ALWAYS),
            "KU2": AreaFact(AreaKind.MUNICIPALITY, UNTIL_2024),
            "MK1": AreaFact(AreaKind.REGION, ALWAYS),
            "ELY1": AreaFact(AreaKind.ELY_CENTRE, UNTIL_2024),
            "EVK1": AreaFact(AreaKind.ECONOMIC_DEVELOPMENT_CENTRE, SINCE_2026),
        },
        memberships=[
            Membership("KU1", "MK1", ALWAYS),
            Membership("KU2", "MK1", UNTIL_2024),
            Membership("KU1", "ELY1", UNTIL_2024),
            Membership("KU1", "EVK1", SINCE_2026),
        ],
        successions=[Succession("KU2", "KU1", SuccessionKind.MERGED, date(2025, 1, 1))],
    )


def test_residents_of_a_merged_municipality_count_where_it_was_merged(merged_municipality: Register) -> None:
    sums = summed_residents(merged_municipality, 2022, {"KU1": 100, "KU2": 20})

    assert sums == {"MK1": 120, "ELY1": 100, "EVK1": 120}


def test_an_area_that_had_ended_by_the_end_of_the_year_has_no_sum(merged_municipality: Register) -> None:
    assert summed_residents(merged_municipality, 2025, {"KU1": 130}) == {"MK1": 130, "EVK1": 130}


def test_an_area_with_an_uncounted_municipality_has_no_sum(merged_municipality: Register) -> None:
    assert summed_residents(merged_municipality, 2022, {"KU2": 20}) == {}
