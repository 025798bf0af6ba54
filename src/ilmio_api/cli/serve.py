"""`ilmio serve`: answer requests.

Owns: the order of starting: port, database, tables, application.
Does not own: any of the four.
"""

import asyncio
from dataclasses import replace
from typing import Annotated

import typer

from ilmio_api.app import create_app
from ilmio_api.cli.first_person import prepared_accounts, words_about
from ilmio_api.cli.listening import address_of, answer_requests, taken_port
from ilmio_api.cli.provision import provided_database, refuse_other_tables
from ilmio_api.db import migrations
from ilmio_api.settings import settings_of_this_process


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on; else ILMIO_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; else PORT.", min=1, max=65_535)] = None,
    migrate: Annotated[bool, typer.Option("--migrate", help="Run missing migrations first.")] = False,
) -> None:
    """Serve the API, on the embedded PostgreSQL unless ILMIO_DATABASE_URL is set."""
    settings = settings_of_this_process()
    settings = replace(settings, host=host or settings.host, port=port or settings.port)
    with taken_port(settings) as listener, provided_database(settings) as url:
        asyncio.run(migrations.upgrade(url) if migrate else refuse_other_tables(url))
        application = create_app(replace(settings, database_url=url))
        first_person = words_about(asyncio.run(prepared_accounts(settings, url)))
        answer_requests(
            application, listener, lambda: typer.echo(f"Serving on {address_of(listener)}\n{first_person}".rstrip())
        )
