"""The HTTP server process.

Owns: how uvicorn is set up, taking the port, and telling when requests are answered.
Does not own: the application (`app`).
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from ilmio_api.app import Application
from ilmio_api.errors import OperatorError
from ilmio_api.settings import Settings
from ilmio_api.web.connection import Connection

_SHUTDOWN_LIMIT_S = 25
_STARTUP_FAILURE = 3  # the exit code that uvicorn gives to it


class _Server(uvicorn.Server):
    """A server that tells when it has started."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._tell_started()


@contextmanager
def taken_port(settings: Settings) -> Iterator[socket.socket]:
    """Provide the port that `settings` name, taken before any slow work, so that a clash is known at once.

    Raises:
        OperatorError: The port is in use or not allowed, or the host is not an address of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise OperatorError(
            f"Port {settings.port} of {settings.host} cannot be used: {error.strerror}.",
            "Set PORT to a free port, such as 8001, or end what uses this one; ILMIO_HOST is the address.",
        ) from error
    with listener:
        yield listener


def answer_requests(application: Application, listener: socket.socket, started: Callable[[], None]) -> None:
    """Answer requests until the process is told to end; then let those that run finish.

    Args:
        application: What answers them.
        listener: A bound socket.
        started: Called once, when the first request would be answered.

    Raises:
        OperatorError: The application did not start; the log says why.
    """
    config = uvicorn.Config(
        application,
        loop="uvloop",
        http=Connection,
        ws="websockets-sansio",
        lifespan="on",
        log_level="warning",
        access_log=False,
        proxy_headers=False,  # proxies are ours to know of: ILMIO_TRUSTED_PROXIES
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=_SHUTDOWN_LIMIT_S,
    )
    try:
        _Server(config, started).run(sockets=[listener])
    except KeyboardInterrupt:
        # Ctrl-C is how this command ends; uvicorn has finished what was running and repeats the signal.
        return
    except SystemExit as error:
        if error.code == _STARTUP_FAILURE:
            raise OperatorError("The application did not start.", "Mend what the log above names.") from error
        raise


def address_of(listener: socket.socket) -> str:
    """Return the address under which a browser on this machine finds the server."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104  # compared, not listened on
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
