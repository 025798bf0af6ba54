"""Tables of the ways to sign in.

Owns: passkeys, passwords, one-time codes, recovery codes, sessions, steps under way, identity providers.
Does not own: persons (`models`), tokens for programs (`token_models`).

No secret stands here in clear: what must be recognised is hashed, what must be read again is sealed (`db.sealing`).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ilmio_api.db.base import Base, Identifier, PrimaryKey, vocabulary
from ilmio_api.domain.accounts.vocabulary import SignInMethod


class Passkey(Base):
    """A WebAuthn credential of a person."""

    __tablename__ = "passkey"

    id: Mapped[PrimaryKey]
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[Identifier] = mapped_column(ForeignKey("account.id"), index=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    """COSE key."""
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    aaguid: Mapped[str]
    backed_up: Mapped[bool]
    label: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Password(Base):
    """The password of a person, as an Argon2id hash."""

    __tablename__ = "password"

    account_id: Mapped[Identifier] = mapped_column(ForeignKey("account.id"), primary_key=True)
    hash: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class CodeGenerator(Base):
    """The seed of a person's one-time codes (TOTP, RFC 6238), sealed."""

    __tablename__ = "code_generator"

    account_id: Mapped[Identifier] = mapped_column(ForeignKey("account.id"), primary_key=True)
    sealed_seed: Mapped[bytes] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_step: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Time step of the code used last: no code works twice (RFC 6238 §5.2)."""


class RecoveryCode(Base):
    """A code that works once in place of a one-time code."""

    __tablename__ = "recovery_code"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[Identifier] = mapped_column(ForeignKey("account.id"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Session(Base):
    """A person is signed in to the console in one browser."""

    __tablename__ = "session"

    id: Mapped[PrimaryKey]
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[Identifier] = mapped_column(ForeignKey("account.id"), index=True)
    method: Mapped[SignInMethod] = mapped_column(vocabulary(SignInMethod))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    authenticated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    """When the person last proved who they are: what needs step-up looks here."""
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    """Last request, to the minute."""
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    """Absolute end; idle sessions end earlier."""
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    browser: Mapped[str]
    """Browser and system in a few words, for the list of sessions."""
    address: Mapped[str]
    """Network the session was begun from: the first three bytes of an IPv4, six of an IPv6 address."""
    identity_provider_id: Mapped[Identifier | None] = mapped_column(ForeignKey("identity_provider.id"))
    provider_session: Mapped[str | None]
    """`sid` at the identity provider, for its logout (OIDC Back-Channel Logout 1.0)."""
    elevated_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    elevation_reason: Mapped[str | None]


class Challenge(Base):
    """A step of signing in that has begun in one browser: what was asked, until when, once."""

    __tablename__ = "challenge"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    purpose: Mapped[str]
    """What it is good for, such as `passkey`, `provider`, `setup`, `enrol`."""
    account_id: Mapped[Identifier | None] = mapped_column(ForeignKey("account.id"))
    sealed_state: Mapped[bytes] = mapped_column(LargeBinary)
    """What has to be remembered, as sealed JSON."""
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class IdentityProvider(Base):
    """The OpenID provider of an organisation. Its issuer is pinned."""

    __tablename__ = "identity_provider"

    id: Mapped[PrimaryKey]
    organisation_id: Mapped[Identifier] = mapped_column(ForeignKey("organisation_account.organisation_id"), unique=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    issuer: Mapped[str]
    client_id: Mapped[str]
    sealed_client_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    """None when the provider knows us by our keys (`private_key_jwt`)."""
    default_role: Mapped[str | None]
    """Role of persons of a verified domain who come for the first time; None when they need an invitation."""
    enabled: Mapped[bool] = mapped_column(default=False, server_default="false")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Identity(Base):
    """A person as an identity provider knows them: by issuer and subject, never by address."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[PrimaryKey]
    account_id: Mapped[Identifier] = mapped_column(ForeignKey("account.id"), index=True)
    identity_provider_id: Mapped[Identifier] = mapped_column(ForeignKey("identity_provider.id"), index=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class VerifiedDomain(Base):
    """A mail domain that an organisation has shown to be its own, or is about to."""

    __tablename__ = "verified_domain"
    __table_args__ = (
        UniqueConstraint("organisation_id", "domain"),
        # Among verified ones only: naming a domain must not keep its owner from proving it.
        Index("uq_verified_domain_domain", "domain", unique=True, postgresql_where="verified_at IS NOT NULL"),
    )

    id: Mapped[PrimaryKey]
    organisation_id: Mapped[Identifier] = mapped_column(ForeignKey("organisation_account.organisation_id"))
    domain: Mapped[str]
    """In lower case, international names in their ASCII form (IDNA 2008)."""
    proof: Mapped[str]
    """Text that has to stand in a TXT record of the domain; public."""
    verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SigningKey(Base):
    """A key pair of the service."""

    __tablename__ = "signing_key"

    kid: Mapped[Identifier] = mapped_column(primary_key=True)
    use: Mapped[str]
    """`sig` signs ID tokens; `client` tells identity providers who we are; `enc` opens what they encrypt to us."""
    algorithm: Mapped[str]
    public_key: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """JWK (RFC 7517)."""
    sealed_private_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    active_from: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    """When it begins to sign: after others have had time to fetch it."""
    retired_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When it is no longer published."""
