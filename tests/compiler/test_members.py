"""Members read what their organisations have not published, everywhere; nobody reads what is deleted."""

import json
from typing import Any

import pytest
from tests.oracle.comparison import Question, Witnesses
from tests.oracle.readers import readers_of
from tests.oracle.world import Row

from ilmio_api.access.principals import Principal
from ilmio_api.access.scopes import Scope
from ilmio_api.i18n.languages import Language

EVERYWHERE = """query($id: ID!, $slug: String!, $words: String!) {
    byKey: pilot(by: {id: $id}) { slug }
    node(id: $id) { id }
    nodes(ids: [$id]) { id }
    entities: _entities(representations: [{__typename: "Pilot", id: $id}]) { __typename }
    listed: pilots(filter: {slugs: [$slug]}) { totalCount nodes { slug } }
    found: search(text: $words, kinds: [PILOT], first: 100) { nodes { ... on Pilot { id } } }
}"""


def hidden_pilot(mottled: Witnesses, column: str, value: str, *, deleted: bool = False) -> Row:
    """Return a pilot with an owner, hidden in this way."""
    return next(
        row
        for row in mottled.oracle.world.where("initiative", column, value)
        if row["kind"] == "PILOT" and "fi" in row["title"] and row["owner_id"] and bool(row["deleted_at"]) is deleted
    )


def member_of(organisation: str) -> Principal:
    """Return a member of an organisation."""
    scopes = frozenset({Scope.DRAFTS_READ})
    return Principal(account="account_x", scopes=scopes, rights=((organisation, scopes),))


async def seen(mottled: Witnesses, principal: Principal, pilot: Row) -> dict[str, bool]:
    """Return in which ways a reader comes to see a pilot."""
    variables = {"id": pilot["id"], "slug": pilot["slug"], "words": f'"{pilot["title"]["fi"]}"'}
    data: Any = json.loads((await mottled.compiled(Question(EVERYWHERE, variables, Language.FI, principal))).data)
    return {
        "byKey": data["byKey"] is not None,
        "node": data["node"] is not None,
        "nodes": data["nodes"] != [None],
        "entities": data["entities"] != [None],
        "listed": data["listed"] == {"totalCount": 1, "nodes": [{"slug": pilot["slug"]}]},
        "found": {"id": pilot["id"]} in data["found"]["nodes"],
    }


STATES = [("publication_status", "DRAFT"), ("publication_status", "WITHDRAWN"), ("visibility", "ORGANISATION")]


@pytest.mark.parametrize(("column", "value"), STATES)
async def test_a_member_sees_what_its_organisation_has_not_published(
    mottled: Witnesses, column: str, value: str
) -> None:
    pilot = hidden_pilot(mottled, column, value)

    assert set((await seen(mottled, member_of(pilot["owner_id"]), pilot)).values()) == {True}


@pytest.mark.parametrize("reader", ["anonymous", "member elsewhere", "technical contact", "public client"])
@pytest.mark.parametrize(("column", "value"), STATES)
async def test_others_do_not_see_it(mottled: Witnesses, column: str, value: str, reader: str) -> None:
    pilot = hidden_pilot(mottled, column, value)

    assert set((await seen(mottled, readers_of(mottled.oracle.world)[reader], pilot)).values()) == {False}


async def test_nobody_sees_what_is_deleted(mottled: Witnesses) -> None:
    pilot = hidden_pilot(mottled, "publication_status", "PUBLISHED", deleted=True)

    assert set((await seen(mottled, member_of(pilot["owner_id"]), pilot)).values()) == {False}
