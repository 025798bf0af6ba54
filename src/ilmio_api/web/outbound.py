"""From an answer, or a failure, to the bytes of a GraphQL response.

Owns: the form of errors and their HTTP status.
Does not own: the data, which goes through untouched, and the wording of errors (`i18n.messages`).

Source: GraphQL September 2025 §7; GraphQL over HTTP, draft of 2026, §6.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import orjson
from graphql import GraphQLError

from ilmio_api.compiler.documents import InvalidDocumentError, InvalidVariablesError
from ilmio_api.compiler.pipeline import Answer, Facts
from ilmio_api.errors import BadRequestError, ErrorCode, IlmioError, Malformed, TooLargeError
from ilmio_api.i18n.languages import Language
from ilmio_api.i18n.messages import wording, wording_of
from ilmio_api.web.negotiation import MediaType

STATUS = {
    ErrorCode.BAD_REQUEST: 400,
    ErrorCode.SYNTAX_ERROR: 400,
    ErrorCode.UNAUTHENTICATED: 401,
    ErrorCode.METHOD_NOT_ALLOWED: 405,
    ErrorCode.NOT_ACCEPTABLE: 406,
    ErrorCode.TOO_LARGE: 413,
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: 415,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.INTERNAL: 500,
    ErrorCode.UNAVAILABLE: 503,
    ErrorCode.TIMEOUT: 504,
}
"""Status of a failure; 422 for all others: the request is well-formed and cannot be carried out."""

_UNPROCESSABLE = 422
_BAD_REQUEST = 400
_URI_TOO_LONG = 414
_PARTIAL = 294
_ILLEGIBLE = {Malformed.ADDRESS_NOT_UTF_8, Malformed.BODY_NOT_JSON, Malformed.TOO_MANY_PARAMETERS}
"""Why a request is not read; for every other reason it is, and is not what GraphQL over HTTP asks for."""
_NEVER_OK = {
    ErrorCode.BAD_REQUEST,
    ErrorCode.METHOD_NOT_ALLOWED,
    ErrorCode.NOT_ACCEPTABLE,
    ErrorCode.TOO_LARGE,
    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
}
"""Failures in which there was no GraphQL request: a client of the older media type learns of them by the status."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What a failed request gets: errors without data."""

    code: ErrorCode
    errors: Sequence[dict[str, object]]
    is_legible: bool = False
    """Whether what is no GraphQL request could be read: JSON, or an address."""
    in_address: bool = False
    """Whether what is too large is the address."""

    @property
    def status(self) -> int:
        """Return the HTTP status."""
        return _URI_TOO_LONG if self.in_address else STATUS.get(self.code, _UNPROCESSABLE)

    def body(self) -> bytes:
        """Return the response; `data` is absent, because execution did not begin (§7.1)."""
        return orjson.dumps({"errors": self.errors})


class Profile(Enum):
    """Which statuses a client expects: those of the draft of 2026, or of 2025 (`?profile=2025`)."""

    OF_2026 = 2026
    OF_2025 = 2025

    def partial_status(self, media_type: MediaType) -> int:
        """Return the status of an answer that has errors beside its data."""
        return _PARTIAL if self is Profile.OF_2026 and media_type is MediaType.RESPONSE else 200

    def failure_status(self, failure: Failure, media_type: MediaType) -> int:
        """Return the status of a failure. Clients of `application/json` expect 200 for every GraphQL request."""
        status = failure.status
        understood = failure.code not in _NEVER_OK and status <= _UNPROCESSABLE
        if media_type is MediaType.JSON and understood and failure.code is not ErrorCode.UNAUTHENTICATED:
            return 200
        if failure.is_legible and media_type is MediaType.RESPONSE:
            status = _UNPROCESSABLE
        return _BAD_REQUEST if self is Profile.OF_2025 and status == _UNPROCESSABLE else status


def body_of(answer: Answer, language: Language) -> bytes:
    """Return the response of an answer: PostgreSQL's JSON between the names of the root fields."""
    # Put together at once: values can be large, and each step between would copy them.
    parts = [b"{"]
    if answer.errors:
        parts += (b'"errors":', orjson.dumps([expected(error, language) for error in answer.errors]), b",")
    parts.append(b'"data":{')
    separator = b'"'
    for key, value in answer.fields:
        parts += (separator, key.encode(), b'":', value)
        separator = b',"'
    parts.append(b"}}")
    return b"".join(parts)


def with_cost(body: bytes, cost: int, facts: Facts) -> bytes:
    """Return the response with what the operation costs, and what its caller may spend, in its extensions."""
    report = {"requested": cost, **{name: facts[name] for name in ("limit", "remaining", "resetAt")}}
    return body[:-1] + b',"extensions":' + orjson.dumps({"cost": report}) + b"}"


def failure_of(error: Exception, language: Language) -> Failure | None:
    """Return what the caller is told of an exception, or None when it is a fault of ours."""
    match error:
        case InvalidDocumentError(errors=errors, syntax=syntax):
            code = ErrorCode.SYNTAX_ERROR if syntax else ErrorCode.VALIDATION_FAILED
            return Failure(code, [_of_graphql(each, code, language) for each in errors])
        case InvalidVariablesError(errors=errors):
            code = ErrorCode.BAD_VARIABLES
            return Failure(code, [_of_graphql(each, code, language) for each in errors])
        case BadRequestError(facts=facts):
            return Failure(error.code, [expected(error, language)], is_legible=facts["reason"] not in _ILLEGIBLE)
        case TooLargeError(facts=facts):
            return Failure(error.code, [expected(error, language)], in_address=bool(facts.get("in_address")))
        case IlmioError():
            return Failure(error.code, [expected(error, language)])
        case _:
            return None


def fault(trace_id: str, language: Language) -> Failure:
    """Return what the caller is told of a fault of ours: nothing but the trace id."""
    words = wording(ErrorCode.INTERNAL, language, {"trace": trace_id})
    extensions = {"code": ErrorCode.INTERNAL, "help": words.help, "traceId": trace_id}
    return Failure(ErrorCode.INTERNAL, [{"message": words.message, "extensions": extensions}])


def expected(error: IlmioError, language: Language) -> dict[str, object]:
    """Return an expected failure as a GraphQL error."""
    words = wording_of(error, language)
    form: dict[str, object] = {"message": words.message}
    if error.path is not None:
        form["path"] = list(error.path)
    form["extensions"] = {"code": error.code, "help": words.help}
    return form


def _of_graphql(error: GraphQLError, code: ErrorCode, language: Language) -> dict[str, object]:
    """Return an error that graphql-core found, in the reader's language with the detail in English."""
    words = wording(code, language, {"detail": error.message})
    form: dict[str, object] = {"message": words.message}
    if error.locations:
        form["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    form["extensions"] = {"code": code, "help": words.help}
    return form
