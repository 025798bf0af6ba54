"""JSON as SQL text.

Owns: how objects, arrays and single values are put together as text that is JSON.
Does not own: which values an object holds (`compiler.emit`).

PostgreSQL's own functions look up, for every value of every row, what its type is and how it is written. Here that is
decided once, when the statement is written (decision 0032).
"""

import json
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from sqlalchemy import Integer

from ilmio_api.compiler.sql_text import Expression, Query, Row, late, sql
from ilmio_api.db.raw import raw

Json: TypeAlias = tuple[str | Expression, ...]
"""A value in pieces whose texts, one after the other, are its JSON: literal text, and expressions that are never NULL.

The text of an empty list is the exception: its expression is NULL, and counts as nothing.
"""

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


def array_of(row: Row, query: Query) -> Json:
    """Return the array of what a query makes of rows: its column is the `items` of a value."""
    return "[", sql("(", late(row, query), ")"), "]"


def items(value: Json) -> Expression:
    """Return the values of all rows of a query, one after the other, with a comma between them."""
    return sql("string_agg(", text_of(value), ", ',')")


def text_of(value: Json) -> Expression:
    """Return a value as one text: its pieces together, NULL being nothing and any type written as it is."""
    arguments = _arguments(value)
    parts: list[str | Expression] = []
    for start in range(0, len(arguments), _MOST_ARGUMENTS):
        parts.append(" || concat(" if parts else "concat(")
        for argument in arguments[start : start + _MOST_ARGUMENTS]:
            parts += argument, ", "
        parts[-1] = ")"
    return sql(*parts)


def or_null(text: Expression) -> Json:
    """Return the value whose JSON is the text, or null where that is NULL."""
    return (sql("coalesce(", text, ", 'null')"),)


def column_json(row: Row, name: str) -> Json:
    """Return a column of any type in the form that PostgreSQL gives it in JSON."""
    column = row.text(name)
    if not row.is_never_null(name):
        return (raw(f"coalesce(to_json({column}), 'null')"),)
    if row.is_plain_text(name):
        return plain_text(raw(column))
    return (raw(column if isinstance(row.types[name], Integer) else f"to_json({column})"),)


def nullable_json(value: Expression) -> Json:
    """Return a value of any type in the form that PostgreSQL gives it in JSON, or null."""
    return (sql("coalesce(to_json(", value, "), 'null')"),)


def plain_text(text: Expression) -> Json:
    """Return a text that is never NULL, and has no character that JSON would escape."""
    return '"', text, '"'


def _arguments(value: Json) -> Sequence[str | Expression]:
    """Return the pieces as SQL, neighbouring literals as one."""
    arguments: list[str | Expression] = []
    literals: list[str] = []
    for piece in value:
        if isinstance(piece, str):
            literals.append(piece)
            continue
        if literals:
            arguments.append(_literal(literals))
            literals = []
        arguments.append(piece)
    if literals:
        arguments.append(_literal(literals))
    return arguments


def _literal(texts: Sequence[str]) -> str:
    """Return literal texts as one of SQL."""
    return "'" + "".join(texts).replace("'", "''") + "'"
