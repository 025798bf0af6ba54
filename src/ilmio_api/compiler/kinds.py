"""Which types the rows of a list can have.

Owns: leaving out of a list of several types those that its filter rules out.
Does not own: how an object of one of several types is written (`compiler.emit`).

A statement has a branch for each type that a row may have, and PostgreSQL prepares them all before it reads anything.
"""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import TypeVar

from ilmio_api.compiler.plan import Choice, Connection, Edge, Nodes
from ilmio_api.compiler.predicates import Test, conjuncts

PartT = TypeVar("PartT")


def possible(value: Connection) -> Connection:
    """Return the list with branches only for the types that its filter names, if it names any."""
    column = value.source.entity.discriminator
    named = [
        set(test.among[1])
        for test in conjuncts(value.predicate)
        if isinstance(test, Test) and test.among and test.among[0] == column
    ]
    kinds = set.intersection(*named) if named else set()
    # A filter that no kind fulfils finds nothing, whatever is written.
    return replace(value, parts=tuple((key, _narrowed(part, kinds)) for key, part in value.parts)) if kinds else value


def _narrowed(part: PartT, kinds: AbstractSet[str]) -> PartT:
    """Return a part of a list, or of one of its edges, for rows of these kinds."""
    match part:
        case Nodes(shape):
            return replace(part, shape=_narrowed(shape, kinds))
        case Edge(fields):
            return replace(part, fields=tuple((key, _narrowed(field, kinds)) for key, field in fields))
        case Choice(members=members):
            return replace(part, members=tuple((kind, member) for kind, member in members if kind in kinds))
        case _:
            return part
