"""Null for the input of a command is refused before any command is carried out."""

from tests.commands.conftest import Desk
from tests.domain.accounts.scene import OURS

from ilmio_api.domain.accounts.vocabulary import MemberRole

INVITE_TWO = """
mutation ($first: InviteMemberInput!, $second: InviteMemberInput = {organisation: "x", email: "x", role: EDITOR}) {
  first: inviteMember(input: $first) { __typename }
  second: inviteMember(input: $second) { __typename }
}
"""
INVITED = (
    "query ($organisation: ID!) { organisationAccount(organisation: $organisation) { invitations { totalCount } } }"
)


async def test_a_null_in_the_second_command_keeps_the_first_from_being_carried_out(desk: Desk) -> None:
    owner = await desk.token(MemberRole.OWNER, ("org:read", "org:members", "org:settings"))
    first = {"organisation": OURS, "email": "nolla@example.fi", "role": "EDITOR"}
    before = await desk.answer(INVITED, owner, {"organisation": OURS})

    answer = await desk.ask(INVITE_TWO, owner, {"first": first, "second": None})

    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["BAD_VARIABLES"]
    assert await desk.answer(INVITED, owner, {"organisation": OURS}) == before


async def test_a_key_that_is_null_is_refused(desk: Desk) -> None:
    owner = await desk.token(MemberRole.OWNER, ("org:read", "org:members", "org:settings"))
    text = """mutation ($input: InviteMemberInput!, $key: String = "a") {
        inviteMember(input: $input) @idempotent(key: $key) { __typename }
    }"""
    person = {"organisation": OURS, "email": "avaimeton@example.fi", "role": "EDITOR"}

    answer = await desk.ask(text, owner, {"input": person, "key": None})

    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["BAD_VARIABLES"]
