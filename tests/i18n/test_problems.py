"""Why a command was not carried out, in each of the service's languages."""

import string

import pytest

from ilmio_api.domain.outcomes import ProblemCode
from ilmio_api.i18n.languages import Language
from ilmio_api.i18n.problems import PROBLEMS, wording


def placeholders(text: str) -> set[str]:
    """Return the names of the facts that a text asks for."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_code_has_its_words_and_there_are_no_others() -> None:
    assert set(PROBLEMS) == {code.value for code in ProblemCode}


@pytest.mark.parametrize("code", ProblemCode)
def test_every_language_names_the_same_facts(code: ProblemCode) -> None:
    facts = [placeholders(text) for text in PROBLEMS[code.value]]

    assert len(facts) == 3
    assert facts == [facts[0]] * 3


def test_the_words_are_those_of_the_reader() -> None:
    facts = {"most": 100}

    assert [
        wording("TOO_LONG", language, facts) for language in (Language.FI, Language.SV, Language.EN, Language.SE)
    ] == [
        "Teksti on liian pitkä. Lyhennä se: enintään 100 merkkiä.",
        "Texten är för lång. Förkorta den till högst 100 tecken.",
        "The text is too long. Shorten it to at most 100 characters.",
        "The text is too long. Shorten it to at most 100 characters.",
    ]


def test_a_fact_that_is_not_known_reads_as_a_dash() -> None:
    assert wording("TOO_LONG", Language.EN, {}) == "The text is too long. Shorten it to at most – characters."
