"""One-time codes: setting up a generator, and that a code works once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest
from pyotp import TOTP
from sqlalchemy import select
from tests.domain.accounts.scene import Scene

from ilmio_api.db.sealing import Sealer
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import one_time_codes
from ilmio_api.domain.accounts.one_time_codes import CodesAsked, CodesConfirmed, matching_step
from ilmio_api.domain.accounts.sign_in_models import CodeGenerator
from ilmio_api.domain.accounts.vocabulary import AuditAction
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, conflict, invalid

# The seed of the examples of RFC 6238, appendix B: "12345678901234567890" in base32.
SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)

    assert matching_step(SEED, code, at=at, after=0) == seconds // 30


@pytest.mark.parametrize(("steps", "found"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_the_neighbouring_codes_are_right_too(at: datetime, steps: int, *, found: bool) -> None:
    code = TOTP(SEED).at(at, counter_offset=steps)

    assert (matching_step(SEED, code, at=at, after=0) is not None) is found


@pytest.mark.parametrize("typed", ["{0}{1}", "{0} {1}", " {0}{1} ", "{0}\u00a0{1}"])
def test_spaces_do_not_matter(at: datetime, typed: str) -> None:
    code = TOTP(SEED).at(at)

    assert matching_step(SEED, typed.format(code[:3], code[3:]), at=at, after=0) is not None


@pytest.mark.parametrize("typed", ["", "0", "1234567", "١٢٣٤٥٦", "x" * 100_000])
def test_what_is_no_code_is_wrong(at: datetime, typed: str) -> None:
    assert matching_step(SEED, typed, at=at, after=0) is None


async def _asked(accounts: WriteSession, scene: Scene, person: str) -> CodesAsked:
    asked = await one_time_codes.ask(accounts, await scene.occasion(person))
    assert isinstance(asked, CodesAsked)
    return asked


async def test_a_generator_is_in_use_after_its_first_code(
    accounts: WriteSession, scene: Scene, sealer: Sealer, at: datetime
) -> None:
    person = await scene.person()
    asked = await _asked(accounts, scene, person)
    code = TOTP(asked.seed).at(at)

    done = await one_time_codes.confirm(accounts, await scene.occasion(person), sealer, asked.secret.text, code)

    assert done == CodesConfirmed()
    generator = (await accounts.scalars(select(CodeGenerator))).one()
    assert sealer.open(generator.sealed_seed) == {"seed": asked.seed}
    assert (await scene.events(None))[-1].after == {"kind": "ONE_TIME_CODES"}
    # The first code has been used.
    assert await one_time_codes.use(accounts, sealer, person, code, at) is False


async def test_the_picture_and_the_address_say_the_same(accounts: WriteSession, scene: Scene) -> None:
    person = await scene.person()
    asked = await _asked(accounts, scene, person)

    address = urlsplit(asked.uri)
    picture = ET.fromstring(asked.svg)  # noqa: S314 - made a line above

    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert address.path == "/Ilmi%C3%B6%20API:henkilo1%40example.fi"
    assert parse_qs(address.query) == {"secret": [asked.seed], "issuer": ["Ilmiö API"]}
    assert len(asked.seed) == 32
    assert picture.tag.endswith("svg")
    assert "style" not in asked.svg


async def test_after_a_wrong_code_another_can_be_tried(
    accounts: WriteSession, scene: Scene, sealer: Sealer, at: datetime
) -> None:
    person = await scene.person()
    asked = await _asked(accounts, scene, person)
    occasion = await scene.occasion(person)

    wrong = await one_time_codes.confirm(accounts, occasion, sealer, asked.secret.text, "x")
    right = await one_time_codes.confirm(accounts, occasion, sealer, asked.secret.text, TOTP(asked.seed).at(at))
    again = await one_time_codes.confirm(accounts, occasion, sealer, asked.secret.text, TOTP(asked.seed).at(at))

    assert wrong == invalid(Problem(ProblemCode.WRONG_CODE, ("code",)))
    assert right == CodesConfirmed()
    assert again == conflict(ProblemCode.EXPIRED)


async def test_a_generator_of_another_person_is_not_confirmed(
    accounts: WriteSession, scene: Scene, sealer: Sealer, at: datetime
) -> None:
    person, other = await scene.person(), await scene.person()
    asked = await _asked(accounts, scene, person)

    refused = await one_time_codes.confirm(
        accounts, await scene.occasion(other), sealer, asked.secret.text, TOTP(asked.seed).at(at)
    )

    assert refused == conflict(ProblemCode.EXPIRED)
    assert (await accounts.scalars(select(CodeGenerator))).all() == []


async def test_no_code_works_twice_nor_one_before_it(
    accounts: WriteSession, scene: Scene, sealer: Sealer, at: datetime
) -> None:
    person = await scene.person()
    accounts.add(CodeGenerator(account_id=person, sealed_seed=sealer.seal({"seed": SEED}), confirmed_at=at))
    await accounts.flush()
    codes = TOTP(SEED)

    assert await one_time_codes.use(accounts, sealer, person, codes.at(at), at) is True
    assert await one_time_codes.use(accounts, sealer, person, codes.at(at), at) is False
    assert await one_time_codes.use(accounts, sealer, person, codes.at(at, counter_offset=-1), at) is False
    assert await one_time_codes.use(accounts, sealer, person, codes.at(at, counter_offset=1), at) is True


async def test_a_new_generator_replaces_the_old_one_when_it_is_confirmed(
    accounts: WriteSession, scene: Scene, sealer: Sealer, at: datetime
) -> None:
    person = await scene.person()
    accounts.add(CodeGenerator(account_id=person, sealed_seed=sealer.seal({"seed": SEED}), confirmed_at=at))
    await accounts.flush()
    asked = await _asked(accounts, scene, person)
    assert await one_time_codes.use(accounts, sealer, person, TOTP(SEED).at(at), at) is True

    later = at + timedelta(minutes=5)
    occasion = await scene.occasion(person, later=timedelta(minutes=5))
    await one_time_codes.confirm(accounts, occasion, sealer, asked.secret.text, TOTP(asked.seed).at(later))

    assert await one_time_codes.use(accounts, sealer, person, TOTP(SEED).at(later), later) is False
    assert await one_time_codes.use(accounts, sealer, person, TOTP(asked.seed).at(later, counter_offset=1), later)


async def test_nobody_has_codes_before_they_are_set_up(
    accounts: WriteSession, scene: Scene, sealer: Sealer, at: datetime, entropy: Callable[[int], bytes]
) -> None:
    del entropy
    person = await scene.person()

    assert await one_time_codes.use(accounts, sealer, person, "123456", at) is False
    refused = await one_time_codes.ask(accounts, await scene.occasion())
    assert isinstance(refused, Refused)
    assert AuditAction.CREDENTIAL_ADDED not in [event.action for event in await scene.events(None)]
