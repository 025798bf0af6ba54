"""A connection of uvicorn's that bounds what it receives and refuses what it does not understand.

Owns: the bounds of heads, trailers and waiting requests; wishes for other protocols; when an idle connection is closed;
the header fields of the server itself.
Does not own: parsing HTTP (httptools), what becomes of a request (`web.connection`, uvicorn).

Source: RFC 9110, RFC 9112.
"""

import asyncio
from collections.abc import Sized
from functools import lru_cache
from typing import Any, Final, Protocol, cast

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from ilmio_api.web.hosts import names_host

HEAD_END: Final = b"\r\n\r\n"
"""What parts the head of a message from its body."""

_HEAD_BYTES: Final = 64 * 1024
"""Most bytes of a head, beside a query in the address, which may be as large as a body."""
_MOST_FIELDS: Final = 1_000
"""Most fields of a head."""
_MOST_WAITING: Final = 100
"""Most requests of a connection that wait for their turn."""


class Bounded(Protocol):
    """The application, as far as it bounds what is received."""

    max_body_bytes: int
    """Size of the largest body that is read."""


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


class Receiver(HttpToolsProtocol):
    """One connection of a client. What becomes of a request is decided in `took_head`, `took_body` and `took_all`."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Find the bounds."""
        super().__init__(config, server_state, app_state, _loop)
        self._largest_head = _HEAD_BYTES + cast("Bounded", config.app).max_body_bytes
        self._head_bytes: int | None = 0
        """How much has come of a head, or trailer, that is not whole; None while a body comes."""
        self._overtaken: RequestResponseCycle | None = None
        """What was being answered when a later request came."""
        self._idle_since: float | None = None
        """When the last answer was sent, unless something has come since."""
        self.within = False
        """Whether the parser is in the middle of a request."""

    def took_head(self, url: bytes, headers: list[tuple[bytes, bytes]], *, expects: bool) -> None:
        """Begin a request whose head has come; here, uvicorn's way, which makes the scope of ASGI.

        Args:
            url: The address as it came.
            headers: The fields, with names in small letters.
            expects: Whether the client waits for a status of 100 before it sends the body.
        """
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers.extend(headers)
        super().on_headers_complete()

    def took_body(self, body: bytes) -> None:
        """Take a part of the body."""
        super().on_body(body)

    def took_all(self) -> None:
        """Take note that the request is whole."""
        super().on_message_complete()

    def is_free(self) -> bool:
        """Return whether every request so far has been answered."""
        last = cast("RequestResponseCycle | None", self.cycle)  # there is none before the first request
        return last is None or last.response_complete

    def own_lines(self) -> bytes:
        """Return the lines of the server itself: the date (RFC 9110 §6.6.1), which uvicorn renews each second."""
        return b"".join([_line(*field) for field in self.server_state.default_headers])

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin a connection."""
        super().connection_made(transport)
        self.flow = _Flow(transport, self.pipeline)

    def data_received(self, data: bytes) -> None:
        """Parse what has come."""
        if self._head_bytes is not None:
            self._head_bytes += len(data)
            if self._head_bytes > self._largest_head:
                self._refuse_head()
                return
        self._unset_keepalive_if_required()
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

    def _refuse_head(self) -> None:
        """Hang up on a request whose head does not end (RFC 6585 §5)."""
        said = b"The header of a request is too large.\n"
        head = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(said)
        self.transport.write(STATUS_LINE[431] + self.own_lines() + head + said)
        self.transport.close()

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
        return b"\r\n".join(lines) + HEAD_END

    # What httptools calls, in this order.

    def on_message_begin(self) -> None:
        """Begin a request; uvicorn's scope is made only when it is known to be needed."""
        self.within = True
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
        """Begin a request that is understood.

        Raises:
            ValueError: It is not; the parser stops, and the answer is 400.
        """
        self._head_bytes = None
        version, wishes = self.parser.get_http_version(), self.parser.should_upgrade()
        if not names_host(self.headers, version):
            message = "no host, several, or none that can be one"
            raise ValueError(message)
        if len(self.pipeline) >= _MOST_WAITING:
            message = f"more than {_MOST_WAITING} requests that wait"
            raise ValueError(message)
        if wishes and self.parser.get_method() == b"CONNECT":
            message = "no way through to another server"
            raise ValueError(message)
        if wishes and not self._should_upgrade():
            return
        if not self.is_free() and not self.pipeline:
            self._overtaken = self.cycle
        # RFC 9110 §10.1.1: the older protocol would take 100 for the answer.
        self.took_head(self.url, self.headers, expects=self.expect_100_continue and version != "1.0")
        if not wishes:
            # Fields of a trailer are not fields of the header, whatever their names are.
            self.headers = []

    def on_chunk_header(self) -> None:
        """Count what comes before the next part of the body: after the last chunk, that is the trailer."""
        self._head_bytes = 0

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._head_bytes = None
        self.took_body(body)

    def on_message_complete(self) -> None:
        """Take note that the request is whole, unless it is read again or becomes another protocol."""
        self.within, self._head_bytes = False, 0
        if self.parser.should_upgrade():
            return
        if not self.parser.should_keep_alive():
            self.cycle.keep_alive = False  # also when a trailer says so: the parser reads nothing more
        self.took_all()

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
