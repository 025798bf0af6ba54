"""Documents made by chance: of bounded size, with every way that GraphQL has to say a thing differently.

Owns: selections, aliases, fragments, directives, variables.
Does not own: the values of arguments (`oracle.values`).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    Undefined,
    get_named_type,
    is_leaf_type,
)
from tests.oracle.comparison import Question
from tests.oracle.lists import order_of
from tests.oracle.reading import JSON
from tests.oracle.values import Values

from ilmio_api.compiler.catalogue import Catalogue
from ilmio_api.i18n.languages import Language

_DEEPEST = 5
_MOST_FIELDS = 45
_LONG = "x" * 64
_NOT_READ = {"_service", "rateLimit", "viewer", "organisationAccount"}
"""Root fields that do not come from the database; they have tests of their own."""

_CHANCES = {
    "filter": 0.5,
    "orderBy": 0.45,
    "language": 0.25,
    "register": 0.2,
    "asOf": 0.4,
    "kind": 0.4,
    "kinds": 0.4,
}
"""How often an optional argument is given."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A declared variable, its value and how to make another one of the same kind."""

    type_name: str
    default: str | None
    value: Any
    remake: Callable[[Random], Any]


@dataclass(slots=True)
class Draft:
    """A document in the making."""

    rng: Random
    catalogue: Catalogue
    values: Values
    variables: dict[str, Variable] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    room: int = _MOST_FIELDS
    names: int = 0

    def document(self) -> str:
        """Return a whole document with one operation."""
        query = self.catalogue.schema.query_type
        assert query is not None
        roots = [name for name in query.fields if name not in _NOT_READ]
        parts = [self._field(query, name, 0) for name in self.rng.choices(roots, k=self.rng.randint(1, 3))]
        if self._happens(0.05):
            parts.append('__schema { queryType { name } } __type(name: "Pilot") { kind }')
        if self._happens(0.1):
            parts.append("__typename")
        body = self._arranged(query, parts)
        declared = ", ".join(
            f"${name}: {each.type_name}" + (f" = {each.default}" if each.default else "")
            for name, each in self.variables.items()
        )
        context = f" @inContext(language: {self.rng.choice(list(Language)).name})" if self._happens(0.1) else ""
        head = f"query Generated({declared}){context}" if declared else f"query Generated{context}"
        return "\n".join([f"{head} {{ {body} }}", *self.fragments])

    def given(self, rng: Random | None = None) -> dict[str, Any]:
        """Return the variables to send, or others of the same kinds."""
        return {
            name: each.value if rng is None or each.value is None else each.remake(rng)
            for name, each in self.variables.items()
            if each.value is not Undefined
        }

    def _happens(self, chance: float) -> bool:
        return self.rng.random() < chance

    def _name(self, prefix: str) -> str:
        self.names += 1
        long = _LONG if prefix == "a" and self._happens(0.06) else ""
        return f"{prefix}{long}{self.names}"

    def _selections(self, type_: GraphQLNamedType, depth: int) -> str:
        """Return the inside of a selection set on a composite type."""
        if isinstance(type_, GraphQLObjectType):
            return self._arranged(type_, self._fields(type_, depth))
        parts = self._fields(type_, depth) if isinstance(type_, GraphQLInterfaceType) and self._happens(0.8) else []
        possible = list(self.catalogue.schema.get_possible_types(type_))  # type: ignore[arg-type]
        for member in self.rng.sample(possible, min(len(possible), self.rng.randint(0, 2))):
            parts.append(f"... on {member.name} {{ {self._arranged(member, self._fields(member, depth))} }}")
        if isinstance(type_, GraphQLInterfaceType) and depth < _DEEPEST and self.room > 0 and self._happens(0.15):
            parts = self._again(type_, self.rng.choice(possible), depth) or parts
        wider = [each for each in possible[0].interfaces if each is not type_]
        if wider and self._happens(0.2):
            interface = self.rng.choice(wider)
            parts.append(f"... on {interface.name} {{ {' '.join(self._fields(interface, depth))} }}")
        if not parts or self._happens(0.4):
            parts.append("__typename")
        return " ".join(parts)

    def _again(self, type_: GraphQLInterfaceType, member: GraphQLObjectType, depth: int) -> list[str]:
        """Return an object that is selected of every type, and for one of them once more, with something else inside.

        Nothing where the interface has no object without arguments.
        """
        objects = [
            name for name, each in type_.fields.items() if not each.args and not is_leaf_type(get_named_type(each.type))
        ]
        if not objects:
            return []
        name = self.rng.choice(objects)
        return [self._field(type_, name, depth), f"... on {member.name} {{ {self._field(member, name, depth)} }}"]

    def _fields(self, type_: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> list[str]:
        """Return some fields of a type, each as text."""
        leaves = [name for name, each in type_.fields.items() if is_leaf_type(get_named_type(each.type))]
        others = [name for name in type_.fields if name not in leaves]
        deeper = depth < _DEEPEST and self.room > 0
        chosen = self.rng.sample(leaves, min(len(leaves), self.rng.randint(0, 4)))
        if deeper and others:
            chosen += self.rng.sample(others, min(len(others), self.rng.randint(1 if depth == 0 else 0, 3)))
        self.rng.shuffle(chosen)
        parts = [self._field(type_, name, depth) for name in chosen]
        if not parts or self._happens(0.15):
            parts.insert(self.rng.randint(0, len(parts)), "__typename")
        return parts

    def _field(self, type_: GraphQLObjectType | GraphQLInterfaceType, name: str, depth: int) -> str:
        """Return one field with its arguments, alias, directives and selections, sometimes written twice."""
        self.room -= 1
        declared = type_.fields[name]
        arguments = self._arguments(declared, depth)
        # The same response key must mean the same arguments, so fields with arguments get a key of their own.
        alias = f"{self._name('a')}: " if arguments or self._happens(0.1) else ""
        written = f"{alias}{name}{arguments}{self._directive() if self._happens(0.08) else ''}"
        target = get_named_type(declared.type)
        if is_leaf_type(target):
            return f"{written} {written}" if self._happens(0.05) else written
        below = depth if name in {"nodes", "edges", "node", "pageInfo"} else depth + 1
        once = f"{written} {{ {self._selections(target, below)} }}"
        if self._happens(0.07):
            return f"{once} {written} {{ {self._selections(target, below)} }}"
        return once

    def _arranged(self, type_: GraphQLObjectType, parts: Sequence[str]) -> str:
        """Return the fields of a selection set, some of them inside fragments."""
        remaining = list(parts)
        if not remaining or not self._happens(0.25):
            return " ".join(remaining)
        cut = self.rng.randint(0, len(remaining) - 1)
        inside, outside = " ".join(remaining[cut:]), remaining[:cut]
        match self.rng.randint(0, 3):
            case 0:
                fragment = f"... {{ {inside} }}"
            case 1:
                fragment = f"... on {type_.name} {{ {inside} }}"
            case 2:
                fragment = f"...{self._directive()} {{ {inside} }}"
            case _:
                name = self._name("F")
                self.fragments.append(f"fragment {name} on {type_.name} {{ {inside} }}")
                fragment = f"...{name} ...{name}" if self._happens(0.2) else f"...{name}"
        outside.insert(self.rng.randint(0, len(outside)), fragment)
        return " ".join(outside)

    def _directive(self) -> str:
        name, value = self.rng.choice(("skip", "include")), self._happens(0.5)
        if self._happens(0.5):
            return f" @{name}(if: {json.dumps(value)})"
        variable = self._name("v")
        self.variables[variable] = Variable("Boolean!", None, value, lambda rng: rng.random() < 0.5)
        return f" @{name}(if: ${variable})"

    def _arguments(self, declared: GraphQLField, depth: int) -> str:
        """Return the arguments of a field in parentheses, or nothing."""
        chosen = {
            name: self.values.make(self.rng, argument.type, name)
            for name, argument in declared.args.items()
            if name not in {"first", "last", "after", "before"}
            and (isinstance(argument.type, GraphQLNonNull) or self._happens(_CHANCES.get(name, 0.3)))
        }
        if "first" in declared.args:
            chosen |= self._page(declared, chosen, depth)
        written = [f"{name}: {self._written(declared.args[name], name, value)}" for name, value in chosen.items()]
        return f"({', '.join(written)})" if written else ""

    def _page(self, declared: GraphQLField, chosen: Mapping[str, Any], depth: int) -> dict[str, Any]:
        """Return the size and the cursors of a page: small ones inside others."""
        page: dict[str, Any] = {}
        if depth or self._happens(0.7):
            page["last" if self._happens(0.25) else "first"] = self.rng.choice((0, 1, 2, 3, 3, 4, 5))
        if self._happens(0.01):
            page["first"] = self.rng.choice((-1, 101, 3))
        connection = get_named_type(declared.type)
        assert isinstance(connection, GraphQLObjectType)
        target = get_named_type(connection.fields["nodes"].type).name
        order = order_of(self.catalogue.entities[target].table.name, {"orderBy": self._order(declared, chosen)})
        for name in ("after", "before"):
            if self._happens(0.2) and (cursor := self.values.cursor(self.rng, order)):
                page[name] = cursor
        return page

    def _order(self, declared: GraphQLField, chosen: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the chosen order with the default direction filled in."""
        order = chosen.get("orderBy")
        return None if order is None or "orderBy" not in declared.args else {"direction": "ASC", **order}

    def _written(self, declared: GraphQLArgument, name: str, value: JSON) -> str:
        """Return the value of an argument as a literal or a variable; null now and then where it may be."""
        may_be_null = not isinstance(declared.type, GraphQLNonNull) and name not in {"after", "before", "orderBy"}
        return self._expressed(declared.type, name, None if may_be_null and self._happens(0.03) else value)

    def _expressed(self, type_: GraphQLInputType, name: str, value: JSON, *, one_of: bool = False) -> str:
        """Return a value as a variable, or as a literal that may have variables inside."""
        if self._happens(0.3):
            return self._as_variable(type_, name, value, one_of=one_of)
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        if value is None:
            return "null"
        if isinstance(type_, GraphQLList):
            if len(value) == 1 and self._happens(0.2):
                return self._literal(type_.of_type, value[0])
            return f"[{', '.join(self._expressed(type_.of_type, name, each) for each in value)}]"
        if isinstance(type_, GraphQLInputObjectType):
            parts = (
                f"{key}: {self._expressed(type_.fields[key].type, key, each, one_of=type_.is_one_of)}"
                for key, each in value.items()
            )
            return f"{{{', '.join(parts)}}}"
        return self._literal(type_, value)

    def _as_variable(self, type_: GraphQLInputType, name: str, value: JSON, *, one_of: bool) -> str:
        """Declare a variable with the value and return its use."""
        variable = self._name("v")
        type_name = str(type_)
        if value is not None and not type_name.endswith("!") and (one_of or self._happens(0.2)):
            type_name += "!"
        default = None
        if value is not None and not type_name.endswith("!") and self._happens(0.2):
            default, value = self._literal(type_, value), Undefined
        fixed = name in {"after", "before", "first", "last", "orderBy"}
        kept = value

        def remake(rng: Random) -> JSON:
            return kept if fixed else self.values.make(rng, type_, name, _DEEPEST)

        self.variables[variable] = Variable(type_name, default, value, remake)
        return f"${variable}"

    def _literal(self, type_: GraphQLInputType, value: JSON) -> str:
        """Return a value as a literal."""
        if isinstance(type_, GraphQLNonNull):
            return self._literal(type_.of_type, value)
        if isinstance(type_, GraphQLList) and isinstance(value, list):
            return f"[{', '.join(self._literal(type_.of_type, each) for each in value)}]"
        if isinstance(type_, GraphQLInputObjectType) and isinstance(value, dict):
            parts = (f"{key}: {self._literal(type_.fields[key].type, each)}" for key, each in value.items())
            return f"{{{', '.join(parts)}}}"
        if isinstance(value, dict):
            return f"{{{', '.join(f'{key}: {json.dumps(each)}' for key, each in value.items())}}}"
        return str(value) if isinstance(type_, GraphQLEnumType) else json.dumps(value, ensure_ascii=False)


def questions(rng: Random, catalogue: Catalogue, values: Values) -> Iterator[Question]:
    """Yield generated questions without end; some are followed by the same text with other variables.

    Very few are not valid: by chance, two fragments ask for one key in two ways.
    """
    while True:
        draft = Draft(rng, catalogue, values)
        text = draft.document()
        language = rng.choice(list(Language))
        yield Question(text, draft.given(), language)
        if draft.variables and rng.random() < 0.4:
            yield Question(text, draft.given(rng), language)
