"""What an operation costs: one number of points, known before anything is read.

Owns: the weights, and the arithmetic of an operation's cost.
Does not own: how much an operation (`compiler.limit`) or its caller (`web.allowances`) may cost, and the words in which
the schema publishes the same (`schema.costs`).

The cost is that of the largest possible answer: an object is a point, page sizes multiply along every path. Where an
object may be of several types, the dearest counts. Columns, and objects made of columns of the same row, are free.

Source: GraphQL Cost Directives, https://ibm.github.io/graphql-specs/cost-spec.html (type cost, and the weights of
fields and arguments that are published with one).
"""

from ilmio_api.compiler.paging import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from ilmio_api.compiler.plan import (
    Choice,
    Connection,
    Count,
    Edge,
    Inner,
    Nodes,
    Object,
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


def cost_of(plan: Plan) -> int:
    """Return the points that an operation costs, 1 or more."""
    return REQUEST_POINTS + sum(_points(value) for _, value in plan.fields)


def _points(value: Value) -> int:  # noqa: PLR0911 - one line per kind of value is the published rule
    """Return the points of a value in one object."""
    match value:
        case Single(shape=shape):
            return _object(shape)
        case Several(shape=shape):
            return SHORT_LIST * _object(shape)
        case Positions(shape=shape) | Representations(shape=shape):
            return MAX_PAGE_SIZE * _object(shape)
        case TextList():
            return SHORT_LIST
        case Connection(predicate=predicate, page=page, parts=parts):
            return _searches(predicate) + sum(_part(part, page.size) for _, part in parts)
        case Inner(shape=shape) | Payload(shape=shape):
            return _fields(shape)
        case _:
            return 0


def _part(part: object, size: int) -> int:
    """Return the points of a part of a connection."""
    match part:
        case Nodes(shape):
            return size * _object(shape)
        case Edge(fields):
            return size * sum(_object(field) for _, field in fields if isinstance(field, Object | Choice))
        case Count():
            return COUNT_POINTS
        case _:
            return 0


def _object(shape: Shape) -> int:
    """Return the points of an object with all that hangs on it."""
    members = [member for _, member in shape.members] if isinstance(shape, Choice) else [shape]
    return 1 + max(_fields(member) for member in members)


def _fields(shape: Object) -> int:
    """Return the points of the fields of an object."""
    return sum(_points(value) for _, value in shape.fields)


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
