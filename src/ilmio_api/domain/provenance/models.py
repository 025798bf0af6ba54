"""Tables of provenance, documents and contacts of any record.

Owns: sources, claims, external ids, documents, contacts; personal data in a table of its own.
Does not own: our own audit dates, which every record has.
"""

from datetime import date, datetime

from sqlalchemy import DateTime, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ilmio_api.db.base import Base, Identifier, LocalizedText, PrimaryKey, vocabulary
from ilmio_api.domain.provenance.vocabulary import DocumentType, ExternalIdScheme, LegalBasis
from ilmio_api.domain.records import Licence


def _record() -> ForeignKey:
    """Return the reference to a record of any kind; deferred, because its directory entry is written by a trigger."""
    return ForeignKey("record.id", deferrable=True, initially="DEFERRED")


class Source(Base):
    """A place that a record was learnt from. The source's own dates are kept as written, even when they contradict."""

    __tablename__ = "source"

    id: Mapped[PrimaryKey]
    record_id: Mapped[Identifier] = mapped_column(_record(), index=True)
    system: Mapped[str]
    title: Mapped[LocalizedText | None] = mapped_column(JSONB)
    url: Mapped[str | None]
    retrieved_on: Mapped[date | None]
    published_on: Mapped[date | None]
    created_as_recorded: Mapped[str | None]
    modified_as_recorded: Mapped[str | None]
    author_role: Mapped[LocalizedText | None] = mapped_column(JSONB)
    licence: Mapped[Licence] = mapped_column(vocabulary(Licence), default=Licence.UNKNOWN, server_default="UNKNOWN")
    content_hash: Mapped[str | None]
    ordinal: Mapped[int] = mapped_column(default=0, server_default="0")


class Claim(Base):
    """What one source says about one field of a record; `preferred` marks the one that the record shows."""

    __tablename__ = "claim"
    __table_args__ = (Index("ix_claim_record_id_field_ordinal", "record_id", "field", "ordinal"),)

    id: Mapped[PrimaryKey]
    record_id: Mapped[Identifier] = mapped_column(_record())
    field: Mapped[str]
    value: Mapped[str | None]
    value_as_recorded: Mapped[str | None]
    source_id: Mapped[Identifier] = mapped_column(ForeignKey("source.id"), index=True)
    asserted_on: Mapped[date | None]
    preferred: Mapped[bool] = mapped_column(default=False, server_default="false")
    note: Mapped[LocalizedText | None] = mapped_column(JSONB)
    ordinal: Mapped[int] = mapped_column(default=0, server_default="0")


class ExternalId(Base):
    """What another register calls a record."""

    __tablename__ = "external_id"
    __table_args__ = (UniqueConstraint("scheme", "value"),)

    id: Mapped[PrimaryKey]
    record_id: Mapped[Identifier] = mapped_column(_record(), index=True)
    scheme: Mapped[ExternalIdScheme] = mapped_column(vocabulary(ExternalIdScheme))
    value: Mapped[str]
    url: Mapped[str | None]


class Document(Base):
    """A document, image, video or link that belongs to a record."""

    __tablename__ = "document"

    id: Mapped[PrimaryKey]
    record_id: Mapped[Identifier] = mapped_column(_record(), index=True)
    type: Mapped[DocumentType] = mapped_column(vocabulary(DocumentType))
    title: Mapped[LocalizedText | None] = mapped_column(JSONB)
    url: Mapped[str | None]
    language: Mapped[str | None]
    media_type: Mapped[str | None]
    licence: Mapped[Licence] = mapped_column(vocabulary(Licence), default=Licence.UNKNOWN, server_default="UNKNOWN")
    alternative_text: Mapped[LocalizedText | None] = mapped_column(JSONB)
    caption: Mapped[LocalizedText | None] = mapped_column(JSONB)
    credit: Mapped[str | None]
    ordinal: Mapped[int] = mapped_column(default=0, server_default="0")


class Contact(Base):
    """Whom to ask about a record, as a role in an organisation. The person stands in `contact_person`."""

    __tablename__ = "contact"

    id: Mapped[PrimaryKey]
    record_id: Mapped[Identifier] = mapped_column(_record(), index=True)
    organisation_id: Mapped[Identifier | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[LocalizedText | None] = mapped_column(JSONB)
    ordinal: Mapped[int] = mapped_column(default=0, server_default="0")


class ContactPerson(Base):
    """Personal data of a contact; kept apart, read by those whom its organisation allows, deleted at `retain_until`."""

    __tablename__ = "contact_person"

    contact_id: Mapped[Identifier] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[Identifier] = mapped_column(ForeignKey("organisation.id"), index=True)
    """Organisation that answers for the data: the owner of the record."""
    name: Mapped[str]
    title: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    legal_basis: Mapped[LegalBasis] = mapped_column(vocabulary(LegalBasis))
    consent_until: Mapped[date | None]
    retain_until: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
