"""Applications of other organisations: what is seen of them, and by whom."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update
from tests.console.site import Site
from tests.security.estate import Estate, estate

from ilmio_api.access.scopes import Scope
from ilmio_api.db.session import unit_of_work
from ilmio_api.domain.accounts.client_models import ApiClient, ApplicationGrant
from ilmio_api.domain.accounts.vocabulary import GrantStatus

FIELDS = "{ id name version addressRanges lastUsedAt }"
OWN = f"clients {{ nodes {FIELDS} }}"
GRANTED = f"applications {{ nodes {{ client {FIELDS} }} }}"


@pytest.fixture
async def author(site: Site) -> Estate:
    """Provide an organisation that has listed its application."""
    found = await estate(site)
    values = {
        "is_listed": True,
        "address_ranges": ["192.0.2.0/24"],
        "last_used_at": datetime(2026, 11, 21, 12, tzinfo=UTC),
        "version": 3,
    }
    async with unit_of_work(site.engine) as session:
        await session.execute(update(ApiClient).where(ApiClient.id == found.parts["client"]).values(**values))
    return found


@pytest.fixture
async def stranger(site: Site, author: Estate) -> Estate:
    """Provide another organisation that lets the application act for its members."""
    found = await estate(site)
    grant = ApplicationGrant(
        id=site.new_id("grant"),
        organisation_id=found.organisation,
        client_id=author.parts["client"],
        status=GrantStatus.APPROVED,
        scopes=["content:read"],
    )
    await site.add(grant)
    return found


async def read(reader: Estate, fields: str) -> dict[str, Any]:
    """Return what the owner of an organisation reads of its account through a program."""
    token = await reader.token((Scope.ORGANISATION_READ,))
    answer = await reader.site.browser().http.post(
        "/graphql",
        json={"query": f'{{ organisationAccount(organisation: "{reader.organisation}") {{ {fields} }} }}'},
        headers={"Authorization": f"Bearer {token}"},
    )
    found: dict[str, Any] = answer.json()["data"]["organisationAccount"]
    return found


async def test_another_organisation_sees_of_an_application_what_is_public(author: Estate, stranger: Estate) -> None:
    seen = [each["client"] for each in (await read(stranger, GRANTED))["applications"]["nodes"]]

    assert {
        "id": author.parts["client"],
        "name": "Näkymä",
        "version": None,
        "addressRanges": None,
        "lastUsedAt": None,
    } in seen


async def test_its_own_organisation_sees_the_rest(author: Estate) -> None:
    seen = (await read(author, OWN))["clients"]["nodes"]

    assert {
        "id": author.parts["client"],
        "name": "Näkymä",
        "version": 3,
        "addressRanges": ["192.0.2.0/24"],
        "lastUsedAt": "2026-11-21T12:00:00.000Z",
    } in seen
