"""Secrets of clients: how many, for how long, and how they end."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from tests.domain.accounts.client_rows import secrets_of
from tests.domain.accounts.scene import Scene

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import clients
from ilmio_api.domain.accounts.clients import (
    ClientSecretAdded,
    ClientSecretRevoked,
)
from ilmio_api.domain.accounts.models import OrganisationAccount
from ilmio_api.domain.accounts.vocabulary import AuditAction
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import (
    Problem,
    ProblemCode,
    conflict,
    invalid,
    not_allowed,
)


async def test_a_secret_is_replaced_without_a_pause(
    accounts: WriteSession, scene: Scene, owner: Occasion, service: str
) -> None:
    added = await clients.add_secret(accounts, owner, service, 366)

    assert isinstance(added, ClientSecretAdded)
    assert added.expires_at == owner.at + timedelta(days=366)
    old, new = sorted(await secrets_of(accounts, service), key=lambda secret: secret.id == added.id)
    assert (new.id, new.digest) == (added.id, added.secret.digest)
    assert await clients.revoke_secret(accounts, owner, old.id) == ClientSecretRevoked(service, old.id)
    old, new = sorted(await secrets_of(accounts, service), key=lambda secret: secret.id == added.id)
    assert (old.revoked_at, new.revoked_at) == (owner.at, None)
    assert [event.action for event in await scene.events()] == [
        AuditAction.CLIENT_CREATED,
        AuditAction.CLIENT_SECRET_ADDED,
        AuditAction.CLIENT_SECRET_REVOKED,
    ]


async def test_a_client_has_two_valid_secrets_at_most(
    accounts: WriteSession, scene: Scene, owner: Occasion, service: str
) -> None:
    await clients.add_secret(accounts, owner, service, 1)
    refused = await clients.add_secret(accounts, owner, service)
    account = owner.principal.account
    a_day_later = await scene.occasion(account, later=timedelta(days=1))

    assert refused == conflict(ProblemCode.TOO_MANY, most=2)
    assert isinstance(await clients.add_secret(accounts, a_day_later, service), ClientSecretAdded)


@pytest.mark.parametrize(
    ("days", "problem"),
    [
        (0, Problem(ProblemCode.TOO_SHORT, ("days",), {"least": 1})),
        (-1, Problem(ProblemCode.TOO_SHORT, ("days",), {"least": 1})),
        (31, Problem(ProblemCode.LIFE_TOO_LONG, ("days",), {"most": 30})),
    ],
)
async def test_a_secret_lives_as_long_as_the_policy_allows(
    accounts: WriteSession, owner: Occasion, service: str, days: int, problem: Problem
) -> None:
    await accounts.execute(update(OrganisationAccount).values(max_credential_days=30))

    assert await clients.add_secret(accounts, owner, service, days) == invalid(problem)
    usual = await clients.add_secret(accounts, owner, service)
    assert isinstance(usual, ClientSecretAdded)
    assert usual.expires_at == owner.at + timedelta(days=30)


async def test_a_secret_that_has_ended_stays_as_it_is(
    accounts: WriteSession, scene: Scene, owner: Occasion, service: str
) -> None:
    (secret,) = await secrets_of(accounts, service)
    later = await scene.occasion(owner.principal.account, later=timedelta(minutes=1))
    await clients.revoke_secret(accounts, owner, secret.id)
    again = await clients.revoke_secret(accounts, later, secret.id)

    assert again == ClientSecretRevoked(service, secret.id)
    (secret,) = await secrets_of(accounts, service)
    assert secret.revoked_at == owner.at
    assert len(await scene.events()) == 2


async def test_an_unknown_secret_cannot_be_revoked(accounts: WriteSession, owner: Occasion) -> None:
    assert await clients.revoke_secret(accounts, owner, "secret_unknown") == not_allowed("secret")
