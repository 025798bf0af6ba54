"""Which rows of a table a principal may read, as SQL predicates.

Owns: the row policies; every entity of the schema names one of them.
Does not own: where the predicate is put (`compiler.restrict` puts it on every row source).
"""

from typing import Protocol

from sqlalchemy import ColumnElement, FromClause, Table, exists, select, true

from ilmio_api.access.principals import Principal
from ilmio_api.db.raw import raw


class RowPolicy(Protocol):
    """Given a row source and a principal, the predicate that its readable rows fulfil."""

    def __call__(self, row: FromClause, principal: Principal) -> ColumnElement[bool]:
        """Return the predicate."""
        ...


def published(row: FromClause, principal: Principal) -> ColumnElement[bool]:
    """Allow records that are published, public and not deleted."""
    del principal  # Everybody is anonymous until accounts exist; members will see their organisation's drafts.
    # The bare column, because only this form proves the predicate of the partial indexes to the planner.
    return row.c.is_public


def reference(row: FromClause, principal: Principal) -> ColumnElement[bool]:
    """Allow every row: reference data such as areas and concepts is open."""
    del row, principal
    return true()


def through(column: str, record: Table) -> RowPolicy:
    """Return the policy of a row that belongs to a record: it is readable when the record is.

    Args:
        column: The foreign key of the row.
        record: The table that it points to; its rows follow `published`.
    """

    def policy(row: FromClause, principal: Principal) -> ColumnElement[bool]:
        owner = record.alias()
        return exists(select(raw("1")).where(owner.c.id == row.c[column]).where(published(owner, principal)))

    return policy
