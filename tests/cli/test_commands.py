"""The command line: what it says, and how it ends."""

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO, Protocol

import pytest
from sqlalchemy import text
from tests.cli.command_line import COMMAND, Ended, environment, run, run_apart
from tests.memory import database_folder

from ilmio_api.db.postmaster import find_postmaster
from ilmio_api.db.session import connected


class Run(Protocol):
    """Runs the command line to its end."""

    def __call__(self, *arguments: str, **variables: str) -> Ended:
        """Return its output, its errors and its exit code."""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """Provide a data directory in which nothing has been made."""
    with database_folder() as folder:
        yield Path(folder)


@pytest.fixture
def free_port() -> int:
    """Provide a port that nobody uses."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def ilmio(data_dir: Path, free_port: int) -> Run:
    """Provide the command line, in an environment where nothing else is set."""
    return lambda *arguments, **variables: run(arguments, places(data_dir, free_port) | variables)


@pytest.fixture
def ilmio_apart(data_dir: Path, free_port: int) -> Run:
    """Provide the same as a process of its own."""
    return lambda *arguments, **variables: run_apart(arguments, places(data_dir, free_port) | variables)


def places(data_dir: Path, port: int) -> dict[str, str]:
    """Return the settings that every command of a test has."""
    return {"DATA_DIR": str(data_dir), "PORT": str(port)}


@contextmanager
def running(
    *arguments: str,
    data_dir: Path,
    port: int,
    command: Sequence[str] = COMMAND,
    errors: IO[str] | None = None,
    **variables: str,
) -> Iterator[subprocess.Popen[str]]:
    """Provide a server process in a group of its own, as in a terminal; end it if the test did not."""
    # A run in the background of a shell ignores this signal, and what it starts would, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [*command, *arguments],
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        env=environment(places(data_dir, port) | variables),
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate()


def lines_until(process: subprocess.Popen[str], text: str) -> list[str]:
    """Return what the process prints, up to the line with `text`."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if text in line:
            return lines
    raise AssertionError(f"{text!r} was not printed, but {lines}")


def test_a_wrong_setting_is_told_with_what_to_do_and_without_a_traceback(ilmio_apart: Run) -> None:
    result = ilmio_apart("serve", PORT="eighty")

    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == (
        "PORT is 'eighty', which is not a whole number from 1 to 65535.\n"
        "What to do: Set PORT to such a number, or unset it to use 8000.\n"
    )


def test_an_unreachable_database_is_told_with_what_to_do(ilmio_apart: Run) -> None:
    result = ilmio_apart("db", "upgrade", ILMIO_DATABASE_URL="postgresql://me:secret@127.0.0.1:1/ilmio")

    assert result.returncode == 1
    assert result.stderr.startswith("The database at postgresql://127.0.0.1:1/ilmio cannot be reached: ")
    assert "\nWhat to do: Check ILMIO_DATABASE_URL" in result.stderr
    assert "secret" not in result.stderr


def test_a_database_without_tables_is_not_served(ilmio_apart: Run, bare_url: str) -> None:
    result = ilmio_apart("serve", ILMIO_DATABASE_URL=bare_url)

    assert result.returncode == 1
    assert "What to do: Run ilmio db upgrade" in result.stderr


