"""A request is charged what it says that it costs, whether it reads or changes something."""

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.commands.conftest import Desk, at, lasting
from tests.domain.accounts.scene import OURS
from tests.web.budgeted import AREAS, Clock, left

from ilmio_api.app import create_app
from ilmio_api.domain.accounts.vocabulary import MemberRole
from ilmio_api.settings import Settings
from ilmio_api.web.allowances import InProcess

__all__ = ["at", "lasting"]

INVITATION = "inviteMember(input: $input) { ... on MemberInvited { invitation { role createdBy { name } } } }"
INVITE = f"mutation ($input: InviteMemberInput!) {{ {INVITATION} }}"
INVITE_TWICE = f"mutation ($input: InviteMemberInput!) {{ {INVITATION} again: {INVITATION} }}"
ACCOUNT = f'{{ organisationAccount(organisation: "{OURS}") {{ invitations(first: 7) {{ nodes {{ role }} }} }} }}'
SCOPES = ("org:read", "org:members")


def invited() -> dict[str, Any]:
    """Return the variables of an invitation."""
    return {"input": {"organisation": OURS, "email": "uusi@example.fi", "role": "EDITOR"}}


@pytest.fixture
async def desk(private_url: str, lasting: AsyncEngine) -> AsyncIterator[Desk]:
    """Provide an application on which everybody has 1,000 points, and no time passes."""
    application = create_app(Settings(database_url=private_url, pool_size=1))
    async with (
        application.router.lifespan_context(application),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(application), base_url="http://api.example.fi") as client,
    ):
        application.service = replace(application.service, store=InProcess(1_000, Clock()))
        yield Desk(client, lasting, random.Random(20_261_123))  # noqa: S311 - a test wants the same ones again


@pytest.mark.parametrize(
    ("operation", "variables", "cost"),
    [
        (INVITE, invited(), 4),
        (INVITE_TWICE, invited(), 7),
        (ACCOUNT, {}, 9),
        (AREAS, {}, 10),
        ("{ __typename }", {}, 1),
    ],
    ids=["a command", "two commands", "a private list", "a public list", "nothing"],
)
async def test_what_is_left_falls_by_what_the_answer_reports(
    desk: Desk, operation: str, variables: dict[str, Any], cost: int
) -> None:
    token = await desk.token(MemberRole.OWNER, SCOPES)
    before = await desk.ask("{ __typename }", token)
    answer = await desk.ask(operation, token, variables, cost_report="?1")

    report = answer.json()["extensions"]["cost"]
    assert (left(before), left(answer)) == ('"points";r=999;t=120', f'"points";r={999 - cost};t=120')
    assert (report["requested"], report["remaining"]) == (cost, 999 - cost)


async def test_a_command_that_is_refused_costs_as_much(desk: Desk) -> None:
    token = await desk.token(MemberRole.VIEWER, SCOPES)
    answer = await desk.ask(INVITE, token, invited(), cost_report="?1")

    assert answer.json()["data"] == {"inviteMember": {}}
    assert answer.json()["extensions"]["cost"]["requested"] == 4
    assert left(answer) == '"points";r=996;t=120'


async def test_a_command_that_is_only_priced_costs_a_point(desk: Desk) -> None:
    token = await desk.token(MemberRole.OWNER, SCOPES)
    answer = await desk.ask(INVITE, token, invited(), cost_only="?1")

    assert answer.json()["extensions"]["cost"]["requested"] == 4
    assert left(answer) == '"points";r=999;t=120'
