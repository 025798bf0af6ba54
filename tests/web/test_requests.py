"""GraphQL over HTTP: methods, media types, statuses and headers.

Source: GraphQL over HTTP, draft of 2026.
"""

import gzip
import json
from typing import Any

import httpx2
import pytest

from ilmio_api.schema.sdl import SDL_PATH

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
TYPED = {RESPONSE: f"{RESPONSE}; charset=utf-8", JSON: f"{JSON}; charset=utf-8"}
QUERY = "{ __typename }"
DATA = {"data": {"__typename": "Query"}}
NOT_FOUND = '{ phenomenon(by: { slug: "nothing" }) { id } __typename }'


@pytest.mark.parametrize(
    ("accept", "given"),
    [(RESPONSE, RESPONSE), (JSON, JSON), ("*/*", JSON), ("application/*", JSON), ("text/html, */*;q=0.1", JSON)],
)
async def test_an_answer_comes_in_the_form_that_was_asked_for(api: httpx2.AsyncClient, accept: str, given: str) -> None:
    answer = await api.post("/graphql", json={"query": QUERY}, headers={"Accept": accept})

    assert (answer.status_code, answer.headers["content-type"], answer.json()) == (200, TYPED[given], DATA)


async def test_a_client_that_names_no_form_gets_json(api: httpx2.AsyncClient) -> None:
    request = api.build_request("POST", "/graphql", json={"query": QUERY})
    del request.headers["accept"]
    answer = await api.send(request)

    assert (answer.status_code, answer.headers["content-type"]) == (200, TYPED[JSON])


@pytest.mark.parametrize(
    ("body", "code", "status", "status_of_json"),
    [
        ({"query": "{"}, "SYNTAX_ERROR", 400, 200),
        ({"query": "{ nothing }"}, "VALIDATION_FAILED", 422, 200),
        ({"query": "query A { __typename } query B { __typename }"}, "OPERATION_NOT_FOUND", 422, 200),
        ({"query": QUERY, "operationName": "Other"}, "OPERATION_NOT_FOUND", 422, 200),
        ({"query": "query ($code: String!) { area(code: $code) { code } }"}, "BAD_VARIABLES", 422, 200),
        ({"query": "{ areas(first: 101) { totalCount } }"}, "BAD_PAGE_SIZE", 422, 200),
        ({"query": "{ areas(first: 1, last: 1) { totalCount } }"}, "BAD_PAGE_SIZE", 422, 200),
        ({"query": '{ areas(after: "x") { totalCount } }'}, "BAD_CURSOR", 422, 200),
        ({"query": '{ area(code: "\\u0000") { code } }'}, "BAD_ARGUMENT", 422, 200),
        ({"query": '{ pilots(filter: { area: { within: "XX1" } }) { totalCount } }'}, "UNKNOWN_AREA", 422, 200),
        ({"query": "mutation { anything }"}, "VALIDATION_FAILED", 422, 200),
        ({}, "BAD_REQUEST", 422, 400),
        ({"query": ""}, "BAD_REQUEST", 422, 400),
        ({"query": None}, "BAD_REQUEST", 422, 400),
        ({"query": 1}, "BAD_REQUEST", 422, 400),
        ({"query": QUERY, "variables": []}, "BAD_REQUEST", 422, 400),
        ({"query": QUERY, "variables": "{}"}, "BAD_REQUEST", 422, 400),
        ({"query": QUERY, "operationName": 1}, "BAD_REQUEST", 422, 400),
        ({"query": QUERY, "extensions": []}, "BAD_REQUEST", 422, 400),
        ([{"query": QUERY}], "BAD_REQUEST", 422, 400),
        ("text", "BAD_REQUEST", 422, 400),
        (None, "BAD_REQUEST", 422, 400),
    ],
)
async def test_a_request_that_cannot_be_carried_out_has_a_code_a_status_and_no_data(
    api: httpx2.AsyncClient, body: object, code: str, status: int, status_of_json: int
) -> None:
    answers = [
        await api.post("/graphql", content=json.dumps(body), headers={"Accept": accept, "Content-Type": JSON})
        for accept in (RESPONSE, JSON)
    ]

    assert [answer.status_code for answer in answers] == [status, status_of_json]
    assert [answer.headers["content-type"] for answer in answers] == [TYPED[RESPONSE], TYPED[JSON]]
    assert [list(answer.json()) for answer in answers] == [["errors"]] * 2
    assert {error["extensions"]["code"] for answer in answers for error in answer.json()["errors"]} == {code}


