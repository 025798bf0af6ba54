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

from ilmio_api.errors import BadRequestError, ErrorCode, IlmioError, TooLargeError
from ilmio_api.web.calls import ALLOWED, METHODS, Call, Head

_HASH = re.compile(r"[0-9a-f]{64}")


class MethodNotAllowedError(IlmioError):
    """The method does not fit; facts `method`, `allowed`."""

    code = ErrorCode.METHOD_NOT_ALLOWED


class UnsupportedMediaTypeError(IlmioError):
    """The body is of a type that is not read; fact `given`."""

    code = ErrorCode.UNSUPPORTED_MEDIA_TYPE


class Envelope(NamedTuple):
    """The parameters of a GraphQL request."""

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
        raise TooLargeError(maximum=max_body_bytes)
    return payload


def envelope_of(head: Head, payload: bytes) -> Envelope:
    """Return the parameters in the payload of a request.

    Raises:
        BadRequestError: A parameter is missing or of the wrong type.
    """
    return _from_address(payload) if head.in_address else _from_json(payload)


def _from_address(query: bytes) -> Envelope:
    """Return the request in the parameters of the address; empty ones count as not given."""
    given = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    parameters = {name: value for name, value in given.items() if value}
    envelope: dict[str, object] = dict(parameters)
    for name in ("variables", "extensions"):
        if name in parameters:
            envelope[name] = _decoded(parameters[name].encode(), name)
    return _checked(envelope)


def _from_json(body: bytes) -> Envelope:
    """Return the request in a JSON body."""
    envelope = _decoded(body, "body")
    if not isinstance(envelope, dict):
        raise BadRequestError(reason="the body is not a JSON object")
    return _checked(envelope)


def _decoded(data: bytes, name: str) -> object:
    """Return decoded JSON."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadRequestError(reason=f"{name} is not JSON ({error.msg}, character {error.pos})") from error


def _checked(envelope: Mapping[str, object]) -> Envelope:
    """Return the request when its parameters have the right types; unknown ones are ignored (§5.1)."""
    query, name = envelope.get("query"), envelope.get("operationName")
    if len(envelope) == 2 and type(query) is str and query and type(variables := envelope.get("variables")) is dict:  # noqa: PLR2004
        return Envelope(query, None, None, variables)  # as nearly all are
    variables, document_id = envelope.get("variables"), envelope.get("documentId")
    if query is not None and (not isinstance(query, str) or not query):
        raise BadRequestError(reason="query is not a string, or empty")
    if name is not None and not isinstance(name, str):
        raise BadRequestError(reason="operationName is not a string")
    if variables is not None and not isinstance(variables, dict):
        raise BadRequestError(reason="variables is not an object")
    if document_id is not None and not isinstance(document_id, str):
        raise BadRequestError(reason="documentId is not a string")
    document_id = document_id or _persisted(envelope.get("extensions"))
    if query is None and document_id is None:
        raise BadRequestError(reason="query is missing")
    extensions = envelope.get("extensions")
    reports_cost = isinstance(extensions, dict) and extensions.get("cost") is True
    return Envelope(query, document_id, name or None, variables or {}, reports_cost)


def _persisted(extensions: object) -> str | None:
    """Return the id that Apollo's extension gives, in the form of a document id."""
    if extensions is None:
        return None
    if not isinstance(extensions, dict):
        raise BadRequestError(reason="extensions is not an object")
    persisted = extensions.get("persistedQuery")
    if persisted is None:
        return None
    digest = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if not isinstance(digest, str) or not _HASH.fullmatch(digest):
        raise BadRequestError(reason="extensions.persistedQuery has no sha256Hash of 64 hexadecimal digits")
    return f"sha256:{digest}"
