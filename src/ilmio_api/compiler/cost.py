"""What an operation costs: one number of points, known before anything is read.

Owns: the weights, and the arithmetic of an operation's cost and of the objects in its largest answer.
Does not own: how much an operation (`compiler.limit`) or its caller (`web.allowances`) may cost, and the words in which
the schema publishes the same (`schema.costs`).

The cost is that of the largest possible answer: an object is a point, page sizes multiply along every path. Where an
object may be of several types, the dearest counts. Columns, and objects made of columns of the same row, are free.

Source: GraphQL Cost Directives, https://ibm.github.io/graphql-specs/cost-spec.html (type cost, and the weights of
fields and arguments that are published with one).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ilmio_api.compiler.paging import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from ilmio_api.compiler.plan import (
    Choice,
    Connection,
    Constant,
    Count,
    CursorText,
    Edge,
    Inner,
    Nodes,
    Object,
    Outcomes,
    Payload,
    Plan,
    Positions,
    Representations,
    Several,
    Shape,
    Single,
    TextList,
    Value,
)
from ilmio_api.compiler.predicates import All, AnyOf, Checked, Linked, Not, Predicate, Test

REQUEST_POINTS = 1
"""Points of every request, whatever it asks: the weight of the type `Query`."""

SHORT_LIST = 10
"""Objects that a plain list is counted as; plain lists are bounded by their nature."""

COUNT_POINTS = DEFAULT_PAGE_SIZE
"""Points of a `totalCount`: all rows of the list are counted, which takes about as long as a page of it."""

SEARCH_POINTS = MAX_PAGE_SIZE
"""Points of a condition on words: all records that match are found and ranked before the first of them is known."""

CURSOR_POINTS = 1
"""Points of the cursor of an edge: to make one takes as long as to read a small object."""

FILTER_POINTS = MAX_PAGE_SIZE
"""Points of a filter: where few rows fulfil it, the whole list is walked, which takes about as long as a search."""


@dataclass(frozen=True, slots=True)
class _Weights:
    """What is added to the number of objects."""

    count: int
    """For each `totalCount`."""
    filter: int
    """For each filter."""
    cursor: int
    """For each cursor of an edge."""
    searches: bool
    """Whether conditions on words count."""


_POINTS = _Weights(COUNT_POINTS, FILTER_POINTS, CURSOR_POINTS, searches=True)
_OBJECTS = _Weights(0, 0, 0, searches=False)


def cost_of(plan: Plan) -> int:
    """Return the points that an operation costs, 1 or more."""
    return REQUEST_POINTS + _fields(plan, _POINTS)


def nodes_of(plan: Plan) -> int:
    """Return the most objects that the answer of an operation may hold: its cost, if nothing but objects had any."""
    return _fields(plan, _OBJECTS)


def _of_value(value: Value, weights: _Weights) -> int:  # noqa: PLR0911 - one line per kind of value is the published rule
    """Return what a value of one object comes to."""
    match value:
        case Single(shape=shape):
            return _object(shape, weights)
        case Several(shape=shape):
            return SHORT_LIST * _object(shape, weights)
        case Positions(shape=shape) | Representations(shape=shape):
            return MAX_PAGE_SIZE * _object(shape, weights)
        case TextList():
            return SHORT_LIST
        case Connection(predicate=predicate, filtered=filtered, page=page, parts=parts):
            conditions = (_searches(predicate) if weights.searches else 0) + (weights.filter if filtered else 0)
            return conditions + sum(_part(part, page.size, weights) for _, part in parts)
        case Inner(shape=shape) | Payload(shape=shape):
            return _fields(shape, weights)
        case Outcomes(members):
            return _dearest(members, weights)
        case _:
            return 0


def _part(part: object, size: int, weights: _Weights) -> int:
    """Return what a part of a connection comes to."""
    match part:
        case Nodes(shape):
            return size * _object(shape, weights)
        case Edge(fields):
            return size * sum(_part_of_edge(field, weights) for _, field in fields)
        case Count():
            return weights.count
        case _:
            return 0


def _part_of_edge(field: Shape | CursorText | Constant, weights: _Weights) -> int:
    """Return what a part of an edge comes to."""
    match field:
        case CursorText():
            return weights.cursor
        case Constant():
            return 0
        case _:
            return _object(field, weights)


def _object(shape: Shape, weights: _Weights) -> int:
    """Return what an object comes to with all that hangs on it."""
    return _dearest([member for _, member in shape.members] if isinstance(shape, Choice) else [shape], weights)


def _dearest(members: Sequence[Object], weights: _Weights) -> int:
    """Return what an object of one of several types comes to."""
    return 1 + max(_fields(member, weights) for member in members)


def _fields(shape: Object, weights: _Weights) -> int:
    """Return what the fields of an object come to."""
    return sum(_of_value(value, weights) for _, value in shape.fields)


def _searches(predicate: Predicate | None) -> int:
    """Return the points of the conditions on the rows of a list."""
    match predicate:
        case Test(points=points):
            return points
        case Linked(inner=inner):
            return _searches(inner)
        case All(of) | AnyOf(of):
            return sum(_searches(each) for each in of)
        case Not(of):
            return _searches(of)
        case Checked(then=then):
            return _searches(then)
        case None:
            return 0
