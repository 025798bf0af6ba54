"""The requests of each scenario in the words of each server.

Owns: one document per scenario and dialect: Ilmiö API's, that of the peers whose schema we have written,
PostGraphile's, and the paths of the floor.
Does not own: what is asked for (`scenarios`), who speaks which dialect (`peers`).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bench import wire
from bench.scenarios import NESTED_COLD_ALIAS, Questions

_PAGES = 20
_PAGE = 100
_PATH = "/graphql"

Request = Callable[[int], bytes]
"""Given the number of a variant, the whole HTTP request."""


@dataclass(frozen=True, slots=True)
class Material:
    """What requests are made from."""

    ask: Questions
    cursors: Sequence[str]
    """The server's cursor after each pilot in the order by title; empty where it has none."""
    tag: str | None = None
    """Entity tag of its answer to the dashboard; None where it sends none."""


class Dialect(Protocol):
    """Words requests."""

    def request(self, scenario: str, of: Material) -> Request | None:
        """Return the requests of a scenario, or None when the server cannot do it."""
        ...


@dataclass(frozen=True, slots=True)
class _Documents:
    """The documents of a dialect."""

    one: str
    flat: str
    nested: str
    deep: str
    filter: str
    search: str | None


_FIVE = "id slug title status stage"

_ILMIO = _Documents(
    one=f"query($id: ID!) {{ pilot(by: {{id: $id}}) {{ {_FIVE} }} }}",
    flat=f"query($after: String) {{ pilots(first: 20, after: $after) {{ nodes {{ {_FIVE} }} }} }}",
    nested="query($after: String) { pilots(first: 20, after: $after) { nodes { id title status"
    " areas { nodes { code name } } leadOrganisation { id name } phenomena { nodes { id name } } } } }",
    deep="query($after: String) { pilots(first: 20, after: $after) { nodes { id title"
    " participations { nodes { role organisation { id name areas { nodes { code name } } } } } } } }",
    filter="query($area: String!, $status: InitiativeStatus!) { pilots(first: 20,"
    " filter: {area: {within: $area}, status: [$status]}, orderBy: {field: STARTS_ON, direction: DESC})"
    f" {{ totalCount nodes {{ {_FIVE} }} }} }}",
    search="query($text: String!) { search(text: $text, kinds: [PILOT], first: 20)"
    " { nodes { ... on Pilot { id title } } } }",
)

_PLAIN = _Documents(
    one=f"query($id: ID!) {{ pilot(id: $id) {{ {_FIVE} }} }}",
    flat=f"query($after: String, $first: Int) {{ pilots(first: $first, after: $after) {{ {_FIVE} }} }}",
    nested="query($after: String) { pilots(first: 20, after: $after) { id title status"
    " areas { code name } leadOrganisation { id name } phenomena { id name } } }",
    deep="query($after: String) { pilots(first: 20, after: $after) { id title"
    " participations { role organisation { id name areas { code name } } } } }",
    filter="query($area: String!, $status: String!) { totalCount: countWithin(area: $area, status: $status)"
    f" pilots: pilotsWithin(area: $area, status: $status, first: 20) {{ {_FIVE} }} }}",
    search="query($text: String!) { search(text: $text, first: 20) { id title } }",
)

_LIST = 'pilots: allInitiatives(condition: {kind: "PILOT", isPublic: true}, orderBy: [SORT_KEY_ASC, PRIMARY_KEY_ASC]'
_FIVE_GRAPHILE = "id: rowId slug title: titleFi status stage"
_NAMED = "{ id: rowId name: nameFi }"
_PLACES = "{ nodes { _: areaByAreaId { code name: nameFi } } }"
_GRAPHILE = _Documents(
    one=f"query($id: String!) {{ pilot: initiativeByRowId(rowId: $id) {{ {_FIVE_GRAPHILE} }} }}",
    flat=f"query($after: Cursor, $first: Int) {{ {_LIST}, first: $first, after: $after)"
    f" {{ nodes {{ {_FIVE_GRAPHILE} }} }} }}",
    nested=f"query($after: Cursor) {{ {_LIST}, first: 20, after: $after) {{ nodes {{ id: rowId title: titleFi status"
    f" areas: initiativeAreasByInitiativeId {_PLACES}"
    f" leadOrganisation: organisationByLeadOrganisationId {_NAMED}"
    f" phenomena: initiativePhenomenaByInitiativeId {{ nodes {{ _: phenomenonByPhenomenonId {_NAMED} }} }} }} }} }}",
    deep=f"query($after: Cursor) {{ {_LIST}, first: 20, after: $after) {{ nodes {{ id: rowId title: titleFi"
    " participations: participationsByInitiativeId { nodes { role organisation: organisationByOrganisationId {"
    f" id: rowId name: nameFi areas: organisationAreasByOrganisationId {_PLACES} }} }} }} }} }} }}",
    filter="query($area: String!, $status: String!) { pilots: pilotsWithin(areaCode: $area, given: $status, first: 20)"
    f" {{ totalCount nodes {{ {_FIVE_GRAPHILE} }} }} }}",
    search=None,
)


