"""The declarative base of all tables and the column types that they share.

Owns: naming of constraints, localised text, enumerations stored as text, identifiers.
Does not own: any table (`domain`) or connection (`db.session`, `db.pool`).
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final, TypeAlias

from sqlalchemy import CheckConstraint, ColumnElement, Enum, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

LocalizedText: TypeAlias = dict[str, str]
"""Texts by BCP 47 tag: `{"fi": "Koulupudokkuus", "en": "School dropout", "fi-simple": "…"}`."""

Identifier = Annotated[str, mapped_column(Text(collation="C"))]
"""A TypeID. Collation "C" compares bytes, which is the order of the encoded UUIDs."""

PLAIN: Final = {"plain": True}
"""The `info` of a text column that has no character which JSON escapes; a CHECK sees to it."""

PrimaryKey = Annotated[str, mapped_column(Text(collation="C"), primary_key=True, info=PLAIN)]
"""The identifier of a row."""

Localized = Annotated[LocalizedText, mapped_column(JSONB)]
"""A text that has at least one language."""

LocalizedList = Annotated[list[LocalizedText], mapped_column(JSONB, default=list, server_default="[]")]
"""An ordered list of short texts, such as root causes; empty when nothing was recorded."""

COPIED_FROM = "copied from"
"""Key in a column's `info`: the column, as `table.column`, that it always equals; triggers see to that."""

GROUPS = "groups"
"""Key in a column's `info`: the column of the same table whose value is in the group that this one names.

Where two tables have such columns of one name, one that says what to look for names a group only where the same is
said of all its members, so that the other can be searched for the group instead of for each of them.
"""


class Base(DeclarativeBase):
    """Base of every table of the project."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )

    def __init_subclass__(cls, **options: object) -> None:
        """Add the rules of its plain texts to a new table."""
        super().__init_subclass__(**options)
        table = vars(cls).get("__table__")
        if isinstance(table, Table):
            for column in filter(is_plain, table.c):
                rule = CheckConstraint(f"{column.name} ~ '^[A-Za-z0-9_-]+$'", name=f"{column.name}_is_plain")
                table.append_constraint(rule)


def is_plain(column: ColumnElement[Any]) -> bool:
    """Return whether a column has nothing but text that JSON writes as it is."""
    return bool(PLAIN.items() <= column.info.items())


@lru_cache
def copies(lines: Table, of: Table) -> Mapping[str, str]:
    """Return which column of `lines` is the copy of which column of the table that they lead to."""
    sources = {each.name: each.info.get(COPIED_FROM, "").split(".") for each in lines.c}
    return MappingProxyType({source[1]: name for name, source in sources.items() if source[0] == of.name})


def vocabulary(values: type[StrEnum], rule: str | None = None) -> Enum:
    """Return a text column type that accepts only `values`; `rule` names its CHECK where one table has two.

    A CHECK constraint, not a PostgreSQL enum: adding a value is then an ordinary migration inside a transaction.
    """
    return Enum(
        values,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda enumeration: [member.value for member in enumeration],
        name=rule or values.__name__.lower(),
    )


def has_text(column: str) -> CheckConstraint:
    """Return the rule that a localised text has at least one language."""
    return CheckConstraint(
        f"jsonb_typeof({column}) = 'object' AND {column} <> '{{}}'::jsonb", name=f"{column}_has_text"
    )
