"""SQL as text: rows that have names, queries of them, and expressions with text between them.

Owns: how text and expressions are put together, the columns of a row, and queries of rows, conditions, order and
length.
Does not own: which rows there are (`compiler.conditions`, `compiler.emit_connection`), what is made of them
(`compiler.json_sql`), which names they have, and bind parameters (`compiler.statement`).

SQLAlchemy's SELECT finds out which rows an expression mentions and which of them belong to the query, and copies itself
for each part that is added. Here the rows are known, and what is nothing but text becomes text at once.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias, cast

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Enum,
    False_,
    FromClause,
    Table,
    True_,
    UnaryExpression,
    and_,
    literal_column,
)
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import KeyedColumnElement
from sqlalchemy.types import Boolean, NullType, TypeEngine
from sqlalchemy.types import Text as TextType

from ilmio_api.db.base import is_plain
from ilmio_api.db.raw import raw

Expression: TypeAlias = ColumnElement[Any]
"""Any SQL expression."""

DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]  # the dialect class has no annotations

_COLUMN = re.compile(r'\w+|"[^"]+"')
_quoted = lru_cache(DIALECT.identifier_preparer.quote)


class Row(FromClause):
    """A row that a statement reads, under its name.

    Its columns are text. SQLAlchemy finds no table in them, so a SELECT of its own in a condition on the row does not
    name the row again, and no name needs a copy of all that is known of the columns of its table.
    """

    def __init__(self, name: str, origin: str | Expression, types: Mapping[str, TypeEngine[Any]]) -> None:
        """Keep the name, where the row comes from in the words of FROM, and its columns with their types."""
        self.name = name
        self.origin = origin
        self.types = types

    def text(self, column: str) -> str:
        """Return a column as text, for expressions that are quicker to write than to put together."""
        return f"{self.name}.{_quoted(column)}"

    def listed(self, *columns: str) -> str:
        """Return columns under their own names, as a query lists them."""
        return ", ".join(f"{self.text(each)} AS {_quoted(each)}" for each in columns)

    @cached_property
    def c(self) -> ReadOnlyColumnCollection[str, KeyedColumnElement[Any]]:
        """Return the columns as expressions."""
        # Whoever demands something of a row asks for columns, by name or as attributes, and for nothing else.
        return cast("ReadOnlyColumnCollection[str, KeyedColumnElement[Any]]", _Columns(self))

    def is_never_null(self, column: str) -> bool:  # noqa: ARG002 - of the rows of a query nothing is known
        """Return whether a column is known to hold no NULL."""
        return False

    def is_plain_text(self, column: str) -> bool:  # noqa: ARG002 - as above
        """Return whether a column is known to have text without NULL that JSON writes as it is."""
        return False


class _Columns:
    """The columns of a row as expressions, each of which is made when it is asked for."""

    def __init__(self, row: Row) -> None:
        """Keep the row."""
        self._row = row

    def __contains__(self, name: str) -> bool:
        """Return whether the row has a column."""
        return name in self._row.types

    def __getitem__(self, name: str) -> Expression:
        """Return a column."""
        return literal_column(self._row.text(name), self._row.types[name])

    __getattr__ = __getitem__


class TableRow(Row):
    """A row of a table."""

    def __init__(self, table: Table, name: str) -> None:
        """Give a row of the table a name."""
        super().__init__(name, f"{_quoted(table.name)} AS {name}", {each.name: each.type for each in table.c})
        self._table = table

    def is_never_null(self, column: str) -> bool:
        """Return whether a column can hold no NULL."""
        return not self._table.c[column].nullable

    def is_plain_text(self, column: str) -> bool:
        """Return whether a column has text without NULL that JSON writes as it is. A CHECK keeps it to that."""
        found = self._table.c[column]
        return not found.nullable and (is_plain(found) or isinstance(found.type, Enum))


class Rows(NamedTuple):
    """Where the rows of a query come from."""

    first: Row
    joined: Sequence[tuple[Row, Expression]] = ()
    """Rows that are joined to the first, each with the condition under which they are."""
    conditions: Sequence[Expression] = ()

    def where(self, *conditions: Expression) -> "Rows":
        """Return those of the rows that fulfil further conditions."""
        return self._replace(conditions=[*self.conditions, *conditions])


class Query(NamedTuple):
    """A query with one column, or with several that have commas between them."""

    column: Expression
    rest: Expression
    """What follows the column."""

    @property
    def whole(self) -> Expression:
        """Return the query as one."""
        return sql("SELECT ", self.column, self.rest)


def query_of(
    column: str | Expression,
    rows: Rows,
    *,
    once: str = "",
    order: Sequence[Expression] = (),
    most: int | None = None,
    after: int | None = None,
) -> Query:
    """Return the query for a column of rows.

    Args:
        column: The column, or several with commas between them.
        rows: Where the rows come from.
        once: Columns by which rows are told apart: of equal ones the query has one.
        order: The order of the rows.
        most: How many rows there are at most.
        after: How many rows come before the first.
    """
    parts: list[str | Expression] = [" \nFROM ", from_of(rows)]
    if rows.conditions:
        parts += " \nWHERE ", all_of(rows.conditions)
    if once:
        parts += " GROUP BY ", once
    for number, key in enumerate(order):
        parts += ", " if number else " ORDER BY ", key
    if most is not None:
        # A literal, not a bind parameter: the planner assumes a tenth of the table for an unknown LIMIT.
        parts.append(f" \n LIMIT {most}")
    if after is not None:
        parts.append(f" OFFSET {after}")
    return Query(raw(column) if isinstance(column, str) else column, sql(*parts))


def from_of(rows: Rows) -> Expression:
    """Return where rows come from in the words of FROM."""
    parts: list[str | Expression] = [rows.first.origin]
    for row, on in rows.joined:
        parts += " JOIN ", row.origin, " ON ", on
    return sql(*parts)


def row_of(query: Query) -> Expression:
    """Return the column of the one row of a query, or NULL when it has none."""
    return sql("(SELECT ", query.column, " AS item", query.rest, ")")


def count_of(rows: Rows) -> Expression:
    """Return the number of rows."""
    return sql("(", query_of("count(*) AS count_1", rows).whole, ")")


def late(row: Row, query: Query) -> Expression:
    """Return a query whose column is made of the rows that are left in the end.

    PostgreSQL may make it of all rows that it sorts, before it takes the first of them. So the sorting is a query of
    its own, under the name of the row, with the columns that are needed.
    """
    column, rest = text_in(query.column), text_in(query.rest)
    return _Late(row, query) if column is None or rest is None else raw(_written_late(row, column, rest))


def named(name: str, origin: str | Expression, *columns: str) -> Row:
    """Return the row of an origin that is no table; of the types of its columns nothing is known."""
    return Row(name, origin, dict.fromkeys(columns, _UNTYPED))


def one_after_the_other(first: Query, *others: Query) -> Query:
    """Return the rows of a query, then those of others."""
    return Query(first.column, sql(first.rest, *(sql(" UNION ALL ", query.whole) for query in others)))


def exists(query: Query) -> Expression:
    """Return the condition that a query has a row."""
    return UnaryExpression(sql("(", query.whole, ")"), operator=operators.exists, type_=Boolean())


def sql(*parts: str | Expression) -> Expression:
    """Return expressions with SQL text between them.

    SQLAlchemy takes several times as long to put functions and subqueries together and to write them; there are many
    in each object of an answer.
    """
    texts, expressions = [""], list[Expression]()
    for part in parts:
        if isinstance(part, _Sql):
            texts[-1] += part.texts[0]
            texts += part.texts[1:]
            expressions += part.expressions
            continue
        text = part if isinstance(part, str) else text_in(part)
        if text is not None:
            texts[-1] += text
        else:
            expressions.append(cast("Expression", part))
            texts.append("")
    return _Sql(texts, expressions) if expressions else raw(texts[0])


def text_in(part: Expression) -> str | None:
    """Return the text of an expression that is nothing else."""
    return part.name if isinstance(part, ColumnClause) and part.is_literal else None


class Common(ColumnElement[Any]):
    """The name of a query that is read in several places: it stands once, at the beginning of the statement."""

    inherit_cache = False
    type = TextType()

    def __init__(self, name: str, query: Expression, written: dict[str, str]) -> None:
        """Keep the query, and where its text is to be put when it has been named."""
        self.name = name
        self.query = query
        self.written = written


class Beginning(ColumnElement[Any]):
    """A statement with the queries that it names, in the order in which it does."""

    inherit_cache = False
    type = TextType()

    def __init__(self, written: dict[str, str], statement: Expression) -> None:
        """Keep the statement, and where the text of the queries is put."""
        self.written = written
        self.statement = statement


class _Sql(ColumnElement[Any]):
    """Expressions with SQL text between them."""

    inherit_cache = False
    type = TextType()

    def __init__(self, texts: Sequence[str], expressions: Sequence[Expression]) -> None:
        """Keep the texts, and the expressions between each two of them."""
        self.texts = texts
        self.expressions = expressions


class _Late(ColumnElement[Any]):
    """A query whose column is made late."""

    inherit_cache = False
    type = TextType()

    def __init__(self, row: Row, query: Query) -> None:
        """Keep the query and the row that it makes its column of."""
        self.row = row
        self.query = query


@compiles(Common)
def _common(element: Common, compiler: SQLCompiler, **_: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    """Return the name of the query, whose text is kept when it is named first."""
    if element.name not in element.written:
        element.written[element.name] = _written(element.query, compiler)
    return element.name


@compiles(Beginning)
def _beginning(element: Beginning, compiler: SQLCompiler, **_: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    """Return the statement after the queries that it names."""
    statement = _written(element.statement, compiler)
    # Materialized, because the planner would otherwise compute them anew wherever they are read.
    queries = ", \n".join(f"{name} AS MATERIALIZED \n({text})" for name, text in element.written.items())
    return f"WITH {queries}\n {statement}" if queries else statement


@compiles(_Sql)
def _sql(element: _Sql, compiler: SQLCompiler, **_: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    """Return texts and expressions one after the other."""
    written = [text + compiler.process(each) for text, each in zip(element.texts, element.expressions, strict=False)]
    return "".join(written) + element.texts[-1]


@compiles(_Late)
def _late(element: _Late, compiler: SQLCompiler, **_: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    """Return the query with its column outside."""
    query = element.query
    return _written_late(element.row, _written(query.column, compiler), _written(query.rest, compiler))


def _written(part: Expression, compiler: SQLCompiler) -> str:
    """Return an expression as text."""
    return text_in(part) or compiler.process(part)


def _written_late(row: Row, column: str, rest: str) -> str:
    """Return a query with its column outside, and inside the columns of the row that it mentions."""
    name = row.name
    needed = ", ".join(f"{name}.{each}" for each in _mentioned(name, column)) or "1"
    return f"SELECT {column} FROM (SELECT {needed}{rest}) AS {name}"  # noqa: S608


def _mentioned(name: str, text: str) -> Iterable[str]:
    """Return the columns of a row that SQL text mentions; what is quoted in it has no dollar sign, as names have."""
    parts = pairwise(text.split(f"{name}."))
    found = (_COLUMN.match(after) for before, after in parts if not before[-1:].isalpha())
    return dict.fromkeys(each[0] for each in found if each is not None)


def all_of(conditions: Sequence[Expression]) -> Expression:
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


_UNTYPED = NullType()
