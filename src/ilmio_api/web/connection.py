"""A connection with a short way to the GraphQL endpoint.

Owns: receiving a plain GraphQL request and sending its answer, without ASGI's messages in between.
Does not own: receiving as such (`web.receiving`), every other request (uvicorn), what is answered (`web.graphql`).

uvicorn takes about 28 µs for a request, most of it for what these requests do not need: checking header fields that we
have written ourselves, an event, a timer, messages. This way takes about 10. Only a plain request for one path goes it;
whatever is special – another path, a WebSocket, `Expect`, HTTP/1.0, a request before the last one was answered – goes
uvicorn's way, as with any ASGI server.

A client sends the same head with every request. One that has been parsed before is known by its bytes and not parsed
again: the same bytes mean the same. Only a head that came in one piece with its body, and nothing else, is kept.
"""

import asyncio
from collections.abc import Awaitable
from typing import Final, NamedTuple, Protocol, TypeAlias, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from ilmio_api.compiler.recent import Recent
from ilmio_api.web.calls import METHODS, Call, Head
from ilmio_api.web.heads import Response
from ilmio_api.web.receiving import HEAD_END, Bounded, Receiver

PATH: Final = "/graphql"
"""The path of the endpoint."""

_PATH: Final = PATH.encode()
_METHODS: Final = {method.encode(): method for method in METHODS}
_LARGEST_KEPT: Final = 4 * 1024
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


class Answering(Bounded, Protocol):
    """The application, as far as a connection asks it directly."""

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


class Connection(Receiver):
    """One connection of a client."""

    _came: tuple[bytes, bytes] | None = None
    """What the parser is reading, if that began with a request: everything up to an empty line, and the rest."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin a connection."""
        super().connection_made(transport)
        self._application = cast("Answering", self.config.app)  # whoever chooses this class sees to it

    def data_received(self, data: bytes) -> None:
        """Take what has come: a whole request with a known head, or anything else, which has to be parsed."""
        self._came = None
        if not self.within and self.is_free():
            name, end, body = data.partition(HEAD_END)
            if end:  # without the empty line, the rest of the head is still to come
                self._came = name, body
                heard = self._application.heads.get(name)
                if heard is not None and heard.body_bytes == len(body):
                    self._idle_since = None
                    self.cycle = _Exchange(heard.head, keep_alive=heard.keep_alive)
                    self._start(self.cycle, body)
                    return
        super().data_received(data)

    def took_head(self, url: bytes, headers: list[tuple[bytes, bytes]], *, expects: bool) -> None:
        """Choose the way of a request: the short one if it needs nothing that only uvicorn's has."""
        path, _, query = url.partition(b"?")
        method = _METHODS.get(self.parser.get_method()) if path == _PATH else None
        is_plain = not expects and not self.parser.should_upgrade() and self.parser.get_http_version() == "1.1"
        if method is not None and is_plain and self.is_free():
            self.cycle = _Exchange(Head(method, query, headers), keep_alive=self.parser.should_keep_alive())
        else:
            super().took_head(url, headers, expects=expects)

    def took_body(self, body: bytes) -> None:
        """Take a part of the body; one that is too large is answered at once."""
        exchange = self.cycle
        if not isinstance(exchange, _Exchange):
            super().took_body(body)
        elif not exchange.started:
            exchange.body += body
            if len(exchange.body) > self._application.max_body_bytes:
                self._start(exchange, None)

    def took_all(self) -> None:
        """Answer the request, which is now whole."""
        came, self._came = self._came, None
        exchange = self.cycle
        if not isinstance(exchange, _Exchange):
            super().took_all()
        elif not exchange.started:
            body = bytes(exchange.body)
            if came is not None and came[1] == body and len(came[0]) <= _LARGEST_KEPT:
                self._application.heads.keep(came[0], Heard(exchange.head, exchange.keep_alive, len(body)))
            self._start(exchange, body)

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
        parts = STATUS_LINE[answer.status], self.own_lines(), answer.head, end, body
        if len(body) > _WORTH_A_COPY:
            self.transport.writelines(parts)
        else:
            self.transport.write(b"".join(parts))
        exchange.response_complete = True
        if not exchange.keep_alive:
            self.transport.close()
        self.on_response_complete()
