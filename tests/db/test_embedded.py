"""The embedded server: made once, shared between processes, found again after every kind of end."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from tests.memory import database_folder

from ilmio_api.db.embedded import EmbeddedServer, buffers_mb, embedded_server
from ilmio_api.db.postmaster import find_postmaster
from ilmio_api.errors import OperatorError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes accounts")

USE_IT = """
import sys
from pathlib import Path
from ilmio_api.db.embedded import embedded_server
with embedded_server(Path(sys.argv[1]), durable=False):
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """Provide a data directory whose server has been made, and stopped again."""
    with database_folder() as folder:
        with embedded_server(Path(folder), durable=False):
            pass
        yield Path(folder)


@pytest.fixture
def data_dir(made: Path) -> Iterator[Path]:
    """Provide a copy of it, for one test."""
    with database_folder() as folder:
        copied(made, Path(folder))
        yield Path(folder)


def copied(source: Path, target: Path) -> Path:
    """Copy a data directory with its owners, as a backup would."""
    subprocess.run(["cp", "-a", f"{source}/.", str(target)], check=True)  # noqa: S607
    return target


def another_process(data_dir: Path) -> subprocess.Popen[str]:
    """Start a process that uses the server until its input ends, and wait until it does."""
    process = subprocess.Popen(
        [sys.executable, "-c", USE_IT, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def ended(process: subprocess.Popen[str]) -> int:
    """Let the process finish, and return its exit code."""
    process.communicate("")
    return process.returncode


async def answer(server: EmbeddedServer, question: str) -> object:
    """Return the one value that the server's database answers."""
    connection = await asyncpg.connect(server.url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_capitals_of_finnish_letters_are_known(data_dir: Path) -> None:
    with embedded_server(data_dir, durable=False) as server:
        assert await answer(server, "SELECT lower('ÄÖÅ')") == "äöå"
        assert await answer(server, "SELECT to_tsvector('finnish', 'ÄITIEN')::text") == "'äit':1"


async def test_texts_are_sorted_by_code_point(data_dir: Path) -> None:
    with embedded_server(data_dir, durable=False) as server:
        question = "SELECT string_agg(t, '' ORDER BY t) FROM unnest('{ä,Z,a,å}'::text[]) t"

        assert await answer(server, question) == "Zaäå"


async def test_a_second_start_finds_the_data_of_the_first(data_dir: Path) -> None:
    with embedded_server(data_dir, durable=False) as server:
        await answer(server, "CREATE TABLE kept AS SELECT 7 AS number")
    with embedded_server(data_dir, durable=False) as server:
        assert await answer(server, "SELECT number FROM kept") == 7


def test_no_server_runs_after_the_last_user_has_left(data_dir: Path) -> None:
    with embedded_server(data_dir, durable=False):
        pass

    assert find_postmaster(data_dir / "postgres") is None


async def test_a_second_process_shares_the_server_of_the_first(data_dir: Path) -> None:
    other = another_process(data_dir)
    with embedded_server(data_dir, durable=False) as server:
        assert server.started_here is False
        assert ended(other) == 0
        assert await answer(server, "SELECT 1") == 1

    assert find_postmaster(data_dir / "postgres") is None


def test_whoever_shares_the_server_does_not_stop_it(data_dir: Path) -> None:
    other = another_process(data_dir)
    with embedded_server(data_dir, durable=False):
        pass

    assert find_postmaster(data_dir / "postgres") is not None
    assert ended(other) == 0


def test_the_server_of_a_killed_process_is_taken_over(data_dir: Path) -> None:
    killed = another_process(data_dir)
    killed.send_signal(signal.SIGKILL)
    assert ended(killed) == -signal.SIGKILL

    with embedded_server(data_dir, durable=False) as server:
        assert server.started_here is False
    assert find_postmaster(data_dir / "postgres") is None


async def test_a_record_that_names_a_process_of_another_kind_is_not_believed(data_dir: Path) -> None:
    cluster = data_dir / "postgres"
    record = f"{os.getpid()}\n{cluster}\n1700000000\n5432\n{cluster}\n\n  5432001         1\nready   \n"
    (cluster / "postmaster.pid").write_text(record, encoding="utf-8")
    (cluster / ".s.PGSQL.5432.lock").write_text(record, encoding="utf-8")

    with embedded_server(data_dir, durable=False) as server:
        assert await answer(server, "SELECT 1") == 1


async def test_a_folder_copied_from_a_running_server_gets_a_server_of_its_own(data_dir: Path, tmp_path: Path) -> None:
    with embedded_server(data_dir, durable=False) as original:
        target = tmp_path / "copy"
        target.mkdir()
        with embedded_server(copied(data_dir, target), durable=False) as copy:
            assert copy.started_here is True
            assert await answer(copy, "SELECT current_setting('data_directory')") == str(target / "postgres")
        assert await answer(original, "SELECT 1") == 1


async def test_a_path_too_long_for_a_socket_is_no_obstacle(made: Path, data_dir: Path) -> None:
    long = data_dir / ("long" * 30) / "with spaces, too"
    long.mkdir(parents=True)
    with embedded_server(copied(made, long), durable=False) as server:
        assert await answer(server, "SELECT 1") == 1
        assert server.socket_dir != long / "postgres"

    assert not server.socket_dir.exists()


@pytest.mark.parametrize(("memory_mb", "expected"), [(512, 128), (8_192, 1_024), (65_536, 2_048)])
def test_the_server_keeps_an_eighth_of_the_memory_full_of_data(memory_mb: int, expected: int) -> None:
    assert buffers_mb(memory_mb) == expected


def test_the_socket_is_closed_to_other_accounts(data_dir: Path) -> None:
    with embedded_server(data_dir, durable=False) as server:
        assert server.socket_dir.stat().st_mode & 0o077 == 0


def test_data_of_another_major_version_is_refused(data_dir: Path) -> None:
    (data_dir / "postgres" / "PG_VERSION").write_text("17\n", encoding="ascii")

    with pytest.raises(OperatorError, match="PostgreSQL 17 wrote the data"), embedded_server(data_dir):
        pass


def test_a_data_directory_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OperatorError, match="cannot be used") as refusal, embedded_server(tmp_path / "file"):
        pass
    assert "DATA_DIR" in refusal.value.remedy


def test_a_server_that_does_not_start_shows_its_log(data_dir: Path) -> None:
    (data_dir / "postgres" / "postgresql.conf").write_text("no_such_setting = 1\n", encoding="ascii")

    with pytest.raises(OperatorError, match="no_such_setting"), embedded_server(data_dir):
        pass


@as_root
def test_root_opens_a_closed_folder_only_for_passing_through(data_dir: Path) -> None:
    data_dir.chmod(0o700)
    with embedded_server(data_dir, durable=False) as server:
        assert server.opened == (data_dir.resolve(),)
    assert data_dir.stat().st_mode & 0o777 == 0o701


@as_root
def test_root_does_not_run_the_server_as_root(data_dir: Path) -> None:
    with embedded_server(data_dir, durable=False) as server:
        assert server.socket_dir.stat().st_uid != 0
