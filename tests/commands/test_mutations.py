"""Commands over GraphQL: what they answer, who may, and how often they are carried out."""

import re
from typing import Any

import pytest
from sqlalchemy import text
from tests.commands.conftest import Desk
from tests.domain.accounts.scene import OURS, THEIRS

from ilmio_api.compiler.mutations import Outcome
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts.vocabulary import MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Refused
from ilmio_api.schema.commands import Given
from ilmio_api.schema.query import CATALOGUE, RUNS

INVITE = """
mutation ($input: InviteMemberInput!) {
  inviteMember(input: $input) {
    __typename
    ... on MemberInvited { token invitation { email role createdBy { name } acceptedAt } }
    ... on UserError { code message path }
  }
}
"""
INVITED = (
    "query ($organisation: ID!) { organisationAccount(organisation: $organisation) { invitations { totalCount } } }"
)
ALL = ("org:read", "org:members", "org:settings")


def somebody(email: str = "uusi@example.fi", role: str = "EDITOR", organisation: str = OURS) -> dict[str, Any]:
    """Return the variables of an invitation."""
    return {"input": {"organisation": organisation, "email": email, "role": role}}


async def invitations(desk: Desk, token: str) -> int:
    """Return how many invitations our organisation has."""
    found = await desk.answer(INVITED, token, {"organisation": OURS})
    return int(found["organisationAccount"]["invitations"]["totalCount"])


async def test_a_command_answers_with_what_it_made(desk: Desk) -> None:
    owner = await desk.token(MemberRole.OWNER, ALL)
    made = (await desk.answer(INVITE, owner, somebody()))["inviteMember"]

    assert made["__typename"] == "MemberInvited"
    assert re.fullmatch(r"ilm_in_[0-9A-Za-z]{49}", made["token"])
    assert made["invitation"]["email"] == "uusi@example.fi"
    assert made["invitation"]["role"] == "EDITOR"
    assert made["invitation"]["acceptedAt"] is None
    assert made["invitation"]["createdBy"]["name"].startswith("Henkilö ")


async def test_the_keys_of_an_answer_come_in_the_order_of_the_request(desk: Desk) -> None:
    owner = await desk.token(MemberRole.OWNER, ALL)
    query = INVITE.replace("__typename", "kind: __typename", 1).replace("token invitation", "invitation { role } token")
    answer = await desk.ask(query.replace("{ email role createdBy { name } acceptedAt }", ""), owner, somebody())

    assert [*answer.json()["data"]["inviteMember"]] == ["kind", "invitation", "token"]


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("fi", "Tämä ei ole sähköpostiosoite. Kirjoita se muodossa nimi@esimerkki.fi."),
        ("sv", "Det här är inte en e-postadress. Skriv den i formen namn@exempel.fi."),
        ("en", "This is not an e-mail address. Write it as name@example.org."),
    ],
)
async def test_what_can_be_mended_is_a_result_in_the_readers_language(desk: Desk, language: str, message: str) -> None:
    owner = await desk.token(MemberRole.OWNER, ALL)
    answer = await desk.answer(INVITE, owner, somebody("not an address"), accept_language=language)

    assert answer["inviteMember"] == {
        "__typename": "ValidationFailed",
        "code": "NOT_AN_EMAIL_ADDRESS",
        "message": message,
        "path": ["input", "email"],
    }


@pytest.mark.parametrize(
    ("role", "scopes"),
    [
        (MemberRole.VIEWER, ALL),
        (MemberRole.EDITOR, ALL),
        (MemberRole.TECHNICAL_CONTACT, ALL),
        (MemberRole.OWNER, ("org:read",)),
        (None, ALL),
    ],
)
async def test_who_may_not_changes_nothing(desk: Desk, role: MemberRole | None, scopes: tuple[str, ...]) -> None:
    owner = await desk.token(MemberRole.OWNER, ALL)
    somebody_else = await desk.token(role, scopes)
    answer = await desk.answer(INVITE, somebody_else, somebody())

    assert answer["inviteMember"]["__typename"] == "NotAllowed"
    assert await invitations(desk, owner) == 0


async def test_an_owner_of_another_organisation_is_nobody_here(desk: Desk) -> None:
    ours, theirs = await desk.token(MemberRole.OWNER, ALL), await desk.token(MemberRole.OWNER, ALL, THEIRS)
    hidden = (await desk.answer(INVITE, theirs, somebody()))["inviteMember"]
    absent = (await desk.answer(INVITE, theirs, somebody(organisation="organisation_none")))["inviteMember"]

    assert hidden == absent
    assert hidden["code"] == "NOT_ALLOWED"
    assert await invitations(desk, ours) == 0


