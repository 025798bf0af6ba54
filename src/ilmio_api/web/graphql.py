"""The GraphQL endpoint.

Owns: the path of a request through HTTP: who asks, in which language, what comes back under which status and headers.
Does not own: reading (`compiler.engine`), finished answers (`web.replies`), the explorer (`web.pages`).

Cookies are ignored; credentials come in `Authorization` only, so another site cannot borrow them. Reading is open,
so any origin may ask.
"""

import logging
import time
from dataclasses import dataclass
from uuid import uuid4

from starlette.requests import Request as HTTPRequest
from starlette.types import Receive, Scope, Send

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.compiler.engine import Engine, Request
from ilmio_api.compiler.pipeline import Reader
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.errors import ErrorCode, IlmioError
from ilmio_api.i18n.languages import Language, Reading, negotiate
from ilmio_api.web import pages
from ilmio_api.web.documents import Documents
from ilmio_api.web.encodings import coded, coding_for
from ilmio_api.web.inbound import METHODS, graphql_request
from ilmio_api.web.negotiation import MediaType, accepted
from ilmio_api.web.outbound import Failure, Profile, failure_of, fault
from ilmio_api.web.replies import NotModified, Replies, Reply

_LOG = logging.getLogger(__name__)
_OFFERED = (MediaType.RESPONSE, MediaType.JSON)
_OFFERED_TO_GET = (*_OFFERED, MediaType.HTML)
_SAFE = ("GET", "HEAD", "QUERY")
_OLD_PROFILE = b"profile=2025"
_EXPOSED = "Content-Language, ETag, Retry-After, Server-Timing, X-Request-Id"


class NotAcceptableError(IlmioError):
    """No form of the answer is allowed by `Accept`."""

    code = ErrorCode.NOT_ACCEPTABLE


@dataclass(frozen=True, slots=True)
class Service:
    """What the endpoint needs while the application runs."""

    engine: Engine
    replies: Replies
    documents: Documents


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and how it wants to be answered."""

    request: HTTPRequest
    media_type: MediaType
    profile: Profile
    language: Language
    trace_id: str
    clock: Stopwatch

    def headers(self, language: Language) -> dict[str, str]:
        """Return the headers of every answer."""
        headers = {
            "Content-Type": f"{self.media_type.value}; charset=utf-8",
            "Content-Language": language.value,
            "Vary": "Accept, Accept-Encoding, Accept-Language, Authorization",
            "Cache-Control": "public, no-cache" if self.request.method in _SAFE else "no-store",
            "X-Content-Type-Options": "nosniff",
            "X-Request-Id": self.trace_id,
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Expose-Headers": _EXPOSED,
        }
        if self.clock.steps:
            headers["Server-Timing"] = self.clock.header()
        return headers


@dataclass(frozen=True, slots=True)
class GraphQLEndpoint:
    """Answers `/graphql`."""

    max_body_bytes: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = HTTPRequest(scope, receive)
        offered = _OFFERED_TO_GET if request.method in {"GET", "HEAD"} else _OFFERED
        media_type = accepted(request.headers.get("accept"), offered)
        if media_type is MediaType.HTML:
            await pages.explorer(request)(scope, receive, send)
            return
        exchange = Exchange(
            request,
            media_type or MediaType.RESPONSE,
            Profile.OF_2025 if _OLD_PROFILE in scope["query_string"].split(b"&") else Profile.OF_2026,
            negotiate(request.headers.get("accept-language")),
            _trace_id(request),
            Stopwatch(time.perf_counter),
        )
        try:
            _require(media_type)
            answer = await self._answered(exchange)
        except Exception as error:  # noqa: BLE001 - the edge of the service
            await _send_failure(exchange, _failure(error, exchange), send)
            return
        if isinstance(answer, NotModified):
            headers = exchange.headers(answer.language) | {"ETag": answer.tag}
            await _send(send, 304, headers, b"")
        else:
            await _send_reply(exchange, answer, send)

    async def _answered(self, exchange: Exchange) -> Reply | NotModified:
        """Return the answer to a request."""
        request, clock = exchange.request, exchange.clock
        service: Service = request.app.state.service
        envelope = await graphql_request(request, self.max_body_bytes)
        asked = Request(service.documents.text_of(envelope), envelope.operation_name, envelope.variables)
        prepared = service.engine.prepare(asked, Reader(ANONYMOUS, Reading(exchange.language)), clock)
        known_tags = request.headers.get("if-none-match", "") if request.method in _SAFE else ""
        return await service.replies.reply(prepared, known_tags, clock)


async def _send_reply(exchange: Exchange, reply: Reply, send: Send) -> None:
    """Send a finished answer, coded when the client takes it and it pays."""
    headers = exchange.headers(reply.language)
    if exchange.request.method in _SAFE:
        headers["ETag"] = reply.tag
    body = reply.body
    coding = coding_for(exchange.request.headers.get("accept-encoding", ""), body)
    if coding is not None:
        headers["Content-Encoding"] = coding
        body = reply.encoded.get(coding) or reply.encoded.setdefault(coding, coded(body, coding))
    status = exchange.profile.partial_status(exchange.media_type) if reply.partial else 200
    await _send(send, status, headers, b"" if exchange.request.method == "HEAD" else body)


async def _send_failure(exchange: Exchange, failure: Failure, send: Send) -> None:
    """Send what a request gets that was not carried out."""
    headers = exchange.headers(exchange.language) | {"Cache-Control": "no-store"}
    if failure.code is ErrorCode.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(METHODS)
    if failure.code is ErrorCode.UNAVAILABLE:
        headers["Retry-After"] = "5"
    body = b"" if exchange.request.method == "HEAD" else failure.body()
    await _send(send, exchange.profile.failure_status(failure, exchange.media_type), headers, body)


async def _send(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    """Send a response."""
    pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    if status != 304:  # noqa: PLR2004 - a response without content has no length of it (RFC 9110 §8.6)
        pairs.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


def _failure(error: Exception, exchange: Exchange) -> Failure:
    """Return what the caller is told of an exception; a fault of ours is logged."""
    failure = failure_of(error, exchange.language)
    if failure is None:
        _LOG.error("fault %s", exchange.trace_id, exc_info=error)
        failure = fault(exchange.trace_id, exchange.language)
    return failure


def _require(media_type: MediaType | None) -> None:
    """Refuse a request whose `Accept` header rules out every form of the answer."""
    if media_type is None:
        raise NotAcceptableError


def _trace_id(request: HTTPRequest) -> str:
    """Return the trace id of the caller's `traceparent` (W3C Trace Context), or a new one."""
    parts = request.headers.get("traceparent", "").split("-")
    known = len(parts) > 1 and len(parts[1]) == 32 and all(c in "0123456789abcdef" for c in parts[1])  # noqa: PLR2004
    return parts[1] if known else uuid4().hex
