"""The scenarios: what is asked of every server, in the words of each.

Owns: names and meaning of the scenarios, and how many different requests each has.
Does not own: the documents (`dialects`), the comparison of answers (`canonical`).
"""

import random
from dataclasses import dataclass

from bench.database import Samples


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing to ask for."""

    name: str
    title: str
    repeated: bool = False
    """Whether the same request comes again and again, and nothing is changed meanwhile."""
    status: int = 200


SCENARIOS = (
    Scenario("one", "One object by id (5 fields), another one each time"),
    Scenario("flat", "Flat list: 20 pilots, 5 fields, another page each time"),
    Scenario("nested", "Nested list: 20 pilots with areas, lead organisation, phenomena; another page each time"),
    Scenario("deep", "Four levels: 20 pilots, who takes part, the organisation, its areas; another page each time"),
    Scenario("rows", "2 000 rows in one answer, 5 fields, other rows each time"),
    Scenario("filter", "Filter by area and status, order by start, total count; another area each time"),
    Scenario("search", "Search by two words among all records, 20 best; other words each time"),
    Scenario("cold", "Nested list, each document a new one: a new alias every time"),
    Scenario("dashboard", "Repeated dashboard: the same nested list by GET, nothing changes", repeated=True),
    Scenario("revalidated", "Repeated dashboard with If-None-Match: 304", repeated=True, status=304),
)
"""In the order in which they are measured."""

NESTED_COLD_ALIAS = "t"
"""Begins the alias that makes a document of the scenario `cold` a new one."""

_ROWS = 2_000
_STATUSES = ("ACTIVE", "ENDED", "PLANNED")
_VARIANTS = 3_000
_VARIANTS_OF_ROWS = 300


@dataclass(frozen=True, slots=True)
class Questions:
    """What the requests of one run ask for, the same for every server; lists of variants in a fixed random order."""

    samples: Samples
    ids: list[str]
    positions: list[int]
    """After which pilot, in the order by title, a page of 20 begins."""
    starts: list[int]
    """After which pilot 2 000 rows begin."""
    filters: list[tuple[str, str]]
    """Area code and status."""
    searches: list[str]

    def count(self, scenario: str) -> int:
        """Return how many different requests a scenario has; `cold` has no end of them."""
        lists: dict[str, list[int] | list[str] | list[tuple[str, str]]] = {
            "one": self.ids,
            "rows": self.starts,
            "filter": self.filters,
            "search": self.searches,
            "dashboard": [0],
            "revalidated": [0],
        }
        return len(lists.get(scenario, self.positions))


def questions_about(samples: Samples) -> Questions:
    """Return what to ask for."""
    rng = random.Random(1)  # noqa: S311  # the same questions in every run
    count = len(samples.by_title)

    def some(most: int, among: range) -> list[int]:
        return rng.sample(among, min(most, len(among)))

    filters = [(area, status) for area in samples.areas for status in _STATUSES]
    rng.shuffle(filters)
    searches = list(samples.searches)
    rng.shuffle(searches)
    return Questions(
        samples=samples,
        ids=[samples.by_title[position][1] for position in some(3 * _VARIANTS, range(count))],
        positions=some(_VARIANTS, range(count - 20)),
        starts=some(_VARIANTS_OF_ROWS, range(count - _ROWS)),
        filters=filters,
        searches=searches[:_VARIANTS],
    )
