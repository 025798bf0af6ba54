"""Records: whoever asks, by whichever way, finds what they may see and nothing else."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.access import rights
from tests.access.conftest import Reading

from ilmio_api.access.principals import Principal
from ilmio_api.i18n.languages import Language
from ilmio_api.schema.query import CATALOGUE

SUBJECTS = [
    "anonymous",
    *(f"{role} of {name}" for name in ("ours", "theirs") for role in rights.MEMBERS),
    "nobody's member",
    "platform administrator",
    "elevated administrator",
    "service of ours",
    "service of ours for public content",
    "partner application for an owner of ours",
    "our application for our viewer",
    "our application for our owner, profile only",
    "key of ours for drafts",
]

LISTS = {
    "phenomena": "phenomenon",
    "organisations": "organisation",
    "initiatives": "initiative",
    "operatingModels": "operating_model",
    "principleSets": "principle_set",
    "learnings": "learning",
    "impactFigures": "impact_figure",
    "indicators": "indicator",
    "events": "event",
    "eventSeries": "event_series",
    "networks": "network",
}
"""Table of the records of each list at the root; implementations are reached through their models."""

KEYED = {"organisations": "organisation", "phenomena": "phenomenon", "indicators": "indicator"}


async def all_rows(reading: Reading, table: str) -> list[Mapping[str, Any]]:
    """Return every row of a table of records, whoever may see it."""
    return [dict(row) for row in await reading.rows.fetch(f"SELECT * FROM {table}")]  # noqa: S608 - a constant


def seen(subject: str, rows: list[Mapping[str, Any]]) -> set[str]:
    """Return the ids of the rows that somebody may see."""
    return {row["id"] for row in rows if rights.sees_record(subject, row)}


async def pages(reading: Reading, principal: Principal, name: str) -> set[str]:
    """Return the ids in all pages of a list."""
    found: set[str] = set()
    after = None
    while True:
        data = await reading.process.read(
            principal,
            f"query ($after: String) {{ {name}(first: 100, after: $after)"
            " { nodes { id } pageInfo { hasNextPage endCursor } } }",
            {"after": after},
            Language.FI,
        )
        found |= {node["id"] for node in data[name]["nodes"]}
        if not data[name]["pageInfo"]["hasNextPage"]:
            return found
        after = data[name]["pageInfo"]["endCursor"]


@pytest.mark.parametrize("subject", SUBJECTS)
async def test_lists_counts_and_lookups_hold_what_the_reader_may_see(
    reading: Reading, subjects: Mapping[str, Principal], subject: str
) -> None:
    principal = subjects[subject]
    for name, table in LISTS.items():
        rows = await all_rows(reading, table)
        expected = seen(subject, rows)
        counted = await reading.process.read(principal, f"{{ {name} {{ totalCount }} }}", {}, Language.FI)
        ids = [row["id"] for row in rows]
        nodes = await reading.process.read(
            principal, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ids[:100]}, Language.FI
        )

        assert await pages(reading, principal, name) == expected, name
        assert counted[name]["totalCount"] == len(expected), name
        assert {node["id"] for node in nodes["nodes"] if node} == expected & set(ids[:100]), name


@pytest.mark.parametrize("subject", SUBJECTS)
async def test_a_gateway_gets_what_the_reader_may_see(
    reading: Reading, subjects: Mapping[str, Principal], subject: str
) -> None:
    for type_name, table in (("Organisation", "organisation"), ("Phenomenon", "phenomenon"), ("Pilot", "initiative")):
        rows = [row for row in await all_rows(reading, table) if type_name != "Pilot" or row["kind"] == "PILOT"][:100]
        data = await reading.process.read(
            subjects[subject],
            "query ($of: [_Any!]!) { _entities(representations: $of) { ... on Record { id } } }",
            {"of": [{"__typename": type_name, "id": row["id"]} for row in rows]},
            Language.FI,
        )

        assert {entity["id"] for entity in data["_entities"] if entity} == seen(subject, rows)


@pytest.mark.parametrize("subject", SUBJECTS)
async def test_search_finds_what_the_reader_may_see(
    reading: Reading, subjects: Mapping[str, Principal], subject: str
) -> None:
    visible: set[str] = set()
    for table in LISTS.values():
        visible |= seen(subject, await all_rows(reading, table))
    visible |= seen(subject, await all_rows(reading, "implementation"))
    areas = {row["id"] for row in await reading.rows.fetch("SELECT id FROM area")}
    for words in ("koulu", "nuorten", "hanke", "pilotti"):
        data = await reading.process.read(
            subjects[subject],
            "query ($words: String!) { search(text: $words, first: 100) { totalCount nodes { ... on Node { id } } } }",
            {"words": words},
            Language.FI,
        )
        found = {node["id"] for node in data["search"]["nodes"]}

        assert found <= visible | areas
        assert data["search"]["totalCount"] >= len(found)


def leading(type_name: str) -> Iterator[str]:
    """Yield the fields of a type that lead to records, as selections of their ids."""
    for name, field in CATALOGUE.object_type(type_name).fields.items():
        target = str(field.type).strip("[]!")
        if target.endswith("Connection"):
            node = str(CATALOGUE.object_type(target).fields["nodes"].type).strip("[]!")
            if node in {*CATALOGUE.entities} and (
                CATALOGUE.abstract_type(node) or "id" in CATALOGUE.object_type(node).fields
            ):
                yield f"{name}(first: 50) {{ totalCount nodes {{ id }} }}"


@pytest.mark.parametrize("subject", SUBJECTS)
async def test_relations_lead_to_what_the_reader_may_see(
    reading: Reading, subjects: Mapping[str, Principal], subject: str
) -> None:
    hidden: set[str] = set()
    for table in (*LISTS.values(), "implementation"):
        rows = await all_rows(reading, table)
        hidden |= {row["id"] for row in rows} - seen(subject, rows)
    assert hidden
    for name in ("phenomena", "organisations", "pilots", "networks"):
        type_name = str(CATALOGUE.object_type("Query").fields[name].type).strip("!").removesuffix("Connection")
        for selection in leading(type_name):
            query = f"{{ {name}(first: 40) {{ nodes {{ id owner {{ id }} {selection} }} }} }}"
            data = await reading.process.read(subjects[subject], query, {}, Language.FI)

            assert ids_in(data).isdisjoint(hidden), query


def ids_in(data: object) -> set[str]:
    """Return every id in an answer."""
    if isinstance(data, dict):
        own = {data["id"]} if isinstance(data.get("id"), str) else set()
        return own.union(*(ids_in(each) for each in data.values()))
    return set().union(*(ids_in(each) for each in data)) if isinstance(data, list) else set()
