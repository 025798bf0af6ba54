"""The GraphQL endpoint.

Owns: the path of a request through HTTP: who asks, in which language, what comes back under which status and headers.
Does not own: reading (`compiler.engine`), finished answers (`web.replies`), the explorer (`web.pages`).

Cookies are ignored; credentials come in `Authorization` only, so another site cannot borrow them. Reading is open,
so any origin may ask.
"""

import logging
import time
from dataclasses import dataclass, field, replace
from secrets import token_hex

from cachetools import LRUCache
from starlette.requests import Request as HTTPRequest
from starlette.types import Receive, Scope, Send

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.compiler.cost import REQUEST_POINTS
from ilmio_api.compiler.engine import Engine, Prepared, Request
from ilmio_api.compiler.pipeline import Reader
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.errors import ErrorCode, IlmioError
from ilmio_api.i18n.languages import Language, Reading, negotiate
from ilmio_api.web import pages
from ilmio_api.web.allowances import Account, Store, Uncounted
from ilmio_api.web.callers import ON_THIS_MACHINE, caller_of
from ilmio_api.web.documents import Documents
from ilmio_api.web.encodings import coded, coding_for
from ilmio_api.web.inbound import METHODS, envelope_of, payload_of
from ilmio_api.web.negotiation import MediaType, accepted
from ilmio_api.web.outbound import Failure, Profile, failure_of, fault, with_cost
from ilmio_api.web.replies import NotModified, Replies, Reply

_LOG = logging.getLogger(__name__)
_OFFERED = (MediaType.RESPONSE, MediaType.JSON)
_OFFERED_TO_GET = (*_OFFERED, MediaType.HTML)
_KNOWN_REQUESTS = 500
_LARGEST_KNOWN = 4 * 1024
_SAFE = ("GET", "HEAD", "QUERY")
_OLD_PROFILE = b"profile=2025"
EXPOSED = ("Content-Language", "ETag", "RateLimit", "RateLimit-Policy", "Retry-After", "Server-Timing", "X-Request-Id")
"""Header fields of an answer that scripts of other origins may read."""

_EXPOSED = ", ".join(EXPOSED)
_TRUE = "?1"  # RFC 9651 §3.3.6


class NotAcceptableError(IlmioError):
    """No form of the answer is allowed by `Accept`."""

    code = ErrorCode.NOT_ACCEPTABLE


