"""What the schema says of itself, as graphql-core's own execution would say it."""

import json
import time
from typing import Any

import pytest
from graphql import execute_sync, get_introspection_query, parse

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.compiler.engine import Engine, Request
from ilmio_api.compiler.pipeline import Reader
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.db.pool import ReadPool
from ilmio_api.errors import TooComplexError
from ilmio_api.i18n.languages import Reading
from ilmio_api.schema.query import CATALOGUE

WHOLE = get_introspection_query(
    specified_by_url=True,
    directive_is_repeatable=True,
    schema_description=True,
    input_value_deprecation=True,
)

BEFORE_INTROSPECTION = """
query PreIntrospectionQuery {
  schema: __type(name: "__Schema") { ...TypeFields }
  type: __type(name: "__Type") { ...TypeFields }
  directive: __type(name: "__Directive") { ...TypeFields }
  field: __type(name: "__Field") { ...TypeFields }
  inputValue: __type(name: "__InputValue") { ...TypeFields }
}
fragment TypeFields on __Type { fields { name args { name } } }
"""
"""What Apollo Kotlin asks before it downloads a schema."""

FRAGMENTS = """
{ __schema { ... { queryType { ...q } ...s } } __typename }
fragment q on __Type { name }
fragment s on __Schema {
  mutationType { ... on __Type { possibleTypes { name } interfaces { name } fields { args { ...i } } } }
}
fragment i on __InputValue { name defaultValue type { ofType { ofType { name } } } }
"""


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        (WHOLE, {}),
        (get_introspection_query(descriptions=False), {}),
        ('{ __type(name: "Pilot") { kind fields { name type { ...t } } } } fragment t on __Type { name kind }', {}),
        ('{ a: __type(name: "Area") { n: name } b: __type(name: "Area") { k: kind __typename } }', {}),
        ('{ __type(name: "Nothing") { name } }', {}),
        (
            "query ($n: String!) { __type(name: $n) { enumValues(includeDeprecated: true) { name } } }",
            {"n": "Language"},
        ),
        ("query ($w: Boolean!) { __schema { types @include(if: $w) { name } queryType { name } } }", {"w": False}),
        ("query ($d: Boolean) { __schema { types { fields(includeDeprecated: $d) { name args { name } } } } }", {}),
        (
            "query ($d: Boolean) { __schema { directives { locations args(includeDeprecated: $d) { name } } } }",
            {"d": True},
        ),
        (FRAGMENTS, {}),
        (BEFORE_INTROSPECTION, {}),
    ],
)
async def test_the_schema_describes_itself_as_the_reference_does(
    read_pool: ReadPool, text: str, variables: dict[str, Any]
) -> None:
    clock = Stopwatch(time.perf_counter)
    engine = Engine(CATALOGUE, read_pool)
    prepared = engine.prepare(Request(text, None, variables), Reader(ANONYMOUS, Reading()), clock)
    answer = await engine.answer(prepared, clock)
    expected = execute_sync(CATALOGUE.schema, parse(text), variable_values=variables)

    assert expected.errors is None
    assert [(key, json.loads(value)) for key, value in answer.fields] == list((expected.data or {}).items())


async def test_fields_about_the_schema_stand_in_their_place_among_the_others(read_pool: ReadPool) -> None:
    text = '{ a: area(code: "FI") { code } __schema { queryType { name } } s: __typename b: area(code: "FI") { code } }'
    clock = Stopwatch(time.perf_counter)
    engine = Engine(CATALOGUE, read_pool)
    prepared = engine.prepare(Request(text, None, {}), Reader(ANONYMOUS, Reading()), clock)

    assert [key for key, _ in (await engine.answer(prepared, clock)).fields] == ["a", "__schema", "s", "b"]


@pytest.mark.parametrize(("field", "most"), [("__schema { __typename }", 2), ('__type(name: "Area") { name }', 10)])
def test_the_schema_is_described_so_often_and_no_oftener(read_pool: ReadPool, field: str, most: int) -> None:
    def prepared(number: int) -> None:
        fields = " ".join(f"a{n}: {field}" for n in range(number))
        engine.prepare(Request(f"{{ {fields} }}", None, {}), Reader(ANONYMOUS, Reading()), Stopwatch(time.perf_counter))

    engine = Engine(CATALOGUE, read_pool)
    prepared(most)
    with pytest.raises(TooComplexError):
        prepared(most + 1)
