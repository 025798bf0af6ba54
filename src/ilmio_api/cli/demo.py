"""`ilmio demo`: the demo world, loaded and served.

Owns: the one command behind `make demo`, and what it says when it is ready.
Does not own: what is in the demo world (`ilmio_api.demo`).
"""

import asyncio
from dataclasses import replace
from typing import Annotated

import typer

from ilmio_api import demo
from ilmio_api.app import create_app
from ilmio_api.cli.first_person import prepared_accounts, words_about
from ilmio_api.cli.listening import address_of, answer_requests, taken_port
from ilmio_api.cli.progress import progress_shown
from ilmio_api.cli.provision import has_rows, provided_database, refuse_other_tables, written
from ilmio_api.db import migrations
from ilmio_api.domain.areas.models import Area
from ilmio_api.domain.phenomena.models import Phenomenon
from ilmio_api.importers import areas
from ilmio_api.settings import Settings, settings_of_this_process

commands = typer.Typer(help="The demo world: a small, true one, or a large made-up one.", no_args_is_help=True)


@commands.command("load")
def load_demo(
    *,
    synthetic: Annotated[int, typer.Option(help="Make up this many pilots instead, for measurements.", min=0)] = 0,
    seed: Annotated[int, typer.Option(help="The same seed makes up the same records.")] = 1,
) -> None:
    """Load the demo world into the database; the areas have to be there."""
    with provided_database(settings_of_this_process()) as url, progress_shown() as progress:
        asyncio.run(refuse_other_tables(url))
        if synthetic:
            asyncio.run(written(url, lambda session: demo.load_synthetic(session, synthetic, seed, progress)))
        else:
            asyncio.run(written(url, lambda session: demo.load_world(session, progress)))


@commands.command("serve")
def serve_demo() -> None:
    """Set up whatever is missing, then serve the demo world."""
    settings = settings_of_this_process()
    with taken_port(settings) as listener, provided_database(settings) as url:
        asyncio.run(_set_up(url))
        address = settings.public_url or address_of(listener)
        # A demo shows how limits are told, and stops nobody who tries how fast it is.
        points = 1_000_000_000 if settings.rate_limit_points is None else settings.rate_limit_points
        application = create_app(replace(settings, database_url=url, rate_limit_points=points))
        first_person = words_about(asyncio.run(prepared_accounts(settings, url)))
        answer_requests(application, listener, lambda: typer.echo(_welcome(address, settings) + first_person))
        typer.echo("Stopped.")


async def _set_up(url: str) -> None:
    """Bring the tables up to date and load what is missing; each load is kept whole or not at all."""
    await migrations.upgrade(url)
    with progress_shown() as progress:
        if not await has_rows(url, Area):
            await written(url, lambda session: areas.load(session, progress))
        if not await has_rows(url, Phenomenon):
            await written(url, lambda session: demo.load_world(session, progress))


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
