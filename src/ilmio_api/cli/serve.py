"""`ilmio serve` and `ilmio demo serve`: answer requests.

Owns: their options, and which commands are about the demo world.
Does not own: the process that answers (`cli.server`), which this one becomes; loading the demo world (`cli.demo`).
"""

from typing import Annotated, ClassVar

import typer

from ilmio_api.cli.processes import become_server
from ilmio_api.cli.tree import Group


class _DemoCommands(Group):
    """Loading takes modules that serving must not wait for."""

    places: ClassVar = {
        "load": "ilmio_api.cli.demo:load_demo",
        "set-up": "ilmio_api.cli.demo:set_up_demo",
        "serve": "ilmio_api.cli.serve:serve_demo",
    }


demo_commands = typer.Typer(
    cls=_DemoCommands, help="The demo world: a small, true one, or a large made-up one.", no_args_is_help=True
)


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on; else ILMIO_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; else PORT.", min=1, max=65_535)] = None,
    migrate: Annotated[bool, typer.Option("--migrate", help="Run missing migrations first.")] = False,
) -> None:
    """Serve the API, on the embedded PostgreSQL unless ILMIO_DATABASE_URL is set."""
    given = {"ILMIO_HOST": host or "", "ILMIO_PORT": str(port or "")}
    become_server(*(["--migrate"] if migrate else []), **{name: value for name, value in given.items() if value})


def serve_demo() -> None:
    """Set up whatever is missing, then serve the demo world."""
    become_server("--demo")
