"""Which operations must be refused as a whole, before anything is read.

Owns: finding every page size, cursor and area code of an operation that cannot be used.
Does not own: what makes them unusable (`oracle.lists`, `oracle.filters`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLNamedType,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    get_named_type,
    get_variable_values,
    is_abstract_type,
    specified_directives,
)
from graphql.execution.values import get_argument_values, get_directive_values
from tests.oracle.filters import check_filter
from tests.oracle.lists import Refusal, check_page, order_of
from tests.oracle.reading import parsed
from tests.oracle.world import World

from ilmio_api.compiler.catalogue import Catalogue

_DIRECTIVES = {directive.name: directive for directive in specified_directives}


@dataclass(frozen=True, slots=True)
class Refusals:
    """Looks through one operation."""

    catalogue: Catalogue
    world: World
    fragments: Mapping[str, FragmentDefinitionNode]
    values: Any

    def of(self, type_: GraphQLNamedType, selections: Sequence[SelectionNode]) -> Iterator[str]:
        """Yield the code of every refusal below the selections."""
        if is_abstract_type(type_):
            for possible in self.catalogue.schema.get_possible_types(type_):
                yield from self.of(possible, selections)
        elif isinstance(type_, GraphQLObjectType):
            for node in self._fields(type_, selections):
                yield from self._of_field(type_, node)

    def _fields(self, type_: GraphQLObjectType, selections: Sequence[SelectionNode]) -> Iterator[FieldNode]:
        """Yield the fields that are selected of an object of the type."""
        for node in selections:
            if not self._is_wanted(node):
                continue
            if isinstance(node, FieldNode):
                yield node
                continue
            fragment = node if isinstance(node, InlineFragmentNode) else self.fragments[node.name.value]  # type: ignore[attr-defined]
            condition = fragment.type_condition
            if condition is None or self._is_a(type_, condition.name.value):
                yield from self._fields(type_, fragment.selection_set.selections)

    def _is_a(self, type_: GraphQLObjectType, name: str) -> bool:
        other = self.catalogue.schema.type_map[name]
        return other is type_ or (is_abstract_type(other) and self.catalogue.schema.is_sub_type(other, type_))

    def _is_wanted(self, node: SelectionNode) -> bool:
        skip = get_directive_values(_DIRECTIVES["skip"], node, self.values)
        include = get_directive_values(_DIRECTIVES["include"], node, self.values)
        return not (skip and skip["if"]) and not (include and not include["if"])

    def _of_field(self, type_: GraphQLObjectType, node: FieldNode) -> Iterator[str]:
        """Yield the refusals of a field and of what is selected below it."""
        field = type_.fields.get(node.name.value)
        if field is None:
            return
        arguments = get_argument_values(field, node, self.values)
        named = get_named_type(field.type)
        checks: list[Callable[[], None]] = [partial(check_filter, self.world, arguments.get("filter"))]
        if "first" in field.args:
            checks.append(partial(check_page, order_of(self._table(named), arguments), arguments))
        if type_.name == "Query" and node.name.value == "area":
            checks.append(partial(check_filter, self.world, {"area": {"within": arguments["code"]}}))
        for check in checks:
            try:
                check()
            except Refusal as refusal:
                yield refusal.code
        if node.selection_set:
            yield from self.of(named, node.selection_set.selections)

    def _table(self, connection: GraphQLNamedType) -> str:
        assert isinstance(connection, GraphQLObjectType)
        return self.catalogue.entities[get_named_type(connection.fields["nodes"].type).name].table.name


def refusals_of(catalogue: Catalogue, world: World, text: str, variables: Mapping[str, Any]) -> set[str]:
    """Return the codes with one of which an operation has to be refused; empty when it has to be answered."""
    document = parsed(text)
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    values = get_variable_values(catalogue.schema, operation.variable_definitions or (), dict(variables))
    query = catalogue.schema.query_type
    assert query is not None
    return set(Refusals(catalogue, world, fragments, values).of(query, operation.selection_set.selections))
