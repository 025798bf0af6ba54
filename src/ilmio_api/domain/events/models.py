"""Tables of events and their series.

Owns: time, place, theme, participation by sector, outputs.
Does not own: names of speakers and participants, which are not recorded; roles are.
"""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Computed, DateTime, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ilmio_api.db.base import (
    Base,
    Identifier,
    Localized,
    LocalizedList,
    LocalizedText,
    PrimaryKey,
    has_text,
    vocabulary,
)
from ilmio_api.domain.events.vocabulary import EventKind, EventMode, Sector
from ilmio_api.domain.records import PeriodMixin, RecordMixin, list_indexes, period_rules


class EventSeries(RecordMixin, PeriodMixin, Base):
    """A series of events with a common purpose."""

    __sort_source__: ClassVar[str] = "title"
    __tablename__ = "event_series"
    __table_args__ = (has_text("title"), *period_rules(), *list_indexes("event_series"))

    title: Mapped[Localized]
    description: Mapped[LocalizedText | None] = mapped_column(JSONB)
    initiative_id: Mapped[Identifier | None] = mapped_column(ForeignKey("initiative.id"), index=True)
    methods: Mapped[LocalizedList]


class Event(RecordMixin, PeriodMixin, Base):
    """An event; `starts_at` and `ends_at` only where the hours are known, the days stand in the period."""

    __sort_source__: ClassVar[str] = "title"
    __tablename__ = "event"
    __table_args__ = (
        has_text("title"),
        *period_rules(),
        CheckConstraint("ends_at >= starts_at", name="hours_in_order"),
        Index("ix_event_period", "period", postgresql_using="gist"),
        *list_indexes("event", "starts_on"),
    )

    title: Mapped[Localized]
    description: Mapped[LocalizedText | None] = mapped_column(JSONB)
    kind: Mapped[EventKind] = mapped_column(vocabulary(EventKind), index=True)
    kind_as_recorded: Mapped[str | None]
    theme: Mapped[LocalizedText | None] = mapped_column(JSONB)
    series_id: Mapped[Identifier | None] = mapped_column(ForeignKey("event_series.id"), index=True)
    ordinal: Mapped[int | None]
    initiative_id: Mapped[Identifier | None] = mapped_column(ForeignKey("initiative.id"), index=True)
    starts_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    mode: Mapped[EventMode] = mapped_column(vocabulary(EventMode), default=EventMode.UNKNOWN, server_default="UNKNOWN")
    place: Mapped[LocalizedText | None] = mapped_column(JSONB)
    area_id: Mapped[Identifier | None] = mapped_column(ForeignKey("area.id"), index=True)
    registration_url: Mapped[str | None]
    programme_url: Mapped[str | None]
    methods: Mapped[LocalizedList]
    speaker_roles: Mapped[LocalizedList]
    outputs: Mapped[LocalizedList]
    starts_on: Mapped[date] = mapped_column(
        Computed("coalesce(period_start, 'infinity'::date)", persisted=True), nullable=False
    )


class EventAttendance(Base):
    """People of a sector, from an area where that is known, took part; the number is None where it was not recorded."""

    __tablename__ = "event_attendance"

    id: Mapped[PrimaryKey]
    event_id: Mapped[Identifier] = mapped_column(ForeignKey("event.id"), index=True)
    sector: Mapped[Sector] = mapped_column(vocabulary(Sector))
    area_id: Mapped[Identifier | None] = mapped_column(ForeignKey("area.id"), index=True)
    persons: Mapped[int | None]
    note: Mapped[LocalizedText | None] = mapped_column(JSONB)
