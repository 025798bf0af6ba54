"""Enrolment: a person who has no way in yet makes one, and only then comes in.

Owns: what is open in between, and that the person has no rights and no session until it is done.
Does not own: the ways in (`passkeys`, `passwords`, `one_time_codes`), the links that it begins with (`invitations`,
`set_up`).

The account is made at the start, because ways in belong to one. What the link promised, membership or the platform, is
given at the end, together with recovery codes and a session. Who gives up half-way leaves an account that nobody can
use; the next one who comes with a link for its address begins anew with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, exists, func, select

from ilmio_api.access.principals import Principal
from ilmio_api.access.secrets import Secret
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import challenges, invitations, particulars, persons, recovery_codes, sessions
from ilmio_api.domain.accounts.models import Account, Membership, OrganisationAccount
from ilmio_api.domain.accounts.principals import OPERATOR
from ilmio_api.domain.accounts.sign_in_models import (
    CodeGenerator,
    Identity,
    Passkey,
    Password,
    RecoveryCode,
    Session,
)
from ilmio_api.domain.accounts.vocabulary import MemberRole, SignInMethod
from ilmio_api.domain.accounts.ways_in import ways_in
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, conflict, invalid

_PURPOSE = "enrol"
_TAKEN = conflict(ProblemCode.ALREADY_EXISTS, "email")
_LIFE_S = 1_800


@dataclass(frozen=True, slots=True)
class EnrolmentBegun:
    """An account that nobody can use yet."""

    account: str
    secret: Secret
    """Stays in the browser until the person is in, at most for half an hour."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """An enrolment under way."""

    account: str
    name: str | None
    email: str | None
    occasion: Occasion
    """As the person, who has no right but to make their own ways in."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The person is in."""

    account: str
    session: sessions.Begun
    recovery_codes: tuple[str, ...]
    """To be shown once."""


async def begin(
    session: WriteSession,
    occasion: Occasion,
    invitation: bytes,
    name: str,
    language: str,
    *,
    takes_address: bool = False,
) -> EnrolmentBegun | Refused:
    """Begin the enrolment of somebody who was invited and has no account; the address is that of the invitation.

    Args:
        session: A unit of work on the private tables.
        occasion: Now; nobody is signed in.
        invitation: Digest of the secret of its link.
        name: What the person is called.
        language: Language of pages and mails.
        takes_address: Whether the person says that an account that has the address already is not theirs. If the link
            was mailed, and nobody has proved the address for that account, it loses the address.
    """
    invited = await invitations.find(session, invitation, occasion.at)
    if invited is None or invited.email is None:
        return conflict(ProblemCode.EXPIRED)
    only_through_provider = await session.scalar(
        select(OrganisationAccount.single_sign_on_required).where(
            OrganisationAccount.organisation_id == invited.organisation
        )
    )
    if only_through_provider and invited.role is not MemberRole.OWNER:
        return conflict(ProblemCode.SINGLE_SIGN_ON_REQUIRED, organisation=invited.organisation)
    promised = {"invitation": invitation.hex()}
    begun = await begin_with(session, occasion, name, invited.email, language, promised)
    if begun != _TAKEN or not (takes_address and invited.is_mailed and invited.email):
        return begun
    await persons.free_address(session, occasion, invited.email)
    return await begin_with(session, occasion, name, invited.email, language, promised)


async def begin_with(
    session: WriteSession,
    occasion: Occasion,
    name: str,
    email: str,
    language: str,
    promised: Mapping[str, Any],
) -> EnrolmentBegun | Refused:
    """Begin an enrolment, as part of a command that has looked at a link.

    Args:
        session: A unit of work on the private tables.
        occasion: Now.
        name: What the person is called.
        email: Where mail reaches them.
        language: Language of pages and mails.
        promised: What the link promises: `{"invitation": digest}` or `{"platform": true}`.
    """
    unfinished = await _unfinished(session, email)
    account = unfinished or await persons.create(session, occasion, name, email, language)
    if isinstance(account, Refused):
        return account
    if unfinished and (refused := await _begun_anew(session, account, name, language)):
        return refused
    secret = await challenges.new(session, occasion, _PURPOSE, promised, _LIFE_S, account)
    return EnrolmentBegun(account, secret)


