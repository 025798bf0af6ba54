"""Folders in which suites are installed and run, so that the repository's own stay clean.

Owns: `.clients/` at the root of the repository: a copy of each suite with the packages of its lock file.
Does not own: the suites (`tests.clients.suites`).

Packages come from wherever npm and pip of this machine are set up to look; an unchanged lock is installed once.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.clients.suites import Platform, Suite

_ROOT = Path(__file__).parents[2] / ".clients"
_LEAST_NODE = 20
_LOCKS = {Platform.NODE: "package-lock.json", Platform.PYTHON: "requirements.lock"}
_INSTALLED = {Platform.NODE: "node_modules", Platform.PYTHON: ".venv"}
_PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--require-hashes", "--requirement")


class InstallationError(Exception):
    """The packages of a suite could not be installed; the text is what the installer said."""


def missing(platform: Platform) -> str | None:
    """Return what this machine lacks to run a platform's suites, or None."""
    if platform is Platform.PYTHON:
        return None
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return f"needs Node {_LEAST_NODE} or newer with npm, which is not on the path"
    version = _output(node, "--version").removeprefix("v").strip()
    if int(version.split(".")[0]) < _LEAST_NODE:
        return f"needs Node {_LEAST_NODE} or newer; there is {version}"
    return None


def command(suite: Suite, place: str) -> list[str]:
    """Return the command that runs an installed suite; `place` is its last argument."""
    folder = _folder(suite)
    program = "node" if suite.platform is Platform.NODE else str(_python(folder))
    return [program, *suite.command, place]


def installed(suite: Suite) -> Path:
    """Return the folder of a suite, with everything in it that it needs.

    Raises:
        InstallationError: The installer failed.
    """
    folder = _folder(suite)
    lock = (suite.source / _LOCKS[suite.platform]).read_bytes()
    made_from = hashlib.sha256(lock + sys.version.encode()).hexdigest()
    stamp = folder / ".made-from"
    fresh = stamp.is_file() and stamp.read_text(encoding="ascii") == made_from
    _lay_out(suite, folder)
    if not fresh:
        _install(suite, folder)
    stamp.write_text(made_from, encoding="ascii")
    return folder


def environment() -> dict[str, str]:
    """Return the environment of installers and suites: ours, but for what would lead Python to our own packages."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}


def _folder(suite: Suite) -> Path:
    """Return where a suite is installed."""
    return _ROOT / suite.platform.value / suite.folder


def _lay_out(suite: Suite, folder: Path) -> None:
    """Copy the files of a suite, and remove what an earlier run made of them."""
    folder.mkdir(parents=True, exist_ok=True)
    (_ROOT / ".gitignore").write_text("*\n", encoding="ascii")
    for each in folder.iterdir():
        if each.name == _INSTALLED[suite.platform]:
            continue
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink()
    shutil.copytree(suite.source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))


def _install(suite: Suite, folder: Path) -> None:
    """Install exactly what the lock file names."""
    if suite.platform is Platform.NODE:
        _run("npm", "ci", folder=folder)
        return
    _run(sys.executable, "-m", "venv", "--clear", str(folder / ".venv"), folder=folder)
    _run(str(_python(folder)), *_PIP, _LOCKS[Platform.PYTHON], folder=folder)


def _python(folder: Path) -> Path:
    """Return the Python of a suite's own environment."""
    return folder / ".venv" / "bin" / "python"


def _run(*command: str, folder: Path) -> None:
    """Run an installer."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment())
    if done.returncode != 0:
        raise InstallationError(f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def _output(*command: str) -> str:
    """Return what a command prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
