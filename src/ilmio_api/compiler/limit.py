"""The step of the pipeline that refuses what would cost too much, before any SQL.

Owns: the arithmetic of depth, and the comparison with the budget.
Does not own: the limits (`compiler.budget`), what an operation costs (`compiler.cost`), page sizes (`compiler.paging`).
"""

from ilmio_api.compiler.budget import Budget
from ilmio_api.compiler.cost import cost_of
from ilmio_api.compiler.plan import (
    Choice,
    Connection,
    Edge,
    Inner,
    Nodes,
    Object,
    Outcomes,
    Plan,
    Positions,
    Representations,
    Several,
    Shape,
    Single,
    Value,
)
from ilmio_api.errors import TooComplexError


def limit(plan: Plan, budget: Budget) -> Plan:
    """Return the plan unchanged when it is within the budget.

    Raises:
        TooComplexError: The plan is too deep, or costs too much.
    """
    depth = max((_depth(value) for _, value in plan.fields), default=0)
    if depth > budget.depth:
        raise TooComplexError(limit="depth", given=depth, maximum=budget.depth)
    cost = cost_of(plan)
    if cost > budget.cost:
        raise TooComplexError(limit="cost", given=cost, maximum=budget.cost)
    return plan


def _children(shape: Shape) -> tuple[Value, ...]:
    """Return the values below a shape, of every member of a choice."""
    objects = [member for _, member in shape.members] if isinstance(shape, Choice) else [shape]
    return tuple(value for member in objects for _, value in member.fields)


def _shapes(value: Value) -> tuple[Shape, ...]:
    """Return the shapes of the objects that a value holds."""
    match value:
        case Single(shape=shape) | Several(shape=shape) | Positions(shape=shape) | Representations(shape=shape):
            return (shape,)
        case Connection(parts=parts):
            return tuple(shape for _, part in parts for shape in _part_shapes(part))
        case Outcomes(members):
            return members
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
