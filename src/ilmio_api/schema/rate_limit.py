"""What an operation costs and what its caller may spend, as a part of the answer.

Owns: the type `RateLimit`.
Does not own: the arithmetic of costs (`compiler.cost`), budgets and what is left of them (`web.allowances`).
"""

from typing import Any

import strawberry

from ilmio_api.compiler.declare import Told
from ilmio_api.schema.fields import declared
from ilmio_api.schema.scalars import DateTime


def _told(description: str) -> Any:
    """Declare a fact about the request."""
    return declared(Told(), description)


@strawberry.type(description="What the operation costs, and what its caller may spend.")
class RateLimit:
    """See the description."""

    cost: int = _told(
        "Points that the operation costs when it runs, at least 1: an object of the largest possible answer costs 1, "
        "`@cost` and `@listSize` in the schema tell the rest. Answers that the service still has cost 1 point."
    )
    node_count: int = _told(
        "Objects that the largest possible answer holds: those that the cost counts, without points for conditions on "
        "words and for `totalCount`."
    )
    limit: int | None = _told("Points that a caller may spend in a minute; null when there is no limit.")
    remaining: int | None = _told("Points that are left now, those of this request taken off; null without a limit.")
    used: int | None = _told("Points that count as spent now, those of this request included; null without a limit.")
    reset_at: DateTime | None = _told(
        "When all points are back, if none are spent until then; null when all are there or there is no limit."
    )
