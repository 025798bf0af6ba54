"""What the fields of filters demand, in the terms of the compiler.

Owns: the kinds of filter that entities share: one of, text, period, time, area, link to another record.
Does not own: which filters an entity offers (the modules of the contexts).
"""

from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa
import strawberry
from sqlalchemy import ColumnElement, FromClause

from ilmio_api.access.rows import RowPolicy, published, reference
from ilmio_api.compiler.cost import SEARCH_POINTS
from ilmio_api.compiler.declare import Entity, FilterRule, Hop, Relation, Source
from ilmio_api.compiler.predicates import All, Checked, Linked, Predicate, Test
from ilmio_api.compiler.values import Leaf, Tree, joined
from ilmio_api.db.raw import raw
from ilmio_api.domain.areas.models import Area, AreaReach
from ilmio_api.domain.areas.vocabulary import AreaKind
from ilmio_api.domain.records import RecordEntry
from ilmio_api.domain.tables import table
from ilmio_api.errors import BadRangeError, IlmioError, TooComplexError, UnknownAreaError
from ilmio_api.schema.scalars import Date, DateTime

Binds = Sequence[ColumnElement[Any]]

MAX_SEARCH_LENGTH = 200
"""Most characters in the words of a search."""

area = Area.__table__
reach = AreaReach.__table__
record = RecordEntry.__table__
_REACH = Source(Entity(table(AreaReach), reference))


@strawberry.input(description="A span of days; an end that is not given is open.")
class DateRange:
    """See the description."""

    from_: Date | None = strawberry.field(default=None, name="from", description="First day.")
    to: Date | None = strawberry.field(default=None, description="Last day.")


@strawberry.input(description="A span of time; an end that is not given is open.")
class DateTimeRange:
    """See the description."""

    from_: DateTime | None = strawberry.field(default=None, name="from", description="First moment, inclusive.")
    to: DateTime | None = strawberry.field(default=None, description="Last moment, exclusive.")


@strawberry.input(description="A span of years; an end that is not given is open.")
class YearRange:
    """See the description."""

    from_: int | None = strawberry.field(default=None, name="from", description="First year, such as 2015.")
    to: int | None = strawberry.field(default=None, description="Last year, inclusive.")


@strawberry.input(
    description="Where something is recorded. Codes of any kind and of any time will do, also of areas that no "
    "longer exist."
)
class AreaCriterion:
    """See the description."""

    within: str | None = strawberry.field(
        default=None,
        description="Code of an area, such as `EVK03`, `ELY06`, `MK08` or `KU286`: finds what is recorded for "
        "it or for an "
        "area that lies or lay wholly inside it. An area that was merged or replaced as a whole counts as its "
        "successor. "
        "An unknown code is an error.",
    )
    within_any: list[str] | None = strawberry.field(
        default=None, description="Codes of areas: like `within`, for at least one of them. Unknown codes are an error."
    )
    overlapping: str | None = strawberry.field(
        default=None,
        description="Code of an area: finds what is recorded for any area that shares a municipality with it, also for "
        "larger ones such as a whole region or the country. An unknown code is an error.",
    )


def one_of(column: str, *, broad: bool = True) -> FilterRule:
    """Demand that the column has one of the given values.

    Args:
        column: The column.
        broad: Whether many rows have the same value in it.
    """

    def rule(given: Tree) -> Predicate | None:
        leaf = cast("Leaf", given)
        # The column may be a varchar, the values are text: the cast keeps the index on the column usable.
        return Test(lambda row, binds: row.c[column] == sa.any_(binds[0]), (leaf,), broad=broad)

    return rule


def is_of_kind(column: str = "kind") -> FilterRule:
    """Demand that a row is of one of the given kinds, which are names of an enum."""

    def rule(given: Tree) -> Predicate | None:
        leaf = cast("Leaf", given)
        kinds = tuple(leaf.value)
        return Test(lambda row, binds: row.c[column] == sa.any_(binds[0]), (leaf,), broad=True, among=(column, kinds))

    return rule


def is_true(column: str) -> FilterRule:
    """Demand that a boolean column has the given value; unknown counts as false."""

    def rule(given: Tree) -> Predicate | None:
        wanted = bool(cast("Leaf", given).value)
        return Test(
            lambda row, _: row.c[column].is_(raw("true")) if wanted else row.c[column].is_not(raw("true")), broad=True
        )

    return rule


