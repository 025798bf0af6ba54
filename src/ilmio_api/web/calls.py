"""HTTP requests to the GraphQL endpoint, as they were received.

Owns: the head of a request and what it asks for, apart from the body that came with it.
Does not own: receiving (`web.graphql`, `web.connection`), the parameters of a GraphQL request (`web.inbound`).

A client sends the same head all day. What it asks for is found out once, and kept with it by whoever receives requests.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from ilmio_api.web.forms import LONGEST, Form, form_of

METHODS = ("GET", "HEAD", "POST", "QUERY")
"""Methods that carry a request for the endpoint."""

ALLOWED = ", ".join((*METHODS, "OPTIONS"))
"""All methods that the endpoint answers, as `Allow` has them."""

SAFE = frozenset({"GET", "HEAD", "QUERY"})
"""Methods whose answers may be kept by whoever gets them."""

IN_ADDRESS = frozenset({"GET", "HEAD"})
"""Methods that carry the parameters in the address."""

_LISTS = frozenset({b"accept", b"accept-encoding", b"accept-language", b"if-none-match"})
_TRUE = b"?1"  # RFC 9651 §3.3.6
_NOT_CODED = {"", "identity"}


@dataclass(slots=True, eq=False)
class Head:
    """Request line and header of a request; never changed once it is made."""

    method: str
    query: bytes
    """Query string of the address."""
    headers: Sequence[tuple[bytes, bytes]]
    """Header fields as they came, names in lower case."""
    fields: Mapping[bytes, bytes] = field(init=False)
    """The first header field of each name; all of those that are lists (RFC 9110 §5.3)."""
    in_address: bool = field(init=False)
    """Whether the parameters are in the address, not in the body."""
    unread: str = field(init=False)
    """What a body is declared as that is not read, a media type or a content coding; empty when it is read."""
    form: Form = field(init=False)
    """How the answer is to be sent."""
    only_priced: bool = field(init=False)
    """Whether the operation is only to be priced."""
    reports_cost: bool = field(init=False)
    """Whether the answer is to report its cost."""
    known_tags: str = field(init=False)
    """Value of `If-None-Match` where it counts, else empty."""

    def __post_init__(self) -> None:
        """Find out what the header asks for."""
        self.fields = _by_name(self.headers)
        self.in_address = self.method in IN_ADDRESS
        self.unread = _unread(self.says(b"content-type")[:LONGEST], self.says(b"content-encoding")[:LONGEST])
        self.form = form_of(self.fields, self.query, in_address=self.in_address)
        self.only_priced = self._is_true(b"cost-only")
        self.reports_cost = self._is_true(b"cost-report")
        self.known_tags = self.says(b"if-none-match") if self.method in SAFE else ""

    def says(self, name: bytes) -> str:
        """Return the value of a header field, empty when it is absent."""
        return self.fields.get(name, b"").decode("latin-1")

    def _is_true(self, name: bytes) -> bool:
        """Return whether a header field is true; parameters that nobody knows are ignored (RFC 9651 §3.3.6)."""
        return self.fields.get(name, b"").partition(b";")[0].strip() == _TRUE


def _by_name(headers: Sequence[tuple[bytes, bytes]]) -> Mapping[bytes, bytes]:
    """Return header fields by name: the lines of a list together, otherwise the first line."""
    fields = dict(reversed(headers))
    if len(fields) < len(headers):
        for name in _LISTS & fields.keys():
            fields[name] = b", ".join([value for each, value in headers if each == name])
    return fields


@lru_cache(maxsize=100)
def _unread(content_type: str, coding: str) -> str:
    """Return what a body is that is not read: JSON in UTF-8 is, when it is not compressed."""
    media_type, *rest = (part.strip().lower() for part in content_type.split(";"))
    parameters = (parameter.partition("=") for parameter in rest)
    charsets = {value.strip('"') for name, _, value in parameters if name == "charset"}
    if media_type != "application/json" or not charsets <= {"utf-8", "utf8"}:
        return content_type[:100] or "–"
    return "" if coding.lower() in _NOT_CODED else coding[:100]


class Call(NamedTuple):
    """An HTTP request to the endpoint, read to its end."""

    head: Head
    peer: str | None
    """Address at the other end of the connection; None when there is none, as on a Unix socket."""
    body: bytes | None
    """None when it is larger than what is read."""
