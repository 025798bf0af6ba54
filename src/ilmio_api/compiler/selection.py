"""What an operation selects, as graphql-core's execution would collect it.

Owns: merging fields by response key, fragments, type conditions, `@skip` and `@include`.
Does not own: validation (done before) or what a field means (`compiler.build`).

Source: GraphQL September 2025, §6.3.2 Field Collection.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)

from ilmio_api.compiler.budget import Budget
from ilmio_api.compiler.catalogue import Catalogue
from ilmio_api.compiler.values import Variables, needed
from ilmio_api.errors import TooComplexError

Fragments: TypeAlias = Mapping[str, FragmentDefinitionNode]
"""Fragment definitions of the document by name."""


@dataclass(slots=True)
class Selected:
    """A field of an object: its first node, whose arguments all merged nodes share, and all their selections."""

    node: FieldNode
    selections: list[SelectionSetNode] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Collector:
    """Collects fields for one request."""

    catalogue: Catalogue
    fragments: Fragments
    variables: Variables
    budget: Budget
    _count: Counter[str] = field(default_factory=Counter)
    """Fragments multiply fields, and variables nest filters, so both are counted while they are read."""

    def fields(self, type_name: str, selection_sets: Iterable[SelectionSetNode]) -> dict[str, Selected]:
        """Return the fields that apply to the object type, by response key, in order of first occurrence.

        Raises:
            TooComplexError: The operation has more fields than it may have.
            NullVariableError: `@skip` or `@include` ask a variable that is null.
        """
        found: dict[str, Selected] = {}
        visited: set[str] = set()
        for selection_set in selection_sets:
            self._collect(type_name, selection_set, found, visited)
        self._add("fields", len(found), self.budget.fields)
        return found

    def count_filter(self, depth: int) -> None:
        """Count one filter object, `depth` levels inside the filter of its field.

        Raises:
            TooComplexError: It is one too many, or too deep.
        """
        if depth > self.budget.filter_depth:
            raise TooComplexError(limit="filter depth", given=depth, maximum=self.budget.filter_depth)
        self._add("filters", 1, self.budget.filters)

    def count_source(self) -> None:
        """Count one row source: refused here, too many of them cost no SQL.

        Raises:
            TooComplexError: It is one too many.
        """
        self._add("sources", 1, self.budget.sources)

    def count_schema_text(self) -> None:
        """Count one copy of the published schema in the answer.

        Raises:
            TooComplexError: It is one too many.
        """
        self._add("schema texts", 1, self.budget.schema_texts)

    def _add(self, name: str, number: int, maximum: int) -> None:
        """Count what is limited for the operation as a whole."""
        self._count[name] += number
        if self._count[name] > maximum:
            raise TooComplexError(limit=name, given=f"> {maximum}", maximum=maximum)

    def _collect(
        self, type_name: str, selection_set: SelectionSetNode, found: dict[str, Selected], visited: set[str]
    ) -> None:
        """Add the fields of a selection set, entering fragments whose type condition applies."""
        for selection in selection_set.selections:
            if not self._is_included(selection):
                continue
            if isinstance(selection, FieldNode):
                key = selection.alias.value if selection.alias else selection.name.value
                selected = found.setdefault(key, Selected(selection))
                if selection.selection_set:
                    selected.selections.append(selection.selection_set)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                if condition is None or self._applies(condition.name.value, type_name):
                    self._collect(type_name, selection.selection_set, found, visited)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in visited:
                visited.add(selection.name.value)
                fragment = self.fragments[selection.name.value]
                if self._applies(fragment.type_condition.name.value, type_name):
                    self._collect(type_name, fragment.selection_set, found, visited)

    def _applies(self, condition: str, type_name: str) -> bool:
        """Return whether an object of the type fulfils the type condition of a fragment."""
        if condition == type_name:
            return True
        abstract = self.catalogue.abstract_type(condition)
        return abstract is not None and type_name in self.catalogue.possible_types(abstract)

    def _is_included(self, selection: SelectionNode) -> bool:
        """Return whether `@skip` and `@include` leave the selection in.

        Raises:
            NullVariableError: They ask a variable that is null.
        """
        if not selection.directives:
            return True
        found = {each.name.value: each for each in selection.directives}
        # In this order, however they are written (GraphQL §6.3.2): what is skipped does not ask for more.
        skip, include = found.get("skip"), found.get("include")
        return not (skip and self._holds(skip)) and (include is None or self._holds(include))

    def _holds(self, directive: DirectiveNode) -> bool:
        """Return the value of the only argument of `@skip` or `@include`.

        Raises:
            NullVariableError: It is a variable that is null.
        """
        (argument, *_) = directive.arguments or ()
        value = argument.value
        if isinstance(value, VariableNode):
            return bool(needed(value.name.value, self.variables))
        return isinstance(value, BooleanValueNode) and value.value
