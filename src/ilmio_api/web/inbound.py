"""From an HTTP request to a GraphQL request.

Owns: media types, sizes and the well-formedness of what comes in.
Does not own: the request as it was received (`web.calls`), the meaning of the document (`compiler`).

Source: GraphQL over HTTP, draft of 2026, §5 Request; RFC 10008 for the method QUERY.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import orjson

from ilmio_api.errors import BadRequestError, ErrorCode, IlmioError, Malformed, TooLargeError
from ilmio_api.web.calls import ALLOWED, METHODS, Call, Head

_HASH = re.compile(r"[0-9a-f]{64}")
_MOST_PARAMETERS = 100
"""Most parameters of an address: each takes time, and an address as long as a body holds a hundred thousand."""


class MethodNotAllowedError(IlmioError):
    """The method does not fit; facts `method`, `allowed`."""

    code = ErrorCode.METHOD_NOT_ALLOWED


class UnsupportedMediaTypeError(IlmioError):
    """The body is of a type that is not read; fact `given`."""

    code = ErrorCode.UNSUPPORTED_MEDIA_TYPE


class Envelope(NamedTuple):
    """The parameters of a GraphQL request; `query` or `document_id` is there."""

    query: str | None
    document_id: str | None
    """`sha256:…` or the id of a registered document; a hash of Apollo's kind is written in the same way."""
    operation_name: str | None
    variables: Mapping[str, Any]
    reports_cost: bool = False
    """Whether `extensions` ask for the cost of the operation."""


def payload_of(call: Call, max_body_bytes: int) -> bytes:
    """Return what carries the parameters of an HTTP request: its body, or the query of its address.

    Raises:
        MethodNotAllowedError: The method is not one of `METHODS`.
        UnsupportedMediaTypeError: The body is not JSON in UTF-8, or compressed.
        TooLargeError: The body, or the address, is larger than the limit.
    """
    head = call.head
    if head.in_address:
        payload: bytes | None = head.query if len(head.query) <= max_body_bytes else None
    elif head.method in METHODS:
        if head.unread:
            raise UnsupportedMediaTypeError(given=head.unread)
        payload = call.body
    else:
        raise MethodNotAllowedError(method=head.method, allowed=ALLOWED)
    if payload is None:
        raise TooLargeError(maximum=max_body_bytes, in_address=head.in_address)
    return payload


def envelope_of(head: Head, payload: bytes) -> Envelope:
    """Return the parameters in the payload of a request.

    Raises:
        BadRequestError: A parameter is missing or of the wrong type.
    """
    return _from_address(payload) if head.in_address else _from_json(payload)


def _from_address(query: bytes) -> Envelope:
    """Return the request in the parameters of the address; empty ones count as not given."""
    try:
        parameters = dict(parse_qsl(query.decode("latin-1"), errors="strict", max_num_fields=_MOST_PARAMETERS))
    except UnicodeDecodeError as error:
        raise BadRequestError(reason=Malformed.ADDRESS_NOT_UTF_8) from error
    except ValueError as error:
        raise BadRequestError(reason=Malformed.TOO_MANY_PARAMETERS, maximum=_MOST_PARAMETERS) from error
    envelope: dict[str, object] = dict(parameters)
    for name in ("variables", "extensions"):
        if name in parameters:
            envelope[name] = _decoded(parameters[name].encode(), Malformed.NOT_JSON, parameter=name)
    return _checked(envelope)


def _from_json(body: bytes) -> Envelope:
    """Return the request in a JSON body."""
    envelope = _decoded(body, Malformed.BODY_NOT_JSON)
    if not isinstance(envelope, dict):
        raise BadRequestError(reason=Malformed.BODY_NOT_AN_OBJECT)
    return _checked(envelope)


def _decoded(data: bytes, otherwise: Malformed, **facts: str) -> object:
    """Return decoded JSON, or say what is none."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadRequestError(reason=otherwise, detail=error.msg, position=error.pos, **facts) from error


def _checked(envelope: Mapping[str, object]) -> Envelope:
    """Return the request when its parameters have the right types; unknown ones are ignored (§5.1)."""
    query, name = envelope.get("query"), envelope.get("operationName")
    if len(envelope) == 2 and type(query) is str and query and type(variables := envelope.get("variables")) is dict:  # noqa: PLR2004
        return Envelope(query, None, None, variables)  # as nearly all are
    variables, document_id = envelope.get("variables"), envelope.get("documentId")
    if query is not None and not isinstance(query, str):
        raise BadRequestError(reason=Malformed.NOT_A_STRING, parameter="query")
    if name is not None and not isinstance(name, str):
        raise BadRequestError(reason=Malformed.NOT_A_STRING, parameter="operationName")
    if variables is not None and not isinstance(variables, dict):
        raise BadRequestError(reason=Malformed.NOT_AN_OBJECT, parameter="variables")
    if document_id is not None and not isinstance(document_id, str):
        raise BadRequestError(reason=Malformed.NOT_A_STRING, parameter="documentId")
    document_id = document_id or _persisted(envelope.get("extensions"))
    if query == "" or (query is None and document_id is None):
        raise BadRequestError(reason=Malformed.NO_QUERY)
    extensions = envelope.get("extensions")
    reports_cost = isinstance(extensions, dict) and extensions.get("cost") is True
    return Envelope(query, document_id, name or None, variables or {}, reports_cost)


def _persisted(extensions: object) -> str | None:
    """Return the id that Apollo's extension gives, in the form of a document id."""
    if extensions is None:
        return None
    if not isinstance(extensions, dict):
        raise BadRequestError(reason=Malformed.NOT_AN_OBJECT, parameter="extensions")
    persisted = extensions.get("persistedQuery")
    if persisted is None:
        return None
    digest = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if not isinstance(digest, str) or not _HASH.fullmatch(digest):
        raise BadRequestError(reason=Malformed.NO_HASH)
    return f"sha256:{digest}"
