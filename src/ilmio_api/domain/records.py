"""What all published records share: identity, owner, version, publication, and the directory of them all.

Owns: the common columns, fuzzy periods and the `record` directory that search and provenance refer to.
Does not own: who may read a record (`access`) or what a particular record says (the contexts).
"""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Computed, DateTime, ForeignKey, Index, Text, func
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, TSVECTOR, Range
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from ilmio_api.db.base import PLAIN, Base, Identifier, LocalizedText, PrimaryKey, vocabulary
from ilmio_api.domain.vocabulary import Vocabulary


class PublicationStatus(Vocabulary):
    """Where a record is on its way to readers."""

    DRAFT = "DRAFT", "Being written; seen by the owner organisation only."
    PUBLISHED = "PUBLISHED", "Open to its readers."
    WITHDRAWN = "WITHDRAWN", "Was published and has been taken back by its owner."


class Visibility(Vocabulary):
    """Who the readers of a published record are."""

    PUBLIC = "PUBLIC", "Everybody."
    ORGANISATION = "ORGANISATION", "Members of the owner organisation only."


class Licence(Vocabulary):
    """The terms under which a record may be used."""

    CC_BY_4_0 = "CC_BY_4_0", "Creative Commons Attribution 4.0."
    CC0_1_0 = "CC0_1_0", "Creative Commons Zero 1.0, public domain."
    UNKNOWN = "UNKNOWN", "The source does not state its terms."


class DatePrecision(Vocabulary):
    """How exactly a date is known."""

    YEAR = "YEAR", "Only the year is known; month and day are the first or last of the year."
    MONTH = "MONTH", "Year and month are known; the day is the first or last of the month."
    DAY = "DAY", "The day is known."
    NONE = "NONE", "No date is known."


class RecordMixin:
    """Columns of every published record.

    `is_public` is derived by the database, so no code path can forget one of its three conditions.
    """

    __sort_source__: ClassVar[str] = "name"
    """The localised column by which lists of this record are sorted: `name` or `title`."""

    id: Mapped[PrimaryKey]
    slug: Mapped[Identifier] = mapped_column(unique=True, info=PLAIN)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    publication_status: Mapped[PublicationStatus] = mapped_column(
        vocabulary(PublicationStatus), default=PublicationStatus.DRAFT, server_default="DRAFT"
    )
    visibility: Mapped[Visibility] = mapped_column(
        vocabulary(Visibility), default=Visibility.PUBLIC, server_default="PUBLIC"
    )
    licence: Mapped[Licence] = mapped_column(vocabulary(Licence), default=Licence.UNKNOWN, server_default="UNKNOWN")
    synthetic: Mapped[bool] = mapped_column(default=False, server_default="false")
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    deleted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    is_public: Mapped[bool] = mapped_column(
        Computed(
            "publication_status = 'PUBLISHED' AND visibility = 'PUBLIC' AND deleted_at IS NULL",
            persisted=True,
        ),
        nullable=False,
    )

    @declared_attr
    @classmethod
    def owner_id(cls) -> Mapped[Identifier | None]:
        """Organisation that maintains the record; None for reference records of the service itself."""
        return mapped_column(Text(collation="C"), ForeignKey("organisation.id"), index=True)

    @declared_attr
    @classmethod
    def sort_key(cls) -> Mapped[str]:
        """Finnish collation key of the name or title, derived; å ä ö sort last."""
        return mapped_column(
            Text(collation="C"),
            Computed(f"ilmio_sort_key({cls.__sort_source__})", persisted=True),
            nullable=False,
        )


def list_indexes(table: str, *columns: str) -> tuple[Index, ...]:
    """Return the indexes behind the orders of a list of records: the three of every record, and by `columns`.

    They have all rows, not only the public ones, because members read more than others (decision 0018). The first one
    says which are public, so that counting fetches no rows.
    """
    return tuple(
        Index(f"ix_{table}_{column}_id", column, "id", postgresql_include=["is_public"] if column == "sort_key" else [])
        for column in ("sort_key", "created_at", "updated_at", *columns)
    )


class PeriodMixin:
    """A period whose ends may be unknown or known only to the month or year.

    `period` is the same as a range of days, both ends inside, and NULL when neither end is known.
    """

    period_start: Mapped[date | None]
    period_start_precision: Mapped[DatePrecision] = mapped_column(
        vocabulary(DatePrecision, "period_start_precision"), default=DatePrecision.NONE, server_default="NONE"
    )
    period_end: Mapped[date | None]
    period_end_precision: Mapped[DatePrecision] = mapped_column(
        vocabulary(DatePrecision, "period_end_precision"), default=DatePrecision.NONE, server_default="NONE"
    )
    period_open_ended: Mapped[bool] = mapped_column(default=False, server_default="false")
    period_as_recorded: Mapped[str | None]
    period: Mapped[Range[date] | None] = mapped_column(
        DATERANGE,
        Computed(
            "CASE WHEN period_start IS NOT NULL OR period_end IS NOT NULL "
            "THEN daterange(period_start, period_end, '[]'::text) ELSE NULL::daterange END",
            persisted=True,
        ),
    )


def period_rules() -> tuple[CheckConstraint, ...]:
    """Return the rules of a period: it does not end before it starts, and a date has a precision."""
    return (
        CheckConstraint("period_end >= period_start", name="period_in_order"),
        CheckConstraint(
            "(period_start IS NULL) = (period_start_precision = 'NONE')"
            " AND (period_end IS NULL) = (period_end_precision = 'NONE')",
            name="period_dates_have_precision",
        ),
    )


class RecordEntry(Base):
    """One line per published record of any kind: the target of provenance and the haystack of search.

    Kept by triggers on the record tables (`ilmio_index_record`), so it cannot drift from them.
    """

    __tablename__ = "record"
    __table_args__ = (Index("ix_record_document", "document", postgresql_using="gin"),)

    id: Mapped[PrimaryKey]
    kind: Mapped[str]
    title: Mapped[LocalizedText] = mapped_column(JSONB)
    is_public: Mapped[bool]
    owner_id: Mapped[Identifier | None] = mapped_column(index=True)
    deleted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    document: Mapped[str] = mapped_column(TSVECTOR)
