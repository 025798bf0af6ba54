"""How long keys and secrets of clients live.

Owns: the usual life, and the bounds of one that is asked for.
Does not own: the longest life in an organisation (`organisation_accounts`).
"""

from ilmio_api.domain.outcomes import Problem, ProblemCode

USUAL_DAYS = 90
"""Life of a key or secret when nothing is said."""

MOST_DAYS = 366
"""Longest life that any organisation may allow."""


def days_of_life(asked: int | None, most: int, *path: str) -> int | Problem:
    """Return how many days a new key or secret lives.

    Args:
        asked: Days that were asked for; None for the usual.
        most: Most days that the organisation's policy allows.
        path: Names what was asked for.
    """
    most = min(most, MOST_DAYS)
    if asked is None:
        return min(USUAL_DAYS, most)
    if asked < 1:
        return Problem(ProblemCode.TOO_SHORT, path, {"least": 1})
    if asked > most:
        return Problem(ProblemCode.LIFE_TOO_LONG, path, {"most": most})
    return asked
