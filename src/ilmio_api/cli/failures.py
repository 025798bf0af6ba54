"""How a failure is told: what is wrong, what to do, exit code 1.

Owns: the end of a process that cannot go on for a reason that the operator can mend.
Does not own: the reasons; every other failure is a fault of ours and shows its traceback.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ilmio_api.errors import OperatorError, UnavailableError


@contextmanager
def failures_told() -> Iterator[None]:
    """End the process in words when something fails that the operator can mend.

    Raises:
        SystemExit: Something has failed, and was told.
    """
    try:
        yield
    except OperatorError as error:
        _tell(error.problem, error.remedy)
        raise SystemExit(1) from error
    except UnavailableError as error:
        _tell("The database cannot be reached.", "Run ilmio doctor, which finds out why.")
        raise SystemExit(1) from error


def _tell(problem: str, remedy: str) -> None:
    """Write a failure where it does not mix with a command's output."""
    sys.stderr.write(f"{problem}\nWhat to do: {remedy}\n")
