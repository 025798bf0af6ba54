"""What a caller is told when something goes wrong: enough to mend it, and never what is inside."""

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import httpx2
import pytest

from ilmio_api.errors import TimedOutError, UnavailableError

Failing = Callable[[Exception], AbstractAsyncContextManager[httpx2.AsyncClient]]

RESPONSE = {"Accept": "application/graphql-response+json"}
AREA = '{ area(code: "FI") { code } }'
SECRET = "SELECT password FROM secrets"  # noqa: S105 - no password, but what must not leak


@pytest.mark.parametrize(
    ("language", "message", "advice"),
    [
        (
            "fi",
            "Sivun koko first = 101 ei kelpaa.",
            "Pyydä 0–100 kerrallaan; first ja last eivät sovi yhteen.",
        ),
        (
            "sv",
            "Sidstorleken first = 101 duger inte.",
            "Be om 0–100 åt gången; first och last går inte ihop.",
        ),
        (
            "en",
            "The page size first = 101 is not allowed.",
            "Ask for 0 to 100 at a time; first and last do not go together.",
        ),
        (
            "se",
            "The page size first = 101 is not allowed.",
            "Ask for 0 to 100 at a time; first and last do not go together.",
        ),
    ],
)
async def test_an_error_speaks_the_language_of_the_reader(
    api: httpx2.AsyncClient, language: str, message: str, advice: str
) -> None:
    answer = await api.post(
        "/graphql",
        json={"query": "{ big: areas(first: 101) { totalCount } }"},
        headers={**RESPONSE, "Accept-Language": language},
    )

    assert answer.json() == {
        "errors": [
            {"message": message, "path": ["big"], "extensions": {"code": "BAD_PAGE_SIZE", "help": advice}},
        ]
    }


@pytest.mark.parametrize(
    ("body", "language", "message"),
    [
        ("{}", "fi", "Pyyntö ei ole kelvollinen GraphQL-pyyntö: query puuttuu."),
        ('{"query": ""}', "sv", "Begäran är inte en giltig GraphQL-begäran: query saknas."),
        ("[]", "fi", "Pyyntö ei ole kelvollinen GraphQL-pyyntö: pyynnön runko ei ole JSON-olio."),
        ('{"query": 1}', "sv", "Begäran är inte en giltig GraphQL-begäran: query är inte en sträng."),
        ('{"query": "{", "variables": 1}', "fi", "Pyyntö ei ole kelvollinen GraphQL-pyyntö: variables ei ole olio."),
        (
            '{"query": "{", "extensions": 1}',
            "sv",
            "Begäran är inte en giltig GraphQL-begäran: extensions är inte ett objekt.",
        ),
    ],
)
async def test_what_is_wrong_with_a_request_is_told_in_the_language_of_the_reader(
    api: httpx2.AsyncClient, body: str, language: str, message: str
) -> None:
    headers = {"Content-Type": "application/json", "Accept-Language": language}
    answer = await api.post("/graphql", content=body, headers=headers)

    assert [error["message"] for error in answer.json()["errors"]] == [message]


async def test_an_error_in_the_document_says_where(api: httpx2.AsyncClient) -> None:
    answer = await api.post(
        "/graphql", json={"query": "{\n  areaa { code }\n}"}, headers={**RESPONSE, "Accept-Language": "en"}
    )

    (error,) = answer.json()["errors"]
    assert error["locations"] == [{"line": 2, "column": 3}]
    assert error["message"].startswith(
        "The document does not fit the schema: Cannot query field 'areaa' on type 'Query'. Did you mean"
    )
    assert error["extensions"] == {
        "code": "VALIDATION_FAILED",
        "help": "See the schema at /schema.graphql or the explorer at /graphql.",
    }


async def test_the_path_of_an_error_leads_to_the_field_also_below_aliases(api: httpx2.AsyncClient) -> None:
    answer = await api.post(
        "/graphql",
        json={"query": "{ all: phenomena { nodes { mine: initiatives(first: -1) { totalCount } } } }"},
        headers=RESPONSE,
    )

    assert answer.json()["errors"][0]["path"] == ["all", "nodes", "mine"]


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("areas(first: 101) { totalCount }", "Sidstorleken first = 101 duger inte."),
        ('area(code: "XX") { code }', "Områdeskoden XX finns inte i registret."),
    ],
)
async def test_the_language_of_the_operation_is_that_of_its_errors(
    api: httpx2.AsyncClient, field: str, message: str
) -> None:
    query = {"query": f"query @inContext(language: SV) {{ {field} }}"}
    answer = await api.post("/graphql", json=query, headers={**RESPONSE, "Accept-Language": "en"})

    assert answer.json()["errors"][0]["message"] == message
    assert answer.headers["content-language"] == "sv"