async def under_way(session: WriteSession, occasion: Occasion, text: str) -> Enrolment | None:
    """Return the enrolment that a browser is at, or None; `text` is the text of its secret."""
    remembered = await challenges.look(session, text, _PURPOSE, occasion.at)
    person = await session.get(Account, remembered.account) if remembered and remembered.account else None
    if person is None or person.disabled_at or person.erased_at:
        return None
    # The link was a proof, just now; it says who it is and opens nothing.
    own = replace(occasion, principal=Principal(account=person.id), authenticated_at=occasion.at)
    return Enrolment(person.id, person.name, person.email, own)


async def finish(session: WriteSession, occasion: Occasion, text: str, browser: str) -> Enrolled | Refused:
    """Give the person what the link promised, recovery codes and a session.

    Args:
        session: A unit of work on the private tables.
        occasion: Now.
        text: Text of the secret of the enrolment.
        browser: The header `User-Agent`.

    Returns:
        Refused without a way in (REQUIRED), and when the link has meanwhile lost its worth.
    """
    enrolment = await under_way(session, occasion, text)
    if enrolment is None:
        return conflict(ProblemCode.EXPIRED)
    account = enrolment.account
    # Of two requests at once, the second finds the step taken.
    await session.execute(select(Account.id).where(Account.id == account).with_for_update(key_share=True))
    remembered = await challenges.look(session, text, _PURPOSE, occasion.at)
    if remembered is None:
        return conflict(ProblemCode.EXPIRED)
    if (await ways_in(session, account)).count == 0:
        return conflict(ProblemCode.REQUIRED, "wayIn")
    promised = await _promised(session, enrolment, remembered.state)
    if isinstance(promised, Refused):
        return promised
    codes = await recovery_codes.renew(session, enrolment.occasion)
    if isinstance(codes, Refused):
        return codes
    await challenges.take(session, text, _PURPOSE, occasion.at)
    begun = await sessions.begin(session, enrolment.occasion, account, promised, browser=browser)
    return Enrolled(account, begun, codes.codes)


async def no_platform_admin(session: WriteSession) -> bool:
    """Return whether nobody administers the platform; until the unit of work ends, nobody else becomes the first."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("ilmio.set-up", 0))))
    found = exists().where(Account.is_platform_admin, Account.disabled_at.is_(None))
    return not await session.scalar(select(found))


async def _promised(session: WriteSession, enrolment: Enrolment, state: Mapping[str, Any]) -> SignInMethod | Refused:
    """Give what the link promised, and return how the person came in."""
    if "invitation" in state:
        digest = bytes.fromhex(state["invitation"])
        joined = await invitations.accept(session, enrolment.occasion, digest, enrolment.account)
        return joined if isinstance(joined, Refused) else SignInMethod.INVITATION
    if not await no_platform_admin(session):
        return conflict(ProblemCode.ALREADY_DECIDED)
    operation = replace(enrolment.occasion, principal=OPERATOR)
    made = await persons.make_platform_admin(session, operation, enrolment.account)
    return made if isinstance(made, Refused) else SignInMethod.SETUP_LINK


async def _unfinished(session: WriteSession, email: str) -> str | None:
    """Return the account of an enrolment that was given up, or None.

    It has never been used and is nothing anywhere. Everything else with this address is somebody's account, and a
    link does not prove whose.
    """
    belongings = (Session, RecoveryCode, Identity, Membership)
    return await session.scalar(
        select(Account.id)
        .where(
            Account.email == email.strip().lower(),
            Account.is_platform_admin.is_(False),
            Account.disabled_at.is_(None),
            *(~exists().where(table.account_id == Account.id) for table in belongings),
        )
        .with_for_update(key_share=True)
    )


async def _begun_anew(session: WriteSession, account: str, name: str, language: str) -> Refused | None:
    """Take the account of an enrolment that was given up: nothing that was made for it lets anybody in."""
    kept = particulars.name_of(name, "name")
    if isinstance(kept, Problem):
        return invalid(kept)
    for table in (Passkey, Password, CodeGenerator):
        await session.execute(
            delete(table).where(table.account_id == account).execution_options(synchronize_session=False)
        )
    await challenges.forget_all(session, account)
    person = await session.get_one(Account, account, populate_existing=True)
    person.name, person.language = kept, particulars.language_of(language)
    await session.flush()
    return None
