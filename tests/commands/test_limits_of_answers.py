"""What a command would answer is within the limits before it is carried out."""

import pytest
from tests.commands.conftest import Desk
from tests.domain.accounts.scene import OURS

from ilmio_api.domain.accounts.vocabulary import MemberRole

MANAGES = ("content:read", "org:read", "org:clients")
CREATE = """
mutation ($organisation: ID!) {
  createApiClient(input: {
    organisation: $organisation, kind: SERVICE, name: "Näkymä", authentication: CLIENT_SECRET_BASIC,
    scopes: ["content:read"]
  }) { __typename ... on ApiClientCreated { client { organisation { %s } } } }
}
"""
CLIENTS = "query ($organisation: ID!) { organisationAccount(organisation: $organisation) { clients { totalCount } } }"


async def clients(desk: Desk, token: str) -> int:
    """Return how many clients our organisation has."""
    found = await desk.answer(CLIENTS, token, {"organisation": OURS})
    return int(found["organisationAccount"]["clients"]["totalCount"])


async def test_an_answer_from_too_many_sources_is_refused_before_anything_has_changed(desk: Desk) -> None:
    owner = await desk.token(MemberRole.OWNER, MANAGES)
    wide = " ".join(f"a{number}: phenomena(first: 1) {{ nodes {{ id }} }}" for number in range(150))
    before = await clients(desk, owner)
    answer = await desk.ask(CREATE % wide, owner, {"organisation": OURS}, accept_language="en")

    assert answer.json()["errors"][0]["message"] == "The document exceeds the limit sources: > 200, at most 200."
    assert await clients(desk, owner) == before


async def test_levels_below_the_answer_of_a_command_count_as_everywhere(desk: Desk) -> None:
    owner = await desk.token(MemberRole.OWNER, MANAGES)
    deep = "id"
    for _ in range(10):
        deep = f"parent {{ {deep} }}"
    answer = await desk.ask(CREATE % deep, owner, {"organisation": OURS}, accept_language="en", cost_only="?1")

    assert answer.json()["errors"][0]["message"] == "The document exceeds the limit depth: 13, at most 12."


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ('initiatives(filter: { area: { within: "KU999" } }) { totalCount }', "UNKNOWN_AREA"),
        ('initiatives(after: "nothing") { totalCount }', "BAD_CURSOR"),
        ('initiatives(filter: { text: "\\u0000" }) { totalCount }', "BAD_ARGUMENT"),
    ],
)
async def test_a_question_that_has_no_answer_is_refused_before_anything_has_changed(
    desk: Desk, field: str, code: str
) -> None:
    owner = await desk.token(MemberRole.OWNER, MANAGES)
    before = await clients(desk, owner)
    answer = await desk.ask(CREATE % field, owner, {"organisation": OURS})

    assert answer.json()["errors"][0]["extensions"]["code"] == code
    assert await clients(desk, owner) == before
