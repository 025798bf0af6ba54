"""Commands on the mail domains of organisations.

Owns: naming a domain, proving it by a record in the domain name system, removing it.
Does not own: asking the domain name system (a function that is passed in), what a verified domain is good for
(`identity_providers`, `oauth`).

Any organisation may name any domain; only what it has proved means something.
"""

import asyncio
from base64 import b32encode
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TypeAlias

import idna
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from ilmio_api.access.scopes import Scope
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import audit
from ilmio_api.domain.accounts.authority import locked_policy, policy_for, still_may
from ilmio_api.domain.accounts.sign_in_models import VerifiedDomain
from ilmio_api.domain.accounts.vocabulary import AuditAction
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, conflict, invalid, not_allowed, step_up_needed

MOST_DOMAINS = 20
"""Most domains of an organisation."""

Lookup: TypeAlias = Callable[[str], Awaitable[Sequence[str]]]
"""Gives the texts of the TXT records under a name, each in one piece; none when there are none.

It raises OSError when nobody answers.
"""

Works: TypeAlias = Callable[[], AbstractAsyncContextManager[WriteSession]]
"""Opens a unit of work on the private tables, on behalf of who asks."""

_LOOKUP_S = 3.0
_LONGEST_DOMAIN = 253
_PROOF_BYTES = 20


@dataclass(frozen=True, slots=True)
class DomainAdded:
    """A domain was named; now its owner puts a record there."""

    id: str
    domain: str
    record_name: str
    """Name of the TXT record."""
    record_value: str
    """Its text."""


@dataclass(frozen=True, slots=True)
class DomainVerified:
    """The record was found: the domain is the organisation's own."""

    id: str
    domain: str


@dataclass(frozen=True, slots=True)
class DomainRemoved:
    """A domain means nothing any more for the organisation."""

    id: str


def canonical(text: str) -> str | None:
    """Return a domain in lower case and in ASCII (IDNA 2008), or None when the text is not a domain.

    A domain has two labels at least: nobody owns a whole top level.
    """
    try:
        domain = idna.encode(text.strip(), uts46=True, std3_rules=True).decode("ascii").removesuffix(".")
    except (idna.IDNAError, UnicodeError):
        return None
    # A last label of digits is the end of an IPv4 address (RFC 1123 §2.1).
    top = domain.rpartition(".")[2]
    return domain if "." in domain and not top.isdigit() and len(domain) <= _LONGEST_DOMAIN else None


def record_name(domain: str) -> str:
    """Return the name under which the proof of a domain stands."""
    return f"_ilmio.{domain}"


async def add(session: WriteSession, occasion: Occasion, organisation: str, domain: str) -> DomainAdded | Refused:
    """Name a domain that the organisation is about to prove its own.

    Args:
        session: Unit of work.
        occasion: Who asks; needs `org:settings` in the organisation and a recent sign-in.
        organisation: The organisation.
        domain: The domain, in any usual form.
    """
    policy = await policy_for(session, occasion, organisation, Scope.SETTINGS)
    if isinstance(policy, Refused):
        return policy
    name = canonical(domain)
    if name is None:
        return invalid(Problem(ProblemCode.NOT_A_DOMAIN, ("domain",)))
    named = await session.scalars(select(VerifiedDomain.domain).where(VerifiedDomain.organisation_id == organisation))
    theirs = named.all()
    if name in theirs:
        return conflict(ProblemCode.ALREADY_EXISTS, "domain")
    if len(theirs) >= MOST_DOMAINS:
        return conflict(ProblemCode.TOO_MANY, most=MOST_DOMAINS)
    random = b32encode(occasion.entropy(_PROOF_BYTES)).decode("ascii").lower()
    row = VerifiedDomain(
        id=occasion.new_id("domain"),
        organisation_id=organisation,
        domain=name,
        proof=f"ilmio-verification={random}",
    )
    session.add(row)
    await session.flush()
    await audit.record(
        session,
        occasion,
        AuditAction.DOMAIN_ADDED,
        organisation=organisation,
        target=row.id,
        after={"domain": name},
    )
    return DomainAdded(row.id, name, record_name(name), row.proof)