@pytest.mark.parametrize(("accept", "status"), [(RESPONSE, 294), (JSON, 200)])
async def test_data_with_errors_has_a_status_of_its_own(api: httpx2.AsyncClient, accept: str, status: int) -> None:
    answer = await api.post("/graphql", json={"query": NOT_FOUND}, headers={"Accept": accept})

    assert answer.status_code == status
    assert list(answer.json()) == ["errors", "data"]
    assert answer.json()["data"] == {"phenomenon": None, "__typename": "Query"}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "SEARCH"])
async def test_other_methods_are_refused_with_those_that_fit(api: httpx2.AsyncClient, method: str) -> None:
    answer = await api.request(method, "/graphql", json={"query": QUERY}, headers={"Accept": RESPONSE})

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST, QUERY, OPTIONS")
    assert answer.json()["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize(("accept", "query"), [(RESPONSE, ""), (JSON, ""), (RESPONSE, "&profile=2025")])
async def test_what_is_no_json_is_a_bad_request_to_everybody(api: httpx2.AsyncClient, accept: str, query: str) -> None:
    answer = await api.post(f"/graphql?{query}", content='{"query":', headers={"Accept": accept, "Content-Type": JSON})

    assert answer.status_code == 400


async def test_a_request_of_2025_without_a_document_is_a_bad_request(api: httpx2.AsyncClient) -> None:
    answer = await api.post("/graphql?profile=2025", json={"qeury": QUERY}, headers={"Accept": RESPONSE})

    assert answer.status_code == 400


async def test_an_answer_that_the_client_does_not_accept_is_refused(api: httpx2.AsyncClient) -> None:
    answer = await api.post("/graphql", json={"query": QUERY}, headers={"Accept": "image/png"})

    assert answer.status_code == 406
    assert answer.json()["errors"][0]["extensions"]["code"] == "NOT_ACCEPTABLE"


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=utf-16",
        "application/json-patch+json",
        "",
    ],
)
async def test_a_body_that_is_not_json_in_utf_8_is_not_read(api: httpx2.AsyncClient, content_type: str) -> None:
    answer = await api.post(
        "/graphql", content=b'{"query": "{ __typename }"}', headers={"Content-Type": content_type, "Accept": RESPONSE}
    )

    assert answer.status_code == 415
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNSUPPORTED_MEDIA_TYPE"


@pytest.mark.parametrize(
    "content_type", [JSON, "Application/JSON", "application/json; charset=UTF-8", 'application/json;charset="utf-8"']
)
async def test_json_in_utf_8_is_read(api: httpx2.AsyncClient, content_type: str) -> None:
    answer = await api.post("/graphql", content=b'{"query": "{ __typename }"}', headers={"Content-Type": content_type})

    assert answer.json() == DATA


@pytest.mark.parametrize("declared", [True, False])
async def test_a_large_body_is_refused_whether_or_not_it_says_its_size(
    api: httpx2.AsyncClient, *, declared: bool
) -> None:
    async def chunks() -> Any:  # noqa: ANN401
        for _ in range(1_000):
            yield b" " * 1_000

    body: Any = b" " * 1_000_000 if declared else chunks()
    answer = await api.post("/graphql", content=body, headers={"Content-Type": JSON, "Accept": RESPONSE})

    assert answer.status_code == 413
    assert answer.json()["errors"][0]["extensions"]["code"] == "TOO_LARGE"


async def test_a_query_can_be_in_the_address(api: httpx2.AsyncClient) -> None:
    answer = await api.get(
        "/graphql",
        params={
            "query": "query A { __typename } query B($code: String!) { area(code: $code) { name } }",
            "variables": '{"code": "KU286"}',
            "operationName": "B",
            "extensions": "{}",
        },
        headers={"Accept": RESPONSE},
    )

    assert (answer.status_code, answer.json()) == (200, {"data": {"area": {"name": "Kouvola"}}})


async def test_empty_parameters_in_the_address_count_as_not_given(api: httpx2.AsyncClient) -> None:
    answer = await api.get("/graphql?query={__typename}&variables=&operationName=&extensions=")

    assert answer.json() == DATA


