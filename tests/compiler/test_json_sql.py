"""JSON that is put together as text is JSON, whatever the values are."""

import json
import re

import pytest
import sqlalchemy
from sqlalchemy import Enum, Select, select
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.exc import IntegrityError
from tests.oracle.comparison import Question, Witnesses

import ilmio_api.domain  # noqa: F401  # maps all tables
from ilmio_api.compiler.json_sql import Json, array_of, items, known, nullable_json, object_of, plain_text, text_of
from ilmio_api.compiler.sql_text import Rows, TableRow, query_of
from ilmio_api.db.base import Base, is_plain
from ilmio_api.db.pool import ReadPool
from ilmio_api.db.raw import raw
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.areas.models import Area
from ilmio_api.domain.areas.vocabulary import AreaKind
from ilmio_api.domain.tables import table
from ilmio_api.i18n.languages import Language

AREA = TableRow(table(Area), "a$1")


def sql_of(query: Select[tuple[object]]) -> str:
    """Return a query as it is sent."""
    return str(query.compile(dialect=asyncpg.dialect()))  # type: ignore[no-untyped-call]  # it has no annotations


async def read(pool: ReadPool, value: Json) -> object:
    """Return a value as a client reads it."""
    row = await pool.fetch_row(sql_of(select(text_of(value))), [])
    assert row is not None
    return json.loads(row[0])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "quotes \" and ' both",
        "back\\slash \\u0041 \\n",
        "new\nline, tab\t, bell\x07, delete\x7f",
        "äö, 漢字, 🦌, \u2028 \u2029, \u00ad",
        "null",
        '{"a": [1]}',
        "100 % (of) :them $1",
    ],
)
async def test_any_text_comes_back(read_pool: ReadPool, text: str) -> None:
    literal = "'" + text.replace("'", "''") + "'"

    assert await read(read_pool, nullable_json(raw(f"{literal}::text"))) == text
    assert await read(read_pool, known(text)) == text


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("NULL::text", None),
        ("NULL::int", None),
        ("true", True),
        ("false", False),
        ("-7", -7),
        ("9223372036854775807", 9223372036854775807),
        ("0.1::float8", 0.1),
        ("1e300::float8", 1e300),
        ("3.0::float8", 3),
        ("12.50::numeric(14, 2)::text", "12.50"),
        ("date '2024-02-29'", "2024-02-29"),
        ("'{}'::text[]", []),
        ("ARRAY['a\"b', NULL]", ['a"b', None]),
        ("""'{"b": null, "a": "\\u00e4"}'::jsonb""", {"a": "ä", "b": None}),
    ],
)
async def test_values_of_every_type_have_the_form_that_postgresql_gives_them(
    read_pool: ReadPool, sql: str, value: object
) -> None:
    assert await read(read_pool, nullable_json(raw(sql))) == value


async def test_an_object_may_have_more_values_than_a_function_arguments(read_pool: ReadPool) -> None:
    fields = [(f"k{number}", nullable_json(raw(str(number)))) for number in range(250)]

    made = await read(read_pool, object_of([("inner", object_of(fields)), ("empty", object_of([]))]))

    assert made == {"inner": {f"k{number}": number for number in range(250)}, "empty": {}}


async def test_a_list_sorts_before_it_writes(read_pool: ReadPool) -> None:
    of_kind = raw("(SELECT count(*) FROM area AS aa$1 WHERE aa$1.kind = a$1.kind)")
    row = object_of([("code", plain_text(AREA.c.code)), ("ofKind", (of_kind,))])
    query = query_of(items(row), Rows(AREA), order=(AREA.c.code, AREA.c.id), most=1)

    areas = array_of(AREA, query)

    # Not aa$1.kind, and the id, by which it is sorted, only inside.
    assert "FROM (SELECT a$1.code, a$1.kind \nFROM area AS a$1 ORDER BY" in sql_of(select(text_of(areas)))
    assert await read(read_pool, areas) == [{"code": "ELY01", "ofKind": 15}]


async def test_many_fields_are_answered(true: Witnesses) -> None:
    many = " ".join(f"k{number}: synthetic v{number}: version" for number in range(60))
    text = f"{{ pilots(first: 2) {{ nodes {{ {many} period {{ start openEnded }} }} }} }}"

    reply = await true.compiled(Question(text, {}, Language.FI))

    assert reply.refusal is None
    assert await true.difference(Question(text, {}, Language.FI), reply) is None


@pytest.mark.parametrize(
    "text",
    [
        "{ pilots(last: 2) { totalCount } }",
        "{ pilots(last: 0) { totalCount nodes { id } pageInfo { hasPreviousPage startCursor } } }",
        "{ pilots(first: 2) { pageInfo { hasPreviousPage } } }",
        "{ pilots(first: 0) { edges { cursor } pageInfo { hasNextPage endCursor } } }",
        '{ pilots(filter: {slugs: ["none"]}) { nodes { id } edges { node { id } } pageInfo { endCursor } } }',
        '{ pilots(filter: {slugs: ["none"]}) { nodes { id areas { nodes { code } } } } }',
    ],
)
async def test_pages_of_which_little_is_asked_or_found_are_whole(true: Witnesses, text: str) -> None:
    reply = await true.compiled(Question(text, {}, Language.FI))

    assert reply.refusal is None
    assert await true.difference(Question(text, {}, Language.FI), reply) is None


def test_no_name_of_a_vocabulary_needs_an_escape_and_checks_let_no_other_in() -> None:
    types = [each.type for table in Base.metadata.tables.values() for each in table.c if isinstance(each.type, Enum)]

    assert {name for each in types for name in each.enums if re.fullmatch("[A-Za-z0-9_]+", name) is None} == set()
    assert [each.name for each in types if not each.create_constraint or each.native_enum] == []


@pytest.mark.parametrize("code", ['KU"91', "KU\\91", "KU\n91", "KU 91", ""])
async def test_a_plain_text_with_anything_that_json_would_escape_is_refused(
    write_session: WriteSession, code: str
) -> None:
    write_session.add(Area(id="area_x", code=code, kind=AreaKind.MUNICIPALITY, name={"fi": "Kunta"}))

    with pytest.raises(IntegrityError, match="ck_area_code_is_plain"):
        await write_session.flush()


async def test_every_plain_text_has_its_check(write_session: WriteSession) -> None:
    marked = {
        f"ck_{table.name}_{each.name}_is_plain"
        for table in Base.metadata.tables.values()
        for each in table.c
        if is_plain(each)
    }
    found = await write_session.scalars(
        sqlalchemy.text("SELECT conname FROM pg_constraint WHERE conname LIKE '%_is_plain'")
    )

    assert set(found) == marked
    assert {"ck_initiative_id_is_plain", "ck_initiative_slug_is_plain", "ck_area_code_is_plain"} <= marked
