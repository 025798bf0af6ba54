"""Accounts of organisations in the published schema.

Owns: `OrganisationAccount`, its policy, invitations, API clients, keys, applications, identity provider and domains.
Does not own: people (`schema.accounts`), the audit log (`schema.audit`).
"""

from typing import TYPE_CHECKING, Annotated, Any

import sqlalchemy as sa
import strawberry

from ilmio_api.access.rows import RowPolicy, any_of, if_managed, known_client, within
from ilmio_api.access.scopes import Scope
from ilmio_api.compiler import declare
from ilmio_api.compiler.declare import Entity, Form, Relation
from ilmio_api.db.raw import raw
from ilmio_api.domain.accounts import client_models, models, sign_in_models
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind, GrantStatus, MemberRole
from ilmio_api.domain.tables import table
from ilmio_api.schema.accounts import Account, Membership
from ilmio_api.schema.connections import Connection
from ilmio_api.schema.fields import PAGE_ARGUMENTS, computed, declared, entity, inside, listing, many, one, plain
from ilmio_api.schema.orders import by_column
from ilmio_api.schema.references import OrganisationRef
from ilmio_api.schema.scalars import DateTime

if TYPE_CHECKING:
    from ilmio_api.schema.audit import AuditEvent

AuditEventRef = Annotated["AuditEvent", strawberry.lazy("ilmio_api.schema.audit")]

_READ = within(Scope.ORGANISATION_READ)
_READ_OR_MANAGE = any_of(_READ, within(Scope.CLIENTS))
_NOBODY = "null for a program in its own name, and for a person who shares no organisation with the caller"
_HIDDEN = "null when the caller may not read its record"
_OWN = "Null for those who may not see the account of its organisation."
_READ_OR_ELEVATED = within(Scope.ORGANISATION_READ, elevated=True)


