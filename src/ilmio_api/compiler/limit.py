"""The step of the pipeline that refuses what would cost too much, before any SQL.

Owns: the arithmetic of depth and of the number of objects that an operation may return.
Does not own: the limits (`compiler.budget`), page sizes (`compiler.paging`).
"""

from ilmio_api.compiler.budget import Budget
from ilmio_api.compiler.paging import MAX_PAGE_SIZE
from ilmio_api.compiler.plan import (
    Choice,
    Connection,
    Edge,
    Inner,
    Nodes,
    Object,
    Plan,
    Positions,
    Several,
    Shape,
    Single,
    Value,
)
from ilmio_api.errors import TooComplexError

_SHORT_LIST = 10
"""Objects that a plain list is counted as; plain lists are bounded by their nature."""


def limit(plan: Plan, budget: Budget) -> Plan:
    """Return the plan unchanged when it is within the budget.

    Raises:
        TooComplexError: The plan is too deep, or its answer could hold too many objects.
    """
    depth = max((_depth(value) for _, value in plan.fields), default=0)
    if depth > budget.depth:
        raise TooComplexError(limit="depth", given=depth, maximum=budget.depth)
    objects = sum(_objects(value) for _, value in plan.fields)
    if objects > budget.objects:
        raise TooComplexError(limit="objects", given=objects, maximum=budget.objects)
    return plan


def _children(shape: Shape) -> tuple[Value, ...]:
    """Return the values below a shape, of every member of a choice."""
    objects = [member for _, member in shape.members] if isinstance(shape, Choice) else [shape]
    return tuple(value for member in objects for _, value in member.fields)


def _shapes(value: Value) -> tuple[Shape, ...]:
    """Return the shapes of the objects that a value holds."""
    match value:
        case Single(shape=shape) | Several(shape=shape) | Positions(shape=shape):
            return (shape,)
        case Connection(parts=parts):
            return tuple(shape for _, part in parts for shape in _part_shapes(part))
        case _:
            return ()


def _part_shapes(part: object) -> tuple[Shape, ...]:
    """Return the shapes of the objects in a part of a connection."""
    match part:
        case Nodes(shape):
            return (shape,)
        case Edge(fields):
            return tuple(field for _, field in fields if isinstance(field, Object | Choice))
        case _:
            return ()


def _depth(value: Value) -> int:
    """Return the levels of objects in a value."""
    if isinstance(value, Inner):
        return max((_depth(child) for _, child in value.shape.fields), default=0)
    shapes = _shapes(value)
    return 1 + max((_depth(child) for shape in shapes for child in _children(shape)), default=0) if shapes else 0


def _objects(value: Value) -> int:
    """Return the number of objects in the largest possible answer for a value."""
    match value:
        case Connection(page=page):
            count = page.size
        case Several():
            count = _SHORT_LIST
        case Positions():
            count = MAX_PAGE_SIZE
        case Inner(shape=shape):
            return sum(_objects(child) for _, child in shape.fields)
        case _:
            count = 1
    return sum(count * (1 + sum(_objects(child) for child in _children(shape))) for shape in _shapes(value))
