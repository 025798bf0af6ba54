"""What all published records share.

Owns: the interfaces `Node` and `Record`, and the objects that every record carries: publication, sources, claims,
documents.
Does not own: the records themselves.
"""

import sqlalchemy as sa
import strawberry

from ilmio_api.access.rows import RowPolicy, published, reference, within
from ilmio_api.access.scopes import Scope
from ilmio_api.compiler import declare
from ilmio_api.compiler.declare import Entity, Form, Hop, Relation
from ilmio_api.db.raw import raw
from ilmio_api.domain.phenomena.models import Concept as ConceptRow
from ilmio_api.domain.phenomena.models import RecordConcept
from ilmio_api.domain.phenomena.vocabulary import ConceptScheme
from ilmio_api.domain.provenance import models as provenance
from ilmio_api.domain.provenance.vocabulary import DocumentType, ExternalIdScheme, LegalBasis
from ilmio_api.domain.records import DatePrecision, Licence, PublicationStatus, RecordEntry, Visibility
from ilmio_api.domain.tables import table
from ilmio_api.schema.fields import declared, entity, inside, many, one, plain, text
from ilmio_api.schema.languages import Language, Register, TextOrigin
from ilmio_api.schema.references import OrganisationRef
from ilmio_api.schema.scalars import URL, Date, DateTime

_BY_RECORD = Relation("id", "record_id")

MEMBERS = {
    "AREA": "Area",
    "PHENOMENON": "Phenomenon",
    "ORGANISATION": "Organisation",
    "PILOT": "Pilot",
    "PROJECT": "Project",
    "REGIONAL_PROGRAMME": "RegionalProgramme",
    "COLLECTION": "Collection",
    "OPERATING_MODEL": "OperatingModel",
    "IMPLEMENTATION": "Implementation",
    "PRINCIPLE_SET": "PrincipleSet",
    "LEARNING": "Learning",
    "IMPACT_FIGURE": "ImpactFigure",
    "INDICATOR": "Indicator",
    "EVENT_SERIES": "EventSeries",
    "EVENT": "Event",
    "NETWORK": "Network",
}
"""Type of the records of each kind in the directory."""


def directory(members: dict[str, str]) -> Entity:
    """Return the rows of an abstract type whose members live in tables of their own."""
    others = raw("ARRAY[" + ",".join(f"'{kind}'" for kind in MEMBERS if kind not in members) + "]")
    return Entity(
        table=table(RecordEntry),
        policy=published,
        base=None if len(members) == len(MEMBERS) else lambda row: row.c.kind != sa.all_(others),
        discriminator="kind",
        members=members,
        directory=True,
    )


@entity(directory(MEMBERS))
@strawberry.interface(description="Something that has a global identifier and can be fetched again by it.")
class Node:
    """See the description."""

    id: strawberry.ID = plain(
        "Global identifier, a TypeID such as `pilot_01h455vb4pex5vsknk084sn02q`. Stable, opaque; its prefix "
        "names the kind."
    )


@strawberry.type(description="A period whose ends may be unknown, or known only to the month or year.")
class Period:
    """See the description."""

    start: Date | None = plain("First day; null when unknown. See `startPrecision` before you show it.", "period_start")
    start_precision: DatePrecision = plain("How exactly the start is known.", "period_start_precision")
    end: Date | None = plain("Last day; null when unknown or open.", "period_end")
    end_precision: DatePrecision = plain("How exactly the end is known.", "period_end_precision")
    open_ended: bool = plain("Whether it is known that no end has been set.", "period_open_ended")
    as_recorded: str | None = plain(
        "The words of the source; null when they say no more than the dates.", "period_as_recorded"
    )


def has_period(row: sa.FromClause) -> sa.ColumnElement[bool]:
    """Say whether anything is known of the period of a row."""
    return sa.or_(
        row.c.period_start.is_not(None),
        row.c.period_end.is_not(None),
        row.c.period_open_ended,
        row.c.period_as_recorded.is_not(None),
    )


