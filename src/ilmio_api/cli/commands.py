"""Which commands there are, and `ilmio` itself.

Owns: the list of the commands.
Does not own: what they do (one module for each group), how they are found (`cli.tree`), how failures are told
(`cli.failures`).
"""

from typing import Any, ClassVar

import typer
from typer.main import get_group

from ilmio_api.cli.failures import failures_told
from ilmio_api.cli.tree import Group


class _Commands(Group):
    """The commands; a failure that the operator can mend ends in words, not in a traceback."""

    places: ClassVar = {
        "serve": "ilmio_api.cli.serve:serve",
        "doctor": "ilmio_api.cli.doctor:doctor",
        "explain": "ilmio_api.cli.explain:explain",
        "login": "ilmio_api.cli.login:login",
        "logout": "ilmio_api.cli.login:logout",
        "ask": "ilmio_api.cli.login:ask",
        "admin": "ilmio_api.cli.admin:commands",
        "db": "ilmio_api.cli.database:commands",
        "data": "ilmio_api.cli.data:commands",
        "demo": "ilmio_api.cli.serve:demo_commands",
        "schema": "ilmio_api.cli.schema:commands",
    }

    def invoke(self, ctx: Any) -> object:  # noqa: ANN401  # its class is private to typer
        with failures_told():
            return super().invoke(ctx)


app = get_group(
    typer.Typer(
        cls=_Commands,
        name="ilmio",
        help="Serve and look after Ilmiö API. Settings come from environment variables; see deploy/README.md.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
)
