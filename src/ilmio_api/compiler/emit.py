"""The last step of the pipeline: a plan becomes one SQL statement.

Owns: values, objects, choices and related objects as SQL.
Does not own: conditions (`compiler.conditions`), pages of lists (`compiler.emit_connection`).

To-many relations are correlated scalar subqueries that aggregate a derived table, to-one relations are scalar
subqueries over one row. Never LATERAL: the planner may pull it up and build JSON for rows that nobody asked for, and
planning time grows steeply with the number of relations. `row_to_json` and `json_agg` over derived rows keep the
order of the response keys and write compact JSON; `jsonb` would sort the keys.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import FromClause, Select, case, cast, func, or_, select
from sqlalchemy.types import JSON, Double
from sqlalchemy.types import Text as TextType

from ilmio_api.compiler.conditions import require_arguments, rows
from ilmio_api.compiler.declare import Form, Source
from ilmio_api.compiler.emit_connection import connection
from ilmio_api.compiler.json_sql import (
    EMPTY_ARRAY,
    is_long,
    is_plain,
    json_array,
    json_object,
    json_row,
    named,
    quoted,
)
from ilmio_api.compiler.localise import best_text
from ilmio_api.compiler.plan import (
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
from ilmio_api.compiler.statement import Expression, Statement, Writer, column_text
from ilmio_api.compiler.values import constant
from ilmio_api.db.raw import raw
from ilmio_api.i18n.languages import Language, Register


def emit(plan: Plan, max_sources: int) -> Statement:
    """Return the statement of a plan; constants of the root need no column."""
    writer = Writer(max_sources)
    columns = [
        _value(writer, value, None).label(f"r{position}")
        for position, (_, value) in enumerate(plan.fields)
        if needs_column(value)
    ]
    return writer.finish(columns)


def _value(writer: Writer, value: Value, row: FromClause | None) -> Expression:
    """Return a value of the plan as an expression on the row of its parent (None at the root)."""
    match value:
        case Constant() | Given() | Payload():
            return _known(writer, value)
        case Single():
            return _single(writer, value, row)
        case Several():
            return _several(writer, value, row)
        case Positions() | Representations():
            return _positions(writer, value)
        case Connection():
            return connection(writer, value, row, shape_columns, shape_json)
        case Scalar() | Text() | TagList() | TextList() | Inner() if row is not None:
            return _own(writer, value, row)
        case _:
            message = f"{type(value).__name__} needs a row"
            raise TypeError(message)


def _known(writer: Writer, value: Constant | Given | Payload) -> Expression:
    """Return what is known before anything is read: a text, or what a command answers with the objects it names."""
    match value:
        case Constant(text):
            return quoted(text)
        case Given(known):
            return cast(writer.bind(constant(json.dumps(known))), JSON())
        case Payload(shape):
            return json_object(writer, [(key, _value(writer, each, None)) for key, each in shape.fields])


def _own(writer: Writer, value: Scalar | Text | TagList | TextList | Inner, row: FromClause) -> Expression:
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
            return inner if present is None else case((present(row), inner), else_=None)


def _scalar(value: Scalar, row: FromClause) -> Expression:
    """Return a column in the form that the schema promises."""
    if value.computed is not None:
        return value.computed.expression(row)
    column = row.c[value.column or ""]
    match value.form:
        case Form.NUMBER:
            return cast(column, Double())
        case Form.DECIMAL:
            return cast(column, TextType())
        case Form.INSTANT:
            utc = column.op("AT TIME ZONE")(raw("'UTC'"))
            return func.to_char(utc, raw('\'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\''))
        case None:
            return raw(column_text(row, column.name))


def _text(writer: Writer, value: Text, row: FromClause) -> Expression:
    """Return a localised text, or the list of a column of localised texts."""
    if value.chain is None:
        message = f"the text {value.column} has no language"
        raise TypeError(message)
    if not value.is_list:
        return best_text(row, value.column, value.chain)
    item = func.jsonb_array_elements(row.c[value.column]).table_valued("value", name=writer.name())
    texts = select(func.json_agg(best_text(item, "value", value.chain))).select_from(item).correlate_except(item)
    return func.coalesce(texts.scalar_subquery(), EMPTY_ARRAY)


def _languages(writer: Writer, columns: Sequence[str], row: FromClause) -> Expression:
    """Return the enum names of the languages in which any of the columns has text, in the order of the enum."""
    known = func.unnest(raw("ARRAY[" + ",".join(f"'{tag.value}'" for tag in Language) + "]"))
    tag = known.table_valued("tag", with_ordinality="place", name=writer.name()).render_derived()
    has_text = [row.c[column].has_key(tag.c.tag) for column in columns]
    found = select(func.json_agg(func.upper(tag.c.tag))).select_from(tag).where(_any(has_text)).correlate_except(tag)
    return func.coalesce(found.scalar_subquery(), EMPTY_ARRAY)


def _any(conditions: Sequence[Expression]) -> Expression:
    """Return whether any condition holds, unknown ones counting as false."""
    result: Expression = func.coalesce(conditions[0], raw("false"))
    for each in conditions[1:]:
        result = result | func.coalesce(each, raw("false"))
    return result


def _translations(writer: Writer, value: TextList, row: FromClause) -> Expression:
    """Return every text of the columns as an object of the selected parts, in the order of columns and tags."""
    parts: list[Select[Any]] = []
    for position, (column, field) in enumerate(value.columns):
        entry = func.jsonb_each_text(row.c[column]).table_valued("key", "value", name=writer.name())
        parts.append(
            select(
                raw(str(position)).label("place"),
                quoted(field).label("field"),
                entry.c.key.label("tag"),
                entry.c.value.label("text"),
            )
            .select_from(entry)
            .correlate_except(entry)
        )
    texts = (parts[0].union_all(*parts[1:]) if len(parts) > 1 else parts[0]).subquery(writer.name())
    members = {"field": texts.c.field, "tag": texts.c.tag, "text": texts.c.text, **_tag_parts(texts.c.tag)}
    columns = [(key, members.get(name, quoted("Translation"))) for key, name in value.members]
    whole = any(is_long(key) for key, _ in columns)
    selected = [json_object(writer, columns).label("node")] if whole else named(columns)
    ordered = select(*selected).select_from(texts).order_by(texts.c.place, texts.c.tag)
    return json_array(writer, ordered, of_column="node" if whole else None)


def _tag_parts(tag: Expression) -> dict[str, Expression]:
    """Return what a tag says: language, register, origin."""
    language = func.upper(func.split_part(tag, raw("'-'"), raw("1")))
    register = case(
        *((tag.like(raw(f"'%-{known.value}'")), quoted(known.name)) for known in Register if known.value),
        else_=quoted(Register.STANDARD.name),
    )
    origin = case((tag.like(raw("'%-t-%'")), quoted("MACHINE")), else_=quoted("HUMAN"))
    return {"language": language, "register": register, "origin": origin}


def shape_json(writer: Writer, shape: Shape, row: FromClause) -> Expression:
    """Return the JSON of an object made from a row."""
    if isinstance(shape, Object):
        columns = [(key, _value(writer, value, row)) for key, value in shape.fields]
        return json_object(writer, columns)
    sources, keys = dict(shape.sources), dict(shape.keys)
    return case(
        *(
            (
                row.c[shape.discriminator] == quoted(value),
                _member(writer, member, sources.get(value), row, keys=keys.get(value, ("id",))),
            )
            for value, member in shape.members
        ),
        else_=None,
    )


def _member(
    writer: Writer, member: Object, source: Source | None, row: FromClause, *, keys: Sequence[str]
) -> Expression:
    """Return the JSON of one possible type: from the row itself, or from the row with the same key in its own table."""
    if source is None:
        return shape_json(writer, member, row)
    own_row = writer.alias(source.entity.table)
    _, conditions, own = rows(writer, source, own_row)
    conditions.append(or_(*(own_row.c[key] == row.c[key] for key in keys)))
    return _row_json(writer, member, own_row, select(raw("1")).where(*conditions).correlate_except(*own))


def _row_json(writer: Writer, shape: Shape, row: FromClause, query: Select[Any]) -> Expression:
    """Return the JSON of the one row that the query finds, or NULL."""
    if is_plain(shape):
        return json_row(writer, query.with_only_columns(*shape_columns(writer, shape, row)).select_from(row))
    return query.with_only_columns(shape_json(writer, shape, row)).select_from(row).scalar_subquery()


def _single(writer: Writer, value: Single, parent: FromClause | None) -> Expression:
    """Return at most one related object."""
    require_arguments(writer, value.predicate)
    row = writer.alias(value.source.entity.table)
    from_, conditions, own = rows(
        writer, value.source, row, relation=value.relation, parent=parent, predicate=value.predicate
    )
    query = select(raw("1")).select_from(from_).where(*conditions).limit(raw("1"))
    return _row_json(writer, value.shape, row, query.correlate_except(*own))


def _several(writer: Writer, value: Several, parent: FromClause | None) -> Expression:
    """Return a plain list of related objects."""
    require_arguments(writer, value.predicate)
    row = writer.alias(value.source.entity.table)
    from_, conditions, own = rows(
        writer, value.source, row, relation=value.relation, parent=parent, predicate=value.predicate
    )
    query = select(*shape_columns(writer, value.shape, row)).select_from(from_).where(*conditions)
    ordered = query.order_by(*(row.c[name] for name in value.order)).correlate_except(*own)
    return json_array(writer, ordered, of_column=None if is_plain(value.shape) else "node")


def shape_columns(writer: Writer, shape: Shape, row: FromClause) -> list[Expression]:
    """Return the columns of a derived row: the fields of a plain object, else its finished JSON as `node`."""
    if is_plain(shape):
        return named([(key, _value(writer, value, row)) for key, value in shape.fields])
    return [shape_json(writer, shape, row).label("node")]


def _positions(writer: Writer, value: Positions | Representations) -> Expression:
    """Return the objects of a list of ids or representations, in its order, null where nothing is readable."""
    columns = value.columns if isinstance(value, Representations) else (("id", value.ids),)
    given = (
        func.unnest(*(writer.bind(leaf) for _, leaf in columns))
        .table_valued(*(name for name, _ in columns), with_ordinality="place", name=writer.name())
        .render_derived()
    )
    node = (
        shape_json(writer, value.shape, given) if isinstance(value, Representations) else _by_id(writer, value, given)
    )
    items = select(func.coalesce(func.json_agg(node), EMPTY_ARRAY)).select_from(given)
    return items.correlate_except(given).scalar_subquery()


def _by_id(writer: Writer, value: Positions, given: FromClause) -> Expression:
    """Return the object with the given id."""
    row = writer.alias(value.source.entity.table)
    _, conditions, own = rows(writer, value.source, row)
    query = select(raw("1")).where(*conditions, row.c.id == given.c.id).correlate_except(*own)
    return _row_json(writer, value.shape, row, query)