@dataclass(frozen=True, slots=True)
class Service:
    """What the endpoint needs while the application runs."""

    engine: Engine
    replies: Replies
    documents: Documents
    store: Store = field(default_factory=Uncounted)
    """Where the points of callers are counted."""
    _known: LRUCache[tuple[bool, bytes, Language], tuple[Prepared, bool]] = field(
        default_factory=lambda: LRUCache(_KNOWN_REQUESTS)
    )

    def recognised(self, exchange: "Exchange", payload: bytes) -> tuple[Prepared, bool]:
        """Return the operation of a request, and whether its answer is to report its cost.

        A dashboard sends the same bytes all day; they are read once.

        Raises:
            InvalidDocumentError: The document is not GraphQL or does not fit the schema.
            InvalidVariablesError: The variables do not fit the operation.
            IlmioError: The request is malformed, or exceeds a limit.
        """
        key = (exchange.request.method in {"GET", "HEAD"}, payload, exchange.language)
        known = self._known.get(key)
        if known is None:
            envelope = envelope_of(exchange.request, payload)
            asked = Request(self.documents.text_of(envelope), envelope.operation_name, envelope.variables)
            reader = Reader(ANONYMOUS, Reading(exchange.language))
            known = self.engine.prepare(asked, reader, exchange.clock), envelope.reports_cost
            if len(payload) < _LARGEST_KNOWN:
                self._known[key] = known
        return known


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and how it wants to be answered."""

    request: HTTPRequest
    media_type: MediaType
    profile: Profile
    language: Language
    trace_id: str
    clock: Stopwatch
    account: Account

    def asks_for(self, name: str) -> bool:
        """Return whether a header field of the request is true."""
        return self.request.headers.get(name, "").strip() == _TRUE

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
            **self.account.headers(),
        }
        if self.clock.steps:
            headers["Server-Timing"] = self.clock.header()
        return headers


@dataclass(frozen=True, slots=True)
class GraphQLEndpoint:
    """Answers `/graphql`."""

    max_body_bytes: int
    trusted_proxies: int = 0
    spares_this_machine: bool = False
    """Whether callers on the machine itself may spend any number of points."""

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
            self._account(request),
        )
        try:
            _require(media_type)
            answer, cost = await self._answered(exchange)
        except Exception as error:  # noqa: BLE001 - the edge of the service
            await _send_failure(exchange, _failure(error, exchange), send)
            return
        if isinstance(answer, NotModified):
            headers = exchange.headers(answer.language) | {"ETag": answer.tag}
            await _send(send, 304, headers, b"")
        else:
            await _send_reply(exchange, answer, cost, send)

    def _account(self, request: HTTPRequest) -> Account:
        """Return what the caller may spend."""
        caller = caller_of(request, self.trusted_proxies)
        if self.spares_this_machine and caller in ON_THIS_MACHINE:
            return Account(Uncounted(), caller)
        return Account(request.app.state.service.store, caller)

    async def _answered(self, exchange: Exchange) -> tuple[Reply | NotModified, int | None]:
        """Return the answer to a request, and what the operation costs if the answer is to say so."""
        request, clock = exchange.request, exchange.clock
        service: Service = request.app.state.service
        await exchange.account.spend(REQUEST_POINTS)
        payload = await payload_of(request, self.max_body_bytes)
        prepared, reports_cost = service.recognised(exchange, payload)
        dry_run = exchange.asks_for("cost-only")
        if dry_run:
            prepared = replace(prepared, compiled=prepared.compiled.priced())
        reports = dry_run or reports_cost or exchange.asks_for("cost-report")
        known_tags = request.headers.get("if-none-match", "") if request.method in _SAFE and not reports else ""
        reply = await service.replies.reply(prepared, known_tags, clock, exchange.account)
        return reply, prepared.compiled.cost if reports else None


async def _send_reply(exchange: Exchange, reply: Reply, cost: int | None, send: Send) -> None:
    """Send a finished answer, coded when the client takes it and it pays; with its cost, if that is given."""
    if cost is not None:
        # What is kept stays as it is: the report is about this request alone.
        reply = Reply(with_cost(reply.body, cost, exchange.account.facts()), "", reply.partial, reply.language, "")
    headers = exchange.headers(reply.language)
    if not reply.tag:
        headers["Cache-Control"] = "no-store"
    elif exchange.request.method in _SAFE:
        headers["ETag"] = reply.tag
    body = reply.body
    coding = coding_for(exchange.request.headers.get("accept-encoding", ""), body)
    if coding is not None:
        headers["Content-Encoding"] = coding
        body = reply.encoded.get(coding) or reply.encoded.setdefault(coding, coded(body, coding))
    status = exchange.profile.partial_status(exchange.media_type) if reply.partial else 200
    await _send(send, status, headers, body)


async def _send_failure(exchange: Exchange, failure: Failure, send: Send) -> None:
    """Send what a request gets that was not carried out."""
    headers = exchange.headers(exchange.language) | {"Cache-Control": "no-store"}
    if failure.code is ErrorCode.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(METHODS)
    if failure.code is ErrorCode.UNAVAILABLE:
        headers["Retry-After"] = "5"
    if failure.code is ErrorCode.RATE_LIMITED:
        headers["Retry-After"] = str(exchange.account.wait_s)
    status = exchange.profile.failure_status(failure, exchange.media_type)
    await _send(send, status, headers, failure.body())


async def _send(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    """Send a response; the server leaves out the body when the method is HEAD."""
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
    return parts[1] if known else token_hex(16)