def has_value(column: str) -> FilterRule:
    """Demand that a column is known (true) or unknown (false)."""

    def rule(given: Tree) -> Predicate | None:
        wanted = bool(cast("Leaf", given).value)
        return Test(lambda row, _: row.c[column].is_not(None) if wanted else row.c[column].is_(None))

    return rule


def matches_text(given: Tree) -> Predicate | None:
    """Demand that the texts of a record match words in Finnish, Swedish or English."""

    def expression(row: FromClause, binds: Binds) -> ColumnElement[bool]:
        return row.c.id.in_(sa.select(record.c.id).where(_matches(record, binds[0])))

    return Test(expression, (cast("Leaf", given).map(_short),), SEARCH_POINTS)


def has_words(given: Tree) -> Predicate:
    """Demand that a line of the directory matches words in Finnish, Swedish or English."""
    return Test(lambda row, binds: _matches(row, binds[0]), (cast("Leaf", given).map(_short),), SEARCH_POINTS)


def _matches(row: FromClause, words: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that a line of the directory matches words."""
    return row.c.document.op("@@", return_type=sa.Boolean())(query_of(words))


def query_of(words: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return what the words ask for, as a subquery: PostgreSQL would work it out anew for every row that it ranks."""
    return sa.select(sa.func.ilmio_query(words)).scalar_subquery()


def _short(text: str) -> str:
    """Return the words of a search.

    Raises:
        TooComplexError: There are too many of them.
    """
    if len(text) > MAX_SEARCH_LENGTH:
        raise TooComplexError(limit="search text", given=len(text), maximum=MAX_SEARCH_LENGTH)
    return text


def overlaps(column: str = "period") -> FilterRule:
    """Demand that a range of days shares a day with the given span; an unknown range does not."""

    def rule(given: Tree) -> Predicate | None:
        start, end = _ends(given)

        def expression(row: FromClause, binds: Binds) -> ColumnElement[bool]:
            remaining = list(binds)
            ends = [_typed(remaining.pop(0), "date") if leaf else raw("NULL::date") for leaf in (start, end)]
            return row.c[column].op("&&")(sa.func.daterange(*ends, raw("'[]'")))

        return Test(expression, tuple(leaf for leaf in (start, end) if leaf))

    return rule


def in_time(column: str) -> FilterRule:
    """Demand that a point in time lies in the given span."""

    def rule(given: Tree) -> Predicate | None:
        start, end = _ends(given)
        conditions: list[Predicate] = []
        if start:
            conditions.append(Test(lambda row, binds: row.c[column] >= _typed(binds[0], "timestamptz"), (start,)))
        if end:
            conditions.append(Test(lambda row, binds: row.c[column] < _typed(binds[0], "timestamptz"), (end,)))
        return All(tuple(conditions))

    return rule


def in_years(column: str = "year") -> FilterRule:
    """Demand that a year lies in the given span, both ends inside."""

    def rule(given: Tree) -> Predicate | None:
        start, end = _ends(given)
        conditions: list[Predicate] = []
        if start:
            conditions.append(Test(lambda row, binds: row.c[column] >= binds[0], (start,)))
        if end:
            conditions.append(Test(lambda row, binds: row.c[column] <= binds[0], (end,)))
        return All(tuple(conditions))

    return rule


def valid_on(given: Tree) -> Predicate | None:
    """Demand that the row is valid on the given day; an unknown end is open."""

    def expression(row: FromClause, binds: Binds) -> ColumnElement[bool]:
        day = _typed(binds[0], "date")
        return sa.and_(
            sa.func.coalesce(row.c.valid_from, raw("'-infinity'::date")) <= day,
            sa.func.coalesce(row.c.valid_to, raw("'infinity'::date")) >= day,
        )

    return Test(expression, (cast("Leaf", given),))


def in_area(*hops: Hop, column: str = "id") -> FilterRule:
    """Demand that a row belongs to areas that fulfil a criterion.

    Args:
        hops: The tables between the row and its areas; the last one leads to the id of an area.
        column: The column with the id of the area, or with which the tables begin.
    """

    def linked(areas: str, inner: Predicate) -> Predicate:
        return Linked(Relation(column, areas, hops), _REACH, inner)

    def rule(given: Tree) -> Predicate | None:
        criterion = cast("dict[str, Tree]", given)
        conditions: list[Predicate] = []
        for name, leaf in criterion.items():
            if not isinstance(leaf, Leaf):
                continue
            match name:
                case "within":
                    conditions.append(known_area(leaf, linked("inner_id", Test(_is_inside, (leaf,)))))
                case "withinAny":
                    conditions.append(_all_known(leaf, linked("inner_id", Test(_is_inside_any, (leaf,)))))
                case _:
                    conditions.append(known_area(leaf, linked("outer_id", Test(_shares, (leaf,)))))
        return All(tuple(conditions))

    return rule


def related(relation: Relation, target: sa.Table, key: str = "slug", *, policy: RowPolicy = published) -> FilterRule:
    """Demand a related row with one of the given keys; rows that the reader may not see do not count."""
    source = Source(Entity(table=target, policy=policy))

    def rule(given: Tree) -> Predicate | None:
        wanted = Test(lambda row, binds: row.c[key] == sa.any_(binds[0]), (cast("Leaf", given),))
        return Linked(relation, source, wanted)

    return rule


def known_area(code: Leaf, then: Predicate) -> Predicate:
    """Check that the register has the code, then apply the condition."""
    return Checked(
        lambda binds: ~sa.exists(sa.select(raw("1")).select_from(area).where(area.c.code == binds[0])),
        (code,),
        _unknown_area,
        then,
    )


def _is_inside(row: FromClause, binds: Binds) -> ColumnElement[bool]:
    """Return the condition that the inner area of a line reaches the area of the code."""
    outer = sa.select(area.c.id).where(area.c.code == binds[0])
    return row.c.outer_id == outer.scalar_subquery()


def _is_inside_any(row: FromClause, binds: Binds) -> ColumnElement[bool]:
    """Return the condition that the inner area of a line reaches one of the areas of the codes."""
    return row.c.outer_id.in_(sa.select(area.c.id).where(area.c.code == sa.any_(binds[0])))


def _shares(row: FromClause, binds: Binds) -> ColumnElement[bool]:
    """Return the condition that the inner area of a line is a municipality that lies in the area of the code."""
    municipality, theirs = area.alias(), reach.alias()
    shared = (
        sa.select(theirs.c.inner_id)
        .join(municipality, municipality.c.id == theirs.c.inner_id)
        .where(_is_inside(theirs, binds), municipality.c.kind == raw(f"'{AreaKind.MUNICIPALITY}'"))
    )
    return row.c.inner_id.in_(shared)


def _all_known(codes: Leaf, then: Predicate) -> Predicate:
    """Return the condition with the check that all the areas are in the register."""

    def fails(binds: Binds) -> ColumnElement[bool]:
        given = sa.func.unnest(binds[0]).table_valued("code").render_derived()
        known = sa.select(raw("1")).select_from(area).where(area.c.code == given.c.code)
        return sa.exists(sa.select(raw("1")).select_from(given).where(~sa.exists(known)))

    return Checked(fails, (codes,), _unknown_area, then)


def _unknown_area(values: Sequence[object]) -> IlmioError:
    """Return the error that names the code, or the codes of which one is unknown."""
    value = values[0]
    return UnknownAreaError(area=", ".join(map(str, value)) if isinstance(value, list) else value)


def _ends(given: Tree) -> tuple[Leaf | None, Leaf | None]:
    """Return the two ends of a span, None for an open one."""
    span = cast("dict[str, Tree]", given)
    start, end = span.get("from"), span.get("to")
    if isinstance(start, Leaf) and isinstance(end, Leaf):
        both = joined(start, end).map(_in_order)
        return both.map(lambda pair: pair[0]), both.map(lambda pair: pair[1])
    return start if isinstance(start, Leaf) else None, end if isinstance(end, Leaf) else None


def _in_order(pair: tuple[str, str]) -> tuple[str, str]:
    """Return the ends of a span, both in ISO 8601 and, for times, in UTC.

    Raises:
        BadRangeError: The span ends before it starts.
    """
    if pair[0] > pair[1]:
        raise BadRangeError(start=pair[0], end=pair[1])
    return pair


def _typed(bind: ColumnElement[Any], type_name: str) -> ColumnElement[Any]:
    """Return a text parameter as a value of the type."""
    return sa.cast(bind, sa.Text()).op("::")(raw(type_name))
