"""Orders in which lists can be read.

Owns: the order inputs and the order keys that records share.
Does not own: keyset conditions (`compiler.emit_connection`).
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any, cast

import strawberry

from ilmio_api.compiler.declare import KeyType, OrderKey


@strawberry.enum(description="Direction of an order.")
class OrderDirection(Enum):
    """See the description."""

    ASC = strawberry.enum_value("ASC", description="Ascending: a before ö, early before late, low before high.")
    DESC = strawberry.enum_value("DESC", description="Descending.")


def by_column(column: str, type_: KeyType = KeyType.TEXT) -> OrderKey:
    """Return the order by a column that is never null."""
    return OrderKey(lambda row, _: row.c[column], type_, column=column)


RECORD_ORDERS: Mapping[str, tuple[OrderKey, str]] = {
    "CREATED_AT": (by_column("created_at", KeyType.INSTANT), "When the record was made here."),
    "UPDATED_AT": (by_column("updated_at", KeyType.INSTANT), "When the record was last changed here."),
}
"""Orders of every record beside the one by name or title."""

BY_NAME: Mapping[str, tuple[OrderKey, str]] = {
    "NAME": (by_column("sort_key"), "Finnish alphabetical order of the name in its base language; å ä ö come last."),
}
BY_TITLE: Mapping[str, tuple[OrderKey, str]] = {
    "TITLE": (by_column("sort_key"), "Finnish alphabetical order of the title in its base language; å ä ö come last."),
}
BY_START: Mapping[str, tuple[OrderKey, str]] = {
    "STARTS_ON": (by_column("starts_on", KeyType.DATE), "First day of the period; unknown ones count as latest."),
}


def keys(orders: Mapping[str, tuple[OrderKey, str]]) -> dict[str, OrderKey]:
    """Return the order keys by name."""
    return {name: key for name, (key, _) in orders.items()}


def order_input(name: str, orders: Mapping[str, tuple[OrderKey, str]], default: str) -> Any:
    """Return the input type `<name>Order` with its enum `<name>OrderField`.

    Args:
        name: Name of the type that is listed.
        orders: Key and explanation by the name of the order.
        default: The order when none is given, in words.
    """
    members = {key: strawberry.enum_value(key, description=meaning) for key, (_, meaning) in orders.items()}
    field = strawberry.enum(
        cast("type[Enum]", Enum(f"{name}OrderField", members)),
        description=f"What a list of {name} can be ordered by.",
    )
    namespace = {
        "__annotations__": {"field": field, "direction": OrderDirection},
        "__doc__": "See the description.",
        "field": strawberry.field(description="What to order by; the id breaks ties."),
        "direction": strawberry.field(default=OrderDirection.ASC, description="Direction."),
    }
    return strawberry.input(
        type(f"{name}Order", (), namespace), description=f"Order of a list. Without one: {default}."
    )
