"""graphql-core as it was in 2025: it refuses a schema with anything that the specification did not know then.

Owns: what tools that were installed then make of our introspection, and asking first what there is to ask, as Apollo
Kotlin and urql do.
Does not own: the server, or the environment that this runs in (`tests.clients.run`).

Usage: python client.py http://127.0.0.1:8000/graphql
"""

import json
import sys
from importlib.metadata import version
from typing import Any
from urllib.request import Request, urlopen

from graphql import GraphQLScalarType, GraphQLSchema, build_client_schema, get_introspection_query, parse, validate

_ABOUT = ("__Schema", "__Type", "__Field", "__InputValue", "__Directive")
_OPERATION = '{ area(code: "MK10") { __typename name } node(id: "x") { id ... on Record { slug } } }'


def main(url: str) -> None:
    """Read the schema in two requests, check an operation against it, and tell what was done."""
    schema = _schema(url, _knows(url))
    assert validate(schema, parse(_OPERATION)) == []
    days = schema.type_map["Date"]
    assert isinstance(days, GraphQLScalarType)
    assert days.specified_by_url, "scalars say where they are specified"
    done = [f"version: {version('graphql-core')}", "what can be asked of the schema", "schema by introspection"]
    print("\n".join(done))  # noqa: T201  # read by the runner


def _knows(url: str) -> dict[str, set[str]]:
    """Return the fields of the types that describe a schema."""
    asked = " ".join(f'{name.strip("_")}: __type(name: "{name}") {{ name fields {{ name }} }}' for name in _ABOUT)
    types = _data(url, f"query OlderFeatures {{ {asked} }}").values()
    return {each["name"]: {field["name"] for field in each["fields"]} for each in types}


def _schema(url: str, known: dict[str, set[str]]) -> GraphQLSchema:
    """Return the schema as a client sees it that asks for all that the service knows."""
    query = get_introspection_query(
        specified_by_url="specifiedByURL" in known["__Type"],
        directive_is_repeatable="isRepeatable" in known["__Directive"],
        schema_description="description" in known["__Schema"],
        input_value_deprecation="isDeprecated" in known["__InputValue"],
    )
    return build_client_schema(_data(url, query))


def _data(url: str, query: str) -> Any:  # noqa: ANN401  # JSON
    """Return the data of an answer without errors."""
    body = json.dumps({"query": query}).encode()
    with urlopen(Request(url, body, {"Content-Type": "application/json"}), timeout=10) as response:  # noqa: S310  # our own
        answer = json.load(response)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


if __name__ == "__main__":
    main(sys.argv[1])
