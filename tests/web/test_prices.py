"""What an operation costs, as its caller is told: in the answer, beside it, or instead of it."""

import json

import pytest
from graphql import get_introspection_query
from tests.web.budgeted import AREAS, Open, Site, code_of, left

from ilmio_api.web.allowances import Uncounted

STANDING = "rateLimit { cost limit remaining used resetAt }"


async def test_an_operation_can_ask_for_its_cost_beside_its_data(site: Site) -> None:
    answer = await site.ask(f"{{ areas(first: 9) {{ totalCount }} {STANDING} }}")

    assert answer.json()["data"]["rateLimit"] == {
        "cost": 21,
        "limit": 100,
        "remaining": 79,
        "used": 21,
        "resetAt": "2027-01-16T00:02:00.000Z",
    }
    assert list(answer.json()["data"]) == ["areas", "rateLimit"]


async def test_asking_for_the_cost_alone_asks_no_database(site: Site) -> None:
    before = site.pool.statements
    answer = await site.ask("{ limits: rateLimit { __typename points: cost } }")

    assert answer.json() == {"data": {"limits": {"__typename": "RateLimit", "points": 1}}}
    assert site.pool.statements == before


async def test_an_answer_about_the_request_is_never_kept(site: Site) -> None:
    query = f"{{ {STANDING} __typename }}"
    answers = [await site.client.get("/graphql", params={"query": query}) for _ in range(2)]

    assert [answer.json()["data"]["rateLimit"]["remaining"] for answer in answers] == [99, 98]
    assert [answer.headers["cache-control"] for answer in answers] == ["no-store"] * 2
    assert ["etag" in answer.headers for answer in answers] == [False] * 2


async def test_a_dry_run_prices_the_operation_without_running_it(site: Site) -> None:
    before = site.pool.statements
    answer = await site.ask(
        "query ($dry: Boolean! = true) { areas { totalCount nodes { code } } __typename "
        "rateLimit(dryRun: $dry) { cost remaining } }"
    )

    assert answer.json() == {"data": {"__typename": "Query", "rateLimit": {"cost": 41, "remaining": 99}}}
    assert site.pool.statements == before


async def test_a_variable_decides_whether_the_run_is_dry(site: Site) -> None:
    query = 'query ($dry: Boolean!) { area(code: "FI") { code } rateLimit(dryRun: $dry) { cost } }'
    answers = [
        await site.client.post("/graphql", json={"query": query, "variables": {"dry": dry}}) for dry in (True, False)
    ]

    assert [answer.json()["data"] for answer in answers] == [
        {"rateLimit": {"cost": 2}},
        {"area": {"code": "FI"}, "rateLimit": {"cost": 2}},
    ]


async def test_a_header_field_prices_any_operation_without_running_it(site: Site) -> None:
    before = site.pool.statements
    answer = await site.ask(AREAS, cost_only="?1")

    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json() == {
        "data": {},
        "extensions": {"cost": {"requested": 10, "limit": 100, "remaining": 99, "resetAt": "2027-01-16T00:02:00.000Z"}},
    }
    assert site.pool.statements == before


async def test_a_price_is_no_answer_and_an_answer_is_no_price(site: Site) -> None:
    answers = [
        await site.client.get("/graphql", params={"query": AREAS}, headers=headers)
        for headers in ({}, {"Cost-Only": "?1"}, {"Cost-Report": "?1"}, {})
    ]

    bodies = [answer.json() for answer in answers]
    assert bodies[0] == bodies[3]
    assert [list(body) for body in bodies] == [["data"], ["data", "extensions"], ["data", "extensions"], ["data"]]
    assert bodies[2]["data"] == bodies[0]["data"]
    assert ["etag" in answer.headers for answer in answers] == [True, False, False, True]


async def test_a_dry_run_is_checked_like_any_other(site: Site) -> None:
    answer = await site.ask("{ areas(first: 101) { totalCount } }", cost_only="?1")

    assert (answer.status_code, code_of(answer)) == (422, "BAD_PAGE_SIZE")


