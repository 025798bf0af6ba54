"""The heads of answers, as the bytes that go out.

Owns: which header fields an answer has, and how they are written.
Does not own: their values: language and media type (`web.forms`), points (`web.allowances`), steps (`compiler.timing`).

Everything that is written here comes from us, but for a trace id, which is checked: no line of a caller's gets in.
"""

from functools import lru_cache
from typing import NamedTuple

from starlette.responses import Response as Page

from ilmio_api.i18n.languages import Language
from ilmio_api.web.calls import ALLOWED
from ilmio_api.web.negotiation import MediaType

EXPOSED = (
    "Accept-Query",
    "Content-Language",
    "ETag",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Server-Timing",
    "WWW-Authenticate",
    "X-Request-Id",
)
"""Header fields of an answer that scripts of other origins may read."""


READ = "application/json"
"""The media type of bodies; every answer says in `Accept-Query` that the method QUERY takes it (RFC 10008 §3)."""


class Response(NamedTuple):
    """An answer as HTTP has it."""

    status: int
    head: bytes
    """Lines of the header, each with its end; names in lower case."""
    body: bytes

    def fields(self) -> list[tuple[bytes, bytes]]:
        """Return the header fields by name, as ASGI has them."""
        lines = (line.partition(b": ") for line in self.head.split(b"\r\n")[:-1])
        return [(name, value) for name, _, value in lines]


def page(given: Page) -> Response:
    """Return an answer that Starlette has made."""
    head = b"".join([b"%b: %b\r\n" % pair for pair in given.raw_headers])
    return Response(given.status_code, head + line("accept-query", READ).encode(), bytes(given.body))


def options() -> Response:
    """Return what can be asked of the endpoint (RFC 9110 §9.3.7)."""
    return Response(204, (line("allow", ALLOWED) + line("accept-query", READ)).encode(), b"")


def line(name: str, value: object) -> str:
    """Return one line of a header; nothing when there is no value."""
    return f"{name}: {value}\r\n" if value else ""


@lru_cache(maxsize=256)
def steady_lines(media_type: MediaType, language: Language, cache_control: str) -> bytes:
    """Return the lines that all answers of a kind have."""
    fields = {
        "content-type": f"{media_type.value}; charset=utf-8",
        "content-language": language.value,
        "accept-query": READ,
        "vary": "Accept, Accept-Encoding, Accept-Language, Authorization",
        "cache-control": cache_control,
        "x-content-type-options": "nosniff",
        "access-control-allow-origin": "*",
        "access-control-expose-headers": ", ".join(EXPOSED),
    }
    return "".join(line(name, value) for name, value in fields.items()).encode()


@lru_cache(maxsize=256)
def not_modified(media_type: MediaType, language: Language, cache_control: str, tag: str) -> Response:
    """Return what a reader gets who has the current answer, without the fields that belong to one request alone.

    A response without content has no length of it (RFC 9110 §8.6).
    """
    return Response(304, steady_lines(media_type, language, cache_control) + line("etag", tag).encode(), b"")
