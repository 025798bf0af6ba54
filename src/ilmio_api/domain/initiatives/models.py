"""Tables of initiatives and of what belongs to one: areas, phenomena, roles, money, goals, relations.

Owns: pilots, projects, regional programmes and collections in one table, told apart by `kind`.
Does not own: operating models and learnings (`domain.knowledge`), events (`domain.events`).
"""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Computed, FetchedValue, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ilmio_api.db.base import (
    COPIED_FROM,
    GROUPS,
    Base,
    Identifier,
    Localized,
    LocalizedText,
    PrimaryKey,
    has_text,
    vocabulary,
)
from ilmio_api.domain.indicators.vocabulary import Gender
from ilmio_api.domain.initiatives.vocabulary import (
    AreaScope,
    Decision,
    ExperimentOutcome,
    FundingKind,
    GoalLevel,
    InitiativeKind,
    InitiativeRelationKind,
    InitiativeStatus,
    MeasurementKind,
    OrganisationRole,
    PilotKind,
    Stage,
)
from ilmio_api.domain.records import PeriodMixin, RecordMixin, list_indexes, period_rules

_FILTERED = ("kind", "status", "is_public")
"""What lists are most often filtered by: in an index, so that rows which are left out are not fetched."""


def _indexes_by_kind() -> tuple[Index, ...]:
    """Return the indexes of the lists of one kind: the same orders as `list_indexes`, kind first.

    The order by start has another one that has each status apart, because status follows start (decision 0018).
    """
    often = ["status", "is_public"]
    included = {"sort_key": often, "starts_on": often, "status": ["is_public", "owner_id", "deleted_at"]}
    in_order = (
        Index(f"ix_initiative_kind_{column}_id", "kind", column, "id", postgresql_include=included.get(column, []))
        for column in ("sort_key", "created_at", "updated_at", "starts_on", "status", "stage")
    )
    by_status = Index(
        *("ix_initiative_kind_status_starts_on", "kind", "status", "starts_on", "id"), postgresql_include=["is_public"]
    )
    return (*in_order, by_status)


def _pages_of(table: str, column: str) -> tuple[Index, ...]:
    """Return the indexes that have the lines with one value of the column in the order of a list of initiatives.

    Each order has two: one for all lines, and one that has those of each status apart (decision 0018).
    """
    orders = ("sort_key", "starts_on")
    of_all = [
        Index(f"ix_{table}_{column}_{key}", column, key, "initiative_id", postgresql_include=_FILTERED)
        for key in orders
    ]
    by_status = [
        Index(
            *(f"ix_{table}_{column}_status_{key}", column, "status", key, "initiative_id"),
            postgresql_include=["kind", "is_public"],
        )
        for key in orders
    ]
    return (*of_all, *by_status)


def _links_to(table: str, target: str) -> Index:
    """Return the index that has the lines of an initiative in the order of what they lead to."""
    columns = ("initiative_id", f"{target}_sort_key", f"{target}_id")
    return Index(f"ix_{table}_initiative_id_{target}_sort_key", *columns)


def _copied(source: str) -> Any:  # noqa: ANN401 - as mapped_column, so that attributes keep their annotated types
    """Return a column that holds a copy of another, `table.column`; the database writes it."""
    written = FetchedValue()
    return mapped_column(server_default=written, server_onupdate=written, info={COPIED_FROM: source})


