"""Filters of operating models, implementations, principles, learnings and impact figures.

Owns: what each kind of knowledge can be filtered by.
Does not own: the meaning of a rule (`schema.rules`).
"""

import sqlalchemy as sa

from ilmio_api.access.rows import published
from ilmio_api.compiler.declare import Entity, FilterRule, Hop, Relation, Source
from ilmio_api.domain.initiatives.models import Initiative
from ilmio_api.domain.initiatives.vocabulary import AreaScope, Stage
from ilmio_api.domain.knowledge import models
from ilmio_api.domain.knowledge.vocabulary import (
    Audience,
    EvidenceLevel,
    FigureUnit,
    ImplementationStatus,
    LearningKind,
)
from ilmio_api.domain.organisations.models import Organisation
from ilmio_api.domain.phenomena.models import Phenomenon
from ilmio_api.domain.tables import table
from ilmio_api.schema.fields import filter_input, where
from ilmio_api.schema.record_filters import RecordCriteria
from ilmio_api.schema.rules import (
    AreaCriterion,
    DateRange,
    YearRange,
    has_value,
    in_area,
    in_years,
    is_true,
    one_of,
    overlaps,
    related,
)

_MODEL = table(models.OperatingModel)
_ORGANISATION = table(Organisation)
_IMPLEMENTATION = table(models.Implementation)
_IMPLEMENTATIONS = Source(Entity(_IMPLEMENTATION, published))
_IMPLEMENTERS = Hop(_IMPLEMENTATION, "model_id", "organisation_id", source=_IMPLEMENTATIONS)
_USES = Hop(_IMPLEMENTATION, "model_id", "area_id", source=_IMPLEMENTATIONS)


def _phenomena(link: sa.Table, near: str) -> FilterRule:
    """Demand a link to one of the phenomena with the given slugs."""
    hop = Hop(link, near, "phenomenon_id", unique=True)
    return related(Relation("id", "id", (hop,)), table(Phenomenon))


@filter_input("Which operating models to list.")
class OperatingModelFilter(RecordCriteria):
    """See the description."""

    stage: list[Stage] | None = where(one_of("stage"), "Models at one of these stages.")
    scope: list[AreaScope] | None = where(one_of("scope"), "Models with one of these recorded scopes.")
    phenomena: list[str] | None = where(
        _phenomena(table(models.OperatingModelPhenomenon), "model_id"),
        "Models that help with one of these phenomena, by slug.",
    )
    collections: list[str] | None = where(
        related(Relation("collection_id", "id"), table(Initiative)),
        "Models in one of these collections, by slug.",
    )
    implementers: list[str] | None = where(
        related(Relation("id", "id", (_IMPLEMENTERS,)), _ORGANISATION),
        "Models that one of these organisations has tried or taken into use, by slug.",
    )
    area: AreaCriterion | None = where(in_area(_USES), "Where the model is or was used, by its implementations.")
    taken_into_practice: bool | None = where(
        is_true("taken_into_practice"),
        "Only models known to be in practice (true), or only the others, also those not evaluated (false).",
    )


@filter_input("Which implementations to list.")
class ImplementationFilter(RecordCriteria):
    """See the description."""

    status: list[ImplementationStatus] | None = where(one_of("status"), "Implementations with one of these statuses.")
    models: list[str] | None = where(
        related(Relation("model_id", "id"), _MODEL),
        "Implementations of one of these operating models, by slug.",
    )
    organisations: list[str] | None = where(
        related(Relation("organisation_id", "id"), _ORGANISATION),
        "Implementations in one of these organisations, by slug.",
    )
    area: AreaCriterion | None = where(in_area(column="area_id"), "Where the model is or was used.")
    period: DateRange | None = where(overlaps(), "Implementations whose period shares a day with this span.")


@filter_input("Which sets of principles to list.")
class PrincipleSetFilter(RecordCriteria):
    """See the description."""

    audience: list[Audience] | None = where(one_of("audience"), "Sets that address one of these audiences.")
    publishers: list[str] | None = where(
        related(Relation("publisher_id", "id"), _ORGANISATION),
        "Sets published by one of these organisations, by slug.",
    )


@filter_input("Which learnings to list.")
class LearningFilter(RecordCriteria):
    """See the description."""

    kind: list[LearningKind] | None = where(one_of("kind"), "Learnings of one of these kinds.")
    phenomena: list[str] | None = where(
        _phenomena(table(models.LearningPhenomenon), "learning_id"),
        "Learnings about one of these phenomena, by slug.",
    )
    initiatives: list[str] | None = where(
        related(Relation("initiative_id", "id"), table(Initiative)),
        "Learnings from one of these initiatives, by slug.",
    )
    operating_models: list[str] | None = where(
        related(Relation("model_id", "id"), _MODEL), "Learnings about one of these operating models, by slug."
    )


@filter_input("Which impact figures to list.")
class ImpactFigureFilter(RecordCriteria):
    """See the description."""

    unit: list[FigureUnit] | None = where(one_of("unit"), "Figures in one of these units.")
    evidence_level: list[EvidenceLevel] | None = where(
        one_of("evidence_level"), "Figures supported at one of these levels."
    )
    years: YearRange | None = where(
        in_years(), "Figures about a year in this span; figures without a year are left out."
    )
    has_year: bool | None = where(
        has_value("year"),
        "Only figures that say which year they are about (true), or only the others (false).",
    )
    phenomena: list[str] | None = where(
        related(Relation("phenomenon_id", "id"), table(Phenomenon)),
        "Figures about one of these phenomena, by slug.",
    )
    initiatives: list[str] | None = where(
        related(Relation("initiative_id", "id"), table(Initiative)),
        "Figures about one of these initiatives, by slug.",
    )
    organisations: list[str] | None = where(
        related(Relation("organisation_id", "id"), _ORGANISATION),
        "Figures about one of these organisations, by slug.",
    )
