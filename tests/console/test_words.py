"""The words of the pages: the same in every language, and one for everything that a page has to say."""

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from ilmio_api.access.roles import Role
from ilmio_api.access.scopes import Scope
from ilmio_api.console import words as module
from ilmio_api.console.words import LANGUAGES, WORDS, Words, day, day_and_time, filled, language_of
from ilmio_api.domain.accounts.vocabulary import (
    AuditAction,
    ClientAuthentication,
    ClientKind,
    GrantStatus,
    SignInMethod,
)
from ilmio_api.i18n.languages import Language

FOLDER = Path(module.__file__).parent
SOURCES = [*FOLDER.glob("templates/*.html"), *FOLDER.glob("*.py")]
MOMENT = datetime(2026, 1, 5, 7, 4, tzinfo=UTC)


def flat(table: dict[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in table.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return found


def words_in(language: Language) -> dict[str, str]:
    return flat(tomllib.loads((FOLDER / "words" / f"{language}.toml").read_text(encoding="utf-8")))


def placeholders(language: Language) -> dict[str, set[str]]:
    return {name: set(re.findall(r"\{(\w*)\}", text)) for name, text in words_in(language).items()}


def has(words: Words, name: str) -> bool:
    found: Any = words
    for part in name.split("."):
        if not isinstance(found, Words) or part not in found:
            return False
        found = found[part]
    return True


def test_every_language_has_the_same_words_with_the_same_placeholders() -> None:
    assert placeholders(Language.SV) == placeholders(Language.FI)
    assert placeholders(Language.EN) == placeholders(Language.FI)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_empty_or_has_spaces_around_it(language: Language) -> None:
    assert [name for name, text in words_in(language).items() if not text.strip()] == []
    assert [name for name, text in words_in(language).items() if text != text.strip()] == [
        "frame.problem_mark",
        "mail.text",
        "mail.reused_own",
        "mail.reused_client",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("section", "values"),
    [
        ("roles", [f"{each.value}.name" for each in Role] + [f"{each.value}.about" for each in Role]),
        ("scopes", [each.value for each in Scope]),
        ("actions", [each.value for each in AuditAction]),
        ("authentications", [each.value for each in ClientAuthentication]),
        ("client_kinds", [f"{each.value}.name" for each in ClientKind]),
        ("grant_states", [each.value for each in GrantStatus]),
        ("methods", [each.value for each in SignInMethod]),
    ],
)
def test_everything_that_a_page_may_have_to_name_has_a_word(
    language: Language, section: str, values: list[str]
) -> None:
    assert [value for value in values if not has(WORDS[language], f"{section}.{value}")] == []


def test_every_word_that_a_page_uses_is_there() -> None:
    used = {
        name
        for source in SOURCES
        for name in re.findall(r"\b(?:t|words|visit\.words)\.([a-z_]+\.[a-z_]+)\b", source.read_text(encoding="utf-8"))
        if not name.endswith((".py", ".html"))
    }

    assert len(used) > 250
    assert {name for name in used if not has(WORDS[Language.EN], name)} == set()


def test_every_notice_that_a_page_leads_to_is_there() -> None:
    used = {name for source in SOURCES for name in re.findall(r'done="(\w+)"', source.read_text(encoding="utf-8"))}

    assert len(used) > 20
    assert used - set(vars(WORDS[Language.EN].done)) == set()


@pytest.mark.parametrize(
    ("asked", "kept", "accepted", "language"),
    [
        ("sv", "en", "fi", Language.SV),
        ("de sv-FI fi", None, None, Language.SV),
        (None, "en", "fi", Language.EN),
        (None, "xx", "sv;q=0.5, en;q=0.9", Language.EN),
        (None, None, "se", Language.FI),
        ("../../etc", "<script>", None, Language.FI),
    ],
)
def test_the_language_is_the_one_asked_for_or_kept_or_accepted(
    asked: str | None, kept: str | None, accepted: str | None, language: Language
) -> None:
    assert language_of(asked, kept, accepted) is language


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.FI, "5.1.2026 klo 9.04"),
        (Language.SV, "5.1.2026 kl. 9.04"),
        (Language.EN, "5 January 2026, 09:04"),
    ],
)
def test_moments_are_said_in_finnish_time(language: Language, said: str) -> None:
    assert day_and_time(MOMENT, language) == said
    assert said.startswith(day(MOMENT, language))


def test_what_fills_a_word_is_escaped() -> None:
    assert filled("Remove {name} & go?", name="<b>") == Markup("Remove &lt;b&gt; &amp; go?")
