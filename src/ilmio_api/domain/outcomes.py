"""What a command answers when it cannot be carried out: an expected result, not an exception.

Owns: the kinds of refusal and the problems that they name.
Does not own: the wording (`i18n.messages`), how they look in GraphQL (`schema`) or on a page (`console`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Refusal(StrEnum):
    """Why a command was not carried out."""

    VALIDATION_FAILED = "VALIDATION_FAILED"
    """A value cannot be used."""
    CONFLICT = "CONFLICT"
    """The state of things has changed, or does not allow it."""
    NOT_ALLOWED = "NOT_ALLOWED"
    """The caller may not do this; also when what is named does not exist for the caller."""
    STEP_UP_NEEDED = "STEP_UP_NEEDED"
    """The caller has to sign in again first, because the last time is too long ago for this."""


class ProblemCode(StrEnum):
    """A stable code of one problem; clients may branch on it."""

    REQUIRED = "REQUIRED"
    TOO_LONG = "TOO_LONG"
    TOO_SHORT = "TOO_SHORT"
    NOT_AN_EMAIL_ADDRESS = "NOT_AN_EMAIL_ADDRESS"
    NOT_A_REDIRECT_ADDRESS = "NOT_A_REDIRECT_ADDRESS"
    NOT_AN_ADDRESS_RANGE = "NOT_AN_ADDRESS_RANGE"
    NOT_A_KEY_SET = "NOT_A_KEY_SET"
    NOT_AN_ISSUER = "NOT_AN_ISSUER"
    NOT_A_DOMAIN = "NOT_A_DOMAIN"
    COMMON_PASSWORD = "COMMON_PASSWORD"  # noqa: S105 - a code
    WRONG_CODE = "WRONG_CODE"
    WRONG_CREDENTIALS = "WRONG_CREDENTIALS"
    SCOPE_NOT_ALLOWED = "SCOPE_NOT_ALLOWED"
    ROLE_NOT_ALLOWED = "ROLE_NOT_ALLOWED"
    LIFE_TOO_LONG = "LIFE_TOO_LONG"
    TOO_MANY = "TOO_MANY"
    LAST_OWNER = "LAST_OWNER"
    ALREADY_A_MEMBER = "ALREADY_A_MEMBER"
    ALREADY_DECIDED = "ALREADY_DECIDED"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    EXPIRED = "EXPIRED"
    NOT_FOUND = "NOT_FOUND"
    NOT_ALLOWED = "NOT_ALLOWED"
    STEP_UP_NEEDED = "STEP_UP_NEEDED"
    CHANGED_MEANWHILE = "CHANGED_MEANWHILE"
    TRY_LATER = "TRY_LATER"


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason."""

    code: ProblemCode
    path: tuple[str, ...] = ()
    """Argument that it is about, from the outside in; empty when it is about the whole."""
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    """What the message names; shown to the caller, so never a secret or another person's data."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A command that was not carried out; nothing has changed."""

    refusal: Refusal
    problems: tuple[Problem, ...]


def invalid(*problems: Problem) -> Refused:
    """Return the refusal of values that cannot be used."""
    return Refused(Refusal.VALIDATION_FAILED, problems)


def conflict(code: ProblemCode, *path: str, **facts: object) -> Refused:
    """Return the refusal of what the state of things does not allow."""
    return Refused(Refusal.CONFLICT, (Problem(code, path, facts),))


def not_allowed(*path: str) -> Refused:
    """Return the refusal of what the caller may not do, or of a thing that does not exist for the caller."""
    return Refused(Refusal.NOT_ALLOWED, (Problem(ProblemCode.NOT_ALLOWED, path),))


def step_up_needed() -> Refused:
    """Return the refusal of what needs a recent sign-in."""
    return Refused(Refusal.STEP_UP_NEEDED, (Problem(ProblemCode.STEP_UP_NEEDED),))
