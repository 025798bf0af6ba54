"""The HTTP server.

Owns: how uvicorn is set up, and what is said when requests are answered.
Does not own: the application (`app`), the port (`cli.port`), the process (`cli.server`).
"""

import asyncio
import socket
import sys
from collections.abc import Callable
from dataclasses import replace

import uvicorn

from ilmio_api.app import Application, create_app
from ilmio_api.cli.first_person import prepared_accounts, words_about
from ilmio_api.errors import OperatorError
from ilmio_api.settings import Settings
from ilmio_api.web.connection import Connection

_SHUTDOWN_LIMIT_S = 25
_KEEP_ALIVE_S = 75  # longer than proxies keep a connection (60 s are usual): it has to be they who close it
_STARTUP_FAILURE = 3  # the exit code that uvicorn gives to it


def serve(settings: Settings, url: str, listener: socket.socket, greeting: str) -> None:
    """Answer requests until the process is told to end; then let those that run finish.

    Args:
        settings: Say how.
        url: Address of a database that has its tables.
        listener: A bound socket.
        greeting: Said when requests are answered, before the link for the first person.

    Raises:
        OperatorError: The application did not start; the log says why.
    """
    application = create_app(replace(settings, database_url=url))
    first_person = words_about(asyncio.run(prepared_accounts(settings, url)))
    _answer_requests(application, listener, lambda: _say(f"{greeting}{first_person}".rstrip()))


def _say(text: str) -> None:
    """Write a text for whoever waits for the start, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _answer_requests(application: Application, listener: socket.socket, started: Callable[[], None]) -> None:
    """Answer requests with an application; tell `started` when the first would be answered."""
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
        timeout_keep_alive=_KEEP_ALIVE_S,
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


class _Server(uvicorn.Server):
    """A server that tells when it has started."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._tell_started()
