"""The audit log: what was done, by whom, with which credential.

Owns: adding events, the chain of hashes through them, checking the chain, exporting.
Does not own: that nothing in it changes (`walls`, migration 0005), reading it a page at a time (`schema`).

Events of an organisation are a chain of their own, and so are those outside of every organisation. Whoever adds one
holds the end of the chain until the transaction ends: a command records last, and an export never inside of it.
"""

import csv
import io
import json
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from ilmio_api.access.scopes import Scope
from ilmio_api.db.session import WriteSession, accounts_work
from ilmio_api.domain.accounts.models import AuditEvent, OrganisationAccount
from ilmio_api.domain.accounts.vocabulary import AuditAction
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Refused, not_allowed

_BEFORE_THE_FIRST = bytes(32)
_ROWS_AT_ONCE = 1_000


async def record(  # noqa: PLR0913 - an event has these parts, and every one but three is optional
    session: WriteSession,
    occasion: Occasion,
    action: AuditAction,
    *,
    organisation: str | None,
    target: str | None = None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    actor: str | None = None,
) -> None:
    """Add an event to the log. It lasts if the unit of work does.

    An event about a person names both: who did it as the actor, to whom it was done as the target.

    Args:
        session: Unit of work of the command that did it.
        occasion: Who did it and when.
        action: What was done.
        organisation: Organisation whose log it belongs to; None for what concerns no organisation.
        target: Id of what it was done to; the account, where that is a person.
        before: Ids, roles, scopes, numbers and dates as they were. Never names, addresses or secrets.
        after: The same as they are now.
        actor: Account of who did it, when that is not the account of the occasion.

    Raises:
        TypeError: `before` or `after` holds something that would not come back from the database as it was.
    """
    chain = organisation or ""
    sequence, previous_hash = await _end_of(session, chain)
    event = AuditEvent(
        id=occasion.new_id("audit"),
        chain=chain,
        sequence=sequence + 1,
        organisation_id=organisation,
        at=occasion.at,
        action=action,
        actor_id=actor or occasion.principal.account,
        client_id=occasion.principal.client,
        credential_id=occasion.principal.credential,
        target_id=target,
        before=None if before is None else _plain_mapping(before),
        after=None if after is None else _plain_mapping(after),
        trace_id=occasion.trace_id,
        previous_hash=previous_hash,
    )
    values = {column.key: getattr(event, column.key) for column in AuditEvent.__table__.columns}
    # Not through the session: it would keep every event, and write them in an order of its own.
    await session.execute(insert(AuditEvent).values({**values, "hash": _hash_of(event)}))


async def note_personal_data_read(
    session: WriteSession, occasion: Occasion, organisation: str, *, kinds: Collection[str]
) -> None:
    """Record that personal data of an organisation was read.

    Args:
        session: Unit of work.
        occasion: Who read it and when.
        organisation: Organisation to which the data belongs.
        kinds: What was read, such as `members` or `contacts`.
    """
    await record(
        session,
        occasion,
        AuditAction.PERSONAL_DATA_READ,
        organisation=organisation,
        after={"kinds": sorted(kinds)},
    )


async def verify(session: WriteSession, organisation: str | None) -> str | None:
    """Return the first event that does not fit into its chain, or None when all do.

    An event does not fit when something in it has changed, or when an event before it was changed, added or removed.
    What was cut off at the end cannot be seen from the chain; an export that somebody has kept shows it.
    """
    previous, sequence = _BEFORE_THE_FIRST, 0
    while events := await _events_after(session, organisation or "", sequence):
        for event in events:
            sequence += 1
            if (event.sequence, event.previous_hash, event.hash) != (sequence, previous, _hash_of(event)):
                return event.id
            previous = event.hash
    return None


class ExportForm(StrEnum):
    """How an exported log is written."""

    JSON_LINES = "JSON_LINES"
    """One JSON object a line."""
    CSV = "CSV"
    """Comma-separated values (RFC 4180) with a line of names; states before and after as JSON."""


@dataclass(frozen=True, slots=True)
class Export:
    """An export that was allowed and recorded."""

    organisation: str | None
    form: ExportForm
    since: datetime | None
    """First time of it; None for the beginning."""
    until: datetime | None
    """First time that is not in it any more; None for the end."""
    acting: str
    """Credential of who asked."""


