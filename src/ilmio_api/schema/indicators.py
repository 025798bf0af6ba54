"""Indicators and observations in the published schema.

Owns: `Indicator`, `IndicatorBreak`, `Observation`, their filters and orders.
Does not own: figures about impact that somebody states (`schema.knowledge`).
"""

from typing import cast

import sqlalchemy as sa
import strawberry

from ilmio_api.access.rows import published, through
from ilmio_api.compiler.declare import Entity, Form, Hop, Relation
from ilmio_api.compiler.predicates import Predicate, Test
from ilmio_api.compiler.values import Leaf, Tree
from ilmio_api.db.raw import raw
from ilmio_api.domain.indicators import models
from ilmio_api.domain.indicators.vocabulary import (
    Direction,
    Gender,
    IndicatorLevel,
    MeasureType,
    ObservationStatus,
)
from ilmio_api.domain.phenomena.models import Phenomenon, PhenomenonIndicator
from ilmio_api.domain.tables import table
from ilmio_api.schema.connections import Connection
from ilmio_api.schema.fields import entity, filter_input, listing, many, one, plain, text, where
from ilmio_api.schema.orders import BY_NAME, RECORD_ORDERS, by_column, keys, order_input
from ilmio_api.schema.record_filters import RecordCriteria
from ilmio_api.schema.records import Record, rows_of
from ilmio_api.schema.references import AreaRef, IndicatorRef, ObservationRef, PhenomenonRef
from ilmio_api.schema.rules import (
    AreaCriterion,
    YearRange,
    in_area,
    in_years,
    is_true,
    one_of,
    related,
)
from ilmio_api.schema.scalars import Date

_ORDERS = {**BY_NAME, **RECORD_ORDERS}
IndicatorOrder = order_input("Indicator", _ORDERS, "by name")
_OBSERVATION_ORDERS = {
    "YEAR": (by_column("year_and_area"), "Year that the value is about; within a year by the code of the area.")
}
ObservationOrder = order_input("Observation", _OBSERVATION_ORDERS, "by year, earliest first, then by code of the area")

_INDICATOR = table(models.Indicator)
_OBSERVATION = table(models.Observation)
_TO_PHENOMENA = Relation("id", "id", (Hop(table(PhenomenonIndicator), "indicator_id", "phenomenon_id", unique=True),))
_DIMENSIONS = ("indicator_id", "area_id", "year", "gender", "age_group")


def _is_superseded(given: Tree) -> Predicate | None:
    """Demand that a newer edition of the same value exists, or that none does."""
    wanted = bool(cast("Leaf", given).value)

    def expression(row: sa.FromClause, _: object) -> sa.ColumnElement[bool]:
        newer = _OBSERVATION.alias()
        same = (newer.c[column] == row.c[column] for column in _DIMENSIONS)
        found = sa.exists(sa.select(raw("1")).where(*same, newer.c.vintage > row.c.vintage))
        return found if wanted else ~found

    return Test(expression)


@filter_input("Which indicators to list.")
class IndicatorFilter(RecordCriteria):
    """See the description."""

    direction: list[Direction] | None = where(one_of("direction"), "Indicators with one of these directions.")
    measure_type: list[MeasureType] | None = where(
        one_of("measure_type"), "Indicators whose values are numbers of one of these kinds."
    )
    level: list[IndicatorLevel] | None = where(one_of("level"), "Indicators at one of these levels.")
    source_systems: list[str] | None = where(
        one_of("source_system"),
        "Indicators from one of these systems, exactly as `sourceSystem` writes them.",
    )
    source_codes: list[str] | None = where(
        one_of("source_code"), "Indicators with one of these codes in the source, such as `3563`."
    )
    area: AreaCriterion | None = where(
        in_area(Hop(_OBSERVATION, "indicator_id", "area_id")), "Indicators with values in the areas."
    )
    phenomena: list[str] | None = where(
        related(_TO_PHENOMENA, table(Phenomenon)), "Indicators of one of these phenomena, by slug."
    )