@pytest.mark.parametrize(
    "parameters",
    [
        "",
        "query=",
        "query={__typename}&variables={",
        "query={__typename}&variables=[]",
        "query={__typename}&extensions=1",
    ],
)
async def test_an_address_without_a_well_formed_request_is_refused(api: httpx2.AsyncClient, parameters: str) -> None:
    answer = await api.get(f"/graphql?{parameters}", headers={"Accept": RESPONSE})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize("parameters", ['query={area(code:"%FF"){name}}', "query={__typename}&operationName=%E4"])
async def test_an_address_that_is_not_utf_8_is_refused(api: httpx2.AsyncClient, parameters: str) -> None:
    answer = await api.get(f"/graphql?{parameters}", headers={"Accept": RESPONSE, "Accept-Language": "en"})

    assert answer.status_code == 400
    assert [error["message"] for error in answer.json()["errors"]] == [
        "The request is not a well-formed GraphQL request: the address is not UTF-8."
    ]


@pytest.mark.parametrize(("others", "status"), [(99, 200), (100, 400)])
async def test_an_address_has_a_hundred_parameters_at_most(api: httpx2.AsyncClient, others: int, status: int) -> None:
    answer = await api.get(f"/graphql?query={{__typename}}{'&a=1' * others}", headers={"Accept": RESPONSE})

    assert answer.status_code == status


async def test_the_method_query_is_a_post_that_is_safe(api: httpx2.AsyncClient) -> None:
    answer = await api.request("QUERY", "/graphql", json={"query": QUERY}, headers={"Accept": RESPONSE})

    assert (answer.status_code, answer.json()) == (200, DATA)


async def test_keys_that_the_service_does_not_know_are_ignored(api: httpx2.AsyncClient) -> None:
    answer = await api.post("/graphql", json={"query": QUERY, "id": 7, "extensions": {"any": [1]}, "query ": "x"})

    assert answer.json() == DATA


async def test_a_browser_gets_the_explorer_at_the_same_address(api: httpx2.AsyncClient) -> None:
    answer = await api.get("/graphql?query={__typename}", headers={"Accept": "text/html,*/*;q=0.8"})

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert 'id="configuration"' in answer.text


async def test_a_page_of_another_origin_may_ask(api: httpx2.AsyncClient) -> None:
    answer = await api.post("/graphql", json={"query": QUERY}, headers={"Origin": "https://other.example"})

    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert set(answer.headers["access-control-expose-headers"].split(", ")) >= {"Server-Timing", "X-Request-Id"}


async def test_a_browser_that_asks_first_is_told_what_it_may_send(api: httpx2.AsyncClient) -> None:
    answer = await api.options(
        "/graphql",
        headers={
            "Origin": "https://other.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type, authorization, traceparent",
        },
    )

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert {"GET", "HEAD", "POST", "QUERY"} <= set(answer.headers["access-control-allow-methods"].split(", "))
    assert answer.headers["access-control-allow-headers"] == "content-type, authorization, traceparent"
    assert answer.headers["access-control-max-age"] == "86400"
    assert "access-control-allow-credentials" not in answer.headers


async def test_cookies_make_no_difference_and_none_are_set(api: httpx2.AsyncClient) -> None:
    answer = await api.post("/graphql", json={"query": QUERY}, headers={"Cookie": "session=anything; token=x"})

    assert answer.json() == DATA
    assert "set-cookie" not in answer.headers
    assert "cookie" not in answer.headers["vary"].lower()


async def test_every_answer_has_these_headers(api: httpx2.AsyncClient) -> None:
    answer = await api.post("/graphql", json={"query": '{ area(code: "FI") { code } }'})

    headers = dict(answer.headers)
    assert headers.pop("access-control-expose-headers").startswith("Accept-Query, Content-Language, ETag, ")
    assert headers.pop("content-length") == str(len(answer.content))
    assert len(headers.pop("x-request-id")) == 32
    assert headers.pop("server-timing").startswith("parse;dur=")
    assert headers == {
        "accept-query": "application/json",
        "access-control-allow-origin": "*",
        "cache-control": "no-store",
        "content-language": "fi",
        "content-type": TYPED[JSON],
        "vary": "Accept, Accept-Encoding, Accept-Language, Authorization",
        "x-content-type-options": "nosniff",
    }


