"""What the customer asks of initiatives: one project in three sources, its collection, its money, what came after."""

from collections.abc import Awaitable, Callable
from typing import Any

Ask = Callable[..., Awaitable[Any]]

PROJECT = """
{{ project(by: {{ slug: "parasta-itaa" }}) {{ {fields} }} }}
"""


async def test_three_sources_tell_of_the_project(ask: Ask) -> None:
    project = (await ask(PROJECT.format(fields="sources { system publishedOn licence }")))["project"]

    assert [source["system"] for source in project["sources"]] == ["Sosiaali- ja kuntatalous", "LAB", "XAMK"]


async def test_the_fields_on_which_the_sources_differ_are_named(ask: Ask) -> None:
    project = (await ask(PROJECT.format(fields="disagreements { field sourceCount }")))["project"]

    assert project["disagreements"] == [
        {"field": field, "sourceCount": 3}
        for field in (
            "administrator",
            "areas",
            "budget",
            "funding",
            "partImplementers",
            "period",
            "scope",
            "status",
        )
    ]


async def test_each_statement_is_kept_with_its_source_and_one_is_preferred(ask: Ask) -> None:
    project = (
        await ask(PROJECT.format(fields="scope claims { field value valueAsRecorded preferred source { system } }"))
    )["project"]

    scope = [claim for claim in project["claims"] if claim["field"] == "scope"]
    assert len(project["claims"]) == 24
    assert [(claim["source"]["system"], claim["value"], claim["preferred"]) for claim in scope] == [
        ("Sosiaali- ja kuntatalous", "MULTI_REGION", True),
        ("LAB", "NATIONAL", False),
        ("XAMK", None, False),
    ]
    assert [claim["valueAsRecorded"] for claim in scope if claim["source"]["system"] == "LAB"] == ["Kansallinen"]
    assert project["scope"] == "MULTI_REGION"


async def test_a_dash_on_a_form_is_kept_as_it_was_written(ask: Ask) -> None:
    project = (await ask(PROJECT.format(fields="claims { field value valueAsRecorded source { system } }")))["project"]

    assert [
        claim for claim in project["claims"] if (claim["field"], claim["source"]["system"]) == ("period", "LAB")
    ] == [{"field": "period", "value": None, "valueAsRecorded": "-", "source": {"system": "LAB"}}]


async def test_the_project_has_its_period_its_money_and_its_regions(ask: Ask) -> None:
    project = (
        await ask(
            PROJECT.format(
                fields="""
                status budget budgetCurrency period { start end }
                areas { nodes { code } }
                parent { __typename slug }
                administrator: participations(filter: { roles: [ADMINISTRATOR] }) {
                  nodes { organisation { slug } budgetShare }
                }
                """
            )
        )
    )["project"]

    assert project == {
        "status": "ENDED",
        "budget": "587500.00",
        "budgetCurrency": "EUR",
        "period": {"start": "2021-11-01", "end": "2023-12-31"},
        "areas": {"nodes": [{"code": "MK09"}, {"code": "MK10"}, {"code": "MK08"}, {"code": "MK11"}]},
        "parent": {"__typename": "RegionalProgramme", "slug": "aluekehittamisen-teemaverkostotyo"},
        "administrator": {"nodes": [{"organisation": {"slug": "xamk"}, "budgetShare": "269580.00"}]},
    }


async def test_what_came_after_the_money_is_a_chain_of_organisations(ask: Ask) -> None:
    project = (
        await ask(
            PROJECT.format(
                fields="participations(filter: { roles: [SUCCESSOR_OWNER] }) "
                "{ nodes { organisation { slug successors { slug } } } }"
            )
        )
    )["project"]

    chain = {
        each["organisation"]["slug"]: [after["slug"] for after in each["organisation"]["successors"]]
        for each in project["participations"]["nodes"]
    }
    assert chain == {
        "etela-savon-ely-keskus": ["ita-suomen-elinvoimakeskus"],
        "kaakkois-suomen-ely-keskus": ["kaakkois-suomen-elinvoimakeskus"],
    }


async def test_a_contact_is_a_role_in_an_organisation_and_the_person_is_nobodys_to_read(ask: Ask) -> None:
    data = await ask(
        """{
          project(by: { slug: "parasta-itaa" }) { contacts { role organisation { slug } person { name email } } }
        }"""
    )

    assert data["project"]["contacts"] == [
        {"role": "Projektipäällikkö", "organisation": {"slug": "xamk"}, "person": None},
        {"role": "Projektipäällikkö, TKI-asiantuntija", "organisation": {"slug": "lab"}, "person": None},
    ]


async def test_the_collection_has_three_projects_each_with_its_own_time(ask: Ask) -> None:
    data = await ask(
        """{
          collection(by: { slug: "kokeileva-kehittaminen" }) {
            title
            children { nodes { slug period { start startPrecision end endPrecision } } }
            sources { createdAsRecorded modifiedAsRecorded }
          }
        }"""
    )

    children = {child["slug"]: child["period"]["end"] for child in data["collection"]["children"]["nodes"]}
    assert children == {"kanssala": "2020-12-31", "lov-me": "2021-06-30", "propellipaat": "2020-12-31"}
    # The source says that it was changed before it was made; that is what it says, so it stays.
    assert data["collection"]["sources"] == [{"createdAsRecorded": "16.08.2021", "modifiedAsRecorded": "01.07.2021"}]


async def test_every_initiative_that_the_sources_name_is_there(ask: Ask) -> None:
    data = await ask("{ initiatives(first: 100) { totalCount nodes { __typename slug } } }")

    assert data["initiatives"]["totalCount"] == 11
    assert {(each["__typename"], each["slug"]) for each in data["initiatives"]["nodes"]} == {
        ("Collection", "kokeileva-kehittaminen"),
        ("Pilot", "etela-karjalan-alueelliset-pilotit"),
        ("Pilot", "etela-savon-alueelliset-pilotit"),
        ("Pilot", "kymenlaakson-alueelliset-pilotit"),
        ("Pilot", "maakuntien-yhteinen-valmennus"),
        ("Pilot", "pohjois-savon-pilottivalmennus"),
        ("Project", "kanssala"),
        ("Project", "lov-me"),
        ("Project", "parasta-itaa"),
        ("Project", "propellipaat"),
        ("RegionalProgramme", "aluekehittamisen-teemaverkostotyo"),
    }
