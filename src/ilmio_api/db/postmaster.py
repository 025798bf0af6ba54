"""The server process of a database cluster, as its file postmaster.pid tells.

Owns: finding a running server, recognising a file that a crash left behind, choosing the folder of the
socket.
Does not own: starting or stopping (`db.embedded`).

Source of the file's lines: PostgreSQL's src/include/utils/pidfile.h.
"""

import hashlib
import os
import re
import stat
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ilmio_api.db import postgres_programs as programs
from ilmio_api.db.unprivileged import Account, let_reach
from ilmio_api.errors import OperatorError

# The socket's whole path has to fit sockaddr_un.sun_path: 108 bytes on Linux, 104 on macOS, with a closing
# NUL.
_LONGEST_SOCKET_PATH = 103
# The setting unix_socket_directories separates folders by commas and has its own quoting.
_PLAIN_PATH = re.compile(r"[\w/.+=-]+", re.ASCII)
_READY_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A running server."""

    pid: int
    socket_dir: Path


def find_postmaster(cluster: Path) -> Postmaster | None:
    """Return the server that runs on `cluster`, as soon as it answers; None when none runs.

    What a crash left behind is removed: PostgreSQL itself would believe it if the number of the dead process
    had gone to another one, as it does when a container is started again.

    Raises:
        OperatorError: A server runs but does not answer, or it runs on another folder.
    """
    give_up_at = time.monotonic() + _READY_LIMIT_S
    while (record := _record(cluster)) is not None:
        if not _runs_on(cluster, record):
            _remove_leftovers(cluster, record)
            return None
        if record.ready and programs.answers(record.socket_dir):
            return Postmaster(record.pid, record.socket_dir)
        if time.monotonic() > give_up_at:
            raise OperatorError(
                f"A PostgreSQL server, process {record.pid}, runs on {cluster} but does not answer.",
                f"Read {cluster / 'server.log'}. If the server is stuck, or was moved while it ran, "
                f"end process {record.pid} and try again.",
            )
        time.sleep(0.05)
    return None


def private_socket_dir(cluster: Path, account: Account) -> Path:
    """Return a folder for the socket that only `account` and root can enter.

    The cluster itself is such a folder, but its path may be too long for a socket.

    Raises:
        OperatorError: Another account has made a folder of that name.
    """
    if _suits_sockets(cluster):
        return cluster
    name = f"ilmio-{hashlib.sha256(os.fsencode(cluster)).hexdigest()[:12]}"
    folder = next(
        parent / name
        for parent in (Path(tempfile.gettempdir()), Path("/tmp"))  # noqa: S108  # its owner is checked below
        if _suits_sockets(parent / name)
    )
    if not folder.exists():
        folder.mkdir(mode=0o700)
        account.own(folder)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != account.uid or status.st_mode & 0o077:
        raise OperatorError(
            f"{folder} is not a private folder of the account number {account.uid}.",
            "Remove it if it is yours, or set DATA_DIR to a shorter path.",
        )
    let_reach(account, folder)
    return folder


def _suits_sockets(folder: Path) -> bool:
    """Tell whether PostgreSQL can make its socket in `folder`."""
    socket = folder / f".s.PGSQL.{programs.PORT}"
    return len(os.fsencode(socket)) <= _LONGEST_SOCKET_PATH and bool(_PLAIN_PATH.fullmatch(str(socket)))


@dataclass(frozen=True, slots=True)
class _Record:
    """What postmaster.pid says; a server that is starting has not written all of it yet."""

    pid: int
    data_dir: Path
    socket_dir: Path
    ready: bool


def _record(cluster: Path) -> _Record | None:
    """Return what postmaster.pid says, or None when there is no such file."""
    try:
        lines = (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    # Lines: pid, data directory, start time, port, socket directory, listen address, shared memory, status.
    pid, data_dir, _, _, socket_dir, _, _, status, *_ = [*lines, *[""] * 8]
    return _Record(
        pid=int(pid) if pid.isdigit() else 0,
        data_dir=Path(data_dir),
        socket_dir=Path(socket_dir or cluster),
        ready=status.strip() == "ready",
    )


def _runs_on(cluster: Path, record: _Record) -> bool:
    """Tell whether the process exists and is the PostgreSQL server of `cluster`."""
    if sys.platform != "linux":
        command = ["/bin/ps", "-o", "comm=", "-p", str(record.pid)]
        listing = subprocess.run(command, check=False, capture_output=True, text=True).stdout  # noqa: S603
        return "postgres" in listing and record.data_dir == cluster
    process = Path(f"/proc/{record.pid}")
    try:
        if "postgres" not in (process / "comm").read_text(encoding="utf-8"):
            return False
        # A server works in its data directory. That tells a copied folder from the one it was copied from.
        return (process / "cwd").samefile(cluster)
    except PermissionError:
        # Root of a container may not look into another account's process.
        return record.data_dir == cluster
    except (FileNotFoundError, ProcessLookupError):
        return False


def _remove_leftovers(cluster: Path, record: _Record) -> None:
    """Remove the lock files of a server that has died."""
    # A copied folder's record names the socket of the original, which may be alive.
    for folder in {cluster, record.socket_dir if record.data_dir == cluster else cluster}:
        socket = folder / f".s.PGSQL.{programs.PORT}"
        socket.unlink(missing_ok=True)
        socket.with_name(f"{socket.name}.lock").unlink(missing_ok=True)
    (cluster / "postmaster.pid").unlink(missing_ok=True)
