"""What the service says when something goes wrong, in each of its languages."""

import string
from collections.abc import Iterator

import pytest

from ilmio_api.errors import BadRepresentationError, BadRequestError, ErrorCode, Malformed, TooComplexError
from ilmio_api.i18n.languages import Language
from ilmio_api.i18n.messages import MESSAGES, REASONS, wording, wording_of

SPOKEN = (Language.FI, Language.SV, Language.EN)


def placeholders(text: str) -> set[str]:
    """Return the names of the facts that a text asks for."""

    def names() -> Iterator[str]:
        for _, name, _, _ in string.Formatter().parse(text):
            if name is not None:
                yield name

    return set(names())


def test_every_code_has_its_words_and_there_are_no_others() -> None:
    assert set(MESSAGES) == set(ErrorCode)


@pytest.mark.parametrize("code", ErrorCode)
def test_every_code_speaks_finnish_swedish_and_english(code: ErrorCode) -> None:
    assert tuple(MESSAGES[code]) == SPOKEN
    assert [bool(words.message) and bool(words.help) for words in MESSAGES[code].values()] == [True] * 3


@pytest.mark.parametrize("code", ErrorCode)
def test_every_language_names_the_same_facts(code: ErrorCode) -> None:
    facts = [(placeholders(words.message), placeholders(words.help)) for words in MESSAGES[code].values()]

    assert facts == [facts[0]] * 3


# Apollo's clients recognise this one by its message.
@pytest.mark.parametrize("code", [code for code in ErrorCode if code is not ErrorCode.PERSISTED_QUERY_NOT_FOUND])
def test_the_words_are_sentences_of_their_own_language(code: ErrorCode) -> None:
    texts = [text for words in MESSAGES[code].values() for text in (words.message, words.help)]

    # A message may end with a detail that brings its own full stop.
    assert [text for text in texts if not text.endswith((".", "}"))] == []
    assert len(set(texts)) == 6


@pytest.mark.parametrize("code", ErrorCode)
@pytest.mark.parametrize("language", Language)
def test_a_missing_fact_is_a_dash_and_no_failure(code: ErrorCode, language: Language) -> None:
    words = wording(code, language, {})

    assert placeholders(words.message + words.help) == set()


def test_a_language_without_words_of_its_own_falls_back_to_english() -> None:
    assert wording(ErrorCode.UNAVAILABLE, Language.SE, {}) == MESSAGES[ErrorCode.UNAVAILABLE][Language.EN]


def test_the_facts_of_an_error_are_in_its_words() -> None:
    words = wording_of(TooComplexError(limit="depth", given=13, maximum=12), Language.EN)

    assert words.message == "The document exceeds the limit depth: 13, at most 12."


def test_a_fact_that_looks_like_a_placeholder_stays_text() -> None:
    words = wording(ErrorCode.UNKNOWN_AREA, Language.EN, {"area": "{area.__class__} %s"})

    assert words.message == "The register has no area with the code {area.__class__} %s."


def test_a_long_fact_is_shortened() -> None:
    words = wording(ErrorCode.UNKNOWN_AREA, Language.EN, {"area": "x" * 100_000})

    assert len(words.message) < 600
    assert "x…" in words.message


def test_every_reason_has_its_words_and_there_are_no_others() -> None:
    assert set(REASONS) == set(Malformed)


@pytest.mark.parametrize("reason", Malformed)
def test_every_reason_speaks_finnish_swedish_and_english(reason: Malformed) -> None:
    texts = REASONS[reason]

    assert tuple(texts) == SPOKEN
    assert len(set(texts.values())) == 3
    assert [placeholders(text) for text in texts.values()] == [placeholders(texts[Language.EN])] * 3


@pytest.mark.parametrize(
    ("language", "message"),
    [
        (Language.FI, "Pyyntö ei ole kelvollinen GraphQL-pyyntö: variables ei ole JSONia (line {0}, merkki 7)."),
        (Language.SV, "Begäran är inte en giltig GraphQL-begäran: variables är inte JSON (line {0}, tecken 7)."),
        (
            Language.SE,
            "The request is not a well-formed GraphQL request: variables is not JSON (line {0}, character 7).",
        ),
    ],
)
def test_a_reason_is_told_in_the_language_of_its_sentence(language: Language, message: str) -> None:
    error = BadRequestError(reason=Malformed.NOT_JSON, parameter="variables", detail="line {0}", position=7)

    assert wording_of(error, language).message == message


def test_a_fact_that_is_none_is_a_dash() -> None:
    words = wording_of(BadRepresentationError(place=0, given=None), Language.EN)

    assert words.message == "Item 0 (–) of representations names no entity, or none of its keys."
