"""A field that is written more than once has all that is selected in it, for each type that an object may have.

Source: GraphQL September 2025, §6.3.2 Field Collection and §6.3.3 Merging Selection Sets.
"""

import json

import pytest
from tests.oracle.comparison import Question, Witnesses

from ilmio_api.i18n.languages import Language


@pytest.mark.parametrize(
    "inside",
    [
        "owner { id } ... on Pilot { owner { name } }",
        "owner { id } ... on Project { owner { name } }",
        "... on Collection { owner { name } } owner { id }",
        "areas(first: 2) { nodes { id } } ... on Pilot { areas(first: 2) { nodes { name } } }",
        "areas(first: 2) { nodes { id } } ... on Project { areas(first: 2) { nodes { name } totalCount } }",
        "areas(first: 2) { nodes { id } } ... on Pilot { areas(first: 2) { edges { cursor node { name } } } }",
        "publication { status } ... on Pilot { publication { licence } }",
        "period { start } ... on Pilot { period { end } }",
        "sources { id } ... on Project { sources { system } }",
        "translations { tag } ... on Pilot { translations { text } }",
        "owner { areas(first: 1) { nodes { id } } } ... on Pilot { owner { areas(first: 1) { nodes { code } } } }",
        "owner { id } ... on Record { owner { slug } } ... on Pilot { owner { name } }",
        "period { start } ... on Pilot @skip(if: true) { period { end } } ... on Project { period { end } }",
    ],
)
async def test_what_one_type_adds_to_a_field_is_of_that_type_only(true: Witnesses, inside: str) -> None:
    text = f"{{ initiatives(first: 50) {{ nodes {{ {inside} }} }} }}"

    assert await true.difference(Question(text, {}, Language.FI)) is None


async def test_only_pilots_have_what_is_asked_of_pilots(true: Witnesses) -> None:
    text = (
        "{ initiatives(first: 50) { nodes"
        " { publication { status } ... on Pilot { publication { licence } } ... on Node { id } } } }"
    )

    reply = await true.compiled(Question(text, {}, Language.FI))

    nodes = json.loads(reply.data)["initiatives"]["nodes"]
    assert {(each["id"].partition("_")[0], *each["publication"]) for each in nodes} == {
        ("collection", "status"),
        ("pilot", "status", "licence"),
        ("programme", "status"),
        ("project", "status"),
    }
