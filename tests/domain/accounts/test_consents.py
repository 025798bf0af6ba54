"""Consents of persons to applications."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from tests.domain.accounts.scene import Scene

from ilmio_api.access.scopes import Scope
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import clients, consents
from ilmio_api.domain.accounts.client_models import ApiClient, Consent
from ilmio_api.domain.accounts.consents import ConsentGiven, ConsentWithdrawn
from ilmio_api.domain.accounts.principals import caller_of_token
from ilmio_api.domain.accounts.vocabulary import AuditAction, ClientKind, MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, invalid, not_allowed

READING = frozenset({Scope.CONTENT_READ})
SIGNING_IN = frozenset({Scope.OPENID})


@pytest.fixture
async def person(scene: Scene) -> Occasion:
    """Provide an occasion of a person."""
    return await scene.occasion(await scene.person(MemberRole.VIEWER))


@pytest.fixture
async def application(scene: Scene) -> str:
    """Provide the id of an application that may sign people in and read."""
    return await scene.client(["openid", "content:read"], kind=ClientKind.WEB_APPLICATION)


async def given(accounts: WriteSession, person: Occasion, application: str) -> frozenset[Scope]:
    return await consents.consented(accounts, person.principal.account or "", application)


async def test_a_consent_grows(accounts: WriteSession, scene: Scene, person: Occasion, application: str) -> None:
    assert await given(accounts, person, application) == frozenset()
    first = await consents.give(accounts, person, application, SIGNING_IN)
    second = await consents.give(accounts, person, application, READING)

    assert first == ConsentGiven(application, SIGNING_IN)
    assert second == ConsentGiven(application, SIGNING_IN | READING)
    assert await given(accounts, person, application) == SIGNING_IN | READING
    assert [(event.action, event.target_id, event.before, event.after) for event in await scene.events(None)] == [
        (AuditAction.CONSENT_GIVEN, application, {"scopes": []}, {"scopes": ["openid"]}),
        (AuditAction.CONSENT_GIVEN, application, {"scopes": ["openid"]}, {"scopes": ["openid", "content:read"]}),
    ]


async def test_what_was_consented_to_before_is_not_noted_again(
    accounts: WriteSession, scene: Scene, person: Occasion, application: str
) -> None:
    later = await scene.occasion(person.principal.account, later=timedelta(days=1))
    await consents.give(accounts, person, application, SIGNING_IN | READING)
    again = await consents.give(accounts, later, application, READING)

    assert again == ConsentGiven(application, SIGNING_IN | READING)
    assert await accounts.scalar(select(Consent.given_at)) == person.at
    assert len(await scene.events(None)) == 1


async def test_an_application_gets_no_scope_that_it_may_not_have(
    accounts: WriteSession, scene: Scene, person: Occasion, application: str
) -> None:
    refused = await consents.give(accounts, person, application, READING | {Scope.CONTENT_WRITE})

    assert refused == invalid(Problem(ProblemCode.SCOPE_NOT_ALLOWED, ("scopes",), {"scope": Scope.CONTENT_WRITE}))
    assert await given(accounts, person, application) == frozenset()
    assert await scene.events(None) == []


async def test_only_a_person_who_is_there_consents(
    accounts: WriteSession, scene: Scene, person: Occasion, application: str
) -> None:
    by_program = replace(person, principal=replace(person.principal, client=application))

    assert await consents.give(accounts, by_program, application, READING) == not_allowed("client")
    assert await consents.give(accounts, await scene.occasion(), application, READING) == not_allowed("client")
    assert await consents.withdraw(accounts, await scene.occasion(), application) == not_allowed("client")


async def test_nobody_consents_to_a_client_that_is_gone(
    accounts: WriteSession, scene: Scene, person: Occasion, application: str
) -> None:
    await clients.delete(accounts, await scene.occasion(await scene.person(MemberRole.OWNER)), application)

    assert await consents.give(accounts, person, application, READING) == not_allowed("client")
    assert await consents.give(accounts, person, "client_unknown", READING) == not_allowed("client")


async def test_tokens_end_with_the_consent(
    accounts: WriteSession, scene: Scene, person: Occasion, application: str
) -> None:
    account = person.principal.account or ""
    other = await scene.person(MemberRole.VIEWER)
    mine = await scene.token(application, ["content:read"], account)
    elsewhere = await scene.token(await scene.client(["content:read"]), ["content:read"], account)
    of_another = await scene.token(application, ["content:read"], other)
    await consents.give(accounts, person, application, READING)

    assert await consents.withdraw(accounts, person, application) == ConsentWithdrawn(application)
    assert await given(accounts, person, application) == frozenset()
    callers = [
        await caller_of_token(accounts, token.digest, at=person.at, address="192.0.2.7")
        for token in (mine, elsewhere, of_another)
    ]
    assert [caller is not None for caller in callers] == [False, True, True]
    event = (await scene.events(None))[-1]
    assert (event.action, event.before, event.after) == (
        AuditAction.CONSENT_WITHDRAWN,
        {"scopes": ["content:read"]},
        {"ended_authorisations": 1},
    )


async def test_without_a_consent_there_is_nothing_to_withdraw(
    accounts: WriteSession, scene: Scene, person: Occasion, application: str
) -> None:
    await consents.give(accounts, person, application, READING)
    other = await scene.occasion(await scene.person(MemberRole.VIEWER))

    assert await consents.withdraw(accounts, other, application) == not_allowed("client")
    assert await given(accounts, person, application) == READING


async def test_an_application_may_give_back_its_own_consent_and_no_other(
    accounts: WriteSession, scene: Scene, person: Occasion, application: str
) -> None:
    await consents.give(accounts, person, application, READING)
    other = replace(person, principal=replace(person.principal, client=await scene.client(["content:read"])))
    itself = replace(person, principal=replace(person.principal, client=application))

    assert await consents.withdraw(accounts, other, application) == not_allowed("client")
    assert await consents.withdraw(accounts, itself, application) == ConsentWithdrawn(application)


async def test_the_command_line_which_nobody_asks_about_can_be_cut_off(
    accounts: WriteSession, scene: Scene, person: Occasion
) -> None:
    command_line = await clients.command_line_client(accounts)
    token = await scene.token(command_line, ["content:read"], person.principal.account)

    assert await consents.withdraw(accounts, person, command_line) == ConsentWithdrawn(command_line)
    assert await caller_of_token(accounts, token.digest, at=person.at, address="192.0.2.7") is None
    assert await accounts.scalar(select(func.count()).select_from(ApiClient)) == 1
