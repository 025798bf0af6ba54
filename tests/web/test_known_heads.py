"""A head that has been parsed before is known by its bytes: requests mean the same, however they come in."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.server import ServerState

from ilmio_api.compiler.recent import Recent
from ilmio_api.web.calls import Call
from ilmio_api.web.connection import Connection, Heads
from ilmio_api.web.heads import Response

POST = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"
GET = b"GET /graphql?query={a} HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKED = b"POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n0\r\n\r\n"
ELSEWHERE = b"GET /other HTTP/1.1\r\nHost: x\r\n\r\n"
REQUESTS = {
    POST + b"abcd": b"POST:abcd",
    POST + b"\r\n\r\n": b"POST:\r\n\r\n",
    POST + b"GET ": b"POST:GET ",
    GET: b"GET:",
    CHUNKED: b"POST:four",
    ELSEWHERE: b"elsewhere",
}
"""Requests, and the bodies of their answers."""


class Echo:
    """An application that answers with what it was sent."""

    max_body_bytes = 100

    def __init__(self) -> None:
        """Begin without knowing any head."""
        self.heads: Heads = Recent(100)
        self.calls: list[Call] = []

    async def answer(self, call: Call) -> Response:
        self.calls.append(call)
        body = f"{call.head.method}:".encode() + (call.body or b"")
        return Response(200, b"content-length: %d\r\n" % len(body), body)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b"elsewhere"
        if scope["path"] == "/graphql":
            message = await receive()
            while message["more_body"]:
                message["body"] += (following := await receive())["body"]
                message["more_body"] = following["more_body"]
            body = scope["method"].encode() + b":" + message["body"]
        headers = [(b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class Wire(asyncio.Transport):
    """The other side of a connection: what has been said to it."""

    def __init__(self) -> None:
        """Begin in silence."""
        super().__init__()
        self.said = b""
        self.closed = False
        self.reading = True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.said += bytes(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True


class Conversation:
    """A connection to the application, fed packet by packet."""

    def __init__(self, application: Echo) -> None:
        """Connect."""
        config = Config(application, loop="none", http="httptools", ws="none", lifespan="off", access_log=False)
        config.load()
        config.app = application
        self.wire = Wire()
        self._connection = Connection(config, ServerState(), {}, asyncio.get_running_loop())
        self._connection.connection_made(self.wire)

    def deliver(self, packet: bytes) -> None:
        """Deliver a packet."""
        self._connection.data_received(packet)

    async def send(self, packet: bytes) -> None:
        """Deliver a packet and let everything happen that follows from it."""
        self.deliver(packet)
        for _ in range(20):
            await asyncio.sleep(0)

    def bodies(self) -> list[bytes]:
        """Return the bodies of the answers so far."""
        found, rest = [], self.wire.said
        while rest:
            head, _, rest = rest.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            found.append(rest[:length])
            rest = rest[length:]
        return found


async def test_the_same_head_is_read_once() -> None:
    application = Echo()
    conversation, another = Conversation(application), Conversation(application)

    await conversation.send(POST + b"abcd")
    await conversation.send(POST + b"efgh")
    await another.send(POST + b"ijkl")

    assert [call.body for call in application.calls] == [b"abcd", b"efgh", b"ijkl"]
    assert len({id(call.head) for call in application.calls}) == 1


async def test_a_known_head_in_two_packets_is_read_again() -> None:
    application = Echo()
    conversation = Conversation(application)

    await conversation.send(POST + b"abcd")
    await conversation.send(POST + b"ef")
    await conversation.send(b"gh")

    assert conversation.bodies() == [b"POST:abcd", b"POST:efgh"]
    assert len({id(call.head) for call in application.calls}) == 2


@pytest.mark.parametrize("rest", [b"\r\nX-More: 1\r\n\r\n", b".example.fi\r\n\r\n"])
async def test_the_beginning_of_a_head_is_not_a_known_head(rest: bytes) -> None:
    application = Echo()
    beginning = GET.removesuffix(b"\r\n\r\n")
    first, second = Conversation(application), Conversation(application)

    await first.send(GET)
    await second.send(beginning)
    assert second.wire.said == b""

    await second.send(rest)
    assert second.bodies() == [b"GET:"]
    assert len(application.calls) == 2


async def test_a_known_head_that_ends_the_connection_ends_it_again() -> None:
    application = Echo()
    last = POST.replace(b"Host: x", b"Host: x\r\nConnection: close")
    first, second = Conversation(application), Conversation(application)

    await first.send(last + b"abcd")
    await second.send(last + b"efgh")

    assert (first.wire.closed, second.wire.closed) == (True, True)
    assert b"\r\nconnection: close\r\n" in second.wire.said
    assert len({id(call.head) for call in application.calls}) == 1


async def test_nothing_more_is_read_while_requests_wait() -> None:
    application = Echo()
    conversation = Conversation(application)
    conversation.deliver(POST + b"abcd" + (POST + b"efgh") * 3)
    waiting = []
    while conversation.wire.said.count(b"HTTP/1.1 ") < 4:
        waiting.append((conversation.wire.said.count(b"HTTP/1.1 "), conversation.wire.reading))
        await asyncio.sleep(0)

    assert [answered for answered, is_reading in waiting if is_reading and answered < 3] == []
    assert conversation.wire.reading


@pytest.mark.parametrize(("number", "is_refused"), [(101, False), (102, True)])
async def test_a_hundred_requests_of_a_connection_may_wait(number: int, *, is_refused: bool) -> None:
    conversation = Conversation(Echo())
    conversation.deliver(GET * number)

    assert conversation.wire.closed is is_refused
    assert conversation.wire.said.startswith(b"HTTP/1.1 400 ") is is_refused


@pytest.mark.parametrize(("number", "status"), [(999, b"200"), (1_000, b"431")])
async def test_a_head_may_have_a_thousand_fields(number: int, status: bytes) -> None:
    conversation = Conversation(Echo())
    await conversation.send(GET.replace(b"\r\n\r\n", b"\r\n") + b"a:\r\n" * number + b"\r\n")

    assert conversation.wire.said.startswith(b"HTTP/1.1 %b " % status)


async def test_a_large_head_is_not_kept() -> None:
    application = Echo()
    conversation = Conversation(application)
    large = GET.replace(b"{a}", b"{" + b"a" * 5_000 + b"}")

    await conversation.send(large)
    await conversation.send(large)

    assert len({id(call.head) for call in application.calls}) == 2


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(list(REQUESTS)), min_size=1, max_size=6), st.lists(st.integers(1, 120), max_size=12))
def test_requests_mean_the_same_however_they_are_cut_into_packets(requests: list[bytes], sizes: list[int]) -> None:
    async def answers() -> list[bytes]:
        application = Echo()
        before, conversation, stream = Conversation(application), Conversation(application), b"".join(requests)
        for request in REQUESTS:  # every head that can be known is known
            await before.send(request)
        for size in sizes:
            packet, stream = stream[:size], stream[size:]
            if packet:
                await conversation.send(packet)
        if stream:
            await conversation.send(stream)
        return conversation.bodies()

    assert asyncio.run(answers()) == [REQUESTS[request] for request in requests]
