"""The last step of the pipeline: a plan becomes one SQL statement.

Owns: values, objects, choices and related objects as SQL.
Does not own: conditions (`compiler.conditions`), pages of lists (`compiler.emit_connection`), how JSON is put together
(`compiler.json_sql`).

To-many relations are correlated scalar subqueries that aggregate a derived table, to-one relations are scalar
subqueries over one row. Never LATERAL: the planner may pull it up and build JSON for rows that nobody asked for, and
planning time grows steeply with the number of relations.
"""

import json
from collections.abc import Sequence

from sqlalchemy import case, or_

from ilmio_api.compiler.conditions import require_arguments, rows, same
from ilmio_api.compiler.declare import Form, Source
from ilmio_api.compiler.emit_connection import connection
from ilmio_api.compiler.json_sql import (
    Json,
    array_of,
    column_json,
    items,
    known,
    nullable_json,
    object_of,
    or_null,
    plain_text,
    text_of,
)
from ilmio_api.compiler.localise import best_text
from ilmio_api.compiler.plan import (
    Choice,
    Connection,
    Constant,
    Given,
    Inner,
    Object,
    Payload,
    Plan,
    Positions,
    Representations,
    Scalar,
    Several,
    Shape,
    Single,
    TagList,
    Text,
    TextList,
    Value,
    needs_column,
)
from ilmio_api.compiler.sql_text import Expression, Query, Row, Rows, named, one_after_the_other, query_of, row_of, sql
from ilmio_api.compiler.statement import Statement, Writer
from ilmio_api.compiler.values import constant
from ilmio_api.db.raw import raw
from ilmio_api.i18n.languages import Language, Register

_INSTANT = """'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'"""


def emit(plan: Plan, max_sources: int) -> Statement:
    """Return the statement of a plan; constants of the root need no column."""
    writer = Writer(max_sources)
    columns = [
        sql("convert_to(", _root(writer, value), f", 'UTF8') AS r{position}")
        for position, (_, value) in enumerate(plan.fields)
        if needs_column(value)
    ]
    return writer.finish(columns)


def _root(writer: Writer, value: Value) -> Expression:
    """Return the text of a value of the root, NULL for an object that is not there."""
    return _single(writer, value, None) if isinstance(value, Single) else text_of(_value(writer, value, None))


def _value(writer: Writer, value: Value, row: Row | None) -> Json:
    """Return a value of the plan, read from the row of its parent (None at the root)."""
    match value:
        case Constant() | Given() | Payload():
            return _known(writer, value)
        case Single():
            return or_null(_single(writer, value, row))
        case Several():
            return _several(writer, value, row)
        case Positions() | Representations():
            return _positions(writer, value)
        case Connection():
            return connection(writer, value, row, shape_json)
        case Scalar() | Text() | TagList() | TextList() | Inner() if row is not None:
            return _own(writer, value, row)
        case _:
            message = f"{type(value).__name__} needs a row"
            raise TypeError(message)


def _known(writer: Writer, value: Constant | Given | Payload) -> Json:
    """Return what is known before anything is read: a text, or what a command answers with the objects it names."""
    match value:
        case Constant(text):
            return known(text)
        case Given(answer):
            return (writer.bind(constant(json.dumps(answer))),)
        case Payload(shape):
            return object_of((key, _value(writer, each, None)) for key, each in shape.fields)


def _own(writer: Writer, value: Scalar | Text | TagList | TextList | Inner, row: Row) -> Json:
    """Return a value that the row itself holds."""
    match value:
        case Scalar():
            return _scalar(value, row)
        case Text():
            return _text(writer, value, row)
        case TagList(columns):
            return _languages(writer, columns, row)
        case TextList():
            return _translations(writer, value, row)
        case Inner(shape, present):
            inner = shape_json(writer, shape, row)
            return inner if present is None else or_null(case((present(row), text_of(inner)), else_=None))


def _scalar(value: Scalar, row: Row) -> Json:
    """Return a column in the form that the schema promises."""
    if value.computed is not None:
        return nullable_json(value.computed.expression(row))
    name = value.column or ""
    column = row.text(name)
    match value.form:
        case None:
            return column_json(row, name)
        case Form.NUMBER:
            return nullable_json(raw(f"{column}::float8"))
        case Form.DECIMAL:
            return nullable_json(raw(f"{column}::text"))
        case Form.INSTANT:
            return nullable_json(raw(f"to_char({column} AT TIME ZONE 'UTC', {_INSTANT})"))


def _text(writer: Writer, value: Text, row: Row) -> Json:
    """Return a localised text, or the list of a column of localised texts."""
    if value.chain is None:
        message = f"the text {value.column} has no language"
        raise TypeError(message)
    if not value.is_list:
        return nullable_json(best_text(row, value.column, value.chain))
    name = writer.name()
    each = named(name, f"jsonb_array_elements({row.text(value.column)}) AS {name}", "value")
    best = nullable_json(best_text(each, "value", value.chain))
    return array_of(each, query_of(items(best), Rows(each)))


def _languages(writer: Writer, columns: Sequence[str], row: Row) -> Json:
    """Return the enum names of the languages in which any of the columns has text, in the order of the enum."""
    name, tags = writer.name(), ",".join(f"'{tag.value}'" for tag in Language)
    tag = named(name, f"unnest(ARRAY[{tags}]) WITH ORDINALITY AS {name}(tag, place)", "tag", "place")
    has_text = " OR ".join(f"coalesce(({row.text(column)} ? {tag.text('tag')}), false)" for column in columns)
    language = plain_text(raw(f"upper({tag.text('tag')})"))
    return array_of(tag, query_of(items(language), Rows(tag, conditions=[raw(has_text)])))


