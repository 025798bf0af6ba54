"""The port that a server listens on.

Owns: taking it, and how it is reached from this machine.
Does not own: what is answered there (`cli.listening`).
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from ilmio_api.errors import OperatorError
from ilmio_api.settings import Settings


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


def address_of(listener: socket.socket) -> str:
    """Return the address under which a browser on this machine finds the server."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104  # compared, not listened on
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
