"""JSON as SQL text.

Owns: how objects, arrays and single values are put together as text that is JSON.
Does not own: which values an object holds (`compiler.emit`).

PostgreSQL's own functions look up, for every value of every row, what its type is and how it is written. Here that is
decided once, when the statement is written (decision 0032).
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

from sqlalchemy import ColumnClause, ColumnElement, FromClause, Integer, Label, Select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import Text as TextType

from ilmio_api.compiler.statement import Expression, column_text, is_never_null, is_plain_text, name_of
from ilmio_api.db.raw import raw

Json: TypeAlias = tuple[str | Expression, ...]
"""A value in pieces whose texts, one after the other, are its JSON: literal text, and expressions that are never NULL.

The text of an empty list is the exception: its expression is NULL, and counts as nothing.
"""

_END = "\0"
"""Ends the columns of a query that is written late; no SQL has this character."""

_COLUMN = re.compile(r'\w+|"[^"]+"')

_MOST_ARGUMENTS = 100
"""PostgreSQL's limit (FUNC_MAX_ARGS)."""


def known(text: str) -> Json:
    """Return a text that does not come from the database."""
    return (json.dumps(text, ensure_ascii=False),)


def object_of(fields: Iterable[tuple[str, Json]]) -> Json:
    """Return the object of the values under their response keys."""
    pieces: list[str | Expression] = []
    for key, value in fields:
        pieces += (f'{"," if pieces else "{"}"{key}":', *value)
    return (*pieces, "}") if pieces else ("{}",)


def array_of(row: FromClause, query: Select[Any]) -> Json:
    """Return the array of what a query makes of rows: its columns are the `items` of a value."""
    return "[", sql("(", Late(row, query), ")"), "]"


def items(value: Json) -> Label[Any]:
    """Return the values of all rows of a query, one after the other, as what a query for `Late` selects."""
    return late("string_agg(", text_of(value), ", ',')")


def late(*parts: str | Expression) -> Label[Any]:
    """Return SQL text and expressions as what a query for `Late` selects."""
    return column_of(sql(*parts, _END))


def item(value: Json) -> Label[Any]:
    """Return a value as the one column of a query."""
    return column_of(text_of(value))


def column_of(text: Expression) -> Label[Any]:
    """Return an expression as the one column of a query."""
    return text.label("item")


def text_of(value: Json) -> Expression:
    """Return a value as one text."""
    return _Text(value)


def row_of(query: Select[Any]) -> Expression:
    """Return the one column of the one row of a query, or NULL when it has none."""
    return sql("(", query, ")")


def or_null(text: Expression) -> Json:
    """Return the value whose JSON is the text, or null where that is NULL."""
    return (sql("coalesce(", text, ", 'null')"),)


def column_json(row: FromClause, name: str) -> Json:
    """Return a column of any type in the form that PostgreSQL gives it in JSON."""
    column = column_text(row, name)
    if not is_never_null(row, name):
        return (raw(f"coalesce(to_json({column}), 'null')"),)
    if is_plain_text(row, name):
        return plain_text(raw(column))
    return (raw(column if isinstance(row.c[name].type, Integer) else f"to_json({column})"),)


def nullable_json(value: Expression) -> Json:
    """Return a value of any type in the form that PostgreSQL gives it in JSON, or null."""
    return (sql("coalesce(to_json(", value, "), 'null')"),)


def plain_text(text: Expression) -> Json:
    """Return a text that is never NULL, and has no character that JSON would escape."""
    return '"', text, '"'


def sql(*parts: "str | ColumnElement[Any] | Select[Any]") -> Expression:
    """Return expressions and queries with SQL text between them.

    SQLAlchemy takes several times as long to put functions and subqueries together and to write them; there are many
    in each object of an answer.
    """
    texts = [part if isinstance(part, str) else _text_in(part) for part in parts]
    known_texts = [text for text in texts if text is not None]
    return raw("".join(known_texts)) if len(known_texts) == len(parts) else _Sql(parts)


class Late(ColumnElement[Any]):
    """A query whose columns are made of the rows that are left in the end.

    PostgreSQL may make them of all rows that it sorts, before it takes the first of them. So the sorting is a query of
    its own, under the name of the row, with the columns that are needed.
    """

    inherit_cache = False
    type = TextType()

    def __init__(self, row: FromClause, query: Select[Any]) -> None:
        """Keep the query, which selects something `late`, and the row that it makes that of."""
        self.row = row
        self.query = query


class _Text(ColumnElement[str]):
    """The text of a value."""

    inherit_cache = False
    type = TextType()

    def __init__(self, value: Json) -> None:
        """Keep the pieces."""
        self.value = value


class _Sql(ColumnElement[Any]):
    """Expressions and queries with SQL text between them."""

    inherit_cache = False
    type = TextType()

    def __init__(self, parts: "Sequence[str | ColumnElement[Any] | Select[Any]]") -> None:
        """Keep the parts."""
        self.parts = parts


def _text_in(part: object) -> str | None:
    """Return the text of an expression that is nothing else."""
    return part.name if isinstance(part, ColumnClause) and part.is_literal else None


@compiles(_Sql)
def _written(element: _Sql, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    """Return the parts one after the other."""
    return "".join([part if isinstance(part, str) else compiler.process(part, **options) for part in element.parts])


@compiles(Late)
def _written_late(element: Late, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    """Return the query with its columns outside, and inside those that they mention."""
    name = name_of(element.row)
    columns, _, rest = compiler.process(element.query, **options).partition(_END)
    needed = ", ".join(f"{name}.{column}" for column in _mentioned(name, columns)) or "1"
    return f"{columns} FROM (SELECT {needed}{rest.removeprefix(' AS item')}) AS {name}"


def _mentioned(name: str, text: str) -> Iterable[str]:
    """Return the columns of a row that SQL text mentions; what is quoted in it has no dollar sign, as names have."""
    parts = pairwise(text.split(f"{name}."))
    found = (_COLUMN.match(after) for before, after in parts if not before[-1:].isalpha())
    return dict.fromkeys(each[0] for each in found if each is not None)


@compiles(_Text)
def _written_together(element: _Text, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    """Return the concatenation of the pieces, which takes NULL for nothing and text of any type as it is."""
    arguments = list(_arguments(element.value, compiler, options))
    parts = (arguments[start : start + _MOST_ARGUMENTS] for start in range(0, len(arguments), _MOST_ARGUMENTS))
    return " || ".join(f"concat({', '.join(part)})" for part in parts)


def _arguments(value: Json, compiler: SQLCompiler, options: dict[str, Any]) -> Iterator[str]:
    """Yield the pieces as SQL, neighbouring literals as one."""
    literals: list[str] = []
    for piece in value:
        if isinstance(piece, str):
            literals.append(piece)
            continue
        if literals:
            yield _literal(literals)
            literals = []
        yield _text_in(piece) or compiler.process(piece, **options)
    if literals:
        yield _literal(literals)


def _literal(texts: Sequence[str]) -> str:
    """Return literal texts as one of SQL."""
    return "'" + "".join(texts).replace("'", "''") + "'"
