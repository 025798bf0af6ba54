"""Answers that are kept: sent again while nothing has changed, and never when something has."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import brotli
import httpx2
import pytest
import zstandard

from ilmio_api.app import create_app
from ilmio_api.compiler.freshness import Freshness
from ilmio_api.db.pool import ReadPool
from ilmio_api.settings import Settings

AREA = '{ area(code: "XX1") { name } areas { totalCount } }'
INSERT = "INSERT INTO area (id, code, kind, name) VALUES ('area_xx1', 'XX1', 'COUNTRY', $1)"
LARGE = "{ areas(first: 100) { nodes { id code name } } }"


@dataclass(frozen=True, slots=True)
class Site:
    """An application on a database of its own, which a test changes behind its back."""

    client: httpx2.AsyncClient
    pool: ReadPool
    writer: "asyncpg.Connection[asyncpg.Record]"

    async def get(self, query: str, **headers: str) -> httpx2.Response:
        """Ask in the address."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get("/graphql", params={"query": query}, headers=named)


@pytest.fixture
async def site(private_url: str) -> AsyncIterator[Site]:
    """Provide an application on a database of the test's own."""
    application = create_app(Settings(database_url=private_url, pool_size=2))
    async with (
        application.router.lifespan_context(application),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(application), base_url="http://api.example.fi") as client,
    ):
        writer = await asyncpg.connect(private_url)
        yield Site(client, application.state.fetcher.source, writer)
        await writer.close()


async def test_a_change_is_seen_by_the_very_next_request(site: Site) -> None:
    before = await site.get(AREA)
    await site.writer.execute(INSERT, '{"fi": "Uusi"}')
    after = await site.get(AREA)
    await site.writer.execute("UPDATE area SET name = $1", '{"fi": "Toinen"}')
    changed = await site.get(AREA)

    assert before.json()["errors"][0]["extensions"]["code"] == "UNKNOWN_AREA"
    assert after.json()["data"] == {"area": {"name": "Uusi"}, "areas": {"totalCount": 1}}
    assert changed.json()["data"] == {"area": {"name": "Toinen"}, "areas": {"totalCount": 1}}


async def test_an_unchanged_answer_costs_no_more_than_asking_whether_it_is(site: Site) -> None:
    await site.writer.execute(INSERT, '{"fi": "Uusi"}')
    first = await site.get(AREA)
    before = site.pool.statements
    second = await site.get(AREA)

    assert second.content == first.content
    assert site.pool.statements - before == 1
    assert [step.partition(";")[0] for step in second.headers["server-timing"].split(", ")] == ["state"]


async def test_a_kept_answer_is_sent_to_each_in_the_form_that_it_asks_for(site: Site) -> None:
    await site.writer.execute(INSERT, f'{{"fi": "{"Uusi" * 500}"}}')
    json, response = "application/json; charset=utf-8", "application/graphql-response+json; charset=utf-8"
    forms = [(json, "br"), (json, "gzip"), (response, "gzip"), (response, "identity"), (json, "br")]
    before = site.pool.statements
    answers = [await site.get(AREA, accept=accept.split(";")[0], accept_encoding=coding) for accept, coding in forms]
    posted = await site.client.post("/graphql", json={"query": AREA}, headers={"Accept-Encoding": "br"})

    assert site.pool.statements - before == 6
    assert {answer.text for answer in (*answers, posted)} == {posted.text}
    assert [(each.headers["content-type"], each.headers.get("content-encoding")) for each in answers] == [
        (json, "br"),
        (json, "gzip"),
        (response, "gzip"),
        (response, None),
        (json, "br"),
    ]
    assert [each.headers["cache-control"] for each in (*answers, posted)] == ["public, no-cache"] * 5 + ["no-store"]
    assert ["etag" in each.headers for each in (*answers, posted)] == [True] * 5 + [False]


async def test_every_sending_of_a_kept_answer_has_an_id_of_its_own(site: Site) -> None:
    answers = [await site.get("{ areas { totalCount } }") for _ in range(3)]

    assert [len(answer.headers["x-request-id"]) for answer in answers] == [32, 32, 32]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 3
    assert len({answer.headers["etag"] for answer in answers}) == 1


