"""The reference tables of areas against the tables that their facts were taken from."""

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ilmio_api.domain.areas.vocabulary import AreaKind, LanguageStatus, UrbanRuralClass
from ilmio_api.importers.areas import REFERENCE
from ilmio_api.importers.areas_tables import AreaTables, read_tables

SOURCE = Path(__file__).parents[3] / "shared" / "data"
"""Where those tables may be; they are no part of the repository."""

pytestmark = pytest.mark.skipif(
    not SOURCE.is_dir(), reason="the source tables (../shared/data) are not beside the repository"
)

TODAY = date(2026, 1, 1)
LAST_DAY_OF_ELY = date(2025, 12, 31)

Source = Callable[[str], list[dict[str, str]]]


@pytest.fixture(scope="module")
def tables() -> AreaTables:
    return read_tables(REFERENCE)


@pytest.fixture(scope="module")
def source() -> Source:
    """Return a reader of the source tables; runs of spaces, of which they have some, count as one."""

    def rows(table: str) -> list[dict[str, str]]:
        with (SOURCE / table).open(encoding="utf-8", newline="") as file:
            return [{column: " ".join(cell.split()) for column, cell in row.items()} for row in csv.DictReader(file)]

    return rows


def test_municipalities_are_named_and_classed_the_same(tables: AreaTables, source: Source) -> None:
    languages = dict(zip("0132", LanguageStatus, strict=True))
    classes = dict(zip("123", UrbanRuralClass, strict=True))

    assert {
        code: (
            {tag: area.name[tag] for tag in ("fi", "sv", "en")},
            area.language_status,
            area.urban_rural_class,
        )
        for code, area in tables.areas.items()
        if area.kind is AreaKind.MUNICIPALITY and area.validity.holds_on(TODAY)
    } == {
        f"KU{row['code']}": (
            {"fi": row["name_fi"], "sv": row["name_sv"], "en": row["name_en"]},
            languages[row["kielisuhde"]],
            classes[row["kuntaryhmitys"]],
        )
        for row in source("kunnat_2026.csv")
    }


@pytest.mark.parametrize(
    ("prefix", "column", "day"),
    [
        ("SK", "seutukunta", TODAY),
        ("MK", "maakunta", TODAY),
        ("HVA", "hyvinvointialue", TODAY),
        ("YTA", "yhteistyoalue", TODAY),
        ("TYA", "tyollisyysalue", TODAY),
        ("EVK", "elinvoimakeskus", TODAY),
        ("ELY", "ely_2025", LAST_DAY_OF_ELY),
    ],
)
def test_municipalities_belong_to_the_same(
    tables: AreaTables, source: Source, prefix: str, column: str, day: date
) -> None:
    expected = {(f"KU{row['code']}", f"{prefix}{row[column]}") for row in source("kunnat_2026.csv")}

    assert {
        (each.member, each.whole)
        for each in tables.memberships
        if each.whole.startswith(prefix) and each.validity.holds_on(day)
    } == {(member, whole) for member, whole in expected if whole != "ELY16"}


@pytest.mark.parametrize(
    ("prefix", "table"),
    [
        ("MK", "maakunnat_2026.csv"),
        ("HVA", "hyvinvointialueet_2026.csv"),
        ("YTA", "yhteistyoalueet_2026.csv"),
        ("TYA", "tyollisyysalueet_2026.csv"),
        ("EVK", "elinvoimakeskukset_2026.csv"),
        ("ELY", "ely_keskukset_2025.csv"),
    ],
)
def test_larger_areas_are_named_the_same(tables: AreaTables, source: Source, prefix: str, table: str) -> None:
    assert {code: area.name for code, area in tables.areas.items() if code.startswith(prefix)} == {
        f"{prefix}{row['code']}": {"fi": row["name_fi"], "sv": row["name_sv"], "en": row["name_en"]}
        for row in source(table)
        if (prefix, row["code"]) != ("ELY", "16")
    }


def test_centres_are_abbreviated_the_same(tables: AreaTables) -> None:
    abbreviations = json.loads((SOURCE / "lyhenteet_evk_ely.json").read_text(encoding="utf-8"))

    assert {code: area.abbreviation for code, area in tables.areas.items() if area.abbreviation} == {
        **{f"EVK{code}": short for code, short in abbreviations["elinvoimakeskus"].items()},
        **{f"ELY{code}": short for code, short in abbreviations["ely"].items() if code != "16"},
    }


def test_regions_have_the_same_codes_elsewhere(tables: AreaTables, source: Source) -> None:
    assert {(each.area, each.scheme, each.version, each.value) for each in tables.other_codes} == {
        codes
        for row in source("maakunnat_2026.csv")
        for codes in (
            (f"MK{row['code']}", "ISO_3166_2", "", row["iso_3166_2"]),
            (f"MK{row['code']}", "NUTS_3", "2024", row["nuts3"]),
        )
    }


def test_centres_were_followed_by_the_same(tables: AreaTables, source: Source) -> None:
    assert {
        (each.predecessor, f"{each.successor}:{each.municipality_count}")
        for each in tables.successions
        if each.predecessor.startswith("ELY")
    } == {
        (f"ELY{row['code']}", f"EVK{successor}")
        for row in source("ely_keskukset_2025.csv")
        for successor in row["successor_elinvoimakeskus"].split()
        if row["code"] != "16"
    }


def test_municipalities_have_the_same_residents(tables: AreaTables, source: Source) -> None:
    assert tables.residents == {
        (f"KU{row['kunta']}", int(row["year"])): int(row["population"]) for row in source("vaesto_2022_kunta.csv")
    }
