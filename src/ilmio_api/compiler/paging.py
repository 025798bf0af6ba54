"""Pages of a list: sizes, orders and cursors.

Owns: the arguments `first`, `last`, `after`, `before`, `orderBy`, and the form of a cursor.
Does not own: the SQL of a page (`compiler.emit_connection`).

A cursor is base64url of the JSON array [list, key, id]: which list in which order it belongs to, the order key of
its row as text, the id of its row. It holds nothing that the reader has not seen; it is checked, not secret.
"""

import base64
import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import cast

import orjson

from ilmio_api.compiler.declare import Arguments, Entity, KeyType, OrderKey
from ilmio_api.compiler.plan import Page
from ilmio_api.compiler.values import Leaf, is_storable
from ilmio_api.errors import BadCursorError, BadPageSizeError

DEFAULT_PAGE_SIZE = 20
"""Rows on a page when neither `first` nor `last` is given."""

MAX_PAGE_SIZE = 100
"""Most rows on a page."""

_INTEGER = re.compile(r"-?[0-9]{1,10}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00")
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
_INTEGERS = range(-(2**31), 2**31)
_CURSOR_PARTS = 3


def page_of(entity: Entity, arguments: Arguments) -> Page:
    """Return the page that the arguments ask for.

    Raises:
        BadPageSizeError: A size is out of bounds, or both sizes were given.
        BadCursorError: A cursor is not of this list in this order.
    """
    first, last = _size(arguments, "first"), _size(arguments, "last")
    if first is not None and last is not None:
        raise BadPageSizeError(argument="first, last", given=f"{first}, {last}", maximum=MAX_PAGE_SIZE)
    order_name, descending = _order(entity, arguments)
    key = entity.orders[order_name]
    tag = list_tag(entity, order_name, descending=descending)
    backwards = last is not None
    size = last if last is not None else first
    return Page(
        size=DEFAULT_PAGE_SIZE if size is None else size,
        backwards=backwards,
        order_name=order_name,
        key=key,
        key_leaves=tuple(leaf for name in key.arguments if isinstance(leaf := arguments.get(name), Leaf)),
        descending=descending,
        after=_position(arguments, "after", tag, key),
        before=_position(arguments, "before", tag, key),
    )


def listed_ids(arguments: Arguments, name: str) -> Leaf:
    """Return a list of identifiers, its length checked now and whenever the plan runs again.

    Raises:
        BadPageSizeError: There are more than a page may have.
    """

    def checked(ids: list[str]) -> list[str]:
        if len(ids) > MAX_PAGE_SIZE:
            raise BadPageSizeError(argument=name, given=len(ids), maximum=MAX_PAGE_SIZE)
        return ids

    return cast("Leaf", arguments[name]).map(checked)


def list_tag(entity: Entity, order_name: str, *, descending: bool) -> str:
    """Return the name of a list in an order, as cursors carry it."""
    return f"{entity.table.name}.{order_name}.{'desc' if descending else 'asc'}"


def _size(arguments: Arguments, name: str) -> int | None:
    """Return a page size within its bounds, or None when it was not given."""
    leaf = arguments.get(name)
    if not isinstance(leaf, Leaf) or leaf.value is None:
        return None
    size = int(leaf.value)
    if not 0 <= size <= MAX_PAGE_SIZE:
        raise BadPageSizeError(argument=name, given=size, maximum=MAX_PAGE_SIZE)
    return size


def _order(entity: Entity, arguments: Arguments) -> tuple[str, bool]:
    """Return the name of the order that was asked for and whether it descends."""
    order = arguments.get("orderBy")
    if not isinstance(order, dict):
        return entity.default_order
    name, direction = order["field"], order.get("direction")
    descending = isinstance(direction, Leaf) and direction.value == "DESC"
    return (str(name.value) if isinstance(name, Leaf) else entity.default_order[0]), descending


def _position(arguments: Arguments, name: str, tag: str, key: OrderKey) -> Leaf | None:
    """Return the [key, id] of a cursor, checked now and whenever the plan runs again."""
    leaf = arguments.get(name)
    if not isinstance(leaf, Leaf) or leaf.value is None:
        return None
    return leaf.map(_decoder(name, tag, key.type))


def _decoder(argument: str, tag: str, key_type: KeyType) -> Callable[[str], tuple[str, str]]:
    """Return the function that turns a cursor of the list into its key and id, or refuses it."""

    @lru_cache(maxsize=1)  # a statement asks for the parts one by one
    def decode(cursor: str) -> tuple[str, str]:
        try:
            parts = orjson.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
        except ValueError as error:
            raise BadCursorError(argument=argument) from error
        well_formed = isinstance(parts, list) and len(parts) == _CURSOR_PARTS and all(isinstance(p, str) for p in parts)
        if not well_formed or parts[0] != tag or not _is_key(parts[1], key_type) or not is_storable(parts[2]):
            raise BadCursorError(argument=argument)
        return parts[1], parts[2]

    return decode


def _is_key(text: str, key_type: KeyType) -> bool:
    """Return whether PostgreSQL will read the text as a key of the type."""
    try:
        match key_type:
            case KeyType.TEXT:
                return is_storable(text)
            case KeyType.DATE:
                return text in {"infinity", "-infinity"} or date.fromisoformat(text).isoformat() == text
            case KeyType.INSTANT:
                return _INSTANT.fullmatch(text) is not None and bool(datetime.fromisoformat(text))
            case KeyType.INTEGER:
                return _INTEGER.fullmatch(text) is not None and int(text) in _INTEGERS
            case KeyType.NUMBER:
                return _NUMBER.fullmatch(text) is not None
    except ValueError:
        return False
