"""Tables of knowledge that outlives an initiative.

Owns: operating models with sections and steps, implementations, principles, learnings, impact figures.
Does not own: statistics (`domain.indicators`); an impact figure is a claim, not an observation.
"""

from decimal import Decimal
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ilmio_api.db.base import (
    Base,
    Identifier,
    Localized,
    LocalizedList,
    LocalizedText,
    PrimaryKey,
    has_text,
    vocabulary,
)
from ilmio_api.domain.initiatives.vocabulary import AreaScope, Stage
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
from ilmio_api.domain.records import PeriodMixin, RecordMixin, list_indexes, period_rules


class OperatingModel(RecordMixin, Base):
    """A way of working that others can take up (toimintamalli)."""

    __sort_source__: ClassVar[str] = "title"
    __tablename__ = "operating_model"
    __table_args__ = (
        has_text("title"),
        CheckConstraint("minimum_duration_months > 0", name="minimum_duration_positive"),
        *list_indexes("operating_model"),
    )

    title: Mapped[Localized]
    summary: Mapped[LocalizedText | None] = mapped_column(JSONB)
    place: Mapped[LocalizedText | None] = mapped_column(JSONB)
    scope: Mapped[AreaScope] = mapped_column(vocabulary(AreaScope), default=AreaScope.UNKNOWN, server_default="UNKNOWN")
    scope_as_recorded: Mapped[str | None]
    stage: Mapped[Stage] = mapped_column(vocabulary(Stage), default=Stage.UNKNOWN, server_default="UNKNOWN")
    stage_as_recorded: Mapped[str | None]
    collection_id: Mapped[Identifier | None] = mapped_column(ForeignKey("initiative.id"), index=True)
    minimum_duration_months: Mapped[int | None]
    minimum_duration_as_recorded: Mapped[str | None]
    adoption_conditions: Mapped[LocalizedList]
    facilitator_criteria: Mapped[LocalizedList]
    evaluation_summary: Mapped[LocalizedText | None] = mapped_column(JSONB)
    tips: Mapped[LocalizedText | None] = mapped_column(JSONB)
    taken_into_practice: Mapped[bool | None]
    new_to_practice: Mapped[bool | None]
    answers_the_problem: Mapped[bool | None]


class OperatingModelPhenomenon(Base):
    """A phenomenon that an operating model helps with."""

    __tablename__ = "operating_model_phenomenon"

    model_id: Mapped[Identifier] = mapped_column(ForeignKey("operating_model.id"), primary_key=True)
    phenomenon_id: Mapped[Identifier] = mapped_column(ForeignKey("phenomenon.id"), primary_key=True, index=True)


class Section(Base):
    """A section of the form that a record was written on; its state tells an empty answer from an absent question."""

    __tablename__ = "section"
    __table_args__ = (
        UniqueConstraint("record_id", "profile", "key"),
        CheckConstraint("(state = 'FILLED') = (body IS NOT NULL)", name="body_when_filled"),
    )

    id: Mapped[PrimaryKey]
    record_id: Mapped[Identifier] = mapped_column(ForeignKey("record.id", deferrable=True, initially="DEFERRED"))
    profile: Mapped[SectionProfile] = mapped_column(vocabulary(SectionProfile))
    key: Mapped[str]
    label: Mapped[Localized]
    body: Mapped[LocalizedText | None] = mapped_column(JSONB)
    state: Mapped[SectionState] = mapped_column(vocabulary(SectionState))
    in_summary_card: Mapped[bool] = mapped_column(default=False, server_default="false")
    ordinal: Mapped[int]


class ProcessStep(Base):
    """A step of the process of an operating model, such as a workshop."""

    __tablename__ = "process_step"
    __table_args__ = (UniqueConstraint("model_id", "ordinal"),)

    id: Mapped[PrimaryKey]
    model_id: Mapped[Identifier] = mapped_column(ForeignKey("operating_model.id"))
    ordinal: Mapped[int]
    title: Mapped[Localized]
    description: Mapped[LocalizedText | None] = mapped_column(JSONB)


