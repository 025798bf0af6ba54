"""`ilmio schema`: the published schema as a file.

Owns: writing the committed copy, and telling how it differs from the code.
Does not own: the schema, or where the copy is kept (`schema.sdl`).
"""

import difflib
from pathlib import Path
from typing import Annotated

import typer

from ilmio_api.errors import OperatorError
from ilmio_api.schema.sdl import SDL_PATH, sdl

commands = typer.Typer(help="The published schema.", no_args_is_help=True)


@commands.command()
def export(
    path: Annotated[
        Path, typer.Argument(help="The file to write; by default the committed copy.", show_default=False)
    ] = SDL_PATH,
) -> None:
    """Write the schema in the schema definition language."""
    try:
        path.write_text(sdl(), encoding="utf-8")
    except OSError as error:
        raise OperatorError(
            f"{path} cannot be written: {error.strerror}.", "Name a file that you may write."
        ) from error
    typer.echo(f"Wrote {path}")


@commands.command()
def check(
    path: Annotated[
        Path, typer.Argument(help="The file to compare; by default the committed copy.", show_default=False)
    ] = SDL_PATH,
) -> None:
    """Check that the committed copy is the schema of the code, and show how it differs."""
    try:
        committed = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(
            f"{path} cannot be read: {error}.", "Name the file of a schema; make schema writes the committed one."
        ) from error
    differences = difflib.unified_diff(
        committed.splitlines(keepends=True),
        sdl().splitlines(keepends=True),
        fromfile=path.name,
        tofile="the schema of the code",
    )
    listing = "".join(differences)
    if listing:
        typer.echo(listing)
        raise OperatorError(
            f"{path.name} is not the schema of the code.",
            "Run make schema, and read the difference: it is what users of the API will see change.",
        )
    typer.echo(f"{path.name} is the schema of the code.")
