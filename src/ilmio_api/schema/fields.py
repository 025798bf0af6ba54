"""How a field of the published schema is written down: its description and where its value comes from.

Owns: the few words in which types are declared.
Does not own: the meaning of a declaration (`compiler.declare`).

A declaration without a column name reads the column that has the name of the attribute.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, ForwardRef, Optional, TypeVar, cast, get_args

import strawberry
from sqlalchemy import ColumnElement, FromClause
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import StrawberryLazyReference

from ilmio_api.compiler import declare
from ilmio_api.compiler.cost import FILTER_POINTS
from ilmio_api.schema.costs import DECLARATION, cost, size_of
from ilmio_api.schema.languages import Language, Register

TypeT = TypeVar("TypeT", bound=type)

RULE = "ilmio-rule"
"""Key of a filter field's metadata under which its rule stands."""


def plain(description: str, column: str = "", *, form: declare.Form | None = None) -> Any:
    """Declare a column that is published as it is, or in the given form."""
    return _declared(declare.Column(column, form), description)


def text(description: str, column: str = "") -> Any:
    """Declare a localised text with the arguments `language` and `register`."""
    return _declared(declare.Localised(column), f"{description} {_FALLBACK}", _reading_arguments())


def texts(description: str, column: str = "") -> Any:
    """Declare a list of localised texts with the arguments `language` and `register`."""
    return _declared(declare.LocalisedList(column), f"{description} {_FALLBACK}", _reading_arguments())


def computed(description: str, expression: Callable[[FromClause], ColumnElement[Any]]) -> Any:
    """Declare a scalar that SQL computes from the row."""
    return _declared(declare.Computed(expression), description)


def inside(description: str, present: Callable[[FromClause], ColumnElement[Any]] | None = None) -> Any:
    """Declare an object made of columns of the same row, null where `present` does not hold."""
    return _declared(declare.Embedded(present), description)


def one(description: str, relation: declare.Relation) -> Any:
    """Declare at most one related object."""
    return _declared(declare.One(relation), description)


def many(
    description: str,
    relation: declare.Reach,
    *,
    order: tuple[str, ...] = ("ordinal", "id"),
    arguments: Sequence[StrawberryArgument] = (),
    condition: declare.Condition | None = None,
) -> Any:
    """Declare a short plain list of related objects."""
    return _declared(declare.Many(relation, order, condition), description, arguments)


def listing(
    description: str,
    of: Any,
    relation: declare.Reach | None = None,
    *,
    arguments: Sequence[StrawberryArgument] = (),
    condition: declare.Condition | None = None,
) -> Any:
    """Declare a connection to the type that `of` refers to, with pages, and its filter and order where it has them."""
    declaration = declare.Listing(relation, condition)
    return _declared(declaration, description, [*arguments, *_list_arguments(of)])


def lookup(
    description: str, arguments: Sequence[StrawberryArgument], condition: declare.Condition, *, required: bool = True
) -> Any:
    """Declare a root field that finds one object."""
    return _declared(declare.Lookup(condition, required), description, arguments)


def declared(
    declaration: declare.Declaration,
    description: str,
    arguments: Sequence[StrawberryArgument] = (),
    *,
    name: str | None = None,
    metadata: Mapping[str, object] | None = None,
) -> Any:
    """Declare a field of a kind that has no word of its own here; `name` when it is not that of the attribute."""
    field = _declared(declaration, description, arguments, metadata or {})
    field.graphql_name = name
    return field


def argument(
    name: str, type_: Any, description: str, default: object = strawberry.UNSET, *, points: int = 0
) -> StrawberryArgument:
    """Return an argument of a field; `points` are what giving it adds to the cost of the operation."""
    return StrawberryArgument(
        python_name=name,
        graphql_name=None,
        type_annotation=StrawberryAnnotation(type_),
        description=description,
        default=default,
        directives=cost(points),
    )


def where(rule: declare.FilterRule, description: str, *, name: str | None = None, points: int = 0) -> Any:
    """Declare a field of a filter and what a given value of it demands; `points` are those of its condition."""
    return strawberry.field(
        default=strawberry.UNSET, description=description, metadata={RULE: rule}, name=name, directives=cost(points)
    )