def _translations(writer: Writer, value: TextList, row: Row) -> Json:
    """Return every text of the columns as an object of the selected parts, in the order of columns and tags."""
    parts: list[Query] = []
    for position, (column, field) in enumerate(value.columns):
        name = writer.name()
        entry = named(name, f"jsonb_each_text({row.text(column)}) AS {name}", "key", "value")
        listed = f"{position} AS place, '{field}' AS field, {entry.text('key')} AS tag, {entry.text('value')} AS text"
        parts.append(query_of(listed, Rows(entry)))
    texts = writer.rows_of(one_after_the_other(*parts), "place", "field", "tag", "text")
    members = {**{name: texts.text(name) for name in texts.types}, **_tag_parts(texts.text("tag"))}
    each = object_of(
        (key, nullable_json(raw(members[name])) if name in members else known("Translation"))
        for key, name in value.members
    )
    order = [raw(texts.text(name)) for name in ("place", "tag")]
    return array_of(texts, query_of(items(each), Rows(texts), order=order))


def _tag_parts(tag: str) -> dict[str, str]:
    """Return what a tag says: language, register, origin."""
    named_registers = ((each.value, each.name) for each in Register if each.value)
    registers = "".join(f" WHEN ({tag} LIKE '%-{suffix}') THEN '{name}'" for suffix, name in named_registers)
    return {
        "language": f"upper(split_part({tag}, '-', 1))",
        "register": f"CASE{registers} ELSE '{Register.STANDARD.name}' END",
        "origin": f"CASE WHEN ({tag} LIKE '%-t-%') THEN 'MACHINE' ELSE 'HUMAN' END",
    }


def shape_json(writer: Writer, shape: Shape, row: Row) -> Json:
    """Return an object made from a row, null where a row is of none of the types."""
    if isinstance(shape, Object):
        return object_of((key, _value(writer, value, row)) for key, value in shape.fields)
    return or_null(_chosen(writer, shape, row))


def _chosen(writer: Writer, shape: Choice, row: Row) -> Expression:
    """Return the text of the object of the type that a row has, or NULL."""
    sources, keys, kind = dict(shape.sources), dict(shape.keys), row.text(shape.discriminator)
    parts: list[str | Expression] = ["CASE"]
    for value, member in shape.members:
        found = _member(writer, member, sources.get(value), row, keys=keys.get(value, ("id",)))
        parts += f" WHEN ({kind} = '{value}') THEN ", found
    return sql(*parts, " END")


def _member(writer: Writer, member: Object, source: Source | None, row: Row, *, keys: Sequence[str]) -> Expression:
    """Return the text of one possible type: from the row itself, or from the row with the same key in its own table."""
    if source is None:
        return text_of(shape_json(writer, member, row))
    own_row = writer.alias(source.entity.table)
    found = rows(writer, source, own_row).where(or_(*(same(own_row.text(key), row.text(key)) for key in keys)))
    return row_of(query_of(text_of(shape_json(writer, member, own_row)), found))


def _single(writer: Writer, value: Single, parent: Row | None) -> Expression:
    """Return the text of at most one related object, NULL where there is none."""
    require_arguments(writer, value.predicate)
    row = writer.alias(value.source.entity.table)
    found = rows(writer, value.source, row, relation=value.relation, parent=parent, predicate=value.predicate)
    return row_of(query_of(_found(writer, value.shape, row), found, most=1))


def _found(writer: Writer, shape: Shape, row: Row) -> Expression:
    """Return the text of the object made from a row, NULL where the row is of none of the types."""
    return _chosen(writer, shape, row) if isinstance(shape, Choice) else text_of(shape_json(writer, shape, row))


def _several(writer: Writer, value: Several, parent: Row | None) -> Json:
    """Return a plain list of related objects."""
    require_arguments(writer, value.predicate)
    row = writer.alias(value.source.entity.table)
    found = rows(writer, value.source, row, relation=value.relation, parent=parent, predicate=value.predicate)
    order = [raw(row.text(name)) for name in value.order]
    return array_of(row, query_of(items(shape_json(writer, value.shape, row)), found, order=order))


def _positions(writer: Writer, value: Positions | Representations) -> Json:
    """Return the objects of a list of ids or representations, in its order, null where nothing is readable."""
    columns = value.columns if isinstance(value, Representations) else (("id", value.ids),)
    name, names = writer.name(), [name for name, _ in columns]
    arrays: list[str | Expression] = []
    for _, leaf in columns:
        arrays += ", ", writer.bind(leaf)
    origin = sql("unnest(", *arrays[1:], f") WITH ORDINALITY AS {name}({', '.join(names)}, place)")
    given = named(name, origin, *names)
    each = (
        shape_json(writer, value.shape, given) if isinstance(value, Representations) else _by_id(writer, value, given)
    )
    return array_of(given, query_of(items(each), Rows(given)))


def _by_id(writer: Writer, value: Positions, given: Row) -> Json:
    """Return the object with the given id, or null."""
    row = writer.alias(value.source.entity.table)
    found = rows(writer, value.source, row).where(same(row.text("id"), given.text("id")))
    return or_null(row_of(query_of(_found(writer, value.shape, row), found)))
