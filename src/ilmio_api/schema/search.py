"""Search over all records.

Owns: the union of what can be found, its kinds, and the order by rank.
Does not own: how texts are indexed (the migration of the directory of records).
"""

from enum import Enum
from typing import Annotated, Any, TypeAlias, cast

import sqlalchemy as sa
import strawberry

from ilmio_api.compiler.cost import SEARCH_POINTS
from ilmio_api.compiler.declare import Arguments, Entity, KeyType, OrderKey
from ilmio_api.compiler.predicates import All, Predicate, Test
from ilmio_api.compiler.values import Leaf
from ilmio_api.db.raw import raw
from ilmio_api.schema.areas import Area
from ilmio_api.schema.events import Event, EventSeries
from ilmio_api.schema.fields import argument
from ilmio_api.schema.indicators import Indicator
from ilmio_api.schema.initiatives import Collection, Pilot, Project, RegionalProgramme
from ilmio_api.schema.knowledge import ImpactFigure, Implementation, Learning, OperatingModel, PrincipleSet
from ilmio_api.schema.networks import Network
from ilmio_api.schema.organisations import Organisation
from ilmio_api.schema.phenomena import Phenomenon
from ilmio_api.schema.records import MEMBERS, directory
from ilmio_api.schema.rules import Binds, has_words, query_of

AnyRecord: TypeAlias = (
    Area
    | Phenomenon
    | Organisation
    | Pilot
    | Project
    | RegionalProgramme
    | Collection
    | OperatingModel
    | Implementation
    | PrincipleSet
    | Learning
    | ImpactFigure
    | Indicator
    | EventSeries
    | Event
    | Network
)
"""Every type in the directory of records; the same as `MEMBERS`."""

SearchResult = Annotated[AnyRecord, strawberry.union("SearchResult", description="A record that a search has found.")]

_KINDS = {kind: strawberry.enum_value(kind, description=f"Records of type `{name}`.") for kind, name in MEMBERS.items()}
SearchKind = strawberry.enum(
    cast("type[Enum]", Enum("SearchKind", _KINDS)), description="A kind of record that can be searched."
)


def _rank(row: sa.FromClause, binds: Binds) -> sa.ColumnElement[Any]:
    """Return how well a record matches: more and weightier words first, as a rounded number that a cursor can carry."""
    rank = sa.func.ts_rank(row.c.document, query_of(binds[0]))
    return sa.func.round(sa.cast(rank, sa.Numeric()), raw("6"))


def _entity() -> Entity:
    """Return the rows of the search: the directory of all records, best match first."""
    rows = directory(MEMBERS)
    return Entity(
        table=rows.table,
        policy=rows.policy,
        orders={"RANK": OrderKey(_rank, KeyType.NUMBER, ("text",))},
        default_order=("RANK", True),
        base=rows.base,
        discriminator=rows.discriminator,
        members=rows.members,
        directory=True,
    )


SEARCH = _entity()

ARGUMENTS = (
    argument(
        "text",
        str,
        "Words in Finnish, Swedish or English, inflected or cut short; all must occur in a record. Quotes keep words "
        "together, a leading minus excludes, OR offers a choice.",
        points=SEARCH_POINTS,
    ),
    argument("kinds", list[SearchKind] | None, "Only records of these kinds; all kinds when not given."),  # type: ignore[valid-type]
)


def matching(arguments: Arguments) -> Predicate:
    """Demand that a record matches the words, and is of one of the kinds that were asked for."""
    conditions: list[Predicate] = [has_words(arguments["text"])]
    kinds = arguments.get("kinds")
    if isinstance(kinds, Leaf) and kinds.value is not None:
        named = tuple(kinds.value)
        conditions.append(Test(lambda row, binds: row.c.kind == sa.any_(binds[0]), (kinds,), among=("kind", named)))
    return All(tuple(conditions))
