"""`ilmio doctor`: find out why something does not work.

Owns: the list of what has to be in order, in the order in which things depend on each other.
Does not own: mending anything; each finding says what to do.
"""

import asyncio
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import typer
from sqlalchemy import text

from ilmio_api.cli.port import taken_port
from ilmio_api.cli.provision import has_its_tables, has_rows, provided_database
from ilmio_api.db.session import connected
from ilmio_api.domain.areas.models import Area
from ilmio_api.domain.phenomena.models import Phenomenon
from ilmio_api.errors import OperatorError
from ilmio_api.settings import Settings, settings_of_this_process
from ilmio_api.web.documents import registered_documents

_OLDEST_PYTHON = (3, 11)
_POSTGRESQL = range(15, 19)
"""The major versions that are tested."""
_LIVE = b'{"status":"live"}'
"""What the service says at `/live`."""
_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    remedy: str | None = None
    """What to do about it; None when it is in order."""


def doctor() -> None:
    """Look at everything that has to be in order, and say what to do about what is not."""
    problems = 0
    for finding in _findings():
        if finding.remedy is None:
            typer.echo(f"OK       {finding.what}")
        else:
            problems += 1
            typer.echo(f"PROBLEM  {finding.what}\n         What to do: {finding.remedy}")
    if problems:
        typer.echo(f"{problems} to mend.")
        raise typer.Exit(1)
    typer.echo("Everything is in order.")


def _findings() -> Iterator[Finding]:
    """Yield findings, as far as they can be made: without a database there is nothing to say about tables."""
    yield _python()
    yield _packages()
    try:
        settings = settings_of_this_process()
    except OperatorError as error:
        yield Finding(error.problem, error.remedy)
        return
    yield _port(settings)
    if settings.documents is not None:
        yield _documents(settings.documents)
    if settings.database_url is None:
        yield _data_directory(settings.data_dir)
        if not (settings.data_dir / "postgres").exists():
            yield Finding("The embedded database has not been made yet.", "Run make demo, or ilmio serve --migrate.")
            return
    try:
        with provided_database(settings) as url:
            yield asyncio.run(_server(url))
            yield from asyncio.run(_contents(url))
    except OperatorError as error:
        yield Finding(error.problem, error.remedy)


def _python() -> Finding:
    """Look at the version of Python."""
    what = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    old = sys.version_info[:2] < _OLDEST_PYTHON
    return Finding(what, "Install Python 3.11 or newer, then run make clean venv." if old else None)


def _packages() -> Finding:
    """Look for the packages that this one requires."""
    missing = [name for name in _required() if not _is_installed(name)]
    if missing:
        return Finding(f"Packages that are not installed: {', '.join(missing)}.", "Run make clean venv.")
    return Finding("The packages are installed.")


def _required() -> Iterator[str]:
    """Yield the names of the packages that this one requires."""
    for requirement in requires("ilmio-api") or ():
        # Extras, versions and markers come after the name.
        yield re.split(r"[^\w.-]", requirement, maxsplit=1)[0]


def _is_installed(package: str) -> bool:
    """Tell whether a package is installed."""
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def _port(settings: Settings) -> Finding:
    """Look whether the port is free, or the service is there already."""
    try:
        with taken_port(settings):
            return Finding(f"Port {settings.port} of {settings.host} is free.")
    except OperatorError as error:
        if _is_served(settings):
            return Finding(f"The service answers at port {settings.port} of {settings.host}.")
        return Finding(error.problem, error.remedy)


def _is_served(settings: Settings) -> bool:
    """Tell whether what has the port is the service."""
    connection = HTTPConnection(settings.host, settings.port, timeout=_PATIENCE_S)
    try:
        connection.request("GET", "/live")
        return connection.getresponse().read(len(_LIVE) + 1) == _LIVE
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _documents(path: Path) -> Finding:
    """Look at the documents that the operator has registered."""
    try:
        registered_documents(path)
    except OperatorError as error:
        return Finding(error.problem, error.remedy)
    return Finding("The registered documents can be read.")


def _data_directory(folder: Path) -> Finding:
    """Look whether the data directory, or the first folder above it that exists, can be written."""
    existing = next(place for place in (folder.resolve(), *folder.resolve().parents) if place.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        return Finding(f"{existing} cannot be written.", "Set DATA_DIR to a folder that you may write.")
    return Finding(f"The data directory {folder} can be written.")


async def _server(url: str) -> Finding:
    """Look at the version of PostgreSQL."""
    async with connected(url) as connection:
        number = await connection.scalar(text("SELECT current_setting('server_version_num')::int / 10000"))
    what = f"PostgreSQL {number} answers."
    if number not in _POSTGRESQL:
        return Finding(what, f"Use version {_POSTGRESQL[0]} to {_POSTGRESQL[-1]}: others are not tested.")
    return Finding(what)


async def _contents(url: str) -> list[Finding]:
    """Look at the tables and at what is in them."""
    if not await has_its_tables(url):
        return [Finding("The tables are not those of this version.", "Run ilmio db upgrade.")]
    areas, phenomena = await has_rows(url, Area), await has_rows(url, Phenomenon)
    return [
        Finding("The tables are those of this version."),
        Finding("The register of areas is loaded.")
        if areas
        else Finding("The register of areas is empty.", "Run ilmio data load areas."),
        Finding("The demo world is loaded.")
        if phenomena
        else Finding("There are no phenomena yet.", "Record some, or run ilmio demo load."),
    ]
