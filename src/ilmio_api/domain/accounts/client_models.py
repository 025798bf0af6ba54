"""Tables of the programs that act for people and organisations.

Owns: API clients, their secrets and documents, API keys, what organisations have granted and people have consented to.
Does not own: tokens (`token_models`).

Clients and keys belong to the organisation and outlive the person who made them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, LargeBinary, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ilmio_api.db.base import Base, Identifier, PrimaryKey, vocabulary
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind, GrantStatus, IdTokenAlgorithm


class ApiClient(Base):
    """An OAuth client. Its id is its `client_id`."""

    __tablename__ = "api_client"

    id: Mapped[PrimaryKey]
    organisation_id: Mapped[Identifier | None] = mapped_column(
        ForeignKey("organisation_account.organisation_id"), index=True
    )
    """Owner; None for the service's own command line."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    kind: Mapped[ClientKind] = mapped_column(vocabulary(ClientKind))
    name: Mapped[str]
    description: Mapped[str | None]
    website: Mapped[str | None]
    authentication: Mapped[ClientAuthentication] = mapped_column(vocabulary(ClientAuthentication))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Most that it may ask for."""
    redirect_uris: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    post_logout_redirect_uris: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    id_token_algorithm: Mapped[IdTokenAlgorithm] = mapped_column(
        vocabulary(IdTokenAlgorithm), default=IdTokenAlgorithm.ES256, server_default="ES256"
    )
    jwks: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Public keys for `private_key_jwt`, at most ten."""
    address_ranges: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """CIDR ranges from which it may be used; empty for anywhere."""
    is_listed: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether other organisations may find it and be asked for a grant."""
    only_registered_documents: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether its requests may ask nothing but the documents that are registered for it."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    created_by: Mapped[Identifier | None] = mapped_column(ForeignKey("account.id"))
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """To the hour."""
    deleted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ClientSecret(Base):
    """A secret of a client; two may be valid at once, so that one can be replaced without a pause."""

    __tablename__ = "client_secret"

    id: Mapped[PrimaryKey]
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    client_id: Mapped[Identifier] = mapped_column(ForeignKey("api_client.id"), index=True)
    organisation_id: Mapped[Identifier] = mapped_column(ForeignKey("organisation_account.organisation_id"))
    last_four: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    created_by: Mapped[Identifier | None] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RegisteredDocument(Base):
    """A GraphQL document that a client may name instead of sending it."""

    __tablename__ = "registered_document"
    __table_args__ = (UniqueConstraint("client_id", "digest"),)

    id: Mapped[PrimaryKey]
    client_id: Mapped[Identifier] = mapped_column(ForeignKey("api_client.id"))
    organisation_id: Mapped[Identifier] = mapped_column(ForeignKey("organisation_account.organisation_id"))
    digest: Mapped[Identifier]
    """`sha256:` and 64 hexadecimal digits: what requests name it by."""
    name: Mapped[str | None]
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    created_by: Mapped[Identifier | None] = mapped_column(ForeignKey("account.id"))


class ApiKey(Base):
    """A long-lived, read-only key of an organisation, for simple dashboards."""

    __tablename__ = "api_key"

    id: Mapped[PrimaryKey]
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    organisation_id: Mapped[Identifier] = mapped_column(ForeignKey("organisation_account.organisation_id"), index=True)
    name: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    address_ranges: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    last_four: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    created_by: Mapped[Identifier | None] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    replaced_by: Mapped[Identifier | None] = mapped_column(ForeignKey("api_key.id"))
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """To the hour."""
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ApplicationGrant(Base):
    """What an organisation allows an application of another organisation."""

    __tablename__ = "application_grant"
    __table_args__ = (UniqueConstraint("organisation_id", "client_id"),)

    id: Mapped[PrimaryKey]
    organisation_id: Mapped[Identifier] = mapped_column(ForeignKey("organisation_account.organisation_id"))
    client_id: Mapped[Identifier] = mapped_column(ForeignKey("api_client.id"), index=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    status: Mapped[GrantStatus] = mapped_column(vocabulary(GrantStatus))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Asked for; after approval, what was granted."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    requested_by: Mapped[Identifier | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[Identifier | None] = mapped_column(ForeignKey("account.id"))


class Consent(Base):
    """A person lets an application act for them."""

    __tablename__ = "consent"

    account_id: Mapped[Identifier] = mapped_column(ForeignKey("account.id"), primary_key=True)
    client_id: Mapped[Identifier] = mapped_column(ForeignKey("api_client.id"), primary_key=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    given_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
