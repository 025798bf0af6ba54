"""Areas in the published schema.

Owns: `Area`, its filter and order, the questions about time.
Does not own: the register (`importers.areas`).
"""

from typing import Any, cast

import sqlalchemy as sa
import strawberry

from ilmio_api.access.rows import reference
from ilmio_api.compiler.cost import SEARCH_POINTS
from ilmio_api.compiler.declare import Arguments, Entity, Hop, Reach, Relation
from ilmio_api.compiler.predicates import Predicate, Test
from ilmio_api.compiler.values import Leaf, Tree
from ilmio_api.db.raw import raw
from ilmio_api.domain.areas import models
from ilmio_api.domain.areas.vocabulary import AreaKind, LanguageStatus, SuccessionKind, UrbanRuralClass
from ilmio_api.domain.initiatives.models import InitiativeArea
from ilmio_api.domain.organisations.models import OrganisationArea
from ilmio_api.domain.phenomena.models import PhenomenonPriority as PriorityRow
from ilmio_api.domain.tables import table
from ilmio_api.schema.connections import Connection
from ilmio_api.schema.fields import argument, computed, entity, filter_input, listing, many, one, plain, text, where
from ilmio_api.schema.orders import BY_NAME, by_column, keys, order_input
from ilmio_api.schema.records import Node, rows_of
from ilmio_api.schema.references import (
    AreaRef,
    InitiativeRef,
    ObservationRef,
    OrganisationRef,
    PhenomenonRef,
)
from ilmio_api.schema.rules import AreaCriterion, has_value, in_area, matches_text, one_of, valid_on
from ilmio_api.schema.scalars import Date

_ORDERS = {**BY_NAME, "CODE": (by_column("code"), "Code, such as `EVK03` before `MK08`.")}
AreaOrder = order_input("Area", _ORDERS, "by name")

AREA = Entity(table=table(models.Area), policy=reference, orders=keys(_ORDERS), default_order=("NAME", False))

_AS_OF = argument(
    "as_of",
    Date | None,
    "Day for which to ask. Without it today, or the last day of an area that no longer exists.",
)
_KIND = argument("kind", AreaKind | None, "Only areas of this kind; of all kinds when not given.")
_TODAY = raw("(now() AT TIME ZONE 'Europe/Helsinki')::date")
_BEGINNING, _END = raw("'-infinity'::date"), raw("'infinity'::date")


def _contained(near: str, far: str) -> Reach:
    """Return the relation from an area to those inside (`near` is outer) or around it, on the day that is asked for."""

    def relation(given: Arguments) -> Relation:
        as_of = given.get("asOf")
        leaves = (as_of,) if isinstance(as_of, Leaf) else ()

        def holds(row: sa.FromClause, binds: Any) -> sa.ColumnElement[bool]:
            day = sa.cast(binds[0], sa.Text()).op("::")(raw("date")) if binds else _last_day(row.c[near])
            return sa.and_(
                sa.func.coalesce(row.c.valid_from, _BEGINNING) <= day, sa.func.coalesce(row.c.valid_to, _END) >= day
            )

        hop = Hop(table(models.AreaContainment), near, far, unique=True, condition=Test(holds, leaves))
        return Relation("id", "id", (hop,))

    return relation


def _last_day(area_id: sa.ColumnElement[str]) -> sa.ColumnElement[Any]:
    """Return today, or the last day of the area when it no longer exists."""
    area = table(models.Area).alias()
    last = sa.select(area.c.valid_to).where(area.c.id == area_id).correlate_except(area).scalar_subquery()
    return sa.func.least(_TODAY, last)


def _of_kind(given: Arguments) -> Predicate | None:
    """Demand the kind that was asked for."""
    kind = given.get("kind")
    if not isinstance(kind, Leaf) or kind.value is None:
        return None
    literal = raw(f"'{AreaKind[str(kind.value)].value}'")
    return Test(lambda row, _: row.c.kind == literal)


def _has_code(given: Tree) -> Predicate | None:
    """Demand one of the given codes."""
    return Test(lambda row, binds: row.c.code == sa.any_(binds[0]), (cast("Leaf", given),))


def _kind_is(given: Tree) -> Predicate | None:
    """Demand a kind, as a literal, so that the index on it serves."""
    return _of_kind({"kind": given})


@filter_input("Which areas to list.")
class AreaFilter:
    """See the description."""

    kind: AreaKind | None = where(_kind_is, "Areas of this kind.")
    kinds: list[AreaKind] | None = where(one_of("kind"), "Areas of these kinds.")
    codes: list[str] | None = where(_has_code, "Areas with these codes.")
    valid_on: Date | None = where(valid_on, "Areas that existed on this day.")
    area: AreaCriterion | None = where(in_area(), "Areas that lie in, or overlap, others.")
    ended: bool | None = where(has_value("valid_to"), "Only areas that no longer exist (true) or only others (false).")
    text: str | None = where(
        matches_text, "Words of the name in any language, or their beginnings.", points=SEARCH_POINTS
    )
    language_status: list[LanguageStatus] | None = where(
        one_of("language_status"), "Municipalities with one of these language statuses."
    )


