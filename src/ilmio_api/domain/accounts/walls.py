"""Who may read the rows of the private tables: the second wall, behind the predicates of `access.rows`.

Owns: for every private table, the rows and columns that the reading role may see.
Does not own: the first wall (`access.rows`), how it is put up (`alembic`, migration 0005; a test compares).

Two database roles stand between a fault of ours and the data. `ilmio_reader` runs the queries of the API: it sees
nothing of a private table but the rows that the claims of the caller name, and no rows when there are no claims.
`ilmio_accounts` runs the commands of accounts and of the authorization server: it sees nothing unless the unit of work
says on whose behalf it acts. Neither owns a table, and neither can change or remove what stands in the audit log.
"""

from dataclasses import dataclass

from sqlalchemy import MetaData

from ilmio_api.compiler.declare import PRIVATE as MARK


@dataclass(frozen=True, slots=True)
class Wall:
    """What the reading role may see of a private table."""

    rows: str
    """SQL condition on a row; `ilmio_claim(name)` is the array of a claim, empty when there is none."""
    hidden: tuple[str, ...] = ()
    """Columns that it may not see at all."""


def _organisation_in(*claims: str, column: str = "organisation_id") -> str:
    """Return the condition that the caller has one of the claims in the organisation of the row."""
    # In a subselect, so that the claims are read once and not for every row.
    return " OR ".join(f"{column} = ANY ((SELECT ilmio_claim('{claim}'))::text[])" for claim in claims)


_ELEVATED = "'true' = ANY ((SELECT ilmio_claim('elevated'))::text[])"
_OWN = "account_id = ANY ((SELECT ilmio_claim('person'))::text[])"

_LISTED = "is_listed AND deleted_at IS NULL"
_KNOWN = "id IN (SELECT client_id FROM application_grant) OR id IN (SELECT client_id FROM consent)"

READABLE: dict[str, Wall] = {
    "account": Wall("id = ANY ((SELECT ilmio_claim('account'))::text[]) OR id IN (SELECT account_id FROM membership)"),
    "organisation_account": Wall(f"{_organisation_in('organisation_read')} OR {_ELEVATED}"),
    "membership": Wall(f"{_organisation_in('organisation_read')} OR {_OWN}"),
    "invitation": Wall(_organisation_in("organisation_read"), hidden=("digest",)),
    "audit_event": Wall(f"{_organisation_in('audit_read')} OR {_ELEVATED}"),
    "api_client": Wall(f"{_organisation_in('organisation_read', 'clients')} OR {_ELEVATED} OR {_LISTED} OR {_KNOWN}"),
    "client_secret": Wall(_organisation_in("organisation_read", "clients"), hidden=("digest",)),
    "registered_document": Wall(_organisation_in("organisation_read", "clients"), hidden=("text",)),
    "api_key": Wall(_organisation_in("organisation_read", "clients"), hidden=("digest",)),
    "application_grant": Wall(f"{_organisation_in('organisation_read', 'clients')} OR {_ELEVATED}"),
    "consent": Wall(_OWN),
    "session": Wall(_OWN, hidden=("digest", "provider_session")),
    "passkey": Wall(_OWN, hidden=("credential_id", "public_key", "sign_count")),
    "identity_provider": Wall(_organisation_in("organisation_read"), hidden=("sealed_client_secret",)),
    "verified_domain": Wall(_organisation_in("organisation_read")),
    "contact_person": Wall(_organisation_in("contacts_read")),
}
"""Private tables of which the reading role may see something."""

SECRET = frozenset(
    {
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
    }
)
"""Private tables of which it may see nothing."""

PRIVATE = frozenset(READABLE) | SECRET
"""All private tables."""


def mark(metadata: MetaData) -> None:
    """Tell the compiler which tables are private: their statements bring the claims of the caller."""
    for name in PRIVATE:
        metadata.tables[name].info[MARK] = True
