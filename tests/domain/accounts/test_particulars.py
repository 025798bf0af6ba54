"""Particulars: the one form in which names and addresses are kept."""

import pytest

from ilmio_api.domain.accounts.particulars import address_of, language_of, name_of
from ilmio_api.domain.outcomes import Problem, ProblemCode


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Aino Äijälä", "Aino Äijälä"),
        ("  Aino \n\t Äijälä ", "Aino Äijälä"),
        ("A\u0308ija\u0308la\u0308", "Äijälä"),
        ("Ánne Njuorggán", "Ánne Njuorggán"),
        ("x" * 100, "x" * 100),
    ],
)
def test_a_name_is_kept_on_one_line_in_one_spelling(given: str, kept: str) -> None:
    assert name_of(given) == kept


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("", ProblemCode.REQUIRED),
        (" \n", ProblemCode.REQUIRED),
        ("x" * 101, ProblemCode.TOO_LONG),
        ("Aino\x00", ProblemCode.NOT_PRINTABLE),
        ("Aino\u202eitsesi", ProblemCode.NOT_PRINTABLE),
    ],
)
def test_a_name_that_cannot_be_shown_is_refused(given: str, code: ProblemCode) -> None:
    problem = name_of(given, "name")

    assert isinstance(problem, Problem)
    assert (problem.code, problem.path) == (code, ("name",))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" Aino.Esimerkki@Example.FI ", "aino.esimerkki@example.fi"),
        ("aino+ilmio@mail.example.fi", "aino+ilmio@mail.example.fi"),
        ("o'neill@xn--hmeenlinna-v5a.fi", "o'neill@xn--hmeenlinna-v5a.fi"),
    ],
)
def test_an_address_is_kept_in_lower_case(given: str, kept: str) -> None:
    assert address_of(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "aino",
        "aino@",
        "@example.fi",
        "aino@example",
        "aino@-example.fi",
        "aino@example..fi",
        "aino@example.fi,toinen@example.fi",
        "aino@example.fi\nBcc: toinen@example.fi",
        "Aino <aino@example.fi>",
        "aïno@example.fi",
        f"{'a' * 65}@example.fi",
        f"aino@{'a.' * 130}fi",
    ],
)
def test_what_is_not_one_address_is_refused(given: str) -> None:
    assert address_of(given, "email") == Problem(ProblemCode.NOT_AN_EMAIL_ADDRESS, ("email",))


def test_an_address_is_required_where_one_is_asked_for() -> None:
    assert address_of("  ", "email") == Problem(ProblemCode.REQUIRED, ("email",))


@pytest.mark.parametrize(("given", "kept"), [("sv", "sv"), ("en", "en"), ("de", "fi"), ("se", "fi"), (None, "fi")])
def test_pages_are_finnish_for_who_reads_none_of_their_languages(given: str | None, kept: str) -> None:
    assert language_of(given) == kept
