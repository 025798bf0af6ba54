"""Every command over GraphQL, sent by those who have no business there."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from tests.console.site import Site
from tests.security.estate import EVERYTHING, Estate, estate, sent_for

from ilmio_api.access.scopes import Scope
from ilmio_api.domain.accounts.vocabulary import MemberRole
from ilmio_api.schema.query import CATALOGUE, RUNS

COMMANDS = sorted(RUNS)
WITHOUT_STEP_UP = {"requestApplication", "withdrawConsent"}
FOR_THE_PLATFORM = {"openOrganisationAccount"}
LONG_AGO = timedelta(minutes=11)


async def sent(
    site: Site, command: str, of: Estate, token: str, *, text_sent: str = "Nimi", **headers: str
) -> httpx2.Response:
    """Return the answer to a command that names what belongs to an organisation."""
    mutation = CATALOGUE.schema.mutation_type
    assert mutation is not None
    given = mutation.fields[command].args["input"].type
    query = f"""
        mutation ($input: {given}) {{
          answer: {command}(input: $input) {{ __typename ... on UserError {{ code message }} }}
        }}
    """
    values = of.parts if text_sent == "Nimi" else {}
    body = {"query": query, "variables": {"input": sent_for(given, values, text_sent=text_sent)}}
    headers = {"Authorization": f"Bearer {token}", **{name.replace("_", "-"): each for name, each in headers.items()}}
    return await site.browser().http.post("/graphql", json=body, headers=headers)


async def told(answer: httpx2.Response) -> str:
    """Return the type of an answer without errors."""
    body: dict[str, Any] = answer.json()
    assert "errors" not in body, body
    return str(body["data"]["answer"]["__typename"])


@pytest.fixture(scope="module")
async def ours(target: Site) -> Estate:
    """Provide an organisation that is attacked, and nothing of which may change."""
    return await estate(target)


@pytest.fixture(scope="module")
async def theirs(target: Site) -> Estate:
    """Provide the organisation of the attacker, who owns it."""
    return await estate(target)


@pytest.mark.parametrize("command", COMMANDS)
async def test_the_owner_of_another_organisation_changes_nothing(
    site: Site, ours: Estate, theirs: Estate, command: str
) -> None:
    token = await theirs.token()
    before = await ours.state()

    assert await told(await sent(site, command, ours, token)) == "NotAllowed"
    assert await ours.state() == before


@pytest.mark.parametrize("role", [MemberRole.VIEWER, MemberRole.EDITOR, None])
@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"requestApplication"}))
async def test_a_token_with_every_scope_is_worth_no_more_than_the_person(
    site: Site, theirs: Estate, command: str, role: MemberRole | None
) -> None:
    account = await site.person()
    if role is not None:
        await site.member(theirs.organisation, account, role)
    token = await theirs.token(account=account)
    before = await theirs.state()

    assert await told(await sent(site, command, theirs, token)) == "NotAllowed"
    assert await theirs.state() == before


@pytest.mark.parametrize("command", [command for command in COMMANDS if RUNS[command][0]])
async def test_a_command_needs_its_scope_whoever_the_person_is(site: Site, ours: Estate, command: str) -> None:
    scope = Scope(RUNS[command][0])
    token = await ours.token(tuple(each for each in EVERYTHING if each is not scope))
    before = await ours.state()

    assert await told(await sent(site, command, ours, token)) == "NotAllowed"
    assert await ours.state() == before


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - WITHOUT_STEP_UP - FOR_THE_PLATFORM))
async def test_a_token_of_a_person_who_signed_in_long_ago_changes_nothing(
    site: Site, ours: Estate, command: str
) -> None:
    token = await ours.token(signed_in_ago=LONG_AGO)
    before = await ours.state()

    assert await told(await sent(site, command, ours, token)) == "StepUpNeeded"
    assert await ours.state() == before


@pytest.mark.parametrize("command", sorted(FOR_THE_PLATFORM))
async def test_no_token_is_that_of_an_administrator_who_has_said_why(site: Site, ours: Estate, command: str) -> None:
    admin = await site.person(is_platform_admin=True)
    token = await ours.token((*EVERYTHING, Scope.PLATFORM), account=admin)

    assert await told(await sent(site, command, ours, token)) == "NotAllowed"


@pytest.mark.parametrize("text_sent", ["\0", "a\0b", "\ufeff\u202e"])
@pytest.mark.parametrize("command", COMMANDS)
async def test_no_text_is_a_fault_of_ours(site: Site, ours: Estate, command: str, text_sent: str) -> None:
    token = await ours.token((*EVERYTHING, Scope.PLATFORM))

    answer = await sent(site, command, ours, token, text_sent=text_sent)

    assert answer.status_code < 500
    assert "INTERNAL" not in answer.text


async def test_no_key_of_a_command_is_a_fault_of_ours(site: Site, ours: Estate) -> None:
    token = await ours.token()
    query = 'mutation { withdrawConsent(input: { client: "x" }) @idempotent(key: "\\u0000") { __typename } }'

    answer = await site.browser().http.post(
        "/graphql", json={"query": query}, headers={"Authorization": f"Bearer {token}"}
    )

    assert answer.json()["data"] == {"withdrawConsent": {"__typename": "NotAllowed"}}


async def test_the_key_of_one_person_is_worth_nothing_to_another(site: Site) -> None:
    ours, theirs = await estate(site), await estate(site)
    first = await sent(site, "inviteMember", ours, await ours.token(), idempotency_key="one")
    same = await sent(site, "inviteMember", ours, await theirs.token(), idempotency_key="one")

    assert (await told(first), await told(same)) == ("MemberInvited", "NotAllowed")


async def test_what_was_answered_to_one_is_not_answered_to_another(site: Site) -> None:
    here, other = await estate(site), await estate(site)
    query = "query ($id: ID!) { viewer { accountId } organisationAccount(organisation: $id) { organisationId } }"
    body = {"query": query, "variables": {"id": here.organisation}}
    scopes = (Scope.PROFILE, Scope.ORGANISATION_READ)
    tokens = [await here.token(scopes), await other.token(scopes), None]

    for order in (tokens, list(reversed(tokens))):
        seen = []
        for token in order:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            seen.append((await site.browser().http.post("/graphql", json=body, headers=headers)).json()["data"])
        account = {"organisationId": here.organisation}
        expected = [
            {"viewer": {"accountId": here.owner}, "organisationAccount": account},
            {"viewer": {"accountId": other.owner}, "organisationAccount": None},
            {"viewer": None, "organisationAccount": None},
        ]
        assert seen == (expected if order is tokens else expected[::-1])


async def test_the_tag_of_an_answer_is_no_key_to_that_of_another(site: Site) -> None:
    here, other = await estate(site), await estate(site)
    query = f'query {{ organisationAccount(organisation: "{here.organisation}") {{ organisationId }} }}'
    scopes = (Scope.ORGANISATION_READ,)

    async def asked(token: str, tag: str = "") -> httpx2.Response:
        headers = {"Authorization": f"Bearer {token}", "If-None-Match": tag}
        return await site.browser().http.get("/graphql", params={"query": query}, headers=headers)

    first = await asked(await here.token(scopes))
    replayed = await asked(await other.token(scopes), first.headers["etag"])

    assert (first.status_code, replayed.status_code) == (200, 200)
    assert replayed.json()["data"] == {"organisationAccount": None}
    assert first.headers["cache-control"] == replayed.headers["cache-control"] == "private, no-cache"
    assert "Authorization" in first.headers["vary"]
