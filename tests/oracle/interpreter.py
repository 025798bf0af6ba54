"""The oracle: an operation answered by graphql-core, one field of one object at a time.

Owns: what every kind of declaration means, over rows in memory.
Does not own: policies, filters, pages and languages (the other modules of the package).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from graphql import (
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    execute_sync,
    get_named_type,
    get_variable_values,
)
from graphql.execution import ExecutionResult
from graphql.execution.values import get_directive_values
from tests.oracle import texts
from tests.oracle.filters import fulfils, valid_on
from tests.oracle.lists import Listed, Page, order_of, page_of
from tests.oracle.policies import RECORD_TABLES, is_visible
from tests.oracle.reading import JSON, parsed
from tests.oracle.world import Row, World

from ilmio_api.compiler import declare
from ilmio_api.compiler.catalogue import Catalogue

TYPES = {kind: "".join(part.capitalize() for part in kind.split("_")) for kind in RECORD_TABLES}
"""Type of the records of each kind in the directory."""

_KIND_OF = {
    "Pilot": "PILOT",
    "Project": "PROJECT",
    "RegionalProgramme": "REGIONAL_PROGRAMME",
    "Collection": "COLLECTION",
}
_PERIOD = ("period_start", "period_end", "period_as_recorded")


Info: TypeAlias = GraphQLResolveInfo[Any]
"""What graphql-core tells a resolver; its context is the tag of the reader's language."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A row seen as an object type; `row` is a plain mapping."""

    type_name: str
    row: Row


