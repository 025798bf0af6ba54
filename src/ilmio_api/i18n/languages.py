"""Languages and registers, and the chain of tags in which a text is looked for.

Owns: the closed set of languages, negotiation, fallback.
Does not own: the texts (`domain`), the SQL of the fallback (`compiler.localise`).

Source: BCP 47 (RFC 5646) for tags, RFC 6497 for transformed content, RFC 9110 §12.5.4 for `Accept-Language`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

_RANGE = re.compile(r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]{1,35})?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*")
_MAX_RANGES = 20
_LONGEST = 1_000
"""What stands in the field beyond so many characters is not looked at, so that what it means can be kept."""


class Language(StrEnum):
    """A language of content; the value is its BCP 47 tag."""

    FI = "fi"
    SV = "sv"
    EN = "en"
    SE = "se"
    SMN = "smn"
    SMS = "sms"

    # Languages are part of keys that every request looks up; what an enum does by itself is ten times slower.
    __hash__ = str.__hash__


class Register(StrEnum):
    """A way of writing within a language; the value is the suffix of its tag."""

    STANDARD = ""
    EASY = "simple"
    DIALECT = "x-dialect"


DEFAULT_LANGUAGE = Language.FI
FALLBACK = (Language.FI, Language.SV, Language.EN)
"""Where a text is looked for when the asked language has none; after these any language will do."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The language and register in which a reader wants texts."""

    language: Language = DEFAULT_LANGUAGE
    register: Register = Register.STANDARD

    def chain(self) -> tuple[str, ...]:
        """Return the tags to try, best first, without repetition.

        The asked register comes first, then the standard text, then a machine translation into the asked language,
        then the common fallback.
        """
        asked = str(self.language)
        tags = [f"{asked}-{self.register}"] if self.register else []
        tags.append(asked)
        tags += [f"{asked}-t-{origin}-t0-und" for origin in FALLBACK if origin != self.language]
        tags += [str(language) for language in FALLBACK]
        return tuple(dict.fromkeys(tags))


def negotiate(accept_language: str | None) -> Language:
    """Return the best language for an `Accept-Language` value; Finnish when nothing fits.

    Malformed parts are skipped, as RFC 9110 §12.5.4 lets a server disregard the field.
    """
    return _negotiated((accept_language or "")[:_LONGEST])


@lru_cache(maxsize=1_000)
def _negotiated(accept_language: str) -> Language:
    """Return the best language; clients send the same values all day."""
    ranked: list[tuple[float, int, Language]] = []
    for position, part in enumerate(accept_language.split(",")[:_MAX_RANGES]):
        match = _RANGE.fullmatch(part)
        if match is None:
            continue
        primary, weight = match.group(1).lower(), float(match.group(2) or 1)
        if weight > 0 and primary in set(Language):
            ranked.append((-weight, position, Language(primary)))
    return min(ranked)[2] if ranked else DEFAULT_LANGUAGE
