"""The rules that a document must keep, checked together.

Owns: the walk through a document on which each rule is asked about those nodes only that it has something to say about,
and the limit on what they find by following fragments.
Does not own: the rules (graphql-core's, all of them), the limits on a document as text (`compiler.documents`).

graphql-core's own walk asks every rule about every node, most of them in vain, which is half of the time that
validation takes, and leaves behind objects that hold each other and the document, until the garbage collector finds
them. The rules, their order and what they find are the same.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    TypeInfo,
    ValidationContext,
    specified_rules,
)
from graphql.language.ast import QUERY_DOCUMENT_KEYS
from graphql.language.visitor import SKIP, Visitor
from graphql.pyutils import RefMap
from graphql.validation.validate import FragmentNestingVisitor, ValidationAbortedError
from graphql.validation.validation_context import VariableUsage, VariableUsageVisitor

from ilmio_api.errors import TooComplexError

MAX_FRAGMENT_USES = 10_000
"""Most fragments and variables inside them that operations use, counted again for each operation of a document."""

_UNSEEN = frozenset({"description", "name", "alias"})
"""Parts of a node that no rule looks at by themselves: descriptions mean nothing, names are read from their nodes."""

_NO_PATH: Sequence[str | int] = ()
"""What rules are told of the path of a node; none of them asks."""


def validate(schema: GraphQLSchema, document: DocumentNode, max_errors: int) -> list[GraphQLError]:
    """Return what `graphql.validate` finds: the errors of a document, and one more when it has given up.

    Raises:
        TooComplexError: Operations together find too much in fragments.
    """
    errors: list[GraphQLError] = []

    def add(error: GraphQLError) -> None:
        if len(errors) >= max_errors:
            message = "Too many validation errors, error limit reached. Validation aborted."
            raise ValidationAbortedError(message)
        errors.append(error)

    types = TypeInfo(schema)
    context = _Context(schema, document, types, add)
    visitors: list[Visitor] = [rule(context) for rule in specified_rules]
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    if fragments:
        visitors.insert(0, FragmentNestingVisitor(fragments))
    try:
        _Walk(types, visitors).through(document)
    except ValidationAbortedError as error:
        errors.append(ValidationAbortedError(error.message))
    except RecursionError:
        errors.append(ValidationAbortedError("Validation aborted."))
    return errors


class _Context(ValidationContext):
    """What the rules share about one document, found by the identity of nodes; graphql-core reckons hashes of them."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, types: TypeInfo, add: Callable[[GraphQLError], None]
    ) -> None:
        super().__init__(schema, document, types, add)
        self._fragment_spreads = cast("Any", RefMap())
        self._variable_usages = cast("Any", RefMap())
        self._recursive_variable_usages = cast("Any", RefMap())
        self._fragment_uses = 0

    def spend_fragment_work(self, cost: int) -> None:
        """Count what an operation finds in fragments.

        Raises:
            TooComplexError: All operations together find too much.
        """
        self._fragment_uses += cost
        if self._fragment_uses > MAX_FRAGMENT_USES:
            raise TooComplexError(limit="fragment uses", given=f"> {MAX_FRAGMENT_USES}", maximum=MAX_FRAGMENT_USES)

    def get_variable_usages(self, node: OperationDefinitionNode | FragmentDefinitionNode) -> list[VariableUsage]:
        """Return where a definition uses variables."""
        usages = self._variable_usages.get(node)
        if usages is None:
            visitor = VariableUsageVisitor(self._type_info, node if isinstance(node, FragmentDefinitionNode) else None)
            # Without a dollar sign in its text there is none to be found on another walk.
            if node.loc is None or node.loc.source.body.find("$", node.loc.start, node.loc.end) >= 0:
                _Walk(self._type_info, [visitor]).through(node)
            usages = self._variable_usages[node] = visitor.usages
        return usages


