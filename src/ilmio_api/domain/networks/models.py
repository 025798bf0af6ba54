"""Tables of networks.

Owns: purpose, coordinator, member organisations, areas.
Does not own: member persons, who are personal data (`domain.provenance` holds contacts apart).
"""

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ilmio_api.db.base import Base, Identifier, Localized, LocalizedText, has_text
from ilmio_api.domain.records import PeriodMixin, RecordMixin, list_indexes, period_rules


class Network(RecordMixin, PeriodMixin, Base):
    """A co-development network."""

    __tablename__ = "network"
    __table_args__ = (has_text("name"), *period_rules(), *list_indexes("network"))

    name: Mapped[Localized]
    purpose: Mapped[LocalizedText | None] = mapped_column(JSONB)
    target_group: Mapped[LocalizedText | None] = mapped_column(JSONB)
    coordinator_id: Mapped[Identifier | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    initiative_id: Mapped[Identifier | None] = mapped_column(ForeignKey("initiative.id"), index=True)


class NetworkPhenomenon(Base):
    """A phenomenon that a network works on."""

    __tablename__ = "network_phenomenon"

    network_id: Mapped[Identifier] = mapped_column(ForeignKey("network.id"), primary_key=True)
    phenomenon_id: Mapped[Identifier] = mapped_column(ForeignKey("phenomenon.id"), primary_key=True, index=True)


class NetworkArea(Base):
    """An area in which a network works."""

    __tablename__ = "network_area"

    network_id: Mapped[Identifier] = mapped_column(ForeignKey("network.id"), primary_key=True)
    area_id: Mapped[Identifier] = mapped_column(ForeignKey("area.id"), primary_key=True, index=True)


class NetworkMember(PeriodMixin, Base):
    """A member organisation of a network."""

    __tablename__ = "network_member"
    __table_args__ = (*period_rules(),)

    network_id: Mapped[Identifier] = mapped_column(ForeignKey("network.id"), primary_key=True)
    organisation_id: Mapped[Identifier] = mapped_column(ForeignKey("organisation.id"), primary_key=True, index=True)
