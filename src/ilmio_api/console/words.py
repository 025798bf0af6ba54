"""The words of the pages in Finnish, Swedish and English, and how dates and problems are said in them.

Owns: loading the words, choosing the language of a page, saying dates, scopes and problems.
Does not own: the words themselves (`words/*.toml`), where they stand (`templates`).
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from markupsafe import Markup, escape

from ilmio_api.domain.outcomes import Problem
from ilmio_api.i18n.languages import Language, Reading, negotiate
from ilmio_api.i18n.problems import wording

LANGUAGES: Final = (Language.FI, Language.SV, Language.EN)
"""Languages in which there are pages."""

_FOLDER: Final = Path(__file__).parent / "words"


class Words(SimpleNamespace):
    """The words of one language; a table of the file is an attribute that is itself `Words`."""

    def __getitem__(self, name: str) -> "Words | str":
        """Return a word whose name is known only when the page is made, such as that of a role.

        Raises:
            KeyError: There is no such word.
        """
        found: Words | str = self.__dict__[name]
        return found

    def __contains__(self, name: str) -> bool:
        """Return whether there is a word of that name."""
        return name in self.__dict__


@dataclass(frozen=True, slots=True)
class Said:
    """A problem as a page says it."""

    field: str
    """Name of the field of the form that it is about; empty when it is about the whole."""
    text: str


def language_of(asked: str | None, kept: str | None, accept_language: str | None) -> Language:
    """Return the language of a page.

    Args:
        asked: What the address asks for, as `sv` or as several with spaces between (`ui_locales`, OpenID Connect).
        kept: What the person has chosen before.
        accept_language: The header.
    """
    for tag in (*(asked or "").split(), kept or ""):
        primary = tag.partition("-")[0].lower()
        if primary in LANGUAGES:
            return Language(primary)
    return next(Language(tag) for tag in Reading(negotiate(accept_language)).chain() if tag in LANGUAGES)


def filled(text: str, **values: object) -> Markup:
    """Return a word with its placeholders filled; what fills them is escaped."""
    return escape(text).format(**values)


def problems_said(
    problems: Sequence[Problem], language: Language, fields: Mapping[str, str] | None = None
) -> list[Said]:
    """Return problems as a page says them.

    Args:
        problems: What a command has found.
        language: Language of the page.
        fields: Name of the form's field by argument of the command, where the two differ.
    """
    renamed = fields or {}
    arguments = (each.path[0] if each.path else "" for each in problems)
    return [
        Said(renamed.get(argument, argument), wording(each.code, language, each.facts))
        for argument, each in zip(arguments, problems, strict=True)
    ]


def day(moment: datetime, language: Language) -> str:
    """Return the day of a moment in Finland, as 21.11.2026 or 21 November 2026."""
    local = moment.astimezone(_ZONE)
    if language is Language.EN:
        return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"
    return f"{local.day}.{local.month}.{local.year}"


def day_and_time(moment: datetime, language: Language) -> str:
    """Return a moment in Finnish time, as 21.11.2026 klo 14.05."""
    local = moment.astimezone(_ZONE)
    match language:
        case Language.EN:
            clock = f", {local:%H:%M}"
        case Language.SV:
            clock = f" kl. {local.hour}.{local:%M}"
        case _:
            clock = f" klo {local.hour}.{local:%M}"
    return f"{day(moment, language)}{clock}{_SUFFIX}"


def _zone() -> tuple[tzinfo, str]:
    """Return the zone in which times are said, and what is added when it is not that of Finland."""
    try:
        return ZoneInfo("Europe/Helsinki"), ""
    except ZoneInfoNotFoundError:
        # A machine without the database of time zones.
        return UTC, " UTC"


def _words(value: Any) -> Any:  # noqa: ANN401 - a TOML value
    """Return tables as `Words`, and anything else as it is."""
    return Words(**{name: _words(each) for name, each in value.items()}) if isinstance(value, dict) else value


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_ZONE, _SUFFIX = _zone()

WORDS: Final[Mapping[Language, Words]] = {
    language: _words(tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8")))
    for language in LANGUAGES
}
"""All words by language. Every language has the same names."""
