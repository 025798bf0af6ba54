"""What the customer asks of areas: the register with its time, and filters that outlive a reform."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

Ask = Callable[..., Awaitable[Any]]

PILOTS_WITHIN = """
query ($area: String!) {
  pilots(filter: { area: { within: $area } }) { totalCount nodes { slug areas { nodes { code } } } }
}
"""


@pytest.mark.parametrize(("day", "count"), [("2026-01-01", 308), ("2025-01-01", 308), ("2024-06-01", 309)])
async def test_the_municipalities_of_a_day_are_counted(ask: Ask, day: str, count: int) -> None:
    data = await ask(
        "query ($day: Date!) { areas(filter: { kind: MUNICIPALITY, validOn: $day }) { totalCount } }", {"day": day}
    )

    assert data == {"areas": {"totalCount": count}}


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("REGION", 19),
        ("WELLBEING_SERVICES_COUNTY", 23),
        ("ELY_CENTRE", 0),
        ("ECONOMIC_DEVELOPMENT_CENTRE", 10),
        ("EMPLOYMENT_AREA", 46),
    ],
)
async def test_the_divisions_of_2026_are_complete(ask: Ask, kind: str, count: int) -> None:
    data = await ask(
        'query ($kind: AreaKind!) { areas(filter: { kind: $kind, validOn: "2026-06-01" }) { totalCount } }',
        {"kind": kind},
    )

    assert data == {"areas": {"totalCount": count}}


@pytest.mark.parametrize(
    ("code", "successors"),
    [("ELY06", ["EVK03"]), ("ELY04", ["EVK03", "EVK04"]), ("ELY08", ["EVK06"]), ("KU588", ["KU507"]), ("EVK03", [])],
)
async def test_an_area_knows_what_followed_it(ask: Ask, code: str, successors: list[str]) -> None:
    data = await ask("query ($code: String!) { area(code: $code) { successors { code } } }", {"code": code})

    assert [area["code"] for area in data["area"]["successors"]] == successors


async def test_a_municipality_that_is_no_more_still_tells_all_about_itself(ask: Ask) -> None:
    data = await ask(
        """{
          area(code: "KU588") {
            name
            kind
            validFrom
            validTo
            successions { kind onDate successor { code name } }
            region: within(kind: REGION, asOf: "2024-06-01") { code name }
          }
        }"""
    )

    assert data["area"] == {
        "name": "Pertunmaa",
        "kind": "MUNICIPALITY",
        "validFrom": None,
        "validTo": "2024-12-31",
        "successions": [
            {"kind": "MERGED", "onDate": "2025-01-01", "successor": {"code": "KU507", "name": "Mäntyharju"}}
        ],
        "region": [{"code": "MK10", "name": "Etelä-Savo"}],
    }


@pytest.mark.parametrize(("day", "found"), [("2024-12-31", {"code": "KU588"}), ("2025-01-01", None)])
async def test_an_area_can_be_asked_for_as_of_a_day(api: Any, day: str, found: object) -> None:  # noqa: ANN401
    answer = await api.post(
        "/graphql",
        json={
            "query": 'query ($day: Date) { area(code: "KU588", asOf: $day) { code } }',
            "variables": {"day": day},
        },
    )

    assert answer.json()["data"] == {"area": found}


async def test_a_new_centre_holds_the_regions_that_the_reform_gave_it(ask: Ask) -> None:
    data = await ask(
        """{
          area(code: "EVK03") {
            validFrom
            contains(kind: REGION, asOf: "2026-01-01") { nodes { code } }
            municipalities: contains(kind: MUNICIPALITY, asOf: "2026-01-01") { totalCount }
          }
        }"""
    )

    assert data["area"] == {
        "validFrom": "2026-01-01",
        "contains": {"nodes": [{"code": "MK09"}, {"code": "MK08"}, {"code": "MK07"}]},
        "municipalities": {"totalCount": 25},
    }


@pytest.mark.parametrize("area", ["MK08", "EVK03", "ELY06", "FI"])
async def test_a_pilot_recorded_for_a_region_is_found_at_every_level_and_by_dead_codes(ask: Ask, area: str) -> None:
    data = await ask(PILOTS_WITHIN, {"area": area})

    found = {pilot["slug"]: pilot["areas"]["nodes"] for pilot in data["pilots"]["nodes"]}
    assert found["kymenlaakson-alueelliset-pilotit"] == [{"code": "MK08"}]


@pytest.mark.parametrize(
    ("area", "slugs"),
    [
        (
            "EVK06",
            ["etela-savon-alueelliset-pilotit", "maakuntien-yhteinen-valmennus", "pohjois-savon-pilottivalmennus"],
        ),
        ("ELY08", ["pohjois-savon-pilottivalmennus"]),
        ("MK08", ["maakuntien-yhteinen-valmennus", "kymenlaakson-alueelliset-pilotit"]),
        ("MK01", []),
        ("KU286", []),
        ("KU588", []),
    ],
)
async def test_a_filter_by_area_finds_exactly_what_lies_within(ask: Ask, area: str, slugs: list[str]) -> None:
    data = await ask(PILOTS_WITHIN, {"area": area})

    assert [pilot["slug"] for pilot in data["pilots"]["nodes"]] == slugs
    assert data["pilots"]["totalCount"] == len(slugs)


async def test_a_wish_for_overlap_finds_what_was_recorded_for_a_larger_area(ask: Ask) -> None:
    data = await ask('{ pilots(filter: { area: { overlapping: "KU286" } }) { nodes { slug } } }')

    assert [pilot["slug"] for pilot in data["pilots"]["nodes"]] == [
        "maakuntien-yhteinen-valmennus",
        "kymenlaakson-alueelliset-pilotit",
    ]


async def test_the_area_of_a_record_of_the_old_centre_leads_to_the_new_one(ask: Ask) -> None:
    data = await ask(
        """{
          organisation(by: { slug: "kaakkois-suomen-ely-keskus" }) {
            type
            validTo
            successors { slug type validFrom }
          }
        }"""
    )

    assert data["organisation"] == {
        "type": "ELY_CENTRE",
        "validTo": "2025-12-31",
        "successors": [
            {
                "slug": "kaakkois-suomen-elinvoimakeskus",
                "type": "ECONOMIC_DEVELOPMENT_CENTRE",
                "validFrom": "2026-01-01",
            }
        ],
    }
