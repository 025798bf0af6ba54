"""Recovery codes: ten of them, once each."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from tests.domain.accounts.scene import Scene

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import recovery_codes
from ilmio_api.domain.accounts.recovery_codes import RecoveryCodes, digest_of
from ilmio_api.domain.accounts.sign_in_models import RecoveryCode
from ilmio_api.domain.outcomes import Refusal, Refused


async def _codes(accounts: WriteSession, scene: Scene, person: str) -> tuple[str, ...]:
    done = await recovery_codes.renew(accounts, await scene.occasion(person))
    assert isinstance(done, RecoveryCodes)
    return done.codes


async def test_there_are_ten_that_differ(accounts: WriteSession, scene: Scene) -> None:
    codes = await _codes(accounts, scene, await scene.person())

    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", code) for code in codes)
    assert (await scene.events(None))[-1].after == {"kind": "RECOVERY_CODES", "count": 10}


async def test_a_code_works_once_and_for_its_person(accounts: WriteSession, scene: Scene, at: datetime) -> None:
    person, other = await scene.person(), await scene.person()
    first, second, *_ = await _codes(accounts, scene, person)

    assert await recovery_codes.use(accounts, other, await digest_of(other, first), at) is False
    assert await recovery_codes.use(accounts, other, await digest_of(person, first), at) is False
    assert await recovery_codes.use(accounts, person, await digest_of(person, first), at) is True
    assert await recovery_codes.use(accounts, person, await digest_of(person, first), at) is False
    assert await recovery_codes.use(accounts, person, await digest_of(person, second), at) is True


@pytest.mark.parametrize("typed", ["{0}-{1}", "{0}{1}", "{0} {1}", " {0} - {1} "])
async def test_how_a_code_is_typed_does_not_matter(
    accounts: WriteSession, scene: Scene, at: datetime, typed: str
) -> None:
    person = await scene.person()
    code, *_ = await _codes(accounts, scene, person)
    # What looks alike on paper.
    read = typed.format(*code.split("-")).lower().replace("0", "o").replace("1", "l")

    assert await recovery_codes.use(accounts, person, await digest_of(person, read), at) is True


async def test_new_codes_replace_the_old_ones(accounts: WriteSession, scene: Scene, at: datetime) -> None:
    person = await scene.person()
    old, *_ = await _codes(accounts, scene, person)
    await _codes(accounts, scene, person)

    assert await recovery_codes.use(accounts, person, await digest_of(person, old), at) is False
    assert len((await accounts.scalars(select(RecoveryCode))).all()) == 10


async def test_they_need_a_recent_sign_in(accounts: WriteSession, scene: Scene) -> None:
    person = await scene.person()

    refused = await recovery_codes.renew(accounts, await scene.occasion(person, signed_in_ago=timedelta(minutes=11)))

    assert isinstance(refused, Refused)
    assert refused.refusal is Refusal.STEP_UP_NEEDED
