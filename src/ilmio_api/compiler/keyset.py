"""Places in a list as SQL: the order of a page and the rows beyond its cursors.

Owns: order keys, keyset conditions, the columns in which a place is found.
Does not own: where the rows come from (`compiler.emit_connection`, `compiler.linked_pages`).

Cursor positions are row comparisons `(key, id) > (…)`, which an index on (key, id) answers directly. Order keys are
never NULL by declaration, so no other case exists.
"""

from ilmio_api.compiler.plan import Page
from ilmio_api.compiler.sql_text import Expression, Query, Row, Rows, query_of, sql
from ilmio_api.compiler.statement import Writer

PLACE = ("key", "id")
"""Columns that tell the place of a row that was found: its order key, and its identifier."""


def place_of(found: Row) -> tuple[str, str]:
    """Return the columns that tell the place of a row that was found."""
    return found.text("key"), found.text("id")


def places_of(found: Row) -> Query:
    """Return the places of rows that were found."""
    return query_of(found.listed(*PLACE), Rows(found))


def order_key(writer: Writer, page: Page, row: Row) -> Expression:
    """Return the expression by which the page is ordered."""
    return page.key.expression(row, [writer.bind(leaf) for leaf in page.key_leaves])


def in_order(page: Page, key: str | Expression, identifier: str | Expression) -> tuple[Expression, Expression]:
    """Return the order in which the page is read: from the end of the list when it is a last page."""
    direction = " DESC" if page.descending != page.backwards else ""
    return sql(key, direction), sql(identifier, direction)


def not_beyond(page: Page, here: tuple[str, str], end: tuple[str, str]) -> Expression:
    """Return the condition that the place `here` is not behind the place `end` in the order in which a page is read."""
    sign = ">=" if page.descending != page.backwards else "<="
    return sql(f"({here[0]}, {here[1]}) {sign} ({end[0]}, {end[1]})")


def between_cursors(
    writer: Writer, page: Page, key: str | Expression, identifier: str | Expression
) -> list[Expression]:
    """Return the conditions that a row lies on the inner sides of the cursors of the page."""
    conditions: list[Expression] = []
    for position, greater in ((page.after, not page.descending), (page.before, page.descending)):
        if position is None:
            continue
        there = writer.bind(position.map(lambda pair: pair[0])), writer.bind(position.map(lambda pair: pair[1]))
        typed = sql("CAST(", there[0], f" AS TEXT) :: {page.key.type.value}")
        sign = ">" if greater else "<"
        conditions.append(sql("(", key, ", ", identifier, f") {sign} (", typed, ", ", there[1], ")"))
    return conditions
