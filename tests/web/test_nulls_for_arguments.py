"""Null for an argument that has to have a value is refused.

A variable of a nullable type with a default may stand where a value is needed (GraphQL §5.8.5), and so may one where
the argument has a default; both can be null all the same, and only the request tells.
"""

import httpx2
import pytest

RESPONSE = "application/graphql-response+json"


@pytest.mark.parametrize(
    "text",
    [
        'query ($x: String = "KU091") { area(code: $x) { name } }',
        'query ($x: String = "koulu") { search(text: $x) { totalCount } }',
        "query ($x: [ID!] = []) { nodes(ids: $x) { id } }",
        'query ($x: ID = "x") { nodes(ids: [$x]) { id } }',
        'query ($x: ID = "x") { node(id: $x) { id } }',
        "query ($x: AreaOrderField = NAME) { areas(orderBy: { field: $x }) { totalCount } }",
        "query ($x: OrderDirection) { areas(orderBy: { field: NAME, direction: $x }) { totalCount } }",
        "query ($x: [_Any!] = []) { _entities(representations: $x) { __typename } }",
        "query ($x: Boolean) { rateLimit(dryRun: $x) { cost } }",
        'query ($x: String = "Pilot") { __type(name: $x) { name } }',
        'query ($x: Boolean) { __type(name: "Pilot") { fields(includeDeprecated: $x) { name } } }',
        "query ($x: Boolean = true) { __typename @include(if: $x) }",
        "query ($x: Boolean = true) { areas { totalCount @skip(if: $x) } }",
        "query ($x: Boolean = true) { ... @skip(if: $x) { __typename } }",
        "query ($x: Language = SV) @inContext(language: $x) { __typename }",
    ],
)
async def test_a_variable_that_is_null_is_no_value(api: httpx2.AsyncClient, text: str) -> None:
    body = {"query": text, "variables": {"x": None}}
    answer = await api.post("/graphql", json=body, headers={"Accept": RESPONSE})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_VARIABLES"


@pytest.mark.parametrize("variables", [{}, {"id": None}])
async def test_a_key_that_may_be_missing_is_no_key(api: httpx2.AsyncClient, variables: dict[str, None]) -> None:
    body = {"query": "query ($id: ID) { pilot(by: { id: $id }) { id } }", "variables": variables}
    answer = await api.post("/graphql", json=body, headers={"Accept": RESPONSE})

    assert answer.status_code == 422


async def test_a_null_in_what_is_skipped_does_not_matter(api: httpx2.AsyncClient) -> None:
    text = 'query ($x: String = "KU091") { area(code: $x) @skip(if: true) { name } __typename }'
    answer = await api.post("/graphql", json={"query": text, "variables": {"x": None}})

    assert answer.json() == {"data": {"__typename": "Query"}}


async def test_a_variable_that_is_not_given_has_its_default(api: httpx2.AsyncClient) -> None:
    text = 'query ($x: String = "KU091", $y: Boolean = true) { area(code: $x) { code @include(if: $y) } }'
    answer = await api.post("/graphql", json={"query": text})

    assert answer.json() == {"data": {"area": {"code": "KU091"}}}


@pytest.mark.parametrize(
    "text",
    [
        'query ($x: Boolean) { __type(name: "Pilot") { fields(includeDeprecated: $x) { name } } }',
        "query ($x: OrderDirection) { areas(orderBy: { field: NAME, direction: $x }) { totalCount } }",
        "query ($x: Boolean) { rateLimit(dryRun: $x) { cost } }",
    ],
)
async def test_where_the_place_has_a_default_a_variable_need_not_be_given(api: httpx2.AsyncClient, text: str) -> None:
    answer = await api.post("/graphql", json={"query": text}, headers={"Accept": RESPONSE})

    assert answer.status_code == 200