class Initiative(RecordMixin, PeriodMixin, Base):
    """Something that organisations do together about a phenomenon."""

    __sort_source__: ClassVar[str] = "title"
    __tablename__ = "initiative"
    __table_args__ = (
        has_text("title"),
        *period_rules(),
        CheckConstraint("kind = 'PILOT' OR pilot_kind IS NULL", name="pilot_kind_of_pilot"),
        CheckConstraint("budget >= 0", name="budget_not_negative"),
        CheckConstraint("planned_duration_days > 0", name="planned_duration_positive"),
        Index("ix_initiative_period", "period", postgresql_using="gist"),
        *list_indexes("initiative", "starts_on", "status", "stage"),
        *_indexes_by_kind(),
        Index("ix_initiative_lead_organisation_id_sort_key", "lead_organisation_id", "sort_key", "id"),
        Index("ix_initiative_parent_id_sort_key", "parent_id", "sort_key", "id"),
        # Finds the rows of a page that links have found: as quick among millions, where the tree of the key is deeper.
        Index("ix_initiative_id", "id", postgresql_using="hash"),
    )
    __mapper_args__ = {"polymorphic_on": "kind"}  # noqa: RUF012 - SQLAlchemy declares it as an instance attribute

    kind: Mapped[InitiativeKind] = mapped_column(vocabulary(InitiativeKind))
    title: Mapped[Localized]
    short_title: Mapped[str | None]
    summary: Mapped[LocalizedText | None] = mapped_column(JSONB)
    purpose: Mapped[LocalizedText | None] = mapped_column(JSONB)
    description: Mapped[LocalizedText | None] = mapped_column(JSONB)
    status: Mapped[InitiativeStatus] = mapped_column(
        vocabulary(InitiativeStatus), default=InitiativeStatus.UNKNOWN, server_default="UNKNOWN"
    )
    status_as_recorded: Mapped[str | None]
    stage: Mapped[Stage] = mapped_column(vocabulary(Stage), default=Stage.UNKNOWN, server_default="UNKNOWN")
    stage_as_recorded: Mapped[str | None]
    scope: Mapped[AreaScope] = mapped_column(vocabulary(AreaScope), default=AreaScope.UNKNOWN, server_default="UNKNOWN")
    scope_as_recorded: Mapped[str | None]
    parent_id: Mapped[Identifier | None] = mapped_column(ForeignKey("initiative.id"))
    lead_organisation_id: Mapped[Identifier | None] = mapped_column(ForeignKey("organisation.id"))
    budget: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    budget_currency: Mapped[str | None]
    website: Mapped[str | None]
    preparation: Mapped[LocalizedText | None] = mapped_column(JSONB)
    starts_on: Mapped[date] = mapped_column(
        Computed("coalesce(period_start, 'infinity'::date)", persisted=True), nullable=False
    )

    pilot_kind: Mapped[PilotKind | None] = mapped_column(vocabulary(PilotKind))
    theme: Mapped[LocalizedText | None] = mapped_column(JSONB)
    starting_situation: Mapped[LocalizedText | None] = mapped_column(JSONB)
    question: Mapped[LocalizedText | None] = mapped_column(JSONB)
    hypothesis: Mapped[LocalizedText | None] = mapped_column(JSONB)
    bounded_group: Mapped[LocalizedText | None] = mapped_column(JSONB)
    place: Mapped[LocalizedText | None] = mapped_column(JSONB)
    planned_duration_days: Mapped[int | None]
    planned_duration_as_recorded: Mapped[str | None]
    method: Mapped[LocalizedText | None] = mapped_column(JSONB)
    outcome: Mapped[ExperimentOutcome | None] = mapped_column(vocabulary(ExperimentOutcome))
    outcome_as_recorded: Mapped[str | None]
    decision: Mapped[Decision | None] = mapped_column(vocabulary(Decision))
    decision_as_recorded: Mapped[str | None]
    decision_rationale: Mapped[LocalizedText | None] = mapped_column(JSONB)


class Pilot(Initiative):
    """A pilot or, with `pilot_kind` EXPERIMENT, an experiment."""

    __mapper_args__ = {"polymorphic_identity": InitiativeKind.PILOT}  # noqa: RUF012 - SQLAlchemy declares it as an instance attribute


class Project(Initiative):
    """A funded project."""

    __mapper_args__ = {"polymorphic_identity": InitiativeKind.PROJECT}  # noqa: RUF012 - SQLAlchemy declares it as an instance attribute


class RegionalProgramme(Initiative):
    """A regional programme."""

    __mapper_args__ = {"polymorphic_identity": InitiativeKind.REGIONAL_PROGRAMME}  # noqa: RUF012 - SQLAlchemy declares it as an instance attribute


class Collection(Initiative):
    """A collection (kokonaisuus)."""

    __mapper_args__ = {"polymorphic_identity": InitiativeKind.COLLECTION}  # noqa: RUF012 - SQLAlchemy declares it as an instance attribute


class InitiativeCopies:
    """What lists of initiatives are ordered and filtered by, copied into a line that leads to an initiative.

    Triggers keep the copies. With them, an index on the lines has the initiatives of an area or a phenomenon in the
    order of a list, so that a page of them takes as long as it is, however many there are (decision 0018). With a copy
    of the name that areas or phenomena are ordered by, another one has those of an initiative in their order.
    """

    kind: Mapped[str] = _copied("initiative.kind")
    status: Mapped[str] = _copied("initiative.status")
    is_public: Mapped[bool] = _copied("initiative.is_public")
    sort_key: Mapped[Identifier] = _copied("initiative.sort_key")
    starts_on: Mapped[date] = _copied("initiative.starts_on")


class InitiativeArea(InitiativeCopies, Base):
    """An area that an initiative works in."""

    __tablename__ = "initiative_area"
    __table_args__ = (
        *_pages_of("initiative_area", "area_id"),
        *_pages_of("initiative_area", "county_id"),
        _links_to("initiative_area", "area"),
    )

    initiative_id: Mapped[Identifier] = mapped_column(ForeignKey("initiative.id"), primary_key=True)
    area_id: Mapped[Identifier] = mapped_column(ForeignKey("area.id"), primary_key=True)
    area_sort_key: Mapped[Identifier] = _copied("area.sort_key")
    county_id: Mapped[Identifier | None] = mapped_column(
        server_default=FetchedValue(), server_onupdate=FetchedValue(), info={GROUPS: "area_id"}
    )
    """The wellbeing services county in which the area lies, as `AreaReach.county_id` says; the database writes it."""


