"""The server as a process of its own, spoken to through a socket: what no client library would send."""

import json
import os
import re
import socket
import subprocess
import sys
import time
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


@pytest.mark.parametrize(
    "codings",
    [
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Transfer-Encoding: identity, chunked\r\n",
        b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: xchunked\r\n",
    ],
)
@pytest.mark.parametrize("path", [b"/graphql", b"/live"])
def test_a_body_in_a_transfer_coding_that_is_not_read_is_refused(speak: Speak, path: bytes, codings: bytes) -> None:
    head = b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n%b\r\n" % (path, codings)
    answer = speak(head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY))

    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")


def test_a_body_that_never_comes_holds_up_nobody(address: str) -> None:
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as waiting:
        waiting.sendall(POST + b"Content-Length: 100\r\n\r\n{")

        assert httpx2.post(f"{address}/graphql", json={"query": "{ __typename }"}, timeout=5).status_code == 200


def plain(query: str, extra: str = "") -> bytes:
    """Return a POST request that leaves the connection open."""
    body = f'{{"query": "{query}"}}'.encode()
    head = "POST /graphql HTTP/1.1\r\nHost: api.example.fi\r\nContent-Type: application/json\r\n"
    return f"{head}{extra}Content-Length: {len(body)}\r\n\r\n".encode() + body


CLOSE = "Connection: close\r\n"


def test_requests_in_one_packet_are_answered_in_order(speak: Speak) -> None:
    slow = plain("{ initiatives(first: 50) { totalCount nodes { title areas { nodes { name } } } } }")
    answers = speak(slow + plain("{ second: __typename }") + plain("{ third: __typename }", CLOSE))

    places = [answers.index(part) for part in (b'"initiatives"', b'"second"', b'"third"')]
    assert answers.count(b"HTTP/1.1 200 OK\r\n") == 3
    assert places == sorted(places)


def test_a_large_answer_arrives_whole(speak: Speak) -> None:
    pages = " ".join(f"a{number}: areas(first: 100) {{ nodes {{ id code name }} }}" for number in range(15))
    head, _, body = speak(plain(f"{{ {pages} }}", CLOSE)).partition(b"\r\n\r\n")

    assert len(body) > 64 * 1024
    assert f"content-length: {len(body)}\r\n".encode() in head
    assert list(json.loads(body)["data"]) == [f"a{number}" for number in range(15)]


def test_a_connection_is_used_again(address: str) -> None:
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=5) as connection:
        for name in ("first", "second", "third"):
            connection.sendall(plain(f"{{ {name}: __typename }}"))
            answer = connection.recv(65_536)

            assert answer.endswith(f'{{"data":{{"{name}":"Query"}}}}'.encode())
            assert b"connection: close" not in answer


@pytest.mark.parametrize(
    "extra",
    [
        CLOSE,
        f"{CLOSE}Expect: 100-continue\r\n",
        f"{CLOSE}Upgrade: nonsense\r\n",
        f"{CLOSE}traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n",
    ],
)
def test_every_way_to_the_endpoint_answers_alike(speak: Speak, extra: str) -> None:
    answer = speak(plain("{ __typename }", extra)).removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    names = [line.partition(b":")[0] for line in head.split(b"\r\n")]

    assert names == [
        b"HTTP/1.1 200 OK",
        b"date",
        b"content-type",
        b"content-language",
        b"accept-query",
        b"vary",
        b"cache-control",
        b"x-content-type-options",
        b"access-control-allow-origin",
        b"access-control-expose-headers",
        b"content-length",
        b"x-request-id",
        *([b"server-timing"] if b"server-timing" in names else []),
        b"connection",
    ]
    assert body == b'{"data":{"__typename":"Query"}}'


@pytest.mark.parametrize("target", ["/graphql?query={__typename}", "http://api.example.fi/graphql?query={__typename}"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_every_form_of_the_address_is_understood(speak: Speak, target: str, version: str) -> None:
    answer = speak(f"GET {target} HTTP/{version}\r\nHost: api.example.fi\r\n{CLOSE}\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b'{"data":{"__typename":"Query"}}')


@pytest.mark.parametrize("extra", [b"", b"Expect: 100-continue\r\n"])
def test_fields_of_a_trailer_are_not_fields_of_the_header(speak: Speak, extra: bytes) -> None:
    trace = b"4bf92f3577b34da6a3ce929d0e0e4736"
    chunks = b"%x\r\n%b\r\n0\r\ntraceparent: 00-%b-00f067aa0ba902b7-01\r\n\r\n" % (len(BODY), BODY, trace)
    answer = speak(POST + extra + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)

    assert answer.endswith(b'{"data":{"__typename":"Query"}}')
    assert trace not in answer


@pytest.mark.parametrize("path", ["/graphql", "/nothing"])
def test_a_connection_that_is_closed_by_a_trailer_says_so(address: str, path: str) -> None:
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=5) as connection:
        head = POST.replace(b"/graphql", path.encode()).replace(b"Connection: close", b"Transfer-Encoding: chunked")
        connection.sendall(head + b"\r\n%x\r\n%b\r\n0\r\nConnection: close\r\n\r\n" % (len(BODY), BODY))
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))

    assert b"connection: close\r\n" in answer.lower()


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_beyond_the_limit_is_refused_before_it_has_ended(speak: Speak, *, declared: bool) -> None:
    size = 300_000
    head = b"Content-Length: %d\r\n\r\n" % (2 * size) if declared else b"Transfer-Encoding: chunked\r\n\r\n"
    part = b" " * size if declared else b"%x\r\n" % size + b" " * size + b"\r\n"

    assert speak(POST + head + part).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("path", [b"/graphql", b"/live"])
