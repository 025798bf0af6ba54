"""Ways in: that the last one stays, and who may change them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import update
from tests.domain.accounts.scene import Scene

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import passkeys, passwords
from ilmio_api.domain.accounts.passkeys import PasskeyRemoved
from ilmio_api.domain.accounts.sign_in_models import (
    CodeGenerator,
    Identity,
    IdentityProvider,
    Passkey,
    Password,
    RecoveryCode,
)
from ilmio_api.domain.accounts.vocabulary import MemberRole
from ilmio_api.domain.accounts.ways_in import WaysIn, own_account, ways_in
from ilmio_api.domain.outcomes import ProblemCode, Refused, conflict, not_allowed, step_up_needed

PASSKEY, PASSWORD, CODES, RECOVERY, IDENTITY = "passkey", "password", "codes", "recovery", "identity"


async def _give(scene: Scene, person: str, ways: Sequence[str]) -> None:
    """Give a person ways in; each of the passkeys is called `passkey_` and its number."""
    for number, way in enumerate(ways):
        name = f"{person}{number}".encode()
        match way:
            case "passkey":
                scene.session.add(
                    Passkey(
                        id=f"passkey_{number}",
                        credential_id=name,
                        account_id=person,
                        public_key=b"",
                        sign_count=0,
                        aaguid="",
                        backed_up=False,
                        label="Puhelin",
                    )
                )
            case "password":
                scene.session.add(Password(account_id=person, hash="x", changed_at=scene.at))
            case "codes":
                scene.session.add(CodeGenerator(account_id=person, sealed_seed=b"", confirmed_at=scene.at))
            case "recovery":
                scene.session.add(RecoveryCode(digest=name, account_id=person))
            case _:
                provider = await scene.identity_provider()
                scene.session.add(
                    Identity(
                        id=f"identity_{number}",
                        account_id=person,
                        identity_provider_id=provider,
                        issuer="https://login.example.fi",
                        subject=str(number),
                    )
                )
    await scene.session.flush()


async def test_ways_in_are_counted(accounts: WriteSession, scene: Scene) -> None:
    person, other = await scene.person(), await scene.person()
    await _give(scene, person, [PASSKEY, PASSKEY, PASSWORD, CODES, RECOVERY, IDENTITY])

    ways = await ways_in(accounts, person)

    assert ways == WaysIn(2, has_password=True, has_codes=True, identities=1, recovery_codes=1)
    assert ways.count == 4
    assert await ways_in(accounts, other) == WaysIn(
        0, has_password=False, has_codes=False, identities=0, recovery_codes=0
    )


@pytest.mark.parametrize("half", [PASSWORD, CODES])
async def test_half_of_password_and_code_is_no_way_in(accounts: WriteSession, scene: Scene, half: str) -> None:
    person = await scene.person()
    await _give(scene, person, [half])

    assert (await ways_in(accounts, person)).count == 0


async def test_a_provider_that_is_not_in_use_is_no_way_in(accounts: WriteSession, scene: Scene) -> None:
    person = await scene.person()
    await _give(scene, person, [IDENTITY])
    await accounts.execute(update(IdentityProvider).values(enabled=False))

    assert (await ways_in(accounts, person)).count == 0


@pytest.mark.parametrize(
    ("role", "ways", "goes"),
    [
        (MemberRole.EDITOR, [PASSKEY], False),
        (MemberRole.EDITOR, [PASSKEY, RECOVERY], False),
        (MemberRole.EDITOR, [PASSKEY, PASSWORD], False),
        (MemberRole.EDITOR, [PASSKEY, PASSKEY], True),
        (MemberRole.EDITOR, [PASSKEY, PASSWORD, CODES], True),
        (MemberRole.EDITOR, [PASSKEY, IDENTITY], True),
        (MemberRole.OWNER, [PASSKEY, PASSKEY], False),
        (MemberRole.OWNER, [PASSKEY, PASSKEY, RECOVERY], True),
        (MemberRole.OWNER, [PASSKEY, PASSKEY, PASSKEY], True),
        (MemberRole.OWNER, [PASSKEY, PASSKEY, PASSWORD, CODES], True),
    ],
)
async def test_a_passkey_goes_when_enough_is_left(
    accounts: WriteSession, scene: Scene, role: MemberRole, ways: list[str], *, goes: bool
) -> None:
    person = await scene.person(role)
    await _give(scene, person, ways)

    done = await passkeys.remove(accounts, await scene.occasion(person), "passkey_0")

    assert done == (PasskeyRemoved("passkey_0") if goes else conflict(ProblemCode.LAST_WAY_IN))
    assert (await ways_in(accounts, person)).passkeys == ways.count(PASSKEY) - goes


@pytest.mark.parametrize(
    ("ways", "goes"),
    [([PASSWORD, CODES], False), ([PASSWORD, CODES, RECOVERY], False), ([PASSWORD, CODES, PASSKEY], True)],
)
async def test_a_password_goes_when_enough_is_left(
    accounts: WriteSession, scene: Scene, ways: list[str], *, goes: bool
) -> None:
    person = await scene.person()
    await _give(scene, person, ways)

    done = await passwords.remove(accounts, await scene.occasion(person))

    assert isinstance(done, Refused) is not goes
    assert (await ways_in(accounts, person)).has_password is not goes


async def test_a_person_who_is_there_changes_their_own(accounts: WriteSession, scene: Scene) -> None:
    person = await scene.person()

    assert await own_account(accounts, await scene.occasion(person)) == person
    assert await own_account(accounts, await scene.occasion()) == not_allowed()


async def test_a_program_never_does(accounts: WriteSession, scene: Scene) -> None:
    occasion = await scene.occasion(await scene.person())
    through_client = replace(occasion, principal=replace(occasion.principal, client="client_1"))

    assert await own_account(accounts, through_client) == not_allowed()


async def test_nor_does_a_session_that_a_provider_has_begun(accounts: WriteSession, scene: Scene) -> None:
    person = await scene.person(MemberRole.OWNER)
    begun = await scene.signed_in(person, await scene.identity_provider())

    assert await own_account(accounts, await scene.occasion(person, credential=begun)) == not_allowed()


async def test_it_needs_a_recent_sign_in(accounts: WriteSession, scene: Scene, at: datetime) -> None:
    occasion = await scene.occasion(await scene.person())
    stale = replace(occasion, authenticated_at=at.replace(hour=8, minute=49))

    assert await own_account(accounts, stale) == step_up_needed()
