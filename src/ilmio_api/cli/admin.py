"""`ilmio admin`: what an operator does for the accounts of a service.

Owns: the command group.
Does not own: the link (`cli.first_person`), the commands and the audit log (`domain.accounts`).
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeAlias

import typer
from sqlalchemy import select

from ilmio_api.cli.first_person import operation, prepared_accounts
from ilmio_api.cli.provision import provided_database, refuse_other_tables
from ilmio_api.db.session import WriteSession, accounts_work, open_engine
from ilmio_api.domain.accounts import audit, persons
from ilmio_api.domain.accounts.models import Account
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Refused
from ilmio_api.errors import OperatorError
from ilmio_api.i18n.languages import Language
from ilmio_api.i18n.problems import wording
from ilmio_api.settings import settings_of_this_process

commands = typer.Typer(help="The accounts of the service.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="E-mail address of the person.")]
Organisation = Annotated[str, typer.Option(help="Identifier of the organisation; none for the log of the platform.")]
Command: TypeAlias = Callable[[WriteSession, Occasion, str], Awaitable[object]]
"""Does something to the account of a person."""


@commands.command()
def link() -> None:
    """Print a link for the first administrator of the platform; it works once, for a quarter of an hour."""
    settings = settings_of_this_process()
    with provided_database(settings) as url:
        asyncio.run(refuse_other_tables(url))
        found = asyncio.run(prepared_accounts(settings, url))
    if found is None:
        raise OperatorError(
            "Somebody administers the platform already.", "Make others with: ilmio admin appoint EMAIL."
        )
    typer.echo(found)


@commands.command()
def appoint(email: Email) -> None:
    """Make a person an administrator of the platform."""
    _do(persons.make_platform_admin, email)


@commands.command()
def disable(email: Email) -> None:
    """Keep a person out: sessions, tokens and authorisations end at once."""
    _do(persons.disable, email)


@commands.command()
def enable(email: Email) -> None:
    """Let a person in again who was kept out."""
    _do(persons.enable, email)


@commands.command()
def erase(email: Email, *, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Erase a person's data for good; what they did stays in the audit log without their name."""
    if not yes:
        typer.confirm(f"Erase the account of {email}? This cannot be undone.", abort=True)
    _do(persons.erase, email)


@commands.command("log")
def print_log(*, organisation: Organisation = "") -> None:
    """Print an audit log as JSON Lines."""
    with provided_database(settings_of_this_process()) as url:
        asyncio.run(refuse_other_tables(url))
        asyncio.run(_print_log(url, organisation or None))


@commands.command("check-log")
def check_log(*, organisation: Organisation = "") -> None:
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


def _do(command: Command, email: str) -> None:
    """Do something to the account of a person.

    Raises:
        OperatorError: Nobody has the address, or it cannot be done.
    """
    with provided_database(settings_of_this_process()) as url:
        asyncio.run(refuse_other_tables(url))
        asyncio.run(_done(url, command, email))
    typer.echo("Done.")


async def _done(url: str, command: Command, email: str) -> None:
    """Find the person and carry out the command.

    Raises:
        OperatorError: Nobody has the address, or it cannot be done.
    """
    engine = open_engine(url)
    try:
        async with accounts_work(engine, "operator") as session:
            account = await session.scalar(select(Account.id).where(Account.email == email.strip().lower()))
            if account is None:
                raise OperatorError("Nobody here has this address.", "Look it up among the members in the console.")
            outcome = await command(session, operation(), account)
            if isinstance(outcome, Refused):
                problem = outcome.problems[0]
                said = wording(problem.code, Language.EN, problem.facts)
                raise OperatorError(f"This was not done. {said}", "Mend what is said above and try again.")
    finally:
        await engine.dispose()


async def _print_log(url: str, organisation: str | None) -> None:
    """Print every event of a log."""
    engine = open_engine(url)
    try:
        export = audit.Export(organisation, audit.ExportForm.JSON_LINES, None, None, "operator")
        async for line in audit.exported(engine, export):
            typer.echo(line, nl=False)
    finally:
        await engine.dispose()


async def _first_broken(url: str, organisation: str | None) -> str | None:
    """Return the first event that does not follow from the one before."""
    engine = open_engine(url)
    try:
        async with accounts_work(engine, "operator") as session:
            return await audit.verify(session, organisation)
    finally:
        await engine.dispose()
