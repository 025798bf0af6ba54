"""The command line as tests run it: in their own process, which has imported all of it, or in one of its own.

Owns: the environment of a command, and what is left when it has ended.
Does not own: what it says (the tests beside).

A process of its own takes a second or two, most of it for imports. It is for what only a process can show: that the
program starts and ends as programs do, and whatever goes on as another program (`serve`) or is told by signals.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from unittest.mock import patch

from ilmio_api.cli.commands import app

COMMAND = (sys.executable, "-m", "ilmio_api.cli")


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended."""

    returncode: int
    stdout: str
    stderr: str


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with these variables, and none of ours from outside."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ILMIO_")}
    return {**inherited, **variables}


def run(arguments: Sequence[str], variables: Mapping[str, str]) -> Ended:
    """Run a command in this process to its end; any but `serve` and `demo serve`, which would replace it."""
    out, err = StringIO(), StringIO()
    with (
        patch.dict(os.environ, environment(variables), clear=True),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            app(list(arguments), prog_name="ilmio")
        except SystemExit as end:
            return Ended(end.code if isinstance(end.code, int) else 0, out.getvalue(), err.getvalue())
    raise AssertionError("The command has not ended.")


def run_apart(arguments: Sequence[str], variables: Mapping[str, str]) -> Ended:
    """Run a command in a process of its own to its end."""
    process = subprocess.run(
        [*COMMAND, *arguments], check=False, capture_output=True, text=True, env=environment(variables)
    )
    return Ended(process.returncode, process.stdout, process.stderr)