@strawberry.type(description="How a record is published.")
class Publication:
    """See the description."""

    status: PublicationStatus = plain("Where the record is on its way to readers.", "publication_status")
    visibility: Visibility = plain("Who may read it once it is published.")
    published_at: DateTime | None = plain("When it was first published here; null when unknown.", form=Form.INSTANT)
    licence: Licence = plain("Terms under which the record may be used.")


@strawberry.type(description="One text of a record in one language.")
class Translation:
    """See the description."""

    field: str = plain("Name of the field in this schema.")
    tag: str = plain("BCP 47 tag: `fi`, easy language `fi-simple`, machine translation `sv-t-fi-t0-und`.")
    language: Language = plain("Language of the tag.")
    register: Register = plain("Way of writing of the tag.")
    origin: TextOrigin = plain("Whether a person or a machine wrote it.")
    text: str = plain("The text.")


def rows_of(rows: sa.Table, policy: RowPolicy = reference) -> Entity:
    """Return the rows of a table that belong to a record and are reached only through it."""
    return Entity(table=rows, policy=policy)


@entity(rows_of(table(provenance.Source)))
@strawberry.type(
    description="A place that a record was learnt from. Dates are those of the source, as it writes them, even "
    "when they "
    "contradict each other."
)
class Source:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the source within the service.")
    system: str = plain("System or site that holds the source, such as Innokylä.")
    title: str | None = text("Title or short description of the source; null when not recorded.")
    url: URL | None = plain("Address of the source; null when it has none.")
    retrieved_on: Date | None = plain("Day on which it was read for this service; null when not recorded.")
    published_on: Date | None = plain("Day on which it was published; null when it does not say so.")
    created_as_recorded: str | None = plain("Date of creation in the source's own words; null when not recorded.")
    modified_as_recorded: str | None = plain(
        "Date of the last change in the source's own words; null when not recorded."
    )
    author_role: str | None = text("What the author is, never who; null when not recorded.")
    licence: Licence = plain("Terms of the source.")
    content_hash: str | None = plain(
        "Digest of what was read, with its algorithm, such as `sha256:…`; null when none was taken."
    )


@entity(rows_of(table(provenance.Claim)))
@strawberry.type(description="What one source says about one field of a record.")
class Claim:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the claim.")
    field: str = plain("Name of the field in this schema, such as `status` or `period`.")
    value: str | None = plain("What the source says, in the terms of this service; null when it is silent.")
    value_as_recorded: str | None = plain("What the source says in its own words; null when it is silent.")
    asserted_on: Date | None = plain("Day on which the source says so; null when it has no date.")
    preferred: bool = plain("Whether the record shows this value.")
    note: str | None = text("Why the value is or is not preferred; null when there is nothing to explain.")
    source: Source | None = one("Who says so; never null.", Relation("source_id", "id"))


def _disagreements() -> sa.Table:
    """Return the fields about which sources of a record say different things, as a table-like subquery."""
    claim = table(provenance.Claim)
    return (
        sa.select(  # type: ignore[return-value]  # a subquery serves wherever rows are read
            claim.c.record_id, claim.c.field, sa.func.count(sa.distinct(claim.c.source_id)).label("source_count")
        )
        .group_by(claim.c.record_id, claim.c.field)
        .having(sa.func.count(sa.distinct(sa.func.coalesce(claim.c.value, raw("''")))) > raw("1"))
        .subquery()
    )


@entity(rows_of(_disagreements()))
@strawberry.type(description="A field of a record on which its sources differ, or one is silent where another speaks.")
class Disagreement:
    """See the description."""

    field: str = plain("Name of the field in this schema.")
    source_count: int = plain("Number of sources that were asked about the field.")


@entity(rows_of(table(provenance.ExternalId)))
@strawberry.type(description="What another register calls a record.")
class ExternalId:
    """See the description."""

    scheme: ExternalIdScheme = plain("The register.")
    value: str = plain("The identifier there.")
    url: URL | None = plain("Address of the record there; null when it has none.")


