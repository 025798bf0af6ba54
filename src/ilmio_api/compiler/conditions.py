"""Relations and conditions as SQL.

Owns: how a related row is found, how a predicate of the plan becomes an expression.
Does not own: which rows may be read (`compiler.restrict` has put that on every source).
"""

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, false, func, not_, or_, select, true

from ilmio_api.compiler.declare import Hop, Relation, Source
from ilmio_api.compiler.predicates import All, AnyOf, Checked, Linked, Not, Predicate, Test
from ilmio_api.compiler.restrict import readable
from ilmio_api.compiler.sql_text import Rows
from ilmio_api.compiler.statement import Writer, column_text
from ilmio_api.compiler.values import Leaf, Variables
from ilmio_api.db.raw import raw
from ilmio_api.errors import IlmioError

_ONE = raw("1")


def rows(
    writer: Writer,
    source: Source,
    row: FromClause,
    *,
    relation: Relation | None = None,
    parent: FromClause | None = None,
    predicate: Predicate | None = None,
) -> Rows:
    """Return where the readable rows of a source come from."""
    joined: list[tuple[FromClause, ColumnElement[bool]]] = []
    conditions = list(readable(source, row))
    if relation is not None and parent is not None:
        hop = relation.hops[0] if len(relation.hops) == 1 else None
        if hop is not None and hop.unique and hop.source is None:
            link = writer.alias(hop.table)
            joined.append((link, _same(link, hop.far, row, relation.target)))
            conditions.append(_same(link, hop.near, parent, relation.parent))
            if hop.condition is not None:
                conditions.append(condition(writer, hop.condition, link))
        elif relation.hops:
            conditions.append(row.c[relation.target].in_(reached(writer, relation.hops, parent.c[relation.parent])))
        else:
            conditions.append(_same(row, relation.target, parent, relation.parent))
        if relation.where is not None:
            conditions.append(relation.where(row))
    if predicate is not None:
        conditions.append(condition(writer, predicate, row))
    return Rows(row, joined, conditions)


def _same(one: FromClause, column: str, other: FromClause, its_column: str) -> ColumnElement[bool]:
    """Return the condition that two rows have the same in these columns."""
    return raw(f"{column_text(one, column)} = {column_text(other, its_column)}")


def reached(
    writer: Writer, hops: Sequence[Hop], start: ColumnElement[object], *, most: int | None = None
) -> Select[tuple[object]]:
    """Return the values of the last hop's far column that the start value reaches, through `most` rows of the first."""
    links: list[FromClause] = [writer.alias(hop.table) for hop in hops]
    conditions: list[ColumnElement[bool]] = [links[0].c[hops[0].near] == start]
    if most is not None:
        first = select(links[0]).where(*conditions).correlate_except(links[0]).limit(raw(str(most)))
        links[0], conditions = first.subquery(writer.name()), []
    from_: FromClause = links[0]
    for before, link, hop, previous in zip(links, links[1:], hops[1:], hops, strict=False):
        from_ = from_.join(link, link.c[hop.near] == before.c[previous.far])
    for link, hop in zip(links, hops, strict=True):
        if hop.source is not None:
            conditions.extend(readable(hop.source, link))
        if hop.condition is not None:
            conditions.append(condition(writer, hop.condition, link))
    return select(links[-1].c[hops[-1].far]).select_from(from_).where(*conditions).correlate_except(*links)


def condition(writer: Writer, predicate: Predicate, row: FromClause) -> ColumnElement[bool]:
    """Return the predicate on a row as an expression."""
    match predicate:
        case Test(expression, leaves):
            return expression(row, [writer.bind(leaf) for leaf in leaves])
        case Linked(relation, source, inner):
            related = writer.alias(source.entity.table)
            found = rows(writer, source, related, relation=relation, parent=row, predicate=inner)
            query = select(_ONE).select_from(found.from_).where(*found.conditions)
            return exists(query.correlate_except(*found.own))
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
