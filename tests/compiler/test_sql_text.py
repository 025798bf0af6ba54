"""Statements that are put together as text say what is meant, also where SQLAlchemy writes a part of them."""

from sqlalchemy import bindparam, exists, select
from sqlalchemy.types import String

import ilmio_api.domain  # noqa: F401  # maps all tables
from ilmio_api.compiler.sql_text import DIALECT, Expression, Query, Rows, TableRow, query_of, sql, text_in
from ilmio_api.compiler.statement import Writer
from ilmio_api.db.raw import raw
from ilmio_api.domain.areas.models import Area, AreaReach
from ilmio_api.domain.tables import table

AREA = TableRow(table(Area), "a$1")


def written(expression: Expression) -> str:
    """Return an expression as it is sent."""
    return str(expression.compile(dialect=DIALECT))


def test_texts_and_columns_together_are_a_text() -> None:
    assert text_in(sql("upper(", AREA.c.code, ") = 'KU091'")) == "upper(a$1.code) = 'KU091'"


def test_what_is_no_text_stands_between_texts_however_deep_it_lies() -> None:
    code = bindparam("p0", type_=String())

    assert written(sql("(", sql(AREA.c.code, " = ", sql(code)), ")")) == "(a$1.code = $1::VARCHAR)"


def test_a_select_in_a_condition_does_not_name_the_row_again() -> None:
    reach = table(AreaReach)
    is_reached = exists(select(raw("1")).where(reach.c.inner_id == AREA.c.id))

    assert written(query_of("1", Rows(AREA, conditions=[is_reached])).whole) == (
        "SELECT 1 \nFROM area AS a$1 \nWHERE EXISTS (SELECT 1 \nFROM area_reach \nWHERE area_reach.inner_id = a$1.id)"
    )


def test_a_query_that_is_read_twice_stands_once_at_the_beginning() -> None:
    writer = Writer(max_sources=10)
    code = bindparam("p0", type_=String())
    areas = writer.common(query_of(AREA.listed("id"), Rows(AREA, conditions=[AREA.c.code == code])), "id")
    count = sql("(", query_of("count(*)", Rows(areas)).whole, ")")

    assert writer.finish([sql(count, " + ", count, " AS r0")]).sql.startswith(
        "WITH x$1 AS MATERIALIZED \n(SELECT a$1.id AS id \nFROM area AS a$1 \nWHERE a$1.code = $1::VARCHAR)\n"
        " SELECT (SELECT count(*) \nFROM x$1) + (SELECT count(*) \nFROM x$1) AS r0, NULL::boolean[] AS checks, "
    )


def test_common_queries_stand_in_the_order_in_which_they_need_each_other() -> None:
    writer = Writer(max_sources=10)
    first = writer.common(Query(raw("1 AS id"), raw("")), "id")
    second = writer.common(query_of(first.listed("id"), Rows(first)), "id")

    statement = writer.finish([sql("(", query_of(second.text("id"), Rows(second)).whole, ") AS r0")])

    assert statement.sql.startswith(
        "WITH x$1 AS MATERIALIZED \n(SELECT 1 AS id), \n"
        "x$2 AS MATERIALIZED \n(SELECT x$1.id AS id \nFROM x$1)\n SELECT (SELECT x$2.id \nFROM x$2) AS r0, "
    )