def test_a_header_without_end_is_refused(speak: Speak, path: bytes) -> None:
    head = b"GET %b HTTP/1.1\r\nHost: x\r\nX-Long: " % path

    assert speak(head + b"a" * 340_000).startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")


@pytest.mark.parametrize("path", [b"/graphql", b"/nothing"])
def test_a_trailer_without_end_is_refused(address: str, path: bytes) -> None:
    head = b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" % path
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=5) as connection:
        connection.sendall(head + b"2\r\n{}\r\n0\r\nX-Long: ")
        sent = 0
        try:
            while sent < 20 * 2**20:
                sent += connection.send(b"a" * 65_536)
        except OSError:
            pass  # hung up on

    assert sent < 20 * 2**20


def test_the_older_protocol_is_never_told_to_continue(speak: Speak) -> None:
    head = b"POST /graphql HTTP/1.0\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"

    assert speak(head + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize(
    "start",
    [b"GET /graphql?query={__typename}", b"GET /live", b"GET /nothing", b"OPTIONS /graphql", b"OPTIONS *"],
)
@pytest.mark.parametrize(
    "hosts",
    [
        b"",
        b"Host: api.example.fi\r\nHost: other.example\r\n",
        b"Host: api.example.fi\r\nX: y\r\nHOST: api.example.fi\r\n",
        b"Host: api.example.fi, other.example\r\n",
        b"Host: user@api.example.fi\r\n",
        b"Host: api.example.fi/\r\n",
        b"Host: api.example.fi:80:90\r\n",
    ],
)
def test_a_request_names_its_host_once(speak: Speak, start: bytes, hosts: bytes) -> None:
    answer = speak(b"%b HTTP/1.1\r\nAccept: */*\r\n%b\r\n" % (start, hosts))

    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert answer.endswith(b"\r\n\r\nInvalid HTTP request received.")
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("extra", ["", "Expect: 100-continue\r\n", "Upgrade: nonsense\r\nConnection: upgrade\r\n"])
def test_a_request_with_a_body_names_its_host_once(speak: Speak, extra: str) -> None:
    answer = speak(plain("{ __typename }", extra).replace(b"Host:", b"Hosts:"))

    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "host", ["api.example.fi", "api.example.fi:8000", "[::1]:8000", "[fe80::1]", "a_b", "127.0.0.1:", "xn--4ca ", ""]
)
def test_every_form_of_a_host_is_understood(speak: Speak, host: str) -> None:
    answer = speak(f"GET /graphql?query={{__typename}} HTTP/1.1\r\nHost: {host}\r\n{CLOSE}\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize(("hosts", "status"), [(b"", b"200 OK"), (b"Host: x\r\nHost: x\r\n", b"400 Bad Request")])
def test_a_request_of_the_older_protocol_may_leave_out_its_host(speak: Speak, hosts: bytes, status: bytes) -> None:
    answer = speak(b"GET /graphql?query={__typename} HTTP/1.0\r\n%b\r\n" % hosts)

    assert answer.startswith(b"HTTP/1.1 %b\r\n" % status)


H2C = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n"
"""What Java's client sends with every request to an address without TLS."""
WEBSOCKET = (
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Version: 13\r\n"
)


@pytest.mark.parametrize("upgrade", [H2C, WEBSOCKET], ids=["h2c", "websocket"])
@pytest.mark.parametrize("cut", [0, 5, 40, 200])
def test_who_wishes_for_another_protocol_is_answered_in_this_one(address: str, upgrade: str, cut: int) -> None:
    first = plain("{ first: __typename }", upgrade)
    place = len(first) - cut
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=5) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(first[:place])
        time.sleep(0.02)
        connection.sendall(
            first[place:] + plain("{ second: __typename }", upgrade) + plain("{ third: __typename }", CLOSE)
        )
        answers = b"".join(iter(lambda: connection.recv(65_536), b""))

    assert answers.count(b"HTTP/1.1 200 OK\r\n") == answers.count(b"HTTP/1.1 ") == 3
    assert answers.endswith(b'\r\n\r\n{"data":{"third":"Query"}}')
    assert answers.index(b'{"data":{"first":"Query"}}') < answers.index(b'{"data":{"second":"Query"}}')


@pytest.mark.parametrize("path", ["/graphql", "/live"])
def test_every_answer_has_a_date(speak: Speak, path: str) -> None:
    date = re.compile(rb"\r\n[Dd]ate: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT\r\n")
    requests = [b"GET %b HTTP/1.1\r\nHost: x\r\n%b\r\n" % (path.encode(), extra) for extra in (b"", b"X: \x00\r\n")]

    assert [
        len(date.findall(speak(request.replace(b"Host", b"Connection: close\r\nHost")))) for request in requests
    ] == [1, 1]
