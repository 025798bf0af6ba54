"""Which form of an answer a client wants.

Owns: reading `Accept` for the few media types that the service has, and the weight of a wish.
Does not own: the language of an answer (`i18n.languages`), all that a client wishes together (`web.forms`).

Source: RFC 9110 §12.5.1; GraphQL over HTTP, draft of 2026, §6.1 Accept.
"""

from collections.abc import Sequence
from enum import StrEnum


class MediaType(StrEnum):
    """A form in which the GraphQL endpoint answers."""

    RESPONSE = "application/graphql-response+json"
    JSON = "application/json"
    HTML = "text/html"

    __hash__ = str.__hash__  # part of a key that every request looks up


_MAX_RANGES = 30


def accepted(accept: str | None, offered: tuple[MediaType, ...]) -> MediaType | None:
    """Return the best of the offered media types, or None when none is acceptable.

    Args:
        accept: Value of the `Accept` header; None or empty means that anything will do.
        offered: What there is, the most specific answer to an equal wish first. For wildcards, JSON is chosen: clients
            that do not name a type are those that know nothing newer.
    """
    if not accept:
        return MediaType.JSON
    best: tuple[float, int, int] | None = None
    chosen: MediaType | None = None
    for candidate in offered:
        quality, specificity = _quality(accept, candidate)
        if quality <= 0:
            continue
        preference = (quality, specificity, int(candidate is MediaType.JSON and specificity < _EXACT))
        if best is None or preference > best:
            best, chosen = preference, candidate
    return chosen


_EXACT = 3


def _quality(accept: str, candidate: MediaType) -> tuple[float, int]:
    """Return the weight that the header gives to a media type, and how exactly it names it."""
    found = (0.0, 0)
    for part in accept.split(",")[:_MAX_RANGES]:
        range_, *parameters = (piece.strip().lower() for piece in part.split(";"))
        specificity = _specificity(range_, candidate)
        if specificity > found[1]:
            found = (weight(parameters), specificity)
    return found


def _specificity(range_: str, candidate: MediaType) -> int:
    """Return 3 when the range is the type, 2 for `type/*`, 1 for `*/*`, 0 when it does not match."""
    if range_ == candidate.value:
        return _EXACT
    if range_ == f"{candidate.value.split('/', maxsplit=1)[0]}/*":
        return 2
    return int(range_ == "*/*")


def weight(parameters: Sequence[str]) -> float:
    """Return the weight among the parameters of a wish, from 0 to 1: 1 when there is none or it is malformed."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 1.0
    return 1.0
