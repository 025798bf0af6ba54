"""How one record is looked up.

Owns: the key inputs and what they demand.
Does not own: the root fields (`schema.query`).
"""

from typing import cast

import sqlalchemy as sa
import strawberry

from ilmio_api.compiler.declare import Arguments
from ilmio_api.compiler.predicates import Predicate, Test
from ilmio_api.compiler.values import Leaf, Tree
from ilmio_api.domain.provenance.models import ExternalId
from ilmio_api.domain.provenance.vocabulary import ExternalIdScheme
from ilmio_api.domain.tables import table


@strawberry.input(description="What another register calls a record.")
class ExternalIdKey:
    """See the description."""

    scheme: ExternalIdScheme = strawberry.field(description="The register.")
    value: str = strawberry.field(description="The identifier there, exactly as it writes it.")


@strawberry.input(one_of=True, description="One way to say which record is meant.")
class RecordKey:
    """See the description."""

    id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="By global identifier.")
    slug: str | None = strawberry.field(default=strawberry.UNSET, description="By slug.")
    external_id: ExternalIdKey | None = strawberry.field(
        default=strawberry.UNSET, description="By the identifier in another register."
    )


@strawberry.input(one_of=True, description="One way to say which organisation is meant.")
class OrganisationKey:
    """See the description."""

    id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="By global identifier.")
    slug: str | None = strawberry.field(default=strawberry.UNSET, description="By slug.")
    external_id: ExternalIdKey | None = strawberry.field(
        default=strawberry.UNSET, description="By the identifier in another register."
    )
    business_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="By Finnish business id (Y-tunnus): seven digits, hyphen, check digit."
    )


def by_key(arguments: Arguments) -> Predicate:
    """Demand the record that the argument `by` names."""
    (name, given), *_ = cast("dict[str, Tree]", arguments["by"]).items()
    if isinstance(given, dict):
        return _by_external_id(given)
    column = {"businessId": "business_id"}.get(name, name)
    return Test(lambda row, binds: row.c[column] == binds[0], (cast("Leaf", given),))


def by_id(arguments: Arguments) -> Predicate:
    """Demand the record with the identifier in the argument `id`."""
    return Test(lambda row, binds: row.c.id == binds[0], (cast("Leaf", arguments["id"]),))


def _by_external_id(given: dict[str, Tree]) -> Predicate:
    """Demand the record that another register calls so."""
    leaves = (cast("Leaf", given["scheme"]), cast("Leaf", given["value"]))
    external_id = table(ExternalId)

    def expression(row: sa.FromClause, binds: list[sa.ColumnElement[str]]) -> sa.ColumnElement[bool]:
        scheme, value = binds
        found = sa.select(external_id.c.record_id).where(external_id.c.scheme == scheme, external_id.c.value == value)
        return row.c.id.in_(found)

    return Test(expression, leaves)  # type: ignore[arg-type]  # a list is a sequence