async def test_a_reader_who_has_the_answer_is_told_so(site: Site) -> None:
    tag = (await site.get("{ areas { totalCount } }")).headers["etag"]
    again = await site.get("{ areas { totalCount } }", if_none_match=f'W/"other", {tag}')

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert "content-length" not in again.headers


async def test_any_tag_is_not_the_tag_of_an_operation_that_fails(api: httpx2.AsyncClient) -> None:
    failing = {"query": '{ area(code: "XXX") { name } }'}
    answer = await api.get("/graphql", params=failing, headers={"If-None-Match": "*"})

    assert answer.json()["errors"][0]["extensions"]["code"] == "UNKNOWN_AREA"


@pytest.mark.parametrize("form", ["{tag}", "{strong}", '"other", {strong}', "*", " * "])
async def test_tags_are_compared_weakly(site: Site, form: str) -> None:
    tag = (await site.get("{ areas { totalCount } }")).headers["etag"]
    held = form.format(tag=tag, strong=tag.removeprefix("W/"))

    assert (await site.get("{ areas { totalCount } }", if_none_match=held)).status_code == 304


@pytest.mark.parametrize("held", ["", '""', 'W/"other"', "nonsense", '"' + "x" * 10_000 + '"'])
async def test_a_tag_that_is_not_ours_is_no_obstacle(site: Site, held: str) -> None:
    assert (await site.get("{ areas { totalCount } }", if_none_match=held)).status_code == 200


async def test_another_database_has_other_tags(site: Site, api: httpx2.AsyncClient) -> None:
    query = "{ __typename areas(first: 0) { nodes { id } } }"
    tags = {
        (await site.get(query)).headers["etag"],
        (await api.get("/graphql", params={"query": query})).headers["etag"],
    }

    assert len(tags) == 2


async def test_a_tag_ends_with_the_state_that_it_named(site: Site) -> None:
    tag = (await site.get("{ areas { totalCount } }")).headers["etag"]
    await site.writer.execute(INSERT, '{"fi": "Uusi"}')
    again = await site.get("{ areas { totalCount } }", if_none_match=tag)

    assert again.status_code == 200
    assert again.json() == {"data": {"areas": {"totalCount": 1}}}
    assert again.headers["etag"] != tag


async def test_a_change_that_is_not_committed_is_not_seen(site: Site) -> None:
    tag = (await site.get("{ areas { totalCount } }")).headers["etag"]
    transaction = site.writer.transaction()
    await transaction.start()
    await site.writer.execute(INSERT, '{"fi": "Uusi"}')
    during = await site.get("{ areas { totalCount } }")
    await transaction.commit()
    after = await site.get("{ areas { totalCount } }", if_none_match=tag)

    assert during.json() == {"data": {"areas": {"totalCount": 0}}}
    assert after.json() == {"data": {"areas": {"totalCount": 1}}}


async def test_readers_of_different_languages_never_get_each_others_answers(site: Site) -> None:
    await site.writer.execute(INSERT, '{"fi": "Uusi", "sv": "Ny", "en": "New"}')
    names = [
        (await site.get('{ area(code: "XX1") { name } }', accept_language=language)).json()["data"]["area"]["name"]
        for language in ("fi", "sv", "en", "fi", "sv")
    ]

    assert names == ["Uusi", "Ny", "New", "Uusi", "Ny"]


async def test_the_errors_in_a_kept_answer_are_in_the_language_of_each_reader(site: Site) -> None:
    messages = [
        (await site.get('{ phenomenon(by: { slug: "x" }) { id } }', accept_language=language)).json()["errors"][0]
        for language in ("fi", "sv", "fi")
    ]

    assert messages[0] == messages[2]
    assert messages[0] != messages[1]


async def test_equal_documents_with_other_variables_are_other_answers(site: Site) -> None:
    await site.writer.execute(INSERT, '{"fi": "Uusi"}')
    query = "query ($codes: [String!]) { areas(filter: { codes: $codes }) { totalCount } }"
    counts = [
        (await site.client.post("/graphql", json={"query": query, "variables": {"codes": codes}})).json()["data"][
            "areas"
        ]
        for codes in (["XX1"], ["XX2"], ["XX1"], None)
    ]

    assert [each["totalCount"] for each in counts] == [1, 0, 1, 1]


