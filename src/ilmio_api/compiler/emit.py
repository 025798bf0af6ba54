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
from typing import Any

from sqlalchemy import FromClause, Select, case, func, or_, select

from ilmio_api.compiler.conditions import require_arguments, rows
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
from ilmio_api.compiler.sql_text import Rows, query_of, row_of, sql
from ilmio_api.compiler.statement import Expression, Statement, Writer, column_text
from ilmio_api.compiler.values import constant
from ilmio_api.db.raw import raw
from ilmio_api.i18n.languages import Language, Register

_INSTANT = """'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'"""


def emit(plan: Plan, max_sources: int) -> Statement:
    """Return the statement of a plan; constants of the root need no column."""
    writer = Writer(max_sources)
    columns = [
        sql("convert_to(", _root(writer, value), ", 'UTF8')").label(f"r{position}")
        for position, (_, value) in enumerate(plan.fields)
        if needs_column(value)
    ]
    return writer.finish(columns)


def _root(writer: Writer, value: Value) -> Expression:
    """Return the text of a value of the root, NULL for an object that is not there."""
    return _single(writer, value, None) if isinstance(value, Single) else text_of(_value(writer, value, None))


def _value(writer: Writer, value: Value, row: FromClause | None) -> Json:
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


def _own(writer: Writer, value: Scalar | Text | TagList | TextList | Inner, row: FromClause) -> Json:
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


def _scalar(value: Scalar, row: FromClause) -> Json:
    """Return a column in the form that the schema promises."""
    if value.computed is not None:
        return nullable_json(value.computed.expression(row))
    name = value.column or ""
    column = column_text(row, name)
    match value.form:
        case None:
            return column_json(row, name)
        case Form.NUMBER:
            return nullable_json(raw(f"{column}::float8"))
        case Form.DECIMAL:
            return nullable_json(raw(f"{column}::text"))
        case Form.INSTANT:
            return nullable_json(raw(f"to_char({column} AT TIME ZONE 'UTC', {_INSTANT})"))


def _text(writer: Writer, value: Text, row: FromClause) -> Json:
    """Return a localised text, or the list of a column of localised texts."""
    if value.chain is None:
        message = f"the text {value.column} has no language"
        raise TypeError(message)
    if not value.is_list:
        return nullable_json(best_text(row, value.column, value.chain))
    each = func.jsonb_array_elements(row.c[value.column]).table_valued("value", name=writer.name())
    best = nullable_json(best_text(each, "value", value.chain))
    return array_of(each, query_of(items(best), Rows(each)))


def _languages(writer: Writer, columns: Sequence[str], row: FromClause) -> Json:
    """Return the enum names of the languages in which any of the columns has text, in the order of the enum."""
    tags = func.unnest(raw("ARRAY[" + ",".join(f"'{tag.value}'" for tag in Language) + "]"))
    tag = tags.table_valued("tag", with_ordinality="place").render_derived(name=writer.name())
    has_text = [row.c[column].has_key(tag.c.tag) for column in columns]
    name = plain_text(func.upper(tag.c.tag))
    return array_of(tag, query_of(items(name), Rows(tag, conditions=[_any(has_text)])))


def _any(conditions: Sequence[Expression]) -> Expression:
    """Return whether any condition holds, unknown ones counting as false."""
    result: Expression = func.coalesce(conditions[0], raw("false"))
    for each in conditions[1:]:
        result = result | func.coalesce(each, raw("false"))
    return result


def _translations(writer: Writer, value: TextList, row: FromClause) -> Json:
    """Return every text of the columns as an object of the selected parts, in the order of columns and tags."""
    parts: list[Select[Any]] = []
    for position, (column, field) in enumerate(value.columns):
        entry = func.jsonb_each_text(row.c[column]).table_valued("key", "value", name=writer.name())
        parts.append(
            select(
                raw(str(position)).label("place"),
                raw(f"'{field}'").label("field"),
                entry.c.key.label("tag"),
                entry.c.value.label("text"),
            )
            .select_from(entry)
            .correlate_except(entry)
        )
    texts = (parts[0].union_all(*parts[1:]) if len(parts) > 1 else parts[0]).subquery(writer.name())
    members = {"field": texts.c.field, "tag": texts.c.tag, "text": texts.c.text, **_tag_parts(texts.c.tag)}
    each = object_of(
        (key, nullable_json(members[name]) if name in members else known("Translation")) for key, name in value.members
    )
    return array_of(texts, query_of(items(each), Rows(texts), order=(texts.c.place, texts.c.tag)))


