"""Relations and conditions as SQL.

Owns: how a related row is found, how a predicate of the plan becomes an expression.
Does not own: which rows may be read (`compiler.restrict` has put that on every source).
"""

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, true

from ilmio_api.compiler.declare import Hop, Relation, Source
from ilmio_api.compiler.predicates import All, AnyOf, Checked, Linked, Not, Predicate, Test
from ilmio_api.compiler.restrict import readable
from ilmio_api.compiler.sql_text import Row, Rows, exists, query_of, sql
from ilmio_api.compiler.statement import Writer
from ilmio_api.compiler.values import Leaf, Variables
from ilmio_api.db.raw import raw
from ilmio_api.errors import IlmioError


def rows(
    writer: Writer,
    source: Source,
    row: Row,
    *,
    relation: Relation | None = None,
    parent: Row | None = None,
    predicate: Predicate | None = None,
) -> Rows:
    """Return where the readable rows of a source come from."""
    joined: list[tuple[Row, ColumnElement[bool]]] = []
    conditions = list(readable(source, row))
    if relation is not None and parent is not None:
        hop = relation.hops[0] if len(relation.hops) == 1 else None
        start = parent.text(relation.parent)
        if hop is not None and hop.unique and hop.source is None:
            link = writer.alias(hop.table)
            joined.append((link, same(link.text(hop.far), row.text(relation.target))))
            conditions.append(same(link.text(hop.near), start))
            if hop.condition is not None:
                conditions.append(condition(writer, hop.condition, link))
        elif relation.hops:
            among = reached(writer, relation.hops, start)
            conditions.append(sql(row.text(relation.target), " IN (", query_of(*among).whole, ")"))
        else:
            conditions.append(same(row.text(relation.target), start))
        if relation.where is not None:
            conditions.append(relation.where(row))
    if predicate is not None:
        conditions.append(condition(writer, predicate, row))
    return Rows(row, joined, conditions)


def same(one: str, other: str) -> ColumnElement[bool]:
    """Return the condition that two columns have the same."""
    return raw(f"{one} = {other}")


def reached(writer: Writer, hops: Sequence[Hop], start: str, *, most: int | None = None) -> tuple[str, Rows]:
    """Return the last hop's far column, and the rows of the hops that the start value reaches.

    Args:
        writer: The writer.
        hops: The tables on the way.
        start: The column in which the way begins.
        most: Through how many rows of the first table it leads at most.
    """
    links = [writer.alias(hop.table) for hop in hops]
    conditions = [same(links[0].text(hops[0].near), start)]
    if most is not None:
        columns = links[0].types
        first = query_of(links[0].listed(*columns), Rows(links[0], conditions=conditions), most=most)
        links[0], conditions = writer.rows_of(first, *columns), []
    joined = [
        (link, same(link.text(hop.near), before.text(previous.far)))
        for before, link, hop, previous in zip(links, links[1:], hops[1:], hops, strict=False)
    ]
    for link, hop in zip(links, hops, strict=True):
        if hop.source is not None:
            conditions.extend(readable(hop.source, link))
        if hop.condition is not None:
            conditions.append(condition(writer, hop.condition, link))
    return links[-1].text(hops[-1].far), Rows(links[0], joined, conditions)


def condition(writer: Writer, predicate: Predicate, row: Row) -> ColumnElement[bool]:
    """Return the predicate on a row as an expression."""
    match predicate:
        case Test(expression, leaves):
            return expression(row, [writer.bind(leaf) for leaf in leaves])
        case Linked(relation, source, inner):
            related = writer.alias(source.entity.table)
            found = rows(writer, source, related, relation=relation, parent=row, predicate=inner)
            return exists(query_of("1", found))
        case All(of):
            return and_(true(), *(condition(writer, part, row) for part in of))
        case AnyOf(of):
            return or_(false(), *(condition(writer, part, row) for part in of))
        case Not(of):
            # Unknown counts as false, so that `not` finds the rows without a value too.
            return not_(func.coalesce(condition(writer, of, row), false()))
        case Checked(then=then):
            return condition(writer, then, row)


def require_arguments(writer: Writer, predicate: Predicate | None) -> None:
    """Let the statement check the arguments in a predicate, whether or not any row is read by it."""
    match predicate:
        case Checked(fails, leaves, error, then):
            writer.check(fails([writer.bind(leaf) for leaf in leaves]), _reporter(error, leaves))
            require_arguments(writer, then)
        case All(of) | AnyOf(of):
            for each in of:
                require_arguments(writer, each)
        case Not(inner) | Linked(inner=inner):
            require_arguments(writer, inner)
        case Test() | None:
            pass


def _reporter(
    error: Callable[[Sequence[object]], IlmioError], leaves: Sequence[Leaf]
) -> Callable[[Variables], IlmioError]:
    """Return the function that says what a failed check means in any request of the plan."""

    def report(variables: Variables) -> IlmioError:
        return error([leaf.fetch(variables) for leaf in leaves])

    return report