async def test_commands_run_in_order_and_one_refusal_does_not_undo_another(desk: Desk) -> None:
    owner = await desk.token(MemberRole.OWNER, ALL)
    query = """
    mutation ($organisation: ID!) {
      first: inviteMember(input: { organisation: $organisation, email: "a@example.fi", role: VIEWER }) { __typename }
      second: inviteMember(input: { organisation: $organisation, email: "?", role: VIEWER }) { __typename }
      __typename
      third: inviteMember(input: { organisation: $organisation, email: "b@example.fi", role: VIEWER }) { __typename }
    }
    """
    answer = await desk.answer(query, owner, {"organisation": OURS})

    assert list(answer) == ["first", "second", "__typename", "third"]
    assert answer["__typename"] == "Mutation"
    kinds = [answer[key]["__typename"] for key in ("first", "second", "third")]
    assert kinds == ["MemberInvited", "ValidationFailed", "MemberInvited"]
    assert await invitations(desk, owner) == 2


async def test_a_command_that_is_sent_again_is_carried_out_once(desk: Desk) -> None:
    owner = await desk.token(MemberRole.OWNER, ALL)
    answers = [
        (await desk.answer(INVITE, owner, somebody(), idempotency_key="8e03978e"))["inviteMember"] for _ in range(2)
    ]

    assert await invitations(desk, owner) == 1
    assert answers[0]["token"] is not None
    # A secret is shown once.
    assert answers[1] == {**answers[0], "token": None}


async def test_a_key_of_another_command_is_a_conflict(desk: Desk) -> None:
    owner = await desk.token(MemberRole.OWNER, ALL)
    query = INVITE.replace("inviteMember(input: $input)", 'inviteMember(input: $input) @idempotent(key: "same")')
    await desk.answer(query, owner, somebody())
    again = (await desk.answer(query, owner, somebody("other@example.fi")))["inviteMember"]

    assert (again["__typename"], again["code"]) == ("Conflict", "KEY_REUSED")
    assert await invitations(desk, owner) == 1


async def test_keys_of_different_callers_do_not_meet(desk: Desk) -> None:
    callers = [await desk.token(MemberRole.OWNER, ALL) for _ in range(2)]
    emails = ("a@example.fi", "b@example.fi")
    made = [
        (await desk.answer(INVITE, caller, somebody(email), idempotency_key="same"))["inviteMember"]
        for caller, email in zip(callers, emails, strict=True)
    ]

    assert [each["invitation"]["email"] for each in made] == list(emails)


@pytest.mark.parametrize("length", [0, 256])
@pytest.mark.parametrize("in_header", [True, False], ids=["header", "directive"])
async def test_a_key_that_is_empty_or_too_long_is_refused_before_the_first_command(
    desk: Desk, *, length: int, in_header: bool
) -> None:
    owner = await desk.token(MemberRole.OWNER, ALL)
    key = "k" * length
    field = f'inviteMember(input: {{ organisation: "{OURS}", email: "a@example.fi", role: VIEWER }})'
    directive = "" if in_header else f'@idempotent(key: "{key}")'
    query = f"mutation {{ a: {field} {{ __typename }} b: {field} {directive} {{ __typename }} }}"
    header = {"idempotency_key": key} if in_header else {}
    (error,) = (await desk.ask(query, owner, {}, accept_language="en", **header)).json()["errors"]

    assert error["message"] == f"An idempotency key has 1–255 characters; this one has {length}."
    assert error["extensions"]["code"] == "BAD_IDEMPOTENCY_KEY"
    assert await invitations(desk, owner) == 0


async def test_every_command_of_a_request_has_the_key_of_the_header_for_itself(desk: Desk) -> None:
    owner = await desk.token(MemberRole.OWNER, ALL)
    field = 'inviteMember(input: { organisation: "%s", email: "%s@example.fi", role: VIEWER }) { __typename }'
    query = f"mutation {{ a: {field % (OURS, 'a')} b: {field % (OURS, 'b')} }}"
    answers = [await desk.answer(query, owner, idempotency_key="k" * 255) for _ in range(2)]

    assert answers == [{"a": {"__typename": "MemberInvited"}, "b": {"__typename": "MemberInvited"}}] * 2
    assert await invitations(desk, owner) == 2


async def test_a_refused_command_may_be_sent_again_with_its_key(desk: Desk) -> None:
    owner = await desk.token(MemberRole.OWNER, ALL)
    refused = (await desk.answer(INVITE, owner, somebody("?"), idempotency_key="k"))["inviteMember"]
    made = (await desk.answer(INVITE, owner, somebody(), idempotency_key="k"))["inviteMember"]

    assert (refused["__typename"], made["__typename"]) == ("ValidationFailed", "MemberInvited")


