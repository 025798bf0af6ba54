"""Which rows of a table a principal may read, as SQL predicates.

Owns: the row policies; every entity of the schema names one of them.
Does not own: where the predicate is put (`compiler.restrict` puts it on every row source), the second wall, which is
row-level security on the private tables (`alembic`).

What is known of the caller reaches a predicate as a bind parameter, so callers with the same kind of rights share one
statement. An organisation in which the caller has no right is compared with an empty list, which matches nothing.
"""

from typing import Any, Protocol

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Table,
    and_,
    bindparam,
    exists,
    false,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Boolean, Text, TypeEngine

from ilmio_api.access.principals import Principal
from ilmio_api.access.scopes import Scope
from ilmio_api.db.raw import raw

CLAIM = "claim_"
"""How the names of bind parameters begin whose values are claims of the principal."""


class RowPolicy(Protocol):
    """Given a row source and a principal, the predicate that its readable rows fulfil."""

    def __call__(self, row: FromClause, principal: Principal) -> ColumnElement[bool]:
        """Return the predicate."""
        ...


def published(row: FromClause, principal: Principal) -> ColumnElement[bool]:
    """Allow records that are published, public and not deleted, and to members those of their organisations."""
    if principal.policy_key == "anonymous":
        # The bare column, because only this form proves the predicate of the partial indexes to the planner.
        return row.c.is_public
    return or_(row.c.is_public, and_(_organisation_in(row.c.owner_id, Scope.DRAFTS_READ), row.c.deleted_at.is_(None)))


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


def within(scope: Scope, column: str = "organisation_id", *, elevated: bool = False) -> RowPolicy:
    """Return the policy of rows of an organisation: readable with the scope in that organisation.

    Args:
        scope: The scope that is needed.
        column: The column that names the organisation.
        elevated: Whether an administrator of the platform may read them too, having said why; never personal data.
    """

    def policy(row: FromClause, principal: Principal) -> ColumnElement[bool]:
        if principal.policy_key == "anonymous":
            return false()
        allowed = _organisation_in(row.c[column], scope)
        return or_(allowed, _claim("elevated", Boolean())) if elevated else allowed

    return policy


def own(column: str = "account_id") -> RowPolicy:
    """Return the policy of rows that belong to a person: readable by that person only."""

    def policy(row: FromClause, principal: Principal) -> ColumnElement[bool]:
        if principal.policy_key == "anonymous":
            return false()
        return row.c[column] == _claim("account", Text())

    return policy


def _organisation_in(column: ColumnElement[str], scope: Scope) -> ColumnElement[bool]:
    """Return whether an organisation is one in which the caller has the scope."""
    return column == _claim(scope.name.lower(), ARRAY(Text())).any_()


def _claim(name: str, type_: TypeEngine[Any]) -> BindParameter[Any]:
    """Return the bind parameter of a claim."""
    return bindparam(f"{CLAIM}{name}", type_=type_)
