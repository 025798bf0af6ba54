"""People who make clients, and a client of theirs.

Owns: fixtures that the tests of clients and of their secrets share.
Does not own: what is promised of clients (the tests beside).
"""

import pytest
from sqlalchemy import select
from tests.domain.accounts.drafts import SERVICE
from tests.domain.accounts.scene import OURS, Scene

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import clients
from ilmio_api.domain.accounts.client_models import ApiClient, ClientSecret
from ilmio_api.domain.accounts.clients import (
    ClientCreated,
)
from ilmio_api.domain.accounts.vocabulary import MemberRole
from ilmio_api.domain.occasion import Occasion


@pytest.fixture
async def owner(scene: Scene) -> Occasion:
    """Provide an occasion of an owner of our organisation."""
    return await scene.occasion(await scene.person(MemberRole.OWNER))


@pytest.fixture
async def technical_contact(scene: Scene) -> Occasion:
    """Provide an occasion of a technical contact, who reads no drafts."""
    return await scene.occasion(await scene.person(MemberRole.TECHNICAL_CONTACT))


@pytest.fixture
async def service(accounts: WriteSession, owner: Occasion) -> str:
    """Provide the id of a service that the owner has made."""
    made = await clients.create(accounts, owner, OURS, SERVICE)
    assert isinstance(made, ClientCreated)
    return made.client


async def secrets_of(accounts: WriteSession, client: str) -> list[ClientSecret]:
    """Return the secrets of a client, the oldest first."""
    found = await accounts.scalars(
        select(ClientSecret)
        .where(ClientSecret.client_id == client)
        .order_by(ClientSecret.created_at, ClientSecret.id)
        .execution_options(populate_existing=True)
    )
    return list(found)


async def client_of(accounts: WriteSession, client: str) -> ApiClient:
    return await accounts.get_one(ApiClient, client, populate_existing=True)