async def verify(work: Works, occasion: Occasion, domain_id: str, lookup: Lookup) -> DomainVerified | Refused:
    """Look for the proof of a domain; one that was found before stays proved.

    No unit of work is open while the domain name system is asked: a slow one keeps nobody else waiting.

    Args:
        work: Opens units of work.
        occasion: Who asks; needs `org:settings` in the organisation and a recent sign-in.
        domain_id: What `add` has given.
        lookup: Asks the domain name system; after three seconds it is left alone.
    """
    async with work() as session:
        row = await _managed_domain(session, occasion, domain_id)
        if isinstance(row, Refused):
            return row
        if row.verified_at is not None:
            return DomainVerified(row.id, row.domain)
        name = record_name(row.domain)
    try:
        async with asyncio.timeout(_LOOKUP_S):
            texts = await lookup(name)
    except OSError:
        return conflict(ProblemCode.TRY_LATER, "domain")
    async with work() as session:
        return await _verified(session, occasion, domain_id, texts)


async def remove(session: WriteSession, occasion: Occasion, domain_id: str) -> DomainRemoved | Refused:
    """Remove a domain; not the last that is proved while members have to come through the identity provider.

    Args:
        session: Unit of work.
        occasion: Who asks; needs `org:settings` in the organisation and a recent sign-in.
        domain_id: The domain.
    """
    row = await _managed_domain(session, occasion, domain_id)
    if isinstance(row, Refused):
        return row
    policy = await locked_policy(session, row.organisation_id)
    proved = select(func.count()).where(
        VerifiedDomain.organisation_id == row.organisation_id,
        VerifiedDomain.verified_at.is_not(None),
        VerifiedDomain.id != row.id,
    )
    if policy is not None and policy.single_sign_on_required and not await session.scalar(proved):
        return conflict(ProblemCode.IN_USE, by="single_sign_on_required")
    await session.delete(row)
    await session.flush()
    await audit.record(
        session,
        occasion,
        AuditAction.DOMAIN_REMOVED,
        organisation=row.organisation_id,
        target=domain_id,
        before={"domain": row.domain, "verified_at": row.verified_at},
    )
    return DomainRemoved(domain_id)


async def organisation_of(session: WriteSession, domain: str) -> str | None:
    """Return the organisation that has proved a domain, or None; a part of a proved domain is not proved."""
    return await session.scalar(
        select(VerifiedDomain.organisation_id).where(
            VerifiedDomain.domain == canonical(domain), VerifiedDomain.verified_at.is_not(None)
        )
    )


async def _verified(
    session: WriteSession, occasion: Occasion, domain_id: str, texts: Sequence[str]
) -> DomainVerified | Refused:
    """Take the proof of a domain, if it is among the texts that were found."""
    # Once more: whoever asks may have lost the right, and the domain may be gone or proved, while nobody was looking.
    row = await _managed_domain(session, occasion, domain_id)
    if isinstance(row, Refused):
        return row
    if row.verified_at is not None:
        return DomainVerified(row.id, row.domain)
    if row.proof not in {text.strip() for text in texts}:
        return conflict(ProblemCode.NOT_FOUND, "record", name=record_name(row.domain), value=row.proof)
    try:
        async with session.begin_nested():
            row.verified_at = occasion.at
            await session.flush()
    except IntegrityError:
        # The database allows one organisation for a domain, also when two prove it at the same moment.
        return conflict(ProblemCode.ALREADY_EXISTS, "domain")
    await audit.record(
        session,
        occasion,
        AuditAction.DOMAIN_VERIFIED,
        organisation=row.organisation_id,
        target=row.id,
        after={"domain": row.domain},
    )
    return DomainVerified(row.id, row.domain)


async def _managed_domain(session: WriteSession, occasion: Occasion, domain_id: str) -> VerifiedDomain | Refused:
    """Return a domain that the one who asks may manage, locked; a hidden one and none at all look the same."""
    row = await session.scalar(
        select(VerifiedDomain)
        .where(VerifiedDomain.id == domain_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or not await still_may(session, occasion, row.organisation_id, Scope.SETTINGS):
        return not_allowed("domain")
    return row if occasion.is_recent() else step_up_needed()