async def test_introspection_can_be_priced_too(site: Site) -> None:
    answer = await site.ask('{ __schema { queryType { name } } area(code: "FI") { code } }', cost_only="?1")

    assert (answer.json()["data"], answer.json()["extensions"]["cost"]["requested"]) == ({}, 2)


@pytest.mark.parametrize("query", ["{ _service { sdl } }", "{ _service { __typename } a: __schema { __typename } }"])
async def test_what_is_known_without_being_read_is_absent_from_a_price_too(site: Site, query: str) -> None:
    priced = await site.ask(query, cost_only="?1")
    dry = await site.ask(f"{{ rateLimit(dryRun: true) {{ cost }} t: __typename {query[1:]}")

    assert priced.json()["data"] == {}
    assert dry.json()["data"] == {"rateLimit": {"cost": 1}, "t": "Query"}


@pytest.mark.parametrize("value", ["?1;unknown=1", "?1;a;b", "?1 "])
async def test_parameters_of_the_header_field_do_not_matter(site: Site, value: str) -> None:
    assert (await site.ask(AREAS, cost_only=value)).json()["data"] == {}


@pytest.mark.parametrize("value", ["?0", "?0;a", "1", "true", ""])
async def test_other_values_of_the_header_field_mean_no(site: Site, value: str) -> None:
    answer = await site.ask(AREAS, cost_only=value, cost_report=value)

    assert list(answer.json()) == ["data"]
    assert answer.json()["data"]["areas"]["nodes"][8:] != []


async def test_the_cost_comes_with_the_answer_on_request(site: Site) -> None:
    body = {"query": AREAS, "extensions": {"cost": True}}
    answers = [await site.client.post("/graphql", json=body) for _ in range(2)]
    parameters = {"query": AREAS, "extensions": json.dumps(body["extensions"])}
    answers.append(await site.client.get("/graphql", params=parameters))

    assert [answer.json()["extensions"]["cost"]["requested"] for answer in answers] == [10, 10, 10]
    assert [answer.json()["extensions"]["cost"]["remaining"] for answer in answers] == [90, 89, 88]
    assert len({json.dumps(answer.json()["data"]) for answer in answers}) == 1


async def test_a_report_beside_errors_is_json(site: Site) -> None:
    answer = await site.ask('{ phenomenon(by: { slug: "nothing" }) { id } }', cost_report="?1")

    assert answer.status_code == 294
    assert list(answer.json()) == ["errors", "data", "extensions"]


async def test_a_report_is_coded_like_any_answer(site: Site) -> None:
    query = "{ areas(first: 98) { nodes { id code name } } }"
    answer = await site.ask(query, cost_report="?1", accept_encoding="gzip")

    assert answer.headers["content-encoding"] == "gzip"
    assert answer.json()["extensions"]["cost"]["requested"] == 99


async def test_the_standard_introspection_query_is_affordable_with_one_point_left(open_site: Open) -> None:
    query = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
        one_of=True,
    )
    with open_site(1) as site:
        answer = await site.ask(query)

    assert answer.status_code == 200
    directives = {each["name"] for each in answer.json()["data"]["__schema"]["directives"]}
    assert {"cost", "listSize", "oneOf", "inContext"} <= directives
    assert left(answer) == '"points";r=0;t=120'


async def test_the_explorer_costs_nothing(open_site: Open) -> None:
    with open_site(1) as site:
        pages = [await site.client.get("/graphql", headers={"Accept": "text/html"}) for _ in range(2)]

    assert [page.status_code for page in pages] == [200, 200]
    assert ["ratelimit" in page.headers for page in pages] == [False, False]


async def test_without_a_limit_nothing_is_counted(open_site: Open) -> None:
    with open_site(store=Uncounted()) as site:
        answer = await site.ask(f"{{ {STANDING} }}", cost_report="?1")

    assert "ratelimit" not in answer.headers
    assert answer.json() == {
        "data": {"rateLimit": {"cost": 1, "limit": None, "remaining": None, "used": None, "resetAt": None}},
        "extensions": {"cost": {"requested": 1, "limit": None, "remaining": None, "resetAt": None}},
    }
