"""The page of errors has every code, with its status and its words."""

from collections.abc import Callable

from ilmio_api.errors import ErrorCode
from ilmio_api.i18n.languages import Language
from ilmio_api.i18n.messages import MESSAGES
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
