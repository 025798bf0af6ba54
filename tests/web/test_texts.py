"""Texts whose address stays when they change: how they are kept, and asked for again."""

import gzip
from collections.abc import Callable, Mapping

import brotli
import httpx2
import pytest
import zstandard

PATHS = ["/schema.graphql", "/openapi-notes.md"]
DECODED: Mapping[str, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    "zstd": zstandard.decompress,
}


@pytest.mark.parametrize(
    ("path", "media_type"), [(PATHS[0], "text/plain; charset=utf-8"), (PATHS[1], "text/markdown; charset=utf-8")]
)
async def test_a_text_may_be_kept_for_five_minutes(api: httpx2.AsyncClient, path: str, media_type: str) -> None:
    head = (await api.get(path)).headers

    assert (head["content-type"], head["cache-control"]) == (media_type, "public, max-age=300")
    assert head["vary"].startswith("Accept-Encoding")
    assert head["etag"].startswith('W/"')


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("others", [[], ["If-Modified-Since"], ["If-None-Match"]])
async def test_a_text_that_has_not_changed_is_not_sent_again(
    api: httpx2.AsyncClient, path: str, others: list[str]
) -> None:
    tag = (await api.get(path)).headers["etag"]
    again = await api.get(path, headers=[*((name, '"other"') for name in others), ("If-None-Match", tag)])

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("coding", list(DECODED))
async def test_a_text_is_compressed_for_those_who_take_it(api: httpx2.AsyncClient, path: str, coding: str) -> None:
    plain = await api.get(path, headers={"Accept-Encoding": "identity"})
    async with api.stream("GET", path, headers={"Accept-Encoding": coding}) as answer:
        sent = b"".join([part async for part in answer.aiter_raw()])

    assert answer.headers["content-encoding"] == coding
    assert answer.headers["etag"] == plain.headers["etag"]
    assert DECODED[coding](sent) == plain.content
    assert len(sent) < len(plain.content) / 2


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("given", ["nonsense", "items=0-5", "bytes=5-2", "bytes=0-9"])
async def test_a_part_of_a_text_is_not_sent(api: httpx2.AsyncClient, path: str, given: str) -> None:
    assert (await api.get(path, headers={"Range": given})).status_code == 200
