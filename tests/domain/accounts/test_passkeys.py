"""Passkeys: which answers of a device are believed."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from tests.domain.accounts.scene import Scene
from tests.domain.accounts.soft_authenticator import SoftAuthenticator

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import passkeys
from ilmio_api.domain.accounts.passkeys import PasskeyAdded, PasskeyAsked, Recognised, relying_party
from ilmio_api.domain.accounts.sign_in_models import Passkey
from ilmio_api.domain.accounts.vocabulary import AuditAction
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refusal, Refused, conflict, invalid, not_allowed
from ilmio_api.ids import uuid_of

PARTY = relying_party("https://api.example.fi")
NOT_A_PASSKEY = invalid(Problem(ProblemCode.NOT_A_PASSKEY))


@pytest.fixture
def device(entropy: Callable[[int], bytes]) -> SoftAuthenticator:
    """Provide a device that does everything right."""
    return SoftAuthenticator(entropy)


async def _asked(scene: Scene, person: str) -> PasskeyAsked:
    asked = await passkeys.ask_to_add(scene.session, await scene.occasion(person), PARTY)
    assert isinstance(asked, PasskeyAsked)
    return asked


async def _added(scene: Scene, person: str, device: SoftAuthenticator) -> PasskeyAdded | Refused:
    asked = await _asked(scene, person)
    answer = device.makes(asked.options)
    return await passkeys.add(scene.session, await scene.occasion(person), PARTY, asked.secret.text, answer, "Avain")


async def _answered(scene: Scene, device: SoftAuthenticator, account: str | None = None) -> Recognised | None:
    occasion = await scene.occasion()
    asked = await passkeys.ask(scene.session, occasion, PARTY, account)
    answer = device.answers(asked.options)
    return await passkeys.recognise(scene.session, occasion, PARTY, asked.secret.text, answer)


@pytest.mark.parametrize(
    ("issuer", "host", "origin"),
    [
        ("https://api.example.fi", "api.example.fi", "https://api.example.fi"),
        ("https://API.example.fi:8443/ilmio", "api.example.fi", "https://api.example.fi:8443"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
    ],
)
def test_passkeys_are_for_the_host_of_the_issuer(issuer: str, host: str, origin: str) -> None:
    assert (relying_party(issuer).id, relying_party(issuer).origin) == (host, origin)


async def test_the_device_has_to_verify_the_person_and_to_remember_them(scene: Scene) -> None:
    person = await scene.person()
    options = json.loads((await _asked(scene, person)).options)

    assert options["rp"] == {"id": "api.example.fi", "name": "Ilmiö API"}
    assert options["user"]["name"] == "henkilo1@example.fi"
    assert options["user"]["displayName"] == "Henkilö 1"
    assert options["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert options["attestation"] == "none"
    assert len(options["challenge"]) == 43


async def test_a_passkey_is_kept_with_what_the_device_says(
    scene: Scene, at: datetime, device: SoftAuthenticator
) -> None:
    person = await scene.person()
    device.backs_up = True
    done = await _added(scene, person, device)

    (kept,) = await scene.session.scalars(select(Passkey))
    assert done == PasskeyAdded(kept.id)
    assert kept.credential_id == device.credential_id
    assert (kept.account_id, kept.label, kept.sign_count, kept.backed_up) == (person, "Avain", 0, True)
    assert (kept.transports, kept.aaguid) == (["hybrid", "internal"], "fbfc3007-154e-4ecc-8c0b-6e020557d7bd")
    assert (kept.created_at, kept.last_used_at) == (at, None)
    assert device.user_handle == uuid_of(person).bytes
    (event,) = await scene.events(None)
    assert (event.action, event.target_id, event.after) == (
        AuditAction.CREDENTIAL_ADDED,
        kept.id,
        {"kind": "PASSKEY"},
    )


@pytest.mark.parametrize(
    "fault",
    [
        {"verifies": False},
        {"origin": "https://api.example.fi.evil.example"},
        {"origin": "http://api.example.fi"},
        {"host": "evil.example"},
    ],
)
async def test_what_was_made_wrongly_is_not_kept(
    scene: Scene, entropy: Callable[[int], bytes], fault: dict[str, Any]
) -> None:
    done = await _added(scene, await scene.person(), SoftAuthenticator(entropy, **fault))

    assert done == NOT_A_PASSKEY
    assert (await scene.session.scalars(select(Passkey))).all() == []


async def test_a_question_is_answered_once(scene: Scene, device: SoftAuthenticator) -> None:
    person = await scene.person()
    asked = await _asked(scene, person)
    occasion = await scene.occasion(person)
    answer = device.makes(asked.options)
    await passkeys.add(scene.session, occasion, PARTY, asked.secret.text, answer, "Avain")

    assert await passkeys.add(scene.session, occasion, PARTY, asked.secret.text, answer, "Avain") == conflict(
        ProblemCode.EXPIRED
    )


async def test_the_answer_to_another_question_is_not_believed(scene: Scene, device: SoftAuthenticator) -> None:
    person = await scene.person()
    asked, other = await _asked(scene, person), await _asked(scene, person)

    done = await passkeys.add(
        scene.session, await scene.occasion(person), PARTY, asked.secret.text, device.makes(other.options), "Avain"
    )

    assert done == NOT_A_PASSKEY


async def test_a_question_to_one_person_is_not_answered_by_another(scene: Scene, device: SoftAuthenticator) -> None:
    person, other = await scene.person(), await scene.person()
    asked = await _asked(scene, person)

    done = await passkeys.add(
        scene.session, await scene.occasion(other), PARTY, asked.secret.text, device.makes(asked.options), "Avain"
    )

    assert done == conflict(ProblemCode.EXPIRED)


async def test_a_question_is_too_old_after_five_minutes(scene: Scene, device: SoftAuthenticator) -> None:
    person = await scene.person()
    asked = await _asked(scene, person)
    late = await scene.occasion(person, later=timedelta(minutes=5))

    done = await passkeys.add(scene.session, late, PARTY, asked.secret.text, device.makes(asked.options), "Avain")

    assert done == conflict(ProblemCode.EXPIRED)


async def test_no_passkey_belongs_to_two(scene: Scene, device: SoftAuthenticator) -> None:
    await _added(scene, await scene.person(), device)

    assert await _added(scene, await scene.person(), device) == NOT_A_PASSKEY
    assert len((await scene.session.scalars(select(Passkey))).all()) == 1


@pytest.mark.parametrize(
    ("label", "code"), [("", ProblemCode.REQUIRED), ("  ", ProblemCode.REQUIRED), ("a" * 101, ProblemCode.TOO_LONG)]
)
async def test_a_passkey_has_a_label(scene: Scene, device: SoftAuthenticator, label: str, code: ProblemCode) -> None:
    person = await scene.person()
    asked = await _asked(scene, person)
    occasion = await scene.occasion(person)
    answer = device.makes(asked.options)

    refused = await passkeys.add(scene.session, occasion, PARTY, asked.secret.text, answer, label)

    assert isinstance(refused, Refused)
    assert refused.problems[0].code is code
    # The question still stands.
    assert isinstance(
        await passkeys.add(scene.session, occasion, PARTY, asked.secret.text, answer, "Avain"), PasskeyAdded
    )


async def test_adding_and_removing_need_a_recent_sign_in(scene: Scene) -> None:
    stale = await scene.occasion(await scene.person(), signed_in_ago=timedelta(minutes=11))

    asked = await passkeys.ask_to_add(scene.session, stale, PARTY)
    added = await passkeys.add(scene.session, stale, PARTY, "", "", "Avain")
    removed = await passkeys.remove(scene.session, stale, "passkey_1")

    assert {each.refusal for each in (asked, added, removed) if isinstance(each, Refused)} == {Refusal.STEP_UP_NEEDED}


async def test_the_passkey_of_another_is_not_there_to_be_removed(scene: Scene, device: SoftAuthenticator) -> None:
    added = await _added(scene, await scene.person(), device)
    assert isinstance(added, PasskeyAdded)

    removed = await passkeys.remove(scene.session, await scene.occasion(await scene.person()), added.id)

    assert removed == not_allowed("passkey")


async def test_there_are_at_most_twenty(scene: Scene, device: SoftAuthenticator) -> None:
    person = await scene.person()
    asked = await _asked(scene, person)
    for _ in range(20):
        await _added(scene, person, SoftAuthenticator(scene.entropy))

    late = await passkeys.add(
        scene.session, await scene.occasion(person), PARTY, asked.secret.text, device.makes(asked.options), "Avain"
    )

    assert late == conflict(ProblemCode.TOO_MANY, most=20)
    assert await _added_refused(scene, person) == conflict(ProblemCode.TOO_MANY, most=20)


async def _added_refused(scene: Scene, person: str) -> PasskeyAsked | Refused:
    return await passkeys.ask_to_add(scene.session, await scene.occasion(person), PARTY)


async def test_a_passkey_proves_who_is_there(scene: Scene, at: datetime, device: SoftAuthenticator) -> None:
    person = await scene.person()
    added = await _added(scene, person, device)
    assert isinstance(added, PasskeyAdded)

    assert await _answered(scene, device) == Recognised(added.id, person, is_proof=True)

    assert await scene.session.scalar(select(Passkey.last_used_at)) == at


async def test_who_is_not_signed_in_learns_of_no_passkey(scene: Scene, device: SoftAuthenticator) -> None:
    person = await scene.person()
    await _added(scene, person, device)
    occasion = await scene.occasion()

    anybody = json.loads((await passkeys.ask(scene.session, occasion, PARTY)).options)
    known = json.loads((await passkeys.ask(scene.session, occasion, PARTY, person)).options)

    assert anybody["allowCredentials"] == []
    assert anybody["userVerification"] == "required"
    assert [each["transports"] for each in known["allowCredentials"]] == [["hybrid", "internal"]]


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("verifies", False),
        ("origin", "https://evil.example"),
        ("host", "evil.example"),
        ("user_handle", bytes(16)),
    ],
)
async def test_an_answer_that_is_wrong_proves_nothing(
    scene: Scene, device: SoftAuthenticator, attribute: str, value: object
) -> None:
    person = await scene.person()
    added = await _added(scene, person, device)
    assert isinstance(added, PasskeyAdded)
    setattr(device, attribute, value)

    assert await _answered(scene, device) == Recognised(added.id, person, is_proof=False)
    assert await scene.session.scalar(select(Passkey.last_used_at)) is None


async def test_an_answer_signed_by_another_key_proves_nothing(
    scene: Scene, device: SoftAuthenticator, entropy: Callable[[int], bytes]
) -> None:
    person = await scene.person()
    await _added(scene, person, device)
    forger = SoftAuthenticator(entropy)
    forger.credential_id, forger.user_handle = device.credential_id, device.user_handle

    answered = await _answered(scene, forger)

    assert answered is not None
    assert answered.is_proof is False


async def test_an_unknown_passkey_is_nobodys(scene: Scene, device: SoftAuthenticator) -> None:
    assert await _answered(scene, device) is None


async def test_an_answer_does_not_work_twice(scene: Scene, device: SoftAuthenticator) -> None:
    await _added(scene, await scene.person(), device)
    occasion = await scene.occasion()
    asked = await passkeys.ask(scene.session, occasion, PARTY)
    answer = device.answers(asked.options)
    first = await passkeys.recognise(scene.session, occasion, PARTY, asked.secret.text, answer)
    other = await passkeys.ask(scene.session, occasion, PARTY)

    assert first is not None
    assert first.is_proof is True
    assert await passkeys.recognise(scene.session, occasion, PARTY, asked.secret.text, answer) is None
    replayed = await passkeys.recognise(scene.session, occasion, PARTY, other.secret.text, answer)
    assert replayed is not None
    assert replayed.is_proof is False


async def test_a_count_that_does_not_grow_gives_a_copy_away(scene: Scene, device: SoftAuthenticator) -> None:
    device.counts = True
    await _added(scene, await scene.person(), device)
    original = await _answered(scene, device)
    assert original is not None
    assert original.is_proof is True
    assert await scene.session.scalar(select(Passkey.sign_count)) == 2

    device.count = 1
    copy = await _answered(scene, device)

    assert copy is not None
    assert copy.is_proof is False
    assert await scene.session.scalar(select(Passkey.sign_count)) == 2


async def test_a_question_to_the_person_who_is_signed_in_is_for_them_only(
    scene: Scene, device: SoftAuthenticator, entropy: Callable[[int], bytes]
) -> None:
    person, other = await scene.person(), await scene.person()
    await _added(scene, person, device)
    others = SoftAuthenticator(entropy)
    await _added(scene, other, others)

    mine, theirs = await _answered(scene, device, person), await _answered(scene, others, person)

    assert mine is not None
    assert theirs is not None
    assert (mine.is_proof, theirs.is_proof) == (True, False)


async def test_a_passkey_whose_key_is_broken_in_the_database_proves_nothing(
    scene: Scene, device: SoftAuthenticator
) -> None:
    await _added(scene, await scene.person(), device)
    await scene.session.execute(update(Passkey).values(public_key=b"\xa1\x01\x02"))

    answered = await _answered(scene, device)

    assert answered is not None
    assert answered.is_proof is False


async def test_a_session_of_nobody_adds_nothing(accounts: WriteSession, scene: Scene) -> None:
    assert await passkeys.ask_to_add(accounts, await scene.occasion(), PARTY) == not_allowed()
