"""The server that the suites talk to.

Owns: a process on a free port of the loopback, with the demo world unless told otherwise, and how much processor time
it has used.
Does not own: the demo world (`ilmio_api.demo`), the world of OAuth clients (`tests.clients.account_serving`).
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_START_LIMIT_S = 120
_STOP_LIMIT_S = 40
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server with its own database."""

    port: int
    process_id: int
    database_process_id: int

    @property
    def url(self) -> str:
        """The address of the GraphQL endpoint."""
        return f"http://{_LOOPBACK}:{self.port}/graphql"

    def processor_time_ms(self) -> float:
        """Return the processor time used so far by the server and its PostgreSQL together, in milliseconds."""
        database = [self.database_process_id, *_children(self.database_process_id)]
        return sum(_run_time_ns(process) for process in (self.process_id, *database)) / 1_000_000


@contextmanager
def demo_world_served() -> Iterator[Server]:
    """Serve the demo world on a free port, and stop the server however the work ends."""
    port = free_port()
    with (
        tempfile.TemporaryDirectory(prefix="ilmio-clients-") as folder,
        served(("demo", "serve"), port, {"DATA_DIR": folder}) as process_id,
    ):
        postmaster = (Path(folder) / "postgres" / "postmaster.pid").read_text(encoding="utf-8").split()[0]
        yield Server(port, process_id, int(postmaster))


@contextmanager
def served(command: Sequence[str], port: int, settings: Mapping[str, str]) -> Iterator[int]:
    """Run a command of ours that serves, provide its process id, and stop it however the work ends.

    Args:
        command: The words after `ilmio`.
        port: A free port of the loopback.
        settings: Environment variables; those of the caller's own server, such as its database, are left out.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ILMIO_")}
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ilmio_api.cli", *command],
            env=kept | {"PORT": str(port), **settings},
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        try:
            if not _is_ready(process, port):
                log.seek(0)
                raise SystemExit(f"The server did not start:\n{log.read()}")
            yield process.pid
        finally:
            _stop(process)
            log.seek(0)
            if faults := [line for line in log if line.startswith("fault ")]:
                sys.stderr.write(f"The server logged {len(faults)} faults.\n")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server, which ends its database; by force when it does not listen."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as listener:
        listener.bind((_LOOPBACK, 0))
        return int(listener.getsockname()[1])


def _is_ready(process: subprocess.Popen[bytes], port: int) -> bool:
    """Return True as soon as the server answers queries; False when it has ended, or takes too long."""
    deadline = time.monotonic() + _START_LIMIT_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://{_LOOPBACK}:{port}/ready", timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return True
    return False


def _children(process_id: int) -> list[int]:
    """Return the processes that a process has started; empty where the system does not tell."""
    lists = Path(f"/proc/{process_id}/task").glob("*/children")
    return [int(child) for each in lists for child in each.read_text(encoding="ascii").split()]


def _run_time_ns(process_id: int) -> int:
    """Return how long the threads of a process have run on a processor, in nanoseconds; 0 when it has ended."""
    total = 0
    for task in Path(f"/proc/{process_id}/task").glob("*/schedstat"):
        try:
            total += int(task.read_text(encoding="ascii").split()[0])
        except FileNotFoundError:
            continue
    return total
