"""Challenges: what one step of signing in leaves for the next, once, in one browser."""

import asyncio
from datetime import datetime, timedelta

import pytest
from cryptography.fernet import InvalidToken
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.domain.accounts.scene import Scene

from ilmio_api.access.secrets import SecretKind, kind_of
from ilmio_api.db.session import WriteSession, accounts_work
from ilmio_api.domain.accounts import challenges
from ilmio_api.domain.accounts.sign_in_models import Challenge


async def test_what_is_remembered_is_given_once(accounts: WriteSession, scene: Scene, at: datetime) -> None:
    secret = await challenges.new(accounts, await scene.occasion(), "provider", {"nonce": "n-1"}, 300)

    assert await challenges.take(accounts, secret.text, "provider", at) == {"nonce": "n-1"}
    assert await challenges.take(accounts, secret.text, "provider", at) is None


async def test_looking_leaves_it_to_be_taken(accounts: WriteSession, scene: Scene, at: datetime) -> None:
    person = await scene.person()
    secret = await challenges.new(accounts, await scene.occasion(), "code", {"tries": 1}, 300, person)

    assert await challenges.look(accounts, secret.text, "code", at) == challenges.Remembered(person, {"tries": 1})
    assert await challenges.take_with_account(accounts, secret.text, "code", at) == challenges.Remembered(
        person, {"tries": 1}
    )
    assert await challenges.look(accounts, secret.text, "code", at) is None


async def test_a_challenge_is_good_for_its_purpose_only(accounts: WriteSession, scene: Scene, at: datetime) -> None:
    secret = await challenges.new(accounts, await scene.occasion(), "passkey", {}, 300)

    assert await challenges.take(accounts, secret.text, "code", at) is None
    assert await challenges.take(accounts, secret.text, "passkey", at) == {}


@pytest.mark.parametrize(("seconds", "state"), [(299, {}), (300, None)])
async def test_a_challenge_ends_with_its_time(
    accounts: WriteSession, scene: Scene, at: datetime, seconds: int, state: dict[str, object] | None
) -> None:
    secret = await challenges.new(accounts, await scene.occasion(), "passkey", {}, 300)

    assert await challenges.take(accounts, secret.text, "passkey", at + timedelta(seconds=seconds)) == state


@pytest.mark.parametrize("text", ["", "x", "ilm_ch_", "\x00", "ilm_ss_" + "0" * 49])
async def test_what_is_no_secret_of_ours_is_not_known(accounts: WriteSession, at: datetime, text: str) -> None:
    assert await challenges.take(accounts, text, "passkey", at) is None
    assert await challenges.look(accounts, text, "passkey", at) is None


async def test_the_link_for_setting_up_looks_like_one(accounts: WriteSession, scene: Scene) -> None:
    link = await challenges.new(accounts, await scene.occasion(), challenges.SETUP, {}, 300)

    assert kind_of(link.text) is SecretKind.SETUP_LINK


async def test_the_database_alone_does_not_tell_what_is_remembered(
    accounts: WriteSession, scene: Scene, at: datetime
) -> None:
    occasion = await scene.occasion()
    await challenges.new(accounts, occasion, "provider", {"verifier": "of PKCE"}, 300)
    sealed = (await accounts.scalars(select(Challenge.sealed_state))).one()
    other = await challenges.new(accounts, occasion, "provider", {}, 300)
    await accounts.execute(update(Challenge).where(Challenge.digest == other.digest).values(sealed_state=sealed))

    # Not even another secret of the same purpose opens it.
    with pytest.raises(InvalidToken):
        await challenges.take(accounts, other.text, "provider", at)


async def test_of_many_requests_at_once_one_gets_it(lasting: AsyncEngine, scene: Scene, at: datetime) -> None:
    async with accounts_work(lasting, "test") as session:
        secret = await challenges.new(session, await scene.occasion(), "provider", {"n": 1}, 300)

    async def taken() -> object:
        async with accounts_work(lasting, "test") as session:
            return await challenges.take(session, secret.text, "provider", at)

    answers = await asyncio.gather(*(taken() for _ in range(5)))

    assert sorted(map(str, answers)) == ["None", "None", "None", "None", "{'n': 1}"]


async def test_old_ones_are_swept_away(accounts: WriteSession, scene: Scene) -> None:
    old = await challenges.new(accounts, await scene.occasion(), "provider", {}, 300)
    new = await challenges.new(accounts, await scene.occasion(later=timedelta(seconds=301)), "provider", {}, 300)

    assert list(await accounts.scalars(select(Challenge.digest))) == [new.digest]
    assert old.digest != new.digest


async def test_those_of_a_person_are_forgotten_and_no_others(
    accounts: WriteSession, scene: Scene, at: datetime
) -> None:
    person, other = await scene.person(), await scene.person()
    occasion = await scene.occasion()
    theirs = await challenges.new(accounts, occasion, "code", {}, 300, person)
    others = await challenges.new(accounts, occasion, "code", {}, 300, other)
    nobodys = await challenges.new(accounts, occasion, "code", {}, 300)

    await challenges.forget(accounts, "code", person)

    assert await challenges.look(accounts, theirs.text, "code", at) is None
    assert await challenges.look(accounts, others.text, "code", at) is not None
    assert await challenges.look(accounts, nobodys.text, "code", at) is not None
