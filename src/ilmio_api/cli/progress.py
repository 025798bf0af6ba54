"""How far a long command has come, shown where somebody watches.

Owns: bars on a terminal, a sign that something goes on, and a plain line for each stage anywhere else.
Does not own: the stages (`importers`, `demo`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TypeAlias

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told after each step of a stage: the stage's label, steps done, steps in all."""


@contextmanager
def progress_shown() -> Iterator[Progress]:
    """Provide what a long piece of work tells its progress to."""
    console = Console()
    if not console.is_terminal:
        yield _told_in_lines
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=console) as bars:
        stages: dict[str, TaskID] = {}

        def advance(label: str, done: int, total: int) -> None:
            if label not in stages:
                stages[label] = bars.add_task(label, total=total)
            bars.update(stages[label], completed=done, total=total)

        yield advance


@contextmanager
def shown_to_go_on(what: str) -> Iterator[None]:
    """Show on a terminal that something of unknown length goes on while the block runs."""
    console = Console()
    with console.status(what) if console.is_terminal else nullcontext():
        yield


def _told_in_lines(label: str, done: int, total: int) -> None:
    """Write a line when a stage is complete."""
    if done == total:
        typer.echo(f"{label}: {total}")
