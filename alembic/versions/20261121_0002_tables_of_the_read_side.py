"""Tables of the read side.

Old and new code run side by side while a version is rolled out. So expand first and contract in a later release:
add a column as nullable or with a default, build an index CONCURRENTLY (in an autocommit block), add a foreign key
or a CHECK as NOT VALID and validate it in the next migration, and never rename what is in use.

Revision: 0002
Follows: 0001
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | Sequence[str] | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # Whoever waits for a lock makes everyone behind it wait too: give up early and try again later.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "area",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("code", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "MUNICIPALITY",
                "SUB_REGION",
                "REGION",
                "WELLBEING_SERVICES_COUNTY",
                "ECONOMIC_DEVELOPMENT_CENTRE",
                "ELY_CENTRE",
                "EMPLOYMENT_AREA",
                "COLLABORATIVE_AREA",
                "COUNTRY",
                name="areakind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("abbreviation", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column(
            "language_status",
            sa.Enum(
                "FINNISH",
                "BILINGUAL_FINNISH_MAJORITY",
                "BILINGUAL_SWEDISH_MAJORITY",
                "SWEDISH",
                name="languagestatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "urban_rural_class",
            sa.Enum(
                "URBAN",
                "SEMI_URBAN",
                "RURAL",
                name="urbanruralclass",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "sort_key", sa.Text(collation="C"), sa.Computed("ilmio_sort_key(name)", persisted=True), nullable=False
        ),
        sa.CheckConstraint("jsonb_typeof(name) = 'object' AND name <> '{}'::jsonb", name=op.f("ck_area_name_has_text")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_area_valid_in_order")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_area_id_is_plain")),
        sa.CheckConstraint("code ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_area_code_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("code", name=op.f("uq_area_code")),
    )
    op.create_index("ix_area_kind_code_id", "area", ["kind", "code", "id"], unique=False)
    op.create_index("ix_area_kind_sort_key_id", "area", ["kind", "sort_key", "id"], unique=False)
    op.create_index("ix_area_sort_key_id", "area", ["sort_key", "id"], unique=False)
    op.create_table(
        "concept",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "scheme",
            sa.Enum(
                "YSO",
                "KOKO",
                "SDG",
                "TARGET_GROUP",
                "LIFE_STAGE",
                name="conceptscheme",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("uri", sa.String(), nullable=True),
        sa.Column("label", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "jsonb_typeof(label) = 'object' AND label <> '{}'::jsonb", name=op.f("ck_concept_label_has_text")
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_concept_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept")),
        sa.UniqueConstraint("scheme", "code", name=op.f("uq_concept_scheme_code")),
    )
    op.create_table(
        "organisation",
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("short_name", sa.String(), nullable=True),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "type",
            sa.Enum(
                "MINISTRY",
                "STATE_AGENCY",
                "ECONOMIC_DEVELOPMENT_CENTRE",
                "ELY_CENTRE",
                "REGIONAL_COUNCIL",
                "WELLBEING_SERVICES_COUNTY",
                "MUNICIPALITY",
                "JOINT_AUTHORITY",
                "UNIVERSITY_OF_APPLIED_SCIENCES",
                "UNIVERSITY",
                "EDUCATION_PROVIDER",
                "ASSOCIATION",
                "FOUNDATION",
                "PARISH",
                "COMPANY",
                "OTHER",
                "UNKNOWN",
                name="organisationtype",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("type_as_recorded", sa.String(), nullable=True),
        sa.Column("business_id", sa.String(), nullable=True),
        sa.Column("association_id", sa.String(), nullable=True),
        sa.Column("parent_id", sa.Text(collation="C"), nullable=True),
        sa.Column("website", sa.String(), nullable=True),
        sa.Column("focus_areas", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("slug", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "publication_status",
            sa.Enum(
                "DRAFT",
                "PUBLISHED",
                "WITHDRAWN",
                name="publicationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="DRAFT",
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum("PUBLIC", "ORGANISATION", name="visibility", native_enum=False, create_constraint=True, length=40),
            server_default="PUBLIC",
            nullable=False,
        ),
        sa.Column(
            "licence",
            sa.Enum(
                "CC_BY_4_0", "CC0_1_0", "UNKNOWN", name="licence", native_enum=False, create_constraint=True, length=40
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("synthetic", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "is_public",
            sa.Boolean(),
            sa.Computed(
                "publication_status = 'PUBLISHED' AND visibility = 'PUBLIC' AND deleted_at IS NULL", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Text(collation="C"), nullable=True),
        sa.Column(
            "sort_key", sa.Text(collation="C"), sa.Computed("ilmio_sort_key(name)", persisted=True), nullable=False
        ),
        sa.CheckConstraint("ilmio_is_business_id(business_id)", name=op.f("ck_organisation_business_id_form")),
        sa.CheckConstraint(
            "jsonb_typeof(name) = 'object' AND name <> '{}'::jsonb", name=op.f("ck_organisation_name_has_text")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_organisation_owner_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["organisation.id"], name=op.f("fk_organisation_parent_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_organisation_id_is_plain")),
        sa.CheckConstraint("slug ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_organisation_slug_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisation_slug")),
    )
    op.create_index(op.f("ix_organisation_owner_id"), "organisation", ["owner_id"], unique=False)
    op.create_index(op.f("ix_organisation_parent_id"), "organisation", ["parent_id"], unique=False)
    op.create_index("ix_organisation_created_at_id", "organisation", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_organisation_sort_key_id",
        "organisation",
        ["sort_key", "id"],
        unique=False,
        postgresql_include=["is_public"],
    )
    op.create_index("ix_organisation_updated_at_id", "organisation", ["updated_at", "id"], unique=False)
    op.create_index(op.f("ix_organisation_type"), "organisation", ["type"], unique=False)
    op.create_index(
        "uq_organisation_business_id",
        "organisation",
        ["business_id"],
        unique=True,
        postgresql_where="business_id IS NOT NULL",
    )
    op.create_table(
        "record",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.Text(collation="C"), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document", postgresql.TSVECTOR(), nullable=False),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_record_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
    )
    op.create_index("ix_record_document", "record", ["document"], unique=False, postgresql_using="gin")
    op.create_index(op.f("ix_record_owner_id"), "record", ["owner_id"], unique=False)
    op.create_table(
        "area_containment",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("inner_id", sa.Text(collation="C"), nullable=False),
        sa.Column("outer_id", sa.Text(collation="C"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["inner_id"], ["area.id"], name=op.f("fk_area_containment_inner_id")),
        sa.ForeignKeyConstraint(["outer_id"], ["area.id"], name=op.f("fk_area_containment_outer_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_area_containment_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_containment")),
        sa.UniqueConstraint(
            "inner_id",
            "outer_id",
            "valid_from",
            name=op.f("uq_area_containment_inner_id_outer_id_valid_from"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_area_containment_outer_id_inner_id", "area_containment", ["outer_id", "inner_id"], unique=False)
    op.create_table(
        "area_membership",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("member_id", sa.Text(collation="C"), nullable=False),
        sa.Column("whole_id", sa.Text(collation="C"), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_area_membership_valid_in_order")),
        sa.ForeignKeyConstraint(["member_id"], ["area.id"], name=op.f("fk_area_membership_member_id")),
        sa.ForeignKeyConstraint(["whole_id"], ["area.id"], name=op.f("fk_area_membership_whole_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_area_membership_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_membership")),
        sa.UniqueConstraint(
            "member_id",
            "whole_id",
            "valid_from",
            name=op.f("uq_area_membership_member_id_whole_id_valid_from"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_area_membership_whole_id"), "area_membership", ["whole_id"], unique=False)
    op.create_table(
        "area_other_code",
        sa.Column("area_id", sa.Text(collation="C"), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("version", sa.String(), server_default="", nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_area_other_code_area_id")),
        sa.PrimaryKeyConstraint("area_id", "scheme", "version", name=op.f("pk_area_other_code")),
    )
    op.create_index(op.f("ix_area_other_code_value"), "area_other_code", ["value"], unique=False)
    op.create_table(
        "area_population",
        sa.Column("area_id", sa.Text(collation="C"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("residents", sa.Integer(), nullable=False),
        sa.Column("derived", sa.Boolean(), server_default="false", nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_area_population_area_id")),
        sa.PrimaryKeyConstraint("area_id", "year", name=op.f("pk_area_population")),
    )
    op.create_table(
        "area_reach",
        sa.Column("outer_id", sa.Text(collation="C"), nullable=False),
        sa.Column("inner_id", sa.Text(collation="C"), nullable=False),
        sa.Column("county_id", sa.Text(collation="C"), nullable=True),
        sa.ForeignKeyConstraint(["county_id"], ["area.id"], name=op.f("fk_area_reach_county_id")),
        sa.ForeignKeyConstraint(["inner_id"], ["area.id"], name=op.f("fk_area_reach_inner_id")),
        sa.ForeignKeyConstraint(["outer_id"], ["area.id"], name=op.f("fk_area_reach_outer_id")),
        sa.PrimaryKeyConstraint("outer_id", "inner_id", name=op.f("pk_area_reach")),
    )
    op.create_index(op.f("ix_area_reach_inner_id"), "area_reach", ["inner_id"], unique=False)
    op.create_table(
        "area_succession",
        sa.Column("predecessor_id", sa.Text(collation="C"), nullable=False),
        sa.Column("successor_id", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "REPLACED",
                "SPLIT",
                "MERGED",
                name="successionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("municipality_count", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["predecessor_id"], ["area.id"], name=op.f("fk_area_succession_predecessor_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["area.id"], name=op.f("fk_area_succession_successor_id")),
        sa.PrimaryKeyConstraint("predecessor_id", "successor_id", name=op.f("pk_area_succession")),
    )
    op.create_index(op.f("ix_area_succession_successor_id"), "area_succession", ["successor_id"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("record_id", sa.Text(collation="C"), nullable=False),
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=True),
        sa.Column("role", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("ordinal", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_contact_organisation_id")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_contact_record_id"), initially="DEFERRED", deferrable=True
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_contact_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_organisation_id"), "contact", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_contact_record_id"), "contact", ["record_id"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("record_id", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "PUBLICATION",
                "IMAGE",
                "VIDEO",
                "WEB_PAGE",
                "FILE",
                name="documenttype",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=True),
        sa.Column(
            "licence",
            sa.Enum(
                "CC_BY_4_0", "CC0_1_0", "UNKNOWN", name="licence", native_enum=False, create_constraint=True, length=40
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("alternative_text", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("caption", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("credit", sa.String(), nullable=True),
        sa.Column("ordinal", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_document_record_id"), initially="DEFERRED", deferrable=True
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_document_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_record_id"), "document", ["record_id"], unique=False)
    op.create_table(
        "external_id",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("record_id", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "scheme",
            sa.Enum(
                "INNOKYLA",
                "EURA",
                "LAB",
                "XAMK",
                "SOTKANET",
                "DIAK",
                "STATFIN",
                "DOI",
                "URN",
                "OTHER",
                name="externalidscheme",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_external_id_record_id"), initially="DEFERRED", deferrable=True
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_external_id_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_id")),
        sa.UniqueConstraint("scheme", "value", name=op.f("uq_external_id_scheme_value")),
    )
    op.create_index(op.f("ix_external_id_record_id"), "external_id", ["record_id"], unique=False)
    op.create_table(
        "indicator",
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("limitations", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("unit", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "direction",
            sa.Enum(
                "HIGHER_IS_BETTER",
                "LOWER_IS_BETTER",
                "NEUTRAL",
                name="direction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "measure_type",
            sa.Enum(
                "PERCENT",
                "COUNT",
                "RATE",
                "INDEX",
                "CURRENCY",
                name="measuretype",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "level",
            sa.Enum(
                "OUTPUT",
                "OUTCOME",
                "IMPACT",
                "CONTEXT",
                name="indicatorlevel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source_system", sa.String(), nullable=False),
        sa.Column("source_code", sa.String(), nullable=True),
        sa.Column("attribution", sa.String(), nullable=False),
        sa.Column("decimals", sa.Integer(), server_default="1", nullable=False),
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("slug", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "publication_status",
            sa.Enum(
                "DRAFT",
                "PUBLISHED",
                "WITHDRAWN",
                name="publicationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="DRAFT",
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum("PUBLIC", "ORGANISATION", name="visibility", native_enum=False, create_constraint=True, length=40),
            server_default="PUBLIC",
            nullable=False,
        ),
        sa.Column(
            "licence",
            sa.Enum(
                "CC_BY_4_0", "CC0_1_0", "UNKNOWN", name="licence", native_enum=False, create_constraint=True, length=40
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("synthetic", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "is_public",
            sa.Boolean(),
            sa.Computed(
                "publication_status = 'PUBLISHED' AND visibility = 'PUBLIC' AND deleted_at IS NULL", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Text(collation="C"), nullable=True),
        sa.Column(
            "sort_key", sa.Text(collation="C"), sa.Computed("ilmio_sort_key(name)", persisted=True), nullable=False
        ),
        sa.CheckConstraint(
            "jsonb_typeof(name) = 'object' AND name <> '{}'::jsonb", name=op.f("ck_indicator_name_has_text")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_indicator_owner_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_indicator_id_is_plain")),
        sa.CheckConstraint("slug ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_indicator_slug_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
        sa.UniqueConstraint("slug", name=op.f("uq_indicator_slug")),
    )
    op.create_index(op.f("ix_indicator_owner_id"), "indicator", ["owner_id"], unique=False)
    op.create_index("ix_indicator_created_at_id", "indicator", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_indicator_sort_key_id", "indicator", ["sort_key", "id"], unique=False, postgresql_include=["is_public"]
    )
    op.create_index("ix_indicator_updated_at_id", "indicator", ["updated_at", "id"], unique=False)
    op.create_table(
        "initiative",
        sa.Column(
            "kind",
            sa.Enum(
                "PILOT",
                "PROJECT",
                "REGIONAL_PROGRAMME",
                "COLLECTION",
                name="initiativekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("short_title", sa.String(), nullable=True),
        sa.Column("summary", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("purpose", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "PLANNED",
                "ACTIVE",
                "PAUSED",
                "ENDED",
                "CANCELLED",
                "UNKNOWN",
                name="initiativestatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("status_as_recorded", sa.String(), nullable=True),
        sa.Column(
            "stage",
            sa.Enum(
                "IDEA",
                "IN_DEVELOPMENT",
                "IN_TRIAL",
                "READY",
                "IN_PERMANENT_USE",
                "DISCONTINUED",
                "OTHER",
                "UNKNOWN",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("stage_as_recorded", sa.String(), nullable=True),
        sa.Column(
            "scope",
            sa.Enum(
                "INTERNATIONAL",
                "NATIONAL",
                "MULTI_REGION",
                "REGION",
                "WELLBEING_SERVICES_COUNTY",
                "ECONOMIC_DEVELOPMENT_CENTRE",
                "EMPLOYMENT_AREA",
                "SUB_REGION",
                "MUNICIPALITY",
                "LOCAL_AREA",
                "UNKNOWN",
                name="areascope",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("scope_as_recorded", sa.String(), nullable=True),
        sa.Column("parent_id", sa.Text(collation="C"), nullable=True),
        sa.Column("lead_organisation_id", sa.Text(collation="C"), nullable=True),
        sa.Column("budget", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("budget_currency", sa.String(), nullable=True),
        sa.Column("website", sa.String(), nullable=True),
        sa.Column("preparation", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "starts_on",
            sa.Date(),
            sa.Computed("coalesce(period_start, 'infinity'::date)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "pilot_kind",
            sa.Enum("PILOT", "EXPERIMENT", name="pilotkind", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("theme", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("starting_situation", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("question", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("hypothesis", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("bounded_group", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("place", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("planned_duration_days", sa.Integer(), nullable=True),
        sa.Column("planned_duration_as_recorded", sa.String(), nullable=True),
        sa.Column("method", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "SUCCESS",
                "PARTIAL",
                "FAILURE",
                "INCONCLUSIVE",
                name="experimentoutcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("outcome_as_recorded", sa.String(), nullable=True),
        sa.Column(
            "decision",
            sa.Enum(
                "CONTINUE",
                "SCALE",
                "ADAPT",
                "STOP",
                "NOT_DECIDED",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("decision_as_recorded", sa.String(), nullable=True),
        sa.Column("decision_rationale", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("slug", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "publication_status",
            sa.Enum(
                "DRAFT",
                "PUBLISHED",
                "WITHDRAWN",
                name="publicationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="DRAFT",
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum("PUBLIC", "ORGANISATION", name="visibility", native_enum=False, create_constraint=True, length=40),
            server_default="PUBLIC",
            nullable=False,
        ),
        sa.Column(
            "licence",
            sa.Enum(
                "CC_BY_4_0", "CC0_1_0", "UNKNOWN", name="licence", native_enum=False, create_constraint=True, length=40
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("synthetic", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "is_public",
            sa.Boolean(),
            sa.Computed(
                "publication_status = 'PUBLISHED' AND visibility = 'PUBLIC' AND deleted_at IS NULL", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Text(collation="C"), nullable=True),
        sa.Column(
            "sort_key", sa.Text(collation="C"), sa.Computed("ilmio_sort_key(title)", persisted=True), nullable=False
        ),
        sa.Column("period_start", sa.Date(), nullable=True),
        sa.Column(
            "period_start_precision",
            sa.Enum(
                "YEAR",
                "MONTH",
                "DAY",
                "NONE",
                name="period_start_precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NONE",
            nullable=False,
        ),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column(
            "period_end_precision",
            sa.Enum(
                "YEAR",
                "MONTH",
                "DAY",
                "NONE",
                name="period_end_precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NONE",
            nullable=False,
        ),
        sa.Column("period_open_ended", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("period_as_recorded", sa.String(), nullable=True),
        sa.Column(
            "period",
            postgresql.DATERANGE(),
            sa.Computed(
                "CASE WHEN period_start IS NOT NULL OR period_end IS NOT NULL THEN daterange(period_start, period_end, '[]'::text) ELSE NULL::daterange END",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(period_start IS NULL) = (period_start_precision = 'NONE') AND (period_end IS NULL) = (period_end_precision = 'NONE')",
            name=op.f("ck_initiative_period_dates_have_precision"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(title) = 'object' AND title <> '{}'::jsonb", name=op.f("ck_initiative_title_has_text")
        ),
        sa.CheckConstraint("kind = 'PILOT' OR pilot_kind IS NULL", name=op.f("ck_initiative_pilot_kind_of_pilot")),
        sa.CheckConstraint("budget >= 0", name=op.f("ck_initiative_budget_not_negative")),
        sa.CheckConstraint("period_end >= period_start", name=op.f("ck_initiative_period_in_order")),
        sa.CheckConstraint("planned_duration_days > 0", name=op.f("ck_initiative_planned_duration_positive")),
        sa.ForeignKeyConstraint(
            ["lead_organisation_id"], ["organisation.id"], name=op.f("fk_initiative_lead_organisation_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_initiative_owner_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["initiative.id"], name=op.f("fk_initiative_parent_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_initiative_id_is_plain")),
        sa.CheckConstraint("slug ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_initiative_slug_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative")),
        sa.UniqueConstraint("slug", name=op.f("uq_initiative_slug")),
    )
    op.create_index(
        "ix_initiative_lead_organisation_id_sort_key",
        "initiative",
        ["lead_organisation_id", "sort_key", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_initiative_owner_id"), "initiative", ["owner_id"], unique=False)
    op.create_index("ix_initiative_parent_id_sort_key", "initiative", ["parent_id", "sort_key", "id"], unique=False)
    op.create_index("ix_initiative_id", "initiative", ["id"], unique=False, postgresql_using="hash")
    op.create_index("ix_initiative_period", "initiative", ["period"], unique=False, postgresql_using="gist")
    op.create_index("ix_initiative_created_at_id", "initiative", ["created_at", "id"], unique=False)
    op.create_index("ix_initiative_kind_created_at_id", "initiative", ["kind", "created_at", "id"], unique=False)
    op.create_index(
        "ix_initiative_kind_sort_key_id",
        "initiative",
        ["kind", "sort_key", "id"],
        unique=False,
        postgresql_include=["status", "is_public"],
    )
    op.create_index("ix_initiative_kind_stage_id", "initiative", ["kind", "stage", "id"], unique=False)
    op.create_index(
        "ix_initiative_kind_starts_on_id",
        "initiative",
        ["kind", "starts_on", "id"],
        unique=False,
        postgresql_include=["status", "is_public"],
    )
    op.create_index(
        "ix_initiative_kind_status_id",
        "initiative",
        ["kind", "status", "id"],
        unique=False,
        postgresql_include=["is_public", "owner_id", "deleted_at"],
    )
    op.create_index(
        "ix_initiative_kind_status_starts_on",
        "initiative",
        ["kind", "status", "starts_on", "id"],
        unique=False,
        postgresql_include=["is_public"],
    )
    op.create_index("ix_initiative_kind_updated_at_id", "initiative", ["kind", "updated_at", "id"], unique=False)
    op.create_index(
        "ix_initiative_sort_key_id", "initiative", ["sort_key", "id"], unique=False, postgresql_include=["is_public"]
    )
    op.create_index("ix_initiative_updated_at_id", "initiative", ["updated_at", "id"], unique=False)
    op.create_index("ix_initiative_starts_on_id", "initiative", ["starts_on", "id"], unique=False)
    op.create_index("ix_initiative_status_id", "initiative", ["status", "id"], unique=False)
    op.create_index("ix_initiative_stage_id", "initiative", ["stage", "id"], unique=False)
    op.create_table(
        "organisation_area",
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=False),
        sa.Column("area_id", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_organisation_area_area_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_area_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "area_id", name=op.f("pk_organisation_area")),
    )
    op.create_index(op.f("ix_organisation_area_area_id"), "organisation_area", ["area_id"], unique=False)
    op.create_table(
        "organisation_channel",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "WEBSITE",
                "SOCIAL_MEDIA",
                "PHONE",
                "OTHER",
                name="channelkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("label", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_channel_organisation_id")
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_organisation_channel_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_channel")),
    )
    op.create_index(
        op.f("ix_organisation_channel_organisation_id"), "organisation_channel", ["organisation_id"], unique=False
    )
    op.create_table(
        "organisation_name",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_name_organisation_id")
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_organisation_name_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_name")),
    )
    op.create_index(
        op.f("ix_organisation_name_organisation_id"), "organisation_name", ["organisation_id"], unique=False
    )
    op.create_table(
        "organisation_succession",
        sa.Column("predecessor_id", sa.Text(collation="C"), nullable=False),
        sa.Column("successor_id", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "RENAMED",
                "MERGED",
                "SPLIT",
                "TASKS_MOVED",
                name="organisationsuccessionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["organisation.id"], name=op.f("fk_organisation_succession_predecessor_id")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["organisation.id"], name=op.f("fk_organisation_succession_successor_id")
        ),
        sa.PrimaryKeyConstraint("predecessor_id", "successor_id", name=op.f("pk_organisation_succession")),
    )
    op.create_index(
        op.f("ix_organisation_succession_successor_id"), "organisation_succession", ["successor_id"], unique=False
    )
    op.create_table(
        "phenomenon",
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("label_as_recorded", sa.String(), nullable=True),
        sa.Column(
            "nature",
            sa.Enum(
                "CHALLENGE",
                "RESOURCE",
                "SOLUTION",
                name="phenomenonnature",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("definition_source", sa.String(), nullable=True),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("root_causes", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("drivers", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("slug", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "publication_status",
            sa.Enum(
                "DRAFT",
                "PUBLISHED",
                "WITHDRAWN",
                name="publicationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="DRAFT",
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum("PUBLIC", "ORGANISATION", name="visibility", native_enum=False, create_constraint=True, length=40),
            server_default="PUBLIC",
            nullable=False,
        ),
        sa.Column(
            "licence",
            sa.Enum(
                "CC_BY_4_0", "CC0_1_0", "UNKNOWN", name="licence", native_enum=False, create_constraint=True, length=40
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("synthetic", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "is_public",
            sa.Boolean(),
            sa.Computed(
                "publication_status = 'PUBLISHED' AND visibility = 'PUBLIC' AND deleted_at IS NULL", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Text(collation="C"), nullable=True),
        sa.Column(
            "sort_key", sa.Text(collation="C"), sa.Computed("ilmio_sort_key(name)", persisted=True), nullable=False
        ),
        sa.CheckConstraint(
            "jsonb_typeof(name) = 'object' AND name <> '{}'::jsonb", name=op.f("ck_phenomenon_name_has_text")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_phenomenon_owner_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_phenomenon_id_is_plain")),
        sa.CheckConstraint("slug ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_phenomenon_slug_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phenomenon")),
        sa.UniqueConstraint("slug", name=op.f("uq_phenomenon_slug")),
    )
    op.create_index(op.f("ix_phenomenon_owner_id"), "phenomenon", ["owner_id"], unique=False)
    op.create_index("ix_phenomenon_created_at_id", "phenomenon", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_phenomenon_sort_key_id", "phenomenon", ["sort_key", "id"], unique=False, postgresql_include=["is_public"]
    )
    op.create_index("ix_phenomenon_updated_at_id", "phenomenon", ["updated_at", "id"], unique=False)
    op.create_table(
        "principle_set",
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("guiding_questions", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "EVERYBODY",
                "PROFESSIONALS",
                "LEADERS",
                "PARTNERS",
                "AUTHORITIES",
                name="audience",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("publisher_id", sa.Text(collation="C"), nullable=True),
        sa.Column("ordinal", sa.Integer(), server_default="0", nullable=False),
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("slug", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "publication_status",
            sa.Enum(
                "DRAFT",
                "PUBLISHED",
                "WITHDRAWN",
                name="publicationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="DRAFT",
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum("PUBLIC", "ORGANISATION", name="visibility", native_enum=False, create_constraint=True, length=40),
            server_default="PUBLIC",
            nullable=False,
        ),
        sa.Column(
            "licence",
            sa.Enum(
                "CC_BY_4_0", "CC0_1_0", "UNKNOWN", name="licence", native_enum=False, create_constraint=True, length=40
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("synthetic", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "is_public",
            sa.Boolean(),
            sa.Computed(
                "publication_status = 'PUBLISHED' AND visibility = 'PUBLIC' AND deleted_at IS NULL", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Text(collation="C"), nullable=True),
        sa.Column(
            "sort_key", sa.Text(collation="C"), sa.Computed("ilmio_sort_key(title)", persisted=True), nullable=False
        ),
        sa.CheckConstraint(
            "jsonb_typeof(title) = 'object' AND title <> '{}'::jsonb", name=op.f("ck_principle_set_title_has_text")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_principle_set_owner_id")),
        sa.ForeignKeyConstraint(["publisher_id"], ["organisation.id"], name=op.f("fk_principle_set_publisher_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_principle_set_id_is_plain")),
        sa.CheckConstraint("slug ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_principle_set_slug_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_principle_set")),
        sa.UniqueConstraint("slug", name=op.f("uq_principle_set_slug")),
    )
    op.create_index(op.f("ix_principle_set_owner_id"), "principle_set", ["owner_id"], unique=False)
    op.create_index("ix_principle_set_created_at_id", "principle_set", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_principle_set_sort_key_id",
        "principle_set",
        ["sort_key", "id"],
        unique=False,
        postgresql_include=["is_public"],
    )
    op.create_index("ix_principle_set_updated_at_id", "principle_set", ["updated_at", "id"], unique=False)
    op.create_index(op.f("ix_principle_set_publisher_id"), "principle_set", ["publisher_id"], unique=False)
    op.create_table(
        "record_concept",
        sa.Column("record_id", sa.Text(collation="C"), nullable=False),
        sa.Column("concept_id", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name=op.f("fk_record_concept_concept_id")),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["record.id"],
            name=op.f("fk_record_concept_record_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("record_id", "concept_id", name=op.f("pk_record_concept")),
    )
    op.create_index(op.f("ix_record_concept_concept_id"), "record_concept", ["concept_id"], unique=False)
    op.create_table(
        "section",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("record_id", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "profile",
            sa.Enum(
                "INNOKYLA_OPERATING_MODEL",
                "INNOKYLA_PATH",
                "INNOKYLA_COLLECTION",
                "PROJECT_CARD",
                "GENERIC",
                name="sectionprofile",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("label", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "FILLED",
                "EMPTY",
                "NOT_ASKED",
                name="sectionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("in_summary_card", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'FILLED') = (body IS NOT NULL)", name=op.f("ck_section_body_when_filled")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_section_record_id"), initially="DEFERRED", deferrable=True
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_section_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
        sa.UniqueConstraint("record_id", "profile", "key", name=op.f("uq_section_record_id_profile_key")),
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("record_id", sa.Text(collation="C"), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("retrieved_on", sa.Date(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("created_as_recorded", sa.String(), nullable=True),
        sa.Column("modified_as_recorded", sa.String(), nullable=True),
        sa.Column("author_role", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "licence",
            sa.Enum(
                "CC_BY_4_0", "CC0_1_0", "UNKNOWN", name="licence", native_enum=False, create_constraint=True, length=40
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("content_hash", sa.String(), nullable=True),
        sa.Column("ordinal", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_source_record_id"), initially="DEFERRED", deferrable=True
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_source_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
    )
    op.create_index(op.f("ix_source_record_id"), "source", ["record_id"], unique=False)
    op.create_table(
        "claim",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("record_id", sa.Text(collation="C"), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("value_as_recorded", sa.String(), nullable=True),
        sa.Column("source_id", sa.Text(collation="C"), nullable=False),
        sa.Column("asserted_on", sa.Date(), nullable=True),
        sa.Column("preferred", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("note", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("ordinal", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_claim_record_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_claim_source_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_claim_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    op.create_index("ix_claim_record_id_field_ordinal", "claim", ["record_id", "field", "ordinal"], unique=False)
    op.create_index(op.f("ix_claim_source_id"), "claim", ["source_id"], unique=False)
    op.create_table(
        "contact_person",
        sa.Column("contact_id", sa.Text(collation="C"), nullable=False),
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column(
            "legal_basis",
            sa.Enum(
                "CONSENT",
                "PUBLIC_TASK",
                "LEGITIMATE_INTEREST",
                name="legalbasis",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("consent_until", sa.Date(), nullable=True),
        sa.Column("retain_until", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_contact_person_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_contact_person_organisation_id")
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_contact_person")),
    )
    op.create_index(op.f("ix_contact_person_organisation_id"), "contact_person", ["organisation_id"], unique=False)
    op.create_table(
        "event_series",
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("initiative_id", sa.Text(collation="C"), nullable=True),
        sa.Column("methods", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("slug", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "publication_status",
            sa.Enum(
                "DRAFT",
                "PUBLISHED",
                "WITHDRAWN",
                name="publicationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="DRAFT",
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum("PUBLIC", "ORGANISATION", name="visibility", native_enum=False, create_constraint=True, length=40),
            server_default="PUBLIC",
            nullable=False,
        ),
        sa.Column(
            "licence",
            sa.Enum(
                "CC_BY_4_0", "CC0_1_0", "UNKNOWN", name="licence", native_enum=False, create_constraint=True, length=40
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("synthetic", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "is_public",
            sa.Boolean(),
            sa.Computed(
                "publication_status = 'PUBLISHED' AND visibility = 'PUBLIC' AND deleted_at IS NULL", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Text(collation="C"), nullable=True),
        sa.Column(
            "sort_key", sa.Text(collation="C"), sa.Computed("ilmio_sort_key(title)", persisted=True), nullable=False
        ),
        sa.Column("period_start", sa.Date(), nullable=True),
        sa.Column(
            "period_start_precision",
            sa.Enum(
                "YEAR",
                "MONTH",
                "DAY",
                "NONE",
                name="period_start_precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NONE",
            nullable=False,
        ),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column(
            "period_end_precision",
            sa.Enum(
                "YEAR",
                "MONTH",
                "DAY",
                "NONE",
                name="period_end_precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NONE",
            nullable=False,
        ),
        sa.Column("period_open_ended", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("period_as_recorded", sa.String(), nullable=True),
        sa.Column(
            "period",
            postgresql.DATERANGE(),
            sa.Computed(
                "CASE WHEN period_start IS NOT NULL OR period_end IS NOT NULL THEN daterange(period_start, period_end, '[]'::text) ELSE NULL::daterange END",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(period_start IS NULL) = (period_start_precision = 'NONE') AND (period_end IS NULL) = (period_end_precision = 'NONE')",
            name=op.f("ck_event_series_period_dates_have_precision"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(title) = 'object' AND title <> '{}'::jsonb", name=op.f("ck_event_series_title_has_text")
        ),
        sa.CheckConstraint("period_end >= period_start", name=op.f("ck_event_series_period_in_order")),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_event_series_initiative_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_event_series_owner_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_event_series_id_is_plain")),
        sa.CheckConstraint("slug ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_event_series_slug_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_series")),
        sa.UniqueConstraint("slug", name=op.f("uq_event_series_slug")),
    )
    op.create_index(op.f("ix_event_series_initiative_id"), "event_series", ["initiative_id"], unique=False)
    op.create_index(op.f("ix_event_series_owner_id"), "event_series", ["owner_id"], unique=False)
    op.create_index("ix_event_series_created_at_id", "event_series", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_event_series_sort_key_id",
        "event_series",
        ["sort_key", "id"],
        unique=False,
        postgresql_include=["is_public"],
    )
    op.create_index("ix_event_series_updated_at_id", "event_series", ["updated_at", "id"], unique=False)
    op.create_table(
        "goal",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("initiative_id", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "MISSION",
                "MAIN",
                "OBJECTIVE",
                "THEME",
                name="goallevel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.CheckConstraint("jsonb_typeof(text) = 'object' AND text <> '{}'::jsonb", name=op.f("ck_goal_text_has_text")),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_goal_initiative_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_goal_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
        sa.UniqueConstraint("initiative_id", "level", "ordinal", name=op.f("uq_goal_initiative_id_level_ordinal")),
    )
    op.create_table(
        "impact_figure",
        sa.Column("statement", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("value", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column(
            "unit",
            sa.Enum(
                "PERSONS",
                "PERCENT",
                "VISITS",
                "QUALIFICATIONS",
                "LANGUAGES",
                "EUROS",
                "OTHER",
                name="figureunit",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "qualifier",
            sa.Enum(
                "EXACT",
                "ABOUT",
                "AT_LEAST",
                "AT_MOST",
                name="figurequalifier",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("per_year", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("population", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("method", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("service_line", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "evidence_level",
            sa.Enum(
                "CLAIM",
                "DESCRIBED",
                "MEASURED",
                "EVALUATED",
                name="evidencelevel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=True),
        sa.Column("initiative_id", sa.Text(collation="C"), nullable=True),
        sa.Column("phenomenon_id", sa.Text(collation="C"), nullable=True),
        sa.Column("period_start", sa.Date(), nullable=True),
        sa.Column(
            "period_start_precision",
            sa.Enum(
                "YEAR",
                "MONTH",
                "DAY",
                "NONE",
                name="period_start_precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NONE",
            nullable=False,
        ),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column(
            "period_end_precision",
            sa.Enum(
                "YEAR",
                "MONTH",
                "DAY",
                "NONE",
                name="period_end_precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NONE",
            nullable=False,
        ),
        sa.Column("period_open_ended", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("period_as_recorded", sa.String(), nullable=True),
        sa.Column(
            "period",
            postgresql.DATERANGE(),
            sa.Computed(
                "CASE WHEN period_start IS NOT NULL OR period_end IS NOT NULL THEN daterange(period_start, period_end, '[]'::text) ELSE NULL::daterange END",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("slug", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "publication_status",
            sa.Enum(
                "DRAFT",
                "PUBLISHED",
                "WITHDRAWN",
                name="publicationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="DRAFT",
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum("PUBLIC", "ORGANISATION", name="visibility", native_enum=False, create_constraint=True, length=40),
            server_default="PUBLIC",
            nullable=False,
        ),
        sa.Column(
            "licence",
            sa.Enum(
                "CC_BY_4_0", "CC0_1_0", "UNKNOWN", name="licence", native_enum=False, create_constraint=True, length=40
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("synthetic", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "is_public",
            sa.Boolean(),
            sa.Computed(
                "publication_status = 'PUBLISHED' AND visibility = 'PUBLIC' AND deleted_at IS NULL", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Text(collation="C"), nullable=True),
        sa.Column(
            "sort_key", sa.Text(collation="C"), sa.Computed("ilmio_sort_key(statement)", persisted=True), nullable=False
        ),
        sa.CheckConstraint(
            "(period_start IS NULL) = (period_start_precision = 'NONE') AND (period_end IS NULL) = (period_end_precision = 'NONE')",
            name=op.f("ck_impact_figure_period_dates_have_precision"),
        ),
        sa.CheckConstraint("period_end >= period_start", name=op.f("ck_impact_figure_period_in_order")),
        sa.CheckConstraint(
            "jsonb_typeof(statement) = 'object' AND statement <> '{}'::jsonb",
            name=op.f("ck_impact_figure_statement_has_text"),
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_impact_figure_initiative_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_impact_figure_organisation_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_impact_figure_owner_id")),
        sa.ForeignKeyConstraint(["phenomenon_id"], ["phenomenon.id"], name=op.f("fk_impact_figure_phenomenon_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_impact_figure_id_is_plain")),
        sa.CheckConstraint("slug ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_impact_figure_slug_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impact_figure")),
        sa.UniqueConstraint("slug", name=op.f("uq_impact_figure_slug")),
    )
    op.create_index(op.f("ix_impact_figure_initiative_id"), "impact_figure", ["initiative_id"], unique=False)
    op.create_index(op.f("ix_impact_figure_organisation_id"), "impact_figure", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_impact_figure_owner_id"), "impact_figure", ["owner_id"], unique=False)
    op.create_index(op.f("ix_impact_figure_phenomenon_id"), "impact_figure", ["phenomenon_id"], unique=False)
    op.create_index("ix_impact_figure_created_at_id", "impact_figure", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_impact_figure_sort_key_id",
        "impact_figure",
        ["sort_key", "id"],
        unique=False,
        postgresql_include=["is_public"],
    )
    op.create_index("ix_impact_figure_updated_at_id", "impact_figure", ["updated_at", "id"], unique=False)
    op.create_table(
        "indicator_break",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("indicator_id", sa.Text(collation="C"), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("note", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_indicator_break_indicator_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_indicator_break_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_break")),
    )
    op.create_index(op.f("ix_indicator_break_indicator_id"), "indicator_break", ["indicator_id"], unique=False)
    op.create_table(
        "initiative_area",
        sa.Column("initiative_id", sa.Text(collation="C"), nullable=False),
        sa.Column("area_id", sa.Text(collation="C"), nullable=False),
        sa.Column("area_sort_key", sa.Text(collation="C"), nullable=False),
        sa.Column("county_id", sa.Text(collation="C"), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("sort_key", sa.Text(collation="C"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_initiative_area_area_id")),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_initiative_area_initiative_id")),
        sa.PrimaryKeyConstraint("initiative_id", "area_id", name=op.f("pk_initiative_area")),
    )
    op.create_index(
        "ix_initiative_area_initiative_id_area_sort_key",
        "initiative_area",
        ["initiative_id", "area_sort_key", "area_id"],
        unique=False,
    )
    op.create_index(
        "ix_initiative_area_area_id_sort_key",
        "initiative_area",
        ["area_id", "sort_key", "initiative_id"],
        unique=False,
        postgresql_include=["kind", "status", "is_public"],
    )
    op.create_index(
        "ix_initiative_area_area_id_starts_on",
        "initiative_area",
        ["area_id", "starts_on", "initiative_id"],
        unique=False,
        postgresql_include=["kind", "status", "is_public"],
    )
    op.create_index(
        "ix_initiative_area_area_id_status_sort_key",
        "initiative_area",
        ["area_id", "status", "sort_key", "initiative_id"],
        unique=False,
        postgresql_include=["kind", "is_public"],
    )
    op.create_index(
        "ix_initiative_area_area_id_status_starts_on",
        "initiative_area",
        ["area_id", "status", "starts_on", "initiative_id"],
        unique=False,
        postgresql_include=["kind", "is_public"],
    )
    op.create_index(
        "ix_initiative_area_county_id_sort_key",
        "initiative_area",
        ["county_id", "sort_key", "initiative_id"],
        unique=False,
        postgresql_include=["kind", "status", "is_public"],
    )
    op.create_index(
        "ix_initiative_area_county_id_starts_on",
        "initiative_area",
        ["county_id", "starts_on", "initiative_id"],
        unique=False,
        postgresql_include=["kind", "status", "is_public"],
    )
    op.create_index(
        "ix_initiative_area_county_id_status_sort_key",
        "initiative_area",
        ["county_id", "status", "sort_key", "initiative_id"],
        unique=False,
        postgresql_include=["kind", "is_public"],
    )
    op.create_index(
        "ix_initiative_area_county_id_status_starts_on",
        "initiative_area",
        ["county_id", "status", "starts_on", "initiative_id"],
        unique=False,
        postgresql_include=["kind", "is_public"],
    )
    op.create_table(
        "initiative_phenomenon",
        sa.Column("initiative_id", sa.Text(collation="C"), nullable=False),
        sa.Column("phenomenon_id", sa.Text(collation="C"), nullable=False),
        sa.Column("phenomenon_sort_key", sa.Text(collation="C"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("sort_key", sa.Text(collation="C"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["initiative_id"], ["initiative.id"], name=op.f("fk_initiative_phenomenon_initiative_id")
        ),
        sa.ForeignKeyConstraint(
            ["phenomenon_id"], ["phenomenon.id"], name=op.f("fk_initiative_phenomenon_phenomenon_id")
        ),
        sa.PrimaryKeyConstraint("initiative_id", "phenomenon_id", name=op.f("pk_initiative_phenomenon")),
    )
    op.create_index(
        "ix_initiative_phenomenon_initiative_id_phenomenon_sort_key",
        "initiative_phenomenon",
        ["initiative_id", "phenomenon_sort_key", "phenomenon_id"],
        unique=False,
    )
    op.create_index(
        "ix_initiative_phenomenon_phenomenon_id_sort_key",
        "initiative_phenomenon",
        ["phenomenon_id", "sort_key", "initiative_id"],
        unique=False,
        postgresql_include=["kind", "status", "is_public"],
    )
    op.create_index(
        "ix_initiative_phenomenon_phenomenon_id_starts_on",
        "initiative_phenomenon",
        ["phenomenon_id", "starts_on", "initiative_id"],
        unique=False,
        postgresql_include=["kind", "status", "is_public"],
    )
    op.create_index(
        "ix_initiative_phenomenon_phenomenon_id_status_sort_key",
        "initiative_phenomenon",
        ["phenomenon_id", "status", "sort_key", "initiative_id"],
        unique=False,
        postgresql_include=["kind", "is_public"],
    )
    op.create_index(
        "ix_initiative_phenomenon_phenomenon_id_status_starts_on",
        "initiative_phenomenon",
        ["phenomenon_id", "status", "starts_on", "initiative_id"],
        unique=False,
        postgresql_include=["kind", "is_public"],
    )
    op.create_table(
        "network",
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("purpose", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("target_group", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("coordinator_id", sa.Text(collation="C"), nullable=True),
        sa.Column("initiative_id", sa.Text(collation="C"), nullable=True),
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("slug", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "publication_status",
            sa.Enum(
                "DRAFT",
                "PUBLISHED",
                "WITHDRAWN",
                name="publicationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="DRAFT",
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum("PUBLIC", "ORGANISATION", name="visibility", native_enum=False, create_constraint=True, length=40),
            server_default="PUBLIC",
            nullable=False,
        ),
        sa.Column(
            "licence",
            sa.Enum(
                "CC_BY_4_0", "CC0_1_0", "UNKNOWN", name="licence", native_enum=False, create_constraint=True, length=40
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("synthetic", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "is_public",
            sa.Boolean(),
            sa.Computed(
                "publication_status = 'PUBLISHED' AND visibility = 'PUBLIC' AND deleted_at IS NULL", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Text(collation="C"), nullable=True),
        sa.Column(
            "sort_key", sa.Text(collation="C"), sa.Computed("ilmio_sort_key(name)", persisted=True), nullable=False
        ),
        sa.Column("period_start", sa.Date(), nullable=True),
        sa.Column(
            "period_start_precision",
            sa.Enum(
                "YEAR",
                "MONTH",
                "DAY",
                "NONE",
                name="period_start_precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NONE",
            nullable=False,
        ),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column(
            "period_end_precision",
            sa.Enum(
                "YEAR",
                "MONTH",
                "DAY",
                "NONE",
                name="period_end_precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NONE",
            nullable=False,
        ),
        sa.Column("period_open_ended", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("period_as_recorded", sa.String(), nullable=True),
        sa.Column(
            "period",
            postgresql.DATERANGE(),
            sa.Computed(
                "CASE WHEN period_start IS NOT NULL OR period_end IS NOT NULL THEN daterange(period_start, period_end, '[]'::text) ELSE NULL::daterange END",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(period_start IS NULL) = (period_start_precision = 'NONE') AND (period_end IS NULL) = (period_end_precision = 'NONE')",
            name=op.f("ck_network_period_dates_have_precision"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(name) = 'object' AND name <> '{}'::jsonb", name=op.f("ck_network_name_has_text")
        ),
        sa.CheckConstraint("period_end >= period_start", name=op.f("ck_network_period_in_order")),
        sa.ForeignKeyConstraint(["coordinator_id"], ["organisation.id"], name=op.f("fk_network_coordinator_id")),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_network_initiative_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_network_owner_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_network_id_is_plain")),
        sa.CheckConstraint("slug ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_network_slug_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network")),
        sa.UniqueConstraint("slug", name=op.f("uq_network_slug")),
    )
    op.create_index(op.f("ix_network_coordinator_id"), "network", ["coordinator_id"], unique=False)
    op.create_index(op.f("ix_network_initiative_id"), "network", ["initiative_id"], unique=False)
    op.create_index(op.f("ix_network_owner_id"), "network", ["owner_id"], unique=False)
    op.create_index("ix_network_created_at_id", "network", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_network_sort_key_id", "network", ["sort_key", "id"], unique=False, postgresql_include=["is_public"]
    )
    op.create_index("ix_network_updated_at_id", "network", ["updated_at", "id"], unique=False)
    op.create_table(
        "observation",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("indicator_id", sa.Text(collation="C"), nullable=False),
        sa.Column("area_id", sa.Text(collation="C"), nullable=False),
        sa.Column("area_code", sa.Text(collation="C"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "gender",
            sa.Enum("ALL", "FEMALE", "MALE", name="gender", native_enum=False, create_constraint=True, length=40),
            server_default="ALL",
            nullable=False,
        ),
        sa.Column("age_group", sa.String(), server_default="", nullable=False),
        sa.Column("value", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("absolute", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "FINAL",
                "PROVISIONAL",
                "SUPPRESSED",
                "MISSING",
                name="observationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="FINAL",
            nullable=False,
        ),
        sa.Column("derived", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("vintage", sa.Date(), nullable=False),
        sa.Column(
            "year_and_area",
            sa.Text(collation="C"),
            sa.Computed("lpad(year::text, 4, '0') || area_code", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(value IS NULL) = (status IN ('SUPPRESSED', 'MISSING'))", name=op.f("ck_observation_value_or_reason")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_observation_area_id")),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_observation_indicator_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_observation_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
        sa.UniqueConstraint(
            "indicator_id",
            "area_id",
            "year",
            "gender",
            "age_group",
            "vintage",
            name=op.f("uq_observation_indicator_id_area_id_year_gender_age_group_vintage"),
        ),
    )
    op.create_index(
        "ix_observation_area_id_indicator_id_year", "observation", ["area_id", "indicator_id", "year"], unique=False
    )
    op.create_index("ix_observation_indicator_id_year", "observation", ["indicator_id", "year"], unique=False)
    op.create_index(
        "ix_observation_indicator_id_year_and_area",
        "observation",
        ["indicator_id", "year_and_area", "id"],
        unique=False,
    )
    op.create_table(
        "operating_model",
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("summary", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("place", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "scope",
            sa.Enum(
                "INTERNATIONAL",
                "NATIONAL",
                "MULTI_REGION",
                "REGION",
                "WELLBEING_SERVICES_COUNTY",
                "ECONOMIC_DEVELOPMENT_CENTRE",
                "EMPLOYMENT_AREA",
                "SUB_REGION",
                "MUNICIPALITY",
                "LOCAL_AREA",
                "UNKNOWN",
                name="areascope",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("scope_as_recorded", sa.String(), nullable=True),
        sa.Column(
            "stage",
            sa.Enum(
                "IDEA",
                "IN_DEVELOPMENT",
                "IN_TRIAL",
                "READY",
                "IN_PERMANENT_USE",
                "DISCONTINUED",
                "OTHER",
                "UNKNOWN",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("stage_as_recorded", sa.String(), nullable=True),
        sa.Column("collection_id", sa.Text(collation="C"), nullable=True),
        sa.Column("minimum_duration_months", sa.Integer(), nullable=True),
        sa.Column("minimum_duration_as_recorded", sa.String(), nullable=True),
        sa.Column("adoption_conditions", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("facilitator_criteria", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("evaluation_summary", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("tips", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("taken_into_practice", sa.Boolean(), nullable=True),
        sa.Column("new_to_practice", sa.Boolean(), nullable=True),
        sa.Column("answers_the_problem", sa.Boolean(), nullable=True),
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("slug", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "publication_status",
            sa.Enum(
                "DRAFT",
                "PUBLISHED",
                "WITHDRAWN",
                name="publicationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="DRAFT",
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum("PUBLIC", "ORGANISATION", name="visibility", native_enum=False, create_constraint=True, length=40),
            server_default="PUBLIC",
            nullable=False,
        ),
        sa.Column(
            "licence",
            sa.Enum(
                "CC_BY_4_0", "CC0_1_0", "UNKNOWN", name="licence", native_enum=False, create_constraint=True, length=40
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("synthetic", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "is_public",
            sa.Boolean(),
            sa.Computed(
                "publication_status = 'PUBLISHED' AND visibility = 'PUBLIC' AND deleted_at IS NULL", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Text(collation="C"), nullable=True),
        sa.Column(
            "sort_key", sa.Text(collation="C"), sa.Computed("ilmio_sort_key(title)", persisted=True), nullable=False
        ),
        sa.CheckConstraint(
            "jsonb_typeof(title) = 'object' AND title <> '{}'::jsonb", name=op.f("ck_operating_model_title_has_text")
        ),
        sa.CheckConstraint("minimum_duration_months > 0", name=op.f("ck_operating_model_minimum_duration_positive")),
        sa.ForeignKeyConstraint(["collection_id"], ["initiative.id"], name=op.f("fk_operating_model_collection_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_operating_model_owner_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_operating_model_id_is_plain")),
        sa.CheckConstraint("slug ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_operating_model_slug_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operating_model")),
        sa.UniqueConstraint("slug", name=op.f("uq_operating_model_slug")),
    )
    op.create_index(op.f("ix_operating_model_collection_id"), "operating_model", ["collection_id"], unique=False)
    op.create_index(op.f("ix_operating_model_owner_id"), "operating_model", ["owner_id"], unique=False)
    op.create_index("ix_operating_model_created_at_id", "operating_model", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_operating_model_sort_key_id",
        "operating_model",
        ["sort_key", "id"],
        unique=False,
        postgresql_include=["is_public"],
    )
    op.create_index("ix_operating_model_updated_at_id", "operating_model", ["updated_at", "id"], unique=False)
    op.create_table(
        "participation",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("initiative_id", sa.Text(collation="C"), nullable=False),
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=True),
        sa.Column("group_name", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "FUNDER",
                "ADMINISTRATOR",
                "COORDINATOR",
                "IMPLEMENTER",
                "PART_IMPLEMENTER",
                "PARTNER",
                "RESPONSIBLE_AUTHORITY",
                "STEERING",
                "EVALUATOR",
                "ADOPTER",
                "SUCCESSOR_OWNER",
                "PARTICIPANT",
                "OTHER",
                name="organisationrole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("role_as_recorded", sa.String(), nullable=True),
        sa.Column("unit", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("budget_share", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("note", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("ordinal", sa.Integer(), server_default="0", nullable=False),
        sa.Column("period_start", sa.Date(), nullable=True),
        sa.Column(
            "period_start_precision",
            sa.Enum(
                "YEAR",
                "MONTH",
                "DAY",
                "NONE",
                name="period_start_precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NONE",
            nullable=False,
        ),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column(
            "period_end_precision",
            sa.Enum(
                "YEAR",
                "MONTH",
                "DAY",
                "NONE",
                name="period_end_precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NONE",
            nullable=False,
        ),
        sa.Column("period_open_ended", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("period_as_recorded", sa.String(), nullable=True),
        sa.Column(
            "period",
            postgresql.DATERANGE(),
            sa.Computed(
                "CASE WHEN period_start IS NOT NULL OR period_end IS NOT NULL THEN daterange(period_start, period_end, '[]'::text) ELSE NULL::daterange END",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(period_start IS NULL) = (period_start_precision = 'NONE') AND (period_end IS NULL) = (period_end_precision = 'NONE')",
            name=op.f("ck_participation_period_dates_have_precision"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(organisation_id, group_name) = 1", name=op.f("ck_participation_organisation_or_group")
        ),
        sa.CheckConstraint("period_end >= period_start", name=op.f("ck_participation_period_in_order")),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_participation_initiative_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_participation_organisation_id")
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_participation_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
    )
    op.create_index(
        "ix_participation_initiative_id_ordinal_id", "participation", ["initiative_id", "ordinal", "id"], unique=False
    )
    op.create_index("ix_participation_ordinal_id", "participation", ["ordinal", "id"], unique=False)
    op.create_index(
        "ix_participation_organisation_id_initiative_id",
        "participation",
        ["organisation_id", "initiative_id"],
        unique=False,
    )
    op.create_table(
        "phenomenon_indicator",
        sa.Column("phenomenon_id", sa.Text(collation="C"), nullable=False),
        sa.Column("indicator_id", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_phenomenon_indicator_indicator_id")),
        sa.ForeignKeyConstraint(
            ["phenomenon_id"], ["phenomenon.id"], name=op.f("fk_phenomenon_indicator_phenomenon_id")
        ),
        sa.PrimaryKeyConstraint("phenomenon_id", "indicator_id", name=op.f("pk_phenomenon_indicator")),
    )
    op.create_index("ix_phenomenon_indicator_indicator_id", "phenomenon_indicator", ["indicator_id"], unique=False)
    op.create_table(
        "phenomenon_priority",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("phenomenon_id", sa.Text(collation="C"), nullable=False),
        sa.Column("area_id", sa.Text(collation="C"), nullable=False),
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column(
            "since_precision",
            sa.Enum(
                "YEAR",
                "MONTH",
                "DAY",
                "NONE",
                name="dateprecision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NONE",
            nullable=False,
        ),
        sa.Column("rationale", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("role_in_region", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_phenomenon_priority_area_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_phenomenon_priority_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["phenomenon_id"], ["phenomenon.id"], name=op.f("fk_phenomenon_priority_phenomenon_id")
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_phenomenon_priority_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phenomenon_priority")),
        sa.UniqueConstraint(
            "phenomenon_id",
            "area_id",
            "organisation_id",
            name=op.f("uq_phenomenon_priority_phenomenon_id_area_id_organisation_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_phenomenon_priority_area_id"), "phenomenon_priority", ["area_id"], unique=False)
    op.create_index(
        op.f("ix_phenomenon_priority_organisation_id"), "phenomenon_priority", ["organisation_id"], unique=False
    )
    op.create_table(
        "phenomenon_relation",
        sa.Column("subject_id", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "BROADER",
                "NARROWER",
                "CAUSES",
                "CONTRIBUTES_TO",
                "CO_OCCURS",
                name="phenomenonrelationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("object_id", sa.Text(collation="C"), nullable=False),
        sa.Column("note", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["object_id"], ["phenomenon.id"], name=op.f("fk_phenomenon_relation_object_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["phenomenon.id"], name=op.f("fk_phenomenon_relation_subject_id")),
        sa.PrimaryKeyConstraint("subject_id", "kind", "object_id", name=op.f("pk_phenomenon_relation")),
    )
    op.create_index(op.f("ix_phenomenon_relation_object_id"), "phenomenon_relation", ["object_id"], unique=False)
    op.create_table(
        "principle",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("set_id", sa.Text(collation="C"), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "jsonb_typeof(text) = 'object' AND text <> '{}'::jsonb", name=op.f("ck_principle_text_has_text")
        ),
        sa.ForeignKeyConstraint(["set_id"], ["principle_set.id"], name=op.f("fk_principle_set_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_principle_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_principle")),
        sa.UniqueConstraint("set_id", "ordinal", name=op.f("uq_principle_set_id_ordinal")),
    )
    op.create_table(
        "event",
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "COACHING_DAY",
                "WORKSHOP",
                "WEBINAR",
                "PANEL",
                "SEMINAR",
                "OTHER",
                name="eventkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("kind_as_recorded", sa.String(), nullable=True),
        sa.Column("theme", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("series_id", sa.Text(collation="C"), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=True),
        sa.Column("initiative_id", sa.Text(collation="C"), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "mode",
            sa.Enum(
                "ON_SITE",
                "ONLINE",
                "HYBRID",
                "UNKNOWN",
                name="eventmode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("place", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("area_id", sa.Text(collation="C"), nullable=True),
        sa.Column("registration_url", sa.String(), nullable=True),
        sa.Column("programme_url", sa.String(), nullable=True),
        sa.Column("methods", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("speaker_roles", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("outputs", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column(
            "starts_on",
            sa.Date(),
            sa.Computed("coalesce(period_start, 'infinity'::date)", persisted=True),
            nullable=False,
        ),
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("slug", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "publication_status",
            sa.Enum(
                "DRAFT",
                "PUBLISHED",
                "WITHDRAWN",
                name="publicationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="DRAFT",
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum("PUBLIC", "ORGANISATION", name="visibility", native_enum=False, create_constraint=True, length=40),
            server_default="PUBLIC",
            nullable=False,
        ),
        sa.Column(
            "licence",
            sa.Enum(
                "CC_BY_4_0", "CC0_1_0", "UNKNOWN", name="licence", native_enum=False, create_constraint=True, length=40
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("synthetic", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "is_public",
            sa.Boolean(),
            sa.Computed(
                "publication_status = 'PUBLISHED' AND visibility = 'PUBLIC' AND deleted_at IS NULL", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Text(collation="C"), nullable=True),
        sa.Column(
            "sort_key", sa.Text(collation="C"), sa.Computed("ilmio_sort_key(title)", persisted=True), nullable=False
        ),
        sa.Column("period_start", sa.Date(), nullable=True),
        sa.Column(
            "period_start_precision",
            sa.Enum(
                "YEAR",
                "MONTH",
                "DAY",
                "NONE",
                name="period_start_precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NONE",
            nullable=False,
        ),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column(
            "period_end_precision",
            sa.Enum(
                "YEAR",
                "MONTH",
                "DAY",
                "NONE",
                name="period_end_precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NONE",
            nullable=False,
        ),
        sa.Column("period_open_ended", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("period_as_recorded", sa.String(), nullable=True),
        sa.Column(
            "period",
            postgresql.DATERANGE(),
            sa.Computed(
                "CASE WHEN period_start IS NOT NULL OR period_end IS NOT NULL THEN daterange(period_start, period_end, '[]'::text) ELSE NULL::daterange END",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(period_start IS NULL) = (period_start_precision = 'NONE') AND (period_end IS NULL) = (period_end_precision = 'NONE')",
            name=op.f("ck_event_period_dates_have_precision"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(title) = 'object' AND title <> '{}'::jsonb", name=op.f("ck_event_title_has_text")
        ),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("ck_event_hours_in_order")),
        sa.CheckConstraint("period_end >= period_start", name=op.f("ck_event_period_in_order")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_event_area_id")),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_event_initiative_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_event_owner_id")),
        sa.ForeignKeyConstraint(["series_id"], ["event_series.id"], name=op.f("fk_event_series_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_event_id_is_plain")),
        sa.CheckConstraint("slug ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_event_slug_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("slug", name=op.f("uq_event_slug")),
    )
    op.create_index(op.f("ix_event_area_id"), "event", ["area_id"], unique=False)
    op.create_index(op.f("ix_event_initiative_id"), "event", ["initiative_id"], unique=False)
    op.create_index(op.f("ix_event_kind"), "event", ["kind"], unique=False)
    op.create_index(op.f("ix_event_owner_id"), "event", ["owner_id"], unique=False)
    op.create_index("ix_event_period", "event", ["period"], unique=False, postgresql_using="gist")
    op.create_index("ix_event_created_at_id", "event", ["created_at", "id"], unique=False)
    op.create_index("ix_event_sort_key_id", "event", ["sort_key", "id"], unique=False, postgresql_include=["is_public"])
    op.create_index("ix_event_starts_on_id", "event", ["starts_on", "id"], unique=False)
    op.create_index("ix_event_updated_at_id", "event", ["updated_at", "id"], unique=False)
    op.create_index(op.f("ix_event_series_id"), "event", ["series_id"], unique=False)
    op.create_table(
        "funding",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("initiative_id", sa.Text(collation="C"), nullable=True),
        sa.Column("model_id", sa.Text(collation="C"), nullable=True),
        sa.Column("funder_id", sa.Text(collation="C"), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "GRANT",
                "OWN",
                "EU",
                "NO_SEPARATE_FUNDING",
                "UNKNOWN",
                name="fundingkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("instrument", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("decision_id", sa.String(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("share", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("as_recorded", sa.String(), nullable=True),
        sa.Column("ordinal", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_funding_amount_not_negative")),
        sa.CheckConstraint("num_nonnulls(initiative_id, model_id) = 1", name=op.f("ck_funding_one_recipient")),
        sa.ForeignKeyConstraint(["funder_id"], ["organisation.id"], name=op.f("fk_funding_funder_id")),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_funding_initiative_id")),
        sa.ForeignKeyConstraint(["model_id"], ["operating_model.id"], name=op.f("fk_funding_model_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_funding_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding")),
    )
    op.create_index(op.f("ix_funding_funder_id"), "funding", ["funder_id"], unique=False)
    op.create_index(op.f("ix_funding_initiative_id"), "funding", ["initiative_id"], unique=False)
    op.create_index(op.f("ix_funding_model_id"), "funding", ["model_id"], unique=False)
    op.create_table(
        "implementation",
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("model_id", sa.Text(collation="C"), nullable=False),
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=True),
        sa.Column("area_id", sa.Text(collation="C"), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "ADOPTED",
                "TRIED",
                "ABANDONED",
                "PERMANENT",
                "UNKNOWN",
                name="implementationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("status_as_recorded", sa.String(), nullable=True),
        sa.Column("adaptations", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("slug", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "publication_status",
            sa.Enum(
                "DRAFT",
                "PUBLISHED",
                "WITHDRAWN",
                name="publicationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="DRAFT",
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum("PUBLIC", "ORGANISATION", name="visibility", native_enum=False, create_constraint=True, length=40),
            server_default="PUBLIC",
            nullable=False,
        ),
        sa.Column(
            "licence",
            sa.Enum(
                "CC_BY_4_0", "CC0_1_0", "UNKNOWN", name="licence", native_enum=False, create_constraint=True, length=40
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("synthetic", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "is_public",
            sa.Boolean(),
            sa.Computed(
                "publication_status = 'PUBLISHED' AND visibility = 'PUBLIC' AND deleted_at IS NULL", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Text(collation="C"), nullable=True),
        sa.Column(
            "sort_key", sa.Text(collation="C"), sa.Computed("ilmio_sort_key(title)", persisted=True), nullable=False
        ),
        sa.Column("period_start", sa.Date(), nullable=True),
        sa.Column(
            "period_start_precision",
            sa.Enum(
                "YEAR",
                "MONTH",
                "DAY",
                "NONE",
                name="period_start_precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NONE",
            nullable=False,
        ),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column(
            "period_end_precision",
            sa.Enum(
                "YEAR",
                "MONTH",
                "DAY",
                "NONE",
                name="period_end_precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NONE",
            nullable=False,
        ),
        sa.Column("period_open_ended", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("period_as_recorded", sa.String(), nullable=True),
        sa.Column(
            "period",
            postgresql.DATERANGE(),
            sa.Computed(
                "CASE WHEN period_start IS NOT NULL OR period_end IS NOT NULL THEN daterange(period_start, period_end, '[]'::text) ELSE NULL::daterange END",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(period_start IS NULL) = (period_start_precision = 'NONE') AND (period_end IS NULL) = (period_end_precision = 'NONE')",
            name=op.f("ck_implementation_period_dates_have_precision"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(title) = 'object' AND title <> '{}'::jsonb", name=op.f("ck_implementation_title_has_text")
        ),
        sa.CheckConstraint("period_end >= period_start", name=op.f("ck_implementation_period_in_order")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_implementation_area_id")),
        sa.ForeignKeyConstraint(["model_id"], ["operating_model.id"], name=op.f("fk_implementation_model_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_implementation_organisation_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_implementation_owner_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_implementation_id_is_plain")),
        sa.CheckConstraint("slug ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_implementation_slug_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_implementation")),
        sa.UniqueConstraint("slug", name=op.f("uq_implementation_slug")),
    )
    op.create_index(op.f("ix_implementation_area_id"), "implementation", ["area_id"], unique=False)
    op.create_index(op.f("ix_implementation_model_id"), "implementation", ["model_id"], unique=False)
    op.create_index(op.f("ix_implementation_organisation_id"), "implementation", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_implementation_owner_id"), "implementation", ["owner_id"], unique=False)
    op.create_index("ix_implementation_created_at_id", "implementation", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_implementation_sort_key_id",
        "implementation",
        ["sort_key", "id"],
        unique=False,
        postgresql_include=["is_public"],
    )
    op.create_index("ix_implementation_updated_at_id", "implementation", ["updated_at", "id"], unique=False)
    op.create_table(
        "initiative_relation",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("subject_id", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "CONTINUES",
                "SPUN_OFF_FROM",
                "SCALED_FROM",
                "HANDED_OVER_TO",
                "PART_OF",
                "IMPLEMENTS_MODEL",
                "DRAWS_ON",
                "EVALUATES",
                name="initiativerelationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("object_initiative_id", sa.Text(collation="C"), nullable=True),
        sa.Column("object_organisation_id", sa.Text(collation="C"), nullable=True),
        sa.Column("object_model_id", sa.Text(collation="C"), nullable=True),
        sa.Column("object_as_recorded", sa.String(), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("note", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(object_initiative_id, object_organisation_id, object_model_id, object_as_recorded) = 1",
            name=op.f("ck_initiative_relation_one_object"),
        ),
        sa.ForeignKeyConstraint(
            ["object_initiative_id"], ["initiative.id"], name=op.f("fk_initiative_relation_object_initiative_id")
        ),
        sa.ForeignKeyConstraint(
            ["object_model_id"], ["operating_model.id"], name=op.f("fk_initiative_relation_object_model_id")
        ),
        sa.ForeignKeyConstraint(
            ["object_organisation_id"], ["organisation.id"], name=op.f("fk_initiative_relation_object_organisation_id")
        ),
        sa.ForeignKeyConstraint(["subject_id"], ["initiative.id"], name=op.f("fk_initiative_relation_subject_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_initiative_relation_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative_relation")),
    )
    op.create_index(
        op.f("ix_initiative_relation_object_initiative_id"),
        "initiative_relation",
        ["object_initiative_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_initiative_relation_object_model_id"), "initiative_relation", ["object_model_id"], unique=False
    )
    op.create_index(
        op.f("ix_initiative_relation_object_organisation_id"),
        "initiative_relation",
        ["object_organisation_id"],
        unique=False,
    )
    op.create_index(op.f("ix_initiative_relation_subject_id"), "initiative_relation", ["subject_id"], unique=False)
    op.create_table(
        "learning",
        sa.Column("text", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "SUCCESS",
                "FAILURE",
                "SURPRISE",
                "RECOMMENDATION",
                name="learningkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("phase", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("initiative_id", sa.Text(collation="C"), nullable=True),
        sa.Column("model_id", sa.Text(collation="C"), nullable=True),
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("slug", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "publication_status",
            sa.Enum(
                "DRAFT",
                "PUBLISHED",
                "WITHDRAWN",
                name="publicationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="DRAFT",
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum("PUBLIC", "ORGANISATION", name="visibility", native_enum=False, create_constraint=True, length=40),
            server_default="PUBLIC",
            nullable=False,
        ),
        sa.Column(
            "licence",
            sa.Enum(
                "CC_BY_4_0", "CC0_1_0", "UNKNOWN", name="licence", native_enum=False, create_constraint=True, length=40
            ),
            server_default="UNKNOWN",
            nullable=False,
        ),
        sa.Column("synthetic", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "is_public",
            sa.Boolean(),
            sa.Computed(
                "publication_status = 'PUBLISHED' AND visibility = 'PUBLIC' AND deleted_at IS NULL", persisted=True
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Text(collation="C"), nullable=True),
        sa.Column(
            "sort_key", sa.Text(collation="C"), sa.Computed("ilmio_sort_key(text)", persisted=True), nullable=False
        ),
        sa.CheckConstraint(
            "jsonb_typeof(text) = 'object' AND text <> '{}'::jsonb", name=op.f("ck_learning_text_has_text")
        ),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_learning_initiative_id")),
        sa.ForeignKeyConstraint(["model_id"], ["operating_model.id"], name=op.f("fk_learning_model_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_learning_owner_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_learning_id_is_plain")),
        sa.CheckConstraint("slug ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_learning_slug_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning")),
        sa.UniqueConstraint("slug", name=op.f("uq_learning_slug")),
    )
    op.create_index(op.f("ix_learning_initiative_id"), "learning", ["initiative_id"], unique=False)
    op.create_index(op.f("ix_learning_kind"), "learning", ["kind"], unique=False)
    op.create_index(op.f("ix_learning_model_id"), "learning", ["model_id"], unique=False)
    op.create_index(op.f("ix_learning_owner_id"), "learning", ["owner_id"], unique=False)
    op.create_index("ix_learning_created_at_id", "learning", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_learning_sort_key_id", "learning", ["sort_key", "id"], unique=False, postgresql_include=["is_public"]
    )
    op.create_index("ix_learning_updated_at_id", "learning", ["updated_at", "id"], unique=False)
    op.create_table(
        "measurement",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("initiative_id", sa.Text(collation="C"), nullable=False),
        sa.Column("goal_id", sa.Text(collation="C"), nullable=True),
        sa.Column("indicator_id", sa.Text(collation="C"), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "BASELINE",
                "TARGET",
                "ACTUAL",
                name="measurementkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("label", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("value", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("unit", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "gender",
            sa.Enum("ALL", "FEMALE", "MALE", name="gender", native_enum=False, create_constraint=True, length=40),
            server_default="ALL",
            nullable=False,
        ),
        sa.Column("age_group", sa.String(), server_default="", nullable=False),
        sa.Column("as_recorded", sa.String(), nullable=True),
        sa.Column("period_start", sa.Date(), nullable=True),
        sa.Column(
            "period_start_precision",
            sa.Enum(
                "YEAR",
                "MONTH",
                "DAY",
                "NONE",
                name="period_start_precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NONE",
            nullable=False,
        ),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column(
            "period_end_precision",
            sa.Enum(
                "YEAR",
                "MONTH",
                "DAY",
                "NONE",
                name="period_end_precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NONE",
            nullable=False,
        ),
        sa.Column("period_open_ended", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("period_as_recorded", sa.String(), nullable=True),
        sa.Column(
            "period",
            postgresql.DATERANGE(),
            sa.Computed(
                "CASE WHEN period_start IS NOT NULL OR period_end IS NOT NULL THEN daterange(period_start, period_end, '[]'::text) ELSE NULL::daterange END",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(period_start IS NULL) = (period_start_precision = 'NONE') AND (period_end IS NULL) = (period_end_precision = 'NONE')",
            name=op.f("ck_measurement_period_dates_have_precision"),
        ),
        sa.CheckConstraint("period_end >= period_start", name=op.f("ck_measurement_period_in_order")),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_measurement_goal_id")),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_measurement_indicator_id")),
        sa.ForeignKeyConstraint(["initiative_id"], ["initiative.id"], name=op.f("fk_measurement_initiative_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_measurement_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement")),
    )
    op.create_index(op.f("ix_measurement_goal_id"), "measurement", ["goal_id"], unique=False)
    op.create_index(op.f("ix_measurement_indicator_id"), "measurement", ["indicator_id"], unique=False)
    op.create_index(op.f("ix_measurement_initiative_id"), "measurement", ["initiative_id"], unique=False)
    op.create_table(
        "network_area",
        sa.Column("network_id", sa.Text(collation="C"), nullable=False),
        sa.Column("area_id", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_network_area_area_id")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_network_area_network_id")),
        sa.PrimaryKeyConstraint("network_id", "area_id", name=op.f("pk_network_area")),
    )
    op.create_index(op.f("ix_network_area_area_id"), "network_area", ["area_id"], unique=False)
    op.create_table(
        "network_member",
        sa.Column("network_id", sa.Text(collation="C"), nullable=False),
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=True),
        sa.Column(
            "period_start_precision",
            sa.Enum(
                "YEAR",
                "MONTH",
                "DAY",
                "NONE",
                name="period_start_precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NONE",
            nullable=False,
        ),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column(
            "period_end_precision",
            sa.Enum(
                "YEAR",
                "MONTH",
                "DAY",
                "NONE",
                name="period_end_precision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="NONE",
            nullable=False,
        ),
        sa.Column("period_open_ended", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("period_as_recorded", sa.String(), nullable=True),
        sa.Column(
            "period",
            postgresql.DATERANGE(),
            sa.Computed(
                "CASE WHEN period_start IS NOT NULL OR period_end IS NOT NULL THEN daterange(period_start, period_end, '[]'::text) ELSE NULL::daterange END",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(period_start IS NULL) = (period_start_precision = 'NONE') AND (period_end IS NULL) = (period_end_precision = 'NONE')",
            name=op.f("ck_network_member_period_dates_have_precision"),
        ),
        sa.CheckConstraint("period_end >= period_start", name=op.f("ck_network_member_period_in_order")),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_network_member_network_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_network_member_organisation_id")
        ),
        sa.PrimaryKeyConstraint("network_id", "organisation_id", name=op.f("pk_network_member")),
    )
    op.create_index(op.f("ix_network_member_organisation_id"), "network_member", ["organisation_id"], unique=False)
    op.create_table(
        "network_phenomenon",
        sa.Column("network_id", sa.Text(collation="C"), nullable=False),
        sa.Column("phenomenon_id", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(["network_id"], ["network.id"], name=op.f("fk_network_phenomenon_network_id")),
        sa.ForeignKeyConstraint(["phenomenon_id"], ["phenomenon.id"], name=op.f("fk_network_phenomenon_phenomenon_id")),
        sa.PrimaryKeyConstraint("network_id", "phenomenon_id", name=op.f("pk_network_phenomenon")),
    )
    op.create_index(op.f("ix_network_phenomenon_phenomenon_id"), "network_phenomenon", ["phenomenon_id"], unique=False)
    op.create_table(
        "operating_model_phenomenon",
        sa.Column("model_id", sa.Text(collation="C"), nullable=False),
        sa.Column("phenomenon_id", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["operating_model.id"], name=op.f("fk_operating_model_phenomenon_model_id")
        ),
        sa.ForeignKeyConstraint(
            ["phenomenon_id"], ["phenomenon.id"], name=op.f("fk_operating_model_phenomenon_phenomenon_id")
        ),
        sa.PrimaryKeyConstraint("model_id", "phenomenon_id", name=op.f("pk_operating_model_phenomenon")),
    )
    op.create_index(
        op.f("ix_operating_model_phenomenon_phenomenon_id"),
        "operating_model_phenomenon",
        ["phenomenon_id"],
        unique=False,
    )
    op.create_table(
        "process_step",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("model_id", sa.Text(collation="C"), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["model_id"], ["operating_model.id"], name=op.f("fk_process_step_model_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_process_step_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_step")),
        sa.UniqueConstraint("model_id", "ordinal", name=op.f("uq_process_step_model_id_ordinal")),
    )
    op.create_table(
        "event_attendance",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("event_id", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "sector",
            sa.Enum(
                "WELLBEING_SERVICES",
                "EDUCATION",
                "MUNICIPALITIES",
                "ASSOCIATIONS",
                "CULTURE",
                "WORKING_LIFE",
                "STATE",
                "OTHER",
                name="sector",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("area_id", sa.Text(collation="C"), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.Column("note", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_event_attendance_area_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_attendance_event_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_event_attendance_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_attendance")),
    )
    op.create_index(op.f("ix_event_attendance_area_id"), "event_attendance", ["area_id"], unique=False)
    op.create_index(op.f("ix_event_attendance_event_id"), "event_attendance", ["event_id"], unique=False)
    op.create_table(
        "learning_phenomenon",
        sa.Column("learning_id", sa.Text(collation="C"), nullable=False),
        sa.Column("phenomenon_id", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(["learning_id"], ["learning.id"], name=op.f("fk_learning_phenomenon_learning_id")),
        sa.ForeignKeyConstraint(
            ["phenomenon_id"], ["phenomenon.id"], name=op.f("fk_learning_phenomenon_phenomenon_id")
        ),
        sa.PrimaryKeyConstraint("learning_id", "phenomenon_id", name=op.f("pk_learning_phenomenon")),
    )
    op.create_index(
        op.f("ix_learning_phenomenon_phenomenon_id"), "learning_phenomenon", ["phenomenon_id"], unique=False
    )
    # From its sample, PostgreSQL guesses ever more lines for one initiative the larger a table is: of 2 million pilots,
    # each would have 3.6 phenomena, not 1.7, and for each on a page all phenomena would be read.
    for lines in ("goal", "initiative_area", "initiative_phenomenon", "participation"):
        op.execute(f"ALTER TABLE {lines} ALTER COLUMN initiative_id SET (n_distinct = -0.5)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("ix_learning_phenomenon_phenomenon_id"), table_name="learning_phenomenon")
    op.drop_table("learning_phenomenon")
    op.drop_index(op.f("ix_event_attendance_event_id"), table_name="event_attendance")
    op.drop_index(op.f("ix_event_attendance_area_id"), table_name="event_attendance")
    op.drop_table("event_attendance")
    op.drop_table("process_step")
    op.drop_index(op.f("ix_operating_model_phenomenon_phenomenon_id"), table_name="operating_model_phenomenon")
    op.drop_table("operating_model_phenomenon")
    op.drop_index(op.f("ix_network_phenomenon_phenomenon_id"), table_name="network_phenomenon")
    op.drop_table("network_phenomenon")
    op.drop_index(op.f("ix_network_member_organisation_id"), table_name="network_member")
    op.drop_table("network_member")
    op.drop_index(op.f("ix_network_area_area_id"), table_name="network_area")
    op.drop_table("network_area")
    op.drop_index(op.f("ix_measurement_initiative_id"), table_name="measurement")
    op.drop_index(op.f("ix_measurement_indicator_id"), table_name="measurement")
    op.drop_index(op.f("ix_measurement_goal_id"), table_name="measurement")
    op.drop_table("measurement")
    op.drop_index("ix_learning_updated_at_id", table_name="learning")
    op.drop_index("ix_learning_sort_key_id", table_name="learning")
    op.drop_index("ix_learning_created_at_id", table_name="learning")
    op.drop_index(op.f("ix_learning_owner_id"), table_name="learning")
    op.drop_index(op.f("ix_learning_model_id"), table_name="learning")
    op.drop_index(op.f("ix_learning_kind"), table_name="learning")
    op.drop_index(op.f("ix_learning_initiative_id"), table_name="learning")
    op.drop_table("learning")
    op.drop_index(op.f("ix_initiative_relation_subject_id"), table_name="initiative_relation")
    op.drop_index(op.f("ix_initiative_relation_object_organisation_id"), table_name="initiative_relation")
    op.drop_index(op.f("ix_initiative_relation_object_model_id"), table_name="initiative_relation")
    op.drop_index(op.f("ix_initiative_relation_object_initiative_id"), table_name="initiative_relation")
    op.drop_table("initiative_relation")
    op.drop_index("ix_implementation_updated_at_id", table_name="implementation")
    op.drop_index("ix_implementation_sort_key_id", table_name="implementation")
    op.drop_index("ix_implementation_created_at_id", table_name="implementation")
    op.drop_index(op.f("ix_implementation_owner_id"), table_name="implementation")
    op.drop_index(op.f("ix_implementation_organisation_id"), table_name="implementation")
    op.drop_index(op.f("ix_implementation_model_id"), table_name="implementation")
    op.drop_index(op.f("ix_implementation_area_id"), table_name="implementation")
    op.drop_table("implementation")
    op.drop_index(op.f("ix_funding_model_id"), table_name="funding")
    op.drop_index(op.f("ix_funding_initiative_id"), table_name="funding")
    op.drop_index(op.f("ix_funding_funder_id"), table_name="funding")
    op.drop_table("funding")
    op.drop_index(op.f("ix_event_series_id"), table_name="event")
    op.drop_index("ix_event_updated_at_id", table_name="event")
    op.drop_index("ix_event_starts_on_id", table_name="event")
    op.drop_index("ix_event_sort_key_id", table_name="event")
    op.drop_index("ix_event_created_at_id", table_name="event")
    op.drop_index("ix_event_period", table_name="event", postgresql_using="gist")
    op.drop_index(op.f("ix_event_owner_id"), table_name="event")
    op.drop_index(op.f("ix_event_kind"), table_name="event")
    op.drop_index(op.f("ix_event_initiative_id"), table_name="event")
    op.drop_index(op.f("ix_event_area_id"), table_name="event")
    op.drop_table("event")
    op.drop_table("principle")
    op.drop_index(op.f("ix_phenomenon_relation_object_id"), table_name="phenomenon_relation")
    op.drop_table("phenomenon_relation")
    op.drop_index(op.f("ix_phenomenon_priority_organisation_id"), table_name="phenomenon_priority")
    op.drop_index(op.f("ix_phenomenon_priority_area_id"), table_name="phenomenon_priority")
    op.drop_table("phenomenon_priority")
    op.drop_index("ix_phenomenon_indicator_indicator_id", table_name="phenomenon_indicator")
    op.drop_table("phenomenon_indicator")
    op.drop_index("ix_participation_organisation_id_initiative_id", table_name="participation")
    op.drop_index("ix_participation_ordinal_id", table_name="participation")
    op.drop_index("ix_participation_initiative_id_ordinal_id", table_name="participation")
    op.drop_table("participation")
    op.drop_index("ix_operating_model_updated_at_id", table_name="operating_model")
    op.drop_index("ix_operating_model_sort_key_id", table_name="operating_model")
    op.drop_index("ix_operating_model_created_at_id", table_name="operating_model")
    op.drop_index(op.f("ix_operating_model_owner_id"), table_name="operating_model")
    op.drop_index(op.f("ix_operating_model_collection_id"), table_name="operating_model")
    op.drop_table("operating_model")
    op.drop_index("ix_observation_indicator_id_year_and_area", table_name="observation")
    op.drop_index("ix_observation_indicator_id_year", table_name="observation")
    op.drop_index("ix_observation_area_id_indicator_id_year", table_name="observation")
    op.drop_table("observation")
    op.drop_index("ix_network_updated_at_id", table_name="network")
    op.drop_index("ix_network_sort_key_id", table_name="network")
    op.drop_index("ix_network_created_at_id", table_name="network")
    op.drop_index(op.f("ix_network_owner_id"), table_name="network")
    op.drop_index(op.f("ix_network_initiative_id"), table_name="network")
    op.drop_index(op.f("ix_network_coordinator_id"), table_name="network")
    op.drop_table("network")
    op.drop_index("ix_initiative_phenomenon_phenomenon_id_sort_key", table_name="initiative_phenomenon")
    op.drop_index("ix_initiative_phenomenon_initiative_id_phenomenon_sort_key", table_name="initiative_phenomenon")
    op.drop_index("ix_initiative_phenomenon_phenomenon_id_starts_on", table_name="initiative_phenomenon")
    op.drop_index("ix_initiative_phenomenon_phenomenon_id_status_sort_key", table_name="initiative_phenomenon")
    op.drop_index("ix_initiative_phenomenon_phenomenon_id_status_starts_on", table_name="initiative_phenomenon")
    op.drop_table("initiative_phenomenon")
    op.drop_index("ix_initiative_area_area_id_sort_key", table_name="initiative_area")
    op.drop_index("ix_initiative_area_initiative_id_area_sort_key", table_name="initiative_area")
    op.drop_index("ix_initiative_area_area_id_starts_on", table_name="initiative_area")
    op.drop_index("ix_initiative_area_area_id_status_sort_key", table_name="initiative_area")
    op.drop_index("ix_initiative_area_area_id_status_starts_on", table_name="initiative_area")
    op.drop_index("ix_initiative_area_county_id_sort_key", table_name="initiative_area")
    op.drop_index("ix_initiative_area_county_id_starts_on", table_name="initiative_area")
    op.drop_index("ix_initiative_area_county_id_status_sort_key", table_name="initiative_area")
    op.drop_index("ix_initiative_area_county_id_status_starts_on", table_name="initiative_area")
    op.drop_table("initiative_area")
    op.drop_index(op.f("ix_indicator_break_indicator_id"), table_name="indicator_break")
    op.drop_table("indicator_break")
    op.drop_index("ix_impact_figure_updated_at_id", table_name="impact_figure")
    op.drop_index("ix_impact_figure_sort_key_id", table_name="impact_figure")
    op.drop_index("ix_impact_figure_created_at_id", table_name="impact_figure")
    op.drop_index(op.f("ix_impact_figure_phenomenon_id"), table_name="impact_figure")
    op.drop_index(op.f("ix_impact_figure_owner_id"), table_name="impact_figure")
    op.drop_index(op.f("ix_impact_figure_organisation_id"), table_name="impact_figure")
    op.drop_index(op.f("ix_impact_figure_initiative_id"), table_name="impact_figure")
    op.drop_table("impact_figure")
    op.drop_table("goal")
    op.drop_index("ix_event_series_updated_at_id", table_name="event_series")
    op.drop_index("ix_event_series_sort_key_id", table_name="event_series")
    op.drop_index("ix_event_series_created_at_id", table_name="event_series")
    op.drop_index(op.f("ix_event_series_owner_id"), table_name="event_series")
    op.drop_index(op.f("ix_event_series_initiative_id"), table_name="event_series")
    op.drop_table("event_series")
    op.drop_table("contact_person")
    op.drop_index(op.f("ix_claim_source_id"), table_name="claim")
    op.drop_index("ix_claim_record_id_field_ordinal", table_name="claim")
    op.drop_table("claim")
    op.drop_index(op.f("ix_source_record_id"), table_name="source")
    op.drop_table("source")
    op.drop_table("section")
    op.drop_index(op.f("ix_record_concept_concept_id"), table_name="record_concept")
    op.drop_table("record_concept")
    op.drop_index(op.f("ix_principle_set_publisher_id"), table_name="principle_set")
    op.drop_index("ix_principle_set_updated_at_id", table_name="principle_set")
    op.drop_index("ix_principle_set_sort_key_id", table_name="principle_set")
    op.drop_index("ix_principle_set_created_at_id", table_name="principle_set")
    op.drop_index(op.f("ix_principle_set_owner_id"), table_name="principle_set")
    op.drop_table("principle_set")
    op.drop_index("ix_phenomenon_updated_at_id", table_name="phenomenon")
    op.drop_index("ix_phenomenon_sort_key_id", table_name="phenomenon")
    op.drop_index("ix_phenomenon_created_at_id", table_name="phenomenon")
    op.drop_index(op.f("ix_phenomenon_owner_id"), table_name="phenomenon")
    op.drop_table("phenomenon")
    op.drop_index(op.f("ix_organisation_succession_successor_id"), table_name="organisation_succession")
    op.drop_table("organisation_succession")
    op.drop_index(op.f("ix_organisation_name_organisation_id"), table_name="organisation_name")
    op.drop_table("organisation_name")
    op.drop_index(op.f("ix_organisation_channel_organisation_id"), table_name="organisation_channel")
    op.drop_table("organisation_channel")
    op.drop_index(op.f("ix_organisation_area_area_id"), table_name="organisation_area")
    op.drop_table("organisation_area")
    op.drop_index("ix_initiative_updated_at_id", table_name="initiative")
    op.drop_index("ix_initiative_starts_on_id", table_name="initiative")
    op.drop_index("ix_initiative_status_id", table_name="initiative")
    op.drop_index("ix_initiative_stage_id", table_name="initiative")
    op.drop_index("ix_initiative_sort_key_id", table_name="initiative")
    op.drop_index("ix_initiative_kind_updated_at_id", table_name="initiative")
    op.drop_index("ix_initiative_kind_status_starts_on", table_name="initiative")
    op.drop_index("ix_initiative_kind_status_id", table_name="initiative")
    op.drop_index("ix_initiative_kind_starts_on_id", table_name="initiative")
    op.drop_index("ix_initiative_kind_stage_id", table_name="initiative")
    op.drop_index("ix_initiative_kind_sort_key_id", table_name="initiative")
    op.drop_index("ix_initiative_kind_created_at_id", table_name="initiative")
    op.drop_index("ix_initiative_created_at_id", table_name="initiative")
    op.drop_index("ix_initiative_period", table_name="initiative", postgresql_using="gist")
    op.drop_index("ix_initiative_id", table_name="initiative", postgresql_using="hash")
    op.drop_index("ix_initiative_parent_id_sort_key", table_name="initiative")
    op.drop_index(op.f("ix_initiative_owner_id"), table_name="initiative")
    op.drop_index("ix_initiative_lead_organisation_id_sort_key", table_name="initiative")
    op.drop_table("initiative")
    op.drop_index("ix_indicator_updated_at_id", table_name="indicator")
    op.drop_index("ix_indicator_sort_key_id", table_name="indicator")
    op.drop_index("ix_indicator_created_at_id", table_name="indicator")
    op.drop_index(op.f("ix_indicator_owner_id"), table_name="indicator")
    op.drop_table("indicator")
    op.drop_index(op.f("ix_external_id_record_id"), table_name="external_id")
    op.drop_table("external_id")
    op.drop_index(op.f("ix_document_record_id"), table_name="document")
    op.drop_table("document")
    op.drop_index(op.f("ix_contact_record_id"), table_name="contact")
    op.drop_index(op.f("ix_contact_organisation_id"), table_name="contact")
    op.drop_table("contact")
    op.drop_index(op.f("ix_area_succession_successor_id"), table_name="area_succession")
    op.drop_table("area_succession")
    op.drop_index(op.f("ix_area_reach_inner_id"), table_name="area_reach")
    op.drop_table("area_reach")
    op.drop_table("area_population")
    op.drop_index(op.f("ix_area_other_code_value"), table_name="area_other_code")
    op.drop_table("area_other_code")
    op.drop_index(op.f("ix_area_membership_whole_id"), table_name="area_membership")
    op.drop_table("area_membership")
    op.drop_index("ix_area_containment_outer_id_inner_id", table_name="area_containment")
    op.drop_table("area_containment")
    op.drop_index(op.f("ix_record_owner_id"), table_name="record")
    op.drop_index("ix_record_document", table_name="record", postgresql_using="gin")
    op.drop_table("record")
    op.drop_index("uq_organisation_business_id", table_name="organisation", postgresql_where="business_id IS NOT NULL")
    op.drop_index(op.f("ix_organisation_type"), table_name="organisation")
    op.drop_index("ix_organisation_updated_at_id", table_name="organisation")
    op.drop_index("ix_organisation_sort_key_id", table_name="organisation")
    op.drop_index("ix_organisation_created_at_id", table_name="organisation")
    op.drop_index(op.f("ix_organisation_parent_id"), table_name="organisation")
    op.drop_index(op.f("ix_organisation_owner_id"), table_name="organisation")
    op.drop_table("organisation")
    op.drop_table("concept")
    op.drop_index("ix_area_sort_key_id", table_name="area")
    op.drop_index("ix_area_kind_sort_key_id", table_name="area")
    op.drop_index("ix_area_kind_code_id", table_name="area")
    op.drop_table("area")
