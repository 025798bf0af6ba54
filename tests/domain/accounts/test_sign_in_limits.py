"""Signing in: how often it may be tried, by whom and from where."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.db.sealing import Sealer
from ilmio_api.db.session import accounts_work
from ilmio_api.domain.accounts import sign_in, slow_hashes
from ilmio_api.domain.accounts.models import Attempt
from ilmio_api.domain.accounts.passkeys import relying_party
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, conflict, invalid

EMAIL, PASSWORD = "nobody@example.fi", "kolme tuulta ja 2 airoa"
WRONG = invalid(Problem(ProblemCode.WRONG_CREDENTIALS))
LATER = conflict(ProblemCode.TRY_LATER)


@pytest.fixture
def now(at: datetime, entropy: Callable[[int], bytes]) -> Occasion:
    """Provide an occasion of somebody unknown."""
    return Occasion(ANONYMOUS, at, "4bf92f3577b34da6a3ce929d0e0e4736", "192.0.2.7", entropy)


async def test_ten_passwords_may_be_tried_from_one_address(lasting: AsyncEngine, sealer: Sealer, now: Occasion) -> None:
    tried = [await sign_in.with_password(lasting, sealer, now, f"henkilo{each}@example.org", "x") for each in range(11)]

    assert tried == [WRONG] * 10 + [LATER]
    assert await sign_in.with_password(lasting, sealer, now, EMAIL, PASSWORD) == LATER
    elsewhere = replace(now, address="192.0.2.8")
    assert await sign_in.with_password(lasting, sealer, elsewhere, EMAIL, PASSWORD) == WRONG
    later = replace(now, at=now.at + timedelta(minutes=10))
    assert await sign_in.with_password(lasting, sealer, later, EMAIL, PASSWORD) == WRONG


async def test_ten_passwords_may_be_tried_for_one_address_wherever_from(
    lasting: AsyncEngine, sealer: Sealer, now: Occasion
) -> None:
    tried = [
        await sign_in.with_password(lasting, sealer, replace(now, address=f"198.51.100.{each}"), EMAIL, "x")
        for each in range(11)
    ]

    # Nobody has this address, and it is refused as somebody's would be.
    assert tried == [WRONG] * 10 + [LATER]


async def test_neighbours_in_one_ipv6_network_are_one(lasting: AsyncEngine, sealer: Sealer, now: Occasion) -> None:
    tried = [
        await sign_in.with_password(
            lasting, sealer, replace(now, address=f"2001:db8:0:1::{each:x}"), f"henkilo{each}@example.org", "x"
        )
        for each in range(11)
    ]

    assert tried == [WRONG] * 10 + [LATER]


async def test_this_machine_has_no_address(lasting: AsyncEngine, sealer: Sealer, now: Occasion) -> None:
    tried = [
        await sign_in.with_password(lasting, sealer, replace(now, address=address), f"henkilo{each}@example.org", "x")
        for each in range(4)
        for address in ("127.0.0.1", "::1", "")
    ]

    assert tried == [WRONG] * 12


async def test_no_address_stands_in_the_counters(lasting: AsyncEngine, sealer: Sealer, now: Occasion) -> None:
    await sign_in.with_password(lasting, sealer, now, EMAIL, "x")

    async with accounts_work(lasting, "test") as session:
        buckets = sorted(await session.scalars(select(Attempt.bucket)))
    assert buckets == [
        f"password:address:{sealer.keyed_hash('192.0.2.7')}",
        "password:all",
        f"password:person:{sealer.keyed_hash(EMAIL)}",
    ]


async def test_a_flood_from_everywhere_is_stopped(lasting: AsyncEngine, sealer: Sealer, now: Occasion) -> None:
    async with accounts_work(lasting, "test") as session:
        session.add(Attempt(bucket="password:all", window=now.at, count=1_000))

    assert await sign_in.with_password(lasting, sealer, now, EMAIL, PASSWORD) == LATER


async def test_an_attempt_counts_also_when_the_caller_goes_away(
    lasting: AsyncEngine, sealer: Sealer, now: Occasion, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_known: str, _given: str) -> bool:
        await asyncio.Event().wait()
        return False

    monkeypatch.setattr(slow_hashes, "verified", never)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(sign_in.with_password(lasting, sealer, now, EMAIL, PASSWORD), 0.5)

    async with accounts_work(lasting, "test") as session:
        assert set(await session.scalars(select(Attempt.count))) == {1}
        # And nothing is held meanwhile.
        assert lasting.pool.status().endswith("Current Checked out connections: 1")


async def test_passkeys_are_bounded_too(lasting: AsyncEngine, sealer: Sealer, now: Occasion) -> None:
    party = relying_party("https://api.example.fi")
    bucket = f"passkey:address:{sealer.keyed_hash('192.0.2.7')}"
    async with accounts_work(lasting, "test") as session:
        session.add(Attempt(bucket=bucket, window=now.at, count=99))

    tried = [await sign_in.with_passkey(lasting, sealer, now, party, "", "") for _ in range(2)]

    assert tried == [WRONG, LATER]