class InitiativePhenomenon(InitiativeCopies, Base):
    """A phenomenon that an initiative tackles."""

    __tablename__ = "initiative_phenomenon"
    __table_args__ = (
        *_pages_of("initiative_phenomenon", "phenomenon_id"),
        _links_to("initiative_phenomenon", "phenomenon"),
    )

    initiative_id: Mapped[Identifier] = mapped_column(ForeignKey("initiative.id"), primary_key=True)
    phenomenon_id: Mapped[Identifier] = mapped_column(ForeignKey("phenomenon.id"), primary_key=True)
    phenomenon_sort_key: Mapped[Identifier] = _copied("phenomenon.sort_key")


class InitiativeRelation(Base):
    """Subject – kind – object; the object is an initiative, an organisation, an operating model, or only named."""

    __tablename__ = "initiative_relation"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(object_initiative_id, object_organisation_id, object_model_id, object_as_recorded) = 1",
            name="one_object",
        ),
    )

    id: Mapped[PrimaryKey]
    subject_id: Mapped[Identifier] = mapped_column(ForeignKey("initiative.id"), index=True)
    kind: Mapped[InitiativeRelationKind] = mapped_column(vocabulary(InitiativeRelationKind))
    object_initiative_id: Mapped[Identifier | None] = mapped_column(ForeignKey("initiative.id"), index=True)
    object_organisation_id: Mapped[Identifier | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    object_model_id: Mapped[Identifier | None] = mapped_column(ForeignKey("operating_model.id"), index=True)
    object_as_recorded: Mapped[str | None]
    on_date: Mapped[date | None]
    note: Mapped[LocalizedText | None] = mapped_column(JSONB)


class Participation(PeriodMixin, Base):
    """An organisation, or a group of people that is no organisation, has a role in an initiative."""

    __tablename__ = "participation"
    __table_args__ = (
        *period_rules(),
        CheckConstraint("num_nonnulls(organisation_id, group_name) = 1", name="organisation_or_group"),
        Index("ix_participation_organisation_id_initiative_id", "organisation_id", "initiative_id"),
        Index("ix_participation_initiative_id_ordinal_id", "initiative_id", "ordinal", "id"),
        Index("ix_participation_ordinal_id", "ordinal", "id"),
    )

    id: Mapped[PrimaryKey]
    initiative_id: Mapped[Identifier] = mapped_column(ForeignKey("initiative.id"))
    organisation_id: Mapped[Identifier | None] = mapped_column(ForeignKey("organisation.id"))
    group_name: Mapped[LocalizedText | None] = mapped_column(JSONB)
    role: Mapped[OrganisationRole] = mapped_column(vocabulary(OrganisationRole))
    role_as_recorded: Mapped[str | None]
    unit: Mapped[LocalizedText | None] = mapped_column(JSONB)
    budget_share: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    note: Mapped[LocalizedText | None] = mapped_column(JSONB)
    ordinal: Mapped[int] = mapped_column(default=0, server_default="0")


class Funding(Base):
    """Money of one funder for one record: an initiative or an operating model."""

    __tablename__ = "funding"
    __table_args__ = (
        CheckConstraint("num_nonnulls(initiative_id, model_id) = 1", name="one_recipient"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
    )

    id: Mapped[PrimaryKey]
    initiative_id: Mapped[Identifier | None] = mapped_column(ForeignKey("initiative.id"), index=True)
    model_id: Mapped[Identifier | None] = mapped_column(ForeignKey("operating_model.id"), index=True)
    funder_id: Mapped[Identifier | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[FundingKind] = mapped_column(vocabulary(FundingKind))
    instrument: Mapped[LocalizedText | None] = mapped_column(JSONB)
    decision_id: Mapped[str | None]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    currency: Mapped[str | None]
    share: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    as_recorded: Mapped[str | None]
    ordinal: Mapped[int] = mapped_column(default=0, server_default="0")


class Goal(Base):
    """What an initiative aims at, at one level."""

    __tablename__ = "goal"
    __table_args__ = (has_text("text"), UniqueConstraint("initiative_id", "level", "ordinal"))

    id: Mapped[PrimaryKey]
    initiative_id: Mapped[Identifier] = mapped_column(ForeignKey("initiative.id"))
    level: Mapped[GoalLevel] = mapped_column(vocabulary(GoalLevel))
    text: Mapped[Localized]
    ordinal: Mapped[int]


class Measurement(PeriodMixin, Base):
    """A baseline, target or actual value of a goal or of an initiative as a whole."""

    __tablename__ = "measurement"
    __table_args__ = (*period_rules(),)

    id: Mapped[PrimaryKey]
    initiative_id: Mapped[Identifier] = mapped_column(ForeignKey("initiative.id"), index=True)
    goal_id: Mapped[Identifier | None] = mapped_column(ForeignKey("goal.id"), index=True)
    indicator_id: Mapped[Identifier | None] = mapped_column(ForeignKey("indicator.id"), index=True)
    kind: Mapped[MeasurementKind] = mapped_column(vocabulary(MeasurementKind))
    label: Mapped[LocalizedText | None] = mapped_column(JSONB)
    value: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    unit: Mapped[LocalizedText | None] = mapped_column(JSONB)
    gender: Mapped[Gender] = mapped_column(vocabulary(Gender), default=Gender.ALL, server_default="ALL")
    age_group: Mapped[str] = mapped_column(default="", server_default="")
    as_recorded: Mapped[str | None]
