"""Response keys come back exactly as they were asked for, however long, in the order of the document."""

import json

import pytest
from tests.oracle.comparison import Question, Witnesses

from ilmio_api.i18n.languages import Language

LONG = "k" * 63
A, B = f"{LONG}a", f"{LONG}b"
"""Two names that PostgreSQL would cut to the same 63 bytes."""


@pytest.mark.parametrize(
    "text",
    [
        "{ $A: pilots(first: 1) { totalCount } $B: areas(first: 1) { totalCount } }",
        "{ pilots(first: 2) { $A: totalCount $B: nodes { id } } }",
        "{ pilots(first: 2) { $A: nodes { id } $B: nodes { id } } }",
        "{ pilots(first: 2) { nodes { $A: id $B: slug } } }",
        "{ pilots(first: 2) { edges { $A: cursor $B: node { id } } } }",
        "{ pilots(first: 2) { $A: edges { node { $B: id } } } }",
        "{ pilots(first: 2) { pageInfo { $A: endCursor $B: hasNextPage } } }",
        "{ pilots(first: 2) { nodes { $A: leadOrganisation { $B: name } } } }",
        "{ pilots(first: 2) { nodes { $A: period { $B: start $A: end } } } }",
        "{ pilots(first: 2) { nodes { $A: fundings { $B: kind } } } }",
        "{ pilots(first: 2) { nodes { $A: languages $B: translations { $A: tag $B: text } } } }",
        "{ pilots(first: 2) { nodes { $A: areas(first: 2) { $B: nodes { $A: code } } } } }",
        "{ pilots(last: 2) { $A: nodes { $B: title(language: EN) } } }",
        "{ initiatives(first: 9) { nodes { $A: __typename ... on Pilot { $B: theme } ... on Project { $B: title } }}}",
        '{ search(text: "koulu", first: 9) { nodes { $A: __typename ... on Record { $B: slug } } } }',
        '{ nodes(ids: ["x"]) { $A: id } }',
        '{ _entities(representations: [{__typename: "Area", code: "MK08"}]) { ... on Area { $A: code $B: id } } }',
    ],
)
async def test_keys_longer_than_a_name_in_postgresql_are_kept(true: Witnesses, text: str) -> None:
    asked = text.replace("$A", A).replace("$B", B)

    assert await true.difference(Question(asked, {}, Language.SV)) is None


async def test_keys_that_are_words_of_sql_are_kept(true: Witnesses) -> None:
    text = "{ select: pilots(first: 1) { from: nodes { where: id order: slug Node: id node: id NODE: id } } }"

    reply = await true.compiled(Question(text, {}, Language.FI))

    (row,) = json.loads(reply.data)["select"]["from"]
    assert list(row) == ["where", "order", "Node", "node", "NODE"]


async def test_keys_stand_in_the_order_of_the_document(true: Witnesses) -> None:
    text = "{ pilots(first: 1) { totalCount pageInfo { hasNextPage } nodes { slug id __typename version } } }"

    reply = await true.compiled(Question(text, {}, Language.FI))

    data = json.loads(reply.data)["pilots"]
    assert list(data) == ["totalCount", "pageInfo", "nodes"]
    assert list(data["nodes"][0]) == ["slug", "id", "__typename", "version"]


async def test_an_object_of_which_everything_is_skipped_is_empty(true: Witnesses) -> None:
    text = """{ pilots(first: 2) {
        nodes { id @skip(if: true) owner { id @include(if: false) } }
        edges { cursor @skip(if: true) }
        pageInfo { hasNextPage @skip(if: true) }
    } }"""

    reply = await true.compiled(Question(text, {}, Language.FI))

    assert json.loads(reply.data)["pilots"]["edges"] == [{}, {}]
    assert json.loads(reply.data)["pilots"]["pageInfo"] == {}
    assert await true.difference(Question(text, {}, Language.FI)) is None


async def test_an_answer_is_the_same_beside_questions_about_the_schema(true: Witnesses) -> None:
    text = """{ %s search(text: "koulu", first: 9) { nodes { __typename ... on Pilot { period { start } title }
        ... on Organisation { name areas(first: 2) { nodes { code population } } } } } node(id: "x") { id } }"""

    alone = await true.compiled(Question(text % "", {}, Language.FI))
    beside = await true.compiled(Question(text % "__schema { queryType { name } }", {}, Language.FI))

    assert {"__schema": {"queryType": {"name": "Query"}}} | json.loads(alone.data) == json.loads(beside.data)
    assert alone.errors == beside.errors == (("NOT_FOUND", ("node",)),)
