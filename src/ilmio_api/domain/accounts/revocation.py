"""The end of what persons have authorised programs to do.

Owns: ending token families with their tokens, and what waits to become one.
Does not own: deciding that they end (`clients`, `applications`, `consents`, `members`).

Tokens are looked up at each use, so they hold no longer than the unit of work that ends them.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, true, update
from sqlalchemy.sql.selectable import Select

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts.token_models import AuthorisationCode, DeviceAuthorisation, Token, TokenFamily


async def end_authorisations(
    session: WriteSession, at: datetime, client: str | None, accounts: Select[str] | Sequence[str] | None = None
) -> int:
    """End what persons have authorised programs to do, and return how many authorisations that were.

    Args:
        session: Unit of work of the command that ends it.
        at: Now.
        client: The program; None for all of them.
        accounts: The persons; None for all, and for the client in its own name too.

    Raises:
        ValueError: Neither a program nor persons are named.
    """
    if client is None and accounts is None:
        message = "an end of everything for everybody is never meant"
        raise ValueError(message)

    def concerned(table: type[TokenFamily | Token | AuthorisationCode | DeviceAuthorisation]) -> ColumnElement[bool]:
        of_client = true() if client is None else table.client_id == client
        of_accounts = true() if accounts is None else table.account_id.in_(accounts)
        return of_client & of_accounts

    # What has not become a token yet must not become one a moment later. It has expired, which is not the same as used.
    for waiting in (AuthorisationCode, DeviceAuthorisation):
        await session.execute(
            update(waiting)
            .where(concerned(waiting), waiting.used_at.is_(None))
            .values(expires_at=func.least(waiting.expires_at, at))
            .execution_options(synchronize_session=False)
        )
    families = await session.scalars(
        update(TokenFamily)
        .where(concerned(TokenFamily), TokenFamily.revoked_at.is_(None))
        .values(revoked_at=at)
        .returning(TokenFamily.id)
        .execution_options(synchronize_session=False)
    )
    ended = len(families.all())
    await session.execute(
        update(Token)
        .where(concerned(Token), Token.revoked_at.is_(None))
        .values(revoked_at=at)
        .execution_options(synchronize_session=False)
    )
    return ended
