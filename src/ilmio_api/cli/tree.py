"""Groups of commands whose code is imported when it is asked for.

Owns: how the place of a command's code becomes a command, and importing it quickly.
Does not own: which commands there are (`cli.commands`, `cli.serve`).

To import all of them takes seconds; most commands need one module.
"""

import gc
from collections.abc import Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group


class Group(TyperGroup):
    """A group that imports its commands."""

    places: ClassVar[Mapping[str, str]]
    """By the name of each command, `module:function` or, for a group of its own, `module:Typer`."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401  # what typer gives its groups
        """Take the commands from their places."""
        super().__init__(**given)
        self.commands = _Imported(self.places)  # type: ignore[assignment]  # nobody adds commands to it

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002  # its class is private to typer
        """Return the names, without importing anything."""
        return list(self.places)


def imported(module: str) -> ModuleType:
    """Import a module with all that it needs, and return it."""
    # Nothing of it is garbage; looking for some takes a quarter of the time.
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.enable()


class _Imported(Mapping[str, Any]):
    """Commands by name. Their class is private to typer."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401
        module, _, attribute = self._places[name].partition(":")
        found = getattr(imported(module), attribute)
        command: Any
        if isinstance(found, typer.Typer):
            command = get_group(found)
        else:
            alone = typer.Typer(add_completion=False)
            alone.command()(found)
            command = get_command(alone)
        command.name = name
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
