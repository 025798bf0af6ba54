"""Signing in: which factors let in whom, how often they may be tried, and what a failure tells."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from pyotp import TOTP
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.domain.accounts.scene import OURS, Scene
from tests.domain.accounts.soft_authenticator import SoftAuthenticator

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.db.sealing import Sealer
from ilmio_api.db.session import accounts_work
from ilmio_api.domain.accounts import passkeys, passwords, recovery_codes, sign_in, slow_hashes
from ilmio_api.domain.accounts.models import Account, AuditEvent, OrganisationAccount
from ilmio_api.domain.accounts.passkeys import PasskeyAsked, relying_party
from ilmio_api.domain.accounts.recovery_codes import RecoveryCodes
from ilmio_api.domain.accounts.sessions import Proven
from ilmio_api.domain.accounts.sign_in import NeedsCode
from ilmio_api.domain.accounts.sign_in_models import CodeGenerator, Passkey, Password
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole, SignInMethod
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, conflict, invalid

EMAIL, PASSWORD = "henkilo1@example.fi", "kolme tuulta ja 2 airoa"
SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
PARTY = relying_party("https://api.example.fi")
WRONG = invalid(Problem(ProblemCode.WRONG_CREDENTIALS))
WRONG_CODE = invalid(Problem(ProblemCode.WRONG_CODE, ("code",)))
LATER = conflict(ProblemCode.TRY_LATER)


@pytest.fixture
def now(at: datetime, entropy: Callable[[int], bytes]) -> Occasion:
    """Provide an occasion of somebody unknown."""
    return Occasion(ANONYMOUS, at, "4bf92f3577b34da6a3ce929d0e0e4736", "192.0.2.7", entropy)


@pytest.fixture
async def person(lasting: AsyncEngine, at: datetime, entropy: Callable[[int], bytes], sealer: Sealer) -> str:
    """Provide an editor of an organisation, with a password and a generator of codes."""
    async with accounts_work(lasting, "test") as session:
        account = await Scene(session, at, entropy).person(MemberRole.EDITOR)
        known = await slow_hashes.hashed(PASSWORD, entropy)
        session.add(Password(account_id=account, hash=known, changed_at=at))
        session.add(CodeGenerator(account_id=account, sealed_seed=sealer.seal({"seed": SEED}), confirmed_at=at))
    return account


async def _failures(engine: AsyncEngine) -> list[tuple[str | None, str | None, object]]:
    async with accounts_work(engine, "test") as session:
        found = await session.scalars(
            select(AuditEvent).where(AuditEvent.action == AuditAction.SIGN_IN_FAILED).order_by(AuditEvent.sequence)
        )
        return [(each.actor_id, each.target_id, each.after) for each in found]


async def _password_passed(engine: AsyncEngine, sealer: Sealer, now: Occasion) -> NeedsCode:
    answer = await sign_in.with_password(engine, sealer, now, EMAIL, PASSWORD)
    assert isinstance(answer, NeedsCode)
    return answer


@pytest.mark.parametrize("email", [EMAIL, " Henkilo1@Example.FI "])
async def test_a_password_and_a_code_let_in(
    lasting: AsyncEngine, sealer: Sealer, now: Occasion, person: str, email: str
) -> None:
    needs = await sign_in.with_password(lasting, sealer, now, email, PASSWORD)
    assert isinstance(needs, NeedsCode)
    assert needs.has_recovery_codes is False

    proven = await sign_in.with_code(lasting, sealer, now, needs.secret.text, TOTP(SEED).at(now.at))

    assert proven == Proven(person, SignInMethod.PASSWORD_AND_CODE)
    assert await _failures(lasting) == []


async def test_wrong_password_and_unknown_address_look_the_same(
    lasting: AsyncEngine, sealer: Sealer, now: Occasion, person: str
) -> None:
    wrong = await sign_in.with_password(lasting, sealer, now, EMAIL, "toinen tuuli")
    unknown = await sign_in.with_password(lasting, sealer, now, "nobody@example.fi", PASSWORD)
    strange = await sign_in.with_password(lasting, sealer, now, "\x1f" * 5_000, PASSWORD * 5_000)

    assert wrong == unknown == strange == WRONG
    # Nobody knows who it was, but whose account.
    assert await _failures(lasting) == [(None, person, {"method": "PASSWORD_AND_CODE"})]


async def test_an_unknown_address_costs_as_much_hashing_as_a_known_one(
    lasting: AsyncEngine, sealer: Sealer, now: Occasion, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    del person
    hashes = []
    verified = slow_hashes.verified

    async def counted(known: str, given: str) -> bool:
        hashes.append(known[:40])
        return await verified(known, given)

    monkeypatch.setattr(slow_hashes, "verified", counted)

    await sign_in.with_password(lasting, sealer, now, EMAIL, "toinen tuuli")
    await sign_in.with_password(lasting, sealer, now, "nobody@example.fi", "toinen tuuli")

    cost = "$argon2id$v=19$m=19456,t=2,p=1$"
    assert [each[: len(cost)] for each in hashes] == [cost, cost]


@pytest.mark.parametrize("column", ["disabled_at", "erased_at"])
async def test_a_closed_account_looks_like_an_unknown_one(
    lasting: AsyncEngine, sealer: Sealer, now: Occasion, person: str, column: str
) -> None:
    needs = await _password_passed(lasting, sealer, now)
    async with accounts_work(lasting, "test") as session:
        await session.execute(update(Account).where(Account.id == person).values({column: now.at}))

    assert await sign_in.with_password(lasting, sealer, now, EMAIL, PASSWORD) == WRONG
    assert await sign_in.with_code(lasting, sealer, now, needs.secret.text, TOTP(SEED).at(now.at)) == WRONG


async def test_a_password_without_codes_lets_nobody_in(
    lasting: AsyncEngine, sealer: Sealer, now: Occasion, person: str
) -> None:
    del person
    async with accounts_work(lasting, "test") as session:
        await session.execute(text("DELETE FROM code_generator"))

    assert await sign_in.with_password(lasting, sealer, now, EMAIL, PASSWORD) == WRONG


async def test_after_a_wrong_code_another_can_be_tried_five_times_in_all(
    lasting: AsyncEngine, sealer: Sealer, now: Occasion, person: str
) -> None:
    needs = await _password_passed(lasting, sealer, now)
    wrong = [await sign_in.with_code(lasting, sealer, now, needs.secret.text, "000000") for _ in range(5)]
    right = await sign_in.with_code(lasting, sealer, now, needs.secret.text, TOTP(SEED).at(now.at))

    assert wrong == [WRONG_CODE] * 5
    assert right == LATER
    assert await _failures(lasting) == [(None, person, {"method": "PASSWORD_AND_CODE"})] * 5


async def test_a_code_may_be_wrong_once(lasting: AsyncEngine, sealer: Sealer, now: Occasion, person: str) -> None:
    needs = await _password_passed(lasting, sealer, now)
    await sign_in.with_code(lasting, sealer, now, needs.secret.text, "000000")

    proven = await sign_in.with_code(lasting, sealer, now, needs.secret.text, TOTP(SEED).at(now.at))

    assert proven == Proven(person, SignInMethod.PASSWORD_AND_CODE)


async def test_the_code_has_to_follow_within_five_minutes_and_once(
    lasting: AsyncEngine, sealer: Sealer, now: Occasion, person: str
) -> None:
    del person
    late = replace(now, at=now.at + timedelta(minutes=5))
    needs = await _password_passed(lasting, sealer, now)
    expired = await sign_in.with_code(lasting, sealer, late, needs.secret.text, TOTP(SEED).at(late.at))
    await sign_in.with_code(lasting, sealer, now, needs.secret.text, TOTP(SEED).at(now.at))
    again = await sign_in.with_code(lasting, sealer, now, needs.secret.text, TOTP(SEED).at(now.at, counter_offset=1))

    assert expired == again == conflict(ProblemCode.EXPIRED)
    assert await sign_in.with_code(lasting, sealer, now, "nonsense", "000000") == conflict(ProblemCode.EXPIRED)


async def test_of_many_requests_with_one_code_one_is_let_in(
    lasting: AsyncEngine, sealer: Sealer, now: Occasion, person: str
) -> None:
    del person
    first, second = await _password_passed(lasting, sealer, now), await _password_passed(lasting, sealer, now)
    code = TOTP(SEED).at(now.at)

    answers = await asyncio.gather(
        sign_in.with_code(lasting, sealer, now, first.secret.text, code),
        sign_in.with_code(lasting, sealer, now, first.secret.text, code),
        sign_in.with_code(lasting, sealer, now, second.secret.text, code),
        sign_in.with_code(lasting, sealer, now, second.secret.text, code),
    )

    assert sum(isinstance(answer, Proven) for answer in answers) == 1


async def test_a_password_that_was_changed_meanwhile_lets_nobody_in(
    lasting: AsyncEngine, sealer: Sealer, now: Occasion, person: str
) -> None:
    needs = await _password_passed(lasting, sealer, now)
    async with accounts_work(lasting, "test") as session:
        scene = Scene(session, now.at, now.entropy)
        await passwords.change(session, await scene.occasion(person), "toinen tuuli ja 3 airoa")

    assert await sign_in.with_code(lasting, sealer, now, needs.secret.text, TOTP(SEED).at(now.at)) == conflict(
        ProblemCode.EXPIRED
    )


async def test_a_hash_of_another_cost_is_made_anew(
    lasting: AsyncEngine, sealer: Sealer, now: Occasion, person: str
) -> None:
    del person
    cheap = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    async with accounts_work(lasting, "test") as session:
        await session.execute(update(Password).values(hash=cheap))
    await _password_passed(lasting, sealer, now)

    async with accounts_work(lasting, "test") as session:
        newer = (await session.scalars(select(Password.hash))).one()
    assert newer.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await slow_hashes.verified(newer, PASSWORD) is True


@pytest.fixture
async def codes(lasting: AsyncEngine, person: str, now: Occasion) -> tuple[str, ...]:
    """Provide the recovery codes of the person."""
    async with accounts_work(lasting, "test") as session:
        scene = Scene(session, now.at, now.entropy)
        made = await recovery_codes.renew(session, await scene.occasion(person))
    assert isinstance(made, RecoveryCodes)
    return made.codes


async def test_a_recovery_code_stands_in_for_a_code_once(
    lasting: AsyncEngine, sealer: Sealer, now: Occasion, person: str, codes: tuple[str, ...]
) -> None:
    needs = await _password_passed(lasting, sealer, now)
    assert needs.has_recovery_codes is True
    wrong = await sign_in.with_recovery_code(lasting, now, needs.secret.text, "00000-00000")
    proven = await sign_in.with_recovery_code(lasting, now, needs.secret.text, codes[0])
    needs = await _password_passed(lasting, sealer, now)
    again = await sign_in.with_recovery_code(lasting, now, needs.secret.text, codes[0])

    assert wrong == again == WRONG_CODE
    assert proven == Proven(person, SignInMethod.RECOVERY_CODE)
    assert await _failures(lasting) == [(None, person, {"method": "RECOVERY_CODE"})] * 2


async def test_who_has_a_password_needs_it_beside_a_recovery_code(
    lasting: AsyncEngine, sealer: Sealer, now: Occasion, person: str, codes: tuple[str, ...]
) -> None:
    refused = await sign_in.with_recovery_code_alone(lasting, sealer, now, EMAIL, codes[0])
    async with accounts_work(lasting, "test") as session:
        await session.execute(text("DELETE FROM password"))
    let_in = await sign_in.with_recovery_code_alone(lasting, sealer, now, EMAIL, codes[0])
    again = await sign_in.with_recovery_code_alone(lasting, sealer, now, EMAIL, codes[0])
    unknown = await sign_in.with_recovery_code_alone(lasting, sealer, now, "nobody@example.fi", codes[1])

    assert refused == again == unknown == WRONG
    assert let_in == Proven(person, SignInMethod.RECOVERY_CODE)


@pytest.mark.parametrize(("role", "local"), [(MemberRole.ADMIN, False), (MemberRole.OWNER, True)])
async def test_an_organisation_may_want_its_own_provider_to_be_asked_but_not_of_owners(
    lasting: AsyncEngine, sealer: Sealer, now: Occasion, person: str, role: MemberRole, *, local: bool
) -> None:
    async with accounts_work(lasting, "test") as session:
        await session.execute(
            update(OrganisationAccount)
            .where(OrganisationAccount.organisation_id == OURS)
            .values(single_sign_on_required=True)
        )
        await session.execute(text("UPDATE membership SET role = :role"), {"role": role.value})
    needs = await _password_passed(lasting, sealer, now)

    answer = await sign_in.with_code(lasting, sealer, now, needs.secret.text, TOTP(SEED).at(now.at))

    expected = (
        Proven(person, SignInMethod.PASSWORD_AND_CODE)
        if local
        else conflict(ProblemCode.SINGLE_SIGN_ON_REQUIRED, organisation=OURS)
    )
    assert answer == expected


@pytest.fixture
async def device(lasting: AsyncEngine, person: str, now: Occasion) -> SoftAuthenticator:
    """Provide a device with a passkey of the person."""
    device = SoftAuthenticator(now.entropy)
    async with accounts_work(lasting, "test") as session:
        occasion = await Scene(session, now.at, now.entropy).occasion(person)
        asked = await passkeys.ask_to_add(session, occasion, PARTY)
        assert isinstance(asked, PasskeyAsked)
        await passkeys.add(session, occasion, PARTY, asked.secret.text, device.makes(asked.options), "Puhelin")
    return device


async def _with_passkey(
    engine: AsyncEngine, sealer: Sealer, now: Occasion, device: SoftAuthenticator
) -> Proven | Refused:
    async with accounts_work(engine, "test") as session:
        asked = await passkeys.ask(session, now, PARTY)
    return await sign_in.with_passkey(engine, sealer, now, PARTY, asked.secret.text, device.answers(asked.options))


async def test_a_passkey_lets_in(
    lasting: AsyncEngine, sealer: Sealer, now: Occasion, person: str, device: SoftAuthenticator
) -> None:
    assert await _with_passkey(lasting, sealer, now, device) == Proven(person, SignInMethod.PASSKEY)

    async with accounts_work(lasting, "test") as session:
        assert await session.scalar(select(Passkey.last_used_at)) == now.at


async def test_a_passkey_that_does_not_verify_the_person_lets_nobody_in(
    lasting: AsyncEngine, sealer: Sealer, now: Occasion, person: str, device: SoftAuthenticator
) -> None:
    device.verifies = False

    assert await _with_passkey(lasting, sealer, now, device) == WRONG
    assert await _failures(lasting) == [(None, person, {"method": "PASSKEY"})]


async def test_an_unknown_passkey_is_refused_like_a_wrong_one(
    lasting: AsyncEngine, sealer: Sealer, now: Occasion
) -> None:
    assert await _with_passkey(lasting, sealer, now, SoftAuthenticator(now.entropy)) == WRONG
    assert await _failures(lasting) == []


async def test_a_passkey_of_a_closed_account_lets_nobody_in(
    lasting: AsyncEngine, sealer: Sealer, now: Occasion, device: SoftAuthenticator
) -> None:
    async with accounts_work(lasting, "test") as session:
        await session.execute(update(Account).values(disabled_at=now.at))

    assert await _with_passkey(lasting, sealer, now, device) == WRONG