@entity(rows_of(table(provenance.Document)))
@strawberry.type(description="A document, image, video or link that belongs to a record.")
class Document:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the document.")
    type: DocumentType = plain("What it is.")
    title: str | None = text("Title; null when not recorded.")
    url: URL | None = plain("Where it is; null when only its existence was recorded.")
    language: str | None = plain("Language of the document as a BCP 47 tag; null when not recorded.")
    media_type: str | None = plain("Media type, such as `application/pdf`; null when not recorded.")
    licence: Licence = plain("Terms of the document.")
    alternative_text: str | None = text("What an image shows, for readers who do not see it; null when not recorded.")
    caption: str | None = text("Caption; null when there is none.")
    credit: str | None = plain("Whom to credit, as an organisation; null when not recorded.")


@entity(rows_of(table(provenance.ContactPerson), within(Scope.CONTACTS_READ)))
@strawberry.type(
    description="The person behind a contact. Only for members whom the organisation lets read contacts; reading it is "
    "written to the audit log."
)
class ContactPerson:
    """See the description."""

    name: str = plain("Name.")
    title: str | None = plain("Title; null when not recorded.")
    email: str | None = plain("E-mail address; null when not recorded.")
    phone: str | None = plain("Telephone number; null when not recorded.")
    legal_basis: LegalBasis = plain("Why the data may be kept.")
    consent_until: Date | None = plain("Until when the person has consented; null when that is not the basis.")
    retain_until: Date = plain("Day on which the data is deleted.")


@entity(rows_of(table(provenance.Contact)))
@strawberry.type(description="Whom to ask about a record, as a role in an organisation.")
class Contact:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the contact.")
    role: str | None = text("Role, such as project manager; null when not recorded.")
    organisation: OrganisationRef | None = one(
        "Organisation of the role; null when not recorded or you may not read it.", Relation("organisation_id", "id")
    )
    person: ContactPerson | None = one(
        "The person; null when nobody is recorded or the caller may not know. Needs the scope `contacts:read` in the "
        "organisation that owns the record.",
        Relation("id", "contact_id"),
    )


@entity(rows_of(table(ConceptRow)))
@strawberry.type(description="A term of a shared vocabulary.")
class Concept:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the concept within the service.")
    scheme: ConceptScheme = plain("Vocabulary of the term.")
    code: str = plain("Code of the term in its vocabulary.")
    uri: URL | None = plain("Address of the term; null until it has been resolved in its vocabulary.")
    label: str | None = text("The term; never null.")


@entity(directory({kind: name for kind, name in MEMBERS.items() if kind != "AREA"}))
@strawberry.interface(
    description="A published record: who maintains it, where it comes from, in which languages it is."
)
class Record(Node):
    """See the description."""

    slug: str = plain("Readable identifier, unique within its kind; used in addresses.")
    version: int = plain("Grows by one at every change; give it back when you change the record.")
    created_at: DateTime = plain("When the record was made in this service.", form=Form.INSTANT)
    updated_at: DateTime = plain("When the record was last changed in this service.", form=Form.INSTANT)
    synthetic: bool = plain("Whether the record is made up for tests and demonstrations.")
    languages: list[Language] = declared(declare.Languages(()), "Languages in which the record has any text.")
    translations: list[Translation] = declared(
        declare.Translations({}), "All texts of the record in all languages, with their tags."
    )
    owner: OrganisationRef | None = one(
        "Organisation that maintains the record; null for records of the service itself.", Relation("owner_id", "id")
    )
    publication: Publication = inside("How the record is published.")
    sources: list[Source] = many("Where the record was learnt from.", _BY_RECORD)
    claims: list[Claim] = many(
        "What the sources say, field by field, where more than one speaks.",
        _BY_RECORD,
        order=("field", "ordinal", "id"),
    )
    disagreements: list[Disagreement] = many(
        "Fields on which the sources differ; `claims` has what each says.", _BY_RECORD, order=("field",)
    )
    external_ids: list[ExternalId] = many(
        "What other registers call the record.", _BY_RECORD, order=("scheme", "value")
    )
    documents: list[Document] = many("Documents, images and links of the record.", _BY_RECORD)
    contacts: list[Contact] = many("Whom to ask about the record.", _BY_RECORD)
    concepts: list[Concept] = many(
        "Terms that describe the record: target groups, stages of life, sustainable development goals, ontology terms.",
        Relation("id", "id", (Hop(table(RecordConcept), "record_id", "concept_id", unique=True),)),
        order=("scheme", "code"),
    )