class _Interest(NamedTuple):
    """What is to be done at the nodes of a kind."""

    enter_types: Callable[[TypeInfo, Node], None] | None
    entering: list[tuple[int, Any]]
    """Places of those visitors that look at the node before its inside, with the method, or its name."""
    parts: tuple[str, ...]
    leaving: list[tuple[int, Any]]
    """The same after it; without a method where a visitor that skips the inside is to look again after it."""
    leave_types: Callable[[TypeInfo], None] | None


class _Walk:
    """Visits nodes for many visitors at once; none of them may change a node."""

    def __init__(self, types: TypeInfo, visitors: Sequence[Visitor]) -> None:
        self._types = types
        self._visitors = visitors
        self._classes = tuple(type(visitor) for visitor in visitors)
        self._interests: dict[str, _Interest] = {}
        self._skipping: list[Any] = [None] * len(visitors)
        """For each visitor the node whose inside it does not want to see. No rule of graphql-core's ends its walk."""

    def through(self, node: Node, parent: object = None, ancestors: tuple[object, ...] = ()) -> None:
        """Visit a node and its inside.

        Args:
            node: Where to begin.
            parent: The node, or the list of nodes, that it is a part of.
            ancestors: What the parent is inside of, from the outermost.
        """
        interest = self._interests.get(node.kind) or self._interest(node.kind)
        if interest.enter_types:
            interest.enter_types(self._types, node)
        if interest.entering:
            self._enter(interest.entering, node, parent, ancestors)
        outside = ancestors if parent is None else (*ancestors, parent)
        # One frame of the stack for each level of the document: a deep one needs as many as the rules do.
        for name in interest.parts:
            part = getattr(node, name)
            if isinstance(part, tuple):
                for each in part:
                    self.through(each, part, (*outside, node))
            elif part is not None:
                self.through(part, node, outside)
        if interest.leaving:
            self._leave(interest.leaving, node, parent, ancestors)
        if interest.leave_types:
            interest.leave_types(self._types)

    def _enter(self, entering: Sequence[tuple[int, Any]], node: Node, parent: object, ancestors: object) -> None:
        """Let the visitors look at a node before its inside."""
        skipping = self._skipping
        for place, look in entering:
            if skipping[place] is None and look(node, None, parent, _NO_PATH, ancestors) is SKIP:
                skipping[place] = node

    def _leave(self, leaving: Sequence[tuple[int, Any]], node: Node, parent: object, ancestors: object) -> None:
        """Let the visitors look at a node after its inside."""
        skipping = self._skipping
        for place, look in leaving:
            if skipping[place] is node:
                skipping[place] = None
            elif look and skipping[place] is None:
                look(node, None, parent, _NO_PATH, ancestors)

    def _interest(self, kind: str) -> _Interest:
        """Return what the visitors want to do at a kind of node, and keep it."""
        of_classes = _interest_of(self._classes, kind)
        visitors = self._visitors
        found = self._interests[kind] = of_classes._replace(
            entering=[(place, getattr(visitors[place], name)) for place, name in of_classes.entering],
            leaving=[(place, name and getattr(visitors[place], name)) for place, name in of_classes.leaving],
        )
        return found


@lru_cache(maxsize=500)
def _interest_of(classes: Sequence[type[Visitor]], kind: str) -> _Interest:
    """Return what visitors of some classes want to do at a kind of node, with names for methods."""
    entering: list[tuple[int, str]] = []
    leaving: list[tuple[int, str | None]] = []
    for place, class_ in enumerate(classes):
        enter, leave = (
            next((name for name in (f"{way}_{kind}", way) if hasattr(class_, name)), None) for way in ("enter", "leave")
        )
        if enter:
            entering.append((place, enter))
        if enter or leave:
            leaving.append((place, leave))
    return _Interest(
        getattr(TypeInfo, f"enter_{kind}", None),
        entering,
        tuple(part for part in QUERY_DOCUMENT_KEYS.get(kind, ()) if part not in _UNSEEN),
        leaving,
        getattr(TypeInfo, f"leave_{kind}", None),
    )
