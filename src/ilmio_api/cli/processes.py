"""Other processes of this program: the server that this one becomes, and commands that are carried out apart.

Owns: how both are started, and how a command apart ends.
Does not own: what they do (`cli.server`, the commands).

A server keeps its memory for as long as it runs. What the command line and its commands take besides – typer with
pydantic, Alembic, rich, the loaders: about 30 MB – goes when the process ends that needs it.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from ilmio_api.settings import environment_with

# -P: a file in the folder that the command was started in must not be taken for a module.
_RUN = (sys.executable, "-P", "-m")
_LONGEST_END_S = 5.0
"""How long a command may take to end when it is told to."""


def become_server(*arguments: str, **variables: str) -> NoReturn:
    """Go on as the process that answers requests, under the same process id.

    Args:
        arguments: Those of `cli.server`.
        variables: Environment variables that differ from now on.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    # Without the columns of every instruction, code is a MB smaller; tracebacks still name file and line.
    command = [sys.executable, "-X", "no_debug_ranges", *_RUN[1:], "ilmio_api.cli.server", *arguments]
    os.execve(sys.executable, command, environment_with(variables))  # noqa: S606  # ourselves


@contextmanager
def carried_out(*command: str) -> Iterator[None]:
    """Carry out a command of this command line in a process of its own while the block runs, and wait for its end.

    Args:
        command: Its words, such as `db` and `upgrade`.

    Raises:
        SystemExit: The command failed, and has said why.
    """
    # In a group of its own, it does not hear Ctrl-C: whoever waits for it ends it.
    process = subprocess.Popen([*_RUN, "ilmio_api.cli", *command], process_group=0)  # noqa: S603  # ourselves
    try:
        yield
        process.wait()
    finally:
        process.terminate()
        try:
            process.wait(_LONGEST_END_S)
        except subprocess.TimeoutExpired:
            # It waits for something that does not come; what it had begun in the database is undone.
            process.kill()
            process.wait()
    if process.returncode:
        raise SystemExit(1)
