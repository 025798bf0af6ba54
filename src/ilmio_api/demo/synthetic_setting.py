"""What synthetic records choose from: places by residents, phenomena, organisations and projects by rank.

Owns: weighted choice, and reading places and phenomena from the database.
Does not own: the records made from the choices (`demo.synthetic_records`, `demo.synthetic_pilots`).
"""

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

from sqlalchemy import func, select

from ilmio_api.db.base import LocalizedText
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.areas.models import Area, AreaPopulation
from ilmio_api.domain.areas.vocabulary import AreaKind
from ilmio_api.domain.phenomena.models import Phenomenon
from ilmio_api.domain.phenomena.vocabulary import PhenomenonNature
from ilmio_api.errors import OperatorError

Item = TypeVar("Item")


class Choice(Generic[Item]):
    """A choice among items of different weight."""

    def __init__(self, weighted: Iterable[tuple[Item, float]]) -> None:
        """Take the items with their weights, which are above 0."""
        pairs = list(weighted)
        self._items = [item for item, _ in pairs]
        self._reach = list(accumulate(weight for _, weight in pairs))

    def pick(self, rng: Random) -> Item:
        """Return one item, by its weight."""
        return self._items[bisect(self._reach, rng.random() * self._reach[-1])]

    def several(self, rng: Random, most: int) -> list[Item]:
        """Return up to `most` different items; the first is as likely as `pick` makes it."""
        return list(dict.fromkeys(self.pick(rng) for _ in range(most)))


def by_rank(items: Sequence[Item]) -> Choice[Item]:
    """Return a choice in which the likelihood falls with the rank of an item: a few do most."""
    # The first ranks are levelled a little; else the first of a few dozen items would take a fourth of all.
    return Choice((item, 1 / (rank + 2)) for rank, item in enumerate(items, start=1))


@dataclass(frozen=True, slots=True)
class Place:
    """An area as synthetic records need it."""

    id: str
    kind: AreaKind
    name: LocalizedText = field(compare=False)

    def in_language(self, language: str) -> str:
        """Return the name in `language`, or in Finnish, which every area has."""
        return self.name.get(language, self.name["fi"])


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything that a synthetic record can refer to."""

    places: Mapping[AreaKind, Choice[Place]]
    phenomena: Choice[str]
    organisations: Choice[str]
    projects: Choice[str]


async def places_by_kind(session: WriteSession) -> dict[AreaKind, Choice[Place]]:
    """Return the areas that exist today, by kind; the more residents, the likelier.

    Raises:
        OperatorError: The areas have not been loaded.
    """
    latest = select(func.max(AreaPopulation.year)).scalar_subquery()
    rows = await session.execute(
        select(Area.id, Area.kind, Area.name, AreaPopulation.residents)
        .outerjoin(AreaPopulation, (AreaPopulation.area_id == Area.id) & (AreaPopulation.year == latest))
        .where(Area.valid_to.is_(None))
        .order_by(Area.code)
    )
    weighted: dict[AreaKind, list[tuple[Place, float]]] = defaultdict(list)
    for area_id, kind, name, residents in rows:
        weighted[kind].append((Place(area_id, kind, name), residents or 1))
    if not weighted:
        raise OperatorError("No areas have been loaded.", "Run ilmio data load areas, then try again.")
    return {kind: Choice(places) for kind, places in weighted.items()}


async def true_phenomena(session: WriteSession) -> list[str]:
    """Return the ids of the true phenomena, solutions left out; none when their world is not loaded."""
    true = ~Phenomenon.synthetic & (Phenomenon.nature != PhenomenonNature.SOLUTION)
    return list(await session.scalars(select(Phenomenon.id).where(true).order_by(Phenomenon.slug)))