@filter_input("Which observations to list.")
class ObservationFilter:
    """See the description."""

    area: AreaCriterion | None = where(in_area(column="area_id"), "Values in areas.")
    years: YearRange | None = where(in_years(), "Values about a year in this span.")
    gender: list[Gender] | None = where(
        one_of("gender"), "Values of these genders; `ALL` for the values that are not divided by gender."
    )
    age_groups: list[str] | None = where(
        one_of("age_group"),
        "Values of these age groups; an empty string for the values of the whole population.",
    )
    status: list[ObservationStatus] | None = where(one_of("status"), "Values with one of these statuses.")
    derived: bool | None = where(
        is_true("derived"), "Only values computed by this service (true) or only those of the source (false)."
    )
    superseded: bool | None = where(
        _is_superseded,
        "Only values of which there is a newer edition (true) or only the newest editions (false).",
    )
    indicators: list[str] | None = where(
        related(Relation("indicator_id", "id"), _INDICATOR), "Values of one of these indicators, by slug."
    )


@entity(rows_of(table(models.IndicatorBreak)))
@strawberry.type(description="A change of method in a series: values before and after it cannot be compared as such.")
class IndicatorBreak:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the break within the service.")
    on_date: Date = plain("Day from which the new method holds.")
    note: str | None = text("What changed; never null.")


@entity(
    Entity(
        table=_OBSERVATION,
        policy=through("indicator_id", _INDICATOR),
        orders=keys(_OBSERVATION_ORDERS),
        default_order=("YEAR", False),
    )
)
@strawberry.type(
    description="A value of an indicator in an area and a year. Unit and number of decimals stand in the indicator."
)
class Observation:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the observation within the service.")
    indicator: IndicatorRef | None = one(
        "The indicator; null when you may not read it.", Relation("indicator_id", "id")
    )
    area: AreaRef | None = one("The area; never null.", Relation("area_id", "id"))
    year: int = plain("Year that the value is about.")
    gender: Gender = plain("Gender of the people that the value is about.")
    age_group: str = plain(
        "Age group of the people that the value is about, such as `17-24`; empty when the value is not divided by age."
    )
    value: float | None = plain(
        "The value in the unit of the indicator; null when `status` is `SUPPRESSED` or `MISSING`.",
        form=Form.NUMBER,
    )
    absolute: int | None = plain(
        "Number of persons behind a value that is a share or a rate; null when the source does not give it."
    )
    status: ObservationStatus = plain("How final the value is, or why there is none.")
    derived: bool = plain("Whether the value was computed by this service from those of other areas.")
    vintage: Date = plain("Day of the edition of the statistics that the value comes from.")


@entity(Entity(table=_INDICATOR, policy=published, orders=keys(_ORDERS), default_order=("NAME", False)))
@strawberry.type(description="A series of figures about areas, with what one needs to know to read them.")
class Indicator(Record):
    """See the description."""

    name: str | None = text("Name; never null.")
    definition: str | None = text("What is measured, and how; null when not recorded.")
    limitations: str | None = text("What the figures do not tell; null when nothing is recorded.")
    unit: str | None = text("Unit of the values; of an index, what 100 stands for; never null.")
    direction: Direction = plain("Which way is better.")
    measure_type: MeasureType = plain("What kind of number the values are; an index must not be drawn as a percentage.")
    level: IndicatorLevel = plain("What the indicator tells about.")
    source_system: str = plain("System that the figures come from, such as `SOTKANET`.")
    source_code: str | None = plain("Code of the indicator in that system; null when it has none.")
    attribution: str = plain("Whom to name when the figures are shown, with the licence.")
    decimals: int = plain("Number of decimals to show.")
    breaks: list[IndicatorBreak] = many(
        "Changes of method, earliest first.", Relation("id", "indicator_id"), order=("on_date", "id")
    )
    observations: Connection[ObservationRef] = listing(
        "Values by area and year.", ObservationRef, Relation("id", "indicator_id")
    )
    phenomena: Connection[PhenomenonRef] = listing(
        "Phenomena that it tells something about.", PhenomenonRef, _TO_PHENOMENA
    )
