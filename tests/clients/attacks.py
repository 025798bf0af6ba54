"""Requests that want to cost much, or to be told too much.

Owns: the requests, after graphql-cop's tests and the limits of graphql-armor, and what each may get.
Does not own: sending them and measuring (`tests.clients.attacking`).

What graphql-cop reports and this service does on purpose: introspection, suggestions, GET and an explorer are open,
because the schema is public and no cookie is ever read.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from graphql import get_introspection_query

_ANSWERED_OR_REFUSED = frozenset({200, 294, 400, 413, 422})
_REFUSED = frozenset({400, 413, 422})
_JSON = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}


@dataclass(frozen=True, slots=True)
class Attack:
    """One kind of request."""

    name: str
    body: Callable[[str], bytes]
    """Makes the body; what it is given is new each time, so that no cache can help the server."""
    statuses: frozenset[int] = _ANSWERED_OR_REFUSED
    """Which statuses are right."""
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=lambda: _JSON)
    never: str = ""
    """A text that the answer must not hold."""
    address: Callable[[str], str] = lambda _new: ""
    """Makes what follows the path of the endpoint."""


def attacks() -> Iterable[Attack]:
    """Return all attacks."""
    yield from _of_repetition()
    yield from _of_depth()
    yield from _of_expensive_lists()
    yield from _of_variables()
    yield from _of_other_roads()


def _document(name: str, text: str, *, refused: bool = False, never: str = "") -> Attack:
    """Return an attack by a document; `$new` in it becomes a new name each time."""
    statuses = _REFUSED if refused else _ANSWERED_OR_REFUSED
    return Attack(name, lambda new: _sent(text.replace("$new", new)), statuses, never=never)


def _sent(query: str, variables: object = None) -> bytes:
    """Return the body of a request."""
    return json.dumps({"query": query, "variables": variables}).encode()


def _repeated(pattern: str, times: int) -> str:
    """Return a pattern many times; `#` in it is the number of the time."""
    return " ".join(pattern.replace("#", str(number)) for number in range(times))


def _of_repetition() -> Iterable[Attack]:
    """Many times the same: graphql-cop's overloading, graphql-armor's tokens, aliases and directives."""
    yield _document("aliases of a name", f"query $new {{ {_repeated('a#: __typename', 1000)} }}")
    yield _document("aliases of a count", f"query $new {{ {_repeated('a#: areas { totalCount }', 500)} }}")
    yield _document("aliases of a list", f"query $new {{ {_repeated('a#: areas(first: 1) { nodes { code } }', 300)} }}")
    yield _document("a field again and again", f"query $new {{ {_repeated('__typename', 4000)} }}")
    yield _document("a list again and again", f"query $new {{ {_repeated('areas { nodes { code } }', 150)} }}")
    yield _document("a list far too often", f"query $new {{ {_repeated('areas { nodes { code } }', 400)} }}")
    yield _document("unknown directives", f"query $new {{ __typename {_repeated('@aa', 2000)} }}", refused=True)
    yield _document("directives", f"query $new {{ __typename {_repeated('@include(if: true)', 700)} }}")
    yield _document("tokens", f"query $new {{ {_repeated('a', 100_000)} }}", refused=True)
    yield _document("comments", "#\n" * 100_000 + "query $new { __typename }", refused=True)
    yield _document("white space", " " * 240_000 + "query $new { __typename }")
    yield _document("operations", _repeated("query q# { __typename }", 900), refused=True)
    asking = _repeated("query $newq#($n: ID!) { ...f }", 60)
    asked = f"fragment f on Query {{ nodes(ids: [{'$n ' * 2000}]) {{ id }} }}"
    yield _document("operations with much in a fragment", f"{asking} {asked}", refused=True)
    many = f"query $new({_repeated('$v#: Int', 900)}) {{ __typename }}"
    yield _document("variables that are not used", many, refused=True)
    yield Attack("a batch", lambda new: b"[" + b",".join([_sent(f"{{ {new}: __typename }}")] * 100) + b"]")


def _of_depth() -> Iterable[Attack]:
    """One inside the other: graphql-armor's depth, graphql-cop's circles."""
    yield _document("depth", "query $new " + "{ a " * 1500 + "}" * 1500, refused=True)
    within = '{ area(code: "KU286") ' + "{ within " * 300 + "{ code }" + "}" * 301
    yield _document("depth of the schema's own", "query $new " + within, refused=True)
    yield _document("brackets", "query $new { area(code: " + "[" * 2000 + "]" * 2000 + ") { code } }", refused=True)
    parents = '{ organisation(by: {slug: "x"}) ' + "{ parent " * 197 + "{ id }" + "}" * 198
    yield _document("depth that fits the schema", "query $new " + parents, refused=True)
    circle = "query $new { ...a } fragment a on Query { ...b } fragment b on Query { ...a }"
    yield _document("a circle of fragments", circle, refused=True)
    doubling = _repeated("fragment f# on Query { a: __typename ...g# b: __typename ...g# }", 200)
    yield _document("fragments twice in each other", f"query $new {{ ...f0 }} {_chained(doubling)}")
    yield _document("introspection", get_introspection_query().replace("IntrospectionQuery", "$new"))
    whole = "{ name fields { name args { name type { name ofType { name } } } type { name ofType { name } } } }"
    yield _document(
        "introspection of it all by aliases", f"query $new {{ {_repeated(f'a#: __schema {{ types {whole} }}', 20)} }}"
    )
    schemas = _repeated(f"a#: __schema {{ types {whole} }}", 2)
    types = _repeated(f't#: __type(name: "Query") {whole}', 10)
    yield _document("as much of the schema as is told at once", f"query $new {{ {schemas} {types} }}")
    introspection = "{ __schema { types " + "{ fields { type " * 6 + "{ name }" + "} }" * 6 + "} }"
    yield _document("introspection in a circle", "query $new " + introspection)
    yield _document("introspection by aliases", f"query $new {{ {_repeated('a#: __schema { types { name } }', 100)} }}")
    criteria = "not: { " * 200 + 'text: "a"' + " }" * 200
    yield _document("a filter in a filter", f"query $new {{ areas(filter: {{ {criteria} }}) {{ totalCount }} }}")


def _chained(fragments: str) -> str:
    """Return fragments that each spread the next one; the last spreads nothing."""
    linked = fragments
    for number in range(200):
        linked = linked.replace(f"...g{number} ", f"...f{number + 1} ")
    return linked + " fragment f200 on Query { __typename }"


def _of_expensive_lists() -> Iterable[Attack]:
    """Long lists in long lists: graphql-armor's cost."""
    nested = (
        "areas(first: 100) { nodes { contains(first: 100) { nodes { contains(first: 100) { nodes { code } } } } } }"
    )
    yield _document("lists in lists", f"query $new {{ {nested} }}", refused=True)
    counted = "areas(first: 100) { nodes { contains { totalCount } organisations { totalCount } } }"
    yield _document("counts in lists", f"query $new {{ {counted} }}")
    yield _document("a page too long", "query $new { areas(first: 1000000) { totalCount } }", refused=True)
    conditions = _repeated('{ text: "a#" }', 900)
    yield _document("a wide filter", f"query $new {{ areas(filter: {{ or: [{conditions}] }}) {{ totalCount }} }}")
    yield _document("a long search", f'query $new {{ search(text: "{_repeated("w#", 20_000)}") {{ totalCount }} }}')


