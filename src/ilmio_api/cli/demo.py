"""`ilmio demo`: the demo world, loaded.

Owns: what is loaded when.
Does not own: what is in the demo world (`ilmio_api.demo`), serving it (`cli.serve`).
"""

import asyncio
from typing import Annotated

import typer

from ilmio_api import demo
from ilmio_api.cli.progress import progress_shown, shown_to_go_on
from ilmio_api.cli.provision import has_rows, provided_database, refuse_other_tables, written
from ilmio_api.db import migrations
from ilmio_api.domain.areas.models import Area
from ilmio_api.domain.phenomena.models import Phenomenon
from ilmio_api.importers import areas
from ilmio_api.settings import settings_of_this_process


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


def set_up_demo() -> None:
    """Bring the tables up to date, and load whatever is missing of areas and demo world."""
    with provided_database(settings_of_this_process()) as url:
        asyncio.run(_set_up(url))


async def _set_up(url: str) -> None:
    """Bring the tables up to date and load what is missing; each load is kept whole or not at all."""
    with shown_to_go_on("Making the tables ..."):
        await migrations.upgrade(url)
    with progress_shown() as progress:
        if not await has_rows(url, Area):
            await written(url, lambda session: areas.load(session, progress))
        if not await has_rows(url, Phenomenon):
            await written(url, lambda session: demo.load_world(session, progress))
