"""People, organisation accounts, API clients and tokens.

Revision: 0004
Follows: 0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # Whoever waits for a lock makes everyone behind it wait too: give up early and try again later.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "account",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("is_platform_admin", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_account_email_is_lower_case")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_account_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_index("uq_account_email", "account", ["email"], unique=True, postgresql_where="email IS NOT NULL")
    op.create_table(
        "attempt",
        sa.Column("bucket", sa.Text(collation="C"), nullable=False),
        sa.Column("window", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("bucket", "window", name=op.f("pk_attempt")),
    )
    op.create_table(
        "repeated_command",
        sa.Column("actor", sa.Text(collation="C"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key", name=op.f("pk_repeated_command")),
    )
    op.create_index(op.f("ix_repeated_command_created_at"), "repeated_command", ["created_at"], unique=False)
    op.create_table(
        "signing_key",
        sa.Column("kid", sa.Text(collation="C"), nullable=False),
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("algorithm", sa.String(), nullable=False),
        sa.Column("public_key", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed_private_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_signing_key")),
    )
    op.create_table(
        "challenge",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("account_id", sa.Text(collation="C"), nullable=True),
        sa.Column("sealed_state", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_challenge_account_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_challenge")),
    )
    op.create_index(op.f("ix_challenge_expires_at"), "challenge", ["expires_at"], unique=False)
    op.create_table(
        "code_generator",
        sa.Column("account_id", sa.Text(collation="C"), nullable=False),
        sa.Column("sealed_seed", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_code_generator_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_code_generator")),
    )
    op.create_table(
        "organisation_account",
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("max_credential_days", sa.Integer(), server_default="366", nullable=False),
        sa.Column("max_session_hours", sa.Integer(), server_default="12", nullable=False),
        sa.Column("applications_need_approval", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("address_ranges", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("single_sign_on_required", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint(
            "max_credential_days BETWEEN 1 AND 366", name=op.f("ck_organisation_account_max_credential_days_in_bounds")
        ),
        sa.CheckConstraint(
            "max_session_hours BETWEEN 1 AND 12", name=op.f("ck_organisation_account_max_session_hours_in_bounds")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_account_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation_account")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Text(collation="C"), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("aaguid", sa.String(), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_passkey_account_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_passkey_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"], unique=False)
    op.create_table(
        "password",
        sa.Column("account_id", sa.Text(collation="C"), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_password_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_password")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Text(collation="C"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"], unique=False)
    op.create_table(
        "api_client",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "SERVICE",
                "WEB_APPLICATION",
                "PUBLIC_APPLICATION",
                "COMMAND_LINE",
                name="clientkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("website", sa.String(), nullable=True),
        sa.Column(
            "authentication",
            sa.Enum(
                "NONE",
                "CLIENT_SECRET_BASIC",
                "CLIENT_SECRET_POST",
                "PRIVATE_KEY_JWT",
                name="clientauthentication",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("redirect_uris", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("post_logout_redirect_uris", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "id_token_algorithm",
            sa.Enum(
                "ES256",
                "RS256",
                name="idtokenalgorithm",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="ES256",
            nullable=False,
        ),
        sa.Column("jwks", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("address_ranges", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("is_listed", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("only_registered_documents", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by", sa.Text(collation="C"), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_api_client_created_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation_account.organisation_id"], name=op.f("fk_api_client_organisation_id")
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_api_client_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_client")),
    )
    op.create_index(op.f("ix_api_client_organisation_id"), "api_client", ["organisation_id"], unique=False)
    op.create_table(
        "api_key",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("address_ranges", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("last_four", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by", sa.Text(collation="C"), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by", sa.Text(collation="C"), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_api_key_created_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation_account.organisation_id"], name=op.f("fk_api_key_organisation_id")
        ),
        sa.ForeignKeyConstraint(["replaced_by"], ["api_key.id"], name=op.f("fk_api_key_replaced_by")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_api_key_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_key_digest")),
    )
    op.create_index(op.f("ix_api_key_organisation_id"), "api_key", ["organisation_id"], unique=False)
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("chain", sa.Text(collation="C"), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "ACCOUNT_CREATED",
                "ACCOUNT_ERASED",
                "ACCOUNT_CHANGED",
                "ACCOUNT_DISABLED",
                "ACCOUNT_ENABLED",
                "PLATFORM_ADMIN_MADE",
                "SIGNED_IN",
                "SIGN_IN_FAILED",
                "SIGNED_OUT",
                "SESSION_ENDED",
                "CREDENTIAL_ADDED",
                "CREDENTIAL_REMOVED",
                "ELEVATED",
                "ORGANISATION_ACCOUNT_CREATED",
                "POLICY_CHANGED",
                "MEMBER_INVITED",
                "INVITATION_WITHDRAWN",
                "MEMBER_JOINED",
                "MEMBER_ROLE_CHANGED",
                "MEMBER_REMOVED",
                "CLIENT_CREATED",
                "CLIENT_CHANGED",
                "CLIENT_DELETED",
                "CLIENT_SECRET_ADDED",
                "CLIENT_SECRET_REVOKED",
                "DOCUMENTS_REGISTERED",
                "DOCUMENTS_FORGOTTEN",
                "API_KEY_CREATED",
                "API_KEY_ROTATED",
                "API_KEY_REVOKED",
                "APPLICATION_REQUESTED",
                "APPLICATION_APPROVED",
                "APPLICATION_REJECTED",
                "APPLICATION_REVOKED",
                "CONSENT_GIVEN",
                "CONSENT_WITHDRAWN",
                "TOKEN_REVOKED",
                "TOKEN_REUSED",
                "IDENTITY_PROVIDER_CHANGED",
                "DOMAIN_ADDED",
                "DOMAIN_VERIFIED",
                "DOMAIN_REMOVED",
                "PERSONAL_DATA_READ",
                "AUDIT_EXPORTED",
                name="auditaction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.Text(collation="C"), nullable=True),
        sa.Column("client_id", sa.Text(collation="C"), nullable=True),
        sa.Column("credential_id", sa.Text(collation="C"), nullable=True),
        sa.Column("target_id", sa.Text(collation="C"), nullable=True),
        sa.Column("before", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("trace_id", sa.String(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_audit_event_actor_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation_account.organisation_id"], name=op.f("fk_audit_event_organisation_id")
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_audit_event_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("chain", "sequence", name=op.f("uq_audit_event_chain_sequence")),
    )
    op.create_index("ix_audit_event_actor_id", "audit_event", ["actor_id"], unique=False)
    op.create_index(
        "ix_audit_event_organisation_id_at_id", "audit_event", ["organisation_id", "at", "id"], unique=False
    )
    op.create_table(
        "identity_provider",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("sealed_client_secret", sa.LargeBinary(), nullable=True),
        sa.Column("default_role", sa.String(), nullable=True),
        sa.Column("enabled", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation_account.organisation_id"],
            name=op.f("fk_identity_provider_organisation_id"),
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_identity_provider_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_provider")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_identity_provider_organisation_id")),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "OWNER",
                "ADMIN",
                "EDITOR",
                "VIEWER",
                "TECHNICAL_CONTACT",
                name="memberrole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by", sa.Text(collation="C"), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.Text(collation="C"), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["accepted_by"], ["account.id"], name=op.f("fk_invitation_accepted_by")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_invitation_created_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation_account.organisation_id"], name=op.f("fk_invitation_organisation_id")
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_invitation_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitation_digest")),
    )
    op.create_index(op.f("ix_invitation_organisation_id"), "invitation", ["organisation_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=False),
        sa.Column("account_id", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "OWNER",
                "ADMIN",
                "EDITOR",
                "VIEWER",
                "TECHNICAL_CONTACT",
                name="memberrole",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by", sa.Text(collation="C"), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_membership_account_id")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_membership_created_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation_account.organisation_id"], name=op.f("fk_membership_organisation_id")
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_membership_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("organisation_id", "account_id", name=op.f("uq_membership_organisation_id_account_id")),
    )
    op.create_index(op.f("ix_membership_account_id"), "membership", ["account_id"], unique=False)
    op.create_table(
        "verified_domain",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation_account.organisation_id"],
            name=op.f("fk_verified_domain_organisation_id"),
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_verified_domain_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verified_domain")),
        sa.UniqueConstraint("organisation_id", "domain", name=op.f("uq_verified_domain_organisation_id_domain")),
    )
    op.create_index(
        "uq_verified_domain_domain",
        "verified_domain",
        ["domain"],
        unique=True,
        postgresql_where="verified_at IS NOT NULL",
    )
    op.create_table(
        "application_grant",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=False),
        sa.Column("client_id", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "REQUESTED",
                "APPROVED",
                "REJECTED",
                "REVOKED",
                name="grantstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("requested_by", sa.Text(collation="C"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(collation="C"), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_application_grant_client_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_application_grant_decided_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation_account.organisation_id"],
            name=op.f("fk_application_grant_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["account.id"], name=op.f("fk_application_grant_requested_by")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_application_grant_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_grant")),
        sa.UniqueConstraint(
            "organisation_id", "client_id", name=op.f("uq_application_grant_organisation_id_client_id")
        ),
    )
    op.create_index(op.f("ix_application_grant_client_id"), "application_grant", ["client_id"], unique=False)
    op.create_table(
        "client_secret",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("client_id", sa.Text(collation="C"), nullable=False),
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=False),
        sa.Column("last_four", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by", sa.Text(collation="C"), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_client_secret_client_id")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_client_secret_created_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation_account.organisation_id"], name=op.f("fk_client_secret_organisation_id")
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_client_secret_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_secret")),
        sa.UniqueConstraint("digest", name=op.f("uq_client_secret_digest")),
    )
    op.create_index(op.f("ix_client_secret_client_id"), "client_secret", ["client_id"], unique=False)
    op.create_table(
        "registered_document",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("client_id", sa.Text(collation="C"), nullable=False),
        sa.Column("organisation_id", sa.Text(collation="C"), nullable=False),
        sa.Column("digest", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by", sa.Text(collation="C"), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_registered_document_client_id")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_registered_document_created_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation_account.organisation_id"],
            name=op.f("fk_registered_document_organisation_id"),
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_registered_document_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registered_document")),
        sa.UniqueConstraint("client_id", "digest", name=op.f("uq_registered_document_client_id_digest")),
    )
    op.create_table(
        "consent",
        sa.Column("account_id", sa.Text(collation="C"), nullable=False),
        sa.Column("client_id", sa.Text(collation="C"), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_consent_account_id")),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_consent_client_id")),
        sa.PrimaryKeyConstraint("account_id", "client_id", name=op.f("pk_consent")),
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("account_id", sa.Text(collation="C"), nullable=False),
        sa.Column("identity_provider_id", sa.Text(collation="C"), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_identity_account_id")),
        sa.ForeignKeyConstraint(
            ["identity_provider_id"], ["identity_provider.id"], name=op.f("fk_identity_identity_provider_id")
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_identity_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
    )
    op.create_index(op.f("ix_identity_account_id"), "identity", ["account_id"], unique=False)
    op.create_index(op.f("ix_identity_identity_provider_id"), "identity", ["identity_provider_id"], unique=False)
    op.create_table(
        "pushed_request",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("client_id", sa.Text(collation="C"), nullable=False),
        sa.Column("parameters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_pushed_request_client_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_pushed_request")),
    )
    op.create_index(op.f("ix_pushed_request_expires_at"), "pushed_request", ["expires_at"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Text(collation="C"), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "PASSKEY",
                "PASSWORD_AND_CODE",
                "RECOVERY_CODE",
                "IDENTITY_PROVIDER",
                "SETUP_LINK",
                "INVITATION",
                name="signinmethod",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("authenticated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("identity_provider_id", sa.Text(collation="C"), nullable=True),
        sa.Column("provider_session", sa.String(), nullable=True),
        sa.Column("elevated_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("elevation_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id")),
        sa.ForeignKeyConstraint(
            ["identity_provider_id"], ["identity_provider.id"], name=op.f("fk_session_identity_provider_id")
        ),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_session_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_session_digest")),
    )
    op.create_index(op.f("ix_session_account_id"), "session", ["account_id"], unique=False)
    op.create_table(
        "used_assertion",
        sa.Column("client_id", sa.Text(collation="C"), nullable=False),
        sa.Column("jti", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_used_assertion_client_id")),
        sa.PrimaryKeyConstraint("client_id", "jti", name=op.f("pk_used_assertion")),
    )
    op.create_index(op.f("ix_used_assertion_expires_at"), "used_assertion", ["expires_at"], unique=False)
    op.create_table(
        "device_authorisation",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_code", sa.Text(collation="C"), nullable=False),
        sa.Column("client_id", sa.Text(collation="C"), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("interval_s", sa.Integer(), nullable=False),
        sa.Column("polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("account_id", sa.Text(collation="C"), nullable=True),
        sa.Column("session_id", sa.Text(collation="C"), nullable=True),
        sa.Column("authenticated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("allowed", sa.Boolean(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_device_authorisation_account_id")),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_device_authorisation_client_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_device_authorisation_session_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_device_authorisation")),
        sa.UniqueConstraint("user_code", name=op.f("uq_device_authorisation_user_code")),
    )
    op.create_index(op.f("ix_device_authorisation_expires_at"), "device_authorisation", ["expires_at"], unique=False)
    op.create_table(
        "token_family",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("client_id", sa.Text(collation="C"), nullable=False),
        sa.Column("account_id", sa.Text(collation="C"), nullable=False),
        sa.Column("session_id", sa.Text(collation="C"), nullable=True),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("authenticated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_token_family_account_id")),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_token_family_client_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_token_family_session_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_token_family_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token_family")),
    )
    op.create_index(op.f("ix_token_family_account_id"), "token_family", ["account_id"], unique=False)
    op.create_index(op.f("ix_token_family_client_id"), "token_family", ["client_id"], unique=False)
    op.create_index(op.f("ix_token_family_session_id"), "token_family", ["session_id"], unique=False)
    op.create_table(
        "authorisation_code",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("client_id", sa.Text(collation="C"), nullable=False),
        sa.Column("account_id", sa.Text(collation="C"), nullable=False),
        sa.Column("session_id", sa.Text(collation="C"), nullable=True),
        sa.Column("family_id", sa.Text(collation="C"), nullable=True),
        sa.Column("redirect_uri", sa.String(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("nonce", sa.String(), nullable=True),
        sa.Column("code_challenge", sa.String(), nullable=False),
        sa.Column("authenticated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_authorisation_code_account_id")),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_authorisation_code_client_id")),
        sa.ForeignKeyConstraint(["family_id"], ["token_family.id"], name=op.f("fk_authorisation_code_family_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_authorisation_code_session_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_authorisation_code")),
    )
    op.create_index(op.f("ix_authorisation_code_account_id"), "authorisation_code", ["account_id"], unique=False)
    op.create_index(op.f("ix_authorisation_code_expires_at"), "authorisation_code", ["expires_at"], unique=False)
    op.create_table(
        "token",
        sa.Column("id", sa.Text(collation="C"), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("is_refresh", sa.Boolean(), nullable=False),
        sa.Column("client_id", sa.Text(collation="C"), nullable=False),
        sa.Column("account_id", sa.Text(collation="C"), nullable=True),
        sa.Column("family_id", sa.Text(collation="C"), nullable=True),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("token_type", sa.String(), server_default="Bearer", nullable=False),
        sa.Column("confirmation", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_token_account_id")),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_token_client_id")),
        sa.ForeignKeyConstraint(["family_id"], ["token_family.id"], name=op.f("fk_token_family_id")),
        sa.CheckConstraint("id ~ '^[A-Za-z0-9_-]+$'", name=op.f("ck_token_id_is_plain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_token_digest")),
    )
    op.create_index(op.f("ix_token_account_id"), "token", ["account_id"], unique=False)
    op.create_index(op.f("ix_token_client_id"), "token", ["client_id"], unique=False)
    op.create_index(op.f("ix_token_expires_at"), "token", ["expires_at"], unique=False)
    op.create_index(op.f("ix_token_family_id"), "token", ["family_id"], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("ix_token_family_id"), table_name="token")
    op.drop_index(op.f("ix_token_expires_at"), table_name="token")
    op.drop_index(op.f("ix_token_client_id"), table_name="token")
    op.drop_index(op.f("ix_token_account_id"), table_name="token")
    op.drop_table("token")
    op.drop_index(op.f("ix_authorisation_code_expires_at"), table_name="authorisation_code")
    op.drop_index(op.f("ix_authorisation_code_account_id"), table_name="authorisation_code")
    op.drop_table("authorisation_code")
    op.drop_index(op.f("ix_token_family_session_id"), table_name="token_family")
    op.drop_index(op.f("ix_token_family_client_id"), table_name="token_family")
    op.drop_index(op.f("ix_token_family_account_id"), table_name="token_family")
    op.drop_table("token_family")
    op.drop_index(op.f("ix_device_authorisation_expires_at"), table_name="device_authorisation")
    op.drop_table("device_authorisation")
    op.drop_index(op.f("ix_used_assertion_expires_at"), table_name="used_assertion")
    op.drop_table("used_assertion")
    op.drop_index(op.f("ix_session_account_id"), table_name="session")
    op.drop_table("session")
    op.drop_index(op.f("ix_pushed_request_expires_at"), table_name="pushed_request")
    op.drop_table("pushed_request")
    op.drop_index(op.f("ix_identity_identity_provider_id"), table_name="identity")
    op.drop_index(op.f("ix_identity_account_id"), table_name="identity")
    op.drop_table("identity")
    op.drop_table("consent")
    op.drop_table("registered_document")
    op.drop_index(op.f("ix_client_secret_client_id"), table_name="client_secret")
    op.drop_table("client_secret")
    op.drop_index(op.f("ix_application_grant_client_id"), table_name="application_grant")
    op.drop_table("application_grant")
    op.drop_index("uq_verified_domain_domain", table_name="verified_domain")
    op.drop_table("verified_domain")
    op.drop_index(op.f("ix_membership_account_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_index(op.f("ix_invitation_organisation_id"), table_name="invitation")
    op.drop_table("invitation")
    op.drop_table("identity_provider")
    op.drop_index("ix_audit_event_organisation_id_at_id", table_name="audit_event")
    op.drop_index("ix_audit_event_actor_id", table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_index(op.f("ix_api_key_organisation_id"), table_name="api_key")
    op.drop_table("api_key")
    op.drop_index(op.f("ix_api_client_organisation_id"), table_name="api_client")
    op.drop_table("api_client")
    op.drop_index(op.f("ix_recovery_code_account_id"), table_name="recovery_code")
    op.drop_table("recovery_code")
    op.drop_table("password")
    op.drop_index(op.f("ix_passkey_account_id"), table_name="passkey")
    op.drop_table("passkey")
    op.drop_table("organisation_account")
    op.drop_table("code_generator")
    op.drop_index(op.f("ix_challenge_expires_at"), table_name="challenge")
    op.drop_table("challenge")
    op.drop_table("signing_key")
    op.drop_index(op.f("ix_repeated_command_created_at"), table_name="repeated_command")
    op.drop_table("repeated_command")
    op.drop_table("attempt")
    op.drop_index("uq_account_email", table_name="account", postgresql_where="email IS NOT NULL")
    op.drop_table("account")
