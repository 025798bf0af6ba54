"""Rules of the source that no linter knows: one place for each dangerous thing, files of a readable size."""

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "ilmio_api"
SOURCES = sorted(PACKAGE.rglob("*.py"))
MIGRATIONS = sorted((ROOT / "alembic" / "versions").glob("*.py"))

LONGEST_MODULE = 400
LONGEST_FUNCTION = 50
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "shared"}


def lines_with(pattern: str, files: list[Path]) -> list[str]:
    """Return "file:line" of every line in `files` that `pattern` is found in."""
    return [
        f"{file.relative_to(ROOT)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if re.search(pattern, line)
    ]


def files_of_the_project() -> list[Path]:
    """Return the files that are, or are about to be, in the repository."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


PYTHON = [file for file in files_of_the_project() if file.suffix == ".py" and file not in MIGRATIONS]


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(file.relative_to(ROOT))
        for file in [*PYTHON, *MIGRATIONS]
        if ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) is None
    ]

    assert silent == []


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    lengths = {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in PYTHON}

    assert {file: length for file, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"
        for file in PYTHON
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert long == []


def test_the_only_commit_is_in_the_unit_of_work() -> None:
    assert lines_with(r"\bcommit\(", [file for file in SOURCES if file != PACKAGE / "db" / "session.py"]) == []
    assert len(lines_with(r"\bcommit\(", [PACKAGE / "db" / "session.py"])) == 1


def test_only_the_settings_read_the_environment() -> None:
    others = [file for file in SOURCES if file != PACKAGE / "settings.py"]

    assert lines_with(r"\bos\.environ|\bgetenv\b|\bfrom os import .*environ", others) == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = [file for file in PYTHON if file.stem in VAGUE_NAMES or file.parent.name in VAGUE_NAMES]

    assert named == []


def test_the_folder_of_migrations_does_not_shadow_the_library() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()


def test_no_file_names_a_package_registry_or_a_folder_of_one_machine() -> None:
    # Put together here, so that this file does not name them.
    hosts = ("pypi" + r"\.org", "python" + r"hosted\.org", r"registry\.npm" + "js", r"deb\.debi" + r"an\.org")
    folders = (r"(?<![\w.])/wo" + "rk/", r"(?<![\w.])/fa" + "rm/", r"(?<![\w.])/ro" + "ot/")

    assert lines_with("|".join((*hosts, *folders)), files_of_the_project()) == []
