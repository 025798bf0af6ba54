"""How an answer is to be sent: what all header fields of a request together ask for.

Owns: which fields count, and keeping what they mean.
Does not own: what each of them means (`web.negotiation`, `web.encodings`, `i18n.languages`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ilmio_api.i18n.languages import Reading, negotiate
from ilmio_api.web.encodings import coding_for
from ilmio_api.web.negotiation import MediaType, accepted
from ilmio_api.web.outbound import Profile

_OFFERED = (MediaType.RESPONSE, MediaType.JSON)
_OFFERED_IN_BROWSERS = (*_OFFERED, MediaType.HTML)
_OLD_PROFILE = b"profile=2025"
LONGEST = 1_000
"""What stands in a header field beyond so many bytes is not looked at, so that what it means can be kept."""


@dataclass(frozen=True, slots=True)
class Form:
    """How an answer is to be sent."""

    media_type: MediaType
    acceptable: bool
    """Whether the client takes any media type that there is; who takes none is told so in one that there is."""
    profile: Profile
    reading: Reading
    coding: str | None
    """Content coding of bodies that are large enough; None for none."""


def form_of(fields: Mapping[bytes, bytes], query: bytes, *, in_address: bool) -> Form:
    """Return the form that a request asks for.

    Args:
        fields: Header fields by name in lower case.
        query: Query string of the address.
        in_address: Whether the parameters are in the address, as those of browsers are.
    """
    return _form(
        in_address,
        _OLD_PROFILE in query and _OLD_PROFILE in query.split(b"&"),
        fields.get(b"accept", b"")[:LONGEST],
        fields.get(b"accept-language", b"")[:LONGEST],
        fields.get(b"accept-encoding", b"")[:LONGEST],
    )


@lru_cache(maxsize=1_000)
def _form(
    in_address: bool,  # noqa: FBT001 - keywords would slow down the look-up
    old: bool,  # noqa: FBT001 - the same
    accept: bytes,
    accept_language: bytes,
    accept_encoding: bytes,
) -> Form:
    """Return the form that the fields ask for; a client sends the same ones all day."""
    media_type = accepted(accept.decode("latin-1"), _OFFERED_IN_BROWSERS if in_address else _OFFERED)
    return Form(
        media_type or MediaType.RESPONSE,
        media_type is not None,
        Profile.OF_2025 if old else Profile.OF_2026,
        Reading(negotiate(accept_language.decode("latin-1"))),
        coding_for(accept_encoding.decode("latin-1")),
    )
