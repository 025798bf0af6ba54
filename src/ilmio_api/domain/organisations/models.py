"""Tables of organisations.

Owns: identity (names, business id), structure, succession, areas served, public channels.
Does not own: accounts of organisations and their members, which come with `domain.accounts`.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ilmio_api.db.base import (
    Base,
    Identifier,
    Localized,
    LocalizedList,
    LocalizedText,
    PrimaryKey,
    has_text,
    vocabulary,
)
from ilmio_api.domain.organisations.vocabulary import (
    ChannelKind,
    OrganisationSuccessionKind,
    OrganisationType,
)
from ilmio_api.domain.records import RecordMixin, list_indexes


class Organisation(RecordMixin, Base):
    """An organisation that exists or existed; `business_id` is the Finnish Y-tunnus, None where there is none."""

    __tablename__ = "organisation"
    __table_args__ = (
        has_text("name"),
        CheckConstraint("ilmio_is_business_id(business_id)", name="business_id_form"),
        Index(
            "uq_organisation_business_id",
            "business_id",
            unique=True,
            postgresql_where="business_id IS NOT NULL",
        ),
        *list_indexes("organisation"),
    )

    name: Mapped[Localized]
    short_name: Mapped[str | None]
    description: Mapped[LocalizedText | None] = mapped_column(JSONB)
    type: Mapped[OrganisationType] = mapped_column(vocabulary(OrganisationType), index=True)
    type_as_recorded: Mapped[str | None]
    business_id: Mapped[str | None]
    association_id: Mapped[str | None]
    parent_id: Mapped[Identifier | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    website: Mapped[str | None]
    focus_areas: Mapped[LocalizedList]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class OrganisationName(Base):
    """A former or alternative name of an organisation, with its time where that is known."""

    __tablename__ = "organisation_name"

    id: Mapped[PrimaryKey]
    organisation_id: Mapped[Identifier] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[Localized]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class OrganisationSuccession(Base):
    """`successor_id` followed `predecessor_id`."""

    __tablename__ = "organisation_succession"

    predecessor_id: Mapped[Identifier] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    successor_id: Mapped[Identifier] = mapped_column(ForeignKey("organisation.id"), primary_key=True, index=True)
    kind: Mapped[OrganisationSuccessionKind] = mapped_column(vocabulary(OrganisationSuccessionKind))
    on_date: Mapped[date | None]


class OrganisationArea(Base):
    """An area that an organisation serves."""

    __tablename__ = "organisation_area"

    organisation_id: Mapped[Identifier] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    area_id: Mapped[Identifier] = mapped_column(ForeignKey("area.id"), primary_key=True, index=True)


class OrganisationChannel(Base):
    """A public way to an organisation (never to a person)."""

    __tablename__ = "organisation_channel"

    id: Mapped[PrimaryKey]
    organisation_id: Mapped[Identifier] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[ChannelKind] = mapped_column(vocabulary(ChannelKind))
    value: Mapped[str]
    label: Mapped[LocalizedText | None] = mapped_column(JSONB)
