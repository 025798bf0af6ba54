"""Passkeys: a key pair in the person's device, which verifies the person before it signs.

Owns: whose passkeys there are, adding and removing them, recognising one by its answer.
Does not own: what is said to the browser and believed of it (`ceremonies`), how often it may be tried and who may sign
in (`sign_in`), the script in the page (`console`).

The device has to verify the person (finger, face or PIN), which makes a passkey two factors in one, and to remember
for whom it is, so nobody types an address first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from ilmio_api.access.secrets import Secret
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import audit, challenges, particulars
from ilmio_api.domain.accounts.models import Account
from ilmio_api.domain.accounts.sign_in_models import Passkey
from ilmio_api.domain.accounts.vocabulary import AuditAction
from ilmio_api.domain.accounts.ways_in import own_account, refusal_of_removing
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, conflict, invalid, not_allowed
from ilmio_api.ids import uuid_of

if TYPE_CHECKING:
    from ilmio_api.domain.accounts.ceremonies import Ceremony

MOST = 20
"""Passkeys that a person may have."""

_ADDING, _SIGNING_IN, _LIFE_S = "passkey-new", "passkey", 300
_CHALLENGE_BYTES = 32


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who the passkeys are for: a name in the web, and nothing that looks like it."""

    id: str
    """Name of the host."""
    origin: str
    """The only origin from which answers are taken."""
    name: str = "Ilmiö API"
    """What the browser shows."""


@dataclass(frozen=True, slots=True)
class PasskeyAsked:
    """A question to the browser."""

    secret: Secret
    """Comes back with the answer."""
    options: str
    """JSON for `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`."""


@dataclass(frozen=True, slots=True)
class PasskeyAdded:
    """A passkey that can be used from now on."""

    id: str


@dataclass(frozen=True, slots=True)
class PasskeyRemoved:
    """A passkey that works no more."""

    id: str


@dataclass(frozen=True, slots=True)
class Recognised:
    """A passkey that is known."""

    id: str
    account: str
    is_proof: bool
    """Whether the answer was signed by it, for us, now, after verifying the person."""


def relying_party(issuer: str) -> RelyingParty:
    """Return the relying party of a service that the world knows by an address."""
    parts = urlsplit(issuer)
    return RelyingParty(id=parts.hostname or "", origin=f"{parts.scheme}://{parts.netloc}".lower())


async def ask_to_add(session: WriteSession, occasion: Occasion, party: RelyingParty) -> PasskeyAsked | Refused:
    """Ask the browser to make a passkey for the person who is there; needs a recent sign-in."""
    account = await own_account(session, occasion)
    if isinstance(account, Refused):
        return account
    person = await session.get(Account, account)
    if person is None:
        return not_allowed()
    known = await _known(session, account)
    if len(known) >= MOST:
        return conflict(ProblemCode.TOO_MANY, most=MOST)
    challenge = occasion.entropy(_CHALLENGE_BYTES)
    address = person.email or account
    options = _ceremony(party, challenge).to_make(
        party.name, (uuid_of(account).bytes, address, person.name or address), known
    )
    secret = await challenges.new(session, occasion, _ADDING, {"challenge": challenge.hex()}, _LIFE_S, account)
    return PasskeyAsked(secret, options)


async def add(  # noqa: PLR0911 - each way in which it can go wrong is one line
    session: WriteSession, occasion: Occasion, party: RelyingParty, text: str, answer: str, label: str
) -> PasskeyAdded | Refused:
    """Keep the passkey that the browser has made for the person who is there; needs a recent sign-in.

    Args:
        session: A unit of work on the private tables.
        occasion: Now, as the person.
        party: Who it is for.
        text: Text of the secret of `PasskeyAsked`.
        answer: JSON of the browser's `PublicKeyCredential`.
        label: By which the person will recognise it.
    """
    account = await own_account(session, occasion)
    if isinstance(account, Refused):
        return account
    name = particulars.name_of(label, "label")
    if isinstance(name, Problem):
        return invalid(name)
    asked = await challenges.take_with_account(session, text, _ADDING, occasion.at)
    if asked is None or asked.account != account:
        return conflict(ProblemCode.EXPIRED)
    made = _ceremony(party, bytes.fromhex(asked.state["challenge"])).made(answer)
    if made is None:
        return invalid(Problem(ProblemCode.NOT_A_PASSKEY))
    # The person's row is held, so that two answers at once do not pass the limit together.
    await session.execute(select(Account.id).where(Account.id == account).with_for_update(key_share=True))
    if await session.scalar(select(func.count()).where(Passkey.account_id == account)) == MOST:
        return conflict(ProblemCode.TOO_MANY, most=MOST)
    passkey = Passkey(
        id=occasion.new_id("passkey"),
        credential_id=made.credential.credential_id,
        account_id=account,
        public_key=made.credential.credential_public_key,
        sign_count=made.credential.sign_count,
        transports=made.transports,
        aaguid=made.credential.aaguid,
        backed_up=made.credential.credential_backed_up,
        label=name,
        created_at=occasion.at,
    )
    try:
        async with session.begin_nested():
            session.add(passkey)
    except IntegrityError:
        # Only the id of the credential can be there already: no device makes the same one twice.
        return invalid(Problem(ProblemCode.NOT_A_PASSKEY))
    await _record(session, occasion, AuditAction.CREDENTIAL_ADDED, passkey.id)
    return PasskeyAdded(passkey.id)