@dataclass(frozen=True, slots=True)
class GraphQL:
    """A server that speaks GraphQL."""

    documents: _Documents
    most_per_page: int

    def request(self, scenario: str, of: Material) -> Request | None:
        """Return the requests of a scenario."""
        words, ask, cursors = self.documents, of.ask, of.cursors
        match scenario:
            case "one":
                return lambda v: wire.post(_PATH, words.one, {"id": ask.ids[v]})
            case "flat" | "nested" | "deep":
                document = {"flat": words.flat, "nested": words.nested, "deep": words.deep}[scenario]
                first: dict[str, object] = {"first": 20} if "$first" in document else {}
                return lambda v: wire.post(_PATH, document, first | {"after": cursors[ask.positions[v]]})
            case "rows" if self.most_per_page == _PAGE:
                return lambda v: _pages(ask.starts[v], cursors)
            case "rows":
                return lambda v: wire.post(
                    _PATH, words.flat, {"after": cursors[ask.starts[v]], "first": _PAGES * _PAGE}
                )
            case "filter":
                return lambda v: wire.post(
                    _PATH, words.filter, dict(zip(("area", "status"), ask.filters[v], strict=True))
                )
            case _:
                return self._other(scenario, of)

    def _other(self, scenario: str, of: Material) -> Request | None:
        """Return the requests of a scenario that not every server can do."""
        words, search, ask, cursors, tag = self.documents, self.documents.search, of.ask, of.cursors, of.tag
        path = wire.with_query(_PATH, words.nested)
        match scenario:
            case "search" if search is not None:
                return lambda v: wire.post(_PATH, search, {"text": ask.searches[v]})
            case "cold":
                count = len(ask.positions)
                return lambda v: wire.post(
                    _PATH, _renamed(words.nested, v), {"after": cursors[ask.positions[v % count]]}
                )
            case "dashboard":
                return lambda _: wire.get(path)
            case "revalidated" if tag is not None:
                return lambda _: wire.get(path, If_None_Match=tag)
            case _:
                return None


@dataclass(frozen=True, slots=True)
class Paths:
    """The floor: a path for each scenario."""

    def request(self, scenario: str, of: Material) -> Request | None:
        """Return the requests of a scenario."""
        given = _given(scenario, of.ask)
        if given is None:
            return None
        path = "/nested" if scenario == "dashboard" else f"/{scenario}"
        return lambda v: wire.get(wire.with_parameters(path, *given(v)))


@dataclass(frozen=True, slots=True)
class Constant:
    """The static server: the same bytes each time."""

    def request(self, scenario: str, of: Material) -> Request | None:
        """Return the requests of a scenario."""
        tag = of.tag
        match scenario:
            case "dashboard":
                return lambda _: wire.get("/nested")
            case "revalidated" if tag is not None:
                return lambda _: wire.get("/nested", If_None_Match=tag)
            case _:
                return None


ILMIO = GraphQL(_ILMIO, _PAGE)
"""Ilmiö API's dialect; a page has at most 100 rows, so 2 000 take 20 pages in one document."""

PLAIN = GraphQL(_PLAIN, _PAGES * _PAGE)
"""The dialect of the peers whose schema we have written."""

POSTGRAPHILE = GraphQL(_GRAPHILE, _PAGES * _PAGE)
"""PostGraphile's dialect, which follows from the tables."""


def _given(scenario: str, ask: Questions) -> Callable[[int], tuple[str, ...]] | None:
    """Return what the statement of a scenario is given, by the number of the variant."""
    by_title = ask.samples.by_title
    given: dict[str, Callable[[int], tuple[str, ...]]] = {
        "one": lambda v: (ask.ids[v],),
        "flat": lambda v: by_title[ask.positions[v]],
        "nested": lambda v: by_title[ask.positions[v]],
        "deep": lambda v: by_title[ask.positions[v]],
        "rows": lambda v: by_title[ask.starts[v]],
        "filter": lambda v: ask.filters[v],
        "search": lambda v: (ask.searches[v],),
        "dashboard": lambda _: ("", ""),
    }
    return given.get(scenario)


def _pages(start: int, cursors: Sequence[str]) -> bytes:
    """Return the request for 2 000 rows in pages of 100, by aliases."""
    numbers = range(_PAGES)
    declared = ", ".join(f"$c{n}: String" for n in numbers)
    fields = " ".join(f"p{n}: pilots(first: {_PAGE}, after: $c{n}) {{ nodes {{ {_FIVE} }} }}" for n in numbers)
    return wire.post(_PATH, f"query({declared}) {{ {fields} }}", {f"c{n}": cursors[start + n * _PAGE] for n in numbers})


def _renamed(document: str, number: int) -> str:
    """Return the document with a new alias for the title, inside the list."""
    field = "titleFi" if " title: titleFi" in document else "title"
    return re.sub(r" title\b(: titleFi)?", f" {NESTED_COLD_ALIAS}{number}: {field}", document, count=1)
