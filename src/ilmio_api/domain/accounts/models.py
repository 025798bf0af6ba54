"""Tables of people and of the accounts of organisations.

Owns: persons, organisation accounts, memberships, invitations, the audit log, answers kept for a repeated command.
Does not own: ways to sign in (`sign_in_models`), API clients (`client_models`), tokens (`token_models`).

All of it is private: `walls` says who may read which rows, and PostgreSQL enforces it (row-level security).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ilmio_api.db.base import Base, Identifier, PrimaryKey, vocabulary
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole


class Account(Base):
    """A person. Erasing one empties name and address and keeps the id, so that histories stay whole."""

    __tablename__ = "account"
    __table_args__ = (
        Index("uq_account_email", "email", unique=True, postgresql_where="email IS NOT NULL"),
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
    )

    id: Mapped[PrimaryKey]
    name: Mapped[str | None]
    email: Mapped[str | None]
    email_verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    language: Mapped[str | None]
    """Language of the pages and mails: `fi`, `sv` or `en`."""
    is_platform_admin: Mapped[bool] = mapped_column(default=False, server_default="false")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class OrganisationAccount(Base):
    """The account of an organisation: that it has one, and its policy."""

    __tablename__ = "organisation_account"
    __table_args__ = (
        CheckConstraint("max_credential_days BETWEEN 1 AND 366", name="max_credential_days_in_bounds"),
        CheckConstraint("max_session_hours BETWEEN 1 AND 12", name="max_session_hours_in_bounds"),
    )

    organisation_id: Mapped[Identifier] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    max_credential_days: Mapped[int] = mapped_column(default=366, server_default="366")
    """Longest life of a new API key or client secret, in days."""
    max_session_hours: Mapped[int] = mapped_column(default=12, server_default="12")
    """Longest life of a session of a member, in hours."""
    applications_need_approval: Mapped[bool] = mapped_column(default=True, server_default="true")
    """Whether an owner approves each application of another organisation; otherwise a member's consent is enough."""
    address_ranges: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """CIDR ranges from which keys and clients may be used; empty for anywhere."""
    single_sign_on_required: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether members other than owners sign in through the identity provider only."""


class Membership(Base):
    """A person is a member of an organisation."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("organisation_id", "account_id"),)

    id: Mapped[PrimaryKey]
    organisation_id: Mapped[Identifier] = mapped_column(ForeignKey("organisation_account.organisation_id"))
    account_id: Mapped[Identifier] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[MemberRole] = mapped_column(vocabulary(MemberRole))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    created_by: Mapped[Identifier | None] = mapped_column(ForeignKey("account.id"))


class Invitation(Base):
    """Somebody may become a member by a link, once."""

    __tablename__ = "invitation"

    id: Mapped[PrimaryKey]
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    organisation_id: Mapped[Identifier] = mapped_column(ForeignKey("organisation_account.organisation_id"), index=True)
    email: Mapped[str | None]
    """Address it was sent to; emptied when it is used, withdrawn or has expired."""
    role: Mapped[MemberRole] = mapped_column(vocabulary(MemberRole))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    created_by: Mapped[Identifier | None] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    mailed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When its link was mailed; None when it was shown to who made it, so that it proves no address."""
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    accepted_by: Mapped[Identifier | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class AuditEvent(Base):
    """Something that was done. Only ever added: the database refuses to change or remove one.

    `hash` is the SHA-256 of everything else with the hash of the event before, so nothing can be changed or left out
    unseen. Persons stand in it by the id of their account only, which says nothing once the account is erased.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        # Events outside of every organisation are a chain of their own, under an empty name.
        UniqueConstraint("chain", "sequence"),
        Index("ix_audit_event_organisation_id_at_id", "organisation_id", "at", "id"),
        Index("ix_audit_event_actor_id", "actor_id"),
    )

    id: Mapped[PrimaryKey]
    chain: Mapped[Identifier]
    sequence: Mapped[int]
    organisation_id: Mapped[Identifier | None] = mapped_column(ForeignKey("organisation_account.organisation_id"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    action: Mapped[AuditAction] = mapped_column(vocabulary(AuditAction))
    actor_id: Mapped[Identifier | None] = mapped_column(ForeignKey("account.id"))
    client_id: Mapped[Identifier | None]
    """Client or key through which it was done; not a reference, because those are deleted."""
    credential_id: Mapped[Identifier | None]
    """Token, key or session with which it was done."""
    target_id: Mapped[Identifier | None]
    """What it was done to."""
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    trace_id: Mapped[str]
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class RepeatedCommand(Base):
    """The outcome of a command with an idempotency key, kept for a day; secrets are not in it."""

    __tablename__ = "repeated_command"

    actor: Mapped[Identifier] = mapped_column(primary_key=True)
    """Account or client."""
    key: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 of the idempotency key."""
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the command and its arguments."""
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """None while it runs."""
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class Attempt(Base):
    """How often something was tried in a window of time, kept here so that a restart does not forget it."""

    __tablename__ = "attempt"

    bucket: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    """What is counted, such as `password:account_…`; an address stands in it as a keyed hash."""
    window: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    count: Mapped[int] = mapped_column(default=0, server_default="0")
