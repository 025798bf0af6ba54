"""Walls around private data: roles, row-level security, an audit log that only grows.

`ilmio_api.domain.accounts.walls` says the same in the present tense, and a test compares it with the database.

Revision: 0005
Follows: 0004
"""

from collections.abc import Sequence

from alembic import op
from sqlalchemy import text

revision: str = "0005"
down_revision: str | Sequence[str] | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

READER, ACCOUNTS = "ilmio_reader", "ilmio_accounts"

ELEVATED = "'true' = ANY ((SELECT ilmio_claim('elevated'))::text[])"
LISTED = "is_listed AND deleted_at IS NULL"
KNOWN = "id IN (SELECT client_id FROM application_grant) OR id IN (SELECT client_id FROM consent)"
OWN = "account_id = ANY ((SELECT ilmio_claim('person'))::text[])"


def organisation_in(*claims: str) -> str:
    return " OR ".join(f"organisation_id = ANY ((SELECT ilmio_claim('{claim}'))::text[])" for claim in claims)


# Rows that the reading role sees, and columns that it does not, by table.
READABLE: dict[str, tuple[str, tuple[str, ...]]] = {
    "account": (
        "id = ANY ((SELECT ilmio_claim('account'))::text[]) OR id IN (SELECT account_id FROM membership)",
        (),
    ),
    "organisation_account": (f"{organisation_in('organisation_read')} OR {ELEVATED}", ()),
    "membership": (f"{organisation_in('organisation_read')} OR {OWN}", ()),
    "invitation": (organisation_in("organisation_read"), ("digest",)),
    "audit_event": (f"{organisation_in('audit_read')} OR {ELEVATED}", ()),
    "api_client": (
        f"{organisation_in('organisation_read', 'clients')} OR {ELEVATED} OR {LISTED} OR {KNOWN}",
        (),
    ),
    "client_secret": (organisation_in("organisation_read", "clients"), ("digest",)),
    "registered_document": (organisation_in("organisation_read", "clients"), ("text",)),
    "api_key": (organisation_in("organisation_read", "clients"), ("digest",)),
    "application_grant": (f"{organisation_in('organisation_read', 'clients')} OR {ELEVATED}", ()),
    "consent": (OWN, ()),
    "session": (OWN, ("digest", "provider_session")),
    "passkey": (OWN, ("credential_id", "public_key", "sign_count")),
    "identity_provider": (organisation_in("organisation_read"), ("sealed_client_secret",)),
    "verified_domain": (organisation_in("organisation_read"), ()),
    "contact_person": (organisation_in("contacts_read"), ()),
}
SECRET = (
    "attempt",
    "authorisation_code",
    "challenge",
    "code_generator",
    "device_authorisation",
    "identity",
    "password",
    "pushed_request",
    "recovery_code",
    "repeated_command",
    "signing_key",
    "token",
    "token_family",
    "used_assertion",
)

CLAIM = """
CREATE FUNCTION ilmio_claim(name text) RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $function$
    SELECT CASE jsonb_typeof(claim)
        WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(claim))
        WHEN 'null' THEN '{}'
        ELSE coalesce(ARRAY[claim #>> '{}'], '{}')
    END
    FROM (SELECT nullif(current_setting('ilmio.claims', true), '')::jsonb -> name AS claim) AS setting
$function$
"""

# Whoever may not make roles can still migrate, when somebody else has made them and let this account in.
ADMIT = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ROLE_NAME') THEN
        BEGIN
            CREATE ROLE ROLE_NAME NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END IF;
    IF NOT pg_has_role(current_user, 'ROLE_NAME', 'MEMBER') THEN
        GRANT ROLE_NAME TO CURRENT_USER;
    END IF;
END $$
"""

KEEP = """
CREATE FUNCTION ilmio_keep_audit_event() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    RAISE EXCEPTION 'the audit log only grows' USING ERRCODE = 'insufficient_privilege';
END
$function$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for role in (READER, ACCOUNTS):
        # Roles belong to the whole server: another database on it may have made them.
        op.execute(ADMIT.replace("ROLE_NAME", role))
        op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    op.execute(CLAIM)
    op.execute(KEEP)
    op.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}, {ACCOUNTS}")
    # A new table of records is open to both; a new private one takes it back, and a test says so if it does not.
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {READER}, {ACCOUNTS}")
    for table in (*READABLE, *SECRET):
        op.execute(f"REVOKE ALL ON {table} FROM {READER}")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        rights = "SELECT, INSERT" if table == "audit_event" else "SELECT, INSERT, UPDATE, DELETE"
        op.execute(f"GRANT {rights} ON {table} TO {ACCOUNTS}")
        # Fails closed: without a word on whose behalf it acts, a unit of work sees and writes nothing.
        acting = "(SELECT coalesce(current_setting('ilmio.acting', true), '')) <> ''"
        op.execute(f"CREATE POLICY acting ON {table} TO {ACCOUNTS} USING ({acting}) WITH CHECK ({acting})")
    for table, (rows, hidden) in READABLE.items():
        op.execute(f"GRANT SELECT ({', '.join(_columns(table, hidden))}) ON {table} TO {READER}")
        op.execute(f"CREATE POLICY claimed ON {table} FOR SELECT TO {READER} USING ({rows})")
    op.execute(
        "CREATE TRIGGER audit_event_kept BEFORE UPDATE OR DELETE ON audit_event"
        " FOR EACH ROW EXECUTE FUNCTION ilmio_keep_audit_event()"
    )
    op.execute(
        "CREATE TRIGGER audit_event_kept_whole BEFORE TRUNCATE ON audit_event"
        " FOR EACH STATEMENT EXECUTE FUNCTION ilmio_keep_audit_event()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER audit_event_kept_whole ON audit_event")
    op.execute("DROP TRIGGER audit_event_kept ON audit_event")
    for table in (*READABLE, *SECRET):
        op.execute(f"DROP POLICY acting ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for table in READABLE:
        op.execute(f"DROP POLICY claimed ON {table}")
    op.execute("DROP FUNCTION ilmio_keep_audit_event()")
    op.execute("DROP FUNCTION ilmio_claim(text)")
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM {READER}, {ACCOUNTS}")  # noqa: S608 - constants
    # The roles stay: they may be in use by another database of the server.
    op.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {READER}, {ACCOUNTS}")
    op.execute(f"REVOKE USAGE ON SCHEMA public FROM {READER}, {ACCOUNTS}")


def _columns(table: str, hidden: tuple[str, ...]) -> list[str]:
    """Return the columns that are not hidden."""
    found = op.get_bind().execute(
        text(
            "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:name AS regclass) AND attnum > 0 AND NOT attisdropped"
        ),
        {"name": table},
    )
    return [f'"{column}"' for (column,) in found if column not in hidden]
