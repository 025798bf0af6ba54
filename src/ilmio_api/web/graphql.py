"""The GraphQL endpoint.

Owns: the path of a request through HTTP: who asks, in which language, what comes back under which status.
Does not own: reading (`compiler.engine`), the explorer (`web.pages`).

Cookies are ignored; credentials come in `Authorization` only, so another site cannot borrow them.
"""

import logging
import time
from dataclasses import dataclass
from uuid import uuid4

from starlette.requests import Request as HTTPRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.compiler.engine import Engine
from ilmio_api.compiler.pipeline import Reader
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.errors import ErrorCode, IlmioError
from ilmio_api.i18n.languages import Language, Reading, negotiate
from ilmio_api.web import pages
from ilmio_api.web.inbound import METHODS, graphql_request
from ilmio_api.web.negotiation import MediaType, accepted
from ilmio_api.web.outbound import PARTIAL, Failure, body_of, failure_of, fault, may_be_ok

_LOG = logging.getLogger(__name__)
_OFFERED = (MediaType.RESPONSE, MediaType.JSON)
_OFFERED_TO_GET = (*_OFFERED, MediaType.HTML)


class NotAcceptableError(IlmioError):
    """No form of the answer is allowed by `Accept`."""

    code = ErrorCode.NOT_ACCEPTABLE


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
            response = pages.explorer(request)
        else:
            response = await self._answered(request, media_type)
        await response(scope, receive, send)

    async def _answered(self, request: HTTPRequest, media_type: MediaType | None) -> Response:
        """Return the GraphQL response to a request."""
        clock = Stopwatch(time.perf_counter)
        trace_id = _trace_id(request)
        chosen = media_type or MediaType.RESPONSE
        reading = Reading(negotiate(request.headers.get("accept-language")))
        try:
            _require(media_type)
            asked = await graphql_request(request, self.max_body_bytes)
            engine: Engine = request.app.state.engine
            answer, reader = await engine.answer(asked, Reader(ANONYMOUS, reading), clock)
        except Exception as error:  # noqa: BLE001 - the edge of the service
            failure = failure_of(error, reading.language)
            if failure is None:
                # The caller gets a trace id, the log gets the rest.
                _LOG.exception("fault %s", trace_id)
                failure = fault(trace_id, reading.language)
            return _failed(failure, chosen, reading.language, trace_id)
        language = reader.reading.language
        status = PARTIAL if answer.errors and chosen is MediaType.RESPONSE else 200
        headers = _headers(language, trace_id) | ({"Server-Timing": clock.header()} if clock.steps else {})
        return Response(body_of(answer, language), status, headers, _content_type(chosen))


def _require(media_type: MediaType | None) -> None:
    """Refuse a request whose `Accept` header rules out every form of the answer."""
    if media_type is None:
        raise NotAcceptableError


def _failed(failure: Failure, media_type: MediaType, language: Language, trace_id: str) -> Response:
    """Return the response to a request that was not carried out."""
    status = 200 if media_type is MediaType.JSON and may_be_ok(failure) else failure.status
    headers = _headers(language, trace_id)
    if failure.code is ErrorCode.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(METHODS)
    if failure.code is ErrorCode.UNAVAILABLE:
        headers["Retry-After"] = "5"
    return Response(failure.body(), status, headers, _content_type(media_type))


def _content_type(media_type: MediaType) -> str:
    """Return the value of `Content-Type`."""
    return f"{media_type.value}; charset=utf-8"


def _headers(language: Language, trace_id: str) -> dict[str, str]:
    """Return the headers of every answer."""
    return {
        "Content-Language": language.value,
        "Vary": "Accept, Accept-Language, Authorization",
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        "X-Request-Id": trace_id,
    }


def _trace_id(request: HTTPRequest) -> str:
    """Return the trace id of the caller's `traceparent` (W3C Trace Context), or a new one."""
    parts = request.headers.get("traceparent", "").split("-")
    known = len(parts) > 1 and len(parts[1]) == 32 and all(c in "0123456789abcdef" for c in parts[1])  # noqa: PLR2004
    return parts[1] if known else uuid4().hex
