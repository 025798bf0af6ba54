"""Organisations in the published schema.

Owns: `Organisation` with its names, channels and successions, its filter and order.
Does not own: roles in initiatives (`schema.participations`).
"""

import sqlalchemy as sa
import strawberry

from ilmio_api.access.principals import Principal
from ilmio_api.access.rows import published, through
from ilmio_api.compiler.declare import Entity, Hop, Relation, Source
from ilmio_api.domain.initiatives.models import Initiative, InitiativePhenomenon, Participation
from ilmio_api.domain.initiatives.vocabulary import OrganisationRole
from ilmio_api.domain.networks.models import NetworkMember
from ilmio_api.domain.organisations import models
from ilmio_api.domain.organisations.vocabulary import (
    ChannelKind,
    OrganisationSuccessionKind,
    OrganisationType,
)
from ilmio_api.domain.phenomena.models import Phenomenon as PhenomenonRow
from ilmio_api.domain.tables import table
from ilmio_api.schema.connections import Connection
from ilmio_api.schema.fields import entity, filter_input, listing, many, one, plain, text, texts, where
from ilmio_api.schema.initiatives import INITIATIVES
from ilmio_api.schema.orders import BY_NAME, RECORD_ORDERS, keys, order_input
from ilmio_api.schema.record_filters import RecordCriteria
from ilmio_api.schema.records import Record, rows_of
from ilmio_api.schema.references import (
    AreaRef,
    ImpactFigureRef,
    ImplementationRef,
    InitiativeRef,
    NetworkRef,
    OrganisationRef,
    ParticipationRef,
    PhenomenonPriorityRef,
    PhenomenonRef,
    PrincipleSetRef,
)
from ilmio_api.schema.rules import AreaCriterion, in_area, one_of, related, valid_on
from ilmio_api.schema.scalars import URL, Date

_ORDERS = {**BY_NAME, **RECORD_ORDERS}
OrganisationOrder = order_input("Organisation", _ORDERS, "by name")

_ORGANISATION = table(models.Organisation)
_INITIATIVE = table(Initiative)
_PARTICIPATION = table(Participation)
_ROLES = Hop(_PARTICIPATION, "organisation_id", "initiative_id")
_TO_PHENOMENA = Relation(
    "id",
    "id",
    (
        _ROLES,
        Hop(_INITIATIVE, "id", "id", source=Source(INITIATIVES)),
        Hop(table(InitiativePhenomenon), "initiative_id", "phenomenon_id"),
    ),
)


def _both_ends(row: sa.FromClause, principal: Principal) -> sa.ColumnElement[bool]:
    """Allow a succession when both organisations are readable: its row would else tell of a hidden one."""
    earlier, later = through("predecessor_id", _ORGANISATION), through("successor_id", _ORGANISATION)
    return sa.and_(earlier(row, principal), later(row, principal))


def _followed(near: str, far: str) -> Relation:
    """Return the relation to the organisations on the other side of a succession."""
    return Relation("id", "id", (Hop(table(models.OrganisationSuccession), near, far, unique=True),))


@filter_input("Which organisations to list.")
class OrganisationFilter(RecordCriteria):
    """See the description."""

    type: list[OrganisationType] | None = where(one_of("type"), "Organisations of one of these types.")
    business_ids: list[str] | None = where(
        one_of("business_id"),
        "Organisations with one of these Finnish business ids: seven digits, hyphen, check digit.",
    )
    area: AreaCriterion | None = where(
        in_area(Hop(table(models.OrganisationArea), "organisation_id", "area_id", unique=True)),
        "Where the organisation serves.",
    )
    valid_on: Date | None = where(
        valid_on, "Organisations that existed on this day; an unknown first or last day counts as open."
    )
    parents: list[str] | None = where(
        related(Relation("parent_id", "id"), _ORGANISATION), "Units of one of these organisations, by slug."
    )
    role: list[OrganisationRole] | None = where(
        related(
            Relation("id", "organisation_id"),
            _PARTICIPATION,
            "role",
            policy=through("initiative_id", _INITIATIVE),
        ),
        "Organisations that have one of these roles in some initiative.",
    )
    initiatives: list[str] | None = where(
        related(Relation("id", "id", (_ROLES,)), _INITIATIVE),
        "Organisations that take part in one of these initiatives, by slug.",
    )
    phenomena: list[str] | None = where(
        related(_TO_PHENOMENA, table(PhenomenonRow)),
        "Organisations that take part in initiatives about one of these phenomena, by slug.",
    )


@entity(rows_of(table(models.OrganisationName)))
@strawberry.type(description="A former or alternative name of an organisation.")
class OrganisationName:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the name within the service.")
    name: str | None = text("The name; never null.")
    valid_from: Date | None = plain("First day of the name; null when not recorded.")
    valid_to: Date | None = plain("Last day of the name; null when not recorded or still in use.")


@entity(rows_of(table(models.OrganisationChannel)))
@strawberry.type(description="A public way to reach an organisation, never a person.")
class OrganisationChannel:
    """See the description."""

    id: strawberry.ID = plain("Identifier of the channel within the service.")
    kind: ChannelKind = plain("What the channel is.")
    value: str = plain("Web address, or public service number in international form.")
    label: str | None = text("What the channel is for; null when not recorded.")


