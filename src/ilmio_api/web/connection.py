"""A connection of uvicorn's with a short way to the GraphQL endpoint.

Owns: receiving a plain GraphQL request and sending its answer, without ASGI's messages in between.
Does not own: parsing HTTP (httptools), every other request (uvicorn), what is answered (`web.graphql`).

uvicorn takes about 28 µs for a request, most of it for what these requests do not need: checking header fields that we
have written ourselves, an event, a timer, messages. This way takes about 10. Only a plain request for one path goes it;
whatever is special – another path, a WebSocket, `Expect`, HTTP/1.0, a request before the last one was answered – goes
uvicorn's way, as with any ASGI server.

A client sends the same head with every request. One that has been parsed before is known by its bytes and not parsed
again: the same bytes mean the same. Only a head that came in one piece with its body, and nothing else, is kept.
"""

import asyncio
from collections.abc import Awaitable, Sized
from functools import lru_cache
from typing import Any, Final, NamedTuple, Protocol, TypeAlias, cast

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from ilmio_api.compiler.recent import Recent
from ilmio_api.web.calls import METHODS, Call, Head
from ilmio_api.web.heads import Response
from ilmio_api.web.hosts import names_host

PATH: Final = "/graphql"
"""The path of the endpoint."""

_PATH: Final = PATH.encode()
_METHODS: Final = {method.encode(): method for method in METHODS}
_HEAD_END: Final = b"\r\n\r\n"
_LARGEST_KEPT: Final = 4 * 1024
_HEAD_BYTES: Final = 64 * 1024
"""Most bytes of a head, beside a query in the address, which may be as large as a body."""
_MOST_FIELDS: Final = 1_000
"""Most fields of a head."""
_MOST_WAITING: Final = 100
"""Most requests of a connection that wait for their turn."""
_WORTH_A_COPY: Final = 64 * 1024
"""Bodies up to so many bytes are sent in one piece with their head; larger ones beside it, so that none is copied."""


class Heard(NamedTuple):
    """A head that has been parsed."""

    head: Head
    keep_alive: bool
    """Whether the connection stays open."""
    body_bytes: int
    """Size of the body that follows."""


Heads: TypeAlias = Recent[bytes, Heard]
"""Heads that came lately, by their bytes without the empty line at the end."""


class Answering(Protocol):
    """The application, as far as a connection asks it directly."""

    max_body_bytes: int
    """Size of the largest body that is read."""
    heads: Heads
    """Shared by all connections."""

    def answer(self, call: Call) -> Awaitable[Response]:
        """Return the answer to a request for `PATH`; whatever goes wrong is part of it."""
        ...


class _Exchange(RequestResponseCycle):
    """A request on the short way. For uvicorn it is one of its own: others wait for it, the server ends after it."""

    message_event = asyncio.Event()  # nobody waits for it
    task: "asyncio.Task[None]"
    """What answers it."""
    started = False
    """Whether it is being answered; the rest of its body does not matter."""
    disconnected = False
    response_complete = False

    def __init__(self, head: Head, *, keep_alive: bool) -> None:
        """Begin with what is known when the header has been read."""
        self.head = head
        self.keep_alive = keep_alive
        self.body = bytearray()


class _Flow(FlowControl):
    """Reads nothing more while requests wait for their turn, whoever wants to go on: they would fill the memory."""

    def __init__(self, transport: asyncio.Transport, waiting: Sized) -> None:
        """Keep who waits."""
        super().__init__(transport)
        self._waiting = waiting

    def resume_reading(self) -> None:
        """Read on if nobody waits."""
        if not self._waiting:
            super().resume_reading()


