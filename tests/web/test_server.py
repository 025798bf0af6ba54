"""The server as a process of its own, spoken to through a socket: what no client library would send."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import httpx2
import pytest

Speak = Callable[[bytes], bytes]

BODY = b'{"query": "{ __typename }"}'
POST = b"POST /graphql HTTP/1.1\r\nHost: api.example.fi\r\nContent-Type: application/json\r\nConnection: close\r\n"


@pytest.fixture(scope="module")
def address(world_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Provide the address of a server process on the demo world."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ILMIO_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "ilmio_api.cli", "serve"],
        stdout=subprocess.PIPE,
        text=True,
        env={
            **inherited,
            "ILMIO_DATABASE_URL": world_url,
            "ILMIO_POOL_SIZE": "2",
            "DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "PORT": str(port),
        },
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"Serving on http://127.0.0.1:{port}\n"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate()


@pytest.fixture
def speak(address: str) -> Speak:
    """Provide a function that sends bytes to the server and returns all that it says until it hangs up."""

    def said(data: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=5) as connection:
            connection.sendall(data)
            parts = []
            while part := connection.recv(65_536):
                parts.append(part)
        return b"".join(parts)

    return said


@pytest.fixture(autouse=True)
def _answers_afterwards(address: str) -> Iterator[None]:
    """Ask something simple after every test."""
    yield
    assert httpx2.post(f"{address}/graphql", json={"query": "{ __typename }"}).status_code == 200


def test_a_request_by_hand_is_answered(speak: Speak) -> None:
    answer = speak(POST + f"Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY)

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b'\r\n\r\n{"data":{"__typename":"Query"}}')


def test_the_server_does_not_tell_what_it_runs_on(speak: Speak) -> None:
    head = speak(POST + f"Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY).partition(b"\r\n\r\n")[0].lower()

    assert b"\r\nserver:" not in head
    assert b"uvicorn" not in head
    assert b"python" not in head


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"GET /graphql HTTP/9.9\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x00" * 100,
    ],
    ids=lambda data: repr(data[:30]),
)
def test_what_is_not_http_is_refused(speak: Speak, data: bytes) -> None:
    answer = speak(data)

    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"Traceback" not in answer


def test_the_head_of_an_answer_comes_without_its_body(address: str) -> None:
    parameters = {"query": '{ area(code: "KU286") { name } }'}
    whole = httpx2.get(f"{address}/graphql", params=parameters)
    head = httpx2.head(f"{address}/graphql", params=parameters)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.content))
    assert head.headers["content-type"] == whole.headers["content-type"]


def test_the_method_query_passes_through_the_server(address: str) -> None:
    answer = httpx2.request("QUERY", f"{address}/graphql", json={"query": "{ __typename }"})

    assert answer.json() == {"data": {"__typename": "Query"}}


def test_a_body_in_pieces_is_put_together(speak: Speak) -> None:
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (BODY[:5], BODY[5:9], BODY[9:])) + b"0\r\n\r\n"

    assert speak(POST + b"Transfer-Encoding: chunked\r\n\r\n" + pieces).endswith(b'{"data":{"__typename":"Query"}}')


def test_a_body_that_never_comes_holds_up_nobody(address: str) -> None:
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as waiting:
        waiting.sendall(POST + b"Content-Length: 100\r\n\r\n{")

        assert httpx2.post(f"{address}/graphql", json={"query": "{ __typename }"}, timeout=5).status_code == 200
