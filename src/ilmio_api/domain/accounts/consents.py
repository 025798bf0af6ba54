"""Consents: a person lets an application act for them.

Owns: what a person has consented to, giving and withdrawing it.
Does not own: the page that asks (`console`), when it is asked (`oauth`), what organisations grant (`applications`).
"""

from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from ilmio_api.access.scopes import Scope, scopes_of, values_of
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import audit
from ilmio_api.domain.accounts.client_models import ApiClient, Consent
from ilmio_api.domain.accounts.revocation import end_authorisations
from ilmio_api.domain.accounts.vocabulary import AuditAction
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, invalid, not_allowed


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """A person lets an application act for them."""

    client: str
    scopes: frozenset[Scope]
    """Everything consented to so far."""


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """A person does not let an application act for them any more."""

    client: str


async def consented(session: WriteSession, account: str, client: str) -> frozenset[Scope]:
    """Return what a person has consented to; empty when nothing."""
    scopes = await session.scalar(
        select(Consent.scopes).where(Consent.account_id == account, Consent.client_id == client)
    )
    return scopes_of(" ".join(scopes or ()))


async def give(
    session: WriteSession, occasion: Occasion, client: str, scopes: frozenset[Scope]
) -> ConsentGiven | Refused:
    """Note that a person lets an application act for them within scopes, beside those consented to before.

    Args:
        session: Unit of work.
        occasion: The person, who is signed in here; a program that acts for them cannot consent.
        client: The application.
        scopes: What it may be used for.
    """
    account = None if occasion.principal.client else occasion.principal.account
    # Locked, so that it is not deleted meanwhile with all consents but this.
    known = await session.scalar(
        select(ApiClient.scopes)
        .where(ApiClient.id == client, ApiClient.deleted_at.is_(None))
        .with_for_update(read=True, key_share=True)
    )
    if account is None or known is None:
        return not_allowed("client")
    beyond = scopes - scopes_of(" ".join(known))
    if beyond:
        return invalid(*(Problem(ProblemCode.SCOPE_NOT_ALLOWED, ("scopes",), {"scope": each}) for each in beyond))
    before = await consented(session, account, client)
    whole = before | scopes
    if whole != before:
        values = {"scopes": values_of(whole), "given_at": occasion.at}
        await session.execute(
            insert(Consent)
            .values(account_id=account, client_id=client, **values)
            .on_conflict_do_update(index_elements=[Consent.account_id, Consent.client_id], set_=values)
        )
        await audit.record(
            session,
            occasion,
            AuditAction.CONSENT_GIVEN,
            organisation=None,
            target=client,
            before={"scopes": values_of(before)},
            after={"scopes": values_of(whole)},
        )
    return ConsentGiven(client, whole)


async def withdraw(session: WriteSession, occasion: Occasion, client: str) -> ConsentWithdrawn | Refused:
    """Take back a consent; the application's tokens for the person end at once.

    Args:
        session: Unit of work.
        occasion: The person, who is signed in here, or the application itself that acts for them.
        client: The application.
    """
    account = occasion.principal.account if occasion.principal.client in {None, client} else None
    if account is None:
        return not_allowed("client")
    before = await session.scalar(
        delete(Consent)
        .where(Consent.account_id == account, Consent.client_id == client)
        .returning(Consent.scopes)
        .execution_options(synchronize_session=False)
    )
    ended = await end_authorisations(session, occasion.at, client, [account])
    if before is None and not ended:
        return not_allowed("client")
    await audit.record(
        session,
        occasion,
        AuditAction.CONSENT_WITHDRAWN,
        organisation=None,
        target=client,
        before={"scopes": before or []},
        after={"ended_authorisations": ended},
    )
    return ConsentWithdrawn(client)


async def ask_again(session: WriteSession, client: str) -> None:
    """Let everybody be asked again who has consented to a client. Each finds it among theirs still, to withdraw it."""
    await session.execute(
        update(Consent)
        .where(Consent.client_id == client)
        .values(scopes=[])
        .execution_options(synchronize_session=False)
    )


async def forget(session: WriteSession, client: str) -> None:
    """Remove all consents to a client, as part of its deletion."""
    await session.execute(
        delete(Consent).where(Consent.client_id == client).execution_options(synchronize_session=False)
    )