@entity(rows_of(table(models.AreaOtherCode)))
@strawberry.type(description="What another classification calls an area.")
class AreaCode:
    """See the description."""

    scheme: str = plain("The classification: `ISO-3166-2`, `NUTS3`.")
    version: str = plain("Version of the classification; empty when it has none.")
    value: str = plain("The code there.")


@entity(rows_of(table(models.AreaSuccession)))
@strawberry.type(description="How one area followed another.")
class AreaSuccession:
    """See the description."""

    kind: SuccessionKind = plain("How it followed.")
    on_date: Date = plain("First day of the successor in its new extent.")
    municipality_count: int | None = plain("Number of municipalities that moved; null when it was not counted.")
    predecessor: AreaRef | None = one("The earlier area; never null.", Relation("predecessor_id", "id"))
    successor: AreaRef | None = one("The later area; never null.", Relation("successor_id", "id"))


@entity(rows_of(table(models.AreaPopulation)))
@strawberry.type(description="Residents of an area at the end of a year.")
class AreaPopulation:
    """See the description."""

    year: int = plain("Year; the number is of its last day.")
    residents: int = plain("Number of residents.")
    derived: bool = plain("Whether it was summed from municipalities by this service.")


def _latest_population(row: sa.FromClause) -> sa.ColumnElement[Any]:
    """Return the newest number of residents of an area."""
    population = table(models.AreaPopulation).alias()
    newest = sa.select(population.c.residents).where(population.c.area_id == row.c.id)
    return newest.order_by(population.c.year.desc()).limit(raw("1")).correlate_except(population).scalar_subquery()


def _followed(near: str, far: str) -> Relation:
    """Return the relation to the areas on the other side of a succession."""
    return Relation("id", "id", (Hop(table(models.AreaSuccession), near, far, unique=True),))


@entity(AREA)
@strawberry.type(
    description="An area of Finland's administrative geography, with the time in which it existed. Codes are "
    "Statistics "
    "Finland's with a prefix for the kind. Areas that no longer exist stay and answer to their codes."
)
class Area(Node):
    """See the description."""

    code: str = plain("Prefix and code, such as `KU286`, `MK08`, `HVA13`, `EVK03`, `ELY06`. Leading zeros matter.")
    kind: AreaKind = plain("What the area is.")
    name: str | None = text("Name; never null.")
    abbreviation: str | None = plain("Customary abbreviation, such as `KAS`; null when there is none.")
    valid_from: Date | None = plain("First day; null when it existed before the register begins (2021-01-01).")
    valid_to: Date | None = plain("Last day; null when the area exists.")
    language_status: LanguageStatus | None = plain("Official languages; null for areas other than municipalities.")
    urban_rural_class: UrbanRuralClass | None = plain("Urban–rural group; null for areas other than municipalities.")
    other_codes: list[AreaCode] = many(
        "Codes in other classifications.", Relation("id", "area_id"), order=("scheme", "version")
    )
    within: list[AreaRef] = many(
        "Areas that this one lies wholly inside, on a day.",
        _contained("inner_id", "outer_id"),
        order=("kind", "code"),
        arguments=(_KIND, _AS_OF),
        condition=_of_kind,
    )
    contains: Connection[AreaRef] = listing(
        "Areas that lie wholly inside this one, on a day.",
        AreaRef,
        _contained("outer_id", "inner_id"),
        arguments=(_KIND, _AS_OF),
        condition=_of_kind,
    )
    predecessors: list[AreaRef] = many(
        "Areas that this one followed.", _followed("successor_id", "predecessor_id"), order=("code",)
    )
    successors: list[AreaRef] = many(
        "Areas that followed this one; several when it was split.",
        _followed("predecessor_id", "successor_id"),
        order=("code",),
    )
    successions: list[AreaSuccession] = many(
        "How and when this area was followed by its successors.",
        Relation("id", "predecessor_id"),
        order=("on_date", "successor_id"),
    )
    population: int | None = computed(
        "Number of residents at the end of the newest year on record; null when some were not counted.",
        _latest_population,
    )
    populations: list[AreaPopulation] = many("Number of residents by year.", Relation("id", "area_id"), order=("year",))
    phenomena: Connection[PhenomenonRef] = listing(
        "Phenomena that this very area has chosen to work on; filter `phenomena` by area to include those inside it.",
        PhenomenonRef,
        Relation("id", "id", (Hop(table(PriorityRow), "area_id", "phenomenon_id"),)),
    )
    initiatives: Connection[InitiativeRef] = listing(
        "Initiatives recorded for this very area; filter `initiatives` by area to include those inside it.",
        InitiativeRef,
        Relation("id", "id", (Hop(table(InitiativeArea), "area_id", "initiative_id", unique=True),)),
    )
    organisations: Connection[OrganisationRef] = listing(
        "Organisations that serve this very area.",
        OrganisationRef,
        Relation("id", "id", (Hop(table(OrganisationArea), "area_id", "organisation_id", unique=True),)),
    )
    observations: Connection[ObservationRef] = listing(
        "Values of indicators in this area.", ObservationRef, Relation("id", "area_id")
    )