@dataclass(frozen=True, slots=True)
class Oracle:
    """Answers operations over one world."""

    catalogue: Catalogue
    world: World

    def answer(self, text: str, variables: Mapping[str, Any], language: str) -> ExecutionResult:
        """Return data and errors of an operation that has been found valid and is not to be refused."""
        result = execute_sync(
            self.catalogue.schema,
            parsed(text),
            root_value=Thing("Query", {}),
            context_value=self._language(text, variables, language),
            variable_values=dict(variables),
            field_resolver=self._resolve,
            type_resolver=lambda thing, *_: thing.type_name,
        )
        assert isinstance(result, ExecutionResult)
        return result

    def _language(self, text: str, variables: Mapping[str, Any], language: str) -> str:
        """Return the tag of the reader's language: what the operation says, else what the request says."""
        operation = next(node for node in parsed(text).definitions if isinstance(node, OperationDefinitionNode))
        directive = self.catalogue.schema.get_directive("inContext")
        assert directive is not None
        given = get_directive_values(directive, operation, _as_values(self.catalogue, operation, variables))
        return str(given["language"]).lower() if given else language

    def _resolve(self, source: JSON, info: Info, **arguments: JSON) -> JSON:
        """Return the value of one field of one object."""
        if not isinstance(source, Thing):
            return _of_page(source, info.field_name)
        declaration = self.catalogue.fields[info.parent_type.name, info.field_name]
        match declaration:
            case declare.Column(column, form):
                return _scalar(source.row[column], form)
            case declare.Computed():
                return self._computed(info.parent_type.name, info.field_name, source.row)
            case declare.Embedded():
                return self._embedded(get_named_type(info.return_type).name, source.row)
            case declare.Localised() | declare.LocalisedList() | declare.Languages() | declare.Translations():
                return self._localised(declaration, source, info, arguments)
            case _:
                return self._related(declaration, source, info, arguments)

    def _localised(
        self, declaration: declare.Declaration, source: Thing, info: Info, arguments: Mapping[str, Any]
    ) -> JSON:
        """Return what is made of texts by tag."""
        match declaration:
            case declare.Localised(column):
                return self._text(source.row[column], info, arguments)
            case declare.LocalisedList(column):
                return [self._text(each, info, arguments) for each in source.row[column] or ()]
            case declare.Languages():
                return texts.languages(list(self._texts_of(source).values()))
            case declare.Translations():
                return texts.translations(self._texts_of(source))
            case _:
                raise TypeError(declaration)

    def _text(self, value: texts.Texts | None, info: Info, arguments: Mapping[str, Any]) -> str | None:
        language = arguments.get("language")
        return texts.best(value, language.lower() if language else info.context, arguments.get("register"))

    def _texts_of(self, thing: Thing) -> dict[str, texts.Texts | None]:
        """Return the localised texts of a record by field, in the order of the schema."""
        type_ = self.catalogue.object_type(thing.type_name)
        declarations = {name: self.catalogue.fields[thing.type_name, name] for name in type_.fields}
        return {
            name: thing.row[each.column] for name, each in declarations.items() if isinstance(each, declare.Localised)
        }

    def _computed(self, parent: str, name: str, row: Row) -> int | None:
        assert (parent, name) == ("Area", "population")
        counts = self.world.where("area_population", "area_id", row["id"])
        return max(counts, key=lambda each: each["year"])["residents"] if counts else None

    def _embedded(self, type_name: str, row: Row) -> Thing | None:
        if type_name == "Period" and not row["period_open_ended"] and all(row[column] is None for column in _PERIOD):
            return None
        return Thing(type_name, row)

    def _related(
        self, declaration: declare.Declaration, source: Thing, info: Info, arguments: Mapping[str, Any]
    ) -> JSON:
        """Return what stands in other rows."""
        target = get_named_type(info.return_type).name
        match declaration:
            case declare.One(relation):
                return next(iter(self._things(target, self._reached(source, target, relation, arguments))), None)
            case declare.Many(reach, order):
                rows = self._reached(source, target, reach, arguments)
                return self._things(target, sorted(rows, key=lambda row: [_nulls_last(row[name]) for name in order]))
            case declare.Listing(reach):
                return self._page(source, info, reach, arguments)
            case declare.Lookup():
                return self._looked_up(target, info, arguments)
            case declare.LookupMany(argument):
                return [self._by_id(target, each) for each in arguments[argument]]
            case declare.Represented(argument):
                return [self._represented(each) for each in arguments[argument]]
            case _:
                raise TypeError(declaration)

    def _page(self, source: Thing, info: Info, reach: declare.Reach | None, arguments: Mapping[str, Any]) -> Page:
        connection = get_named_type(info.return_type)
        assert isinstance(connection, GraphQLObjectType)
        target = get_named_type(connection.fields["nodes"].type).name
        table = self._table(target)
        rows = self._all(target) if reach is None else self._reached(source, target, reach, arguments)
        if table == "record":
            rows = [row for row in rows if row["id"] in self.world.ranks[arguments["text"]]]
            rows = [row for row in rows if arguments.get("kinds") is None or row["kind"] in arguments["kinds"]]
        elif "filter" in info.parent_type.fields[info.field_name].args:
            rows = [row for row in rows if fulfils(self.world, f"{target}Filter", row, arguments.get("filter"))]
        return page_of(
            self.world, order_of(table, arguments), rows, arguments, lambda row: self._things(target, [row])[0]
        )

    def _table(self, type_name: str) -> str:
        if type_name == "Disagreement":
            return "disagreement"
        return self.catalogue.entities[type_name].table.name

    def _all(self, type_name: str) -> list[Row]:
        """Return every visible row of a type."""
        table, kind = self._table(type_name), _KIND_OF.get(type_name)
        return [
            row
            for row in self.world.tables[table]
            if (kind is None or row["kind"] == kind) and is_visible(self.world, table, row)
        ]

    def _reached(self, source: Thing, type_name: str, reach: declare.Reach, arguments: Mapping[str, Any]) -> list[Row]:
        """Return the visible rows that a relation leads to from a row, each once."""
        relation = reach if isinstance(reach, declare.Relation) else reach({})
        assert relation.where is None
        values: Sequence[object] = [source.row[relation.parent]]
        for hop in relation.hops:
            lines = [row for value in values for row in self.world.where(hop.table.name, hop.near, value)]
            values = list(
                dict.fromkeys(
                    row[hop.far]
                    for row in lines
                    if is_visible(self.world, hop.table.name, row) and self._connects(hop, row, source, arguments)
                )
            )
        table, kind = self._table(type_name), _KIND_OF.get(type_name)
        wanted = arguments.get("kind") if relation.hops and relation.hops[0].table.name == "area_containment" else None
        return [
            row
            for value in values
            for row in self.world.where(table, relation.target, value)
            if (kind is None or row["kind"] == kind)
            and (wanted is None or row["kind"] == wanted)
            and is_visible(self.world, table, row)
        ]

    def _connects(self, hop: declare.Hop, row: Row, source: Thing, arguments: Mapping[str, Any]) -> bool:
        """Tell whether a line fulfils the condition that its relation has beside the keys."""
        match hop.table.name:
            case "area_containment":
                last = source.row["valid_to"] or self.world.today
                day = arguments.get("asOf") or min(self.world.today, last).isoformat()
                return valid_on(self.world, row, day)
            case "initiative_relation":
                return bool(row["kind"] == "IMPLEMENTS_MODEL")
            case _:
                assert hop.condition is None
                return True

    def _looked_up(self, type_name: str, info: Info, arguments: Mapping[str, Any]) -> Thing:
        """Return the object that the arguments of a root field name.

        Raises:
            GraphQLError: There is none that the reader may see.
        """
        if type_name == "Area":
            found = self._things("Area", self.world.where("area", "code", arguments["code"]))
            day = arguments.get("asOf")
            thing = found[0] if day is None or valid_on(self.world, found[0].row, day) else None
        elif "id" in arguments:
            thing = self._by_id(type_name, arguments["id"])
        else:
            thing = self._by_key(type_name, arguments["by"])
        if thing is None:
            raise GraphQLError(f"{info.field_name} finds nothing", extensions={"code": "NOT_FOUND"})
        return thing

    def _by_id(self, type_name: str, identifier: str) -> Thing | None:
        """Return the visible object of a type with an id, or None."""
        if self._table(type_name) == "record":
            entry = self.world.one("record", identifier)
            if entry is None or not is_visible(self.world, "record", entry):
                return None
            return Thing(TYPES[entry["kind"]], self.world.where(RECORD_TABLES[entry["kind"]], "id", identifier)[0])
        return self._by_key(type_name, {"id": identifier})

    def _by_key(self, type_name: str, key: Mapping[str, Any]) -> Thing | None:
        """Return the visible object of a type that one of its keys names, or None."""
        ((name, value),) = key.items()
        column = {"id": "id", "slug": "slug", "businessId": "business_id"}.get(name)
        if column is None:
            external = self.world.where("external_id", "value", value["value"])
            ids = {each["record_id"] for each in external if each["scheme"] == value["scheme"]}
        else:
            ids = {row["id"] for row in self.world.where(self._table(type_name), column, value)}
        return next(iter(self._things(type_name, [row for row in self._all(type_name) if row["id"] in ids])), None)

    def _represented(self, named: Mapping[str, str]) -> Thing | None:
        """Return the visible object that a type and a key name, or None; an id goes before other keys."""
        type_name = named["__typename"]
        key = "id" if "id" in named else "code" if type_name == "Area" else "slug"
        ids = {row["id"] for row in self.world.where(self._table(type_name), key, named[key])}
        return next((Thing(type_name, row) for row in self._all(type_name) if row["id"] in ids), None)

    def _things(self, type_name: str, rows: Sequence[Row]) -> list[Thing]:
        """Return rows as objects of their concrete types."""
        match type_name:
            case "Initiative":
                return [Thing(TYPES[row["kind"]], row) for row in rows]
            case "Node" | "Record" | "SearchResult":
                found = (self._by_id(type_name, row["id"]) for row in rows)
                return [thing for thing in found if thing is not None]
            case _:
                return [Thing(type_name, row) for row in rows]