async def test_an_operation_of_another_name_is_another_answer(site: Site) -> None:
    query = "query A { a: __typename areas { totalCount } } query B { b: __typename areas { totalCount } }"
    answers = [
        (await site.client.post("/graphql", json={"query": query, "operationName": name})).json()["data"]
        for name in ("A", "B", "A")
    ]

    assert [next(iter(answer)) for answer in answers] == ["a", "b", "a"]


async def test_many_equal_requests_at_once_are_read_once(site: Site) -> None:
    before = site.pool.statements
    answers = await asyncio.gather(*(site.get("{ areas { totalCount } phenomena { totalCount } }") for _ in range(50)))

    assert {answer.text for answer in answers} == {answers[0].text}
    assert answers[0].json() == {"data": {"areas": {"totalCount": 0}, "phenomena": {"totalCount": 0}}}
    # One reads; all the others share one question whether what it has read is current. Something else on the server,
    # such as its own upkeep, may move the state in between: then one of them reads for all.
    assert site.pool.statements - before in {2, 3}


async def test_equal_requests_during_changes_share_reads(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    states = iter(range(10_000))
    read = Freshness.state

    async def moving(self: Freshness) -> str:
        return f"{await read(self)} {next(states)}"

    monkeypatch.setattr(Freshness, "state", moving)
    before = site.pool.statements
    answers = await asyncio.gather(*(site.get("{ areas { totalCount } }") for _ in range(50)))

    assert {answer.text for answer in answers} == {'{"data":{"areas":{"totalCount":0}}}'}
    # Nothing that was kept is ever current here, and still only two read: one, and one after all have asked.
    assert site.pool.statements - before == 3


@pytest.mark.parametrize("method", ["POST", "QUERY", "GET"])
async def test_only_safe_methods_may_be_kept_by_others(site: Site, method: str) -> None:
    answer = (
        await site.get("{ __typename }")
        if method == "GET"
        else await site.client.request(method, "/graphql", json={"query": "{ __typename }"})
    )

    safe = method != "POST"
    assert answer.headers["cache-control"] == ("public, no-cache" if safe else "no-store")
    assert ("etag" in answer.headers) is safe


async def test_a_failure_is_kept_by_nobody(site: Site) -> None:
    answer = await site.get("{ nothing }", accept="application/graphql-response+json")

    assert (answer.status_code, answer.headers["cache-control"]) == (422, "no-store")
    assert "etag" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP;q=0.5", "gzip"),
        ("br;q=0.5, gzip", "gzip"),
        ("gzip;q=0.5, zstd;q=0.5", "zstd"),
        ("gzip;q=0, br;q=0", None),
        ("gzip;q=0.000, br; q=0.001", "br"),
        ("gzip;q=0.5, identity", None),
        ("gzip, identity", "gzip"),
        ("*", None),
        ("identity", None),
        ("", None),
    ],
)
async def test_a_large_answer_is_coded_as_the_client_wishes(
    api: httpx2.AsyncClient, accepted: str, coding: str | None
) -> None:
    decode: dict[str | None, Any] = {
        "gzip": gzip.decompress,
        "br": brotli.decompress,
        "zstd": zstandard.decompress,
        None: bytes,
    }
    plain = await api.post("/graphql", json={"query": LARGE}, headers={"Accept-Encoding": "identity"})
    for _ in range(2):
        async with api.stream(
            "POST", "/graphql", json={"query": LARGE}, headers={"Accept-Encoding": accepted}
        ) as answer:
            sent = b"".join([part async for part in answer.aiter_raw()])

        assert answer.headers.get("content-encoding") == coding
        assert answer.headers["content-length"] == str(len(sent))
        assert decode[coding](sent) == plain.content


async def test_a_small_answer_is_sent_as_it_is(api: httpx2.AsyncClient) -> None:
    answer = await api.post("/graphql", json={"query": "{ __typename }"}, headers={"Accept-Encoding": "gzip, br, zstd"})

    assert "content-encoding" not in answer.headers
