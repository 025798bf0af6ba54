"""What the customer asks of knowledge: principles, figures, the operating model, coaching days."""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

Ask = Callable[..., Awaitable[Any]]


async def test_six_principle_sets_hold_27_principles(ask: Ask) -> None:
    data = await ask("{ principleSets { totalCount nodes { slug principles { ordinal } } } }")

    counts = {each["slug"]: len(each["principles"]) for each in data["principleSets"]["nodes"]}
    assert data["principleSets"]["totalCount"] == 6
    assert list(counts.items()) == [
        ("palvelukieli", 4),
        ("ammattilaiset", 4),
        ("johtajat", 5),
        ("toimijat", 4),
        ("ymparisto", 5),
        ("julkiset-rakenteet", 5),
    ]
    assert sum(counts.values()) == 27


async def test_the_principles_of_a_set_come_in_their_order(ask: Ask) -> None:
    data = await ask("{ principleSets { nodes { principles { ordinal } } } }")

    ordinals = [[each["ordinal"] for each in one["principles"]] for one in data["principleSets"]["nodes"]]
    assert ordinals == [list(range(1, len(each) + 1)) for each in ordinals]


async def test_twelve_impact_figures_are_claims_without_a_year(ask: Ask) -> None:
    data = await ask(
        "{ impactFigures(first: 100) { totalCount nodes { slug value unit qualifier year evidenceLevel } } }"
    )

    figures = {figure.pop("slug"): figure for figure in data["impactFigures"]["nodes"]}
    assert data["impactFigures"]["totalCount"] == 12
    assert {(figure["year"], figure["evidenceLevel"]) for figure in figures.values()} == {(None, "CLAIM")}
    assert figures["syrjaytymisen-hinta"] == {
        "value": 1_200_000,
        "unit": "EUROS",
        "qualifier": "ABOUT",
        "year": None,
        "evidenceLevel": "CLAIM",
    }


async def test_five_coaching_days_follow_each_other_in_their_series(ask: Ask) -> None:
    data = await ask(
        """{
          eventSeries(filter: { slugs: ["innostu-ilmioista"] }) {
            nodes {
              events {
                totalCount
                nodes { kind ordinal period { start startPrecision } area { code } theme }
              }
            }
          }
        }"""
    )

    (series,) = data["eventSeries"]["nodes"]
    days = series["events"]["nodes"]
    assert series["events"]["totalCount"] == 5
    assert [(day["ordinal"], day["period"]["start"]) for day in days] == [
        (1, "2022-11-01"),
        (2, "2023-01-01"),
        (3, "2023-02-01"),
        (4, "2023-03-01"),
        (5, "2023-04-01"),
    ]
    # The source tells the month and no day.
    assert {(day["kind"], day["period"]["startPrecision"], day["area"]["code"]) for day in days} == {
        ("COACHING_DAY", "MONTH", "KU286")
    }
    assert None not in [day["theme"] for day in days]


async def test_an_empty_section_differs_from_one_that_was_never_asked(ask: Ask) -> None:
    data = await ask('{ operatingModel(by: { slug: "yhteisollinen-innovointi" }) { sections { key state body } } }')

    sections = data["operatingModel"]["sections"]
    assert Counter(section["state"] for section in sections) == {"FILLED": 11, "EMPTY": 3, "NOT_ASKED": 11}
    assert [section["key"] for section in sections if section["state"] == "EMPTY"] == [
        "kokonaisuus",
        "liitteet-ja-linkit",
        "arvioinnin-tulokset",
    ]
    assert [section["body"] is None for section in sections] == [section["state"] != "FILLED" for section in sections]


async def test_the_operating_model_keeps_its_conditions_and_its_word_for_its_stage(ask: Ask) -> None:
    data = await ask(
        """{
          operatingModel(by: { slug: "yhteisollinen-innovointi" }) {
            stage
            stageAsRecorded
            minimumDurationMonths
            adoptionConditions
            facilitatorCriteria
            processSteps { ordinal }
          }
        }"""
    )

    model = data["operatingModel"]
    assert (model["stage"], model["stageAsRecorded"], model["minimumDurationMonths"]) == (
        "IN_DEVELOPMENT",
        "Kehitteillä",
        3,
    )
    assert [len(model[name]) for name in ("adoptionConditions", "facilitatorCriteria", "processSteps")] == [10, 4, 5]


async def test_an_observation_carries_its_status_its_edition_and_its_count(ask: Ask) -> None:
    data = await ask(
        """{
          indicator(by: { slug: "kodin-ulkopuolelle-sijoitetut-0-17" }) {
            measureType
            attribution
            observations(filter: { area: { within: "HVA10" }, years: { from: 2024 } }) {
              nodes { year value absolute gender status vintage area { code } }
            }
          }
        }"""
    )

    assert data["indicator"]["measureType"] == "PERCENT"
    assert data["indicator"]["observations"]["nodes"] == [
        {
            "year": 2024,
            "value": 1.8,
            "absolute": 619,
            "gender": "ALL",
            "status": "FINAL",
            "vintage": "2026-01-01",
            "area": {"code": "HVA10"},
        }
    ]


async def test_an_index_is_never_called_a_percentage(ask: Ask) -> None:
    data = await ask("{ indicators { nodes { slug measureType } } }")

    assert {each["slug"]: each["measureType"] for each in data["indicators"]["nodes"]} == {
        "huono-osaisuuden-taloudelliset-yhteydet-indeksi": "INDEX",
        "kodin-ulkopuolelle-sijoitetut-0-17": "PERCENT",
        "koulutuksen-ulkopuolella-17-24-indeksi": "INDEX",
        "nuorisotyottomyys-indeksi": "INDEX",
    }
