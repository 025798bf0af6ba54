"""Phenomena in the published schema.

Owns: `Phenomenon`, `PhenomenonPriority`, `PhenomenonRelation`, their filters and orders.
Does not own: what is done about a phenomenon (`schema.initiatives`).
"""

import strawberry

from ilmio_api.access.rows import published, through
from ilmio_api.compiler.declare import Entity, Hop, Relation, Source
from ilmio_api.domain.indicators.models import Indicator as IndicatorRow
from ilmio_api.domain.initiatives import models as initiative_models
from ilmio_api.domain.knowledge import models as knowledge
from ilmio_api.domain.networks.models import NetworkPhenomenon
from ilmio_api.domain.organisations.models import Organisation as OrganisationRow
from ilmio_api.domain.phenomena import models
from ilmio_api.domain.phenomena.vocabulary import PhenomenonNature, PhenomenonRelationKind
from ilmio_api.domain.records import DatePrecision
from ilmio_api.domain.tables import table
from ilmio_api.schema.connections import Connection
from ilmio_api.schema.fields import entity, filter_input, listing, many, one, plain, text, texts, where
from ilmio_api.schema.initiatives import INITIATIVES
from ilmio_api.schema.orders import BY_NAME, RECORD_ORDERS, by_column, keys, order_input
from ilmio_api.schema.record_filters import RecordCriteria
from ilmio_api.schema.records import Record, rows_of
from ilmio_api.schema.references import (
    AreaRef,
    ImpactFigureRef,
    IndicatorRef,
    InitiativeRef,
    LearningRef,
    NetworkRef,
    OperatingModelRef,
    OrganisationRef,
    ParticipationRef,
    PhenomenonPriorityRef,
    PhenomenonRef,
)
from ilmio_api.schema.rules import (
    AreaCriterion,
    in_area,
    one_of,
    related,
)
from ilmio_api.schema.scalars import Date

_ORDERS = {**BY_NAME, **RECORD_ORDERS}
PhenomenonOrder = order_input("Phenomenon", _ORDERS, "by name")
_PRIORITY_ORDERS = {"ID": (by_column("id"), "Order in which they were recorded.")}
PhenomenonPriorityOrder = order_input("PhenomenonPriority", _PRIORITY_ORDERS, "as they were recorded")

_PRIORITY = table(models.PhenomenonPriority)
_TACKLED = table(initiative_models.InitiativePhenomenon)
_TACKLED_BY = Relation(hops=(Hop(_TACKLED, "phenomenon_id", "initiative_id", unique=True),))
_TOLD_BY = Relation(hops=(Hop(table(models.PhenomenonIndicator), "phenomenon_id", "indicator_id", unique=True),))
_BY_INITIATIVES = (
    Hop(_TACKLED, "phenomenon_id", "initiative_id"),
    Hop(table(initiative_models.Initiative), "id", "id", source=Source(INITIATIVES)),
)


@filter_input("Which phenomena to list.")
class PhenomenonFilter(RecordCriteria):
    """See the description."""

    nature: list[PhenomenonNature] | None = where(one_of("nature"), "Phenomena of one of these natures.")
    area: AreaCriterion | None = where(
        in_area(Hop(_PRIORITY, "phenomenon_id", "area_id")), "Phenomena that areas have chosen to work on."
    )
    indicators: list[str] | None = where(
        related(_TOLD_BY, table(IndicatorRow)),
        "Phenomena about which one of these indicators tells, by slug.",
    )
    initiatives: list[str] | None = where(
        related(_TACKLED_BY, table(initiative_models.Initiative)),
        "Phenomena that one of these initiatives tackles, by slug.",
    )


@filter_input("Which priorities to list.")
class PhenomenonPriorityFilter:
    """See the description."""

    area: AreaCriterion | None = where(in_area(column="area_id"), "Priorities of areas.")
    organisations: list[str] | None = where(
        related(Relation("organisation_id"), table(OrganisationRow)),
        "Priorities set by these organisations, by slug.",
    )


@entity(rows_of(table(models.PhenomenonRelation), through("object_id", table(models.Phenomenon))))
@strawberry.type(description="How one phenomenon relates to another; read as subject, kind, object.")
class PhenomenonRelation:
    """See the description."""

    kind: PhenomenonRelationKind = plain("The relation.")
    subject: PhenomenonRef | None = one(
        "Subject of the relation; null when you may not read it.", Relation("subject_id", "id")
    )
    object: PhenomenonRef | None = one(
        "Object of the relation; null when you may not read it.", Relation("object_id", "id")
    )
    note: str | None = text("Further explanation; null when not recorded.")


