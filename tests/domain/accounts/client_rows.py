"""Clients and their secrets as the database has them now.

Owns: reading them.
Does not own: what is promised of them (the tests beside).
"""

from sqlalchemy import select

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts.client_models import ApiClient, ClientSecret


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
