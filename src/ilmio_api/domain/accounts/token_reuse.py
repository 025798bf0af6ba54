"""Codes and refresh tokens that came again after they were used: somebody has a copy.

Owns: what is told about it to the person whose tokens they were, and to who looks after the program.
Does not own: noticing it and ending the tokens (`oauth`), the log that it stands in (`audit`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts.client_models import ApiClient
from ilmio_api.domain.accounts.models import AuditEvent
from ilmio_api.domain.accounts.vocabulary import AuditAction

TOLD_FOR = timedelta(days=30)
"""How long it is told."""


@dataclass(frozen=True, slots=True)
class Reuse:
    """Used tokens of a program came again."""

    client: str
    """Name of the program."""
    last_at: datetime


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