async def test_what_a_caller_sent_is_not_sent_back_at_any_length(api: httpx2.AsyncClient) -> None:
    answer = await api.post("/graphql", json={"query": f'{{ area(code: "{"x" * 200_000}") {{ code }} }}'})

    assert answer.json()["errors"][0]["extensions"]["code"] == "UNKNOWN_AREA"
    assert len(answer.content) < 1_500


async def test_a_fault_is_masked_by_a_trace_id_under_which_the_log_has_the_rest(
    failing: Failing, caplog: pytest.LogCaptureFixture
) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    async with failing(ValueError(SECRET)) as client:
        with caplog.at_level(logging.ERROR, "ilmio_api"):
            answer = await client.post(
                "/graphql",
                json={"query": AREA},
                headers={**RESPONSE, "Accept-Language": "en", "traceparent": f"00-{trace}-00f067aa0ba902b7-01"},
            )

    assert answer.status_code == 500
    assert answer.json() == {
        "errors": [
            {
                "message": "The service has a fault.",
                "extensions": {
                    "code": "INTERNAL",
                    "help": f"Report the trace id {trace} if it happens again.",
                    "traceId": trace,
                },
            }
        ]
    }
    assert answer.headers["x-request-id"] == trace
    assert f"fault {trace}" in caplog.text
    assert f"ValueError: {SECRET}" in caplog.text


async def test_a_fault_is_no_success_in_the_older_media_type_either(failing: Failing) -> None:
    async with failing(ValueError(SECRET)) as client:
        answer = await client.post("/graphql", json={"query": AREA}, headers={"Accept": "application/json"})

    assert answer.status_code == 500
    assert SECRET not in answer.text


async def test_the_service_goes_on_after_a_fault(failing: Failing) -> None:
    async with failing(ValueError(SECRET)) as client:
        statuses = [
            (await client.post("/graphql", json={"query": query})).status_code for query in (AREA, "{ __typename }")
        ]

    assert statuses == [500, 200]


@pytest.mark.parametrize("accept", ["application/graphql-response+json", "application/json"])
async def test_a_query_that_ran_too_long_is_a_timeout(failing: Failing, accept: str) -> None:
    async with failing(TimedOutError(seconds=10.0)) as client:
        answer = await client.post(
            "/graphql", json={"query": AREA}, headers={"Accept": accept, "Accept-Language": "en"}
        )

    (error,) = answer.json()["errors"]
    assert answer.status_code == 504
    assert error["extensions"]["code"] == "TIMEOUT"
    assert error["message"] == "The query ran for more than 10.0 seconds and was stopped."


@pytest.mark.parametrize("accept", ["application/graphql-response+json", "application/json"])
async def test_without_a_database_the_caller_is_told_to_come_back(failing: Failing, accept: str) -> None:
    async with failing(UnavailableError()) as client:
        answer = await client.post("/graphql", json={"query": AREA}, headers={"Accept": accept})

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"


@pytest.mark.parametrize("path", ["/live", "/ready"])
async def test_a_healthy_service_says_so(api: httpx2.AsyncClient, path: str) -> None:
    answer = await api.get(path)

    assert (answer.status_code, answer.json()) == (200, {"status": path.removeprefix("/")})
    assert answer.headers["cache-control"] == "no-store"


async def test_without_a_database_the_service_lives_but_is_not_ready(failing: Failing) -> None:
    async with failing(UnavailableError()) as client:
        answers = [await client.get(path) for path in ("/live", "/ready")]

    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (200, {"status": "live"}),
        (503, {"status": "unavailable"}),
    ]


async def test_a_service_whose_database_does_not_answer_in_time_is_not_ready(failing: Failing) -> None:
    async with failing(TimedOutError(seconds=10.0)) as client:
        assert (await client.get("/ready")).status_code == 503


@pytest.mark.parametrize("accept", ["application/graphql-response+json", "application/json"])
@pytest.mark.parametrize("query", [{}, {"profile": "2025"}])
async def test_an_address_is_no_way_around_the_limit_on_size(
    failing: Failing, accept: str, query: dict[str, str]
) -> None:
    async with failing(UnavailableError()) as client:
        answer = await client.get("/graphql", params={"query": "#" * 1_000, **query}, headers={"Accept": accept})

    assert answer.status_code == 414
    assert answer.json()["errors"][0]["extensions"]["code"] == "TOO_LARGE"
