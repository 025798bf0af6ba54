"""What belongs to one initiative: roles, money, goals, measurements, relations.

Owns: the types that are read through an initiative.
Does not own: initiatives (`schema.initiatives`).
"""

import strawberry

from ilmio_api.access.rows import through
from ilmio_api.compiler.declare import Entity, Form, KeyType, Relation
from ilmio_api.domain.indicators.vocabulary import Gender
from ilmio_api.domain.initiatives import models
from ilmio_api.domain.initiatives.vocabulary import (
    FundingKind,
    GoalLevel,
    InitiativeRelationKind,
    MeasurementKind,
    OrganisationRole,
)
from ilmio_api.domain.organisations.models import Organisation as OrganisationRow
from ilmio_api.domain.tables import table
from ilmio_api.schema.fields import entity, filter_input, inside, many, one, plain, text, where
from ilmio_api.schema.orders import by_column, keys, order_input
from ilmio_api.schema.records import Period, has_period, rows_of
from ilmio_api.schema.references import IndicatorRef, InitiativeRef, OperatingModelRef, OrganisationRef
from ilmio_api.schema.rules import has_value, one_of, related
from ilmio_api.schema.scalars import Date, Decimal

_ORDERS = {
    "ORDINAL": (by_column("ordinal", KeyType.INTEGER), "Order in which the source lists them."),
}
ParticipationOrder = order_input("Participation", _ORDERS, "as the source lists them")

_OF_INITIATIVE = through("initiative_id", table(models.Initiative))


@filter_input("Which participations to list.")
class ParticipationFilter:
    """See the description."""

    roles: list[OrganisationRole] | None = where(one_of("role"), "Participations in one of these roles.")
    organisations: list[str] | None = where(
        related(Relation("organisation_id"), table(OrganisationRow)),
        "Participations of these organisations, by slug.",
    )
    initiatives: list[str] | None = where(
        related(Relation("initiative_id"), table(models.Initiative)), "Participations in these initiatives, by slug."
    )
    of_organisation: bool | None = where(
        has_value("organisation_id"), "Only those of organisations (true) or only those of groups of people (false)."
    )


@entity(
    Entity(
        table=table(models.Participation), policy=_OF_INITIATIVE, orders=keys(_ORDERS), default_order=("ORDINAL", False)
    )
)
@strawberry.type(
    description="A role of an organisation, or of a group of people that is no organisation, in an initiative."
)
class Participation:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the participation.")
    role: OrganisationRole = plain("The role.")
    role_as_recorded: str | None = plain("The role in the words of the source; null when not recorded.")
    organisation: OrganisationRef | None = one(
        "The organisation; null when a group of people takes part.", Relation("organisation_id", "id")
    )
    group_name: str | None = text("Group of people that takes part without being an organisation; null otherwise.")
    unit: str | None = text("Unit of the organisation; null when not recorded.")
    initiative: InitiativeRef | None = one(
        "The initiative; null when you may not read it.", Relation("initiative_id", "id")
    )
    period: Period | None = inside("When the role was held; null when not recorded.", has_period)
    budget_share: Decimal | None = plain("Share of the budget in euros; null when not recorded.", form=Form.DECIMAL)
    note: str | None = text("Further explanation; null when not recorded.")


@entity(rows_of(table(models.Funding)))
@strawberry.type(description="Money of one funder.")
class Funding:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the funding.")
    kind: FundingKind = plain("What kind of money it is.")
    funder: OrganisationRef | None = one("Who pays; null when not recorded.", Relation("funder_id", "id"))
    instrument: str | None = text("Programme or instrument that the money comes from; null when not recorded.")
    decision_id: str | None = plain("Number of the funding decision; null when not recorded.")
    amount: Decimal | None = plain("Amount in `currency`; null when not recorded.", form=Form.DECIMAL)
    currency: str | None = plain(
        "Currency of the amount as an ISO 4217 code, such as `EUR`; null when no amount is recorded."
    )
    share: float | None = plain("Share of the whole funding in per cent; null when not recorded.", form=Form.NUMBER)
    as_recorded: str | None = plain("The words of the source; null when not recorded.")


@entity(rows_of(table(models.Measurement)))
@strawberry.type(description="A baseline, target or actual value of a goal, or of an initiative as a whole.")
class Measurement:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the measurement.")
    kind: MeasurementKind = plain("What the value stands for.")
    label: str | None = text("What is measured; null when `indicator` tells it.")
    indicator: IndicatorRef | None = one(
        "What is measured; null when it is not a known indicator.", Relation("indicator_id", "id")
    )
    value: float | None = plain("The value in `unit`; null when only words were recorded.", form=Form.NUMBER)
    unit: str | None = text("Unit of the value; null when not recorded.")
    gender: Gender = plain("Gender of the people that the value is about.")
    age_group: str = plain(
        "Age group of the people that the value is about, such as `17-24`; empty when the value is not divided by age."
    )
    period: Period | None = inside("Time that the value is about; null when not recorded.", has_period)
    as_recorded: str | None = plain("The words of the source; null when not recorded.")


@entity(rows_of(table(models.Goal)))
@strawberry.type(description="What an initiative aims at, at one level.")
class Goal:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the goal.")
    level: GoalLevel = plain("How high the goal stands.")
    text: str | None = text("The goal; never null.")
    ordinal: int = plain("Place among the goals of its level, from 1.")
    measurements: list[Measurement] = many(
        "Baseline, target and actual values of the goal.", Relation("id", "goal_id"), order=("kind", "id")
    )


@entity(rows_of(table(models.InitiativeRelation), through("subject_id", table(models.Initiative))))
@strawberry.type(
    description="How an initiative relates to something; read as subject, kind, object. At most one of the "
    "objects is given: "
    "all are null when the object may not be read."
)
class InitiativeRelation:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the relation.")
    kind: InitiativeRelationKind = plain("The relation.")
    subject: InitiativeRef | None = one(
        "Subject of the relation; null when you may not read it.", Relation("subject_id", "id")
    )
    initiative: InitiativeRef | None = one(
        "Object; null when it is no initiative, or one that you may not read.", Relation("object_initiative_id", "id")
    )
    organisation: OrganisationRef | None = one(
        "Object; null when it is no organisation, or one that you may not read.",
        Relation("object_organisation_id", "id"),
    )
    operating_model: OperatingModelRef | None = one(
        "Object; null when it is no operating model, or one that you may not read.", Relation("object_model_id", "id")
    )
    object_as_recorded: str | None = plain("Object that a source only names; null when it is a record.")
    on_date: Date | None = plain("Day of the event, such as a hand-over; null when not recorded.")
    note: str | None = text("Further explanation; null when not recorded.")
