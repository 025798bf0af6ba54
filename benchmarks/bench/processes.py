"""Processes: starting a server, ending it and ourselves whatever happens, and what the operating system says of it.

Owns: process ids, CPU time and memory as /proc tells them.
Does not own: which servers there are (`peers`).
"""

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn

from ilmio_api.cli.signals import ended_in_order

_PROC = Path("/proc")
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_START_LIMIT_S = 60
_STOP_LIMIT_S = 10
_PARENT, _USER, _SYSTEM, _ENDED_USER, _ENDED_SYSTEM = 1, 11, 12, 13, 14
"""Places in /proc/<pid>/stat, counted after the name (proc(5))."""
_IDLE = (3, 4)
"""Places of idle and waiting time in the first line of /proc/stat."""


class StartError(Exception):
    """A server did not start; it is left out."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server in a process of its own."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: BinaryIO
    """What it writes to standard error."""

    def wait_until_listening(self) -> None:
        """Return when it accepts connections.

        Raises:
            StartError: It ended, or takes too long.
        """
        deadline = time.monotonic() + _START_LIMIT_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                self.log.seek(0)
                words = self.log.read().decode(errors="replace")
                raise StartError(words.strip()[-600:] or f"it ended with {self.process.returncode}")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise StartError("nobody listened in time")

    def cpu_s(self) -> float:
        """Return the CPU time that it has used, all threads."""
        fields = _stat(self.process.pid)
        return (int(fields[_USER]) + int(fields[_SYSTEM])) * _TICK_S

    def memory_mb(self) -> float:
        """Return its resident memory."""
        for line in (_PROC / str(self.process.pid) / "status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1000
        return 0.0


def postgres_cpu_s(socket_dir: Path) -> float:
    """Return the CPU time that a PostgreSQL server has used: its main process and all others, ended ones included."""
    main = int((socket_dir / ".s.PGSQL.5432.lock").read_text().split("\n", 1)[0])
    ticks = 0
    for entry in _PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = _stat(int(entry.name))
        except OSError:
            continue  # it has just ended; the main process has its time
        if int(entry.name) == main:
            ticks += sum(int(fields[place]) for place in (_USER, _SYSTEM, _ENDED_USER, _ENDED_SYSTEM))
        elif int(fields[_PARENT]) == main:
            ticks += int(fields[_USER]) + int(fields[_SYSTEM])
    return ticks * _TICK_S


def machine_cpu_s() -> float:
    """Return the CPU time that everything on this machine has used, idle time left out."""
    fields = [int(field) for field in (_PROC / "stat").read_text().split("\n", 1)[0].split()[1:]]
    return sum(field for place, field in enumerate(fields[:8]) if place not in _IDLE) * _TICK_S


def free_ports(count: int) -> list[int]:
    """Return different ports on which nobody listens."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def free_port() -> int:
    """Return a port on which nobody listens."""
    return free_ports(1)[0]


def finish(main: Callable[[], int]) -> NoReturn:
    """Run a program to its end, or to the signal that ends it; either way, the servers that it has started end first.

    Raises:
        SystemExit: Always; with the code of `main`, or the one that shells give to a signal.
    """
    try:
        with ended_in_order():
            raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(128 + signal.SIGINT) from None


@contextmanager
def started(command: list[str], folder: Path, environment: Mapping[str, str], port: int) -> Iterator[Server]:
    """Provide a server that accepts connections, and end it by its id afterwards.

    Raises:
        StartError: It did not start.
    """
    with launched(command, folder, environment, port) as server:
        server.wait_until_listening()
        yield server


@contextmanager
def launched(command: list[str], folder: Path, environment: Mapping[str, str], port: int) -> Iterator[Server]:
    """Provide a server that has just been started and may not listen yet, and end it by its id afterwards."""
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(  # noqa: S603  # our own commands
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for us; we end the servers
        ) as process,
    ):
        try:
            yield Server(process, port, log)
        finally:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process, if need be at once."""
    if process.poll() is not None:
        return
    # Its own group, which is what it has started as well.
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(_STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/<pid>/stat after the name, which may hold anything."""
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