class Connection(HttpToolsProtocol):
    """One connection of a client."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Find the application."""
        super().__init__(config, server_state, app_state, _loop)
        self._application = cast("Answering", config.app)  # whoever chooses this class sees to it
        self._idle_since: float | None = None
        """When the last answer was sent, unless something has come since."""
        self._within = False
        """Whether the parser is in the middle of a request."""
        self._head_bytes: int | None = 0
        """How much has come of a head, or trailer, that is not whole; None while a body comes."""
        self._came: tuple[bytes, bytes] | None = None
        """What the parser is reading, if that began with a request: everything up to an empty line, and the rest."""
        self._overtaken: RequestResponseCycle | None = None
        """What was being answered when a later request came."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin a connection."""
        super().connection_made(transport)
        self.flow = _Flow(transport, self.pipeline)

    def data_received(self, data: bytes) -> None:
        """Take what has come: a whole request with a known head, or anything else, which has to be parsed."""
        self._came = None
        if not self._within and self._is_free():
            name, end, body = data.partition(_HEAD_END)
            if end:  # without the empty line, the rest of the head is still to come
                self._came = name, body
                heard = self._application.heads.get(name)
                if heard is not None and heard.body_bytes == len(body):
                    self._idle_since = None
                    self.cycle = _Exchange(heard.head, keep_alive=heard.keep_alive)
                    self._start(self.cycle, body)
                    return
        if self._head_bytes is not None:
            self._head_bytes += len(data)
            if self._head_bytes > _HEAD_BYTES + self._application.max_body_bytes:
                self._refuse_head()
                return
        self._unset_keepalive_if_required()
        self._parse(data)

    def _parse(self, data: bytes) -> None:
        """Parse what has come."""
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as asked:
                if self._should_upgrade():
                    self.handle_websocket_upgrade()
                    return
                # The parser has left out the body. It reads the request again.
                data = self._without_wish() + data[asked.args[0] :]
                self.parser = httptools.HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn's
            except httptools.HttpParserError:
                if len(self.headers or ()) > _MOST_FIELDS:
                    self._refuse_head()
                else:
                    self.send_400_response("Invalid HTTP request received.")
                return
            else:
                return

    def _should_upgrade(self) -> bool:
        """Return whether a WebSocket is asked for, which begins with GET (RFC 6455 §4.1).

        A wish for any other protocol is ignored (RFC 9110 §7.8). Java's client has one in each request without TLS.
        """
        return self.parser.get_method() == b"GET" and super()._should_upgrade()

    def _without_wish(self) -> bytes:
        """Return the head of the request that has just been parsed, without its wish for another protocol."""
        version = self.parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, version)]
        lines += [b"%b: %b" % field for field in self.headers if field[0] != b"upgrade"]
        return b"\r\n".join(lines) + _HEAD_END

    def _refuse_head(self) -> None:
        """Hang up on a request whose head does not end (RFC 6585 §5)."""
        said = b"The header of a request is too large.\n"
        head = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(said)
        self.transport.write(STATUS_LINE[431] + self._own_lines() + head + said)
        self.transport.close()

    # What httptools calls, in this order.

    def on_message_begin(self) -> None:
        """Begin a request; uvicorn's scope is made only when it is known to be needed."""
        self._within = True
        self.url = b""
        self.headers = []
        self.expect_100_continue = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field.

        Raises:
            ValueError: There are too many, or the body is in a coding that is not read; the parser stops.
        """
        super().on_header(name, value)
        # The parser reads such a body as if it were in pieces only (RFC 9112 §6.1).
        if self.headers[-1][0] == b"transfer-encoding" and value.lower() != b"chunked":
            message = "a transfer coding other than chunked"
            raise ValueError(message)
        if len(self.headers) > _MOST_FIELDS:
            message = f"more than {_MOST_FIELDS} fields"
            raise ValueError(message)

    def on_headers_complete(self) -> None:
        """Choose the way.

        Raises:
            ValueError: The request is not to be understood; the parser stops, and the answer is 400.
        """
        self._head_bytes = None
        url, headers, version = self.url, self.headers, self.parser.get_http_version()
        expects = self.expect_100_continue and version != "1.0"  # RFC 9110 §10.1.1: it would take 100 for the answer
        if not names_host(headers, version):
            message = "no host, several, or none that can be one"
            raise ValueError(message)
        if len(self.pipeline) >= _MOST_WAITING:
            message = f"more than {_MOST_WAITING} requests that wait"
            raise ValueError(message)
        if self.parser.should_upgrade() and not self._should_upgrade():
            if self.parser.get_method() == b"CONNECT":
                message = "no way through to another server"
                raise ValueError(message)
            return
        path, _, query = url.partition(b"?")
        method = _METHODS.get(self.parser.get_method()) if path == _PATH else None
        if not self._is_free() and not self.pipeline:
            self._overtaken = self.cycle
        if method is not None and self._is_plain():
            self.cycle = _Exchange(Head(method, query, headers), keep_alive=self.parser.should_keep_alive())
        else:
            super().on_message_begin()
            self.url, self.expect_100_continue = url, expects
            self.headers.extend(headers)
            super().on_headers_complete()
        if not self.parser.should_upgrade():
            # Fields of a trailer are not fields of the header, whatever their names are.
            self.headers = []

    def on_chunk_header(self) -> None:
        """Count what comes before the next part of the body: after the last chunk, that is the trailer."""
        self._head_bytes = 0

    def on_body(self, body: bytes) -> None:
        """Take a part of the body; one that is too large is answered at once."""
        self._head_bytes = None
        exchange = self.cycle
        if not isinstance(exchange, _Exchange):
            super().on_body(body)
        elif not exchange.started:
            exchange.body += body
            if len(exchange.body) > self._application.max_body_bytes:
                self._start(exchange, None)

    def on_message_complete(self) -> None:
        """Answer the request, which is now whole."""
        self._within, self._head_bytes = False, 0
        if self.parser.should_upgrade():
            return
        came, self._came = self._came, None
        exchange = self.cycle
        if not isinstance(exchange, _Exchange):
            super().on_message_complete()
        elif not exchange.started:
            body = bytes(exchange.body)
            if came is not None and came[1] == body and len(came[0]) <= _LARGEST_KEPT:
                self._application.heads.keep(came[0], Heard(exchange.head, exchange.keep_alive, len(body)))
            self._start(exchange, body)

    def _is_free(self) -> bool:
        """Return whether every request so far has been answered."""
        last = cast("RequestResponseCycle | None", self.cycle)  # there is none before the first request
        return last is None or last.response_complete

    def _is_plain(self) -> bool:
        """Return whether the request needs nothing that only uvicorn's way has."""
        return (
            self._is_free()
            and not self.expect_100_continue
            and not self.parser.should_upgrade()
            and self.parser.get_http_version() == "1.1"
        )

    def _start(self, exchange: _Exchange, body: bytes | None) -> None:
        """Begin to answer a request; without a body if that is too large."""
        exchange.started = True
        call = Call(exchange.head, self.client[0] if self.client else None, body)
        exchange.task = self.loop.create_task(self._answer(exchange, call))
        self.tasks.add(exchange.task)

    async def _answer(self, exchange: _Exchange, call: Call) -> None:
        """Answer a request, unless the client hangs up meanwhile."""
        try:
            answer = await self._application.answer(call)
            if self.flow.write_paused:
                await self.flow.drain()
            if not exchange.disconnected:
                self._send(exchange, answer)
        finally:
            self.tasks.discard(exchange.task)
            if not exchange.response_complete:
                self.transport.close()

    def _send(self, exchange: _Exchange, answer: Response) -> None:
        """Send an answer."""
        end = b"\r\n" if exchange.keep_alive else b"connection: close\r\n\r\n"
        body = b"" if exchange.head.method == "HEAD" else answer.body
        parts = STATUS_LINE[answer.status], self._own_lines(), answer.head, end, body
        if len(body) > _WORTH_A_COPY:
            self.transport.writelines(parts)
        else:
            self.transport.write(b"".join(parts))
        exchange.response_complete = True
        if not exchange.keep_alive:
            self.transport.close()
        self.on_response_complete()

    def _own_lines(self) -> bytes:
        """Return the lines of the server itself: the date (RFC 9110 §6.6.1), which uvicorn renews each second."""
        return b"".join([_line(*field) for field in self.server_state.default_headers])

    # Connections that nobody uses are closed. One timer looks now and then; uvicorn sets a new one for every request.

    def on_response_complete(self) -> None:
        """Let the next request of this connection begin, or note since when there is none."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        following = self.pipeline.pop() if self.pipeline else None
        self.flow.resume_reading()
        if following is not None:
            self._overtaken = following[0]
            self._start_asgi_task(*following)
            return
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._look_again(self.timeout_keep_alive)

    def _unset_keepalive_if_required(self) -> None:
        """Note that something has come."""
        self._idle_since = None

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection if it has been idle for long enough, else look again when it could have been."""
        idle_s = 0.0 if self._idle_since is None else self.loop.time() - self._idle_since
        if idle_s >= self.timeout_keep_alive:
            self.transport.close()
        else:
            self._look_again(self.timeout_keep_alive - idle_s)

    def _look_again(self, after_s: float) -> None:
        """Set the timer."""
        self.timeout_keep_alive_task = self.loop.call_later(after_s, self.timeout_keep_alive_handler)

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the timer away, and those who wait; what is being answered is answered to nobody."""
        super().connection_lost(exc)
        self.pipeline.clear()
        if self._overtaken is not None:
            self._overtaken.disconnected = True
            self._overtaken.message_event.set()
        self._forget_timer()

    def handle_websocket_upgrade(self) -> None:
        """Leave the connection to another protocol."""
        self._forget_timer()
        super().handle_websocket_upgrade()

    def _forget_timer(self) -> None:
        """Take the timer away."""
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None


@lru_cache(maxsize=16)
def _line(name: bytes, value: bytes) -> bytes:
    """Return a header field as a line."""
    return b"%b: %b\r\n" % (name, value)
