"""Events and series of events in the published schema.

Owns: `Event`, `EventSeries`, `EventAttendance`, their filters and orders.
Does not own: initiatives that hold them (`schema.initiatives`).
"""

import strawberry

from ilmio_api.access.rows import published, reference
from ilmio_api.compiler.declare import Entity, Form, Hop, Relation, Source
from ilmio_api.domain.events import models
from ilmio_api.domain.events.vocabulary import EventKind, EventMode, Sector
from ilmio_api.domain.initiatives.models import Initiative, InitiativePhenomenon
from ilmio_api.domain.phenomena.models import Phenomenon
from ilmio_api.domain.tables import table
from ilmio_api.schema.connections import Connection
from ilmio_api.schema.fields import (
    entity,
    filter_input,
    inside,
    listing,
    many,
    one,
    plain,
    text,
    texts,
    where,
)
from ilmio_api.schema.initiatives import INITIATIVES
from ilmio_api.schema.orders import BY_START, BY_TITLE, RECORD_ORDERS, keys, order_input
from ilmio_api.schema.record_filters import RecordCriteria
from ilmio_api.schema.records import Period, Record, has_period, rows_of
from ilmio_api.schema.references import AreaRef, EventRef, EventSeriesRef, InitiativeRef
from ilmio_api.schema.rules import AreaCriterion, DateRange, in_area, one_of, overlaps, related
from ilmio_api.schema.scalars import URL, DateTime

_ORDERS = {**BY_TITLE, **BY_START, **RECORD_ORDERS}
EventOrder = order_input("Event", _ORDERS, "by first day")
_SERIES_ORDERS = {**BY_TITLE, **RECORD_ORDERS}
EventSeriesOrder = order_input("EventSeries", _SERIES_ORDERS, "by title")

_INITIATIVE = table(Initiative)
_EVENT_SERIES = table(models.EventSeries)
_TO_INITIATIVE = Relation("initiative_id", "id")
_TO_PHENOMENA = Relation(
    "initiative_id",
    "id",
    (
        Hop(_INITIATIVE, "id", "id", source=Source(INITIATIVES)),
        Hop(table(InitiativePhenomenon), "initiative_id", "phenomenon_id"),
    ),
)


@strawberry.input(description="Filters that events and their series share.")
class EventCriteria(RecordCriteria):
    """Base of the filters of events and their series."""

    initiatives: list[str] | None = where(
        related(_TO_INITIATIVE, _INITIATIVE), "Held by one of these initiatives, by slug."
    )
    phenomena: list[str] | None = where(
        related(_TO_PHENOMENA, table(Phenomenon)),
        "Held by initiatives about one of these phenomena, by slug of the phenomenon.",
    )
    period: DateRange | None = where(overlaps(), "Sharing a day with this span.")


@filter_input("Which events to list.")
class EventFilter(EventCriteria):
    """See the description."""

    kind: list[EventKind] | None = where(one_of("kind"), "Events of one of these kinds.")
    mode: list[EventMode] | None = where(one_of("mode"), "Events where people meet in one of these ways.")
    series: list[str] | None = where(
        related(Relation("series_id", "id"), _EVENT_SERIES), "Events of one of these series, by slug."
    )
    area: AreaCriterion | None = where(in_area(column="area_id"), "Where the event takes place.")
    sector: list[Sector] | None = where(
        related(Relation("id", "event_id"), table(models.EventAttendance), "sector", policy=reference),
        "Events in which people of one of these sectors took part.",
    )


@filter_input("Which series of events to list.")
class EventSeriesFilter(EventCriteria):
    """See the description."""


@entity(rows_of(table(models.EventAttendance)))
@strawberry.type(description="People of one sector, from one area where that is known, who took part in an event.")
class EventAttendance:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the attendance within the service.")
    sector: Sector = plain("Where the people work.")
    area: AreaRef | None = one("Area that they come from; null when not recorded.", Relation("area_id", "id"))
    persons: int | None = plain("Number of persons; null when it was not recorded.")
    note: str | None = text("Further explanation; null when there is none.")


@entity(Entity(table=table(models.Event), policy=published, orders=keys(_ORDERS), default_order=("STARTS_ON", False)))
@strawberry.type(description="An event, such as a day of coaching, a workshop or a webinar.")
class Event(Record):
    """See the description."""

    title: str | None = text("Title; never null.")
    description: str | None = text("What happens there; null when not recorded.")
    kind: EventKind = plain("What kind of event it is.")
    kind_as_recorded: str | None = plain("Kind in the words of the source; null when not recorded.")
    theme: str | None = text("Theme; null when not recorded.")
    period: Period | None = inside("Days of the event; null when nothing is known.", has_period)
    starts_at: DateTime | None = plain("When it begins; null when the hour is not known.", form=Form.INSTANT)
    ends_at: DateTime | None = plain("When it ends; null when the hour is not known.", form=Form.INSTANT)
    mode: EventMode = plain("Where people meet.")
    place: str | None = text("Place; null when not recorded or online.")
    area: AreaRef | None = one("Area of the place; null when not recorded.", Relation("area_id", "id"))
    registration_url: URL | None = plain(
        "Where to register; null when there is no registration or it was not recorded."
    )
    programme_url: URL | None = plain("Where the programme is; null when not recorded.")
    methods: list[str] = texts("Methods that are used; empty when only those of `series` were recorded.")
    speaker_roles: list[str] = texts("Roles of the speakers, never their names.")
    outputs: list[str] = texts("What the event produced, such as recordings.")
    series: EventSeriesRef | None = one(
        "Series that the event belongs to; null when it stands alone.", Relation("series_id", "id")
    )
    ordinal: int | None = plain("Place in the series, from 1; null when the event has none.")
    initiative: InitiativeRef | None = one("Initiative that holds the event; null when not recorded.", _TO_INITIATIVE)
    attendance: list[EventAttendance] = many(
        "Who took part, by sector and area.", Relation("id", "event_id"), order=("sector", "id")
    )


@entity(Entity(table=_EVENT_SERIES, policy=published, orders=keys(_SERIES_ORDERS), default_order=("TITLE", False)))
@strawberry.type(description="A series of events with a common purpose.")
class EventSeries(Record):
    """See the description."""

    title: str | None = text("Title; never null.")
    description: str | None = text("What the series is for; null when not recorded.")
    methods: list[str] = texts("Methods that are used, such as theatre or music.")
    period: Period | None = inside("Days of the series as a whole; null when nothing is known.", has_period)
    initiative: InitiativeRef | None = one("Initiative that holds the series; null when not recorded.", _TO_INITIATIVE)
    events: Connection[EventRef] = listing("Events of the series.", EventRef, Relation("id", "series_id"))
