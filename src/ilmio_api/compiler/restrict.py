"""The step of the pipeline that decides which rows a principal may read.

Owns: putting the row policy of its entity on every row source of a plan, wherever it stands: lists, lookups,
relations and the tables that they pass through, filters, counts, members of a choice.
Does not own: the policies (`access.rows`).
"""

from dataclasses import replace
from functools import partial

from sqlalchemy import ColumnElement, FromClause

from ilmio_api.access.principals import Principal
from ilmio_api.compiler.declare import Source
from ilmio_api.compiler.plan import Plan, rewrite


def restrict(plan: Plan, principal: Principal) -> Plan:
    """Return the plan that reads only what the principal may."""

    def change(node: object) -> object:
        if isinstance(node, Source):
            return replace(node, visible=partial(node.entity.policy, principal=principal))
        return node

    return rewrite(plan, change)


def readable(source: Source, row: FromClause) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions under which a row of the source may be read.

    Raises:
        PermissionError: The plan has not been restricted. A fault of ours: failing here, no kind of node can be
        forgotten.
    """
    if source.visible is None:
        message = f"rows of {source.entity.table.name} have no policy"
        raise PermissionError(message)
    base = source.entity.base
    return (source.visible(row), *((base(row),) if base else ()))
