"""SQL as text: expressions with text between them, and queries whose rows have names.

Owns: how text and expressions are put together, and queries of rows, conditions, order and length.
Does not own: which rows there are (`compiler.conditions`, `compiler.emit_connection`), what is made of them
(`compiler.json_sql`), names and bind parameters (`compiler.statement`).

SQLAlchemy's SELECT finds out which rows an expression mentions and which of them belong to the query, and copies itself
for each part that is added. Here the rows are known, and what is nothing but text becomes text at once.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import ColumnClause, ColumnElement, False_, FromClause, True_, and_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import Text as TextType

from ilmio_api.compiler.statement import Expression, column_text, name_of, row_text
from ilmio_api.db.raw import raw

_COLUMN = re.compile(r'\w+|"[^"]+"')


class Rows(NamedTuple):
    """Where the rows of a query come from."""

    first: FromClause
    joined: Sequence[tuple[FromClause, ColumnElement[bool]]] = ()
    """Rows that are joined to the first, each with the condition under which they are."""
    conditions: Sequence[ColumnElement[bool]] = ()

    @property
    def own(self) -> Sequence[FromClause]:
        """Return the rows that belong to the query; what else it mentions are rows of a query around it."""
        return [self.first, *(row for row, _ in self.joined)]

    @property
    def from_(self) -> FromClause:
        """Return the rows as SQLAlchemy's SELECT takes them."""
        from_ = self.first
        for row, on in self.joined:
            from_ = from_.join(row, on)
        return from_

    def where(self, *conditions: ColumnElement[bool]) -> "Rows":
        """Return those of the rows that fulfil further conditions."""
        return self._replace(conditions=[*self.conditions, *conditions])


class Query(NamedTuple):
    """A query with one column."""

    column: Expression
    rest: Expression
    """What follows the column."""
    own: Sequence[FromClause]


def query_of(
    column: Expression, rows: Rows, *, order: Sequence[ColumnElement[Any]] = (), most: int | None = None
) -> Query:
    """Return the query for a column of rows in this order, of `most` rows at most."""
    parts: list[str | Expression] = [" \nFROM ", _from(rows.first)]
    for row, on in rows.joined:
        parts += " JOIN ", _from(row), " ON ", on
    if rows.conditions:
        parts += " \nWHERE ", _all_of(rows.conditions)
    for number, key in enumerate(order):
        parts += ", " if number else " ORDER BY ", key
    if most is not None:
        # A literal, not a bind parameter: the planner assumes a tenth of the table for an unknown LIMIT.
        parts.append(f" \n LIMIT {most}")
    return Query(column, sql(*parts), rows.own)


def row_of(query: Query) -> Expression:
    """Return the column of the one row of a query, or NULL when it has none."""
    whole = sql("(SELECT ", query.column, " AS item", query.rest, ")")
    return whole if text_in(whole) else _Around(query.own, whole)


def late(row: FromClause, query: Query) -> Expression:
    """Return a query whose column is made of the rows that are left in the end.

    PostgreSQL may make it of all rows that it sorts, before it takes the first of them. So the sorting is a query of
    its own, under the name of the row, with the columns that are needed. The column may be several, with commas between
    them.
    """
    column, rest = text_in(query.column), text_in(query.rest)
    if column is None or rest is None:
        return _Around(query.own, _Late(row, query))
    return raw(_written_late(row, column, rest))


def sql(*parts: str | Expression) -> Expression:
    """Return expressions with SQL text between them.

    SQLAlchemy takes several times as long to put functions and subqueries together and to write them; there are many
    in each object of an answer.
    """
    texts = [part if isinstance(part, str) else text_in(part) for part in parts]
    known = [text for text in texts if text is not None]
    return raw("".join(known)) if len(known) == len(parts) else _Sql(parts)


def text_in(part: Expression) -> str | None:
    """Return the text of an expression that is nothing else, or a column of a row that has a name."""
    if not isinstance(part, ColumnClause):
        return None
    if part.is_literal:
        return part.name
    return column_text(part.table, part.name) if part.table is not None and row_text(part.table) else None


class _Sql(ColumnElement[Any]):
    """Expressions with SQL text between them."""

    inherit_cache = False
    type = TextType()

    def __init__(self, parts: Sequence[str | Expression]) -> None:
        """Keep the parts."""
        self.parts = parts


class _From(ColumnElement[Any]):
    """A row where the rows of a query are named."""

    inherit_cache = False
    type = TextType()

    def __init__(self, row: FromClause) -> None:
        """Keep the row."""
        self.row = row


class _Late(ColumnElement[Any]):
    """A query whose column is made late."""

    inherit_cache = False
    type = TextType()

    def __init__(self, row: FromClause, query: Query) -> None:
        """Keep the query and the row that it makes its column of."""
        self.row = row
        self.query = query


class _Around(ColumnElement[Any]):
    """What has rows of its own, for SELECTs of SQLAlchemy's inside it: they do not name again what is there already."""

    inherit_cache = False
    type = TextType()

    def __init__(self, own: Sequence[FromClause], inside: Expression) -> None:
        """Keep both."""
        self.own = set(own)
        self.inside = inside


@compiles(_Sql)
def _sql(element: _Sql, compiler: SQLCompiler, **_: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    """Return the parts one after the other."""
    return "".join([part if isinstance(part, str) else _written(part, compiler) for part in element.parts])


@compiles(_From)
def _from_sql(element: _From, compiler: SQLCompiler, **_: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    """Return the row with its name."""
    return compiler.process(element.row, asfrom=True)


@compiles(_Late)
def _late(element: _Late, compiler: SQLCompiler, **_: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    """Return the query with its column outside."""
    query = element.query
    return _written_late(element.row, _written(query.column, compiler), _written(query.rest, compiler))


@compiles(_Around)
def _around(element: _Around, compiler: SQLCompiler, **_: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    """Return what is inside, as within a SELECT of these rows."""
    outer = compiler.stack[-1]
    own = element.own
    compiler.stack.append({**outer, "asfrom_froms": own, "correlate_froms": own | outer["correlate_froms"]})
    text = compiler.process(element.inside)
    compiler.stack.pop()
    return text


def _written(part: Expression, compiler: SQLCompiler) -> str:
    """Return an expression as text."""
    return text_in(part) or compiler.process(part)


def _written_late(row: FromClause, column: str, rest: str) -> str:
    """Return a query with its column outside, and inside the columns of the row that it mentions."""
    name = name_of(row)
    needed = ", ".join(f"{name}.{each}" for each in _mentioned(name, column)) or "1"
    return f"SELECT {column} FROM (SELECT {needed}{rest}) AS {name}"  # noqa: S608


def _mentioned(name: str, text: str) -> Iterable[str]:
    """Return the columns of a row that SQL text mentions; what is quoted in it has no dollar sign, as names have."""
    parts = pairwise(text.split(f"{name}."))
    found = (_COLUMN.match(after) for before, after in parts if not before[-1:].isalpha())
    return dict.fromkeys(each[0] for each in found if each is not None)


def _from(row: FromClause) -> str | Expression:
    """Return a row with its name."""
    return row_text(row) or _From(row)


def _all_of(conditions: Sequence[ColumnElement[bool]]) -> Expression:
    """Return the condition that all of some hold."""
    demands = [each for each in conditions if not isinstance(each, True_)]
    if not demands or any(isinstance(each, False_) for each in demands):
        return and_(*conditions)
    if len(demands) == 1:
        return demands[0]
    parts: list[str | Expression] = []
    for each in demands:
        parts += " AND ", text_in(each) or each.self_group(operators.and_)
    return sql(*parts[1:])
