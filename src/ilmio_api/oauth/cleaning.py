"""Removing what has long been over.

Owns: for how long codes, tokens, pushed requests and assertions are kept after their end.
Does not own: when this runs (the composition root), signing keys (kept for hints), attempts (`domain.accounts`).

Used codes and refresh tokens are kept while their family could still live, so that one that comes again is known.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts.token_models import (
    AuthorisationCode,
    DeviceAuthorisation,
    PushedRequest,
    Token,
    TokenFamily,
    UsedAssertion,
)

_KEPT = timedelta(days=1)


async def clean(session: WriteSession, at: datetime) -> None:
    """Remove what ended more than a day ago; run it once a day or oftener.

    Args:
        session: A unit of work on the private tables.
        at: Now.
    """
    before = at - _KEPT
    over = select(TokenFamily.id).where(or_(TokenFamily.expires_at < before, TokenFamily.revoked_at < before))
    removals = (
        delete(PushedRequest).where(PushedRequest.expires_at < before),
        delete(UsedAssertion).where(UsedAssertion.expires_at < before),
        delete(DeviceAuthorisation).where(DeviceAuthorisation.expires_at < before),
        # A code that was never used has no family to protect.
        delete(AuthorisationCode).where(
            AuthorisationCode.expires_at < before,
            or_(AuthorisationCode.family_id.is_(None), AuthorisationCode.family_id.in_(over)),
        ),
        delete(Token).where(
            Token.expires_at < before,
            or_(Token.is_refresh.is_(False), Token.family_id.in_(over)),
        ),
        delete(Token).where(Token.family_id.in_(over)),
        delete(TokenFamily).where(TokenFamily.id.in_(over)),
    )
    for removal in removals:
        await session.execute(removal.execution_options(synchronize_session=False))
