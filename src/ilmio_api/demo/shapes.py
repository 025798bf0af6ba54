"""How the entries of the world files become rows: which key of which kind of entry belongs to which table.

Owns: the declaration of every kind of entry, with its lists of parts and of links.
Does not own: the reading of an entry (`demo.rows`) or its content (`world/*.toml`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import Table

from ilmio_api.db.base import Base
from ilmio_api.domain import (
    events,
    indicators,
    initiatives,
    knowledge,
    networks,
    organisations,
    phenomena,
    provenance,
)
from ilmio_api.domain.initiatives.vocabulary import InitiativeKind
from ilmio_api.domain.records import Licence, PublicationStatus, Visibility
from ilmio_api.domain.tables import table

Entry = Mapping[str, Any]
"""One entry of a world file, as TOML gives it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A list of rows that belong to one entry, such as the goals of a project.

    Attributes:
        table: Where the rows go.
        owner: Column that refers to the entry.
        prefix: Kind of id of the rows, or None if they are known by their references alone.
        text: Column that takes a whole list item, where an item is nothing but a localised text.
    """

    table: Table
    owner: str
    prefix: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A list of slugs or codes that an entry refers to, such as the areas of a project."""

    table: Table
    owner: str
    target: str


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of entry.

    Attributes:
        prefix: Kind of id, and the name of the list in the world files.
        table: Where the row of the entry itself goes.
        name: What the id of an entry is made from.
        fixed: Values that all entries of the kind share.
        parts: Lists of rows by key.
        links: Lists of references by key.
        apart: Keys that somebody else reads.
    """

    prefix: str
    table: Table
    name: Callable[[Entry], str]
    fixed: Entry = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)
    apart: frozenset[str] = frozenset()


def _link(model: type[Base], owner: str, target: str) -> Link:
    return Link(table(model), owner, target)


_OPEN = MappingProxyType(
    {
        "publication_status": PublicationStatus.PUBLISHED,
        "visibility": Visibility.PUBLIC,
        "licence": Licence.CC_BY_4_0,
    }
)

_PARTS_OF_EVERY_RECORD = MappingProxyType(
    {
        "sources": Part(table(provenance.Source), "record_id", "source"),
        "claims": Part(table(provenance.Claim), "record_id", "claim"),
        "external_ids": Part(table(provenance.ExternalId), "record_id", "externalid"),
        "documents": Part(table(provenance.Document), "record_id", "document"),
        "contacts": Part(table(provenance.Contact), "record_id", "contact"),
        "sections": Part(table(knowledge.Section), "record_id", "section"),
    }
)

_LINKS_OF_EVERY_RECORD = MappingProxyType({"concepts": _link(phenomena.RecordConcept, "record_id", "concept_id")})


def _record(
    prefix: str,
    model: type[Base],
    *,
    fixed: Entry | None = None,
    parts: Mapping[str, Part] | None = None,
    links: Mapping[str, Link] | None = None,
    apart: frozenset[str] = frozenset(),
) -> Shape:
    """Return the shape of a published record: what it has itself and what every record has."""
    return Shape(
        prefix,
        table(model),
        name=lambda entry: str(entry["slug"]),
        fixed={**_OPEN, **(fixed or {})},
        parts={**_PARTS_OF_EVERY_RECORD, **(parts or {})},
        links={**_LINKS_OF_EVERY_RECORD, **(links or {})},
        apart=apart,
    )


def _initiative(prefix: str, kind: InitiativeKind) -> Shape:
    return _record(
        prefix,
        initiatives.Initiative,
        fixed={"kind": kind},
        parts={
            "participations": Part(table(initiatives.Participation), "initiative_id", "participation"),
            "funding": Part(table(initiatives.Funding), "initiative_id", "funding"),
            "goals": Part(table(initiatives.Goal), "initiative_id", "goal"),
            "relations": Part(table(initiatives.InitiativeRelation), "subject_id", "relation"),
        },
        links={
            "areas": _link(initiatives.InitiativeArea, "initiative_id", "area_id"),
            "phenomena": _link(initiatives.InitiativePhenomenon, "initiative_id", "phenomenon_id"),
        },
    )


_ORGANISATION = _record(
    "organisation",
    organisations.Organisation,
    parts={
        "names": Part(table(organisations.OrganisationName), "organisation_id", "orgname"),
        "channels": Part(table(organisations.OrganisationChannel), "organisation_id", "channel"),
        "successors": Part(table(organisations.OrganisationSuccession), "predecessor_id"),
    },
    links={"areas": _link(organisations.OrganisationArea, "organisation_id", "area_id")},
)

_PHENOMENON = _record(
    "phenomenon",
    phenomena.Phenomenon,
    parts={"relations": Part(table(phenomena.PhenomenonRelation), "subject_id")},
    links={"indicators": _link(phenomena.PhenomenonIndicator, "phenomenon_id", "indicator_id")},
)

_OPERATING_MODEL = _record(
    "operatingmodel",
    knowledge.OperatingModel,
    parts={
        "steps": Part(table(knowledge.ProcessStep), "model_id", "step"),
        "funding": Part(table(initiatives.Funding), "model_id", "funding"),
    },
    links={"phenomena": _link(knowledge.OperatingModelPhenomenon, "model_id", "phenomenon_id")},
)

_NETWORK = _record(
    "network",
    networks.Network,
    parts={"members": Part(table(networks.NetworkMember), "network_id")},
    links={
        "areas": _link(networks.NetworkArea, "network_id", "area_id"),
        "phenomena": _link(networks.NetworkPhenomenon, "network_id", "phenomenon_id"),
    },
)

SHAPES: tuple[Shape, ...] = (
    Shape("concept", table(phenomena.Concept), name=lambda entry: f"{entry['scheme']}/{entry['code']}"),
    Shape(
        "priority",
        table(phenomena.PhenomenonPriority),
        name=lambda entry: f"{entry['phenomenon']}/{entry['area']}",
    ),
    _ORGANISATION,
    _PHENOMENON,
    _initiative("programme", InitiativeKind.REGIONAL_PROGRAMME),
    _initiative("project", InitiativeKind.PROJECT),
    _initiative("pilot", InitiativeKind.PILOT),
    _initiative("collection", InitiativeKind.COLLECTION),
    _OPERATING_MODEL,
    _record(
        "principleset",
        knowledge.PrincipleSet,
        parts={"principles": Part(table(knowledge.Principle), "set_id", "principle", text="text")},
    ),
    _record(
        "learning",
        knowledge.Learning,
        links={"phenomena": _link(knowledge.LearningPhenomenon, "learning_id", "phenomenon_id")},
    ),
    _record("impactfigure", knowledge.ImpactFigure),
    _record(
        "indicator",
        indicators.Indicator,
        parts={"breaks": Part(table(indicators.IndicatorBreak), "indicator_id", "indicatorbreak")},
        apart=frozenset({"series"}),
    ),
    _record("eventseries", events.EventSeries),
    _record(
        "event",
        events.Event,
        parts={"attendance": Part(table(events.EventAttendance), "event_id", "attendance")},
    ),
    _NETWORK,
)
"""All kinds of entry. The order does not matter: rows are written table by table, parents first."""