def _as_instant(value: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """Return a time as the scalar `DateTime` has it."""
    in_utc = value.op("AT TIME ZONE")(raw("'UTC'"))
    return sa.func.to_char(in_utc, raw('\'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\''))


def _listed(rows: Any, policy: RowPolicy) -> Entity:
    """Return the rows of a list in the order in which they were made."""
    return Entity(table=table(rows), policy=policy, orders={"ID": by_column("id")}, default_order=("ID", False))


def _list(description: str) -> Any:
    """Declare a list of what belongs to the organisation."""
    relation = Relation("organisation_id", "organisation_id")
    return declared(declare.Listing(relation), description, PAGE_ARGUMENTS)


@strawberry.type(description="What the organisation demands of everybody who acts for it.")
class OrganisationPolicy:
    """See the description."""

    max_credential_days: int = plain("Longest life of a new API key or client secret, in days: 1–366.")
    max_session_hours: int = plain("Longest session of a member in the console, in hours: 1–12.")
    applications_need_approval: bool = plain(
        "Whether an owner has to approve each application of another organisation."
    )
    address_ranges: list[str] = plain(
        "Network addresses (CIDR) from which keys and clients may be used; empty for anywhere."
    )
    single_sign_on_required: bool = plain(
        "Whether members other than owners have to sign in with the identity provider of the organisation."
    )


@entity(_listed(models.Invitation, _READ))
@strawberry.type(description="An invitation to become a member, by a link that works once.")
class Invitation:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the invitation.")
    email: str | None = plain("Address of the invited person; null once the invitation is over.")
    role: MemberRole = plain("What the invited person will be.")
    created_at: DateTime = plain("When it was made.", form=Form.INSTANT)
    expires_at: DateTime = plain("When it ends.", form=Form.INSTANT)
    accepted_at: DateTime | None = plain("When it was accepted; null when nobody has.", form=Form.INSTANT)
    withdrawn_at: DateTime | None = plain("When it was withdrawn; null when nobody has.", form=Form.INSTANT)
    created_by: Account | None = one(f"Who made it; {_NOBODY}.", Relation("created_by", "id"))


@entity(Entity(table=table(client_models.ClientSecret), policy=_READ_OR_MANAGE))
@strawberry.type(description="A secret of an API client. It is shown when it is made, and never again.")
class ClientSecret:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the secret.")
    last_four: str = plain("Its last four characters.")
    created_at: DateTime = plain("When it was made.", form=Form.INSTANT)
    expires_at: DateTime = plain("When it ends.", form=Form.INSTANT)
    last_used_at: DateTime | None = plain("When it was last used, to the hour; null: never.", form=Form.INSTANT)
    revoked_at: DateTime | None = plain("When it was revoked; null when nobody has.", form=Form.INSTANT)


@entity(_listed(client_models.RegisteredDocument, _READ_OR_MANAGE))
@strawberry.type(description="A document that requests of an API client may name instead of sending it.")
class RegisteredDocument:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the registration.")
    document_id: str = plain("What requests name it by: `sha256:` and the SHA-256 of its text.", "digest")
    name: str | None = plain("What people call it; null when nothing was said.")
    created_at: DateTime = plain("When it was registered.", form=Form.INSTANT)
    created_by: Account | None = one(f"Who registered it; {_NOBODY}.", Relation("created_by", "id"))


@entity(
    _listed(
        client_models.ApiClient,
        known_client(table(client_models.ApplicationGrant), table(client_models.Consent)),
    )
)
@strawberry.type(description="A program that acts for an organisation or for people: an OAuth client.")
class ApiClient:
    """See the description."""

    id: strawberry.ID = plain("Identifier; it is the `client_id` of OAuth.")
    version: int | None = computed(
        f"Grows with every change; give it to `expectedVersion`. {_OWN}", if_managed("version")
    )
    kind: ClientKind = plain("What it is.")
    name: str = plain("Name, as people see it when they are asked for consent.")
    description: str | None = plain("What it does; null when nothing was said.")
    website: str | None = plain("Its web site; null when it has none.")
    authentication: ClientAuthentication = plain("How it proves who it is.")
    scopes: list[str] = plain("Most that it may ask for.")
    redirect_uris: list[str] = plain("Addresses to which people are sent back.")
    post_logout_redirect_uris: list[str] = plain("Addresses to which people are sent after signing out.")
    address_ranges: list[str] | None = computed(
        f"Network addresses (CIDR) from which it may be used; empty for anywhere. {_OWN}", if_managed("address_ranges")
    )
    is_listed: bool = plain("Whether other organisations may find it.")
    only_registered_documents: bool = plain(
        "Whether its requests may ask nothing but the documents that are registered for it."
    )
    created_at: DateTime = plain("When it was made.", form=Form.INSTANT)
    last_used_at: DateTime | None = computed(
        f"When it was last used, to the hour; null: never. {_OWN}",
        lambda row: _as_instant(if_managed("last_used_at")(row)),
    )
    organisation: OrganisationRef | None = one(
        "Who is behind it; null for the service's own command line, and when the caller may not read the record.",
        Relation("organisation_id", "id"),
    )
    created_by: Account | None = one(f"Who made it; {_NOBODY}.", Relation("created_by", "id"))
    secrets: list[ClientSecret] = many("Its secrets.", Relation("id", "client_id"), order=("created_at", "id"))
    documents: Connection[RegisteredDocument] = declared(
        declare.Listing(Relation("id", "client_id")), "Documents that are registered for it.", PAGE_ARGUMENTS
    )


@entity(_listed(client_models.ApiKey, _READ_OR_MANAGE))
@strawberry.type(description="A long-lived key for reading. It is shown when it is made, and never again.")
class ApiKey:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the key.")
    name: str = plain("What it is for.")
    scopes: list[str] = plain("What it may be used for.")
    address_ranges: list[str] = plain("Network addresses (CIDR) from which it may be used; empty for anywhere.")
    last_four: str = plain("Its last four characters.")
    created_at: DateTime = plain("When it was made.", form=Form.INSTANT)
    expires_at: DateTime = plain("When it ends.", form=Form.INSTANT)
    last_used_at: DateTime | None = plain("When it was last used, to the hour; null: never.", form=Form.INSTANT)
    revoked_at: DateTime | None = plain("When it was revoked; null when nobody has.", form=Form.INSTANT)
    created_by: Account | None = one(f"Who made it; {_NOBODY}.", Relation("created_by", "id"))


@entity(_listed(client_models.ApplicationGrant, any_of(_READ_OR_ELEVATED, within(Scope.CLIENTS))))
@strawberry.type(description="What the organisation allows an application of another organisation.")
class ApplicationGrant:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the grant.")
    version: int = plain("Grows with every change; give it to `expectedVersion`.")
    status: GrantStatus = plain("Where the grant is.")
    scopes: list[str] = plain("What the application asks for; once approved, what it was given.")
    created_at: DateTime = plain("When it was asked for.", form=Form.INSTANT)
    decided_at: DateTime | None = plain("When it was decided; null when nobody has.", form=Form.INSTANT)
    client: ApiClient | None = one("The application; never null.", Relation("client_id", "id"))
    requested_by: Account | None = one(f"Who asked; {_NOBODY}.", Relation("requested_by", "id"))
    decided_by: Account | None = one(
        f"Who decided; null while nobody has. Otherwise {_NOBODY}.", Relation("decided_by", "id")
    )


@entity(Entity(table=table(sign_in_models.IdentityProvider), policy=_READ))
@strawberry.type(description="The OpenID provider with which members of the organisation may sign in.")
class IdentityProvider:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the provider within the service.")
    version: int = plain("Grows with every change; give it to `expectedVersion`.")
    issuer: str = plain("Its address.")
    client_id: str = plain("What it calls this service.")
    default_role: MemberRole | None = plain(
        "What people of a verified domain become when they come for the first time; null when they need an invitation."
    )
    enabled: bool = plain("Whether it can be used.")


@entity(_listed(sign_in_models.VerifiedDomain, _READ))
@strawberry.type(description="A mail domain of the organisation.")
class VerifiedDomain:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the domain within the service.")
    domain: str = plain("Name of the domain.")
    proof: str = plain("Text that has to stand in the TXT record `_ilmio.` of the domain.")
    verified_at: DateTime | None = plain("When it was verified; null until then.", form=Form.INSTANT)


@entity(Entity(table=table(models.OrganisationAccount), policy=_READ_OR_ELEVATED))
@strawberry.type(description="The account of an organisation: who acts for it, and how.")
class OrganisationAccount:
    """See the description."""

    organisation_id: strawberry.ID = plain("Identifier of the organisation.")
    version: int = plain("Grows with every change of the policy; give it to `expectedVersion`.")
    created_at: DateTime = plain("When the account was opened.", form=Form.INSTANT)
    organisation: OrganisationRef | None = one(f"The organisation; {_HIDDEN}.", Relation("organisation_id", "id"))
    policy: OrganisationPolicy = inside("What it demands.")
    members: Connection[Membership] = _list("Members, in the order in which they joined.")
    invitations: Connection[Invitation] = _list("Invitations, also those that are over.")
    clients: Connection[ApiClient] = declared(
        declare.Listing(Relation("organisation_id", "organisation_id", where=lambda row: row.c.deleted_at.is_(None))),
        "API clients of the organisation.",
        PAGE_ARGUMENTS,
    )
    api_keys: Connection[ApiKey] = _list("API keys, also those that are over.")
    applications: Connection[ApplicationGrant] = _list("Applications of other organisations.")
    identity_provider: IdentityProvider | None = one(
        "Where members may sign in; null when there is none.", Relation("organisation_id", "organisation_id")
    )
    domains: Connection[VerifiedDomain] = _list("Mail domains of the organisation.")
    audit_log: Connection[AuditEventRef] = listing(
        "What was done. Needs the scope `audit:read`.", AuditEventRef, Relation("organisation_id", "organisation_id")
    )
