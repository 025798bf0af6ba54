"""What the customer asks of phenomena: one query for who tackles what, where, with what result."""

from collections.abc import Awaitable, Callable
from typing import Any

Ask = Callable[..., Awaitable[Any]]

THE_JOIN_THAT_NOBODY_HAS = """
{
  phenomenon(by: { slug: "koulupudokkuus" }) {
    name(language: EN)
    areas { nodes { code } }
    indicators {
      nodes {
        slug
        direction
        observations(filter: { area: { within: "HVA10" }, years: { from: 2019, to: 2020 } }) {
          nodes { year value status area { code } }
        }
      }
    }
    initiatives { nodes { __typename slug status } }
    participations(first: 100) { totalCount nodes { role organisation { slug } initiative { slug } } }
    learnings { nodes { slug kind } }
  }
}
"""

FUNDERS = """
{
  phenomenon(by: { slug: "koulupudokkuus" }) {
    participations(filter: { roles: [FUNDER, ADMINISTRATOR, SUCCESSOR_OWNER] }) { nodes { role organisation { slug } } }
  }
}
"""


async def test_the_phenomena_of_eastern_finland_are_there(ask: Ask) -> None:
    data = await ask("{ phenomena { totalCount nodes { slug name(language: EN) nature } } }")

    assert data["phenomena"] == {
        "totalCount": 6,
        "nodes": [
            {"slug": "eriarvoistuminen", "name": "Growing inequality", "nature": "CHALLENGE"},
            {"slug": "koulupudokkuus", "name": "School dropout", "nature": "CHALLENGE"},
            {
                "slug": "lastensuojelun-ja-nuorisopsykiatrian-integroitu-laitoshoito",
                "name": "Integrated institutional care of child welfare and adolescent psychiatry",
                "nature": "SOLUTION",
            },
            {
                "slug": "nuorten-elamanhallinta",
                "name": "Life skills and everyday skills of young people",
                "nature": "RESOURCE",
            },
            {"slug": "nuorten-tyollistyminen", "name": "Employment of young people", "nature": "RESOURCE"},
            {
                "slug": "ylisukupolvinen-huono-osaisuus",
                "name": "Intergenerational disadvantage",
                "nature": "CHALLENGE",
            },
        ],
    }


async def test_one_query_tells_where_a_phenomenon_is_what_is_done_and_what_was_learnt(ask: Ask) -> None:
    phenomenon = (await ask(THE_JOIN_THAT_NOBODY_HAS))["phenomenon"]

    assert phenomenon["name"] == "School dropout"
    assert phenomenon["areas"] == {"nodes": [{"code": "MK09"}, {"code": "MK10"}, {"code": "MK08"}]}
    assert phenomenon["initiatives"] == {
        "nodes": [
            {"__typename": "Pilot", "slug": "maakuntien-yhteinen-valmennus", "status": "ENDED"},
            {"__typename": "Project", "slug": "parasta-itaa", "status": "ENDED"},
        ]
    }
    assert phenomenon["learnings"] == {"nodes": [{"slug": "luovat-menetelmat-avaavat", "kind": "SUCCESS"}]}


async def test_the_same_query_brings_the_figures_of_a_county(ask: Ask) -> None:
    phenomenon = (await ask(THE_JOIN_THAT_NOBODY_HAS))["phenomenon"]

    (indicator,) = phenomenon["indicators"]["nodes"]
    county = [seen for seen in indicator["observations"]["nodes"] if seen["area"]["code"] == "HVA10"]
    assert (indicator["slug"], indicator["direction"]) == ("koulutuksen-ulkopuolella-17-24-indeksi", "LOWER_IS_BETTER")
    assert county == [
        {"year": 2019, "value": 143.28, "status": "FINAL", "area": {"code": "HVA10"}},
        {"year": 2020, "value": 139.23, "status": "FINAL", "area": {"code": "HVA10"}},
    ]


async def test_the_same_query_brings_the_organisations_with_their_roles(ask: Ask) -> None:
    participations = (await ask(THE_JOIN_THAT_NOBODY_HAS))["phenomenon"]["participations"]

    part_implementers = {
        each["organisation"]["slug"] for each in participations["nodes"] if each["role"] == "PART_IMPLEMENTER"
    }
    assert participations["totalCount"] == 16
    assert part_implementers == {
        "etela-savon-sote-ky",
        "kuopion-kaupunki",
        "kuopion-konservatorion-kannatusyhdistys",
        "lab",
        "savon-koulutuskuntayhtyma",
        "savonia",
        "tohtori-matthias-ingmanin-saatio",
    }


async def test_participations_are_filtered_by_role(ask: Ask) -> None:
    participations = (await ask(FUNDERS))["phenomenon"]["participations"]["nodes"]

    assert sorted((each["role"], each["organisation"]["slug"]) for each in participations) == [
        ("ADMINISTRATOR", "xamk"),
        ("FUNDER", "kymenlaakson-liitto"),
        ("FUNDER", "tyo-ja-elinkeinoministerio"),
        ("SUCCESSOR_OWNER", "etela-savon-ely-keskus"),
        ("SUCCESSOR_OWNER", "kaakkois-suomen-ely-keskus"),
    ]


async def test_what_a_source_calls_a_phenomenon_keeps_its_label(ask: Ask) -> None:
    data = await ask(
        "{ phenomena(filter: { nature: [SOLUTION] }) { nodes { labelAsRecorded areas { nodes { code } } } } }"
    )

    assert data["phenomena"]["nodes"] == [{"labelAsRecorded": "ilmiö", "areas": {"nodes": [{"code": "MK11"}]}}]


async def test_every_priority_is_the_answer_of_a_region(ask: Ask) -> None:
    data = await ask(
        '{ phenomenon(by: { slug: "koulupudokkuus" }) { priorities { totalCount nodes { area { code } } } } }'
    )

    priorities = data["phenomenon"]["priorities"]
    assert priorities["totalCount"] == 3
    assert {each["area"]["code"] for each in priorities["nodes"]} == {"MK08", "MK09", "MK10"}
