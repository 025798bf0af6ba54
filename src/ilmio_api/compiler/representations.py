"""Representations: objects named by their type and a key, as a gateway names them.

Owns: which representations can be used, and their form as columns.
Does not own: which types have which keys (`schema.federation`), the SQL (`compiler.emit`).

Source: Apollo Federation subgraph specification, `Query._entities`.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias, cast

from ilmio_api.compiler.declare import Arguments, Entity, Represented
from ilmio_api.compiler.paging import MAX_PAGE_SIZE
from ilmio_api.compiler.values import Leaf
from ilmio_api.errors import BadPageSizeError, BadRepresentationError

Keyed: TypeAlias = tuple[str, str, str]
"""A representation that can be used: name of the type, name of the key, value of the key."""


def represented(arguments: Arguments, declaration: Represented, entity: Entity) -> tuple[tuple[str, Leaf], ...]:
    """Return the given representations by columns: the discriminator of the entity, then each key or null.

    The list is checked now and whenever the plan runs again.

    Raises:
        BadPageSizeError: There are more than a page may have.
        BadRepresentationError: One of them names no type that has keys, or none of its keys.
    """

    def checked(representations: list[object]) -> list[Keyed]:
        if len(representations) > MAX_PAGE_SIZE:
            raise BadPageSizeError(argument=declaration.argument, given=len(representations), maximum=MAX_PAGE_SIZE)
        return [_keyed(each, place, declaration.keys) for place, each in enumerate(representations)]

    found = cast("Leaf", arguments[declaration.argument]).map(checked)
    kinds = {type_name: kind for kind, type_name in entity.members.items()}
    columns = dict.fromkeys(key for keys in declaration.keys.values() for key in keys)
    return (
        (cast("str", entity.discriminator), found.map(lambda all_: [kinds[type_name] for type_name, _, _ in all_])),
        *((column, found.map(_values_of(column))) for column in columns),
    )


def _keyed(representation: object, place: int, keys: Mapping[str, tuple[str, ...]]) -> Keyed:
    """Return type and key of a representation: the first of its keys that is given, since they name the same object."""
    given = representation if isinstance(representation, dict) else {}
    type_name = given.get("__typename")
    for key in keys.get(type_name, ()) if isinstance(type_name, str) else ():
        value = given.get(key)
        if isinstance(value, str):
            return cast("str", type_name), key, value
    raise BadRepresentationError(place=place, given=type_name)


def _values_of(column: str) -> Callable[[list[Keyed]], list[str | None]]:
    """Return the function that picks the values of one key."""
    return lambda found: [value if key == column else None for _, key, value in found]
