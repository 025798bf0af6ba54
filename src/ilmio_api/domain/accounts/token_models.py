"""Tables of the authorization server.

Owns: codes, tokens and their families, device authorisations, pushed requests, used assertions.
Does not own: the protocol (`oauth`).

Every secret is known by its digest only.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, LargeBinary, Text, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ilmio_api.db.base import Base, Identifier, PrimaryKey


class TokenFamily(Base):
    """All tokens that came from one authorisation: they die together."""

    __tablename__ = "token_family"

    id: Mapped[PrimaryKey]
    client_id: Mapped[Identifier] = mapped_column(ForeignKey("api_client.id"), index=True)
    account_id: Mapped[Identifier] = mapped_column(ForeignKey("account.id"), index=True)
    session_id: Mapped[Identifier | None] = mapped_column(ForeignKey("session.id"), index=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    authenticated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    """When the person had proved who they are: `auth_time` of ID tokens."""
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    """Absolute end, however often tokens are refreshed."""
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Token(Base):
    """An access or refresh token."""

    __tablename__ = "token"

    id: Mapped[PrimaryKey]
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    is_refresh: Mapped[bool]
    client_id: Mapped[Identifier] = mapped_column(ForeignKey("api_client.id"), index=True)
    account_id: Mapped[Identifier | None] = mapped_column(ForeignKey("account.id"), index=True)
    """None when the client acts in its own name."""
    family_id: Mapped[Identifier | None] = mapped_column(ForeignKey("token_family.id"), index=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    token_type: Mapped[str] = mapped_column(default="Bearer", server_default="Bearer")
    confirmation: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """`cnf` (RFC 7800), reserved for sender-constrained tokens."""
    issued_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    rotated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When a refresh token was first used; for a short while it may be used again, by another tab."""
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class AuthorisationCode(Base):
    """A code that is exchanged for tokens, once."""

    __tablename__ = "authorisation_code"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    client_id: Mapped[Identifier] = mapped_column(ForeignKey("api_client.id"))
    account_id: Mapped[Identifier] = mapped_column(ForeignKey("account.id"), index=True)
    session_id: Mapped[Identifier | None] = mapped_column(ForeignKey("session.id"))
    family_id: Mapped[Identifier | None] = mapped_column(ForeignKey("token_family.id"))
    """Set when it is used; used again, the family is revoked."""
    redirect_uri: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    nonce: Mapped[str | None]
    code_challenge: Mapped[str]
    authenticated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class DeviceAuthorisation(Base):
    """A device waits for a person to allow it (RFC 8628)."""

    __tablename__ = "device_authorisation"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_code: Mapped[str] = mapped_column(Text(collation="C"), unique=True)
    """Eight letters without vowels, shown on the device for ten minutes; worthless without a signed-in person."""
    client_id: Mapped[Identifier] = mapped_column(ForeignKey("api_client.id"))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    address: Mapped[str]
    """Network of the device, shown to the person."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    interval_s: Mapped[int]
    polled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    account_id: Mapped[Identifier | None] = mapped_column(ForeignKey("account.id"))
    session_id: Mapped[Identifier | None] = mapped_column(ForeignKey("session.id"))
    authenticated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    allowed: Mapped[bool | None]
    """None until the person has decided."""
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class PushedRequest(Base):
    """The parameters of an authorisation request, sent ahead (RFC 9126)."""

    __tablename__ = "pushed_request"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    client_id: Mapped[Identifier] = mapped_column(ForeignKey("api_client.id"))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class UsedAssertion(Base):
    """An assertion of a client that has been used (RFC 7523 §3, `jti`)."""

    __tablename__ = "used_assertion"

    client_id: Mapped[Identifier] = mapped_column(ForeignKey("api_client.id"), primary_key=True)
    jti: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
