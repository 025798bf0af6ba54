"""The process that answers requests: `python -m ilmio_api.cli.server`, which `ilmio serve` becomes.

Owns: the order of starting: port, database, what is missing in it, application; what is said then.
Does not own: any of the four.
"""

import asyncio
import gc
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from importlib import import_module
from socket import socket
from types import ModuleType

from ilmio_api.cli.allocation import return_what_is_free
from ilmio_api.cli.failures import failures_told
from ilmio_api.cli.port import address_of, taken_port
from ilmio_api.cli.processes import carried_out
from ilmio_api.cli.provision import has_its_tables, has_rows, provided_database, refuse_other_tables
from ilmio_api.domain.areas.models import Area
from ilmio_api.domain.phenomena.models import Phenomenon
from ilmio_api.settings import Settings, settings_of_this_process


def main(arguments: Sequence[str]) -> None:
    """Answer requests until the process is told to end.

    Args:
        arguments: None, or `--migrate` to run missing migrations first, or `--demo` to set up and serve the demo world.

    Raises:
        SystemExit: It did not start, and has said why.
    """
    return_what_is_free()
    # Ctrl-C would be lost in a finaliser that the collector calls. The application collects when it has started.
    gc.disable()
    try:
        with failures_told():
            settings = settings_of_this_process()
            with taken_port(settings) as listener, provided_database(settings) as url:
                if "--demo" in arguments:
                    _serve_demo(settings, url, listener)
                else:
                    _serve(settings, url, listener, migrate="--migrate" in arguments)
    except KeyboardInterrupt:
        sys.stderr.write("Aborted.\n")
        raise SystemExit(1) from None


def _serve(settings: Settings, url: str, listener: socket, *, migrate: bool) -> None:
    """Serve a database as it is, but for the tables that it lacks."""
    if migrate and not asyncio.run(has_its_tables(url)):
        with carried_out("db", "upgrade"):
            listening = _listening()
    else:
        asyncio.run(refuse_other_tables(url))
        listening = _listening()
    listening.serve(settings, url, listener, f"Serving on {address_of(listener)}\n")


def _serve_demo(settings: Settings, url: str, listener: socket) -> None:
    """Serve the demo world, set up as far as it is missing."""
    with nullcontext() if asyncio.run(_is_set_up(url)) else carried_out("demo", "set-up"):
        listening = _listening()
    # A demo shows how limits are told, and stops nobody who tries how fast it is.
    points = 1_000_000_000 if settings.rate_limit_points is None else settings.rate_limit_points
    welcome = _welcome(settings.public_url or address_of(listener), settings)
    listening.serve(replace(settings, rate_limit_points=points), url, listener, welcome)
    sys.stdout.write("Stopped.\n")


def _listening() -> ModuleType:
    """Return the module that answers.

    To import it takes most of the time of a start, since the application hangs on it: a port that is taken is told
    before, and tables are made meanwhile.
    """
    return import_module("ilmio_api.cli.listening")


async def _is_set_up(url: str) -> bool:
    """Tell whether tables, areas and demo world are there."""
    return await has_its_tables(url) and await has_rows(url, Area) and await has_rows(url, Phenomenon)


def _welcome(address: str, settings: Settings) -> str:
    """Return where to look, with a request to copy."""
    place = "the database at ILMIO_DATABASE_URL" if settings.database_url else settings.data_dir
    return f"""
Ilmiö API is ready.

  Start here  {address}/
  Explorer    {address}/graphql
  Schema      {address}/schema.graphql
  Console     {settings.issuer}/console

A first question:

  curl {address}/graphql -H 'content-type: application/json' \\
    -d '{{"query": "{{ phenomena(first: 3) {{ nodes {{ name }} }} }}"}}'

The data is in {place}. Stop with Ctrl-C.
"""


if __name__ == "__main__":
    main(sys.argv[1:])
