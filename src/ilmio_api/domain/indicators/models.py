"""Tables of indicators and their observations.

Owns: what an indicator measures, breaks in its series, values by area, period and dimension.
Does not own: baseline and target values of an initiative (`domain.initiatives`).
"""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Computed, FetchedValue, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ilmio_api.db.base import Base, Identifier, Localized, LocalizedText, PrimaryKey, has_text, vocabulary
from ilmio_api.domain.indicators.vocabulary import (
    Direction,
    Gender,
    IndicatorLevel,
    MeasureType,
    ObservationStatus,
)
from ilmio_api.domain.records import RecordMixin, list_indexes


class Indicator(RecordMixin, Base):
    """A series of figures with its meaning."""

    __tablename__ = "indicator"
    __table_args__ = (has_text("name"), *list_indexes("indicator"))

    name: Mapped[Localized]
    definition: Mapped[LocalizedText | None] = mapped_column(JSONB)
    limitations: Mapped[LocalizedText | None] = mapped_column(JSONB)
    unit: Mapped[Localized]
    direction: Mapped[Direction] = mapped_column(vocabulary(Direction))
    measure_type: Mapped[MeasureType] = mapped_column(vocabulary(MeasureType))
    level: Mapped[IndicatorLevel] = mapped_column(vocabulary(IndicatorLevel))
    source_system: Mapped[str]
    source_code: Mapped[str | None]
    attribution: Mapped[str]
    decimals: Mapped[int] = mapped_column(default=1, server_default="1")


class IndicatorBreak(Base):
    """A change of method: values before and after it are not comparable as such."""

    __tablename__ = "indicator_break"

    id: Mapped[PrimaryKey]
    indicator_id: Mapped[Identifier] = mapped_column(ForeignKey("indicator.id"), index=True)
    on_date: Mapped[date]
    note: Mapped[Localized]


class Observation(Base):
    """A value of an indicator in an area and year; `value` is None when suppressed or missing."""

    __tablename__ = "observation"
    __table_args__ = (
        UniqueConstraint("indicator_id", "area_id", "year", "gender", "age_group", "vintage"),
        CheckConstraint("(value IS NULL) = (status IN ('SUPPRESSED', 'MISSING'))", name="value_or_reason"),
        Index("ix_observation_indicator_id_year_and_area", "indicator_id", "year_and_area", "id"),
        Index("ix_observation_indicator_id_year", "indicator_id", "year"),
        Index("ix_observation_area_id_indicator_id_year", "area_id", "indicator_id", "year"),
    )

    id: Mapped[PrimaryKey]
    indicator_id: Mapped[Identifier] = mapped_column(ForeignKey("indicator.id"))
    area_id: Mapped[Identifier] = mapped_column(ForeignKey("area.id"))
    area_code: Mapped[Identifier] = mapped_column(server_default=FetchedValue(), server_onupdate=FetchedValue())
    """Code of the area; a trigger copies it, because lists are in its order."""
    year: Mapped[int]
    gender: Mapped[Gender] = mapped_column(vocabulary(Gender), default=Gender.ALL, server_default="ALL")
    age_group: Mapped[str] = mapped_column(default="", server_default="")
    value: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    absolute: Mapped[int | None]
    status: Mapped[ObservationStatus] = mapped_column(
        vocabulary(ObservationStatus), default=ObservationStatus.FINAL, server_default="FINAL"
    )
    derived: Mapped[bool] = mapped_column(default=False, server_default="false")
    vintage: Mapped[date]
    year_and_area: Mapped[Identifier] = mapped_column(
        Computed("lpad(year::text, 4, '0') || area_code", persisted=True), nullable=False
    )