async def test_nothing_is_changed_without_a_token(desk: Desk) -> None:
    answer = await desk.ask(INVITE, None, somebody())

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_nothing_is_changed_by_reading(desk: Desk) -> None:
    owner = await desk.token(MemberRole.OWNER, ALL)
    answer = await desk.client.get(
        "/graphql", params={"query": "mutation { __typename }"}, headers={"authorization": f"Bearer {owner}"}
    )

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_asking_for_the_price_changes_nothing(desk: Desk) -> None:
    owner = await desk.token(MemberRole.OWNER, ALL)
    answer = await desk.ask(INVITE, owner, somebody(), cost_only="?1")

    assert answer.json()["data"] == {}
    assert answer.json()["extensions"]["cost"]["requested"] >= 1
    assert await invitations(desk, owner) == 0


async def test_an_answer_to_a_command_is_kept_by_nobody(desk: Desk) -> None:
    owner = await desk.token(MemberRole.OWNER, ALL)
    answer = await desk.ask(INVITE, owner, somebody())

    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


async def test_too_many_commands_are_refused_before_the_first(desk: Desk) -> None:
    owner = await desk.token(MemberRole.OWNER, ALL)
    one = 'inviteMember(input: { organisation: "%s", email: "a%d@example.fi", role: VIEWER }) { __typename }'
    query = "mutation { " + " ".join(f"a{n}: {one % (OURS, n)}" for n in range(11)) + " }"
    answer = (await desk.ask(query, owner)).json()

    assert answer["errors"][0]["extensions"]["code"] == "TOO_COMPLEX"
    assert await invitations(desk, owner) == 0


@pytest.mark.parametrize(
    ("number", "role", "message"),
    [
        (11, MemberRole.OWNER, "Frågan överskrider gränsen commands: 11, högst 10."),
        (1, None, "Det här kräver en giltig token."),
    ],
    ids=["before it is carried out", "when it is carried out"],
)
async def test_the_language_of_a_mutation_is_that_of_its_errors(
    desk: Desk, number: int, role: MemberRole | None, message: str
) -> None:
    query = "mutation @inContext(language: SV) { " + " ".join(f"a{n}: __typename" for n in range(number)) + " }"
    token = await desk.token(role, ALL) if role else None
    answer = await desk.ask(query, token, accept_language="en")

    assert answer.json()["errors"][0]["message"] == message
    assert answer.headers["content-language"] == "sv"


async def test_the_language_of_a_mutation_is_that_of_its_answer(desk: Desk) -> None:
    viewer = await desk.token(MemberRole.VIEWER, ALL)
    query = INVITE.replace("$input: InviteMemberInput!)", "$input: InviteMemberInput!) @inContext(language: SV)")
    answer = await desk.ask(query, viewer, somebody(), accept_language="en")

    assert answer.json()["data"]["inviteMember"]["message"] == "Du har inte rätt till det här, eller så finns det inte."
    assert answer.headers["content-language"] == "sv"


def test_every_command_declares_its_scope() -> None:
    fields = CATALOGUE.object_type("Mutation").fields

    assert set(RUNS) == set(fields)
    assert [name for name, (scope, _) in RUNS.items() if not scope] == ["withdrawConsent"]


def test_every_command_answers_with_the_shared_refusals() -> None:
    fields = CATALOGUE.object_type("Mutation").fields
    shared = {"ValidationFailed", "Conflict", "NotAllowed", "StepUpNeeded"}
    unions = {name: CATALOGUE.abstract_type(str(field.type).rstrip("!")) for name, field in fields.items()}

    assert {name for name, union in unions.items() if union is None} == set()
    assert [name for name, union in unions.items() if union and not shared < set(CATALOGUE.possible_types(union))] == []


async def test_a_command_that_lost_a_deadlock_is_tried_once_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = await desk.token(MemberRole.OWNER, ALL)
    tries: list[str] = []
    scope, invite = RUNS["inviteMember"]

    async def unlucky(session: WriteSession, occasion: Occasion, given: Given) -> Outcome | Refused:
        tries.append(given["email"])
        if len(tries) == 1:
            # What PostgreSQL raises when it ends one of two that wait for one another.
            await session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$"))
        return await invite(session, occasion, given)

    monkeypatch.setitem(RUNS, "inviteMember", (scope, unlucky))
    made = (await desk.answer(INVITE, owner, somebody()))["inviteMember"]

    assert made["__typename"] == "MemberInvited"
    assert tries == ["uusi@example.fi"] * 2
    assert await invitations(desk, owner) == 1
