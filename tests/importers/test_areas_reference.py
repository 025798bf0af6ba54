"""The reference tables of areas: what they say and what follows from them."""

from collections import Counter
from datetime import date

import pytest

from ilmio_api.domain.areas.rules import (
    AreaFact,
    Containment,
    Register,
    Validity,
    containments,
    reach,
    summed_residents,
)
from ilmio_api.domain.areas.vocabulary import AreaKind, LanguageStatus, SuccessionKind
from ilmio_api.importers.areas import REFERENCE
from ilmio_api.importers.areas_tables import AreaTables, read_tables

TODAY = date(2026, 1, 1)
LAST_DAY_OF_ELY = date(2025, 12, 31)


@pytest.fixture(scope="module")
def tables() -> AreaTables:
    return read_tables(REFERENCE)


@pytest.fixture(scope="module")
def register(tables: AreaTables) -> Register:
    facts = {code: AreaFact(area.kind, area.validity) for code, area in tables.areas.items()}
    return Register(facts, tables.memberships, tables.successions)


@pytest.fixture(scope="module")
def contained(register: Register) -> list[Containment]:
    return containments(register.areas, register.memberships)


@pytest.fixture(scope="module")
def reached(register: Register, contained: list[Containment]) -> set[tuple[str, str]]:
    return reach(register.areas, contained, register.successions)


@pytest.mark.parametrize(("day", "expected"), [(date(2024, 6, 1), 309), (TODAY, 308)])
def test_there_are_as_many_municipalities_as_there_were(tables: AreaTables, day: date, expected: int) -> None:
    existing = [area.kind for area in tables.areas.values() if area.validity.holds_on(day)]

    assert existing.count(AreaKind.MUNICIPALITY) == expected


def test_there_are_as_many_areas_of_every_kind_as_there_are(tables: AreaTables) -> None:
    assert Counter(area.kind for area in tables.areas.values()) == {
        AreaKind.MUNICIPALITY: 309,
        AreaKind.SUB_REGION: 69,
        AreaKind.EMPLOYMENT_AREA: 46,
        AreaKind.WELLBEING_SERVICES_COUNTY: 23,
        AreaKind.REGION: 19,
        AreaKind.ELY_CENTRE: 15,
        AreaKind.ECONOMIC_DEVELOPMENT_CENTRE: 10,
        AreaKind.COLLABORATIVE_AREA: 6,
        AreaKind.COUNTRY: 1,
    }


def test_the_languages_of_municipalities_are_those_of_2026(tables: AreaTables) -> None:
    assert Counter(area.language_status for area in tables.areas.values() if area.validity.holds_on(TODAY)) == {
        LanguageStatus.FINNISH: 259,
        LanguageStatus.BILINGUAL_FINNISH_MAJORITY: 18,
        LanguageStatus.BILINGUAL_SWEDISH_MAJORITY: 15,
        LanguageStatus.SWEDISH: 16,
        None: 174,
    }


def test_only_the_municipalities_of_aland_are_swedish_only(tables: AreaTables) -> None:
    aland = {each.member for each in tables.memberships if each.whole == "MK21"}

    assert {code for code, area in tables.areas.items() if area.language_status is LanguageStatus.SWEDISH} == aland


def test_aland_never_had_an_ely_centre(tables: AreaTables) -> None:
    aland = {each.member for each in tables.memberships if each.whole == "MK21"}

    assert not {each for each in tables.memberships if each.member in aland and each.whole.startswith("ELY")}


def test_pertunmaa_was_merged_into_mantyharju(tables: AreaTables) -> None:
    followed = {each.predecessor: each for each in tables.successions}

    assert tables.areas["KU588"].validity == Validity(None, date(2024, 12, 31))
    assert followed["KU588"].successor == "KU507"
    assert followed["KU588"].kind is SuccessionKind.MERGED
    assert followed["KU588"].on_date == date(2025, 1, 1)


def test_an_ely_centre_was_split_only_where_its_municipalities_went_to_several(tables: AreaTables) -> None:
    followed = [each for each in tables.successions if each.predecessor.startswith("ELY")]

    assert [each.successor for each in followed if each.predecessor == "ELY06"] == ["EVK03"]
    assert {each.predecessor for each in followed if each.kind is SuccessionKind.SPLIT} == {"ELY04"}
    assert [(each.successor, each.municipality_count) for each in followed if each.predecessor == "ELY04"] == [
        ("EVK03", 10),
        ("EVK04", 11),
    ]


def test_the_count_of_a_succession_is_how_many_municipalities_went_over(tables: AreaTables) -> None:
    before = {
        each.member: each.whole
        for each in tables.memberships
        if each.whole.startswith("ELY") and each.validity.holds_on(LAST_DAY_OF_ELY)
    }
    after = {each.member: each.whole for each in tables.memberships if each.whole.startswith("EVK")}

    assert Counter((before[member], after[member]) for member in before) == {
        (each.predecessor, each.successor): each.municipality_count
        for each in tables.successions
        if each.predecessor.startswith("ELY")
    }


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("SK082", {"fi": "Kotka-Hamina", "sv": "Kotka-Fredrikshamn", "en": "Kotka-Hamina"}),
        ("SK101", {"fi": "Mikkeli", "sv": "S:t Michel", "en": "Mikkeli"}),
        ("SK154", {"fi": "Jakobstadsregionen", "sv": "Jakobstadsregionen"}),
        ("SK111", {"fi": "Ylä-Savo"}),
    ],
)
def test_a_sub_region_has_the_names_that_are_certain(tables: AreaTables, code: str, names: dict[str, str]) -> None:
    assert tables.areas[code].name == names


