"""The end of what persons have authorised programs to do."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from tests.domain.accounts.scene import Scene

from ilmio_api.access.scopes import Scope
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts.principals import caller_of_token
from ilmio_api.domain.accounts.revocation import end_authorisations
from ilmio_api.domain.accounts.token_models import AuthorisationCode, DeviceAuthorisation

READING = [Scope.CONTENT_READ.value]


async def still_holding(scene: Scene, *digests: bytes) -> list[bool]:
    return [
        await caller_of_token(scene.session, digest, at=scene.at, address="192.0.2.7") is not None for digest in digests
    ]


async def test_of_one_person_and_one_program_nothing_else_ends(scene: Scene) -> None:
    one, other = await scene.person(), await scene.person()
    here, there = await scene.client(READING), await scene.client(READING)
    tokens = [
        await scene.token(here, READING, one),
        await scene.token(here, READING, one),
        await scene.token(here, READING, other),
        await scene.token(there, READING, one),
        await scene.token(here, READING),
    ]

    assert await end_authorisations(scene.session, scene.at, here, [one]) == 2
    assert await still_holding(scene, *(token.digest for token in tokens)) == [False, False, True, True, True]


async def test_of_one_program_everything_ends_also_in_its_own_name(scene: Scene) -> None:
    person, here, there = await scene.person(), await scene.client(READING), await scene.client(READING)
    tokens = [
        await scene.token(here, READING, person),
        await scene.token(here, READING),
        await scene.token(there, READING, person),
    ]

    assert await end_authorisations(scene.session, scene.at, here) == 1
    assert await still_holding(scene, *(token.digest for token in tokens)) == [False, False, True]


async def test_of_one_person_everything_ends_with_all_programs(scene: Scene) -> None:
    one, other, client = await scene.person(), await scene.person(), await scene.client(READING)
    tokens = [
        await scene.token(client, READING, one),
        await scene.token(await scene.client(READING), READING, one),
        await scene.token(client, READING, other),
    ]

    assert await end_authorisations(scene.session, scene.at, None, [one]) == 2
    assert await still_holding(scene, *(token.digest for token in tokens)) == [False, False, True]


async def test_of_nobody_nothing_ends(scene: Scene) -> None:
    token = await scene.token(await scene.client(READING), READING, await scene.person())

    assert await end_authorisations(scene.session, scene.at, None, []) == 0
    assert await still_holding(scene, token.digest) == [True]


async def test_the_end_of_everything_has_to_be_meant(accounts: WriteSession, scene: Scene) -> None:
    with pytest.raises(ValueError, match="never meant"):
        await end_authorisations(accounts, scene.at, None)


async def test_what_waits_to_become_a_token_expires(accounts: WriteSession, scene: Scene) -> None:
    person, client = await scene.person(), await scene.client(READING)
    later = scene.at + timedelta(minutes=1)
    accounts.add(
        AuthorisationCode(
            digest=b"code",
            client_id=client,
            account_id=person,
            redirect_uri="https://app.example.fi/cb",
            scopes=READING,
            code_challenge="…",
            authenticated_at=scene.at,
            expires_at=later,
        )
    )
    accounts.add_all(
        DeviceAuthorisation(
            digest=digest,
            user_code=digest.decode(),
            client_id=client,
            scopes=READING,
            address="192.0.2.0/24",
            created_at=scene.at,
            expires_at=later,
            interval_s=5,
            account_id=account,
        )
        for digest, account in ((b"allowed", person), (b"undecided", None))
    )
    await accounts.flush()
    await end_authorisations(accounts, scene.at, client, [person])

    assert await accounts.scalar(select(AuthorisationCode.expires_at)) == scene.at
    devices = await accounts.execute(select(DeviceAuthorisation.user_code, DeviceAuthorisation.expires_at))
    assert sorted(devices.all()) == [("allowed", scene.at), ("undecided", later)]
