"""`ilmio data`: reference data.

Owns: which loader a command runs.
Does not own: the loaders (`importers`).
"""

import asyncio
from dataclasses import asdict

import typer

from ilmio_api.cli.progress import progress_shown
from ilmio_api.cli.provision import provided_database, refuse_other_tables, written
from ilmio_api.importers import areas
from ilmio_api.settings import settings_of_this_process

commands = typer.Typer(help="Reference data.", no_args_is_help=True)
load = typer.Typer(help="Load reference data; loading again brings it up to date.", no_args_is_help=True)
commands.add_typer(load, name="load")


@load.command("areas")
def load_areas() -> None:
    """Load the register of areas: municipalities, regions, counties and the authorities' areas."""
    with provided_database(settings_of_this_process()) as url, progress_shown() as progress:
        asyncio.run(refuse_other_tables(url))
        report = asyncio.run(written(url, lambda session: areas.load(session, progress)))
    typer.echo(", ".join(f"{what.replace('_', ' ')}: {count}" for what, count in asdict(report).items()))
