"""What the files of the true world hold: the counts of the sources, three languages, no person, no copy."""

import re
from collections import Counter
from pathlib import Path

import pytest

from ilmio_api.demo.rows import WORLD, entries_by_kind, rows_by_table
from ilmio_api.demo.shapes import SHAPES, Entry

Entries = dict[str, list[Entry]]

ROOT = Path(__file__).parents[2]
NAMES = ("name", "title", "text", "statement")
OPEN_LINE = "0800 900 45"
"""The one telephone number: a public service, not a person."""

RECORDS = [shape.prefix for shape in SHAPES if "slug" in shape.table.c]


TEXTS = [*(file.name for file in WORLD.iterdir() if file.name.endswith(".toml")), "demo-world.md"]
"""Every file that tells about the world."""


def text_of(name: str) -> str:
    """Return the text of one of `TEXTS`."""
    page = ROOT / "docs" / name
    return page.read_text("utf-8") if page.suffix == ".md" else (WORLD / name).read_text("utf-8")


def eight_word_runs(text: str) -> set[tuple[str, ...]]:
    """Return every run of eight words, without case and punctuation."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[start : start + 8]) for start in range(len(words) - 7)}


def entry(entries: Entries, kind: str, slug: str) -> Entry:
    """Return the only entry of this kind and slug."""
    (found,) = (each for each in entries[kind] if each["slug"] == slug)
    return found


def test_six_sets_hold_27_principles(entries: Entries) -> None:
    assert [len(each["principles"]) for each in entries["principleset"]] == [4, 4, 5, 4, 5, 5]
    assert [each["ordinal"] for each in entries["principleset"]] == [1, 2, 3, 4, 5, 6]
    assert all(each["guiding_questions"] for each in entries["principleset"])


def test_twelve_impact_figures_are_claims_without_year_method_or_population(entries: Entries) -> None:
    figures = entries["impactfigure"]

    assert len(figures) == 12
    assert {each["evidence_level"] for each in figures} == {"CLAIM"}
    assert [each for each in figures if {"year", "method", "population"} & each.keys()] == []
    assert sorted(int(each["value"]) for each in figures) == [
        *(30, 48, 65, 77, 80, 400, 400, 500, 600, 1500, 14_000, 1_200_000)
    ]


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        *(("phenomenon", 6), ("priority", 13), ("programme", 1), ("project", 4), ("pilot", 6)),
        *(("collection", 1), ("operatingmodel", 1), ("learning", 8), ("indicator", 4)),
        *(("eventseries", 1), ("event", 6), ("network", 2), ("organisation", 87)),
    ],
)
def test_the_world_is_as_large_as_its_page_says(entries: Entries, kind: str, count: int) -> None:
    assert len(entries[kind]) == count


@pytest.mark.parametrize("kind", RECORDS)
def test_every_name_is_there_in_finnish_swedish_and_english(entries: Entries, kind: str) -> None:
    without = [
        each["slug"]
        for each in entries[kind]
        if not {"fi", "sv", "en"} <= next(each[key] for key in NAMES if key in each).keys()
    ]

    assert without == []


@pytest.mark.parametrize("kind", RECORDS)
def test_no_two_records_of_a_kind_share_a_slug(entries: Entries, kind: str) -> None:
    assert [slug for slug, times in Counter(each["slug"] for each in entries[kind]).items() if times > 1] == []


@pytest.mark.parametrize(
    "slug",
    [
        "koulupudokkuus",
        "ylisukupolvinen-huono-osaisuus",
        "eriarvoistuminen",
        "nuorten-elamanhallinta",
        "nuorten-tyollistyminen",
    ],
)
def test_the_five_phenomena_are_explained_in_easy_finnish_too(entries: Entries, slug: str) -> None:
    phenomenon = entry(entries, "phenomenon", slug)

    assert phenomenon["definition"].keys() == {"fi", "sv", "en", "fi-simple"}
    assert "fi-simple" in phenomenon["description"]


def test_a_solution_that_its_source_calls_a_phenomenon_is_marked_as_one(entries: Entries) -> None:
    (solution,) = (each for each in entries["phenomenon"] if each["nature"] == "SOLUTION")

    assert solution["label_as_recorded"] == "ilmiö"


def test_the_three_sources_of_the_project_each_speak_on_every_disputed_field(entries: Entries) -> None:
    project = entry(entries, "project", "parasta-itaa")
    fields = Counter(claim["field"] for claim in project["claims"])

    assert [source["key"] for source in project["sources"]] == ["artikkeli", "lab", "xamk"]
    assert fields == dict.fromkeys(
        [
            *("status", "scope", "areas", "period"),
            *("funding", "administrator", "partImplementers", "budget"),
        ],
        3,
    )
    assert Counter(claim["field"] for claim in project["claims"] if claim.get("preferred")) == dict.fromkeys(fields, 1)


def test_the_sources_disagree_on_the_status_of_the_project(entries: Entries) -> None:
    claims = entry(entries, "project", "parasta-itaa")["claims"]

    assert [
        (claim["source"], claim["value"], claim.get("value_as_recorded"))
        for claim in claims
        if claim["field"] == "status"
    ] == [("artikkeli", "ACTIVE", "toimii"), ("lab", "ACTIVE", "Käynnissä"), ("xamk", "ENDED", None)]


def test_five_coaching_days_stand_in_their_series_with_four_sectors_each(entries: Entries) -> None:
    days = [each for each in entries["event"] if each["kind"] == "COACHING_DAY"]

    assert [(day["ordinal"], day["period_as_recorded"]) for day in days] == [
        (1, "marraskuu 2022"),
        (2, "tammikuu 2023"),
        (3, "helmikuu 2023"),
        (4, "maaliskuu 2023"),
        (5, "huhtikuu 2023"),
    ]
    assert {len(day["attendance"]) for day in days} == {4}
    assert {(day["area"], day["series"]) for day in days} == {("KU286", "innostu-ilmioista")}


def test_the_operating_model_has_all_that_its_form_asks(entries: Entries) -> None:
    model = entry(entries, "operatingmodel", "yhteisollinen-innovointi")
    states = Counter((section["profile"], section["state"]) for section in model["sections"])

    assert (len(model["steps"]), len(model["facilitator_criteria"]), len(model["adoption_conditions"])) == (
        5,
        4,
        10,
    )
    assert states == {
        ("INNOKYLA_OPERATING_MODEL", "FILLED"): 11,
        ("INNOKYLA_OPERATING_MODEL", "EMPTY"): 3,
        ("INNOKYLA_PATH", "NOT_ASKED"): 11,
    }
    assert "fi-x-dialect" in model["tips"]


def test_the_dates_of_a_source_are_kept_even_when_they_contradict(entries: Entries) -> None:
    (source,) = entry(entries, "collection", "kokeileva-kehittaminen")["sources"]

    assert (source["created_as_recorded"], source["modified_as_recorded"]) == ("16.08.2021", "01.07.2021")


def test_the_form_of_the_collection_keeps_each_of_its_fields(entries: Entries) -> None:
    sections = entry(entries, "collection", "kokeileva-kehittaminen")["sections"]

    assert [(section["key"], section["state"]) for section in sections] == [
        ("nimi", "FILLED"),
        ("lyhyt-kuvaus", "FILLED"),
        ("tarkoitus-ja-tavoitteet", "FILLED"),
        ("toimiaika", "FILLED"),
        ("toimijat", "FILLED"),
        ("rahoittaja", "FILLED"),
        ("liitteet-ja-linkit", "EMPTY"),
        ("yhteyshenkilon-nimi", "FILLED"),
        ("yhteyshenkilon-organisaatio", "FILLED"),
        ("yhteyshenkilon-sahkoposti", "FILLED"),
        ("paamaara-ja-paatavoite", "FILLED"),
    ]


def test_every_event_keeps_what_its_source_calls_it(entries: Entries) -> None:
    assert Counter((event["kind"], event["kind_as_recorded"]) for event in entries["event"]) == {
        ("COACHING_DAY", "valmennuspäivä"): 5,
        ("WEBINAR", "webinaari"): 1,
    }


def test_the_captions_of_the_article_are_told_with_the_day_that_they_show(entries: Entries) -> None:
    pictured = [
        event["slug"] for event in entries["event"] for document in event.get("documents", ()) if document["caption"]
    ]

    assert pictured == [f"innostu-ilmioista-{day}" for day in range(1, 6)]


def test_no_organisation_carries_a_business_id_that_no_source_states(entries: Entries) -> None:
    assert [each["slug"] for each in entries["organisation"] if "business_id" in each] == []


@pytest.mark.parametrize("name", TEXTS)
def test_no_file_holds_the_address_or_number_of_a_person(name: str) -> None:
    text = text_of(name).replace(OPEN_LINE, "")
    telephone = r"(?<![\d.])(?:\+358|0\d{1,3})[ -]\d{3,}[ -]?\d{2,}"

    assert re.findall(r"[\w.]+(?:@|\bat\b|\[at\])\w+\.\w+", text) == []
    assert re.findall(telephone, text) == []


@pytest.mark.parametrize("name", TEXTS)
def test_no_file_names_a_person_whose_address_a_source_gives(name: str, seeds: str) -> None:
    written = re.findall(r"(\w+)[. ](?:\[dot\] )?(\w+?)(?:@|at(?=lab))", seeds)
    persons = {part.lower() for pair in written for part in pair}

    assert persons, "The pattern finds no address in the sources any more."
    assert persons & set(re.findall(r"\w+", text_of(name).lower())) == set()


@pytest.mark.parametrize("name", TEXTS)
def test_no_run_of_eight_words_is_copied_from_a_source(name: str, seeds: str) -> None:
    assert eight_word_runs(text_of(name)) & eight_word_runs(seeds) == set()


def test_a_key_that_no_table_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="knows no 'nmae'"):
        rows_by_table({"organisation": [{"slug": "x", "nmae": {"fi": "x"}}]})


def test_a_word_outside_the_vocabulary_is_refused() -> None:
    with pytest.raises(ValueError, match="'CLUB' is not a valid OrganisationType"):
        rows_by_table({"organisation": [{"slug": "x", "name": {"fi": "x"}, "type": "CLUB"}]})


def test_reading_the_files_twice_gives_the_same_rows() -> None:
    assert rows_by_table(entries_by_kind()) == rows_by_table(entries_by_kind())
