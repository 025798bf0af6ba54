"""Tables of phenomena and of the concepts that describe records.

Owns: definitions, root causes, relations, regional priorities, links to indicators and concepts.
Does not own: what is done about a phenomenon (`domain.initiatives`).
"""

from datetime import date

from sqlalchemy import ForeignKey, Index, UniqueConstraint
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
from ilmio_api.domain.phenomena.vocabulary import ConceptScheme, PhenomenonNature, PhenomenonRelationKind
from ilmio_api.domain.records import DatePrecision, RecordMixin, list_indexes


class Phenomenon(RecordMixin, Base):
    """A phenomenon (ilmiö) with its definition and root causes."""

    __tablename__ = "phenomenon"
    __table_args__ = (has_text("name"), *list_indexes("phenomenon"))

    name: Mapped[Localized]
    label_as_recorded: Mapped[str | None]
    nature: Mapped[PhenomenonNature] = mapped_column(vocabulary(PhenomenonNature))
    definition: Mapped[LocalizedText | None] = mapped_column(JSONB)
    definition_source: Mapped[str | None]
    description: Mapped[LocalizedText | None] = mapped_column(JSONB)
    root_causes: Mapped[LocalizedList]
    drivers: Mapped[LocalizedList]


class PhenomenonRelation(Base):
    """Subject – kind – object."""

    __tablename__ = "phenomenon_relation"

    subject_id: Mapped[Identifier] = mapped_column(ForeignKey("phenomenon.id"), primary_key=True)
    kind: Mapped[PhenomenonRelationKind] = mapped_column(vocabulary(PhenomenonRelationKind), primary_key=True)
    object_id: Mapped[Identifier] = mapped_column(ForeignKey("phenomenon.id"), primary_key=True, index=True)
    note: Mapped[LocalizedText | None] = mapped_column(JSONB)


class PhenomenonPriority(Base):
    """An area has chosen a phenomenon to work on; by whom and since when, where that was recorded."""

    __tablename__ = "phenomenon_priority"
    __table_args__ = (
        UniqueConstraint("phenomenon_id", "area_id", "organisation_id", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[PrimaryKey]
    phenomenon_id: Mapped[Identifier] = mapped_column(ForeignKey("phenomenon.id"))
    area_id: Mapped[Identifier] = mapped_column(ForeignKey("area.id"), index=True)
    organisation_id: Mapped[Identifier | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    since: Mapped[date | None]
    since_precision: Mapped[DatePrecision] = mapped_column(
        vocabulary(DatePrecision), default=DatePrecision.NONE, server_default="NONE"
    )
    rationale: Mapped[LocalizedText | None] = mapped_column(JSONB)
    role_in_region: Mapped[LocalizedText | None] = mapped_column(JSONB)


class PhenomenonIndicator(Base):
    """An indicator that tells something about a phenomenon."""

    __tablename__ = "phenomenon_indicator"
    __table_args__ = (Index("ix_phenomenon_indicator_indicator_id", "indicator_id"),)

    phenomenon_id: Mapped[Identifier] = mapped_column(ForeignKey("phenomenon.id"), primary_key=True)
    indicator_id: Mapped[Identifier] = mapped_column(ForeignKey("indicator.id"), primary_key=True)


class Concept(Base):
    """A term of a shared vocabulary; `uri` is None until it is resolved there, never invented."""

    __tablename__ = "concept"
    __table_args__ = (has_text("label"), UniqueConstraint("scheme", "code"))

    id: Mapped[PrimaryKey]
    scheme: Mapped[ConceptScheme] = mapped_column(vocabulary(ConceptScheme))
    code: Mapped[str]
    uri: Mapped[str | None]
    label: Mapped[Localized]


class RecordConcept(Base):
    """A concept that describes a record of any kind."""

    __tablename__ = "record_concept"

    record_id: Mapped[Identifier] = mapped_column(
        ForeignKey("record.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    concept_id: Mapped[Identifier] = mapped_column(ForeignKey("concept.id"), primary_key=True, index=True)
