"""What a command answers when it cannot be carried out: an expected result, not an exception.

Owns: the kinds of refusal and the problems that they name.
Does not own: the wording (`i18n.messages`), how they look in GraphQL (`schema`) or on a page (`console`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from ilmio_api.domain.vocabulary import Vocabulary


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


class ProblemCode(Vocabulary):
    """What is wrong, as a stable code on which clients may branch."""

    REQUIRED = "REQUIRED", "A value is missing."
    TOO_LONG = "TOO_LONG", "A text is longer than it may be."
    TOO_SHORT = "TOO_SHORT", "A text is shorter than it must be."
    NOT_IN_BOUNDS = "NOT_IN_BOUNDS", "A number is smaller or larger than it may be."
    NOT_PRINTABLE = "NOT_PRINTABLE", "A text has a character that cannot be seen."
    NOT_AN_EMAIL_ADDRESS = "NOT_AN_EMAIL_ADDRESS", "The text is not an e-mail address."
    NOT_A_REDIRECT_ADDRESS = "NOT_A_REDIRECT_ADDRESS", "An application cannot be sent back to this address."
    NOT_AN_ADDRESS_RANGE = "NOT_AN_ADDRESS_RANGE", "The text is not a range of network addresses in CIDR form."
    NOT_A_KEY_SET = "NOT_A_KEY_SET", "The value is not a set of public keys (JWKS) that can be used."
    NOT_AN_ISSUER = "NOT_AN_ISSUER", "The text is not the address of an OpenID provider."
    NOT_A_DOMAIN = "NOT_A_DOMAIN", "The text is not the name of a domain."
    NOT_A_DOCUMENT = "NOT_A_DOCUMENT", "The text is not a GraphQL document that fits the schema; `reason` says why."
    NOT_A_WEB_ADDRESS = "NOT_A_WEB_ADDRESS", "The text is not an https address of the web."
    DOES_NOT_FIT = "DOES_NOT_FIT", "A value does not fit another one; `other` names it."
    COMMON_PASSWORD = "COMMON_PASSWORD", "The password is one of those that are tried first."
    WRONG_CODE = "WRONG_CODE", "The code is wrong, or has been used."
    WRONG_CREDENTIALS = "WRONG_CREDENTIALS", "The address or the password is wrong."
    SCOPE_NOT_ALLOWED = "SCOPE_NOT_ALLOWED", "A scope is unknown, or cannot be given here."
    ROLE_NOT_ALLOWED = "ROLE_NOT_ALLOWED", "The caller cannot give or take this role."
    LIFE_TOO_LONG = "LIFE_TOO_LONG", "The life is longer than the organisation's policy allows."
    TOO_MANY = "TOO_MANY", "There are as many as there may be."
    LAST_OWNER = "LAST_OWNER", "The organisation would have no owner left."
    ALREADY_A_MEMBER = "ALREADY_A_MEMBER", "The person is a member already."
    ALREADY_DECIDED = "ALREADY_DECIDED", "It has been decided already."
    ALREADY_EXISTS = "ALREADY_EXISTS", "There is one already."
    IN_USE = "IN_USE", "Something else depends on it; `by` says what."
    EXPIRED = "EXPIRED", "The link or code has expired."
    NOT_FOUND = "NOT_FOUND", "It does not exist, or the caller may not see it."
    NOT_ALLOWED = "NOT_ALLOWED", "The caller may not do this."
    STEP_UP_NEEDED = "STEP_UP_NEEDED", "The caller has to sign in again first."
    CHANGED_MEANWHILE = "CHANGED_MEANWHILE", "Somebody else has changed it since it was read."
    KEY_REUSED = "KEY_REUSED", "The idempotency key was used for another command."
    PROVIDER_FAILED = "PROVIDER_FAILED", "The identity provider cannot be used as it is; `reason` says why."
    PROVIDER_REFUSED = "PROVIDER_REFUSED", "The identity provider did not sign the person in."
    NOT_INVITED = "NOT_INVITED", "The organisation has not let this person in."
    SINGLE_SIGN_ON_REQUIRED = (
        "SINGLE_SIGN_ON_REQUIRED",
        "An organisation of the person lets its members sign in through its identity provider only.",
    )
    LAST_WAY_IN = "LAST_WAY_IN", "The person could not sign in any more, or an owner by one way only."
    NOT_A_PASSKEY = "NOT_A_PASSKEY", "The browser's answer is not a passkey that can be used."
    TRY_LATER = "TRY_LATER", "It was tried too often; it can be tried again later."


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