def _of_variables() -> Iterable[Attack]:
    """The same by variables, which no limit on documents sees."""
    ids = "query N($ids: [ID!]!) { $new: nodes(ids: $ids) { id } }"
    yield _with_variables("ids", ids, {"ids": [f"area_{number:026d}" for number in range(6000)]})
    filtered = "query F($f: AreaFilter) { $new: areas(filter: $f) { totalCount } }"
    yield _with_variables("a wide filter in a variable", filtered, {"f": {"or": [{"text": "a"}] * 5000}})
    yield _with_variables("an empty filter very many times", filtered, {"f": {"or": [{}] * 60_000}})
    deep: dict[str, object] = {"text": "a"}
    for _ in range(400):
        deep = {"not": deep}
    yield _with_variables("a deep filter in a variable", filtered, {"f": deep})
    yield _with_variables("variables nobody asked for", filtered, {f"v{number}": number for number in range(20_000)})
    code = "query C($c: String!) { $new: area(code: $c) { code } }"
    yield _with_variables("a long text", code, {"c": "x" * 250_000})
    depth = 100_000
    brackets = b'{"query":"{ __typename }","variables":{"a":' + b"[" * depth + b"]" * depth + b"}}"
    yield Attack("brackets in JSON", lambda _new: brackets)
    yield Attack("a large body", lambda _new: b" " * 1_000_000, frozenset({413}))


def _with_variables(name: str, text: str, variables: object) -> Attack:
    """Return an attack by variables."""
    return Attack(name, lambda new: _sent(text.replace("$new", new), variables))


def _of_other_roads() -> Iterable[Attack]:
    """graphql-cop's other tests: what gets in from a foreign page, and what errors tell."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    yield Attack("a form", lambda _new: b"query=%7B__typename%7D", frozenset({415}), headers=form)
    text = {"Content-Type": "text/plain"}
    yield Attack("JSON as plain text", lambda new: _sent(f"{{ {new}: __typename }}"), frozenset({415}), headers=text)
    mutation = {"query": "mutation { __typename }"}
    refused = frozenset({400, 405, 422})
    yield Attack(
        "a mutation by GET", lambda _new: b"", refused, "GET", _JSON, address=lambda _new: f"?{urlencode(mutation)}"
    )
    yield _document("a trace", "query $new { __typename }", never="tracing")
    yield _document("an unknown field", "query $new { phenomena { $new } }", refused=True, never="Traceback")
    yield Attack("no GraphQL", lambda _new: _sent("\x00 ' OR 1=1; --"), frozenset({400}), never="Traceback")
    yield Attack("no JSON", lambda _new: b'{"query": ', frozenset({400}), never="Traceback")
