"""What a command answers when it cannot be carried out.

Owns: the interface `UserError` and the types that every result union shares.
Does not own: what is refused and why (`domain.outcomes`), the wording (`i18n.problems`).
"""

from collections.abc import Mapping
from typing import Any

import strawberry

from ilmio_api.compiler.declare import Returned, Told
from ilmio_api.compiler.mutations import Outcome
from ilmio_api.domain.outcomes import Problem as DomainProblem
from ilmio_api.domain.outcomes import ProblemCode, Refusal, Refused
from ilmio_api.i18n.languages import Language
from ilmio_api.i18n.problems import wording
from ilmio_api.schema.costs import FREE
from ilmio_api.schema.fields import declared


def told(description: str) -> Any:
    """Declare a fact in the answer of a command."""
    return declared(Told(), description)


def returned(description: str) -> Any:
    """Declare an object that a command answers with."""
    return declared(Returned(), f"{description} Null when the caller may not read it.")


@strawberry.interface(name="UserError", description="Why a command was not carried out. Nothing has changed.")
class UserProblem:
    """See the description."""

    code: ProblemCode = told("What is wrong, as a stable code.")
    message: str = told("What is wrong and how to mend it, in the reader's language.")
    path: list[str] = told("Argument that it is about, from the outside in; empty when it is about the whole.")


@strawberry.type(description="One of several reasons why a command was not carried out.", directives=[FREE])
class Problem(UserProblem):
    """See the description."""


@strawberry.type(description="A value cannot be used.")
class ValidationFailed(UserProblem):
    """See the description."""

    problems: list[Problem] = told("All reasons; the error itself tells the first.")


@strawberry.type(
    description="The state of things does not allow it, or somebody has changed it meanwhile: read it again."
)
class Conflict(UserProblem):
    """See the description."""


@strawberry.type(description="The caller may not do this, or what is named does not exist for the caller.")
class NotAllowed(UserProblem):
    """See the description."""


@strawberry.type(
    description="The caller has to sign in again first: the last time is more than ten minutes ago. OAuth clients ask "
    "with `max_age=0`."
)
class StepUpNeeded(UserProblem):
    """See the description."""


_TYPES = {
    Refusal.VALIDATION_FAILED: "ValidationFailed",
    Refusal.CONFLICT: "Conflict",
    Refusal.NOT_ALLOWED: "NotAllowed",
    Refusal.STEP_UP_NEEDED: "StepUpNeeded",
}


def refused(refusal: Refused, language: Language) -> Outcome:
    """Return the outcome of a command that was not carried out."""
    problems = [_shown(problem, language) for problem in refusal.problems]
    return Outcome(_TYPES[refusal.refusal], {**problems[0], "problems": problems})


def _shown(problem: DomainProblem, language: Language) -> Mapping[str, object]:
    """Return a problem as the schema publishes it."""
    return {
        "code": problem.code.value,
        "message": wording(problem.code, language, problem.facts),
        "path": ["input", *map(_published, problem.path)] if problem.path else [],
    }


def _published(name: str) -> str:
    """Return the published form of the name of an argument."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
