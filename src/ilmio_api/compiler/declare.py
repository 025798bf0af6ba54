"""What the published schema says about tables: the declarations that the compiler reads.

Owns: the vocabulary in which a field, a relation, an entity and a list are declared.
Does not own: any particular entity (`schema`) or how a declaration becomes SQL (`compiler.emit`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from sqlalchemy import ColumnElement, FromClause, Table

from ilmio_api.access.rows import RowPolicy
from ilmio_api.compiler.predicates import Predicate
from ilmio_api.compiler.values import Tree

PRIVATE = "private"
"""Key of a table's `info`: rows are seen only with the claims of the caller, which the statement has to bring."""

RowExpression: TypeAlias = Callable[[FromClause], ColumnElement[object]]
"""A scalar computed from one row."""

Arguments: TypeAlias = Mapping[str, Tree]
"""Coerced arguments of a field by name."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is. `form` names a conversion that GraphQL needs and JSON does not make by itself."""

    name: str
    form: "Form | None" = None


class Form(StrEnum):
    """How a value is written in JSON when PostgreSQL's own way is not the schema's."""

    NUMBER = "NUMBER"
    """A decimal as a JSON number without trailing zeros."""
    DECIMAL = "DECIMAL"
    """A decimal as a string, exactly as stored."""
    INSTANT = "INSTANT"
    """A point in time as RFC 3339 in UTC with milliseconds: `2026-01-31T12:00:00.000Z`."""


@dataclass(frozen=True, slots=True)
class Computed:
    """A scalar that SQL computes from the row."""

    expression: RowExpression


@dataclass(frozen=True, slots=True)
class Localised:
    """A localised text column; arguments `language` and `register` override the reader's language."""

    column: str


@dataclass(frozen=True, slots=True)
class LocalisedList:
    """A column with a list of localised texts."""

    column: str


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages in which the given localised columns have text, as enum names, in the schema's order."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Translations:
    """All texts of the given localised columns with their tags: field name in the schema by column."""

    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Embedded:
    """An object made of columns of the same row; null when `present` is false for it."""

    present: RowExpression | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """A table on the way of a relation: entered by the column `near`, left by the column `far`."""

    table: Table
    near: str
    far: str
    source: "Source | None" = None
    """Set when the table holds records of its own: rows that the reader may not see do not connect anything."""
    unique: bool = False
    """Whether (`near`, `far`) pairs are unique, so that a join cannot repeat a target row."""
    condition: Predicate | None = None
    """What a row of the table must fulfil to connect."""


@dataclass(frozen=True, slots=True)
class Relation:
    """How rows of the target belong to a row of the parent: parent column, hops, target column."""

    parent: str = "id"
    target: str = "id"
    hops: tuple[Hop, ...] = ()
    where: Callable[[FromClause], ColumnElement[bool]] | None = None
    """A further condition on the target row."""


Reach: TypeAlias = Relation | Callable[[Arguments], Relation]
"""A relation, or one that depends on the arguments of the field."""

Condition: TypeAlias = Callable[[Arguments], Predicate | None]
"""What the arguments of a field demand of the target rows."""


@dataclass(frozen=True, slots=True)
class One:
    """At most one object through a relation."""

    relation: Relation


@dataclass(frozen=True, slots=True)
class Many:
    """A short plain list through a relation, in the order of the given target columns."""

    relation: "Reach"
    order: tuple[str, ...] = ("ordinal", "id")
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A connection: everything, or what a relation reaches; with filter, order and pages."""

    relation: "Reach | None" = None
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """A root field that finds one object by its arguments; null comes with a coded error when `required`."""

    condition: Condition
    required: bool = True


@dataclass(frozen=True, slots=True)
class LookupMany:
    """A root field that finds objects by a list of ids and keeps the order and length of the list."""

    argument: str


@dataclass(frozen=True, slots=True)
class Represented:
    """A root field that finds objects by a list of type names with one key each, and keeps its order and length."""

    argument: str
    keys: Mapping[str, tuple[str, ...]]
    """Keys of every type that can be named: fields that read the unique column of the same name."""


@dataclass(frozen=True, slots=True)
class SchemaText:
    """The published schema itself, in the words of `write`; known before any row is read."""

    write: Callable[[str], str]
    text: str = ""
    """What `write` makes of the SDL; the catalogue sets it."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """A root field about the request: what the operation costs and what its caller may spend; its parts are `Told`."""

    dry_run: str
    """The argument that asks for the price instead of the answer."""


@dataclass(frozen=True, slots=True)
class Told:
    """A fact about the request that is known when the operation runs, under the name of the field."""


@dataclass(frozen=True, slots=True)
class Returned:
    """An object that a command answers with, named by a fact with its id under the name of the field."""


@dataclass(frozen=True, slots=True)
class Command:
    """A root field that changes something."""

    scope: str
    """Scope that the caller needs; empty when being a signed-in person is enough."""


Own: TypeAlias = (
    Column | Computed | Localised | LocalisedList | Languages | Translations | Embedded | SchemaText | Allowance | Told
)
"""What needs no other row than that of the parent."""

Declaration: TypeAlias = Own | One | Many | Listing | Lookup | LookupMany | Represented | Returned | Command
"""Where the value of a field comes from."""


FilterRule: TypeAlias = Callable[[Tree], Predicate | None]
"""What a given value of a filter field demands of a row."""


class KeyType(StrEnum):
    """The SQL type of an order key, by which a cursor is checked and bound."""

    TEXT = "text"
    INSTANT = "timestamptz"
    DATE = "date"
    INTEGER = "integer"
    NUMBER = "numeric"


@dataclass(frozen=True, slots=True)
class OrderKey:
    """A never-null expression by which a list can be ordered; the id breaks ties."""

    expression: Callable[[FromClause, Sequence[ColumnElement[object]]], ColumnElement[object]]
    type: KeyType = KeyType.TEXT
    arguments: tuple[str, ...] = ()
    """Arguments of the list that the expression needs, such as the words of a search; they reach it in order."""
    column: str | None = None
    """The column that the expression is, if it is one."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Rows of a table that are published as one object type, or as an abstract type with `members`."""

    table: Table
    policy: RowPolicy
    orders: Mapping[str, OrderKey] = field(default_factory=dict)
    default_order: tuple[str, bool] = ("", False)
    """Name of the order and whether it descends, when the caller gives none."""
    base: Callable[[FromClause], ColumnElement[bool]] | None = None
    """The condition that tells rows of this type from others in the same table."""
    discriminator: str | None = None
    """For abstract types: the column that says which member a row is."""
    members: Mapping[str, str] = field(default_factory=dict)
    """For abstract types: name of the member type by value of the discriminator."""
    directory: bool = False
    """For abstract types: whether the members live in tables of their own, found by id."""


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of an entity. Unreadable until `compiler.restrict` has set `visible` for the principal at hand."""

    entity: Entity
    visible: Callable[[FromClause], ColumnElement[bool]] | None = None
