"""A PostgreSQL server of our own in the data directory, for whoever has not set one up.

Owns: making the database cluster, starting its server, sharing it between processes, stopping it.
Does not own: which account it runs as (`db.unprivileged`), what is in the database (`db.migrations`).

The server is reached through a Unix socket only, in a folder that is closed to other accounts. That is why it
asks for no password: whoever can open the socket could read the data files as well.

Processes that use one data directory share one server. Each holds a shared lock while it needs the server,
and the one that finds itself the last stops it. The operating system drops a lock when a process dies,
however it dies, so nothing has to be cleaned up after a crash: the next process attaches to the server, or
starts it again.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ilmio_api.db import postgres_programs as programs
from ilmio_api.db.postmaster import Postmaster, find_postmaster, private_socket_dir
from ilmio_api.db.unprivileged import Account, let_reach, server_account
from ilmio_api.errors import OperatorError

DATABASE = "ilmio"
"""The name of the database that a new cluster gets."""

_PART_FOR_BUFFERS = 8
_LEAST_BUFFERS_MB, _MOST_BUFFERS_MB = 128, 2_048
_START_LIMIT_S = 60
_STOP_LIMIT_S = 30
_FOR_TESTS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Its upkeep would move the state of the database at moments of its own.
    "autovacuum": "off",
}


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A running server."""

    socket_dir: Path
    started_here: bool
    """False when another process had started it already."""
    opened: tuple[Path, ...]
    """Folders that root had to let the server's account pass through."""

    @property
    def url(self) -> str:
        """The address of our database."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """Return the address of another database on this server."""
        # The port is spelled out: left out, the driver would take it from the environment.
        socket = f"host={quote(str(self.socket_dir))}&port={programs.PORT}"
        return f"postgresql://postgres@/{quote(database)}?{socket}"


@contextmanager
def embedded_server(data_dir: Path, *, durable: bool = True) -> Iterator[EmbeddedServer]:
    """Provide the server of `data_dir`, made and started if need be; the last one to leave stops it.

    Args:
        data_dir: Made when missing. The cluster is its sub-folder `postgres`.
        durable: False trades safety in a power cut, and upkeep, for speed and stillness; for tests.

    Raises:
        OperatorError: The server cannot be made or started; the error says why.
    """
    cluster = data_dir.resolve() / "postgres"
    with _refusals_explained(cluster):
        cluster.parent.mkdir(parents=True, exist_ok=True)
        account = server_account(cluster)
        users = _opened_lock(cluster.with_name("postgres.users"))
    try:
        with _refusals_explained(cluster), _held(cluster.with_name("postgres.lock")):
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                server = _running_server(cluster, account, durable=durable)
            except KeyboardInterrupt:
                _stop(cluster, account)
                raise
        try:
            yield server
        finally:
            with _held(cluster.with_name("postgres.lock")):
                if _is_last(users):
                    _stop(cluster, account)
    finally:
        os.close(users)


def _running_server(cluster: Path, account: Account, *, durable: bool) -> EmbeddedServer:
    """Return the server of `cluster`, which is started unless another process has done so."""
    postmaster = find_postmaster(cluster)
    if postmaster is not None:
        return EmbeddedServer(postmaster.socket_dir, started_here=False, opened=())
    opened = let_reach(account, cluster) + programs.let_run(account)
    if not (cluster / "PG_VERSION").exists():
        _make(cluster, account)
    _refuse_other_version(cluster)
    socket_dir = private_socket_dir(cluster, account)
    _start(cluster, socket_dir, account, durable=durable)
    return EmbeddedServer(socket_dir, started_here=True, opened=tuple(opened))


def _make(cluster: Path, account: Account) -> None:
    """Make a cluster with our database in it; an interrupted try leaves nothing that looks finished."""
    unfinished = cluster.with_name("postgres.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    account.own(unfinished)
    # C.UTF-8 sorts by code point, as C does, but it knows that Ä is the capital of ä: C does not, and a
    # search for "äiti" would miss "Äiti".
    programs.run(
        "initdb",
        *("--pgdata", str(unfinished), "--username", "postgres", "--auth", "trust", "--encoding", "UTF8"),
        *(
            "--locale",
            "C",
            "--locale-provider",
            "builtin",
            "--builtin-locale",
            "C.UTF-8",
            "--no-instructions",
        ),
        account=account,
        limit_s=_START_LIMIT_S,
    )
    # A server without a socket: it runs one statement and ends.
    programs.run(
        "postgres",
        *("--single", "-D", str(unfinished), "postgres"),
        account=account,
        limit_s=_START_LIMIT_S,
        typed=f"CREATE DATABASE {DATABASE}\n",
    )
    unfinished.rename(cluster)


def _refuse_other_version(cluster: Path) -> None:
    """Refuse data that another major version of PostgreSQL has written."""
    written_by = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    if written_by != programs.major_version():
        raise OperatorError(
            f"PostgreSQL {written_by} wrote the data in {cluster}; this is {programs.major_version()}.",
            f"Set DATA_DIR to another folder, or move the data with the dump of PostgreSQL {written_by}.",
        )


def _start(cluster: Path, socket_dir: Path, account: Account, *, durable: bool) -> None:
    """Start the server and wait until it answers."""
    log = cluster / "server.log"
    if log.exists():
        log.replace(cluster / "server.log.old")
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
        "port": str(programs.PORT),
        "shared_buffers": f"{buffers_mb(_memory_mb())}MB",
        **({} if durable else _FOR_TESTS),
    }
    try:
        programs.control("start", cluster, account=account, limit_s=_START_LIMIT_S, log=log, settings=settings)
    except OperatorError as error:
        last_words = log.read_text(encoding="utf-8", errors="replace")[-1_000:] if log.exists() else str(error)
        raise OperatorError(
            f"The embedded PostgreSQL did not start. The end of its log:\n{last_words}",
            f"Mend what the log in {log} names, or set ILMIO_DATABASE_URL to a PostgreSQL server.",
        ) from error


def buffers_mb(memory_mb: int) -> int:
    """Return how much of its data a server keeps at hand: an eighth of the memory, taken only as data comes in."""
    return min(max(memory_mb // _PART_FOR_BUFFERS, _LEAST_BUFFERS_MB), _MOST_BUFFERS_MB)


def _memory_mb() -> int:
    """Return how much memory there is: that of the machine, or what a container may use of it."""
    of_machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        limit = "max"
    return (of_machine if limit == "max" else min(of_machine, int(limit))) // 2**20


def _stop(cluster: Path, account: Account) -> None:
    """Stop the server, if it still runs, and wait until it has ended."""
    postmaster = find_postmaster(cluster)
    if postmaster is None:
        return
    try:
        programs.control("stop", cluster, "--mode", "fast", account=account, limit_s=_STOP_LIMIT_S)
    except OperatorError:
        # Someone's connection does not end. The write-ahead log makes an abrupt stop safe.
        programs.control("stop", cluster, "--mode", "immediate", account=account, limit_s=_STOP_LIMIT_S)
    _forget_socket_dir(postmaster, cluster)


def _forget_socket_dir(postmaster: Postmaster, cluster: Path) -> None:
    """Remove a socket folder that was made because the path of the cluster is too long."""
    if postmaster.socket_dir != cluster:
        shutil.rmtree(postmaster.socket_dir, ignore_errors=True)


@contextmanager
def _refusals_explained(cluster: Path) -> Iterator[None]:
    """Turn what the operating system refuses into words for the operator."""
    try:
        yield
    except OSError as error:
        raise OperatorError(
            f"The data directory {cluster.parent} cannot be used: {error.strerror or error}.",
            "Set DATA_DIR to a folder on a local disk that you may write, or set ILMIO_DATABASE_URL.",
        ) from error


def _opened_lock(path: Path) -> int:
    """Return a descriptor to lock. It is not inherited, so the server does not keep it."""
    return os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Be the only process that starts or stops the server."""
    descriptor = _opened_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _is_last(users: int) -> bool:
    """Tell whether no other process uses the server; the shared lock is given up either way."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
