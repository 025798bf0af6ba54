"""The plan of an operation: what will be read, free of GraphQL and not yet SQL.

Owns: the nodes of the plan and the one way to rewrite them.
Does not own: how a plan is made (`build`), narrowed (`restrict`), localised (`localise`) or written (`emit`).
"""

import dataclasses
import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar, cast

from ilmio_api.compiler.declare import Computed, Entity, Form, OrderKey, Relation, RowExpression, Source
from ilmio_api.compiler.predicates import Predicate
from ilmio_api.compiler.values import Leaf
from ilmio_api.i18n.languages import Language, Register


@dataclass(frozen=True, slots=True)
class Scalar:
    """A column or computed value."""

    column: str | None
    form: Form | None = None
    computed: Computed | None = None


@dataclass(frozen=True, slots=True)
class Constant:
    """The same text for every row: a type name, the text of the schema."""

    value: str


@dataclass(frozen=True, slots=True)
class Text:
    """A localised column, in the language of the arguments or else of the reader; `localise` sets the `chain`."""

    column: str
    language: Language | None
    register: Register | None
    is_list: bool = False
    chain: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class TagList:
    """Enum names of the languages in which any of the columns has text."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextList:
    """All texts of columns with their tags; `members` are the selected parts by response key."""

    columns: tuple[tuple[str, str], ...]
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Object:
    """A JSON object: response keys in order, each with its value."""

    fields: tuple[tuple[str, "Value"], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An object whose type is known only per row: one object per value of the discriminator."""

    discriminator: str
    members: tuple[tuple[str, Object], ...]
    sources: tuple[tuple[str, Source], ...] = ()
    """For members in tables of their own: where to find the row with the same id."""
    keys: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """For members that are found otherwise than by id: the columns of which one is the same."""


Shape: TypeAlias = Object | Choice


@dataclass(frozen=True, slots=True)
class Inner:
    """An object made of columns of the same row; at the root, where there is no row, of constants."""

    shape: Object
    present: RowExpression | None


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about the request, by the name under which whoever runs the plan knows it."""

    name: str


@dataclass(frozen=True, slots=True)
class Allowance:
    """An object of facts about the request; after a dry run the other fields of the root are absent."""

    shape: Object
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Given:
    """A value that is known before anything is read, in the answer of a command."""

    value: Any


@dataclass(frozen=True, slots=True)
class Payload:
    """The answer of a command: an object of given values and of objects that they name."""

    shape: Object


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What a command that has not been carried out may answer: an object of one of several types."""

    members: tuple[Object, ...]


@dataclass(frozen=True, slots=True)
class Single:
    """At most one related object."""

    source: Source
    relation: Relation | None
    predicate: Predicate | None
    shape: Shape
    required: bool = False


@dataclass(frozen=True, slots=True)
class Several:
    """A plain list of related objects."""

    source: Source
    relation: Relation
    predicate: Predicate | None
    order: tuple[str, ...]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Positions:
    """Objects by a list of ids: the answer has the length and order of the list, null where nothing is readable."""

    source: Source
    ids: Leaf
    shape: Shape


@dataclass(frozen=True, slots=True)
class Representations:
    """Objects by a list of representations: the answer has its length and order, null where nothing is readable."""

    columns: tuple[tuple[str, Leaf], ...]
    """The list by columns: the discriminator of the shape and every key that it names; null for other keys."""
    shape: Choice


@dataclass(frozen=True, slots=True)
class Page:
    """How many rows, from where, in which direction."""

    size: int
    backwards: bool
    order_name: str
    key: OrderKey
    key_leaves: tuple[Leaf, ...]
    descending: bool
    after: Leaf | None
    before: Leaf | None


@dataclass(frozen=True, slots=True)
class Edge:
    """The parts of an edge that were selected, by response key: a node, the cursor, a type name."""

    fields: tuple[tuple[str, "Shape | CursorText | Constant"], ...]


@dataclass(frozen=True, slots=True)
class CursorText:
    """The cursor of a row."""


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Parts of the page information by response key: the name of the field, or a constant."""

    fields: tuple[tuple[str, "str | Constant"], ...]


@dataclass(frozen=True, slots=True)
class Count:
    """The number of rows in the whole list, whatever the page."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """The objects of the page without edges."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class Connection:
    """A page of a list: parts by response key."""

    source: Source
    relation: Relation | None
    predicate: Predicate | None
    filtered: bool
    """Whether the caller has given a filter."""
    page: Page
    parts: tuple[tuple[str, "Nodes | Edge | PageInfo | Count | Constant"], ...]


Value: TypeAlias = (
    Scalar
    | Constant
    | Text
    | TagList
    | TextList
    | Inner
    | Fact
    | Allowance
    | Given
    | Payload
    | Outcomes
    | Single
    | Several
    | Positions
    | Representations
    | Connection
)

Plan: TypeAlias = Object
"""The plan of an operation is the object of its root fields."""


def needs_column(value: Value) -> bool:
    """Return whether a value of the root has to be read; all others are known."""
    return not isinstance(value, Constant | Inner | Allowance)


NodeT = TypeVar("NodeT")

_PLAIN = {str, int, bool, type(None)}
"""Most parts of nodes, which are seen at once to be no nodes themselves."""


def rewrite(node: NodeT, change: Callable[[object], object]) -> NodeT:
    """Return the plan with `change` applied to every node, innermost first. Untouched parts are kept as they are."""
    if isinstance(node, tuple):
        items = tuple([item if type(item) in _PLAIN else rewrite(item, change) for item in node])
        return cast("NodeT", items if any(map(operator.is_not, items, node)) else node)
    names = _parts_of(cast("type", type(node)))
    if names is None:
        return node
    changes: dict[str, Any] = {}
    for name in names:
        old = getattr(node, name)
        if type(old) not in _PLAIN:
            new = rewrite(old, change)
            if new is not old:
                changes[name] = new
    return cast("NodeT", change(dataclasses.replace(cast("Any", node), **changes) if changes else node))


@lru_cache
def _parts_of(type_: type) -> tuple[str, ...] | None:
    """Return the names of the parts of a node, or None for declarations and values, which are left alone."""
    if not dataclasses.is_dataclass(type_) or issubclass(type_, Leaf | Entity | OrderKey | Computed):
        return None
    return tuple(part.name for part in dataclasses.fields(type_))
