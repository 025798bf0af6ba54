"""Changing the reference tables of areas, and loading them into a database."""

import re
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import aliased

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.areas.models import Area, AreaContainment, AreaMembership, AreaPopulation, AreaReach
from ilmio_api.domain.areas.rules import Validity
from ilmio_api.domain.areas.vocabulary import AreaKind
from ilmio_api.errors import OperatorError
from ilmio_api.importers.areas import REFERENCE, LoadReport, Progress, area_id, load
from ilmio_api.importers.areas_tables import read_tables


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the reference tables, to be changed."""
    for table in REFERENCE.iterdir():
        (tmp_path / table.name).write_bytes(table.read_bytes())
    return tmp_path


def test_a_municipality_moves_to_another_region_on_a_day(folder: Path) -> None:
    table = folder / "memberships.csv"
    moved = "KU286,SK081,MK09,HVA10,YTA01,TYA16,,EVK03,2027-01-01,"
    stayed = re.sub(r"(?m)^(KU286,.*),,$", rf"\1,,2026-12-31\n{moved}", table.read_text(encoding="utf-8"))
    table.write_text(stayed, encoding="utf-8")

    belonged = {(each.whole, each.validity) for each in read_tables(folder).memberships if each.member == "KU286"}

    assert belonged == {
        ("MK08", Validity(None, date(2026, 12, 31))),
        ("MK09", Validity(date(2027, 1, 1), None)),
        ("SK081", Validity()),
        ("HVA10", Validity(date(2023, 1, 1), None)),
        ("YTA01", Validity(date(2023, 1, 1), None)),
        ("TYA16", Validity(date(2025, 1, 1), None)),
        ("ELY06", Validity(date(2010, 1, 1), date(2025, 12, 31))),
        ("EVK03", Validity(date(2026, 1, 1), None)),
        ("FI", Validity()),
    }


@pytest.mark.parametrize(
    ("table", "was", "becomes", "problem"),
    [
        ("areas.csv", "MK08,", "MK8,", "'MK8' is no code of an area."),
        ("areas.csv", "MK08,", "MK07,", "MK07 has a line already, areas.csv line *."),
        ("areas.csv", "MK08,Kymen", "MK08,,Kymen", "it has 8 cells instead of 7."),
        ("areas.csv", "MK08,Kymenlaakso,", "MK08,,", "fi is empty."),
        ("areas.csv", "MK08,Kym", "MK08, Kym", "fi has spaces too many: ' Kymenlaakso'."),
        (
            "areas.csv",
            "code,fi,sv",
            "code,fi",
            "the columns are code,fi,en,abbreviation,valid_from,valid_to.",
        ),
        ("areas.csv", "UUD,2010-01-01", "UUD,1.1.2010", "valid_from is no date: '1.1.2010'."),
        ("areas.csv", "UUD,2010-01-01", "UUD,2030-01-01", "valid_to is before valid_from."),
        ("areas.csv", "MK08,", "KU999,", "the code is that of a municipality."),
        ("areas.csv", "\nSK011,", "\nMK99,Uusi,,,,,\nSK011,", "MK99 has no municipality."),
        ("municipalities.csv", "KU005,", "MK99,", "the code is not that of a municipality."),
        ("municipalities.csv", ",FINNISH,", ",SUOMI,", "language_status cannot be 'SUOMI'."),
        ("further_names.csv", "FI,se", "FI,sv", "'sv' cannot be the language of a further name."),
        (
            "other_codes.csv",
            "MK01,NUTS_3,2024",
            "MK01,ISO_3166_2,",
            "MK01 has a code of that scheme and version already.",
        ),
        ("memberships.csv", "SK146,MK14", "SK146,MK03", "no area has the code MK03."),
        ("memberships.csv", "SK146,MK14", "MK14,SK146", "sub_region cannot be MK14, which is a REGION."),
        ("memberships.csv", "YTA02,,ELY07", "YTA02,TYA23,ELY07", "TYA23 did not exist at that time."),
        (
            "memberships.csv",
            "YTA02,,ELY07,,,",
            "YTA02,,ELY07,,2025-01-01,",
            "KU588 did not exist at that time.",
        ),
        ("memberships.csv", "KU009,", "KU005,", "KU005 has line * for the same time."),
        (
            "successions.csv",
            "MERGED,2025-01-01",
            "MERGED,2025-01-02",
            "KU588 does not end on the day before on_date.",
        ),
        ("successions.csv", "ELY02,EVK02", "ELY02,ELY03", "ELY03 does not exist on 2026-01-01."),
        ("successions.csv", "ELY04,EVK04", "ELY04,EVK03", "ELY04 is followed by EVK03 already."),
        (
            "successions.csv",
            "2026-01-01,26",
            "2026-01-01,-26",
            "municipality_count is no whole number: '-26'.",
        ),
        ("population.csv", "KU009,", "KU005,", "KU005 has a count for 2022 already."),
        ("population.csv", "KU588,2022", "KU588,2025", "KU588 did not exist at the end of 2025."),
        ("population.csv", "KU005,", "MK01,", "municipality cannot be MK01, which is a REGION."),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_its_line(
    folder: Path, table: str, was: str, becomes: str, problem: str
) -> None:
    before, found, after = (folder / table).read_text(encoding="utf-8").partition(was)
    (folder / table).write_text(before + becomes + after, encoding="utf-8")

    with pytest.raises(OperatorError) as refused:
        read_tables(folder)

    line = (before + found).count("\n") + 1
    assert fnmatchcase(refused.value.problem, f"{table}, line {line}: {problem}")


def test_a_municipality_must_belong_somewhere_for_all_of_its_time(folder: Path) -> None:
    table = folder / "memberships.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("EVK07,,", "EVK07,2022-01-01,", 1), encoding="utf-8")

    with pytest.raises(OperatorError) as refused:
        read_tables(folder)

    assert refused.value.problem == (
        "municipalities.csv, line 2: memberships.csv does not say for all of its time what KU005 belonged to."
    )
    assert refused.value.remedy == "Let the lines of memberships.csv follow each other without a gap."


def test_a_year_that_counts_residents_at_all_counts_them_everywhere(folder: Path) -> None:
    table = folder / "population.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("KU005,2022,9183\n", ""), encoding="utf-8")

    with pytest.raises(OperatorError) as refused:
        read_tables(folder)

    assert refused.value.problem == "municipalities.csv, line 2: population.csv has no count of 2022 for KU005."
    assert refused.value.remedy == "Add the line there."


def test_the_country_must_be_there(folder: Path) -> None:
    table = folder / "areas.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("FI,", "SK999,"), encoding="utf-8")

    with pytest.raises(OperatorError, match=r"areas\.csv has no line for FI\."):
        read_tables(folder)


def test_a_missing_table_is_named(folder: Path) -> None:
    (folder / "successions.csv").unlink()

    with pytest.raises(OperatorError, match=r"The table successions\.csv is missing\."):
        read_tables(folder)


def test_a_table_in_another_encoding_is_named(folder: Path) -> None:
    (folder / "areas.csv").write_text("code,fi\nMK08,Häme\n", encoding="latin-1")

    with pytest.raises(OperatorError, match=r"The table areas\.csv is not in UTF-8\."):
        read_tables(folder)


@pytest.fixture
def quietly() -> Progress:
    return lambda _step, _done, _all: None


async def test_loading_reports_what_the_register_holds_and_a_second_load_changes_nothing(
    write_session: WriteSession, quietly: Progress
) -> None:
    await load(write_session, quietly)

    assert await load(write_session, quietly) == LoadReport(
        areas=498,
        other_codes=38,
        memberships=2_454,
        successions=17,
        counted_residents=309,
        summed_residents=189,
        containments=3_416,
        reaches=3_931,
        changed=0,
    )


async def test_loading_tells_of_every_step(write_session: WriteSession) -> None:
    steps: list[tuple[str, int, int]] = []

    await load(write_session, lambda step, done, total: steps.append((step, done, total)))

    assert steps == [
        ("areas", 498, 498),
        ("memberships", 2_454, 2_454),
        ("successions", 17, 17),
        ("residents", 309, 309),
        ("containment", 3_416, 3_416),
    ]


async def test_loading_again_mends_exactly_what_went_wrong(write_session: WriteSession, quietly: Progress) -> None:
    await load(write_session, quietly)
    name = Area.code == "MK08"
    await write_session.execute(update(Area).where(name).values(name={"fi": "Kymi"}))
    await write_session.execute(
        insert(AreaMembership).values(id="membership_wrong", member_id=area_id("KU286"), whole_id=area_id("MK09"))
    )
    await write_session.execute(delete(AreaReach).where(AreaReach.inner_id == area_id("KU588")))
    await write_session.execute(
        update(AreaPopulation).where(AreaPopulation.area_id == area_id("FI")).values(residents=1)
    )

    report = await load(write_session, quietly)

    assert report.changed == 1 + 1 + 10 + 1
    assert await write_session.scalar(select(Area.name).where(name)) == {
        "fi": "Kymenlaakso",
        "sv": "Kymmenedalen",
        "en": "Kymenlaakso",
    }


async def test_an_area_that_the_tables_do_not_name_stays(write_session: WriteSession, quietly: Progress) -> None:
    await write_session.execute(
        insert(Area).values(id=area_id("KU999"), code="KU999", kind=AreaKind.MUNICIPALITY, name={"fi": "Uusi"})
    )

    await load(write_session, quietly)

    assert await write_session.scalar(select(func.count()).where(Area.code == "KU999")) == 1


async def test_the_database_knows_what_lay_where_on_a_day(write_session: WriteSession, quietly: Progress) -> None:
    await load(write_session, quietly)
    inner, outer = aliased(Area), aliased(Area)
    then = date(2024, 6, 1)
    question = (
        select(func.count())
        .select_from(AreaContainment)
        .join(inner, inner.id == AreaContainment.inner_id)
        .join(outer, outer.id == AreaContainment.outer_id)
        .where(
            outer.code == "ELY07",
            inner.kind == AreaKind.MUNICIPALITY,
            func.coalesce(AreaContainment.valid_from, then) <= then,
            func.coalesce(AreaContainment.valid_to, then) >= then,
        )
    )

    assert await write_session.scalar(question) == 12
