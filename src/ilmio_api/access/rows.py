"""Which rows of a table a principal may read, as SQL predicates.

Owns: the row policies; every entity of the schema names one of them.
Does not own: where the predicate is put (`compiler.restrict` puts it on every row source), the second wall, which is
row-level security on the private tables (`alembic`).

What is known of the caller reaches a predicate as a bind parameter, so callers with the same kind of rights share one
statement. An organisation in which the caller has no right is compared with an empty list, which matches nothing.
"""

from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Table,
    and_,
    bindparam,
    case,
    exists,
    false,
    null,
    or_,
    select,
    table,
    true,
)
from sqlalchemy import column as sql_column
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
        # The bare column, which an index holds: counting needs to look at nothing else.
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
    # An alias copies every column of its table, and only these are looked at.
    looked_at = (record.c[name] for name in ("id", "is_public", "owner_id", "deleted_at"))
    lean = table(record.name, *(sql_column(each.name, each.type) for each in looked_at))

    def policy(row: FromClause, principal: Principal) -> ColumnElement[bool]:
        owner = lean.alias()
        return exists(select(raw("1")).where(owner.c.id == row.c[column]).where(published(owner, principal)))

    return policy


def within(
    scope: Scope, column: str = "organisation_id", *, person: str | None = None, elevated: bool = False
) -> RowPolicy:
    """Return the policy of rows of an organisation: readable with the scope in that organisation.

    Args:
        scope: The scope that is needed.
        column: The column that names the organisation.
        person: The column that names the person whom the row is about, who may read it too.
        elevated: Whether an administrator of the platform may read them, having said why; never personal data.
    """

    def policy(row: FromClause, principal: Principal) -> ColumnElement[bool]:
        if principal.policy_key == "anonymous":
            return false()
        allowed = [_organisation_in(row.c[column], scope)]
        if person:
            allowed.append(row.c[person] == _claim("person", Text()))
        if elevated:
            allowed.append(_claim("elevated", Boolean()))
        return or_(*allowed)

    return policy


def own(column: str = "account_id") -> RowPolicy:
    """Return the policy of rows that belong to a person: readable by that person only, through no program."""
    return _of_claim("person", column)


def oneself() -> RowPolicy:
    """Return the policy of a person's own account: readable by that person, and by programs with `profile`."""
    return _of_claim("account", "id")


def _of_claim(claim: str, column: str) -> RowPolicy:
    """Return the policy of rows whose column is a claim."""

    def policy(row: FromClause, principal: Principal) -> ColumnElement[bool]:
        if principal.policy_key == "anonymous":
            return false()
        return row.c[column] == _claim(claim, Text())

    return policy


def if_email_is_shared(row: FromClause) -> ColumnElement[Any]:
    """Return the e-mail address of a person's own account, null for programs without the scope `email`."""
    address: ColumnElement[Any] = case((_claim("email", Boolean()), row.c.email), else_=null())
    return address


def any_of(*policies: RowPolicy) -> RowPolicy:
    """Return the policy of rows that are readable by one of the policies."""

    def policy(row: FromClause, principal: Principal) -> ColumnElement[bool]:
        return or_(*(each(row, principal) for each in policies))

    return policy


def colleague(membership: Table) -> RowPolicy:
    """Return the policy of persons: readable by themselves and by the members of the same organisations."""

    def policy(row: FromClause, principal: Principal) -> ColumnElement[bool]:
        if principal.policy_key == "anonymous":
            return false()
        shared = membership.alias()
        member = exists(
            select(raw("1"))
            .where(shared.c.account_id == row.c.id)
            .where(_organisation_in(shared.c.organisation_id, Scope.ORGANISATION_READ))
        )
        return or_(row.c.id == _claim("person", Text()), member)

    return policy


def known_client(grant: Table, consent: Table) -> RowPolicy:
    """Return the policy of API clients: readable by their organisation, where they act, and by all when listed.

    Args:
        grant: What organisations have granted to clients.
        consent: What people have consented to.
    """

    def policy(row: FromClause, principal: Principal) -> ColumnElement[bool]:
        if principal.policy_key == "anonymous":
            return false()
        granted, consented = grant.alias(), consent.alias()
        acting = [
            exists(select(raw("1")).where(granted.c.client_id == row.c.id).where(_MANAGED(granted, principal))),
            exists(select(raw("1")).where(consented.c.client_id == row.c.id).where(own()(consented, principal))),
        ]
        listed = and_(row.c.is_listed, row.c.deleted_at.is_(None))
        return or_(listed, _MANAGED(row, principal), *acting)

    return policy


def if_managed(column: str) -> Callable[[FromClause], ColumnElement[Any]]:
    """Return a column of API clients that only those see who see the account of its organisation; null for others."""

    def value(row: FromClause) -> ColumnElement[Any]:
        owner = row.c.organisation_id
        seen = or_(
            _organisation_in(owner, Scope.ORGANISATION_READ),
            _organisation_in(owner, Scope.CLIENTS),
            _claim("elevated", Boolean()),
        )
        return case((seen, row.c[column]), else_=null())

    return value


_MANAGED = any_of(within(Scope.ORGANISATION_READ, elevated=True), within(Scope.CLIENTS))


def _organisation_in(column: ColumnElement[str], scope: Scope) -> ColumnElement[bool]:
    """Return whether an organisation is one in which the caller has the scope."""
    return column == _claim(scope.name.lower(), ARRAY(Text())).any_()


def _claim(name: str, type_: TypeEngine[Any]) -> BindParameter[Any]:
    """Return the bind parameter of a claim."""
    return bindparam(f"{CLAIM}{name}", type_=type_)
