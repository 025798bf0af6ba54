"""`ilmio db`: the tables of the database.

Owns: running migrations, checking that they make what the models describe, drafting new ones.
Does not own: how Alembic is run (`db.migrations`).
"""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

import ilmio_api.domain  # noqa: F401  # imports every table, so that the metadata is whole
from ilmio_api.cli.progress import shown_to_go_on
from ilmio_api.cli.provision import provided_database, refuse_other_tables
from ilmio_api.db import migrations, revisions
from ilmio_api.db.base import Base
from ilmio_api.db.embedded import embedded_server
from ilmio_api.errors import OperatorError
from ilmio_api.settings import settings_of_this_process

commands = typer.Typer(help="The tables of the database.", no_args_is_help=True)


@commands.command()
def upgrade() -> None:
    """Run the migrations that the database lacks."""
    with shown_to_go_on("Making the tables ..."), provided_database(settings_of_this_process()) as url:
        before = asyncio.run(revisions.current(url))
        asyncio.run(migrations.upgrade(url))
    after = revisions.head()
    typer.echo(f"Already at {after}." if before == after else f"From {before or 'an empty database'} to {after}.")


@commands.command()
def check(
    *,
    scratch: Annotated[
        bool, typer.Option("--scratch", help="Check a fresh database, made for this and removed.")
    ] = False,
) -> None:
    """Check that the migrations make the tables that the models describe."""
    with _scratch_database() if scratch else provided_database(settings_of_this_process()) as url:
        asyncio.run(refuse_other_tables(url))
        differences = asyncio.run(migrations.check(url, Base.metadata))
    if differences:
        listing = "\n".join(f"  {line}" for line in differences)
        raise OperatorError(
            f"The migrations do not make what the models describe. A migration would do this:\n{listing}",
            'Run make migration m="what changes", read the draft and correct it.',
        )
    typer.echo("The migrations make what the models describe.")


@commands.command()
def draft(message: Annotated[str, typer.Argument(help="What the migration does, in a few words.")]) -> None:
    """Write a migration from the models' changes, against a fresh database."""
    with _scratch_database() as url:
        path = asyncio.run(migrations.draft(url, message))
    typer.echo(f"Read and correct {path}: Alembic does not see everything (alembic/env.py says what).")


@contextmanager
def _scratch_database() -> Iterator[str]:
    """Provide a migrated database that does not outlive the command."""
    with (
        tempfile.TemporaryDirectory(prefix="ilmio-") as folder,
        embedded_server(Path(folder), durable=False) as server,
    ):
        asyncio.run(migrations.upgrade(server.url))
        yield server.url