async def test_the_steps_of_a_request_are_timed(api: httpx2.AsyncClient) -> None:
    query = '{ area(code: "MK21") { code } }'
    timings = [(await api.post("/graphql", json={"query": query})).headers["server-timing"] for _ in range(2)]

    names = [[step.partition(";dur=")[0] for step in timing.split(", ")] for timing in timings]
    assert names[0] == ["parse", "validate", "build", "limit", "restrict", "localise", "emit", "sql"]
    assert names[1] == ["state"]


async def test_a_request_without_a_step_has_no_timing(api: httpx2.AsyncClient) -> None:
    answers = [await api.post("/graphql", json={"query": "{ again: __typename }"}) for _ in range(2)]

    assert ["server-timing" in answer.headers for answer in answers] == [True, False]


@pytest.mark.parametrize(
    ("traceparent", "known"),
    [
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", True),
        ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", False),
        ("00-<script>-00f067aa0ba902b7-01", False),
        ("4bf92f3577b34da6a3ce929d0e0e4736", False),
        ("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", False),
        ("x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", False),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", False),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", False),
        ("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-later", True),
        ("", False),
    ],
)
async def test_a_well_formed_trace_of_the_caller_is_kept(
    api: httpx2.AsyncClient, traceparent: str, *, known: bool
) -> None:
    answer = await api.post("/graphql", json={"query": QUERY}, headers={"traceparent": traceparent})

    assert (answer.headers["x-request-id"] == "4bf92f3577b34da6a3ce929d0e0e4736") is known
    assert len(answer.headers["x-request-id"]) == 32


async def test_a_trace_id_of_zeros_is_not_kept(api: httpx2.AsyncClient) -> None:
    headers = {"traceparent": f"00-{'0' * 32}-00f067aa0ba902b7-01"}
    answer = await api.post("/graphql", json={"query": QUERY}, headers=headers)

    assert answer.headers["x-request-id"] != "0" * 32


async def test_lines_of_a_list_in_the_header_count_together(api: httpx2.AsyncClient) -> None:
    headers = [("Accept", "text/html"), ("Accept", "application/json"), ("Accept-Language", "xx, en")]
    answer = await api.post("/graphql", json={"query": QUERY}, headers=headers)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


async def test_a_compressed_request_is_refused_by_name(api: httpx2.AsyncClient) -> None:
    body, headers = gzip.compress(b'{"query": "{ __typename }"}'), {"Content-Type": "application/json"}
    answer = await api.post("/graphql", content=body, headers={**headers, "Content-Encoding": "gzip"})

    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "identity")
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNSUPPORTED_MEDIA_TYPE"


async def test_the_published_schema_is_the_committed_file(api: httpx2.AsyncClient) -> None:
    answer = await api.get("/schema.graphql")

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.content == SDL_PATH.read_bytes()


async def test_the_schema_can_be_read_by_introspection(api: httpx2.AsyncClient) -> None:
    answer = await api.post(
        "/graphql",
        json={"query": '{ __schema { queryType { name } mutationType { name } } area(code: "FI") { code } }'},
    )

    types = {"queryType": {"name": "Query"}, "mutationType": {"name": "Mutation"}}
    assert answer.json() == {"data": {"__schema": types, "area": {"code": "FI"}}}


@pytest.mark.parametrize("path", ["/nothing", "/graphql/", "/.git/config", "/..%2f..%2fetc/passwd"])
async def test_another_address_is_not_found(api: httpx2.AsyncClient, path: str) -> None:
    answer = await api.get(path, follow_redirects=False)

    assert answer.status_code in {404, 307}
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("query", "status"),
    [(QUERY, 200), (NOT_FOUND, 200), ("{ nothing }", 400), ("{", 400), ("{ areas(first: 101) { totalCount } }", 400)],
)
async def test_the_edition_of_2025_is_spoken_to_those_who_ask_for_it(
    api: httpx2.AsyncClient, query: str, status: int
) -> None:
    answer = await api.post("/graphql?profile=2025", json={"query": query}, headers={"Accept": RESPONSE})

    assert (answer.status_code, answer.headers["content-type"]) == (status, TYPED[RESPONSE])


@pytest.mark.parametrize("query", [QUERY, NOT_FOUND, "{ nothing }", "{", "{ areas(first: 101) { totalCount } }"])
async def test_the_edition_makes_no_difference_to_plain_json(api: httpx2.AsyncClient, query: str) -> None:
    answers = [
        await api.post(address, json={"query": query}, headers={"Accept": JSON})
        for address in ("/graphql", "/graphql?profile=2025")
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
