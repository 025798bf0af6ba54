"""Conditions on rows, before they are SQL.

Owns: the small algebra of conditions and the nodes that a row source is made of.
Does not own: which filters an entity offers (`schema`) or the SQL (`compiler.emit`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import ColumnElement, FromClause

from ilmio_api.compiler.values import Leaf
from ilmio_api.errors import IlmioError

if TYPE_CHECKING:
    from ilmio_api.compiler.declare import Relation, Source


@dataclass(frozen=True, slots=True)
class Test:
    """A condition on the columns of one row; `leaves` become bind parameters and reach `expression` in order."""

    expression: Callable[[FromClause, Sequence[ColumnElement[object]]], ColumnElement[bool]]
    leaves: tuple[Leaf, ...] = ()
    points: int = 0
    """What the condition adds to the cost of its list."""
    broad: bool = False
    """Whether rows are best tried one by one: many fulfil it, and no index finds them."""
    among: tuple[str, tuple[str, ...]] | None = None
    """A column and the only values that it has in rows that fulfil the condition, in all requests of the plan."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A related row exists that the reader may see and that fulfils `inner`."""

    relation: "Relation"
    source: "Source"
    inner: "Predicate | None" = None


@dataclass(frozen=True, slots=True)
class All:
    """Every one of the conditions holds; no conditions hold always."""

    of: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the conditions holds; no conditions never hold."""

    of: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold; an unknown (NULL) condition counts as not holding."""

    of: "Predicate"


@dataclass(frozen=True, slots=True)
class Checked:
    """The condition `then`, and a check of its arguments in the same statement: if `fails`, the caller gets `error`."""

    fails: Callable[[Sequence[ColumnElement[object]]], ColumnElement[bool]]
    leaves: tuple[Leaf, ...]
    error: Callable[[Sequence[object]], IlmioError]
    then: "Predicate"


Predicate: TypeAlias = Test | Linked | All | AnyOf | Not | Checked
"""A condition on one row."""


def conjuncts(predicate: Predicate | None) -> Iterator[Predicate]:
    """Yield the conditions that all have to hold, without the checks of their arguments."""
    match predicate:
        case All(of):
            for each in of:
                yield from conjuncts(each)
        case Checked(then=then):
            yield from conjuncts(then)
        case None:
            return
        case _:
            yield predicate
