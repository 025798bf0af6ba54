"""What an operator does for accounts, from the command line."""

import asyncio
import json
import random
import re
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.cli.command_line import run
from tests.domain.accounts.scene import Scene, at, lasting

from ilmio_api.db.session import accounts_work

__all__ = ["at", "lasting"]

Admin = Callable[..., Awaitable[tuple[int, str, str]]]
"""Runs `ilmio admin` and returns its exit code, output and errors."""


@pytest.fixture
async def admin(lasting: AsyncEngine, private_url: str, at: datetime) -> Admin:
    """Provide the command group on a database with one person, `henkilo1@example.fi`."""
    async with accounts_work(lasting, "test") as session:
        await Scene(session, at, random.Random(1).randbytes).person()  # noqa: S311 - a test wants the same again
    variables = {"ILMIO_DATABASE_URL": private_url, "ILMIO_PUBLIC_URL": "https://api.example.fi"}

    async def admin(*arguments: str) -> tuple[int, str, str]:
        # In a thread, since the command has an event loop of its own.
        ended = await asyncio.to_thread(run, ["admin", *arguments], variables)
        return ended.returncode, ended.stdout, ended.stderr

    return admin


async def test_a_link_is_printed_until_somebody_administers_the_platform(admin: Admin) -> None:
    code, first, _ = await admin("link")
    appointed = await admin("appoint", "Henkilo1@example.fi ")
    again = await admin("link")

    assert code == 0
    assert re.fullmatch(r"https://api\.example\.fi/console/set-up/ilm_su_[0-9A-Za-z]{49}\n", first)
    assert appointed == (0, "Done.\n", "")
    assert again[0] == 1
    assert "ilmio admin appoint" in again[2]


async def test_a_person_is_kept_out_let_in_and_erased(admin: Admin, lasting: AsyncEngine) -> None:
    outcomes = [
        (await admin("disable", "henkilo1@example.fi"))[:2],
        (await admin("enable", "henkilo1@example.fi"))[:2],
        (await admin("erase", "--yes", "henkilo1@example.fi"))[:2],
    ]
    async with lasting.connect() as connection:
        row = (await connection.execute(text("SELECT name, email, erased_at IS NOT NULL FROM account"))).one()
    gone = await admin("disable", "henkilo1@example.fi")

    assert outcomes == [(0, "Done.\n")] * 3
    assert tuple(row) == (None, None, True)
    assert (gone[0], "Nobody here has this address." in gone[2]) == (1, True)


async def test_the_log_tells_what_was_done_and_is_whole(admin: Admin, lasting: AsyncEngine) -> None:
    await admin("appoint", "henkilo1@example.fi")
    await admin("disable", "henkilo1@example.fi")
    printed = [json.loads(line)["action"] for line in (await admin("log"))[1].splitlines()]
    whole = await admin("check-log")
    async with lasting.begin() as connection:
        await connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER audit_event_kept"))
        await connection.execute(text("UPDATE audit_event SET action = 'SIGNED_IN' WHERE sequence = 1"))
    broken = await admin("check-log")

    assert printed == ["PLATFORM_ADMIN_MADE", "ACCOUNT_DISABLED"]
    assert whole == (0, "The chain is whole.\n", "")
    assert (broken[0], broken[2].startswith("The chain breaks at the event audit_")) == (1, True)
