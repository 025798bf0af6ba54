"""Initiatives in the published schema: pilots, projects, regional programmes, collections.

Owns: the interface `Initiative`, its four types and their orders.
Does not own: filters (`schema.initiative_filters`) and what belongs to one initiative (`schema.participations`).
"""

from typing import Any

import strawberry

from ilmio_api.access.rows import published
from ilmio_api.compiler.declare import Entity, Form, Hop, KeyType, Relation
from ilmio_api.db.raw import raw
from ilmio_api.domain.initiatives import models
from ilmio_api.domain.initiatives.vocabulary import (
    AreaScope,
    Decision,
    ExperimentOutcome,
    InitiativeKind,
    InitiativeStatus,
    PilotKind,
    Stage,
)
from ilmio_api.domain.tables import table
from ilmio_api.schema.connections import Connection
from ilmio_api.schema.fields import entity, inside, listing, many, one, plain, text
from ilmio_api.schema.initiative_filters import (
    CollectionFilter,
    InitiativeFilter,
    PilotFilter,
    ProjectFilter,
    RegionalProgrammeFilter,
)
from ilmio_api.schema.orders import BY_START, BY_TITLE, RECORD_ORDERS, by_column, keys, order_input
from ilmio_api.schema.participations import Funding, Goal, InitiativeRelation, Measurement
from ilmio_api.schema.records import Period, Record, has_period
from ilmio_api.schema.references import (
    AreaRef,
    EventRef,
    EventSeriesRef,
    ImpactFigureRef,
    InitiativeRef,
    LearningRef,
    NetworkRef,
    OperatingModelRef,
    OrganisationRef,
    ParticipationRef,
    PhenomenonRef,
    SectionRef,
)
from ilmio_api.schema.scalars import URL, Decimal

_ORDERS = {
    **BY_TITLE,
    **BY_START,
    **RECORD_ORDERS,
    "STATUS": (by_column("status", KeyType.TEXT), "Status, by the alphabetical order of its names."),
    "STAGE": (by_column("stage", KeyType.TEXT), "Stage, by the alphabetical order of its names."),
}
InitiativeOrder = order_input("Initiative", _ORDERS, "by title")
PilotOrder = order_input("Pilot", _ORDERS, "by title")
ProjectOrder = order_input("Project", _ORDERS, "by title")
RegionalProgrammeOrder = order_input("RegionalProgramme", _ORDERS, "by title")
CollectionOrder = order_input("Collection", _ORDERS, "by title")

_MEMBERS = {
    InitiativeKind.PILOT.value: "Pilot",
    InitiativeKind.PROJECT.value: "Project",
    InitiativeKind.REGIONAL_PROGRAMME.value: "RegionalProgramme",
    InitiativeKind.COLLECTION.value: "Collection",
}


def _rows(kind: InitiativeKind | None) -> Entity:
    """Return the rows of one kind of initiative, or of all kinds."""
    base: Any = None
    if kind is not None:
        literal = raw(f"'{kind.value}'")
        base = lambda row: row.c.kind == literal  # noqa: E731 - a condition, not a function with a name of its own
    return Entity(
        table=table(models.Initiative),
        policy=published,
        orders=keys(_ORDERS),
        default_order=("TITLE", False),
        base=base,
        discriminator="kind",
        members=_MEMBERS,
    )


INITIATIVES = _rows(None)


