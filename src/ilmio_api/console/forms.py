"""What a form sent.

Owns: reading a body of bounded size, and the fields of it.
Does not own: whether the sender may send it (`gate`), what the fields mean (the pages).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

MAX_BODY_BYTES: Final = 64 * 1024
"""Longest form: ten public keys, or a passkey with its attestation."""

_MAX_FIELDS: Final = 200
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, in order; names may repeat."""

    fields: tuple[tuple[str, str], ...] = ()
    _first: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, fields: list[tuple[str, str]]) -> "Form":
        """Return a form of these fields."""
        return cls(tuple(fields), MappingProxyType(dict(reversed(fields))))

    def text(self, name: str) -> str:
        """Return the first value of a field without white space around it; empty when there is none."""
        return self._first.get(name, "").strip()

    def secret(self, name: str) -> str:
        """Return a value exactly as it was typed."""
        return self._first.get(name, "")

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field, such as the boxes that are ticked."""
        return tuple(value for each, value in self.fields if each == name)

    def lines(self, name: str) -> list[str]:
        """Return the lines of a text, without empty ones."""
        return [line.strip() for line in self.secret(name).splitlines() if line.strip()]

    def number(self, name: str) -> int | None:
        """Return a whole number of at most six digits, or None when it is none."""
        text = self.text(name)
        # Only ASCII digits: int() would also take "1_000" and digits of other scripts.
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None  # noqa: PLR2004 - see above

    def is_ticked(self, name: str) -> bool:
        """Return whether a box is ticked."""
        return name in self._first


async def form_of(request: Request) -> Form:
    """Return the form in the body of a request.

    Raises:
        HTTPException: 415, it is not a form; 413, it is too large; 400, it cannot be read.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise HTTPException(415)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(413)
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict")
    except ValueError as error:
        # UnicodeDecodeError is one, too.
        raise HTTPException(400) from error
    # A form sends line ends as CR LF; PostgreSQL keeps no NUL.
    return Form.of([(name, value.replace("\r\n", "\n").replace("\0", "")) for name, value in fields])
