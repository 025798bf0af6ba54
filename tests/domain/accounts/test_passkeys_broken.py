"""Passkeys: what comes from a browser and is no answer at all."""

import json
from base64 import urlsafe_b64encode

import pytest
from tests.domain.accounts.scene import Scene
from tests.domain.accounts.soft_authenticator import SoftAuthenticator

from ilmio_api.domain.accounts import passkeys
from ilmio_api.domain.accounts.passkeys import PasskeyAdded, PasskeyAsked, relying_party
from ilmio_api.domain.outcomes import Problem, ProblemCode, invalid

PARTY = relying_party("https://api.example.fi")
NOT_A_PASSKEY = invalid(Problem(ProblemCode.NOT_A_PASSKEY))


async def _asked(scene: Scene, person: str) -> PasskeyAsked:
    asked = await passkeys.ask_to_add(scene.session, await scene.occasion(person), PARTY)
    assert isinstance(asked, PasskeyAsked)
    return asked


def _with_parts(client_data: str, other: str) -> str:
    parts = {"clientDataJSON": client_data} | dict.fromkeys(
        ("authenticatorData", "signature", "attestationObject", "userHandle"), other
    )
    return json.dumps({"id": other, "rawId": other, "type": "public-key", "response": parts})


_BROKEN = [
    "",
    "null",
    "[]",
    "{}",
    "x" * 30_000,
    "\ud800",
    '{"id": 1}',
    '{"id": "", "rawId": "", "type": "public-key", "response": {}}',
    _with_parts("e30", "AA"),
    _with_parts("ä", "ä"),
    _with_parts("_", "?"),
    '{"a": ' * 2_500 + "1" + "}" * 2_500,
]


@pytest.mark.parametrize("answer", _BROKEN)
async def test_what_is_no_answer_is_not_believed(scene: Scene, answer: str) -> None:
    person = await scene.person()
    asked, question = await _asked(scene, person), await passkeys.ask(scene.session, await scene.occasion(), PARTY)

    added = await passkeys.add(scene.session, await scene.occasion(person), PARTY, asked.secret.text, answer, "Avain")
    recognised = await passkeys.recognise(scene.session, await scene.occasion(), PARTY, question.secret.text, answer)

    assert added == NOT_A_PASSKEY
    assert recognised is None


_PIECES = [
    b"",
    b"\x00",
    b"\xff" * 40,
    b"{}",
    b'{"type": "webauthn.get"}',
    b'{"type": "webauthn.get", "challenge": 1, "origin": []}',
    b"\xa0",
    b"\xa3cfmtdnonegattStmt\xa0hauthData\x40",
    bytes(37),
    bytes(32) + b"\xc5" + bytes(30),
]


@pytest.mark.parametrize("piece", _PIECES)
@pytest.mark.parametrize(
    "part", ["clientDataJSON", "authenticatorData", "signature", "attestationObject", "userHandle"]
)
async def test_an_answer_with_a_broken_part_is_not_believed(scene: Scene, part: str, piece: bytes) -> None:
    person, device = await scene.person(), SoftAuthenticator(scene.entropy)
    first = await _asked(scene, person)
    added = await passkeys.add(
        scene.session, await scene.occasion(person), PARTY, first.secret.text, device.makes(first.options), "Avain"
    )
    assert isinstance(added, PasskeyAdded)
    asked, question = await _asked(scene, person), await passkeys.ask(scene.session, await scene.occasion(), PARTY)
    made, answer = json.loads(device.makes(asked.options)), json.loads(device.answers(question.options))
    for each in (made, answer):
        each["response"][part] = piece.hex() if part == "userHandle" else _base64(piece)

    again = await passkeys.add(
        scene.session, await scene.occasion(person), PARTY, asked.secret.text, json.dumps(made), "Avain"
    )
    recognised = await passkeys.recognise(
        scene.session, await scene.occasion(), PARTY, question.secret.text, json.dumps(answer)
    )

    # The passkey is already there, so it is not added again even where the part does not belong to the answer.
    assert again == NOT_A_PASSKEY
    assert recognised is not None
    assert recognised.is_proof is (part == "attestationObject")


def _base64(piece: bytes) -> str:
    return urlsafe_b64encode(piece).decode()
