"""Knowledge in the published schema: what outlives an initiative.

Owns: operating models with sections and steps, implementations, principles, learnings, impact figures, and
their orders.
Does not own: filters (`schema.knowledge_filters`); statistics (`schema.indicators`).
"""

import sqlalchemy as sa
import strawberry

from ilmio_api.access.rows import published
from ilmio_api.compiler.declare import Entity, Form, Hop, KeyType, Relation
from ilmio_api.compiler.predicates import Test
from ilmio_api.db.raw import raw
from ilmio_api.domain.initiatives.models import InitiativeRelation
from ilmio_api.domain.initiatives.vocabulary import AreaScope, InitiativeRelationKind, Stage
from ilmio_api.domain.knowledge import models
from ilmio_api.domain.knowledge.vocabulary import (
    Audience,
    EvidenceLevel,
    FigureQualifier,
    FigureUnit,
    ImplementationStatus,
    LearningKind,
    SectionProfile,
    SectionState,
)
from ilmio_api.domain.tables import table
from ilmio_api.schema.connections import Connection
from ilmio_api.schema.fields import entity, inside, listing, many, one, plain, texts

# `Learning` and `Principle` have a field `text`, which would hide the word in the body of the class.
from ilmio_api.schema.fields import text as localised
from ilmio_api.schema.knowledge_filters import (
    ImpactFigureFilter,
    ImplementationFilter,
    LearningFilter,
    OperatingModelFilter,
    PrincipleSetFilter,
)
from ilmio_api.schema.orders import BY_TITLE, RECORD_ORDERS, by_column, keys, order_input
from ilmio_api.schema.participations import Funding
from ilmio_api.schema.records import Period, Record, has_period, rows_of
from ilmio_api.schema.references import (
    AreaRef,
    CollectionRef,
    ImplementationRef,
    InitiativeRef,
    LearningRef,
    OperatingModelRef,
    OrganisationRef,
    PhenomenonRef,
)

_BY_TITLE = {**BY_TITLE, **RECORD_ORDERS}
_SET_ORDERS = {
    **_BY_TITLE,
    "ORDINAL": (by_column("ordinal", KeyType.INTEGER), "Order in which the publisher lists its sets."),
}
_LEARNING_ORDERS = {
    "TEXT": (
        by_column("sort_key"),
        "Finnish alphabetical order of the text in its base language; å ä ö come last.",
    ),
    **RECORD_ORDERS,
}
_FIGURE_ORDERS = {
    "STATEMENT": (
        by_column("sort_key"),
        "Finnish alphabetical order of the statement in its base language; å ä ö come last.",
    ),
    **RECORD_ORDERS,
}
OperatingModelOrder = order_input("OperatingModel", _BY_TITLE, "by title")
ImplementationOrder = order_input("Implementation", _BY_TITLE, "by title")
PrincipleSetOrder = order_input("PrincipleSet", _SET_ORDERS, "as the publisher numbers them")
LearningOrder = order_input("Learning", _LEARNING_ORDERS, "by text")
ImpactFigureOrder = order_input("ImpactFigure", _FIGURE_ORDERS, "by statement")

_IMPLEMENTS: sa.ColumnElement[str] = raw(f"'{InitiativeRelationKind.IMPLEMENTS_MODEL.value}'")
_PUT_INTO_PRACTICE = Hop(
    table(InitiativeRelation),
    "object_model_id",
    "subject_id",
    condition=Test(lambda row, _: row.c.kind == _IMPLEMENTS),
)


def _linked_phenomena(link: sa.Table, near: str) -> Relation:
    """Return the relation to the phenomena of a link table."""
    return Relation("id", "id", (Hop(link, near, "phenomenon_id", unique=True),))


@entity(rows_of(table(models.Section)))
@strawberry.type(description="A section of the form on which a record was written by its source.")
class Section:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the section within the service.")
    profile: SectionProfile = plain("Form that the section belongs to.")
    key: str = plain("Name of the section within its form, the same in all records.")
    label: str | None = localised("Heading of the section; never null.")
    body: str | None = localised("Text of the section; null unless `state` is `FILLED`.")
    state: SectionState = plain("Whether the section was answered, left empty, or never asked.")
    in_summary_card: bool = plain("Whether the form shows the section in its summary.")
    ordinal: int = plain("Place of the section on its form.")


