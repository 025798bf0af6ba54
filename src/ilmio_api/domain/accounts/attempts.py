"""How often something may be tried, counted in PostgreSQL so that a restart forgets nothing.

Owns: counting and the sliding limit.
Does not own: which attempts are limited and how much (`sign_in`, `invitations`), limits on reading (`web`).
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts.models import Attempt

_KEPT = timedelta(days=2)


async def allowed(session: WriteSession, bucket: str, *, at: datetime, limit: int, window_s: int) -> bool:
    """Count one attempt and return whether it is within the limit.

    The window slides: what was counted in the fixed window before weighs as much as that window still overlaps the
    last `window_s` seconds. Refused attempts count too, but never beyond the limit: who stops trying is let in again
    within two windows, however hard somebody tried before.

    The counter stays locked until the unit of work ends, so end that one before anything slow. The count lasts only
    if the unit of work does.

    Args:
        session: Unit of work.
        bucket: What is counted, such as `password:account_…`. One bucket has one length of window. Who counts several
            counts the narrowest first: everybody waits for the widest.
        at: Time of the attempt.
        limit: Most attempts in any `window_s` seconds.
        window_s: Length of the window, in seconds.
    """
    elapsed_s = at.timestamp() % window_s
    window = datetime.fromtimestamp(at.timestamp() - elapsed_s, UTC)
    counted = (
        insert(Attempt)
        .values(bucket=bucket, window=window, count=1)
        .on_conflict_do_update(
            index_elements=[Attempt.bucket, Attempt.window],
            set_={"count": func.least(Attempt.count + 1, limit + 1)},
        )
        .returning(Attempt.count)
    )
    now = await session.scalar(counted) or 0
    before = await session.scalar(
        select(Attempt.count).where(Attempt.bucket == bucket, Attempt.window == window - timedelta(seconds=window_s))
    )
    return now + (before or 0) * (1 - elapsed_s / window_s) <= limit


async def forget_old(session: WriteSession, *, at: datetime) -> int:
    """Delete what is too old to matter to any limit, and return how many counters that were."""
    deleted = await session.scalars(delete(Attempt).where(Attempt.window < at - _KEPT).returning(Attempt.bucket))
    return len(deleted.all())
