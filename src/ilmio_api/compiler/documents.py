"""Documents: from the text of a request to a validated operation.

Owns: the limits on a document as text and on variables, parsing, validation, choosing the operation, coercing
variables.
Does not own: what an operation means (`compiler.build`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, cast

from graphql import (
    DocumentNode,
    EnumValueNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    GraphQLSyntaxError,
    Location,
    OperationDefinitionNode,
    Token,
    VariableNode,
    get_variable_values,
    type_from_ast,
)
from graphql.execution.values import VariableValues
from graphql.language.parser import Parser
from graphql.validation.rules import overlapping_fields_can_be_merged
from graphql.validation.validate import FragmentNestingVisitor, get_selection_nesting

from ilmio_api.compiler.validation import validate
from ilmio_api.compiler.values import Variables, needed, shape
from ilmio_api.errors import OperationNotFoundError, TooComplexError
from ilmio_api.i18n.languages import Language

MAX_TOKENS = 5_000
"""Most lexical tokens in a document; the standard introspection query has about 350."""

MAX_COMMENTS = 1_000
"""Most comments in a document."""

MAX_NESTING = 100
"""Most selections inside each other, fragments written out: they are read before anybody can tell how deep they are."""

MAX_OPERATIONS = 100
"""Most operations in a document, of which one is run; each is validated by itself."""

MAX_SCHEMAS = 2
"""Most root fields `__schema` in an operation: each may answer with the whole schema, which takes 40 ms."""

MAX_TYPES = 10
"""Most root fields `__type` in an operation: each may answer with a large type and those around it, 3 ms."""

MAX_OBJECTS = 1_000
"""Most JSON objects in the variables of an operation; to coerce an empty one takes long, and to send it three bytes."""

MAX_LIST = 1_000
"""Most items of a list in the variables of an operation: each row may be compared with all of them."""

_ALL_TEXTS = "texts"
"""The shape of variables that are texts, none of them null or missing."""
_MAX_ERRORS = 20
_MAX_OVERLAPS = 10_000
# graphql-core's own way to set how many fields with the same response key it compares before it gives up.
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = _MAX_OVERLAPS


class InvalidDocumentError(Exception):
    """The document cannot be run; `errors` say where and why, in graphql-core's words."""

    def __init__(self, errors: list[GraphQLError], *, syntax: bool) -> None:
        """Keep the errors and whether the text is not GraphQL at all."""
        super().__init__(errors[0].message)
        self.errors = errors
        self.syntax = syntax


class InvalidVariablesError(Exception):
    """The variables do not fit the operation; `errors` say which and why."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        """Keep the errors."""
        super().__init__(errors[0].message)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Operation:
    """A validated operation with its fragments."""

    text: str
    schema: GraphQLSchema
    document: DocumentNode
    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variable_types: Mapping[str, GraphQLInputType]
    texts_only: bool
    """Whether every variable is a string or identifier."""
    introspects: bool
    """Whether a root field asks about the schema itself."""

    def coerced(self, given: Mapping[str, Any]) -> Variables:
        """Return the variables with defaults, each of its declared type.

        Raises:
            InvalidVariablesError: A variable is missing or does not fit.
            TooComplexError: There are too many objects in them, or a list is too long.
        """
        definitions = self.node.variable_definitions
        if not definitions:
            return {}
        if self.texts_only:
            # Texts are what they are; most requests have no other variables.
            texts = {name: given.get(name) for name in self.variable_types}
            if {type(text) for text in texts.values()} == {str}:
                return texts
        return self.values(given).coerced

    def values(self, given: Mapping[str, Any]) -> VariableValues:
        """Return the variables as graphql-core's own functions take them.

        Raises:
            InvalidVariablesError: A variable is missing or does not fit.
            TooComplexError: There are too many objects in them, or a list is too long.
        """
        _bound(given.get(name) for name in self.variable_types)
        definitions = self.node.variable_definitions or ()
        values = get_variable_values(self.schema, definitions, dict(given), max_errors=_MAX_ERRORS)
        if isinstance(values, list):
            raise InvalidVariablesError(values)
        return values

    def shape(self, variables: Variables) -> object:
        """Return what a compiled statement depends on in the variables: hashable."""
        if self.texts_only and None not in variables.values() and len(variables) == len(self.variable_types):
            return _ALL_TEXTS
        return tuple((name, shape(value, self.variable_types[name])) for name, value in variables.items())

    def language(self, variables: Variables) -> Language | None:
        """Return the language that `@inContext` asks for, or None.

        Raises:
            NullVariableError: It asks a variable that is null.
        """
        for directive in self.node.directives or ():
            if directive.name.value == "inContext":
                (argument, *_) = directive.arguments or ()
                value = argument.value
                if isinstance(value, VariableNode):
                    return Language[needed(value.name.value, variables)]
                return Language[cast("EnumValueNode", value).value]
        return None


def parsed(text: str) -> DocumentNode:
    """Return the document.

    Raises:
        TooComplexError: It has too many tokens, comments or operations, or is nested too deeply.
        InvalidDocumentError: It is not GraphQL.
    """
    parser = _Parser(text)
    try:
        document = parser.parse_document()
    except RecursionError as error:
        raise TooComplexError(limit="nesting", given=f"> {MAX_NESTING}", maximum=MAX_NESTING) from error
    except GraphQLSyntaxError as error:
        if "Parsing aborted" in error.message:
            name, maximum = ("comments", MAX_COMMENTS) if "comments" in error.message else ("tokens", MAX_TOKENS)
            raise TooComplexError(limit=name, given=f"> {maximum}", maximum=maximum) from error
        raise InvalidDocumentError([error], syntax=True) from error
    finally:
        parser.unchain()
    operations = sum(isinstance(node, OperationDefinitionNode) for node in document.definitions)
    if operations > MAX_OPERATIONS:
        raise TooComplexError(limit="operations", given=operations, maximum=MAX_OPERATIONS)
    nesting = _nesting(document)
    if nesting > MAX_NESTING:
        raise TooComplexError(limit="nesting", given=nesting, maximum=MAX_NESTING)
    return document


class _Parser(Parser):
    """Keeps of the place of a node where it begins and ends: the tokens take as much memory as the rest of it."""

    def __init__(self, text: str) -> None:
        """Keep the limits of a document."""
        super().__init__(
            text,
            max_lexical_tokens=MAX_TOKENS,
            max_comments=MAX_COMMENTS,
            # graphql-core is ahead of the specification here (September 2025, §2.8: one selection or more).
            allow_empty_selection_sets=False,
        )
        self._first = self._lexer.token

    def loc(self, start_token: Token) -> Location | None:
        """Return the place of a node whose first token is given."""
        place = super().loc(start_token)
        if place is not None:
            place.start_token = place.end_token = self._first
        return place

    def unchain(self) -> None:
        """Take the tokens apart.

        Nobody asks a token for its neighbours any more. As long as they hold each other, only the garbage collector can
        free them, which holds everybody up for as long as parsing took.
        """
        token: Token | None = self._first
        while token is not None:
            token.prev, token.next, token = None, None, token.next


def _nesting(document: DocumentNode) -> int:
    """Return how many selections of a document are inside each other at most."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    within = FragmentNestingVisitor(fragments)
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    of_operations = (within.get_depth(*get_selection_nesting(node.selection_set)) for node in operations)
    return max(chain(of_operations, within.depths.values()), default=0)


