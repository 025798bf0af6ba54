"""The organisations in tests of accounts.

Owns: two organisations with accounts and one without.
Does not own: who is in them (`scene`).
"""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from ilmio_api.domain.accounts.models import OrganisationAccount
from ilmio_api.domain.organisations.models import Organisation
from ilmio_api.domain.organisations.vocabulary import OrganisationType
from ilmio_api.ids import named_id

OURS = named_id("organisation", "ours")
THEIRS = named_id("organisation", "theirs")
WITHOUT_ACCOUNT = named_id("organisation", "without an account")


async def make_organisations(connection: AsyncConnection, at: datetime) -> None:
    """Make three organisations, two with accounts."""
    await connection.execute(
        insert(Organisation).values(type=OrganisationType.ASSOCIATION),
        [
            {"id": OURS, "slug": "oma", "name": {"fi": "Oma yhdistys"}},
            {"id": THEIRS, "slug": "toinen", "name": {"fi": "Toinen yhdistys"}},
            {"id": WITHOUT_ACCOUNT, "slug": "tuleva", "name": {"fi": "Tuleva yhdistys"}},
        ],
    )
    await connection.execute(
        insert(OrganisationAccount), [{"organisation_id": each, "created_at": at} for each in (OURS, THEIRS)]
    )