def entity(rows: declare.Entity) -> Callable[[TypeT], TypeT]:
    """Attach the rows of a type to its class."""

    def attach(cls: TypeT) -> TypeT:
        cls.__entity__ = rows  # type: ignore[attr-defined]  # the catalogue reads it back
        return cls

    return attach


def filter_input(description: str) -> Callable[[TypeT], TypeT]:
    """Publish a filter with `and`, `or` and `not` beside its own fields."""

    def publish(cls: TypeT) -> TypeT:
        itself = _lazily(cls.__name__, strawberry.lazy(cls.__module__))
        combined = {
            "and_": (_list_of(itself), "and", "All of these hold."),
            "or_": (_list_of(itself), "or", "At least one of these holds."),
            "not_": (_or_null(itself), "not", "This does not hold. Records without a value count as not matching."),
        }
        cls.__annotations__ = {**inspect.get_annotations(cls), **{name: each[0] for name, each in combined.items()}}
        for attribute, (_, name, meaning) in combined.items():
            setattr(cls, attribute, strawberry.field(default=strawberry.UNSET, description=meaning, name=name))
        return strawberry.input(cls, description=f"{description} Fields that are given must all hold.")

    return publish


def _declared(
    declaration: declare.Declaration,
    description: str,
    arguments: Sequence[StrawberryArgument] = (),
    metadata: Mapping[str, object] = MappingProxyType({}),
) -> StrawberryField:
    """Return a Strawberry field that carries its declaration; it has no resolver, because the compiler reads it."""
    field = StrawberryField(
        description=description, metadata={DECLARATION: declaration, **metadata}, directives=size_of(declaration)
    )
    field.arguments = list(arguments)
    return field


_FALLBACK = "In the reader's language; where that is missing, in Finnish, Swedish, English or any other."


def _reading_arguments() -> list[StrawberryArgument]:
    """Return the arguments of every localised text."""
    return [
        argument("language", Language | None, "Language to read in, instead of the language of the request."),
        argument(
            "register", Register | None, "Way of writing; the standard text when not given, or when there is no other."
        ),
    ]


def _list_arguments(of: Any) -> list[StrawberryArgument]:
    """Return the arguments of a connection; filter and order stand beside the type, named after it."""
    arguments: list[StrawberryArgument] = []
    reference = of_module(of)
    if reference is not None:
        name, lazy = reference
        filter_, order = _lazily(f"{name}Filter", lazy), _lazily(f"{name}Order", lazy)
        arguments += [
            argument("filter", _or_null(filter_), "Which to list; all when not given.", points=FILTER_POINTS),
            argument("order_by", _or_null(order), "In which order; the type of the order tells the default."),
        ]
    return [*arguments, *PAGE_ARGUMENTS]


def _lazily(name: str, lazy: StrawberryLazyReference) -> Any:
    """Return the annotation of a type that is known by name only."""
    return cast("Any", Annotated)[ForwardRef(name), lazy]


def _or_null(annotation: Any) -> Any:
    """Return the annotation of a value that may be left out."""
    return cast("Any", Optional)[annotation]


def _list_of(annotation: Any) -> Any:
    """Return the annotation of a list that may be left out."""
    return _or_null(cast("Any", list)[annotation])


def of_module(of: Any) -> tuple[str, StrawberryLazyReference] | None:
    """Return name and module of a lazy reference to a type, or None for other annotations."""
    parts = get_args(of)
    if len(parts) == 2 and isinstance(parts[1], StrawberryLazyReference):  # noqa: PLR2004 - Annotated[name, where]
        return str(getattr(parts[0], "__forward_arg__", parts[0])), parts[1]
    return None


PAGE_ARGUMENTS: Sequence[StrawberryArgument] = (
    argument("first", int | None, "Number of rows from the start, or after the cursor `after`: 0–100, default 20."),
    argument("after", str | None, "Cursor: list the rows behind it."),
    argument(
        "last", int | None, "Number of rows from the end, or before the cursor `before`: 0–100. Not with `first`."
    ),
    argument("before", str | None, "Cursor: list the rows ahead of it."),
)