def validated(document: DocumentNode, schema: GraphQLSchema) -> None:
    """Check a document against the schema.

    Raises:
        InvalidDocumentError: It does not fit.
        TooComplexError: So many fields have the same name that comparing them would take too long, or as `validate`.
    """
    errors = validate(schema, document, _MAX_ERRORS)
    if any(error.message == "Validation aborted." for error in errors):
        raise TooComplexError(limit="overlapping fields", given=f"> {_MAX_OVERLAPS}", maximum=_MAX_OVERLAPS)
    if errors:
        raise InvalidDocumentError(errors, syntax=False)


def chosen(document: DocumentNode, name: str | None, schema: GraphQLSchema, text: str) -> Operation:
    """Return the operation of a validated document that is to be run.

    Raises:
        OperationNotFoundError: No operation has the name, or there are several and no name was given.
        TooComplexError: It asks about the schema too often.
    """
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    found = [node for node in operations if name is None or (node.name and node.name.value == name)]
    if len(found) != 1:
        raise OperationNotFoundError(name=name or "–")
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    introspections = _introspections(found[0], fragments)
    for limit, field, maximum in (("introspection", "__schema", MAX_SCHEMAS), ("types", "__type", MAX_TYPES)):
        if introspections[field] > maximum:
            raise TooComplexError(limit=limit, given=introspections[field], maximum=maximum)
    types = {
        definition.variable.name.value: cast("GraphQLInputType", type_from_ast(schema, definition.type))
        for definition in found[0].variable_definitions or ()
    }
    texts_only = all(str(type_) in {"String", "String!", "ID", "ID!"} for type_ in types.values())
    return Operation(text, schema, document, found[0], fragments, types, texts_only, bool(introspections))


def _introspections(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Counter[str]:
    """Return how often `__schema` and `__type` are selected at the root, directly or in fragments."""
    found: Counter[str] = Counter()
    pending: list[Any] = list(operation.selection_set.selections)
    visited: set[str] = set()
    while pending:
        node = pending.pop()
        if isinstance(node, FieldNode):
            found.update({node.name.value} & {"__schema", "__type"})
        elif hasattr(node, "selection_set"):
            pending.extend(node.selection_set.selections)
        elif node.name.value not in visited:
            visited.add(node.name.value)
            pending.extend(fragments[node.name.value].selection_set.selections)
    return found


def _bound(values: Iterable[object]) -> None:
    """Count the objects in values as they were sent, and the items of each list.

    Raises:
        TooComplexError: There are too many.
    """
    found = 0
    pending = list(values)
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            found += 1
            pending.extend(value.values())
        elif isinstance(value, list):
            if len(value) > MAX_LIST:
                raise TooComplexError(limit="list items", given=len(value), maximum=MAX_LIST)
            pending.extend(value)
        if found > MAX_OBJECTS:
            raise TooComplexError(limit="input objects", given=f"> {MAX_OBJECTS}", maximum=MAX_OBJECTS)
