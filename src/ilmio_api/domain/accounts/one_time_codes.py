"""One-time codes from an application on the person's telephone: the second factor beside a password.

Owns: setting up a generator, and that a code works once.
Does not own: the first factor (`passwords`), how often a code may be tried (`sign_in`), what stands in for a lost
telephone (`recovery_codes`).

Source: TOTP, RFC 6238: six digits, 30 seconds, SHA-1, which is what the applications know.
"""

from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from pyotp import TOTP
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from ilmio_api.access.secrets import Secret
from ilmio_api.db.sealing import Sealer
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import audit, challenges
from ilmio_api.domain.accounts.models import Account
from ilmio_api.domain.accounts.sign_in_models import CodeGenerator
from ilmio_api.domain.accounts.vocabulary import AuditAction
from ilmio_api.domain.accounts.ways_in import own_account
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, conflict, invalid, not_allowed

ISSUER = "Ilmiö API"
"""What the application shows above the code."""

_PURPOSE, _LIFE_S = "codes", 1_800
_STEP_S = 30
_SEED_BYTES = 20
_NEIGHBOURS = (-1, 0, 1)


@dataclass(frozen=True, slots=True)
class CodesAsked:
    """A generator to be set up; nothing is stored until its first code is shown."""

    secret: Secret
    """Goes with the first code."""
    seed: str
    """For typing into the application, in base32."""
    uri: str
    """For the application on the same device."""
    svg: str
    """Picture of the address, for the camera: an element to be put into a page."""


@dataclass(frozen=True, slots=True)
class CodesConfirmed:
    """The generator is in use; one that was there before is not."""


async def ask(session: WriteSession, occasion: Occasion) -> CodesAsked | Refused:
    """Begin to set up the person's own generator; needs a recent sign-in, and is good for half an hour."""
    # Few processes draw such pictures, and the library takes 1 MB.
    import segno  # noqa: PLC0415

    account = await own_account(session, occasion)
    if isinstance(account, Refused):
        return account
    person = await session.get(Account, account)
    if person is None:
        return not_allowed()
    seed = b32encode(occasion.entropy(_SEED_BYTES)).decode()
    secret = await challenges.new(session, occasion, _PURPOSE, {"seed": seed}, _LIFE_S, account)
    uri = TOTP(seed).provisioning_uri(name=person.email or account, issuer_name=ISSUER)
    # A light ground and a margin: cameras do not read light squares on dark ones.
    svg = segno.make(uri, error="m").svg_inline(scale=5, border=4, light="#fff", dark="#000", omitsize=True)
    return CodesAsked(secret, seed, uri, svg)


async def confirm(
    session: WriteSession, occasion: Occasion, sealer: Sealer, text: str, code: str
) -> CodesConfirmed | Refused:
    """Put the generator to use by its first code; after a wrong one, another can be tried.

    Args:
        session: A unit of work on the private tables.
        occasion: Now, as the person.
        sealer: Seals the seed.
        text: Text of the secret of `CodesAsked`.
        code: As typed.
    """
    account = await own_account(session, occasion)
    if isinstance(account, Refused):
        return account
    asked = await challenges.look(session, text, _PURPOSE, occasion.at)
    if asked is None or asked.account != account:
        return conflict(ProblemCode.EXPIRED)
    step = matching_step(asked.state["seed"], code, at=occasion.at, after=0)
    if step is None:
        return invalid(Problem(ProblemCode.WRONG_CODE, ("code",)))
    if await challenges.take(session, text, _PURPOSE, occasion.at) is None:
        return conflict(ProblemCode.EXPIRED)
    row = {"sealed_seed": sealer.seal(asked.state), "confirmed_at": occasion.at, "last_step": step}
    await session.execute(
        insert(CodeGenerator)
        .values(account_id=account, **row)
        .on_conflict_do_update(index_elements=[CodeGenerator.account_id], set_=row)
    )
    await audit.record(
        session,
        occasion,
        AuditAction.CREDENTIAL_ADDED,
        organisation=None,
        target=account,
        after={"kind": "ONE_TIME_CODES"},
    )
    return CodesConfirmed()


async def use(session: WriteSession, sealer: Sealer, account: str, code: str, at: datetime) -> bool:
    """Return whether a code is right and has not been used, nor a later one; if so, it is used now."""
    generator = await session.scalar(
        select(CodeGenerator)
        .where(CodeGenerator.account_id == account, CodeGenerator.confirmed_at.is_not(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if generator is None:
        return False
    seed = sealer.open(generator.sealed_seed)["seed"]
    step = matching_step(seed, code, at=at, after=generator.last_step)
    if step is None:
        return False
    generator.last_step = step
    await session.flush()
    return True


def matching_step(seed: str, code: str, *, at: datetime, after: int) -> int | None:
    """Return the time step that a code belongs to, or None.

    The step before and the one after are right too, because clocks differ and people type slowly (RFC 6238 §5.2).

    Args:
        seed: In base32.
        code: As typed; spaces are left out.
        at: Now.
        after: The last step of which a code was used.
    """
    typed = "".join(code.split()).encode()
    generator, now = TOTP(seed), int(at.timestamp()) // _STEP_S
    steps = (now + difference for difference in _NEIGHBOURS)
    return next(
        (step for step in steps if step > after and compare_digest(generator.generate_otp(step).encode(), typed)),
        None,
    )
