"""Fixtures of the tests of accounts: the scene, those in it who do most, and what they have."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from tests.domain.accounts.drafts import SERVICE
from tests.domain.accounts.scene import OURS, Scene, accounts, at, entropy, lasting, scene

from ilmio_api.db.sealing import Sealer
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import clients
from ilmio_api.domain.accounts.clients import ClientCreated
from ilmio_api.domain.accounts.vocabulary import MemberRole
from ilmio_api.domain.occasion import Occasion

__all__ = ["accounts", "at", "entropy", "lasting", "scene"]


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


@pytest.fixture
def sealer() -> Sealer:
    """Provide a sealer with a key of its own."""
    return Sealer(Fernet.generate_key().decode(), Path())
