"""`ilmio admin`: what an operator does for the accounts of a service.

Owns: the command group.
Does not own: the link (`cli.first_person`), the audit log (`domain.accounts.audit`).
"""

import asyncio
from typing import Annotated

import typer

from ilmio_api.cli.first_person import prepared_accounts
from ilmio_api.cli.provision import provided_database, refuse_other_tables
from ilmio_api.db.session import accounts_work, open_engine
from ilmio_api.domain.accounts import audit
from ilmio_api.errors import OperatorError
from ilmio_api.settings import settings_of_this_process

commands = typer.Typer(help="The accounts of the service.", no_args_is_help=True)


@commands.command()
def link() -> None:
    """Print a link for the first administrator of the platform; it works once, for a quarter of an hour."""
    settings = settings_of_this_process()
    with provided_database(settings) as url:
        asyncio.run(refuse_other_tables(url))
        found = asyncio.run(prepared_accounts(settings, url))
    if found is None:
        raise OperatorError(
            "Somebody administers the platform already.",
            "Ask them; administrators can make others in the console.",
        )
    typer.echo(found)


@commands.command("check-audit")
def check_audit(
    organisation: Annotated[str, typer.Argument(help="Identifier of the organisation; empty for the platform.")] = "",
) -> None:
    """Check that nothing in an audit log was changed or left out."""
    with provided_database(settings_of_this_process()) as url:
        asyncio.run(refuse_other_tables(url))
        broken = asyncio.run(_first_broken(url, organisation or None))
    if broken is not None:
        raise OperatorError(
            f"The chain breaks at the event {broken}: it or the one before was changed, or one is missing.",
            "Compare with an earlier export or backup, and find out who can write to the database.",
        )
    typer.echo("The chain is whole.")


async def _first_broken(url: str, organisation: str | None) -> str | None:
    """Return the first event that does not follow from the one before."""
    engine = open_engine(url)
    try:
        async with accounts_work(engine, "audit") as session:
            return await audit.verify(session, organisation)
    finally:
        await engine.dispose()