def _as_values(catalogue: Catalogue, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> JSON:
    """Return the variables of an operation in the form that graphql-core hands on."""
    return get_variable_values(catalogue.schema, operation.variable_definitions or (), dict(variables))


def _of_page(source: Page | Listed | Mapping[str, JSON], name: str) -> JSON:
    """Return a part of a list, or of an object that is no row."""
    match source, name:
        case Page(items), "nodes":
            return [item.thing for item in items]
        case Page(items), "edges":
            return items
        case Page(total=total), "totalCount":
            return total
        case Page() as page, _:
            return {
                "hasNextPage": page.has_next,
                "hasPreviousPage": page.has_previous,
                "startCursor": page.items[0].cursor if page.items else None,
                "endCursor": page.items[-1].cursor if page.items else None,
            }
        case Listed(cursor, thing), _:
            return thing if name == "node" else cursor
        case _:
            return source[name]


def _scalar(value: JSON, form: declare.Form | None) -> JSON:
    """Return a column as the description of its scalar says it is written."""
    match value, form:
        case None, _:
            return None
        case _, declare.Form.NUMBER:
            return float(value)
        case _, declare.Form.DECIMAL:
            return str(value)
        case datetime(), declare.Form.INSTANT:
            utc = value.astimezone(UTC)
            return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"
        case date(), _:
            return value.isoformat()
        case _:
            return value


def _nulls_last(value: JSON) -> tuple[bool, Any]:
    return (value is None, value)