@entity(rows_of(table(models.ProcessStep)))
@strawberry.type(description="A step of the process of an operating model, such as a workshop.")
class ProcessStep:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the step within the service.")
    ordinal: int = plain("Place of the step, from 1.")
    title: str | None = localised("Title of the step; never null.")
    description: str | None = localised("What is done in the step; null when not recorded.")


@entity(
    Entity(
        table=table(models.OperatingModel),
        policy=published,
        orders=keys(_BY_TITLE),
        default_order=("TITLE", False),
    )
)
@strawberry.type(description="An operating model (toimintamalli): a way of working that others can take up.")
class OperatingModel(Record):
    """See the description."""

    title: str | None = localised("Title; never null.")
    summary: str | None = localised("What the model is, in a few sentences; null when not recorded.")
    place: str | None = localised("Where and by whom it was developed, as the source tells; null when it does not.")
    scope: AreaScope = plain("How wide the model reaches, as the source claims.")
    scope_as_recorded: str | None = plain("Scope in the words of the source; null when not recorded.")
    stage: Stage = plain("How far the model has come.")
    stage_as_recorded: str | None = plain("Stage in the words of the source; null when not recorded.")
    minimum_duration_months: int | None = plain(
        "Shortest time in months in which the model can be gone through; null when not recorded."
    )
    minimum_duration_as_recorded: str | None = plain(
        "Shortest time in the words of the source; null when not recorded."
    )
    adoption_conditions: list[str] = texts(
        "Conditions under which it makes sense to start, in the order of the source."
    )
    facilitator_criteria: list[str] = texts("What a facilitator of the model has to know or do.")
    evaluation_summary: str | None = localised("Results of evaluation in short; null when not recorded.")
    tips: str | None = localised("Advice to those who apply the model; null when not recorded.")
    taken_into_practice: bool | None = plain("Whether it has been taken into practice; null when not evaluated.")
    new_to_practice: bool | None = plain("Whether it is new against earlier practice; null when not evaluated.")
    answers_the_problem: bool | None = plain(
        "Whether it answers the problem that it was made for; null when not evaluated."
    )
    collection: CollectionRef | None = one(
        "Collection that the model belongs to; null when it belongs to none.", Relation("collection_id", "id")
    )
    process_steps: list[ProcessStep] = many("Steps of the process, in order.", Relation("id", "model_id"))
    sections: list[Section] = many(
        "Sections of the form on which the source recorded it, also those left empty or never asked.",
        Relation("id", "record_id"),
        order=("profile", "ordinal", "id"),
    )
    phenomena: Connection[PhenomenonRef] = listing(
        "Phenomena that the model helps with.",
        PhenomenonRef,
        _linked_phenomena(table(models.OperatingModelPhenomenon), "model_id"),
    )
    implementations: Connection[ImplementationRef] = listing(
        "Where the model has been tried or taken into use.", ImplementationRef, Relation("id", "model_id")
    )
    initiatives: Connection[InitiativeRef] = listing(
        "Initiatives that put the model into practice.",
        InitiativeRef,
        Relation("id", "id", (_PUT_INTO_PRACTICE,)),
    )
    learnings: Connection[LearningRef] = listing(
        "What was learnt about the model.", LearningRef, Relation("id", "model_id")
    )
    fundings: list[Funding] = many("Where the money for developing the model came from.", Relation("id", "model_id"))


@entity(
    Entity(
        table=table(models.Implementation),
        policy=published,
        orders=keys(_BY_TITLE),
        default_order=("TITLE", False),
    )
)
@strawberry.type(
    description="An operating model in one organisation or place: what was changed in it, and what became of it there."
)
class Implementation(Record):
    """See the description."""

    title: str | None = localised("Title; never null.")
    status: ImplementationStatus = plain("What became of the model there.")
    status_as_recorded: str | None = plain("Status in the words of the source; null when not recorded.")
    adaptations: str | None = localised("What was changed in the model; null when not recorded.")
    evidence: str | None = localised("What is known of its effects there; null when not recorded.")
    period: Period | None = inside("When the model is or was in use there; null when nothing is known.", has_period)
    model: OperatingModelRef | None = one(
        "The operating model; null when you may not read it.", Relation("model_id", "id")
    )
    organisation: OrganisationRef | None = one(
        "Organisation that uses or used the model; null when not recorded.", Relation("organisation_id", "id")
    )
    area: AreaRef | None = one(
        "Area in which the model is or was used; null when not recorded.", Relation("area_id", "id")
    )


