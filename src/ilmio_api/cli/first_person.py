"""What the accounts of a service begin with: the client of the command line, and a link for the first person.

Owns: making both when the service starts.
Does not own: what the link opens (`domain.accounts.set_up`, `console`).
"""

import secrets
from datetime import UTC, datetime

from ilmio_api.console.arriving import set_up_link as address_of_link
from ilmio_api.db.session import accounts_work, open_engine
from ilmio_api.domain.accounts import set_up
from ilmio_api.domain.accounts.clients import command_line_client
from ilmio_api.domain.accounts.principals import OPERATOR
from ilmio_api.domain.occasion import Occasion
from ilmio_api.settings import Settings


async def prepared_accounts(settings: Settings, url: str) -> str | None:
    """Make what accounts begin with, and return a link for the first person.

    The link works once, for a quarter of an hour; there is none when somebody administers the platform already.

    Args:
        settings: Names the public address of the service.
        url: Address of the database.
    """
    engine = open_engine(url)
    try:
        async with accounts_work(engine, "set-up") as session:
            await command_line_client(session)
            if not await set_up.needed(session):
                return None
            secret = await set_up.new_link(session, operation())
    finally:
        await engine.dispose()
    return address_of_link(settings.issuer, secret.text)


def operation() -> Occasion:
    """Return the occasion of whoever runs the service, now."""
    return Occasion(OPERATOR, datetime.now(UTC), secrets.token_hex(16), "", secrets.token_bytes)


def words_about(link: str | None) -> str:
    """Return what the start says about the link; nothing when there is none."""
    if link is None:
        return ""
    return f"Nobody administers this service yet. Within 15 minutes, whoever opens this link does:\n\n  {link}\n"
