"""Passwords: which are taken, and what changing or removing one does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from tests.domain.accounts.scene import Scene

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import challenges, passwords, slow_hashes
from ilmio_api.domain.accounts.passwords import PasswordChanged, PasswordRemoved, problems_of
from ilmio_api.domain.accounts.sign_in_models import CodeGenerator, Passkey, Password
from ilmio_api.domain.accounts.vocabulary import AuditAction
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refusal, Refused, not_allowed

GOOD = "kolme tuulta ja 2 airoa"


@pytest.mark.parametrize(
    "password",
    [
        "salasana",
        "Salasana2024",
        "P@ssw0rd!",
        "pa55word1",
        "@dmin12345",
        "Kesä2025!",
        "kissakoira1",
        "minun-salasana",
        "mattivirtanen",
        "Helsinki!",
        "12345678",
        "20240131",
        "0401234567",
        "qwertyuiop",
        "poiuytrewq",
        "1qaz2wsx3edc",
        "aaaaaaaa",
        "abcabcabc",
        "ilmiö-pilotti",
        "välkommen12",
    ],
)
def test_what_is_tried_first_is_not_taken(password: str) -> None:
    assert problems_of(password) == (Problem(ProblemCode.COMMON_PASSWORD, ("password",)),)


@pytest.mark.parametrize(
    "password",
    [GOOD, "xK9#mQ2vLp", "correct horse battery staple", "koivu-lokki-77-suo", "хорошийпароль", "🦔🦔🌲🌲🛶🛶🧦🧦"],
)
def test_any_kind_of_character_will_do(password: str) -> None:
    assert problems_of(password) == ()


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("xK9#mQ2", Problem(ProblemCode.TOO_SHORT, ("password",), {"least": 8})),
        ("", Problem(ProblemCode.TOO_SHORT, ("password",), {"least": 8})),
        ("xK9#mQ2v" * 33, Problem(ProblemCode.TOO_LONG, ("password",), {"most": 256})),
        ("x" * 1_000_000, Problem(ProblemCode.TOO_LONG, ("password",), {"most": 256})),
        # Three characters that are each longer in their normal form.
        ("ﷺ" * 15, Problem(ProblemCode.TOO_LONG, ("password",), {"most": 256})),
    ],
)
def test_the_length_is_counted_in_the_normal_form(password: str, problem: Problem) -> None:
    assert problems_of(password) == (problem,)


def test_what_is_known_of_a_person_is_common_for_them() -> None:
    assert problems_of("Kuutamolainen!99") == ()
    assert problems_of("Kuutamolainen!99", about=("Aava Kuutamolainen", "aava@example.fi")) == (
        Problem(ProblemCode.COMMON_PASSWORD, ("password",)),
    )


async def test_a_password_is_kept_as_a_slow_hash_of_its_normal_form(
    accounts: WriteSession, scene: Scene, entropy: Callable[[int], bytes]
) -> None:
    del entropy
    person = await scene.person()

    done = await passwords.change(accounts, await scene.occasion(person), "kolme a\u0308iti\u0308a\u0308 ja 2 airoa")

    known = (await accounts.scalars(select(Password.hash))).one()
    assert done == PasswordChanged()
    assert known.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await slow_hashes.verified(known, "kolme \u00e4itï\u00e4 ja 2 airoa") is True
    assert await slow_hashes.verified(known, "kolme äiti") is False
    (event,) = await scene.events(None)
    assert (event.action, event.actor_id, event.target_id, event.after) == (
        AuditAction.CREDENTIAL_ADDED,
        person,
        person,
        {"kind": "PASSWORD"},
    )


async def test_a_password_that_is_not_taken_changes_nothing(accounts: WriteSession, scene: Scene) -> None:
    person = await scene.person()
    await passwords.change(accounts, await scene.occasion(person), GOOD)
    before = (await accounts.scalars(select(Password.hash))).one()

    # The name of the person, which is "Henkilö 1".
    refused = await passwords.change(accounts, await scene.occasion(person), "Henkilö123!")

    assert isinstance(refused, Refused)
    assert refused.refusal is Refusal.VALIDATION_FAILED
    assert (await accounts.scalars(select(Password.hash))).one() == before


async def test_a_new_password_ends_the_other_sessions_and_the_steps_of_the_old_one(
    accounts: WriteSession, scene: Scene
) -> None:
    person = await scene.person()
    here, there = await scene.signed_in(person), await scene.signed_in(person)
    occasion = await scene.occasion(person, credential=here)
    await passwords.change(accounts, occasion, GOOD)
    owes_code = await challenges.new(accounts, occasion, challenges.CODE, {}, 300, person)

    await passwords.change(accounts, occasion, "toinen tuuli ja 3 airoa")

    ended = [event.target_id for event in await scene.events(None) if event.action is AuditAction.SESSION_ENDED]
    assert ended == [there]
    assert await challenges.look(accounts, owes_code.text, challenges.CODE, occasion.at) is None


async def test_a_first_password_ends_no_session(accounts: WriteSession, scene: Scene) -> None:
    person = await scene.person()
    await scene.signed_in(person)

    await passwords.change(accounts, await scene.occasion(person), GOOD)

    assert [event.action for event in await scene.events(None)] == [AuditAction.CREDENTIAL_ADDED]


async def test_only_who_has_just_signed_in_changes_a_password(accounts: WriteSession, scene: Scene) -> None:
    person = await scene.person()
    stale = await scene.occasion(person, signed_in_ago=timedelta(minutes=11))

    refused = await passwords.change(accounts, stale, GOOD)

    assert isinstance(refused, Refused)
    assert refused.refusal is Refusal.STEP_UP_NEEDED
    assert await passwords.change(accounts, await scene.occasion(), GOOD) == not_allowed()
    assert (await accounts.scalars(select(Password))).all() == []


async def test_password_and_codes_go_together(accounts: WriteSession, scene: Scene) -> None:
    person = await scene.person()
    occasion = await scene.occasion(person)
    await passwords.change(accounts, occasion, GOOD)
    accounts.add(CodeGenerator(account_id=person, sealed_seed=b"", confirmed_at=occasion.at))
    accounts.add(
        Passkey(
            id="passkey_1",
            credential_id=b"1",
            account_id=person,
            public_key=b"",
            sign_count=0,
            aaguid="",
            backed_up=False,
            label="x",
        )
    )
    await accounts.flush()

    assert await passwords.remove(accounts, occasion) == PasswordRemoved()

    assert (await accounts.scalars(select(Password))).all() == []
    assert (await accounts.scalars(select(CodeGenerator))).all() == []
    assert (await scene.events(None))[-1].action is AuditAction.CREDENTIAL_REMOVED