async def begin_export(
    session: WriteSession,
    occasion: Occasion,
    organisation: str | None,
    form: ExportForm,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Export | Refused:
    """Allow and record an export; `exported` gives its lines once this unit of work has ended.

    Args:
        session: Unit of work.
        occasion: Who asks; needs `audit:read` in the organisation, or an elevated administrator of the platform.
        organisation: Whose log; None for what concerns no organisation, which only an elevated administrator reads.
        form: How it is written.
        since: First time of it; None for the beginning.
        until: First time that is not in it any more; None for the end.
    """
    principal = occasion.principal
    allowed = principal.elevated or (organisation is not None and principal.may(Scope.AUDIT_READ, organisation))
    if not allowed or principal.credential is None:
        return not_allowed("organisation")
    if organisation is not None and await session.get(OrganisationAccount, organisation) is None:
        return not_allowed("organisation")
    after = {"form": form, "since": since, "until": until}
    await record(session, occasion, AuditAction.AUDIT_EXPORTED, organisation=organisation, after=after)
    return Export(organisation, form, since, until, principal.credential)


async def exported(engine: AsyncEngine, export: Export) -> AsyncIterator[str]:
    """Give the lines of an export in the order of the chain, each with its end of line.

    Each part is read in a unit of work of its own, so a slow reader holds no connection and no lock.
    """
    line = _json_line if export.form is ExportForm.JSON_LINES else _csv_line
    if export.form is ExportForm.CSV:
        yield _csv_row(list(_FACTS))
    sequence = 0
    while True:
        async with accounts_work(engine, export.acting) as session:
            events = await _events_after(session, export.organisation or "", sequence)
        if not events:
            return
        sequence = events[-1].sequence
        for event in events:
            if (export.since is None or event.at >= export.since) and (export.until is None or event.at < export.until):
                yield line(event)


async def _end_of(session: WriteSession, chain: str) -> tuple[int, bytes]:
    """Return number and hash of the last event of a chain, which nobody else adds to until the unit of work ends."""
    # One at a time, also between processes; PostgreSQL lets go when the transaction ends.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"ilmio.audit:{chain}", 0))))
    last = await session.execute(
        select(AuditEvent.sequence, AuditEvent.hash)
        .where(AuditEvent.chain == chain)
        .order_by(AuditEvent.sequence.desc())
        .limit(1)
    )
    sequence, digest = last.one_or_none() or (0, _BEFORE_THE_FIRST)
    return sequence, digest


async def _events_after(session: WriteSession, chain: str, sequence: int) -> list[AuditEvent]:
    """Return the next events of a chain in order; empty at its end."""
    found = await session.scalars(
        select(AuditEvent)
        .where(AuditEvent.chain == chain, AuditEvent.sequence > sequence)
        .order_by(AuditEvent.sequence)
        .limit(_ROWS_AT_ONCE)
        .execution_options(populate_existing=True)
    )
    return list(found)


# Name outside, name in the table. The hash is over all of them, so an export carries all that it takes to check it.
_FACTS = {
    "id": "id",
    "chain": "chain",
    "sequence": "sequence",
    "organisation": "organisation_id",
    "at": "at",
    "action": "action",
    "actor": "actor_id",
    "client": "client_id",
    "credential": "credential_id",
    "target": "target_id",
    "before": "before",
    "after": "after",
    "trace": "trace_id",
    "previousHash": "previous_hash",
    "hash": "hash",
}


def _facts(event: AuditEvent) -> dict[str, object]:
    """Return an event as JSON values."""
    return {name: _plain(getattr(event, column)) for name, column in _FACTS.items()}


def _hash_of(event: AuditEvent) -> bytes:
    """Return the SHA-256 of everything in an event but its hash."""
    facts = {name: value for name, value in _facts(event).items() if name != "hash"}
    return sha256(_canonical(facts).encode()).digest()


def _canonical(value: object) -> str:
    """Return the one way in which JSON is written for hashing: sorted names, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _json_line(event: AuditEvent) -> str:
    """Return an event as a line of JSON."""
    return _canonical(_facts(event)) + "\n"


def _csv_line(event: AuditEvent) -> str:
    """Return an event as a line of CSV."""
    return _csv_row([_canonical(value) if isinstance(value, dict) else value for value in _facts(event).values()])


def _csv_row(values: list[object]) -> str:
    """Return one row; what is missing is empty."""
    row = io.StringIO()
    csv.writer(row).writerow(values)
    return row.getvalue()


def _plain_mapping(values: Mapping[str, object]) -> dict[str, object]:
    """Return values as PostgreSQL will give them back, so that their hash can be computed again."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: object) -> object:  # noqa: PLR0911 - one line for each kind of value
    """Return a value as JSON has it: times in UTC, sets sorted, bytes as hexadecimal digits."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return str(value)
        case bytes():
            return value.hex()
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Mapping():
            return _plain_mapping(value)
        case frozenset() | set():
            return sorted(str(each) for each in value)
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            raise TypeError(f"An audit event cannot hold {type(value).__name__}.")