def _tag_parts(tag: Expression) -> dict[str, Expression]:
    """Return what a tag says: language, register, origin."""
    language = func.upper(func.split_part(tag, raw("'-'"), raw("1")))
    register = case(
        *((tag.like(raw(f"'%-{known.value}'")), raw(f"'{known.name}'")) for known in Register if known.value),
        else_=raw(f"'{Register.STANDARD.name}'"),
    )
    origin = case((tag.like(raw("'%-t-%'")), raw("'MACHINE'")), else_=raw("'HUMAN'"))
    return {"language": language, "register": register, "origin": origin}


def shape_json(writer: Writer, shape: Shape, row: FromClause) -> Json:
    """Return an object made from a row, null where a row is of none of the types."""
    if isinstance(shape, Object):
        return object_of((key, _value(writer, value, row)) for key, value in shape.fields)
    return or_null(_chosen(writer, shape, row))


def _chosen(writer: Writer, shape: Choice, row: FromClause) -> Expression:
    """Return the text of the object of the type that a row has, or NULL."""
    sources, keys = dict(shape.sources), dict(shape.keys)
    return case(
        *(
            (
                row.c[shape.discriminator] == raw(f"'{value}'"),
                _member(writer, member, sources.get(value), row, keys=keys.get(value, ("id",))),
            )
            for value, member in shape.members
        ),
        else_=None,
    )


def _member(
    writer: Writer, member: Object, source: Source | None, row: FromClause, *, keys: Sequence[str]
) -> Expression:
    """Return the text of one possible type: from the row itself, or from the row with the same key in its own table."""
    if source is None:
        return text_of(shape_json(writer, member, row))
    own_row = writer.alias(source.entity.table)
    found = rows(writer, source, own_row).where(or_(*(own_row.c[key] == row.c[key] for key in keys)))
    return row_of(query_of(text_of(shape_json(writer, member, own_row)), found))


def _single(writer: Writer, value: Single, parent: FromClause | None) -> Expression:
    """Return the text of at most one related object, NULL where there is none."""
    require_arguments(writer, value.predicate)
    row = writer.alias(value.source.entity.table)
    found = rows(writer, value.source, row, relation=value.relation, parent=parent, predicate=value.predicate)
    return row_of(query_of(_found(writer, value.shape, row), found, most=1))


def _found(writer: Writer, shape: Shape, row: FromClause) -> Expression:
    """Return the text of the object made from a row, NULL where the row is of none of the types."""
    return _chosen(writer, shape, row) if isinstance(shape, Choice) else text_of(shape_json(writer, shape, row))


def _several(writer: Writer, value: Several, parent: FromClause | None) -> Json:
    """Return a plain list of related objects."""
    require_arguments(writer, value.predicate)
    row = writer.alias(value.source.entity.table)
    found = rows(writer, value.source, row, relation=value.relation, parent=parent, predicate=value.predicate)
    order = [row.c[name] for name in value.order]
    return array_of(row, query_of(items(shape_json(writer, value.shape, row)), found, order=order))


def _positions(writer: Writer, value: Positions | Representations) -> Json:
    """Return the objects of a list of ids or representations, in its order, null where nothing is readable."""
    columns = value.columns if isinstance(value, Representations) else (("id", value.ids),)
    given = (
        func.unnest(*(writer.bind(leaf) for _, leaf in columns))
        .table_valued(*(name for name, _ in columns), with_ordinality="place")
        .render_derived(name=writer.name())
    )
    each = (
        shape_json(writer, value.shape, given) if isinstance(value, Representations) else _by_id(writer, value, given)
    )
    return array_of(given, query_of(items(each), Rows(given)))


def _by_id(writer: Writer, value: Positions, given: FromClause) -> Json:
    """Return the object with the given id, or null."""
    row = writer.alias(value.source.entity.table)
    found = rows(writer, value.source, row).where(row.c.id == given.c.id)
    return or_null(row_of(query_of(_found(writer, value.shape, row), found)))
