"""How long a token is believed after it is dead, and what is asked of the database for rubbish."""

import random
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.domain.accounts.scene import OURS, Scene, at, lasting

from ilmio_api.db.session import accounts_work
from ilmio_api.domain.accounts.vocabulary import MemberRole
from ilmio_api.web.authentication import BearerTokens, UnauthenticatedError

__all__ = ["at", "lasting"]

ADDRESS = "192.0.2.7"

ENDS = {
    "the token is revoked": "UPDATE token SET revoked_at = now()",
    "its family is revoked": "UPDATE token_family SET revoked_at = now()",
    "its client is deleted": "UPDATE api_client SET deleted_at = now()",
    "its owner is disabled": "UPDATE account SET disabled_at = now()",
    "its owner is erased": "UPDATE account SET erased_at = now()",
}


@pytest.mark.parametrize("end", ENDS)
async def test_a_token_is_dead_within_a_second_after(lasting: AsyncEngine, at: datetime, end: str) -> None:
    now = [0.0]
    tokens = BearerTokens(lasting, lambda: at, lambda: now[0])
    async with accounts_work(lasting, "test") as session:
        scene = Scene(session, at, random.Random(1).randbytes)  # noqa: S311 - a test wants the same ones again
        person = await scene.person(MemberRole.OWNER)
        token = await scene.token(await scene.client(("drafts:read",)), ("drafts:read",), person)
    before = await tokens.caller(f"Bearer {token.text}", ADDRESS)
    async with accounts_work(lasting, "test") as session:
        await session.execute(text(ENDS[end]))
    now[0] = 1.0

    assert before.principal.account == person
    with pytest.raises(UnauthenticatedError):
        await tokens.caller(f"Bearer {token.text}", ADDRESS)


async def test_a_right_ends_within_a_second_after_the_membership(lasting: AsyncEngine, at: datetime) -> None:
    now = [0.0]
    tokens = BearerTokens(lasting, lambda: at, lambda: now[0])
    async with accounts_work(lasting, "test") as session:
        scene = Scene(session, at, random.Random(1).randbytes)  # noqa: S311 - a test wants the same ones again
        person = await scene.person(MemberRole.OWNER)
        token = await scene.token(await scene.client(("drafts:read",)), ("drafts:read",), person)
    before = (await tokens.caller(f"Bearer {token.text}", ADDRESS)).principal
    async with accounts_work(lasting, "test") as session:
        await session.execute(text("DELETE FROM membership"))
    now[0] = 1.0
    after = (await tokens.caller(f"Bearer {token.text}", ADDRESS)).principal

    assert [organisation for organisation, _ in before.rights] == [OURS]
    assert after.rights == ()


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Basic dXNlcjpwYXNz",
        f"Bearer ilm_at_{'0' * 49}",
        f"Bearer ilm_rt_{'0' * 49}",
        f"Bearer ilm_cs_{'0' * 49}",
        f"Bearer {'x' * 5_000}",
        "bearer ilm_at_ääääääää",
    ],
)
async def test_rubbish_is_refused_without_asking_the_database(authorization: str) -> None:
    # There is no engine that could be asked.
    tokens = BearerTokens(None, lambda: datetime.now(UTC))  # type: ignore[arg-type]

    with pytest.raises(UnauthenticatedError):
        await tokens.caller(authorization, ADDRESS)
