"""Tables of areas: the areas, who contains whom when, who followed whom, how many live there.

Owns: validity of areas and memberships, and the derived closure that every area question reads.
Does not own: the facts (`importers.areas` carries them over from Statistics Finland and THL).
"""

from datetime import date

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ilmio_api.db.base import GROUPS, PLAIN, Base, Identifier, Localized, PrimaryKey, has_text, vocabulary
from ilmio_api.domain.areas.vocabulary import AreaKind, LanguageStatus, SuccessionKind, UrbanRuralClass


class Area(Base):
    """One area of one kind, from `valid_from` to `valid_to` inclusive.

    `valid_from` NULL: existed before the register begins (2021-01-01). `valid_to` NULL: exists still.
    """

    __tablename__ = "area"
    __table_args__ = (
        has_text("name"),
        CheckConstraint("valid_to >= valid_from", name="valid_in_order"),
        Index("ix_area_kind_sort_key_id", "kind", "sort_key", "id"),
        Index("ix_area_kind_code_id", "kind", "code", "id"),
        Index("ix_area_sort_key_id", "sort_key", "id"),
    )

    id: Mapped[PrimaryKey]
    code: Mapped[Identifier] = mapped_column(unique=True, info=PLAIN)
    kind: Mapped[AreaKind] = mapped_column(vocabulary(AreaKind))
    name: Mapped[Localized]
    abbreviation: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    language_status: Mapped[LanguageStatus | None] = mapped_column(vocabulary(LanguageStatus))
    urban_rural_class: Mapped[UrbanRuralClass | None] = mapped_column(vocabulary(UrbanRuralClass))
    sort_key: Mapped[str] = mapped_column(
        Text(collation="C"), Computed("ilmio_sort_key(name)", persisted=True), nullable=False
    )


class AreaOtherCode(Base):
    """What another classification calls an area: ISO 3166-2, NUTS 3 with its version."""

    __tablename__ = "area_other_code"

    area_id: Mapped[Identifier] = mapped_column(ForeignKey("area.id"), primary_key=True)
    scheme: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True, default="", server_default="")
    value: Mapped[str] = mapped_column(index=True)


class AreaMembership(Base):
    """A fact of the register: `member_id` belonged to `whole_id` in this time."""

    __tablename__ = "area_membership"
    __table_args__ = (
        UniqueConstraint("member_id", "whole_id", "valid_from", postgresql_nulls_not_distinct=True),
        CheckConstraint("valid_to >= valid_from", name="valid_in_order"),
    )

    id: Mapped[PrimaryKey]
    member_id: Mapped[Identifier] = mapped_column(ForeignKey("area.id"))
    whole_id: Mapped[Identifier] = mapped_column(ForeignKey("area.id"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class AreaContainment(Base):
    """Derived: at every moment from `valid_from` to `valid_to`, `inner_id` lay wholly inside `outer_id`.

    Holds memberships of any depth between areas of different kinds, never an area inside itself. Rebuilt by
    `domain.areas.service.rebuild_closure` from memberships, because a question must not walk a graph.
    """

    __tablename__ = "area_containment"
    __table_args__ = (
        UniqueConstraint("inner_id", "outer_id", "valid_from", postgresql_nulls_not_distinct=True),
        Index("ix_area_containment_outer_id_inner_id", "outer_id", "inner_id"),
    )

    id: Mapped[PrimaryKey]
    inner_id: Mapped[Identifier] = mapped_column(ForeignKey("area.id"))
    outer_id: Mapped[Identifier] = mapped_column(ForeignKey("area.id"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class AreaReach(Base):
    """Derived: what was recorded for `inner_id` concerns `outer_id`, whenever it was recorded.

    Timeless closure of containment and of whole successions, each area reaching itself: Kymenlaakso reaches both ELY06
    and EVK03, Pertunmaa (KU588) reaches Mäntyharju (KU507) and all that contains it. A split successor is not reached,
    because only a part went there. The filter `within` reads this table.

    `county_id` is the wellbeing services county that `inner_id` lies in and through which it reaches `outer_id`, NULL
    where there is none: whatever reaches that county reaches `outer_id` too, so that one look at the county stands for
    many at what lies in it (decision 0018).
    """

    __tablename__ = "area_reach"

    outer_id: Mapped[Identifier] = mapped_column(ForeignKey("area.id"), primary_key=True)
    inner_id: Mapped[Identifier] = mapped_column(ForeignKey("area.id"), primary_key=True, index=True)
    county_id: Mapped[Identifier | None] = mapped_column(ForeignKey("area.id"), info={GROUPS: "inner_id"})


class AreaSuccession(Base):
    """`successor_id` followed `predecessor_id` on `on_date`; with how many municipalities, where that is known."""

    __tablename__ = "area_succession"

    predecessor_id: Mapped[Identifier] = mapped_column(ForeignKey("area.id"), primary_key=True)
    successor_id: Mapped[Identifier] = mapped_column(ForeignKey("area.id"), primary_key=True, index=True)
    kind: Mapped[SuccessionKind] = mapped_column(vocabulary(SuccessionKind))
    on_date: Mapped[date]
    municipality_count: Mapped[int | None]


class AreaPopulation(Base):
    """Residents of an area on 31 December of `year`; `derived` when summed from municipalities."""

    __tablename__ = "area_population"

    area_id: Mapped[Identifier] = mapped_column(ForeignKey("area.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    residents: Mapped[int]
    derived: Mapped[bool] = mapped_column(default=False, server_default="false")
