"""Making a failing question small enough to read.

Owns: leaving out parts of a document one by one, as long as it still fails.
Does not own: what failing means (the caller says).
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    parse,
    print_ast,
    validate,
    visit,
)
from graphql.language import REMOVE, SKIP
from tests.oracle.comparison import Question
from tests.oracle.reading import JSON

_MOST_TRIES = 400


async def smallest(question: Question, schema: GraphQLSchema, fails: Callable[[Question], Awaitable[bool]]) -> Question:
    """Return a question that fails as well and from which nothing can be left out, or what a few hundred tries gave."""
    tries = 0
    position = 0
    while tries < _MOST_TRIES:
        candidate = _without(question, position)
        if candidate is None:
            return question
        tries += 1
        if not validate(schema, parse(candidate.text), max_errors=1) and await fails(candidate):
            question = candidate
        else:
            position += 1
    return question


def _without(question: Question, position: int) -> Question | None:
    """Return the question without the removable part at a position, or None when there are no more parts."""
    document = parse(question.text)
    parts = list(_removable(document))
    if position >= len(parts):
        return None
    text = print_ast(_tidied(visit(document, _Remover(parts[position]))))
    document = parse(text)
    used = {definition.variable.name.value for definition in _operation(document).variable_definitions or ()}
    variables = {name: value for name, value in question.variables.items() if name in used}
    return replace(question, text=text, variables=variables)


def _operation(document: DocumentNode) -> OperationDefinitionNode:
    return next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))


def _removable(node: Node) -> Iterator[Node]:
    """Yield what can be left out: large parts before the small ones inside them."""
    for definition in node.definitions if isinstance(node, DocumentNode) else ():
        yield from _parts_of(definition)


def _parts_of(node: JSON) -> Iterator[Node]:
    selection_set = getattr(node, "selection_set", None)
    children = list(selection_set.selections) if selection_set else []
    yield from children
    for part in ("directives", "arguments"):
        yield from getattr(node, part, None) or ()
    for argument in getattr(node, "arguments", None) or ():
        yield from getattr(argument.value, "fields", None) or ()
    for child in children:
        yield from _parts_of(child)


class _Remover(Visitor):
    """Removes one node."""

    def __init__(self, unwanted: Node) -> None:
        super().__init__()
        self.unwanted = unwanted

    def enter(self, node: Node, *_: object) -> JSON:
        """Remove the node, or go on."""
        return REMOVE if node is self.unwanted else None


def _tidied(document: DocumentNode) -> DocumentNode:
    """Return the document without empty selection sets, unused fragments and unused variables."""
    empty = _Emptiness()
    document = visit(document, empty)
    operation = _operation(document)
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    spreads, variables = _used(operation, fragments, set())
    definitions = [
        node
        for node in document.definitions
        if not isinstance(node, FragmentDefinitionNode) or node.name.value in spreads
    ]
    tidy: DocumentNode = visit(DocumentNode(definitions=tuple(definitions)), _Undeclared(variables))
    return tidy


class _Emptiness(Visitor):
    """Gives `__typename` to a selection set that has become empty."""

    def leave_selection_set(self, node: JSON, *_: object) -> JSON:
        """Fill an empty set."""
        return None if node.selections else parse("{ __typename }").definitions[0].selection_set  # type: ignore[attr-defined]


class _Undeclared(Visitor):
    """Removes the declarations of variables that are not used."""

    def __init__(self, used: set[str]) -> None:
        super().__init__()
        self.used = used

    def enter_variable_definition(self, node: JSON, *_: object) -> JSON:
        """Remove an unused declaration."""
        return SKIP if node.variable.name.value in self.used else REMOVE


class _Uses(Visitor):
    """Collects the fragments and variables that are used in a definition."""

    def __init__(self) -> None:
        super().__init__()
        self.spreads: set[str] = set()
        self.variables: set[str] = set()

    def enter_variable_definition(self, *_: object) -> JSON:
        """Pass over declarations."""
        return SKIP

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        """Note a variable."""
        self.variables.add(node.name.value)

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        """Note a fragment."""
        self.spreads.add(node.name.value)


def _used(node: Node, fragments: dict[str, FragmentDefinitionNode], seen: set[str]) -> tuple[set[str], set[str]]:
    """Return the names of fragments and variables that are used from a definition on."""
    uses = _Uses()
    visit(node, uses)
    spreads, variables = set(uses.spreads), set(uses.variables)
    for name in uses.spreads - seen:
        further, more = _used(fragments[name], fragments, seen | spreads)
        spreads |= further
        variables |= more
    return spreads, variables
