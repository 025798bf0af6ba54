"""Everything that a caller or an operator may ever be told when something cannot be done.

Owns: the closed set of stable error codes and the exception classes that carry them.
Does not own: the wording in fi/sv/en (`i18n.messages`) or how an error travels over HTTP (`web`).
"""

from collections.abc import Mapping
from enum import Enum, StrEnum, auto
from typing import ClassVar


class ErrorCode(StrEnum):
    """A stable, documented code: clients may branch on it, so a code never changes its meaning."""

    BAD_REQUEST = "BAD_REQUEST"
    """The HTTP request does not carry a well-formed GraphQL request."""
    SYNTAX_ERROR = "SYNTAX_ERROR"
    """The document is not GraphQL."""
    VALIDATION_FAILED = "VALIDATION_FAILED"
    """The document does not fit the schema: an unknown field, a wrong type."""
    BAD_VARIABLES = "BAD_VARIABLES"
    """A variable is missing or has the wrong type."""
    OPERATION_NOT_FOUND = "OPERATION_NOT_FOUND"
    """The document holds no operation of the given name, or several and no name was given."""
    BAD_ARGUMENT = "BAD_ARGUMENT"
    """An argument has a value that no record could match, such as a date that does not exist."""
    BAD_RANGE = "BAD_RANGE"
    """A span ends before it starts."""
    BAD_IDEMPOTENCY_KEY = "BAD_IDEMPOTENCY_KEY"
    """An idempotency key is empty or too long."""
    BAD_CURSOR = "BAD_CURSOR"
    """A cursor was not made by this list in this order."""
    BAD_REPRESENTATION = "BAD_REPRESENTATION"
    """A representation in `_entities` names no type that has keys, or none of its keys."""
    BAD_PAGE_SIZE = "BAD_PAGE_SIZE"
    """`first` or `last` is out of bounds, or both were given."""
    NOT_FOUND = "NOT_FOUND"
    """Nothing that the caller may read fits; what is hidden and what does not exist look the same."""
    UNKNOWN_AREA = "UNKNOWN_AREA"
    """No area in the register has this code."""
    TOO_LARGE = "TOO_LARGE"
    """The request body is larger than the published limit."""
    TOO_COMPLEX = "TOO_COMPLEX"
    """The document is deeper, longer or wider than the published limits."""
    RATE_LIMITED = "RATE_LIMITED"
    """The caller has spent the points of its minute; `Retry-After` says when enough are back."""
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    """No document is known by the given id; send it once beside its id."""
    DOCUMENT_NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"
    """This service answers registered documents only."""
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    """The HTTP method does not fit the operation."""
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    """The server has no representation that the `Accept` header allows."""
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    """The request body has a media type that the server does not read."""
    UNAUTHENTICATED = "UNAUTHENTICATED"
    """The credentials that came with the request are not valid."""
    TIMEOUT = "TIMEOUT"
    """The query ran longer than the published time limit."""
    UNAVAILABLE = "UNAVAILABLE"
    """The database cannot be reached at the moment."""
    INTERNAL = "INTERNAL"
    """A fault of ours; the trace id in the answer finds it in the log."""


class Malformed(Enum):
    """Why an HTTP request is not a well-formed GraphQL request."""

    NO_QUERY = auto()
    ADDRESS_NOT_UTF_8 = auto()
    TOO_MANY_PARAMETERS = auto()
    """Of the address; fact `maximum`."""
    BODY_NOT_JSON = auto()
    """Facts `detail` (of the parser, in English), `position` (in characters, from 0)."""
    BODY_NOT_AN_OBJECT = auto()
    NOT_JSON = auto()
    """A parameter; facts `parameter`, `detail`, `position`."""
    NOT_AN_OBJECT = auto()
    """Fact `parameter`."""
    NOT_A_STRING = auto()
    """Fact `parameter`."""
    NO_HASH = auto()
    OTHER_HASH = auto()


class IlmioError(Exception):
    """An expected failure: a code and the facts that its message names.

    `facts` fill the placeholders of the message of `code` in every language. They are shown to the caller, so they
    never hold a secret, personal data or a stack trace.
    """

    code: ClassVar[ErrorCode] = ErrorCode.INTERNAL

    def __init__(self, **facts: object) -> None:
        """Keep the facts; the words are chosen where the answer is written."""
        super().__init__(f"{self.code}: {facts}")
        self.facts: Mapping[str, object] = facts
        self.language: str | None = None
        """Tag of the language that the operation asks for; None for that of the request."""
        self.path: tuple[str | int, ...] | None = None
        """Response path of the field that failed; None when the request as a whole did."""


class BadRequestError(IlmioError):
    """The HTTP request is not a well-formed GraphQL request; facts `reason` (`Malformed`), and those that it names."""

    code = ErrorCode.BAD_REQUEST


class OperationNotFoundError(IlmioError):
    """No such operation in the document; fact `name`."""

    code = ErrorCode.OPERATION_NOT_FOUND


class BadArgumentError(IlmioError):
    """A text has a character that no text in the data can have."""

    code = ErrorCode.BAD_ARGUMENT


class BadRangeError(IlmioError):
    """A span ends before it starts; facts `start`, `end`."""

    code = ErrorCode.BAD_RANGE


class BadIdempotencyKeyError(IlmioError):
    """An idempotency key is empty or too long; facts `given` and `maximum`, numbers of characters."""

    code = ErrorCode.BAD_IDEMPOTENCY_KEY


class BadCursorError(IlmioError):
    """A cursor does not belong to this list in this order; fact `argument`."""

    code = ErrorCode.BAD_CURSOR


class BadRepresentationError(IlmioError):
    """A representation names no object; facts `place` (from 0), `given` (its type name)."""

    code = ErrorCode.BAD_REPRESENTATION


class BadPageSizeError(IlmioError):
    """A page size is out of bounds; facts `argument`, `given`, `maximum`."""

    code = ErrorCode.BAD_PAGE_SIZE


class NotFoundError(IlmioError):
    """A lookup found nothing; fact `field`."""

    code = ErrorCode.NOT_FOUND


class UnknownAreaError(IlmioError):
    """No area has this code; fact `area`."""

    code = ErrorCode.UNKNOWN_AREA


class TooLargeError(IlmioError):
    """The body, or the address, exceeds the limit; facts `maximum` (bytes), `in_address` where it may be either."""

    code = ErrorCode.TOO_LARGE


class TooComplexError(IlmioError):
    """The document exceeds a published limit; facts `limit` (its name), `given`, `maximum`."""

    code = ErrorCode.TOO_COMPLEX


class TimedOutError(IlmioError):
    """The statement was stopped at the time limit; fact `seconds`."""

    code = ErrorCode.TIMEOUT


class UnavailableError(IlmioError):
    """The database cannot be reached."""

    code = ErrorCode.UNAVAILABLE


class OperatorError(Exception):
    """A failure that the person who runs the server can mend; shown by the command line, never by the API."""

    def __init__(self, problem: str, remedy: str) -> None:
        """Say what went wrong and what to do, each as a full sentence."""
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
