"""Attempts: so many in a sliding window, and no more."""

from datetime import datetime, timedelta

from sqlalchemy import text

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts.attempts import allowed, forget_old


async def test_as_many_are_allowed_as_the_limit_says(accounts: WriteSession, at: datetime) -> None:
    answers = [await allowed(accounts, "code:one", at=at, limit=3, window_s=300) for _ in range(5)]

    assert answers == [True, True, True, False, False]


async def test_each_bucket_is_counted_apart(accounts: WriteSession, at: datetime) -> None:
    assert await allowed(accounts, "code:one", at=at, limit=1, window_s=300) is True
    assert await allowed(accounts, "code:two", at=at, limit=1, window_s=300) is True
    assert await allowed(accounts, "code:one", at=at, limit=1, window_s=300) is False


async def test_the_edge_of_a_window_does_not_double_the_limit(accounts: WriteSession, at: datetime) -> None:
    for _ in range(10):
        assert await allowed(accounts, "code:one", at=at + timedelta(seconds=299), limit=10, window_s=300) is True

    assert await allowed(accounts, "code:one", at=at + timedelta(seconds=301), limit=10, window_s=300) is False


async def test_the_window_slides(accounts: WriteSession, at: datetime) -> None:
    for _ in range(10):
        await allowed(accounts, "code:one", at=at, limit=10, window_s=300)

    # Half of the window before still overlaps: 5 of 10 are left, and they are used up one by one.
    later = at + timedelta(seconds=450)
    answers = [await allowed(accounts, "code:one", at=later, limit=10, window_s=300) for _ in range(6)]

    assert answers == [True, True, True, True, True, False]


async def test_who_stops_trying_is_let_in_within_two_windows_however_hard_somebody_tried(
    accounts: WriteSession, at: datetime
) -> None:
    for _ in range(50):
        await allowed(accounts, "code:one", at=at, limit=2, window_s=300)

    assert await accounts.scalar(text("SELECT count FROM attempt")) == 3
    assert await allowed(accounts, "code:one", at=at + timedelta(seconds=600), limit=2, window_s=300) is True


async def test_counters_of_two_days_ago_are_forgotten(accounts: WriteSession, at: datetime) -> None:
    await allowed(accounts, "code:one", at=at - timedelta(days=3), limit=2, window_s=300)
    await allowed(accounts, "code:one", at=at, limit=2, window_s=300)

    assert await forget_old(accounts, at=at) == 1
    assert await accounts.scalar(text("SELECT count(*) FROM attempt")) == 1