@entity(rows_of(table(models.Principle)))
@strawberry.type(description="One principle of a set.")
class Principle:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the principle within the service.")
    ordinal: int = plain("Place of the principle in its set, from 1.")
    text: str | None = localised("The principle; never null.")


@entity(
    Entity(
        table=table(models.PrincipleSet),
        policy=published,
        orders=keys(_SET_ORDERS),
        default_order=("ORDINAL", False),
    )
)
@strawberry.type(description="Principles on one theme, with the questions that lead to them.")
class PrincipleSet(Record):
    """See the description."""

    title: str | None = localised("Title, which names the theme; never null.")
    description: str | None = localised("What the principles are about; null when not recorded.")
    guiding_questions: list[str] = texts("Questions that lead to the principles, in the order of the source.")
    audience: Audience = plain("Whom the principles address.")
    ordinal: int = plain("Place among the sets of the same publisher; 0 when they have no order.")
    publisher: OrganisationRef | None = one(
        "Organisation that published the principles; null when not recorded.", Relation("publisher_id", "id")
    )
    principles: list[Principle] = many("The principles, in order.", Relation("id", "set_id"))


@entity(
    Entity(
        table=table(models.Learning),
        policy=published,
        orders=keys(_LEARNING_ORDERS),
        default_order=("TEXT", False),
    )
)
@strawberry.type(description="What was learnt, good or bad, in an initiative or about a phenomenon or a model.")
class Learning(Record):
    """See the description."""

    text: str | None = localised("What was learnt; never null.")
    kind: LearningKind = plain("What kind of lesson it is.")
    phase: str | None = localised("Phase of the work that it is about; null when not recorded.")
    initiative: InitiativeRef | None = one(
        "Initiative in which it was learnt; null when not recorded.", Relation("initiative_id", "id")
    )
    operating_model: OperatingModelRef | None = one(
        "Operating model that it is about; null when it is not about one.", Relation("model_id", "id")
    )
    phenomena: Connection[PhenomenonRef] = listing(
        "Phenomena that it is about.",
        PhenomenonRef,
        _linked_phenomena(table(models.LearningPhenomenon), "learning_id"),
    )


@entity(
    Entity(
        table=table(models.ImpactFigure),
        policy=published,
        orders=keys(_FIGURE_ORDERS),
        default_order=("STATEMENT", False),
    )
)
@strawberry.type(
    description="A figure about impact that somebody states. It is a claim, not a statistic: read "
    "`qualifier` and `evidenceLevel` before you show it."
)
class ImpactFigure(Record):
    """See the description."""

    statement: str | None = localised("The statement that the figure stands in; never null.")
    value: float = plain("The number in `unit`; for a number per year, `perYear` is true.", form=Form.NUMBER)
    unit: FigureUnit = plain("What the number counts.")
    qualifier: FigureQualifier = plain("How exactly the number is meant.")
    per_year: bool = plain("Whether the number is per year.")
    year: int | None = plain(
        "Year that the number is about; null when the source does not tell, or when it is about a longer `period`."
    )
    period: Period | None = inside(
        "Time over which the number was gathered; null when the source does not tell, or tells a `year` only.",
        has_period,
    )
    population: str | None = localised("Whom the number is about; null when the source does not tell.")
    method: str | None = localised("How the number was found; null when the source does not tell.")
    service_line: str | None = localised("Service or line of work that the number is about; null when not recorded.")
    evidence_level: EvidenceLevel = plain("How well the number is supported, judged by what its source states.")
    organisation: OrganisationRef | None = one(
        "Organisation whose work the number is about; null when not recorded.",
        Relation("organisation_id", "id"),
    )
    initiative: InitiativeRef | None = one(
        "Initiative that the number is about; null when not recorded.", Relation("initiative_id", "id")
    )
    phenomenon: PhenomenonRef | None = one(
        "Phenomenon that the number is about; null when not recorded.", Relation("phenomenon_id", "id")
    )


__all__ = [
    "ImpactFigure",
    "ImpactFigureFilter",
    "ImpactFigureOrder",
    "Implementation",
    "ImplementationFilter",
    "ImplementationOrder",
    "Learning",
    "LearningFilter",
    "LearningOrder",
    "OperatingModel",
    "OperatingModelFilter",
    "OperatingModelOrder",
    "Principle",
    "PrincipleSet",
    "PrincipleSetFilter",
    "PrincipleSetOrder",
    "ProcessStep",
    "Section",
]