@entity(rows_of(table(models.OrganisationSuccession), _both_ends))
@strawberry.type(description="How one organisation followed another.")
class OrganisationSuccession:
    """See the description."""

    kind: OrganisationSuccessionKind = plain("How it followed.")
    on_date: Date | None = plain("First day of the new state of things; null when not recorded.")
    predecessor: OrganisationRef | None = one(
        "The earlier organisation; null when you may not read it.", Relation("predecessor_id", "id")
    )
    successor: OrganisationRef | None = one(
        "The later organisation; null when you may not read it.", Relation("successor_id", "id")
    )


@entity(Entity(table=_ORGANISATION, policy=published, orders=keys(_ORDERS), default_order=("NAME", False)))
@strawberry.type(
    description="An organisation that exists or existed, such as an authority, a school, an association or a "
    "company. Organisations that ended stay, and tell who followed them."
)
class Organisation(Record):
    """See the description."""

    name: str | None = text("Official name; never null.")
    short_name: str | None = plain("Short name or acronym; null when there is none.")
    description: str | None = text("What the organisation is and does; null when not recorded.")
    type: OrganisationType = plain("What kind of organisation it is.")
    type_as_recorded: str | None = plain("Type in the words of the source; null when it gives none.")
    business_id: str | None = plain(
        "Finnish business id (Y-tunnus): seven digits, hyphen, check digit; null when it has none or none was recorded."
    )
    association_id: str | None = plain(
        "Number in the Finnish register of associations; null for organisations of other types or when not recorded."
    )
    website: URL | None = plain("Web site of the organisation; null when not recorded.")
    focus_areas: list[str] = texts("What the organisation concentrates on, in the order of the source.")
    valid_from: Date | None = plain("First day of the organisation; null when not recorded.")
    valid_to: Date | None = plain("Last day of the organisation; null when it exists or the day was not recorded.")
    names: list[OrganisationName] = many(
        "Former and alternative names.", Relation("id", "organisation_id"), order=("valid_from", "id")
    )
    channels: list[OrganisationChannel] = many(
        "Public ways to reach the organisation.", Relation("id", "organisation_id"), order=("kind", "id")
    )
    parent: OrganisationRef | None = one(
        "Organisation that it is a unit of; null when it stands on its own.", Relation("parent_id", "id")
    )
    units: Connection[OrganisationRef] = listing(
        "Units of the organisation that are recorded as organisations of their own.",
        OrganisationRef,
        Relation("id", "parent_id"),
    )
    predecessors: list[OrganisationRef] = many(
        "Organisations that it followed.",
        _followed("successor_id", "predecessor_id"),
        order=("sort_key", "id"),
    )
    successors: list[OrganisationRef] = many(
        "Organisations that followed it; several when its tasks were divided.",
        _followed("predecessor_id", "successor_id"),
        order=("sort_key", "id"),
    )
    successions: list[OrganisationSuccession] = many(
        "How and when it was followed by its successors.",
        Relation("id", "predecessor_id"),
        order=("on_date", "successor_id"),
    )
    origins: list[OrganisationSuccession] = many(
        "How and when it followed its predecessors.",
        Relation("id", "successor_id"),
        order=("on_date", "predecessor_id"),
    )
    areas: Connection[AreaRef] = listing(
        "Areas that it serves, as recorded.",
        AreaRef,
        Relation("id", "id", (Hop(table(models.OrganisationArea), "organisation_id", "area_id", unique=True),)),
    )
    participations: Connection[ParticipationRef] = listing(
        "Its roles in initiatives.", ParticipationRef, Relation("id", "organisation_id")
    )
    initiatives: Connection[InitiativeRef] = listing(
        "Initiatives that it takes part in, in any role, each once; `participations` has the roles.",
        InitiativeRef,
        Relation("id", "id", (_ROLES,)),
    )
    lead_of: Connection[InitiativeRef] = listing(
        "Initiatives that it answers for.", InitiativeRef, Relation("id", "lead_organisation_id")
    )
    phenomena: Connection[PhenomenonRef] = listing(
        "Phenomena that the initiatives it takes part in tackle, each once.", PhenomenonRef, _TO_PHENOMENA
    )
    priorities: Connection[PhenomenonPriorityRef] = listing(
        "Phenomena that it has set as priorities of areas.",
        PhenomenonPriorityRef,
        Relation("id", "organisation_id"),
    )
    implementations: Connection[ImplementationRef] = listing(
        "Operating models that it has tried or taken into use.",
        ImplementationRef,
        Relation("id", "organisation_id"),
    )
    principle_sets: Connection[PrincipleSetRef] = listing(
        "Sets of principles that it has published.", PrincipleSetRef, Relation("id", "publisher_id")
    )
    impact_figures: Connection[ImpactFigureRef] = listing(
        "Figures about impact that are stated of it.", ImpactFigureRef, Relation("id", "organisation_id")
    )
    networks: Connection[NetworkRef] = listing(
        "Networks that it is a member of.",
        NetworkRef,
        Relation("id", "id", (Hop(table(NetworkMember), "organisation_id", "network_id", unique=True),)),
    )
    coordinated_networks: Connection[NetworkRef] = listing(
        "Networks that it coordinates.", NetworkRef, Relation("id", "coordinator_id")
    )
