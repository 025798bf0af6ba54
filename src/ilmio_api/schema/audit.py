"""The audit log in the published schema.

Owns: `AuditEvent` and what can be asked of the log.
Does not own: how events are written and chained (`domain.accounts.audit`).
"""

import sqlalchemy as sa
import strawberry

from ilmio_api.access.rows import within
from ilmio_api.access.scopes import Scope
from ilmio_api.compiler.declare import Entity, Form, KeyType, Relation
from ilmio_api.db.raw import raw
from ilmio_api.domain.accounts.models import AuditEvent as AuditEventRow
from ilmio_api.domain.accounts.vocabulary import AuditAction
from ilmio_api.domain.tables import table
from ilmio_api.schema.accounts import Account
from ilmio_api.schema.fields import computed, entity, filter_input, one, plain, where
from ilmio_api.schema.orders import by_column, keys, order_input
from ilmio_api.schema.rules import DateTimeRange, in_time, one_of
from ilmio_api.schema.scalars import JSON, DateTime

_ORDERS = {"AT": (by_column("at", KeyType.INSTANT), "When it was done.")}
AuditEventOrder = order_input("AuditEvent", _ORDERS, "newest first")


@filter_input("Which events to list.")
class AuditEventFilter:
    """See the description."""

    actions: list[AuditAction] | None = where(one_of("action"), "Events of these kinds.")
    actors: list[strawberry.ID] | None = where(one_of("actor_id"), "What these persons did, by account.")
    targets: list[strawberry.ID] | None = where(one_of("target_id"), "What was done to these.")
    at: DateTimeRange | None = where(in_time("at"), "What was done in this span of time.")


@entity(
    Entity(
        table=table(AuditEventRow),
        policy=within(Scope.AUDIT_READ, elevated=True),
        orders=keys(_ORDERS),
        default_order=("AT", True),
    )
)
@strawberry.type(
    description="Something that was done. Events are never changed or removed: each carries the hash of the one before."
)
class AuditEvent:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the event.")
    sequence: int = plain("Place in the log of the organisation, from 1 without gaps.")
    at: DateTime = plain("When it was done.", form=Form.INSTANT)
    action: AuditAction = plain("What was done.")
    actor: Account | None = one(
        "Who did it; null when it was a program in its own name, or a person who is no longer a member.",
        Relation("actor_id", "id"),
    )
    actor_id: str | None = plain("Account of the person who did it; null when it was a program in its own name.")
    client_id: str | None = plain("API client or key through which it was done; null for the console.")
    credential_id: str | None = plain(
        "Token, key or session with which it was done; null where none was, as at signing in or on the command line."
    )
    target_id: str | None = plain("What it was done to; null when that is nothing with an identifier.")
    before: JSON | None = plain("What was before, without personal data; null when there was nothing.")
    after: JSON | None = plain("What is after it, without personal data; null when there is nothing.")
    trace_id: str = plain("Trace id of the request; answers carry it as `X-Request-Id`.")
    hash: str = computed(
        "SHA-256 of the event with the hash of the one before, in hexadecimal.",
        lambda row: sa.func.encode(row.c.hash, raw("'hex'")),
    )
