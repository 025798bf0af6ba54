"""The page of errors has every code, with its status and its words, and whatever a command refuses with."""

from collections.abc import Callable

from ilmio_api.domain.outcomes import ProblemCode, Refusal
from ilmio_api.errors import ErrorCode
from ilmio_api.i18n.languages import Language
from ilmio_api.i18n.messages import MESSAGES
from ilmio_api.i18n.problems import PROBLEMS
from ilmio_api.schema.query import CATALOGUE
from ilmio_api.web.negotiation import MediaType
from ilmio_api.web.outbound import Failure, Profile

Rows = Callable[[str, str], list[list[str]]]


def statuses(code: ErrorCode) -> str:
    """Return the status of a failure under either media type, as the page writes it."""
    if code is ErrorCode.NOT_FOUND:
        return "294 / 200"
    failure = Failure(code, [])
    both = [Profile.OF_2026.failure_status(failure, media_type) for media_type in (MediaType.RESPONSE, MediaType.JSON)]
    return " / ".join(str(status) for status in dict.fromkeys(both))


def test_every_code_is_on_the_page_with_its_status_and_its_words(rows: Rows) -> None:
    assert rows("docs/errors.md", "code") == [
        [f"`{code}`", statuses(code), MESSAGES[code][Language.EN].message, MESSAGES[code][Language.EN].help]
        for code in ErrorCode
    ]


def test_every_problem_is_on_the_page_with_its_words(rows: Rows) -> None:
    in_english = {code: texts[-1] for code, texts in PROBLEMS.items()}

    assert rows("docs/errors.md", "problem") == [
        [f"`{code.value}`", code.description, in_english[code.value]] for code in ProblemCode
    ]


def test_every_kind_of_refusal_is_on_the_page(rows: Rows) -> None:
    named = {cell.strip("`") for cell, *_ in rows("docs/errors.md", "type")}
    refusals = CATALOGUE.abstract_type("UserError")

    assert refusals is not None
    assert named == set(CATALOGUE.possible_types(refusals)) - {"Problem"}
    assert len(named) == len(Refusal)
