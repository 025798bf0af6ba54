"""What the tests of the documentation share: the pages of the repository.

Owns: which files count as pages, and reading tables out of them.
Does not own: what the pages say.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """Provide the folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def pages() -> dict[str, str]:
    """Provide the text of every page, by its path from the root."""
    folders = ("benchmarks", "deploy", "deploy/explorer", "examples", "tests/clients")
    beside = (ROOT / folder / "README.md" for folder in folders)
    files = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *beside]
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in sorted(files)}


@pytest.fixture(scope="session")
def rows(pages: dict[str, str]) -> Callable[[str, str], list[list[str]]]:
    """Provide the cells of the table of a page whose first column has the given heading."""

    def cells(page: str, heading: str) -> list[list[str]]:
        table = re.search(rf"^\| {re.escape(heading)} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", pages[page], re.MULTILINE)
        assert table is not None, f"{page} has no table that begins with {heading}"
        return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1].splitlines()]

    return cells
