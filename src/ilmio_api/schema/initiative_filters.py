"""Filters of initiatives.

Owns: what all kinds of initiative can be filtered by, and what only pilots can.
Does not own: the meaning of a rule (`schema.rules`).
"""

from typing import cast

import strawberry

from ilmio_api.access.rows import reference
from ilmio_api.compiler.declare import Entity, Hop, Relation, Source
from ilmio_api.compiler.predicates import All, Linked, Predicate
from ilmio_api.compiler.values import Tree
from ilmio_api.domain.initiatives import models
from ilmio_api.domain.initiatives.vocabulary import (
    AreaScope,
    Decision,
    ExperimentOutcome,
    InitiativeKind,
    InitiativeStatus,
    OrganisationRole,
    PilotKind,
    Stage,
)
from ilmio_api.domain.organisations.models import Organisation
from ilmio_api.domain.phenomena.models import Phenomenon
from ilmio_api.domain.tables import table
from ilmio_api.schema.fields import filter_input, where
from ilmio_api.schema.record_filters import RecordCriteria
from ilmio_api.schema.rules import (
    AreaCriterion,
    DateRange,
    in_area,
    is_of_kind,
    one_of,
    overlaps,
    related,
)

_TACKLES = Relation(hops=(Hop(table(models.InitiativePhenomenon), "initiative_id", "phenomenon_id", unique=True),))
_PARTICIPATIONS = Source(Entity(table=table(models.Participation), policy=reference))
_OF_ORGANISATION = related(Relation("organisation_id"), table(Organisation))


def _participates(given: Tree) -> Predicate | None:
    """Demand that one of the organisations takes part, in one of the roles when some are given."""
    criterion = cast("dict[str, Tree]", given)
    slugs, roles = criterion.get("slugs"), criterion.get("roles")
    conditions = (
        _OF_ORGANISATION(slugs) if slugs is not None else None,
        one_of("role")(roles) if roles is not None else None,
    )
    inner = All(tuple(condition for condition in conditions if condition is not None))
    return Linked(Relation(target="initiative_id"), _PARTICIPATIONS, inner)


@strawberry.input(description="Who takes part in what.")
class ParticipantCriterion:
    """See the description."""

    slugs: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="One of these organisations, by slug."
    )
    roles: list[OrganisationRole] | None = strawberry.field(
        default=strawberry.UNSET, description="In one of these roles; in any role when not given."
    )


@strawberry.input(description="Filters of every initiative.")
class InitiativeCriteria(RecordCriteria):
    """Base of the filters of initiatives."""

    status: list[InitiativeStatus] | None = where(one_of("status"), "Initiatives with one of these statuses.")
    stage: list[Stage] | None = where(one_of("stage"), "Initiatives at one of these stages.")
    scope: list[AreaScope] | None = where(one_of("scope"), "Initiatives with one of these recorded scopes.")
    area: AreaCriterion | None = where(
        in_area(Hop(table(models.InitiativeArea), "initiative_id", "area_id", unique=True)),
        "Where the initiative works.",
    )
    phenomena: list[str] | None = where(
        related(_TACKLES, table(Phenomenon)),
        "Initiatives that tackle one of these phenomena, by slug.",
    )
    participant: ParticipantCriterion | None = where(_participates, "Who takes part.")
    lead_organisations: list[str] | None = where(
        related(Relation("lead_organisation_id"), table(Organisation)),
        "Initiatives led by one of these organisations, by slug.",
    )
    parents: list[str] | None = where(
        related(Relation("parent_id"), table(models.Initiative)), "Parts of one of these initiatives, by slug."
    )
    period: DateRange | None = where(overlaps(), "Initiatives whose period shares a day with this span.")


@filter_input("Which initiatives to list.")
class InitiativeFilter(InitiativeCriteria):
    """See the description."""

    kind: list[InitiativeKind] | None = where(is_of_kind(), "Initiatives of one of these kinds.")


@filter_input("Which projects to list.")
class ProjectFilter(InitiativeCriteria):
    """See the description."""


@filter_input("Which regional programmes to list.")
class RegionalProgrammeFilter(InitiativeCriteria):
    """See the description."""


@filter_input("Which collections to list.")
class CollectionFilter(InitiativeCriteria):
    """See the description."""


@filter_input("Which pilots to list.")
class PilotFilter(InitiativeCriteria):
    """See the description."""

    pilot_kind: list[PilotKind] | None = where(one_of("pilot_kind"), "Pilots of one of these kinds.")
    outcome: list[ExperimentOutcome] | None = where(one_of("outcome"), "Experiments with one of these outcomes.")
    decision: list[Decision] | None = where(one_of("decision"), "Pilots after which one of these decisions was made.")
