"""Pages of lists as the schema publishes them, after the Relay specification.

Owns: connection, edge and page information.
Does not own: what a page means in SQL (`compiler.emit_connection`).

Source: GraphQL Cursor Connections Specification, https://relay.dev/graphql/connections.htm
"""

from typing import Generic, TypeVar

import strawberry

from ilmio_api.compiler.cost import COUNT_POINTS, CURSOR_POINTS
from ilmio_api.schema.costs import FREE, cost

NodeT = TypeVar("NodeT")


@strawberry.type(description="Where a page lies in its list.", directives=[FREE])
class PageInfo:
    """See the description."""

    has_next_page: bool = strawberry.field(description="Whether rows follow the page.")
    has_previous_page: bool = strawberry.field(description="Whether rows precede the page.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first row; null when the page is empty.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last row; null when the page is empty.")


@strawberry.type(description="A row of a list with its position.", directives=[FREE])
class Edge(Generic[NodeT]):
    """See the description."""

    node: NodeT = strawberry.field(description="The row.")
    cursor: str = strawberry.field(
        description="Position of the row in this list and order; give it to `after` or `before`.",
        directives=cost(CURSOR_POINTS),
    )


@strawberry.type(description="A page of a list.", directives=[FREE])
class Connection(Generic[NodeT]):
    """See the description."""

    nodes: list[NodeT] = strawberry.field(description="The rows of the page.")
    edges: list[Edge[NodeT]] = strawberry.field(description="The rows of the page with their cursors.")
    page_info: PageInfo = strawberry.field(description="Where the page lies in the list.")
    total_count: int = strawberry.field(
        description="Number of rows in the whole list under the filter, exact. Counted only when it is selected.",
        directives=cost(COUNT_POINTS),
    )
