"""Documents that clients name instead of sending them."""

import json
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import httpx2
import pytest

from ilmio_api.app import create_app
from ilmio_api.domain.accounts.principals import NOBODY
from ilmio_api.errors import BadRequestError, OperatorError
from ilmio_api.settings import Settings
from ilmio_api.web.documents import DocumentNotFoundError, Documents, registered_documents
from ilmio_api.web.inbound import Envelope

RESPONSE = {"Accept": "application/graphql-response+json"}
QUERY = '{ area(code: "KU286") { code } }'
HASH = sha256(QUERY.encode()).hexdigest()
DATA = {"data": {"area": {"code": "KU286"}}}
APOLLO = {"persistedQuery": {"version": 1, "sha256Hash": HASH}}
UNKNOWN = "0" * 64


@pytest.fixture
async def fresh(world_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    """Provide an application that has not been told of any document."""
    application = create_app(Settings(database_url=world_url, pool_size=1))
    async with (
        application.router.lifespan_context(application),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(application), base_url="http://api.example.fi") as client,
    ):
        yield client


@pytest.fixture
async def guarded(world_url: str, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """Provide an application that answers registered documents only."""
    manifest = tmp_path / "documents.json"
    manifest.write_text(json.dumps({"kouvola": QUERY}), encoding="utf-8")
    settings = Settings(database_url=world_url, pool_size=1, documents=manifest, only_registered_documents=True)
    application = create_app(settings)
    async with (
        application.router.lifespan_context(application),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(application), base_url="http://api.example.fi") as client,
    ):
        yield client


async def test_a_document_is_remembered_by_its_hash_as_apollo_clients_expect(fresh: httpx2.AsyncClient) -> None:
    address = {"extensions": json.dumps(APOLLO)}
    unknown = await fresh.get("/graphql", params=address)
    told = await fresh.post("/graphql", json={"query": QUERY, "extensions": APOLLO})
    known = await fresh.get("/graphql", params=address)

    assert unknown.status_code == 200
    assert unknown.json()["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    assert [told.json(), known.json()] == [DATA, DATA]


@pytest.mark.parametrize(
    ("kind", "number"), [("short", 10_000), ("long", 120), ("in letters that take four bytes each", 120)]
)
async def test_what_is_remembered_is_bounded_by_what_it_takes(kind: str, number: int) -> None:
    filling = {"short": "", "long": "a" * 40_000}.get(kind, "\U00010330" * 10_000)
    texts = [f"{{ area }} # {each} {filling}" for each in range(number)]
    ids = [f"sha256:{sha256(text.encode()).hexdigest()}" for text in texts]
    documents = Documents()
    for text, name in zip(texts, ids, strict=True):
        await documents.found(Envelope(text, name, None, {}), NOBODY)

    assert await documents.found(Envelope(None, ids[-1], None, {}), NOBODY) == (texts[-1], None)
    with pytest.raises(DocumentNotFoundError):
        await documents.found(Envelope(None, ids[0], None, {}), NOBODY)


@pytest.mark.parametrize("only_registered", [True, False])
async def test_a_registered_id_may_come_with_its_document(*, only_registered: bool) -> None:
    documents = Documents({"kouvola": QUERY, f"sha256:{HASH}": QUERY}, only_registered)
    found = await documents.found(Envelope(QUERY, "kouvola", None, {}), NOBODY)

    assert found == (QUERY, None)
    for text, name in ((f"{QUERY} ", "kouvola"), (QUERY, "other")):
        with pytest.raises(BadRequestError):
            await documents.found(Envelope(text, name, None, {}), NOBODY)


async def test_a_document_is_asked_for_by_its_id(fresh: httpx2.AsyncClient) -> None:
    await fresh.post("/graphql", json={"query": QUERY, "documentId": f"sha256:{HASH}"})
    answer = await fresh.get("/graphql", params={"documentId": f"sha256:{HASH}"})

    assert answer.json() == DATA


@pytest.mark.parametrize(
    "body",
    [
        {"query": QUERY, "documentId": f"sha256:{UNKNOWN}"},
        {"query": QUERY, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": UNKNOWN}}},
        {"extensions": {"persistedQuery": {"version": 1}}},
        {"extensions": {"persistedQuery": {"sha256Hash": "short"}}},
        {"extensions": {"persistedQuery": "text"}},
        {"documentId": 7},
        {"documentId": ""},
    ],
    ids=str,
)
async def test_an_id_that_does_not_fit_is_refused(fresh: httpx2.AsyncClient, body: object) -> None:
    answer = await fresh.post("/graphql", json=body, headers=RESPONSE)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_an_id_that_is_not_known_is_told(fresh: httpx2.AsyncClient) -> None:
    answer = await fresh.post("/graphql", json={"documentId": "kouvola"}, headers=RESPONSE)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize(
    "body", [{"documentId": "kouvola"}, {"documentId": f"sha256:{HASH}"}, {"query": QUERY}], ids=str
)
async def test_a_registered_document_is_answered(guarded: httpx2.AsyncClient, body: object) -> None:
    assert (await guarded.post("/graphql", json=body)).json() == DATA


async def test_any_other_document_is_refused_where_only_registered_ones_are_answered(
    guarded: httpx2.AsyncClient,
) -> None:
    other = "{ areas { totalCount } }"
    body = {"query": other, "documentId": f"sha256:{sha256(other.encode()).hexdigest()}"}
    answers = [await guarded.post("/graphql", json=body, headers=RESPONSE) for _ in range(2)]
    by_id = await guarded.post("/graphql", json={"documentId": body["documentId"]}, headers=RESPONSE)

    codes = [answer.json()["errors"][0]["extensions"]["code"] for answer in (*answers, by_id)]
    assert codes == ["DOCUMENT_NOT_TRUSTED"] * 3


def test_the_manifest_of_apollos_generator_is_read(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    operations = [{"id": "abc", "name": "A", "type": "query", "body": QUERY}]
    manifest.write_text(
        json.dumps({"format": "apollo-persisted-query-manifest", "version": 1, "operations": operations}),
        encoding="utf-8",
    )

    assert registered_documents(manifest) == {"abc": QUERY, f"sha256:{HASH}": QUERY}


@pytest.mark.parametrize("text", ["", "[]", "{", "7"])
def test_a_file_that_is_no_manifest_is_told_to_the_operator(tmp_path: Path, text: str) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(text, encoding="utf-8")

    with pytest.raises(OperatorError) as refused:
        registered_documents(manifest)

    assert str(manifest) in refused.value.problem


@pytest.mark.parametrize(
    "entry", ['{"operations": [{"id": "a"}]}', '{"operations": ["text"]}', '{"operations": [{"id": 1, "body": 2}]}']
)
def test_a_manifest_with_a_broken_entry_is_told_to_the_operator(tmp_path: Path, entry: str) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(entry, encoding="utf-8")

    with pytest.raises(OperatorError):
        registered_documents(manifest)
