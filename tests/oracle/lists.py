"""Orders, cursors and pages, stated a second time.

Owns: the order of every list, the text of cursors, cutting out a page, refusing what is no page.
Does not own: which rows a list has (`oracle.interpreter`).
"""

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tests.oracle.reading import JSON
from tests.oracle.world import Row, World

_COLUMNS = {
    "NAME": "sort_key",
    "TITLE": "sort_key",
    "TEXT": "sort_key",
    "STATEMENT": "sort_key",
    "CREATED_AT": "created_at",
    "UPDATED_AT": "updated_at",
    "STARTS_ON": "starts_on",
    "STATUS": "status",
    "STAGE": "stage",
    "ORDINAL": "ordinal",
    "CODE": "code",
    "ID": "id",
}
"""Column behind each order; RANK and YEAR are the exceptions."""

_DEFAULTS = {
    "area": "NAME",
    "phenomenon": "NAME",
    "organisation": "NAME",
    "network": "NAME",
    "indicator": "NAME",
    "learning": "TEXT",
    "impact_figure": "STATEMENT",
    "participation": "ORDINAL",
    "phenomenon_priority": "ID",
    "observation": "YEAR",
    "event": "STARTS_ON",
    "principle_set": "ORDINAL",
}
"""Order by table when none is asked for; TITLE where nothing is said."""

_LARGEST_PAGE = 100
_USUAL_PAGE = 20


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The operation must be refused with this code."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the rows of a table."""

    table: str
    name: str
    descending: bool

    @property
    def tag(self) -> str:
        """Return what cursors call the order."""
        return f"{self.table}.{self.name}.{'desc' if self.descending else 'asc'}"

    def key(self, world: World, row: Row, words: str | None) -> JSON:
        """Return the order key of a row."""
        if self.name == "RANK":
            return world.ranks[words or ""][row["id"]]
        if self.name == "YEAR":
            return f"{row['year']:04}{world.where('area', 'id', row['area_id'])[0]['code']}"
        return row[_COLUMNS[self.name]]


@dataclass(frozen=True, slots=True)
class Listed:
    """A row on a page."""

    cursor: str
    thing: Any


@dataclass(frozen=True, slots=True)
class Page:
    """What a connection answers with."""

    items: Sequence[Listed]
    has_next: bool
    has_previous: bool
    total: int


def order_of(table: str, arguments: Mapping[str, Any]) -> Order:
    """Return the order that the arguments of a list ask for."""
    if table == "record":
        return Order(table, "RANK", descending=True)
    asked = arguments.get("orderBy")
    if asked is None:
        return Order(table, _DEFAULTS.get(table, "TITLE"), descending=False)
    return Order(table, asked["field"], descending=asked["direction"] == "DESC")


def check_page(order: Order, arguments: Mapping[str, Any]) -> None:
    """Refuse sizes and cursors that do not fit.

    Raises:
        Refusal: With BAD_PAGE_SIZE or BAD_CURSOR.
    """
    sizes = [arguments[name] for name in ("first", "last") if arguments.get(name) is not None]
    if len(sizes) > 1 or any(not 0 <= size <= _LARGEST_PAGE for size in sizes):
        raise Refusal("BAD_PAGE_SIZE")
    for name in ("after", "before"):
        if arguments.get(name) is not None:
            _position(order, arguments[name])


def page_of(
    world: World,
    order: Order,
    rows: Sequence[Row],
    arguments: Mapping[str, Any],
    thing_of: Callable[[Row], object],
) -> Page:
    """Return the page of the rows that the arguments ask for."""
    words = arguments.get("text")
    placed = sorted(
        (((order.key(world, row, words), row["id"]), row) for row in rows),
        key=lambda pair: pair[0],
        reverse=order.descending,
    )
    after, before = (
        _position(order, arguments[name]) if arguments.get(name) is not None else None for name in ("after", "before")
    )
    between = [
        (place, row)
        for place, row in placed
        if (after is None or _precedes(after, place, order)) and (before is None or _precedes(place, before, order))
    ]
    last = arguments.get("last")
    first = _USUAL_PAGE if arguments.get("first") is None else arguments["first"]
    chosen = between[:first] if last is None else between[max(0, len(between) - last) :]
    left_out = len(chosen) < len(between)
    return Page(
        [Listed(_cursor(order, *place), thing_of(row)) for place, row in chosen],
        # The row of a cursor lies on its side of the page.
        has_next=before is not None or (last is None and left_out),
        has_previous=after is not None or (last is not None and left_out),
        total=len(rows),
    )


def _precedes(one: tuple[Any, str], other: tuple[Any, str], order: Order) -> bool:
    return one > other if order.descending else one < other


def _cursor(order: Order, key: JSON, identifier: str) -> str:
    """Return the cursor of a row: base64url of the list, its key as PostgreSQL writes it, its id."""
    written = json.dumps([order.tag, _as_postgresql_writes(key), identifier], ensure_ascii=False)
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def _as_postgresql_writes(key: JSON) -> str:
    match key:
        case datetime():
            written = key.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f").rstrip("0").rstrip(".")
            return f"{written}+00"
        case date():
            return "infinity" if key == date.max else key.isoformat()
        case _:
            return str(key)


def _position(order: Order, cursor: str) -> tuple[Any, str]:
    """Return key and id of a cursor.

    Raises:
        Refusal: It is not a cursor of this order.
    """
    try:
        if not re.fullmatch(r"[A-Za-z0-9_-]*", cursor):
            raise ValueError  # noqa: TRY301 - one refusal for everything that is no cursor
        tag, key, identifier = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if tag != order.tag or not isinstance(identifier, str) or not isinstance(key, str):
            raise ValueError  # noqa: TRY301
        return _key_from(order, key), identifier
    except (ValueError, TypeError, ArithmeticError) as error:
        raise Refusal("BAD_CURSOR") from error


def _key_from(order: Order, text: str) -> JSON:
    match order.name:
        case "RANK":
            return Decimal(text)
        case "CREATED_AT" | "UPDATED_AT":
            return datetime.fromisoformat(text)
        case "STARTS_ON":
            return date.max if text == "infinity" else date.fromisoformat(text)
        case "ORDINAL":
            return int(text)
        case _:
            return text
