"""The cost of an operation as anybody can reckon it who has the published SDL and nothing else.

Owns: the rules of GraphQL's cost directives, field by field.
Does not own: what the service makes of an operation (`ilmio_api.compiler.cost`).

Source: GraphQL Cost Directives, https://ibm.github.io/graphql-specs/cost-spec.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLDirective,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    build_schema,
    get_named_type,
    get_nullable_type,
    get_variable_values,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    parse,
)
from graphql.execution.values import get_argument_values, get_directive_values
from graphql.type import GraphQLIncludeDirective, GraphQLSkipDirective

Sizes: TypeAlias = Mapping[str, int]
"""Number of rows by field, for the lists that the arguments of their parent decide on."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Reckons the cost of one operation."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    values: Any

    def of_object(self, type_: GraphQLNamedType, selections: Sequence[SelectionNode], sizes: Sizes) -> float:
        """Return the cost of one object, of the dearest type that it can have."""
        possible = self.schema.get_possible_types(type_) if is_abstract_type(type_) else [type_]
        return max(
            self._weight(each, default=1)
            + sum(self._of_field(each, nodes, sizes) for nodes in self._collected(each, selections).values())
            for each in possible
            if isinstance(each, GraphQLObjectType)
        )

    def _of_field(self, parent: GraphQLObjectType, nodes: Sequence[FieldNode], sizes: Sizes) -> float:
        """Return the cost of a field of one object."""
        name = nodes[0].name.value
        if name.startswith("__"):
            return 0
        field = parent.fields[name]
        arguments = get_argument_values(field, nodes[0], self.values)
        points = self._weight(field, default=0)
        for key, value in arguments.items():
            argument = field.args[key]
            if value is not None:
                points += self._weight(argument, default=0) + self._of_input(argument.type, value)
        type_ = get_named_type(field.type)
        if is_leaf_type(type_):
            return points
        selections = [each for node in nodes if node.selection_set for each in node.selection_set.selections]
        size, sized = self._size(field, arguments)
        count = sizes.get(name, 1 if sized else size) if is_list_type(get_nullable_type(field.type)) else 1
        return points + count * self.of_object(type_, selections, dict.fromkeys(sized, size))

    def _of_input(self, type_: GraphQLInputType, value: Any) -> float:  # noqa: ANN401 - JSON
        """Return the cost of what stands inside an argument."""
        named = get_named_type(type_)
        if not isinstance(named, GraphQLInputObjectType):
            return 0
        if isinstance(value, list):
            return sum(self._of_input(named, each) for each in value)
        given = {key: each for key, each in value.items() if each is not None}
        return sum(
            self._weight(named.fields[key], default=0) + self._of_input(named.fields[key].type, each)
            for key, each in given.items()
        )

    def _size(self, field: GraphQLField, arguments: Mapping[str, Any]) -> tuple[int, Sequence[str]]:
        """Return the number of rows that a field counts as, and the fields inside it that hold them."""
        told = get_directive_values(self._directive("listSize"), field.ast_node, self.values) if field.ast_node else {}
        told = told or {}
        given = [arguments[name] for name in told.get("slicingArguments") or () if arguments.get(name) is not None]
        return max(given) if given else told.get("assumedSize", 1), told.get("sizedFields") or ()

    def _weight(self, declared: Any, *, default: float) -> float:  # noqa: ANN401 - any part of a schema
        """Return the published weight of a part of the schema."""
        told = get_directive_values(self._directive("cost"), declared.ast_node) if declared.ast_node else None
        return float(told["weight"]) if told else default

    def _directive(self, name: str) -> GraphQLDirective:
        """Return the definition of a directive."""
        directive = self.schema.get_directive(name)
        assert directive is not None
        return directive

    def _collected(self, type_: GraphQLObjectType, selections: Sequence[SelectionNode]) -> dict[str, list[FieldNode]]:
        """Return the selected fields of an object by response key."""
        found: dict[str, list[FieldNode]] = {}
        for node in selections:
            skip = get_directive_values(GraphQLSkipDirective, node, self.values)
            include = get_directive_values(GraphQLIncludeDirective, node, self.values)
            if (skip and skip["if"]) or (include and not include["if"]):
                continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                found.setdefault(key, []).append(node)
                continue
            fragment = node if isinstance(node, InlineFragmentNode) else self.fragments[node.name.value]  # type: ignore[attr-defined]
            if self._applies(fragment, type_):
                for key, nodes in self._collected(type_, fragment.selection_set.selections).items():
                    # A fragment that is spread twice selects its fields once.
                    known = found.setdefault(key, [])
                    known.extend(each for each in nodes if all(each is not other for other in known))
        return found

    def _applies(self, fragment: InlineFragmentNode | FragmentDefinitionNode, type_: GraphQLObjectType) -> bool:
        """Return whether a fragment is about objects of the type."""
        if fragment.type_condition is None:
            return True
        other = self.schema.type_map[fragment.type_condition.name.value]
        return other is type_ or (is_abstract_type(other) and self.schema.is_sub_type(other, type_))


def reckoned(sdl: str, text: str, variables: Mapping[str, Any]) -> float:
    """Return the cost of the one operation in a document."""
    schema, document = _built(sdl), parse(text)
    (operation,) = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    values = get_variable_values(schema, operation.variable_definitions or (), dict(variables))
    query = schema.query_type
    assert query is not None
    return Reckoning(schema, fragments, values).of_object(query, operation.selection_set.selections, {})


@lru_cache(maxsize=1)
def _built(sdl: str) -> GraphQLSchema:
    """Return the schema that the SDL describes."""
    return build_schema(sdl)
