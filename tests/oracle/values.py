"""Plausible values for arguments, taken from a world: most find something, some find nothing, few are refused.

Owns: a value for every input type and name.
Does not own: how a value is written (`oracle.documents`).
"""

import base64
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
)
from tests.oracle.lists import Order
from tests.oracle.policies import RECORD_TABLES
from tests.oracle.reading import JSON
from tests.oracle.world import WORDS, World

_TABLES = {
    "phenomena": "phenomenon",
    "initiatives": "initiative",
    "parents": "initiative",
    "collections": "initiative",
    "indicators": "indicator",
    "organisations": "organisation",
    "leadOrganisations": "organisation",
    "members": "organisation",
    "coordinators": "organisation",
    "publishers": "organisation",
    "implementers": "organisation",
    "models": "operating_model",
    "operatingModels": "operating_model",
    "series": "event_series",
}
"""Table whose slugs a field of a filter takes."""

_RECORDS = (*dict.fromkeys(_TABLES.values()), "learning", "event", "network", "implementation")

_COLUMNS = {
    "ageGroups": ("observation", "age_group"),
    "sourceSystems": ("indicator", "source_system"),
    "sourceCodes": ("indicator", "source_code"),
    "businessIds": ("organisation", "business_id"),
    "businessId": ("organisation", "business_id"),
    "value": ("external_id", "value"),
}

_COMBINATORS = {"and", "or", "not"}
_DEEPEST_FILTER = 3


@dataclass(slots=True)
class Cursors:
    """Cursors that earlier answers gave, by the order that they belong to."""

    by_tag: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    most_per_tag: int = 60

    def harvest(self, data: object) -> None:
        """Remember the cursors in an answer."""
        for text in _texts(data):
            tag = _tag_of(text)
            if tag is not None and len(self.by_tag[tag]) < self.most_per_tag:
                self.by_tag[tag].append(text)

    def pick(self, rng: Random, tag: str) -> str | None:
        """Return a cursor, seldom one of another order, or None when there is none."""
        known = self.by_tag.get(tag, [])
        if rng.random() < 0.03:
            known = [cursor for each in self.by_tag.values() for cursor in each]
        return rng.choice(known) if known else None


def _texts(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for each in data:
            yield from _texts(each)
    elif isinstance(data, str):
        yield data


def _tag_of(text: str) -> str | None:
    try:
        parts = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return None
    return str(parts[0]) if isinstance(parts, list) and parts else None


@dataclass(frozen=True, slots=True)
class Values:
    """Makes values."""

    world: World
    cursors: Cursors

    def make(self, rng: Random, type_: GraphQLInputType, name: str, depth: int = 0) -> JSON:
        """Return a JSON value of an input type for the argument or input field `name`."""
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        if isinstance(type_, GraphQLList):
            most = 2 if name in _COMBINATORS else 4
            return [self.make(rng, type_.of_type, name, depth) for _ in range(rng.randint(0 if depth else 1, most))]
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(rng, type_, depth)
        if isinstance(type_, GraphQLEnumType):
            return rng.choice(list(type_.values))
        return self._scalar(rng, str(type_), name)

    def cursor(self, rng: Random, order: Order) -> str | None:
        """Return a cursor for a list in an order, or None."""
        return self.cursors.pick(rng, order.tag)

    def _object(self, rng: Random, type_: GraphQLInputObjectType, depth: int) -> dict[str, Any]:
        names = [name for name in type_.fields if depth < _DEEPEST_FILTER or name not in _COMBINATORS]
        if type_.is_one_of:
            chosen = [rng.choice(names)]
        else:
            required = [name for name in names if isinstance(type_.fields[name].type, GraphQLNonNull)]
            some = rng.sample(names, min(len(names), rng.choice((0, 1, 1, 1, 2, 2, 3))))
            chosen = list(dict.fromkeys([*required, *some]))
        made = {name: self.make(rng, type_.fields[name].type, name, depth + 1) for name in chosen}
        if {"from", "to"} <= made.keys() and rng.random() < 0.9:
            made["from"], made["to"] = sorted((made["from"], made["to"]))
        return made

    def _scalar(self, rng: Random, type_name: str, name: str) -> JSON:  # noqa: PLR0911 - one line per scalar
        match type_name:
            case "Int":
                return rng.randint(2005, 2026)
            case "Boolean":
                return rng.random() < 0.5
            case "Date":
                return f"{rng.randint(2014, 2028)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
            case "DateTime":
                at = rng.choice(self.world.tables["initiative"])["created_at"]
                return (at + timedelta(seconds=rng.choice((0, 0, -1, 86_400)))).isoformat()
            case "ID":
                return self._seldom(rng, "pilot_none", [row["id"] for row in self.world.tables["record"]])
            case "_Any":
                return self._representation(rng)
            case _:
                return self._text(rng, name)

    def _representation(self, rng: Random) -> dict[str, str]:
        """Return type and key of a record, hidden ones among them."""
        kind, table = rng.choice([(kind, table) for kind, table in RECORD_TABLES.items() if self.world.tables[table]])
        row = rng.choice(self.world.tables[table])
        key = rng.choice(("id", "code" if kind == "AREA" else "slug"))
        type_name = "".join(part.capitalize() for part in kind.split("_"))
        return {"__typename": type_name, key: str(self._seldom(rng, "nothing", [row[key]]))}

    def _text(self, rng: Random, name: str) -> str:
        if name == "text":
            return rng.choice(WORDS)
        if name in {"within", "withinAny", "overlapping", "code", "codes"}:
            return self._area(rng)
        if name in _COLUMNS:
            table, column = _COLUMNS[name]
            known = [row[column] for row in self.world.tables[table] if row[column] is not None]
            return str(self._seldom(rng, "nothing", known))
        table = _TABLES.get(name) or rng.choice(_RECORDS)
        return str(self._seldom(rng, "no-such-slug", [row["slug"] for row in self.world.tables[table]]))

    def _area(self, rng: Random) -> str:
        """Return the code of an area: often a large one, seldom an unknown one."""
        areas = self.world.tables["area"]
        large = [row for row in areas if row["kind"] not in {"MUNICIPALITY", "SUB_REGION"}]
        code = rng.choice(large if rng.random() < 0.7 else areas)["code"]
        return "KU999" if rng.random() < 0.01 else str(code)

    def _seldom(self, rng: Random, unknown: str, known: Sequence[Any]) -> JSON:
        """Return a known value, seldom the unknown one."""
        return unknown if not known or rng.random() < 0.04 else rng.choice(known)