class Implementation(RecordMixin, PeriodMixin, Base):
    """An operating model in one organisation or place: what was changed, and what became of it."""

    __sort_source__: ClassVar[str] = "title"
    __tablename__ = "implementation"
    __table_args__ = (has_text("title"), *period_rules(), *list_indexes("implementation"))

    title: Mapped[Localized]
    model_id: Mapped[Identifier] = mapped_column(ForeignKey("operating_model.id"), index=True)
    organisation_id: Mapped[Identifier | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    area_id: Mapped[Identifier | None] = mapped_column(ForeignKey("area.id"), index=True)
    status: Mapped[ImplementationStatus] = mapped_column(vocabulary(ImplementationStatus))
    status_as_recorded: Mapped[str | None]
    adaptations: Mapped[LocalizedText | None] = mapped_column(JSONB)
    evidence: Mapped[LocalizedText | None] = mapped_column(JSONB)


class PrincipleSet(RecordMixin, Base):
    """A set of principles on one theme, with the questions that lead to them."""

    __sort_source__: ClassVar[str] = "title"
    __tablename__ = "principle_set"
    __table_args__ = (has_text("title"), *list_indexes("principle_set"))

    title: Mapped[Localized]
    description: Mapped[LocalizedText | None] = mapped_column(JSONB)
    guiding_questions: Mapped[LocalizedList]
    audience: Mapped[Audience] = mapped_column(vocabulary(Audience))
    publisher_id: Mapped[Identifier | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    ordinal: Mapped[int] = mapped_column(default=0, server_default="0")


class Principle(Base):
    """One principle of a set."""

    __tablename__ = "principle"
    __table_args__ = (has_text("text"), UniqueConstraint("set_id", "ordinal"))

    id: Mapped[PrimaryKey]
    set_id: Mapped[Identifier] = mapped_column(ForeignKey("principle_set.id"))
    ordinal: Mapped[int]
    text: Mapped[Localized]


class Learning(RecordMixin, Base):
    """What was learnt, good or bad, in an initiative or about a phenomenon or a model."""

    __sort_source__: ClassVar[str] = "text"
    __tablename__ = "learning"
    __table_args__ = (has_text("text"), *list_indexes("learning"))

    text: Mapped[Localized]
    kind: Mapped[LearningKind] = mapped_column(vocabulary(LearningKind), index=True)
    phase: Mapped[LocalizedText | None] = mapped_column(JSONB)
    initiative_id: Mapped[Identifier | None] = mapped_column(ForeignKey("initiative.id"), index=True)
    model_id: Mapped[Identifier | None] = mapped_column(ForeignKey("operating_model.id"), index=True)


class LearningPhenomenon(Base):
    """A phenomenon that a learning is about."""

    __tablename__ = "learning_phenomenon"

    learning_id: Mapped[Identifier] = mapped_column(ForeignKey("learning.id"), primary_key=True)
    phenomenon_id: Mapped[Identifier] = mapped_column(ForeignKey("phenomenon.id"), primary_key=True, index=True)


class ImpactFigure(RecordMixin, PeriodMixin, Base):
    """A figure about impact that somebody states; time, method and population are None where the source is silent.

    `year` is for figures of one year, the period for those that were gathered over a longer time.
    """

    __sort_source__: ClassVar[str] = "statement"
    __tablename__ = "impact_figure"
    __table_args__ = (has_text("statement"), *period_rules(), *list_indexes("impact_figure"))

    statement: Mapped[Localized]
    value: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    unit: Mapped[FigureUnit] = mapped_column(vocabulary(FigureUnit))
    qualifier: Mapped[FigureQualifier] = mapped_column(vocabulary(FigureQualifier))
    per_year: Mapped[bool] = mapped_column(default=False, server_default="false")
    year: Mapped[int | None]
    population: Mapped[LocalizedText | None] = mapped_column(JSONB)
    method: Mapped[LocalizedText | None] = mapped_column(JSONB)
    service_line: Mapped[LocalizedText | None] = mapped_column(JSONB)
    evidence_level: Mapped[EvidenceLevel] = mapped_column(vocabulary(EvidenceLevel))
    organisation_id: Mapped[Identifier | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    initiative_id: Mapped[Identifier | None] = mapped_column(ForeignKey("initiative.id"), index=True)
    phenomenon_id: Mapped[Identifier | None] = mapped_column(ForeignKey("phenomenon.id"), index=True)