def test_a_port_in_use_is_told_before_a_database_is_made(ilmio_apart: Run, data_dir: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        result = ilmio_apart("demo", "serve", PORT=str(port))

    assert result.returncode == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in result.stderr
    assert list(data_dir.iterdir()) == []


def test_upgrading_tells_from_where_to_where(ilmio: Run, bare_url: str) -> None:
    first = ilmio("db", "upgrade", ILMIO_DATABASE_URL=bare_url)
    second = ilmio("db", "upgrade", ILMIO_DATABASE_URL=bare_url)

    assert first.stdout.startswith("From an empty database to ")
    assert second.stdout.startswith("Already at ")


def test_the_migrations_are_checked_against_the_models(ilmio: Run, database_url: str) -> None:
    result = ilmio("db", "check", ILMIO_DATABASE_URL=database_url)

    assert (result.returncode, result.stdout) == (0, "The migrations make what the models describe.\n")


def test_the_committed_schema_is_that_of_the_code(ilmio: Run) -> None:
    result = ilmio("schema", "check")

    assert (result.returncode, result.stdout) == (0, "schema.graphql is the schema of the code.\n")


def test_a_schema_that_differs_is_shown_as_a_difference(ilmio: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy.graphql"
    ilmio("schema", "export", str(copy))
    copy.write_text(copy.read_text(encoding="utf-8") + "\ntype Forgotten { id: ID! }\n", encoding="utf-8")

    result = ilmio("schema", "check", str(copy))

    assert result.returncode == 1
    assert "-type Forgotten { id: ID! }" in result.stdout.splitlines()
    assert "What to do: Run make schema" in result.stderr


@pytest.mark.parametrize("verb", ["check", "export"])
def test_a_schema_file_that_cannot_be_used_is_told_with_what_to_do(ilmio: Run, tmp_path: Path, verb: str) -> None:
    result = ilmio("schema", verb, str(tmp_path))

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{tmp_path} cannot be ")
    assert "\nWhat to do: Name " in result.stderr


def test_a_demo_world_without_areas_is_told_with_the_command_to_run(ilmio: Run, database_url: str) -> None:
    result = ilmio("demo", "load", ILMIO_DATABASE_URL=database_url)

    assert result.returncode == 1
    assert "What to do: Run ilmio data load areas" in result.stderr


def test_doctor_finds_a_served_demo_world_in_order(ilmio: Run, world_url: str) -> None:
    result = ilmio("doctor", ILMIO_DATABASE_URL=world_url)

    assert result.stdout.splitlines()[-1] == "Everything is in order."
    assert "PROBLEM" not in result.stdout
    assert result.returncode == 0


def test_doctor_says_what_to_do_where_nothing_was_set_up(ilmio: Run, data_dir: Path) -> None:
    result = ilmio("doctor")

    assert result.returncode == 1
    assert "PROBLEM  The embedded database has not been made yet." in result.stdout
    assert "What to do: Run make demo" in result.stdout
    assert list(data_dir.iterdir()) == []


def test_doctor_knows_the_service_at_its_port(ilmio: Run, world_url: str, data_dir: Path, free_port: int) -> None:
    with running("serve", data_dir=data_dir, port=free_port, ILMIO_DATABASE_URL=world_url) as process:
        lines_until(process, "Serving on ")
        phenomena(free_port)
        result = ilmio("doctor", ILMIO_DATABASE_URL=world_url)

    assert f"OK       The service answers at port {free_port} of 127.0.0.1." in result.stdout.splitlines()
    assert result.returncode == 0


def test_doctor_says_what_else_has_the_port(ilmio: Run, world_url: str, free_port: int) -> None:
    with socket.create_server(("127.0.0.1", free_port)) as listener:
        listener.settimeout(0)
        result = ilmio("doctor", ILMIO_DATABASE_URL=world_url)

    assert f"PROBLEM  Port {free_port} of 127.0.0.1 cannot be used: Address already in use." in result.stdout
    assert result.returncode == 1


@pytest.mark.parametrize(("manifest", "said"), [("{}", "OK       The registered documents can be"), ("[]", "PROBLEM ")])
def test_doctor_looks_at_registered_documents(
    ilmio: Run, world_url: str, tmp_path: Path, manifest: str, said: str
) -> None:
    documents = tmp_path / "documents.json"
    documents.write_text(manifest, encoding="utf-8")

    result = ilmio("doctor", ILMIO_DATABASE_URL=world_url, ILMIO_DOCUMENTS=str(documents))

    assert said in result.stdout


def test_doctor_says_what_is_not_loaded(ilmio: Run, database_url: str) -> None:
    result = ilmio("doctor", ILMIO_DATABASE_URL=database_url)

    assert result.returncode == 1
    assert "What to do: Run ilmio data load areas." in result.stdout


def test_variables_that_are_not_json_are_told_with_an_example(ilmio: Run, tmp_path: Path) -> None:
    document = tmp_path / "query.graphql"
    document.write_text("{ __typename }", encoding="utf-8")

    result = ilmio("explain", str(document), "--variables", "first=3")

    assert result.returncode == 1
    assert "What to do: Write them as JSON" in result.stderr


def test_a_mutation_is_not_explained(ilmio: Run, world_url: str, tmp_path: Path) -> None:
    document = tmp_path / "command.graphql"
    document.write_text('mutation { withdrawConsent(input: {client: "x"}) { __typename } }', encoding="utf-8")

    result = ilmio("explain", str(document), ILMIO_DATABASE_URL=world_url)

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "Only a query can be explained: a mutation is carried out by commands.\nWhat to do: Name a file with a query.\n"
    )


def test_a_served_database_is_answered_from_and_left_on_ctrl_c(world_url: str, data_dir: Path, free_port: int) -> None:
    with running("serve", data_dir=data_dir, port=free_port, ILMIO_DATABASE_URL=world_url) as process:
        address = f"http://127.0.0.1:{free_port}"
        assert lines_until(process, "Serving") == [f"Serving on {address}"]
        with urllib.request.urlopen(f"{address}/live") as response:  # noqa: S310  # our own server
            assert response.status == 200
            assert "server" not in response.headers
            assert parsedate_to_datetime(response.headers["date"]) <= datetime.now(UTC)
        with urllib.request.urlopen(f"{address}/graphql?query={{__typename}}") as response:  # noqa: S310  # our own server
            assert len(response.headers.get_all("date")) == 1
        process.send_signal(signal.SIGINT)

        assert process.wait(timeout=10) == 0


def test_the_demo_sets_itself_up_once_and_stops_its_database(data_dir: Path, free_port: int) -> None:
    with running("demo", "serve", data_dir=data_dir, port=free_port) as process:
        first = lines_until(process, "Stop with Ctrl-C")
        assert phenomena(free_port) > 0
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    assert find_postmaster(data_dir / "postgres") is None
    with running("demo", "serve", data_dir=data_dir, port=free_port) as process:
        second = lines_until(process, "Stop with Ctrl-C")
        assert phenomena(free_port) > 0
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 128 + signal.SIGTERM
    assert find_postmaster(data_dir / "postgres") is None

    assert any(line.startswith("areas: ") for line in first)
    assert second[:2] == ["", "Ilmiö API is ready."]
    assert f"  Explorer    http://127.0.0.1:{free_port}/graphql" in second


def test_missing_migrations_are_run_before_a_database_is_served(bare_url: str, data_dir: Path, free_port: int) -> None:
    arguments = ("serve", "--migrate", "--port", str(free_port))
    with running(*arguments, data_dir=data_dir, port=1, ILMIO_DATABASE_URL=bare_url) as process:
        first = lines_until(process, "Serving")
    with running(*arguments, data_dir=data_dir, port=1, ILMIO_DATABASE_URL=bare_url) as process:
        second = lines_until(process, "Serving")

    assert first[0].startswith("From an empty database to ")
    assert first[1:] == second == [f"Serving on http://127.0.0.1:{free_port}"]


async def test_a_migration_that_fails_is_told_once(ilmio_apart: Run, private_url: str) -> None:
    async with connected(private_url) as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = 'ffff'"))
        await connection.commit()

    result = ilmio_apart("serve", "--migrate", ILMIO_DATABASE_URL=private_url)

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.count("What to do: ") == 1
    assert "the database is newer than this code" in result.stderr


def test_the_demo_is_interrupted_while_it_loads(data_dir: Path, free_port: int) -> None:
    with running("demo", "serve", data_dir=data_dir, port=free_port) as process:
        lines_until(process, "areas: ")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 1
        # Nobody holds the other end any more: what was loading has ended, too.
        assert process.stdout is not None
        process.stdout.read()

    assert find_postmaster(data_dir / "postgres") is None


def test_a_server_that_has_answered_holds_only_what_serving_needs(
    world_url: str, data_dir: Path, free_port: int, tmp_path: Path
) -> None:
    of_commands = {"alembic", "ilmio_api.demo", "ilmio_api.importers", "mako", "pydantic", "pygments", "rich", "typer"}
    of_few_servers = {"OpenSSL", "dns", "httpx2", "limits", "segno", "webauthn"}
    # Every module is told on the standard error when it is imported, at whatever moment.
    command = (sys.executable, "-X", "importtime", "-m", "ilmio_api.cli.server")
    with (
        (tmp_path / "imported").open("w+") as errors,
        running(
            command=command, errors=errors, data_dir=data_dir, port=free_port, ILMIO_DATABASE_URL=world_url
        ) as process,
    ):
        lines_until(process, "Serving")
        assert phenomena(free_port) > 0
        process.terminate()
        process.wait(timeout=10)
        errors.seek(0)
        imported = {line.rpartition("|")[2].strip() for line in errors}

    assert "ilmio_api.app" in imported
    assert (of_commands | of_few_servers) & imported == set()


def test_a_command_that_does_not_exist_is_told_with_one_that_does(ilmio: Run) -> None:
    result = ilmio("demo", "laod")

    assert result.returncode == 2
    assert "Did you mean 'load'?" in result.stderr


def phenomena(port: int) -> int:
    """Return how many phenomena the server at `port` knows."""
    request = urllib.request.Request(  # our own server
        f"http://127.0.0.1:{port}/graphql",
        data=json.dumps({"query": "{ phenomena { totalCount } }"}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:  # noqa: S310  # our own server
        return int(json.load(response)["data"]["phenomena"]["totalCount"])