def test_a_sub_region_named_after_towns_has_their_names_in_every_language(tables: AreaTables) -> None:
    towns = {area.name["fi"]: area.name for code, area in tables.areas.items() if code.startswith("KU")}
    named_after = {
        code: area.name["fi"].split("-")
        for code, area in tables.areas.items()
        if code.startswith("SK") and set(area.name["fi"].split("-")) <= towns.keys()
    }

    assert {code: tables.areas[code].name for code in named_after} == {
        code: {tag: "-".join(towns[part][tag] for part in parts) for tag in ("fi", "sv", "en")}
        for code, parts in named_after.items()
    }


def test_the_sami_homeland_has_its_names_in_sami(tables: AreaTables) -> None:
    assert {code: area.name["se"] for code, area in tables.areas.items() if "se" in area.name} == {
        "FI": "Suopma",
        "KU047": "Eanodat",
        "KU148": "Anár",
        "KU758": "Soađegilli",
        "KU890": "Ohcejohka",
    }


def test_every_centre_has_as_many_municipalities_as_it_has(contained: list[Containment]) -> None:
    inside = [
        each.outer
        for each in contained
        if each.inner.startswith("KU") and each.outer.startswith("EVK") and each.validity.holds_on(TODAY)
    ]

    assert [count for _, count in sorted(Counter(inside).items())] == [26, 59, 25, 34, 22, 43, 18, 22, 38, 21]


def test_kymenlaakso_lay_in_one_centre_until_2025_and_lies_in_another_since(
    contained: list[Containment],
) -> None:
    assert {(each.outer, each.validity) for each in contained if each.inner == "MK08"} == {
        ("ELY06", Validity(date(2010, 1, 1), date(2025, 12, 31))),
        ("EVK03", Validity(date(2026, 1, 1), None)),
        ("YTA01", Validity(date(2023, 1, 1), None)),
        ("FI", Validity()),
    }


def test_a_region_does_not_lie_in_the_county_that_has_the_same_municipalities(
    contained: list[Containment],
) -> None:
    pairs = {(each.inner, each.outer) for each in contained}

    assert ("HVA10", "MK08") in pairs
    assert ("MK08", "HVA10") not in pairs


def test_a_merged_municipality_lies_in_its_areas_until_its_end(contained: list[Containment]) -> None:
    end = date(2024, 12, 31)

    assert {each.outer: each.validity for each in contained if each.inner == "KU588"} == {
        "SK101": Validity(None, end),
        "MK10": Validity(None, end),
        "FI": Validity(None, end),
        "ELY07": Validity(date(2010, 1, 1), end),
        "HVA12": Validity(date(2023, 1, 1), end),
        "YTA02": Validity(date(2023, 1, 1), end),
    }


def test_a_merger_does_not_interrupt_the_containment_of_larger_areas(contained: list[Containment]) -> None:
    assert [each.validity for each in contained if (each.inner, each.outer) == ("SK101", "MK10")] == [Validity()]


@pytest.mark.parametrize(
    ("inner", "outers"),
    [
        ("ELY06", {"ELY06", "EVK03", "YTA01", "FI"}),
        ("ELY04", {"ELY04", "FI"}),
        ("EVK03", {"EVK03", "YTA01", "FI"}),
        ("MK08", {"MK08", "ELY06", "EVK03", "YTA01", "FI"}),
        ("MK07", {"MK07", "ELY04", "EVK03", "YTA01", "FI"}),
        ("KU588", {"KU588", "KU507", "SK101", "MK10", "HVA12", "YTA02", "TYA23", "ELY07", "EVK06", "FI"}),
    ],
)
def test_an_area_reaches_what_contained_it_and_what_followed_it_whole(
    reached: set[tuple[str, str]], inner: str, outers: set[str]
) -> None:
    assert {outer for each, outer in reached if each == inner} == outers


@pytest.mark.parametrize(
    ("area", "residents"),
    [("FI", 5_563_970), ("ELY07", 130_451), ("MK10", 130_451), ("HVA12", 130_451), ("EVK06", 540_680)],
)
def test_larger_areas_have_the_residents_of_their_municipalities(
    tables: AreaTables, register: Register, area: str, residents: int
) -> None:
    counted = {municipality: count for (municipality, _), count in tables.residents.items()}

    assert summed_residents(register, 2022, counted)[area] == residents


def test_residents_of_pertunmaa_count_in_an_area_that_began_after_its_end(
    tables: AreaTables, register: Register
) -> None:
    counted = {municipality: count for (municipality, _), count in tables.residents.items()}
    living_there = sum(counted[each.member] for each in tables.memberships if each.whole == "TYA23")

    assert summed_residents(register, 2022, counted)["TYA23"] == living_there + 1_600
