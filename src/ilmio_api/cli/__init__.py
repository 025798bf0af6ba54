"""The command line `ilmio`: what an operator and a developer do with the system.

Owns: the tree of commands, and how a failure is told: what is wrong, what to do, exit code 1.
Does not own: what the commands do (one module for each group).
"""

from typing import Any

import typer
from typer.core import TyperGroup

from ilmio_api.cli import admin, data, database, demo, doctor, explain, login, schema, serve
from ilmio_api.errors import OperatorError, UnavailableError


class _Commands(TyperGroup):
    """The commands; a failure that the operator can mend ends in words, not in a traceback."""

    def invoke(self, ctx: Any) -> object:  # noqa: ANN401  # its class is private to typer
        try:
            return super().invoke(ctx)
        except OperatorError as error:
            _tell(error.problem, error.remedy)
        except UnavailableError:
            _tell("The database cannot be reached.", "Run ilmio doctor, which finds out why.")
        raise typer.Exit(1)


app = typer.Typer(
    cls=_Commands,
    name="ilmio",
    help="Serve and look after Ilmiö API. Settings come from environment variables; see the README.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve.serve)
app.command("doctor")(doctor.doctor)
app.command("explain")(explain.explain)
app.command("login")(login.login)
app.command("logout")(login.logout)
app.command("ask")(login.ask)
app.add_typer(admin.commands, name="admin")
app.add_typer(database.commands, name="db")
app.add_typer(data.commands, name="data")
app.add_typer(demo.commands, name="demo")
app.add_typer(schema.commands, name="schema")


def _tell(problem: str, remedy: str) -> None:
    """Write a failure where it does not mix with a command's output."""
    typer.echo(f"{problem}\nWhat to do: {remedy}", err=True)