@entity(INITIATIVES)
@strawberry.interface(
    description="Something that organisations do together about a phenomenon: a pilot, a project, a regional "
    "programme or a "
    "collection of such."
)
class Initiative(Record):
    """See the description."""

    title: str | None = text("Title; never null.")
    short_title: str | None = plain("Short title or acronym; null when there is none.")
    summary: str | None = text("What it is, in a few sentences; null when not recorded.")
    purpose: str | None = text("What it is for; null when not recorded.")
    description: str | None = text("Longer description; null when not recorded.")
    preparation: str | None = text("What was done before it began; null when not recorded.")
    status: InitiativeStatus = plain("Whether it is going on.")
    status_as_recorded: str | None = plain("Status in the words of the source; null when not recorded.")
    stage: Stage = plain("How far the developed solution has come.")
    stage_as_recorded: str | None = plain("Stage in the words of the source; null when not recorded.")
    scope: AreaScope = plain("How wide it reaches, as the source claims; `areas` lists where it works.")
    scope_as_recorded: str | None = plain("Scope in the words of the source; null when not recorded.")
    period: Period | None = inside("When it runs or ran; null when nothing is known.", has_period)
    budget: Decimal | None = plain("Whole budget in `budgetCurrency`; null when not recorded.", form=Form.DECIMAL)
    budget_currency: str | None = plain(
        "Currency of the budget as an ISO 4217 code, such as `EUR`; null when no budget is recorded."
    )
    website: URL | None = plain("Its own web site; null when it has none.")
    lead_organisation: OrganisationRef | None = one(
        "Organisation that answers for it; null when not recorded.", Relation("lead_organisation_id", "id")
    )
    parent: InitiativeRef | None = one(
        "Initiative that it is a part of; null when it stands alone or you may not read it.",
        Relation("parent_id", "id"),
    )
    children: Connection[InitiativeRef] = listing(
        "Initiatives that are parts of it.", InitiativeRef, Relation("id", "parent_id")
    )
    areas: Connection[AreaRef] = listing(
        "Areas that it works in, as recorded.",
        AreaRef,
        Relation("id", "id", (Hop(table(models.InitiativeArea), "initiative_id", "area_id", unique=True),)),
    )
    phenomena: Connection[PhenomenonRef] = listing(
        "Phenomena that it tackles.",
        PhenomenonRef,
        Relation("id", "id", (Hop(table(models.InitiativePhenomenon), "initiative_id", "phenomenon_id", unique=True),)),
    )
    participations: Connection[ParticipationRef] = listing(
        "Who takes part, in which role.", ParticipationRef, Relation("id", "initiative_id")
    )
    organisations: Connection[OrganisationRef] = listing(
        "Organisations that take part in any role; `participations` has the roles.",
        OrganisationRef,
        Relation("id", "id", (Hop(table(models.Participation), "initiative_id", "organisation_id"),)),
    )
    fundings: list[Funding] = many("Where the money comes from.", Relation("id", "initiative_id"))
    goals: list[Goal] = many("What it aims at.", Relation("id", "initiative_id"), order=("level", "ordinal"))
    measurements: list[Measurement] = many(
        "Baseline, target and actual values, of all its goals and of itself.",
        Relation("id", "initiative_id"),
        order=("kind", "id"),
    )
    relations: list[InitiativeRelation] = many(
        "How it relates to other initiatives, organisations and models, with itself as the subject.",
        Relation("id", "subject_id"),
        order=("kind", "id"),
    )
    incoming_relations: list[InitiativeRelation] = many(
        "Relations of other initiatives to it, with itself as the object.",
        Relation("id", "object_initiative_id"),
        order=("kind", "id"),
    )
    sections: list[SectionRef] = many(
        "Sections of the forms on which it was recorded, also those left empty.", Relation("id", "record_id")
    )
    learnings: Connection[LearningRef] = listing("What was learnt in it.", LearningRef, Relation("id", "initiative_id"))
    impact_figures: Connection[ImpactFigureRef] = listing(
        "Figures about impact that are stated of it.", ImpactFigureRef, Relation("id", "initiative_id")
    )
    events: Connection[EventRef] = listing("Events that it holds.", EventRef, Relation("id", "initiative_id"))
    event_series: Connection[EventSeriesRef] = listing(
        "Series of events that it holds.", EventSeriesRef, Relation("id", "initiative_id")
    )
    networks: Connection[NetworkRef] = listing("Networks that it builds.", NetworkRef, Relation("id", "initiative_id"))


@entity(_rows(InitiativeKind.PILOT))
@strawberry.type(description="A pilot or an experiment: something tried in a bounded place and time.")
class Pilot(Initiative):
    """See the description."""

    pilot_kind: PilotKind | None = plain("Which kind of pilot; null when not recorded.")
    theme: str | None = text("Theme; null when not recorded.")
    starting_situation: str | None = text("Situation before the pilot; null when not recorded.")
    question: str | None = text("Question that an experiment asks; null when not recorded.")
    hypothesis: str | None = text("What the experiment expects to find; null when not recorded.")
    bounded_group: str | None = text("Group that the experiment is limited to; null when not recorded.")
    place: str | None = text("Place that the experiment is limited to; null when not recorded.")
    planned_duration_days: int | None = plain("Planned duration in days; null when not recorded.")
    planned_duration_as_recorded: str | None = plain(
        "Planned duration in the words of the source; null when not recorded."
    )
    method: str | None = text("How it was tried; null when not recorded.")
    outcome: ExperimentOutcome | None = plain("What the experiment showed; null when it is not known yet.")
    outcome_as_recorded: str | None = plain("Outcome in the words of the source; null when not recorded.")
    decision: Decision | None = plain("What was decided afterwards; null when it is not known yet.")
    decision_as_recorded: str | None = plain("Decision in the words of the source; null when not recorded.")
    decision_rationale: str | None = text("Why it was decided so; null when not recorded.")


@entity(_rows(InitiativeKind.PROJECT))
@strawberry.type(description="A funded project.")
class Project(Initiative):
    """See the description."""


@entity(_rows(InitiativeKind.REGIONAL_PROGRAMME))
@strawberry.type(description="A regional programme that keeps what works.")
class RegionalProgramme(Initiative):
    """See the description."""


@entity(_rows(InitiativeKind.COLLECTION))
@strawberry.type(description="A collection (kokonaisuus) that groups initiatives and operating models.")
class Collection(Initiative):
    """See the description."""

    operating_models: Connection[OperatingModelRef] = listing(
        "Operating models in the collection.", OperatingModelRef, Relation("id", "collection_id")
    )


__all__ = [
    "INITIATIVES",
    "Collection",
    "CollectionFilter",
    "CollectionOrder",
    "Initiative",
    "InitiativeFilter",
    "InitiativeOrder",
    "Pilot",
    "PilotFilter",
    "PilotOrder",
    "Project",
    "ProjectFilter",
    "ProjectOrder",
    "RegionalProgramme",
    "RegionalProgrammeFilter",
    "RegionalProgrammeOrder",
]
