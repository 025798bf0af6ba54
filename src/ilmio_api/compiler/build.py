"""The first step of the pipeline: a selection becomes a plan.

Owns: reading the declarations of the selected fields, and the arguments of fields.
Does not own: limits, permissions, languages and SQL – the later steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    SelectionSetNode,
    get_named_type,
)

from ilmio_api.compiler import declare
from ilmio_api.compiler.catalogue import Catalogue
from ilmio_api.compiler.declare import Source
from ilmio_api.compiler.paging import listed_ids, page_of
from ilmio_api.compiler.plan import (
    Allowance,
    Choice,
    Connection,
    Constant,
    Count,
    CursorText,
    Edge,
    Fact,
    Inner,
    Nodes,
    Object,
    PageInfo,
    Plan,
    Positions,
    Representations,
    Scalar,
    Several,
    Shape,
    Single,
    TagList,
    Text,
    TextList,
    Value,
)
from ilmio_api.compiler.predicates import All, AnyOf, Not, Predicate
from ilmio_api.compiler.representations import represented
from ilmio_api.compiler.selection import Collector, Selected
from ilmio_api.compiler.values import Leaf, Tree, arguments, located
from ilmio_api.errors import IlmioError
from ilmio_api.i18n.languages import Language, Register


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds the plan of one operation."""

    collector: Collector

    @property
    def catalogue(self) -> Catalogue:
        """Return the declarations."""
        return self.collector.catalogue

    def root(self, type_name: str, selections: Sequence[SelectionSetNode]) -> Plan:
        """Return the plan of the data fields of an operation; introspection fields are left out."""
        return self._object(type_name, selections, ())

    def member(self, type_name: str, selections: Sequence[SelectionSetNode], path: tuple[str, ...]) -> Object:
        """Return the plan of an object of a type that is known, whatever the type of its field."""
        return self._object(type_name, selections, path)

    def _object(self, type_name: str, selections: Sequence[SelectionSetNode], path: tuple[str, ...]) -> Object:
        """Return the selected fields of an object type."""
        fields: list[tuple[str, Value]] = []
        for key, selected in self.collector.fields(type_name, selections).items():
            name = selected.node.name.value
            if name == "__typename":
                fields.append((key, Constant(type_name)))
            elif not name.startswith("__"):
                fields.append((key, self._field(type_name, selected, (*path, key))))
        return Object(tuple(fields))

    def _shape(self, type_: GraphQLNamedType, selections: Sequence[SelectionSetNode], path: tuple[str, ...]) -> Shape:
        """Return the object of a type, or the choice of objects of an abstract one."""
        if isinstance(type_, GraphQLObjectType):
            return self._object(type_.name, selections, path)
        entity = self.catalogue.entities[type_.name]
        if not entity.directory and self._is_uniform(tuple(entity.members.values()), selections):
            # One table and one selection: no choice to make per row, and nothing to build for every type.
            return self._object(next(iter(entity.members.values())), selections, path)
        members = tuple((value, self._object(name, selections, path)) for value, name in entity.members.items())
        sources = tuple((value, self._source(name)) for value, name in entity.members.items() if entity.directory)
        return Choice(cast("str", entity.discriminator), members, sources)

    def _is_uniform(self, type_names: Sequence[str], selections: Sequence[SelectionSetNode]) -> bool:
        """Return whether the selection means the same for all of the types."""
        first, *others = ([*self.collector.fields(name, selections).items()] for name in type_names)
        names = [selected.node.name.value for _, selected in first]
        if "__typename" in names:
            return False
        return all(
            [_written(key, selected) for key, selected in other] == [_written(key, selected) for key, selected in first]
            for other in others
        ) and all(
            self.catalogue.declaration(type_name, name) == self.catalogue.declaration(type_names[0], name)
            for type_name in type_names[1:]
            for name in names
        )

    def _source(self, type_name: str) -> Source:
        """Return the rows of a type, not yet readable."""
        return Source(self.catalogue.entities[type_name])

    def _field(self, type_name: str, selected: Selected, path: tuple[str, ...]) -> Value:
        """Return the plan of a field; an error in its arguments gets the path of the field."""
        name = selected.node.name.value
        field = self.catalogue.object_type(type_name).fields[name]
        declaration = self.catalogue.declaration(type_name, name)
        try:
            return self._value(field, declaration, selected, path)
        except IlmioError as error:
            error.path = error.path or path
            raise

    def _value(
        self, field: GraphQLField, declaration: declare.Declaration | None, selected: Selected, path: tuple[str, ...]
    ) -> Value:
        """Return the plan that a declaration calls for."""
        match declaration:
            case declare.Listing():
                return self._connection(field, declaration, selected, path)
            case declare.One() | declare.Many() | declare.Lookup() | declare.LookupMany() | declare.Represented():
                return self._related(field, declaration, selected, path)
            case None | declare.Returned() | declare.Command():
                message = f"{get_named_type(field.type).name} at {'.'.join(path)} has no declaration"
                raise TypeError(message)
            case _:
                return self._own(field, declaration, selected, path)

    def _own(  # noqa: PLR0911 - one branch per kind of declaration is the table of contents of this step
        self, field: GraphQLField, declaration: declare.Own, selected: Selected, path: tuple[str, ...]
    ) -> Value:
        """Return the plan of what stands in the row of the parent, or in no row."""
        type_ = get_named_type(field.type)
        match declaration:
            case declare.Column(name, form):
                return Scalar(name, form)
            case declare.Computed():
                return Scalar(None, computed=declaration)
            case declare.Localised(column) | declare.LocalisedList(column):
                given = self._arguments(field, selected.node, path)
                is_list = isinstance(declaration, declare.LocalisedList)
                return Text(column, _language(given), _register(given), is_list)
            case declare.Languages(columns):
                return TagList(columns)
            case declare.Translations(columns):
                members = self.collector.fields(type_.name, selected.selections)
                return TextList(
                    tuple(columns.items()), tuple((key, part.node.name.value) for key, part in members.items())
                )
            case declare.SchemaText(text=text):
                self.collector.count_schema_text()
                return Constant(text)
            case declare.Allowance(dry_run):
                wanted = self._arguments(field, selected.node, path).get(dry_run)
                shape = self._object(type_.name, selected.selections, path)
                return Allowance(shape, isinstance(wanted, Leaf) and bool(wanted.value))
            case declare.Told():
                return Fact(selected.node.name.value)
            case declare.Embedded(present):
                return Inner(self._object(type_.name, selected.selections, path), present)

    def _related(
        self,
        field: GraphQLField,
        declaration: declare.One | declare.Many | declare.Lookup | declare.LookupMany | declare.Represented,
        selected: Selected,
        path: tuple[str, ...],
    ) -> Value:
        """Return the plan of objects outside the row of the parent."""
        type_ = get_named_type(field.type)
        given = self._arguments(field, selected.node, path)
        source = self._source(type_.name)
        if not isinstance(declaration, declare.Represented):
            self.collector.count_source()
        shape = self._shape(type_, selected.selections, path)
        match declaration:
            case declare.One(relation):
                return Single(source, relation, None, shape)
            case declare.Many(relation, order, condition):
                return Several(source, _reach(relation, given), condition(given) if condition else None, order, shape)
            case declare.Lookup(condition, required):
                return Single(source, None, condition(given), shape, required)
            case declare.LookupMany(argument):
                return Positions(source, listed_ids(given, argument), shape)
            case declare.Represented(_, keys):
                members = tuple((value, keys[name]) for value, name in source.entity.members.items())
                columns = represented(given, declaration, source.entity)
                # A directory is always a choice.
                return Representations(columns, replace(cast("Choice", shape), keys=members))

    def _connection(
        self, field: GraphQLField, declaration: declare.Listing, selected: Selected, path: tuple[str, ...]
    ) -> Connection:
        """Return the plan of a page of a list."""
        connection_type = cast("GraphQLObjectType", get_named_type(field.type))
        target = get_named_type(connection_type.fields["nodes"].type)
        given = self._arguments(field, selected.node, path)
        source = self._source(target.name)
        conditions = [
            self._filter(get_named_type(field.args["filter"].type).name, given["filter"])
            if given.get("filter") is not None
            else None,
            declaration.condition(given) if declaration.condition else None,
        ]
        predicates = tuple(condition for condition in conditions if condition is not None)
        parts = self._parts(connection_type, selected.selections, path)
        if any(not isinstance(part, Constant) for _, part in parts):
            self.collector.count_source()
        return Connection(
            source,
            _reach(declaration.relation, given) if declaration.relation else None,
            All(predicates) if predicates else None,
            given.get("filter") is not None,
            page_of(source.entity, given),
            tuple(parts),
        )

    def _parts(
        self, connection_type: GraphQLObjectType, selections: Sequence[SelectionSetNode], path: tuple[str, ...]
    ) -> list[tuple[str, Nodes | Edge | PageInfo | Count | Constant]]:
        """Return the selected parts of a connection."""
        node_type = get_named_type(connection_type.fields["nodes"].type)
        parts: list[tuple[str, Nodes | Edge | PageInfo | Count | Constant]] = []
        for key, part in self.collector.fields(connection_type.name, selections).items():
            match part.node.name.value:
                case "nodes":
                    parts.append((key, Nodes(self._shape(node_type, part.selections, (*path, key)))))
                case "edges":
                    edge_type = get_named_type(connection_type.fields["edges"].type)
                    parts.append((key, self._edge(edge_type.name, node_type, part, (*path, key))))
                case "pageInfo":
                    infos = self.collector.fields("PageInfo", part.selections)
                    parts.append((key, PageInfo(tuple((name, _info(info)) for name, info in infos.items()))))
                case "totalCount":
                    parts.append((key, Count()))
                case _:
                    parts.append((key, Constant(connection_type.name)))
        return parts

    def _edge(self, edge_type: str, node_type: GraphQLNamedType, selected: Selected, path: tuple[str, ...]) -> Edge:
        """Return the selected parts of an edge."""
        fields: list[tuple[str, Shape | CursorText | Constant]] = []
        for key, part in self.collector.fields(edge_type, selected.selections).items():
            match part.node.name.value:
                case "node":
                    fields.append((key, self._shape(node_type, part.selections, (*path, key))))
                case "cursor":
                    fields.append((key, CursorText()))
                case _:
                    fields.append((key, Constant(edge_type)))
        return Edge(tuple(fields))

    def _filter(self, input_type: str, tree: Tree, depth: int = 1) -> Predicate | None:
        """Return the condition of a filter object: all of its fields hold.

        Raises:
            TooComplexError: Filters are nested too deeply, or the operation has too many of them.
        """
        if not isinstance(tree, dict):
            return None
        self.collector.count_filter(depth)
        conditions: list[Predicate] = []
        for name, value in tree.items():
            if value is None:
                continue
            match name:
                case "and" | "or":
                    branches = [self._filter(input_type, item, depth + 1) for item in cast("list[Tree]", value)]
                    of = tuple(branch or All(()) for branch in branches)
                    conditions.append(All(of) if name == "and" else AnyOf(of))
                case "not":
                    conditions.append(Not(self._filter(input_type, value, depth + 1) or All(())))
                case _:
                    condition = self.catalogue.filters[input_type, name](value)
                    if condition is not None:
                        conditions.append(condition)
        return All(tuple(conditions)) if conditions else None

    def _arguments(self, field: GraphQLField, node: FieldNode, path: tuple[str, ...]) -> dict[str, Tree]:
        """Return the coerced arguments of a field."""
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        trees = arguments(field.args, given, self.collector.variables)
        return {name: located(tree, path) for name, tree in trees.items()}


def _written(key: str, selected: Selected) -> tuple[str, int, list[int]]:
    """Return what tells a field from others with the same response key: all the places where it is written."""
    return key, id(selected.node), [id(each) for each in selected.selections]


def _reach(relation: declare.Reach, given: dict[str, Tree]) -> declare.Relation:
    """Return the relation of a field with these arguments."""
    return relation if isinstance(relation, declare.Relation) else relation(given)


def _info(selected: Selected) -> str | Constant:
    """Return a part of the page information: the name of the field, or its type name."""
    name = selected.node.name.value
    return Constant("PageInfo") if name == "__typename" else name


def _language(given: dict[str, Tree]) -> Language | None:
    """Return the language that the argument names, or None."""
    tree = given.get("language")
    return Language[str(tree.value)] if isinstance(tree, Leaf) and tree.value is not None else None


def _register(given: dict[str, Tree]) -> Register | None:
    """Return the register that the argument names, or None."""
    tree = given.get("register")
    return Register[str(tree.value)] if isinstance(tree, Leaf) and tree.value is not None else None