@entity(
    Entity(
        table=_PRIORITY,
        policy=through("phenomenon_id", table(models.Phenomenon)),
        orders=keys(_PRIORITY_ORDERS),
        default_order=("ID", False),
    )
)
@strawberry.type(description="An area has chosen a phenomenon to work on.")
class PhenomenonPriority:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the priority.")
    phenomenon: PhenomenonRef | None = one(
        "The phenomenon; null when you may not read it.", Relation("phenomenon_id", "id")
    )
    area: AreaRef | None = one("The area; never null.", Relation("area_id", "id"))
    organisation: OrganisationRef | None = one(
        "Who set the priority; null when not recorded.", Relation("organisation_id", "id")
    )
    since: Date | None = plain("Since when; null when not recorded. See `sincePrecision`.")
    since_precision: DatePrecision = plain("How exactly the date is known.")
    rationale: str | None = text("Why it was chosen; null when not recorded.")
    role_in_region: str | None = text("What part it plays in the area; null when not recorded.")


@entity(Entity(table=table(models.Phenomenon), policy=published, orders=keys(_ORDERS), default_order=("NAME", False)))
@strawberry.type(
    description="A phenomenon (ilmiö): something observed that has several interdependent causes, and that no "
    "organisation "
    "can change alone."
)
class Phenomenon(Record):
    """See the description."""

    name: str | None = text("Name; never null.")
    label_as_recorded: str | None = plain("What the source calls it; null when that does not differ.")
    nature: PhenomenonNature = plain(
        "Whether it is a challenge, a resource, or a solution that a source calls a phenomenon."
    )
    definition: str | None = text("What is meant by it; null when not recorded.")
    definition_source: str | None = plain("Where the definition comes from; null when not recorded.")
    description: str | None = text("Longer description; null when not recorded.")
    root_causes: list[str] = texts("Causes that the work addresses.")
    drivers: list[str] = texts("Developments that make it stronger or weaker.")
    relations: list[PhenomenonRelation] = many(
        "Relations to other phenomena, with itself as the subject.",
        Relation("id", "subject_id"),
        order=("kind", "object_id"),
    )
    priorities: Connection[PhenomenonPriorityRef] = listing(
        "Areas that have chosen to work on it, by whom and since when.",
        PhenomenonPriorityRef,
        Relation("id", "phenomenon_id"),
    )
    areas: Connection[AreaRef] = listing(
        "Areas that have chosen to work on it.",
        AreaRef,
        Relation("id", "id", (Hop(_PRIORITY, "phenomenon_id", "area_id"),)),
    )
    indicators: Connection[IndicatorRef] = listing(
        "Indicators that tell something about it.",
        IndicatorRef,
        _TOLD_BY,
    )
    initiatives: Connection[InitiativeRef] = listing(
        "Initiatives that tackle it.",
        InitiativeRef,
        _TACKLED_BY,
    )
    participations: Connection[ParticipationRef] = listing(
        "Roles of organisations in the initiatives that tackle it.",
        ParticipationRef,
        Relation("id", "initiative_id", _BY_INITIATIVES),
    )
    organisations: Connection[OrganisationRef] = listing(
        "Organisations that take part in the initiatives that tackle it, each once.",
        OrganisationRef,
        Relation(
            "id",
            "id",
            (*_BY_INITIATIVES, Hop(table(initiative_models.Participation), "initiative_id", "organisation_id")),
        ),
    )
    learnings: Connection[LearningRef] = listing(
        "What was learnt about it.",
        LearningRef,
        Relation("id", "id", (Hop(table(knowledge.LearningPhenomenon), "phenomenon_id", "learning_id", unique=True),)),
    )
    impact_figures: Connection[ImpactFigureRef] = listing(
        "Figures that are stated about it.", ImpactFigureRef, Relation("id", "phenomenon_id")
    )
    operating_models: Connection[OperatingModelRef] = listing(
        "Operating models that help with it.",
        OperatingModelRef,
        Relation(
            "id", "id", (Hop(table(knowledge.OperatingModelPhenomenon), "phenomenon_id", "model_id", unique=True),)
        ),
    )
    networks: Connection[NetworkRef] = listing(
        "Networks that work on it.",
        NetworkRef,
        Relation("id", "id", (Hop(table(NetworkPhenomenon), "phenomenon_id", "network_id", unique=True),)),
    )
