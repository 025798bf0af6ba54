"""What is no GraphQL document is refused at its first fault: the grammar of September 2025, and nothing beside it."""

import httpx2
import pytest

RESPONSE = {"Accept": "application/graphql-response+json", "Accept-Language": "en"}


@pytest.mark.parametrize(
    ("document", "line", "column"),
    [
        ("{}", 1, 2),
        ("{,}", 1, 3),
        ("query {}", 1, 8),
        ("query Q {}", 1, 10),
        ("mutation {}", 1, 11),
        ("subscription {}", 1, 15),
        ('{\n  area(code: "MK08") {}\n}', 2, 23),
        ("{ areas { nodes { code } } pilots {} }", 1, 36),
        ("{ ... {} }", 1, 8),
        ("{ ... @include(if: true) {} }", 1, 27),
        ('{ node(id: "x") { ... on Pilot {} } }', 1, 33),
        ("{ __typename ...F } fragment F on Query {}", 1, 42),
    ],
)
async def test_an_empty_set_of_fields_is_a_syntax_error(
    api: httpx2.AsyncClient, document: str, line: int, column: int
) -> None:
    answer = await api.post("/graphql", json={"query": document}, headers=RESPONSE)

    assert answer.status_code == 400
    assert answer.json() == {
        "errors": [
            {
                "message": "The document is not GraphQL: Syntax Error: Expected Name, found '}'.",
                "locations": [{"line": line, "column": column}],
                "extensions": {"code": "SYNTAX_ERROR", "help": "Mend the document at the given place."},
            }
        ]
    }


@pytest.mark.parametrize(
    ("document", "column", "detail"),
    [
        ("query Q() { __typename }", 9, "Expected '$', found ')'."),
        ("{ __typename() }", 14, "Expected Name, found ')'."),
        ("{ __typename @include() }", 23, "Expected Name, found ')'."),
        ("{ ...F(a: 1) } fragment F on Query { __typename }", 7, "Expected Name, found '('."),
        ("{ ...F } fragment F($a: Int) on Query { __typename }", 20, "Expected 'on', found '('."),
        ("{ ... on { __typename } }", 10, "Expected Name, found '{'."),
        ("{ __typename! }", 13, "Expected Name, found '!'."),
        ("query Q", 8, "Expected '{', found <EOF>."),
        ("# nothing", 10, "Unexpected <EOF>."),
    ],
)
async def test_what_the_grammar_does_not_have_is_told_with_its_place(
    api: httpx2.AsyncClient, document: str, column: int, detail: str
) -> None:
    answer = await api.post("/graphql", json={"query": document}, headers=RESPONSE)

    (error,) = answer.json()["errors"]
    assert error["message"] == f"The document is not GraphQL: Syntax Error: {detail}"
    assert error["extensions"]["code"] == "SYNTAX_ERROR"
    assert error["locations"] == [{"line": 1, "column": column}]


@pytest.mark.parametrize("document", ["{__typename,,}", "\ufeff{ __typename }", '"why" query Q { __typename }'])
async def test_what_the_grammar_has_is_understood(api: httpx2.AsyncClient, document: str) -> None:
    answer = await api.post("/graphql", json={"query": document}, headers=RESPONSE)

    assert (answer.status_code, answer.json()) == (200, {"data": {"__typename": "Query"}})
