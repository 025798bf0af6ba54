"""Networks in the published schema.

Owns: `Network`, `NetworkMembership`, its filter and order.
Does not own: member persons, who are never published.
"""

import strawberry

from ilmio_api.access.rows import published, through
from ilmio_api.compiler.declare import Entity, Hop, Relation
from ilmio_api.domain.initiatives.models import Initiative
from ilmio_api.domain.networks import models
from ilmio_api.domain.organisations.models import Organisation
from ilmio_api.domain.phenomena.models import Phenomenon
from ilmio_api.domain.tables import table
from ilmio_api.schema.connections import Connection
from ilmio_api.schema.fields import entity, filter_input, inside, listing, many, one, text, where
from ilmio_api.schema.orders import BY_NAME, RECORD_ORDERS, keys, order_input
from ilmio_api.schema.record_filters import RecordCriteria
from ilmio_api.schema.records import Period, Record, has_period, rows_of
from ilmio_api.schema.references import AreaRef, InitiativeRef, OrganisationRef, PhenomenonRef
from ilmio_api.schema.rules import AreaCriterion, DateRange, in_area, overlaps, related

_ORDERS = {**BY_NAME, **RECORD_ORDERS}
NetworkOrder = order_input("Network", _ORDERS, "by name")

_ORGANISATION = table(Organisation)
_AREAS = table(models.NetworkArea)
_MEMBERS = table(models.NetworkMember)
_TO_COORDINATOR = Relation("coordinator_id", "id")
_TO_INITIATIVE = Relation("initiative_id", "id")
_TO_MEMBERS = Relation("id", "id", (Hop(_MEMBERS, "network_id", "organisation_id", unique=True),))
_TO_PHENOMENA = Relation(
    "id", "id", (Hop(table(models.NetworkPhenomenon), "network_id", "phenomenon_id", unique=True),)
)


@filter_input("Which networks to list.")
class NetworkFilter(RecordCriteria):
    """See the description."""

    area: AreaCriterion | None = where(
        in_area(Hop(_AREAS, "network_id", "area_id", unique=True)), "Where the network works."
    )
    phenomena: list[str] | None = where(
        related(_TO_PHENOMENA, table(Phenomenon)), "Networks that work on one of these phenomena, by slug."
    )
    members: list[str] | None = where(
        related(_TO_MEMBERS, _ORGANISATION), "Networks with one of these organisations as a member, by slug."
    )
    coordinators: list[str] | None = where(
        related(_TO_COORDINATOR, _ORGANISATION),
        "Networks coordinated by one of these organisations, by slug.",
    )
    initiatives: list[str] | None = where(
        related(_TO_INITIATIVE, table(Initiative)), "Networks built by one of these initiatives, by slug."
    )
    period: DateRange | None = where(overlaps(), "Networks whose period shares a day with this span.")


@entity(rows_of(_MEMBERS, through("organisation_id", _ORGANISATION)))
@strawberry.type(description="An organisation in a network, with the time of its membership where that is known.")
class NetworkMembership:
    """See the description."""

    organisation: OrganisationRef | None = one(
        "The member; null when you may not read it.", Relation("organisation_id", "id")
    )
    period: Period | None = inside("Time of the membership; null when nothing is known.", has_period)


@entity(Entity(table=table(models.Network), policy=published, orders=keys(_ORDERS), default_order=("NAME", False)))
@strawberry.type(description="Organisations that develop something together about a phenomenon.")
class Network(Record):
    """See the description."""

    name: str | None = text("Name; never null.")
    purpose: str | None = text("What the network is for; null when not recorded.")
    target_group: str | None = text("People whom the work is meant to help; null when not recorded.")
    period: Period | None = inside("When the network works or worked; null when nothing is known.", has_period)
    coordinator: OrganisationRef | None = one(
        "Organisation that coordinates the network; null when not recorded.", _TO_COORDINATOR
    )
    initiative: InitiativeRef | None = one("Initiative that built the network; null when not recorded.", _TO_INITIATIVE)
    members: Connection[OrganisationRef] = listing(
        "Organisations that are or were members; `memberships` has the times.", OrganisationRef, _TO_MEMBERS
    )
    memberships: list[NetworkMembership] = many(
        "Members with the time of their membership.", Relation("id", "network_id"), order=("organisation_id",)
    )
    phenomena: Connection[PhenomenonRef] = listing("Phenomena that the network works on.", PhenomenonRef, _TO_PHENOMENA)
    areas: Connection[AreaRef] = listing(
        "Areas in which the network works, as recorded.",
        AreaRef,
        Relation("id", "id", (Hop(_AREAS, "network_id", "area_id", unique=True),)),
    )
