"""Requests of programs, as Authlib reads them.

Owns: reading a form within bounds, refusing repeated and malformed parameters, the request's public address.
Does not own: what the parameters mean (the endpoints), browsers' requests (`oauth.authorise`).

The address of a request is made of the issuer, never of what the request says of its host.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Request
from authlib.oauth2.rfc6749.requests import OAuth2Payload
from starlette.requests import Request

from ilmio_api.oauth.service import OAuth

Pairs = Sequence[tuple[str, str]]
"""Parameters in order, repeated ones too."""

_FORM = "application/x-www-form-urlencoded"
_MOST_BYTES = 64 * 1024
_MOST_FIELDS = 60


class Payload(OAuth2Payload):  # type: ignore[misc]  # authlib has no stubs
    """The parameters of a request; those without a value count as not sent (RFC 6749 §3.1)."""

    def __init__(self, pairs: Pairs) -> None:
        """Keep the parameters."""
        self._datalist: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in pairs:
            if value:
                self._datalist[name].append(value)

    @property
    def data(self) -> dict[str, str]:
        """Return the value of each parameter, the first of those that are repeated."""
        return {name: values[0] for name, values in self._datalist.items()}

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        """Return all values of each parameter."""
        return self._datalist

    @property
    def repeated(self) -> list[str]:
        """Return the names of the parameters that were sent more than once, sorted."""
        return sorted(name for name, values in self._datalist.items() if len(values) > 1)


class ServerRequest(OAuth2Request):  # type: ignore[misc]  # authlib has no stubs
    """A request at one of our endpoints. Authlib notes on it what it finds out: client, person, code."""

    payload: Payload

    def __init__(self, method: str, uri: str, pairs: Pairs, headers: Mapping[str, str]) -> None:
        """Keep what was sent.

        Raises:
            InsecureTransportError: The service is at a plain HTTP address that is not this machine.
        """
        super().__init__(method, uri, headers=headers)
        self.payload = Payload(pairs)
        self.family: Any = None
        """The family of tokens that the request leads to."""

    @property
    def form(self) -> dict[str, str]:
        """Return the parameters of the body; credentials in the address are not looked at (RFC 6749 §2.3.1)."""
        return self.payload.data


async def packed(oauth: OAuth, request: Request) -> ServerRequest:
    """Return the form that a program has posted.

    Raises:
        InvalidRequestError: The body is no form, too large, not UTF-8, or repeats a parameter.
        InsecureTransportError: The service is at a plain HTTP address that is not this machine.
    """
    body = await _body(request)
    # An empty body has no type: a client may have nothing to say but who it is, and that in a header.
    if body and request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise InvalidRequestError(f"The body has to be {_FORM}.")
    pairs = form_of(body)
    found = ServerRequest(request.method, oauth.address(request.scope["path"]), pairs, request.headers)
    if found.payload.repeated:
        raise InvalidRequestError("A parameter was sent more than once.")
    return found


def form_of(body: bytes) -> Pairs:
    """Return the parameters in a form.

    Raises:
        InvalidRequestError: It is not UTF-8, or too long.
    """
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError as error:
        raise InvalidRequestError("The parameters cannot be read.") from error
    if any("\0" in text for pair in pairs for text in pair):
        # PostgreSQL's texts cannot hold it.
        raise InvalidRequestError("The parameters cannot be read.")
    return pairs


async def _body(request: Request) -> bytes:
    """Return the body, of which no more is read than a form may have."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise InvalidRequestError("The body is too large.")
    return bytes(body)
