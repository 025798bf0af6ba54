"""`ilmio explain`: what one GraphQL operation becomes.

Owns: reading the operation and its variables from the command line.
Does not own: the explanation (`app`).
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from ilmio_api import app
from ilmio_api.cli.provision import provided_database, refuse_other_tables
from ilmio_api.errors import OperatorError
from ilmio_api.settings import settings_of_this_process


def explain(
    document: Annotated[Path, typer.Argument(help="A file with one operation; - reads standard input.")],
    *,
    variables: Annotated[str, typer.Option(help="The variables, as a JSON object.")] = "{}",
    analyze: Annotated[bool, typer.Option("--analyze", help="Run it and time each step.")] = False,
) -> None:
    """Show the SQL that an operation is compiled to, and how PostgreSQL runs it."""
    text = _text(document)
    values = _values(variables)
    settings = settings_of_this_process()
    with provided_database(settings) as url:
        asyncio.run(refuse_other_tables(url))
        typer.echo(asyncio.run(app.explain(replace(settings, database_url=url), text, values, analyze=analyze)))


def _text(document: Path) -> str:
    """Return what is in the file."""
    try:
        return sys.stdin.read() if document == Path("-") else document.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"{document} cannot be read: {error}.", "Name a file that holds one operation.") from error


def _values(variables: str) -> Mapping[str, object]:
    """Return the variables of the operation."""
    remedy = """Write them as JSON in quotes: --variables '{"first": 3}'."""
    try:
        values = json.loads(variables)
    except json.JSONDecodeError as error:
        raise OperatorError(f"The variables are not JSON: {error}.", remedy) from error
    if not isinstance(values, dict):
        raise OperatorError("The variables are not a JSON object.", remedy)
    return values
