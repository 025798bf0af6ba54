"""Codes and refresh tokens that came again after they were used: somebody has a copy.

Owns: what is told about it to the person whose tokens they were, and to who looks after the program; who gets a mail.
Does not own: noticing it and ending the tokens (`oauth`), the log that it stands in (`audit`), the mails (`console`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts.client_models import ApiClient
from ilmio_api.domain.accounts.models import Account, AuditEvent, Membership
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole

TOLD_FOR = timedelta(days=30)
"""How long it is told."""

QUIET = timedelta(hours=1)
"""A mail is not followed by another one about the same for so long."""


@dataclass(frozen=True, slots=True)
class Reuse:
    """Used tokens of a program came again."""

    client: str
    """Name of the program."""
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that is due."""

    email: str
    """Address that the person has proved to be theirs."""
    language: str | None
    at: datetime
    client: str
    """Id of the program."""
    name: str
    organisation: str | None
    """Whose program it is, where the mail is for an owner of it; None for the person whose tokens they were."""


async def letters(session: WriteSession, client: ApiClient, account: str | None, at: datetime) -> Sequence[Letter]:
    """Return the mails that are due when used tokens of a client come again, before that stands in the log.

    The person gets one when there was none about them and the client for an hour, the owners when there was none about
    the client.

    Args:
        session: Unit of work that ends the tokens.
        client: The client.
        account: The person whose tokens they were.
        at: When they came.
    """
    told = await session.scalars(
        select(AuditEvent.actor_id).where(
            AuditEvent.action == AuditAction.TOKEN_REUSED,
            AuditEvent.organisation_id == client.organisation_id,
            AuditEvent.client_id == client.id,
            AuditEvent.at > at - QUIET,
        )
    )
    lately = set(told)
    own = Account.id == account
    if lately:
        due = own if account not in lately else None
    else:
        owners = select(Membership.account_id).where(
            Membership.organisation_id == client.organisation_id, Membership.role == MemberRole.OWNER
        )
        due = or_(own, Account.id.in_(owners))
    if due is None:
        return []
    reached = Account.email.is_not(None), Account.email_verified_at.is_not(None), Account.disabled_at.is_(None)
    people = await session.scalars(select(Account).where(due, *reached).order_by(Account.id))
    return [
        Letter(
            email=each.email or "",
            language=each.language,
            at=at,
            client=client.id,
            name=client.name,
            organisation=None if each.id == account else client.organisation_id,
        )
        for each in people
    ]


async def of_person(session: WriteSession, account: str, at: datetime) -> Sequence[Reuse]:
    """Return the programs whose tokens for a person came again of late, the last first."""
    return await _reuses(session, at, AuditEvent.actor_id == account)


async def of_client(session: WriteSession, organisation: str, client: str, at: datetime) -> Reuse | None:
    """Return when a token of a program of an organisation last came again, if that was of late."""
    found = await _reuses(session, at, AuditEvent.organisation_id == organisation, AuditEvent.client_id == client)
    return found[0] if found else None


async def _reuses(session: WriteSession, at: datetime, *whose: ColumnElement[bool]) -> Sequence[Reuse]:
    """Return what the log tells of reuse."""
    last_at = func.max(AuditEvent.at)
    found = await session.execute(
        select(ApiClient.name, last_at)
        .join(ApiClient, ApiClient.id == AuditEvent.client_id)
        .where(AuditEvent.action == AuditAction.TOKEN_REUSED, AuditEvent.at > at - TOLD_FOR, *whose)
        .group_by(ApiClient.id)
        .order_by(last_at.desc())
    )
    return [Reuse(name, when) for name, when in found]
