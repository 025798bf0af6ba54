"""The codes that clients branch on, and the exceptions that carry them."""

import inspect

import pytest

from ilmio_api import errors
from ilmio_api.errors import ErrorCode, IlmioError, OperatorError, UnknownAreaError
from ilmio_api.web.inbound import MethodNotAllowedError
from ilmio_api.web.outbound import STATUS

EXPECTED = [
    each
    for _, each in inspect.getmembers(errors, inspect.isclass)
    if issubclass(each, IlmioError) and each is not IlmioError
]


def test_the_published_codes_are_never_taken_back() -> None:
    assert {
        "BAD_ARGUMENT",
        "BAD_CURSOR",
        "BAD_PAGE_SIZE",
        "BAD_REQUEST",
        "BAD_VARIABLES",
        "INTERNAL",
        "METHOD_NOT_ALLOWED",
        "NOT_ACCEPTABLE",
        "NOT_FOUND",
        "OPERATION_NOT_FOUND",
        "SYNTAX_ERROR",
        "TIMEOUT",
        "TOO_COMPLEX",
        "TOO_LARGE",
        "UNAUTHENTICATED",
        "UNAVAILABLE",
        "UNKNOWN_AREA",
        "UNSUPPORTED_MEDIA_TYPE",
        "VALIDATION_FAILED",
    } <= set(ErrorCode)


@pytest.mark.parametrize("code", ErrorCode)
def test_a_code_reads_as_its_name(code: ErrorCode) -> None:
    assert code == code.name == str(code)


@pytest.mark.parametrize("error", EXPECTED, ids=lambda error: error.__name__)
def test_no_two_exceptions_share_a_code(error: type[IlmioError]) -> None:
    assert [each for each in EXPECTED if each.code is error.code] == [error]
    assert error.code is not ErrorCode.INTERNAL


def test_an_error_keeps_its_facts_and_says_them_to_the_log() -> None:
    error = UnknownAreaError(area="XX1")

    assert error.facts == {"area": "XX1"}
    assert error.path is None
    assert str(error) == "UNKNOWN_AREA: {'area': 'XX1'}"


def test_a_failure_of_the_operator_is_told_with_its_remedy() -> None:
    error = OperatorError("The port is taken.", "Choose another.")

    assert (str(error), error.problem, error.remedy) == ("The port is taken.", "The port is taken.", "Choose another.")
    assert not isinstance(error, IlmioError)


def test_an_error_of_the_web_is_an_expected_one() -> None:
    assert MethodNotAllowedError(method="PUT", allowed="GET").code is ErrorCode.METHOD_NOT_ALLOWED


def test_statuses_are_those_of_failed_requests() -> None:
    assert {status for status in STATUS.values() if not 400 <= status <= 599} == set()