async def remove(session: WriteSession, occasion: Occasion, passkey_id: str) -> PasskeyRemoved | Refused:
    """Remove one of the person's own passkeys; needs a recent sign-in, and another way in."""
    account = await own_account(session, occasion)
    if isinstance(account, Refused):
        return account
    mine = (Passkey.id == passkey_id, Passkey.account_id == account)
    if await session.scalar(select(Passkey.id).where(*mine)) is None:
        return not_allowed("passkey")
    if refusal := await refusal_of_removing(session, account, passkeys=1):
        return refusal
    removed = await session.scalar(delete(Passkey).where(*mine).returning(Passkey.id))
    if removed is None:
        return not_allowed("passkey")
    await _record(session, occasion, AuditAction.CREDENTIAL_REMOVED, passkey_id)
    return PasskeyRemoved(passkey_id)


async def ask(
    session: WriteSession, occasion: Occasion, party: RelyingParty, account: str | None = None
) -> PasskeyAsked:
    """Ask the browser for a passkey.

    Args:
        session: A unit of work on the private tables.
        occasion: Now.
        party: Who asks.
        account: The person who has to be there, because they are signed in; None for anybody.
    """
    challenge = occasion.entropy(_CHALLENGE_BYTES)
    # To somebody who is not signed in, nothing is told of which passkeys there are.
    known = await _known(session, account) if account else []
    options = _ceremony(party, challenge).to_sign(known)
    secret = await challenges.new(session, occasion, _SIGNING_IN, {"challenge": challenge.hex()}, _LIFE_S, account)
    return PasskeyAsked(secret, options)


async def recognise(
    session: WriteSession, occasion: Occasion, party: RelyingParty, text: str, answer: str
) -> Recognised | None:
    """Return which passkey has answered, and whether it proves anything; each question is answered once.

    Args:
        session: A unit of work on the private tables.
        occasion: Now.
        party: Who asked.
        text: Text of the secret of `PasskeyAsked`.
        answer: JSON of the browser's `PublicKeyCredential`.

    Returns:
        None when the question is unknown or too old, or the passkey unknown.
    """
    asked = await challenges.take_with_account(session, text, _SIGNING_IN, occasion.at)
    if asked is None:
        return None
    ceremony = _ceremony(party, bytes.fromhex(asked.state["challenge"]))
    credential = ceremony.signed(answer)
    if credential is None:
        return None
    passkey = await session.scalar(
        # Held, because two answers of a copied passkey must not both find the same count of signatures.
        select(Passkey)
        .where(Passkey.credential_id == credential.raw_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if passkey is None:
        return None
    handle = credential.response.user_handle
    is_theirs = asked.account in {None, passkey.account_id} and handle in {None, uuid_of(passkey.account_id).bytes}
    proof = ceremony.proof(credential, passkey.public_key, passkey.sign_count)
    if proof is None:
        return Recognised(passkey.id, passkey.account_id, is_proof=False)
    if is_theirs:
        passkey.sign_count, passkey.backed_up = proof.new_sign_count, proof.credential_backed_up
        passkey.last_used_at = occasion.at
        await session.flush()
    return Recognised(passkey.id, passkey.account_id, is_proof=is_theirs)


def _ceremony(party: RelyingParty, challenge: bytes) -> "Ceremony":
    """Return one question to a browser, with its answer."""
    # Few processes ever see a passkey, and the library takes 6 MB.
    from ilmio_api.domain.accounts.ceremonies import Ceremony  # noqa: PLC0415

    return Ceremony(party.id, party.origin, challenge, _LIFE_S)


async def _known(session: WriteSession, account: str) -> Sequence[tuple[bytes, Sequence[str]]]:
    """Return the passkeys of a person: the id by which devices know each, and how it is reached."""
    found = await session.execute(
        select(Passkey.credential_id, Passkey.transports).where(Passkey.account_id == account).order_by(Passkey.id)
    )
    return [(row.credential_id, row.transports) for row in found]


async def _record(session: WriteSession, occasion: Occasion, action: AuditAction, passkey: str) -> None:
    """Record that a passkey came or went."""
    state: dict[str, Any] = {"kind": "PASSKEY"}
    added = action is AuditAction.CREDENTIAL_ADDED
    await audit.record(
        session,
        occasion,
        action,
        organisation=None,
        target=passkey,
        before=None if added else state,
        after=state if added else None,
    )
