"""Write requirements.lock: what production needs first, what development adds after a marker line.

Owns: the shape of the lock file, so that an image can install its first half alone.
Does not own: which versions are allowed (`pyproject.toml`).

Run it with `make lock`, which puts `uv` on the path. One resolution serves every Python from 3.11 and every
platform (differences stand as markers), and the file names no package index.
"""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
HEADER = "# Exact versions with hashes. Written by `make lock`; do not edit.\n"
MARKER = "# --- development and tests ---\n"


def main() -> None:
    """Resolve both sets, the second within the first, and write the lock file."""
    run = _resolved("--group", "build")
    everything = _resolved("--group", "build", "--group", "dev")
    # Were these different, the tests would run on versions that production does not have.
    changed = {name for name in run if everything.get(name) != run[name]}
    if changed:
        raise SystemExit(f"The development tools change these run-time packages: {sorted(changed)}.")
    added = {name: entry for name, entry in everything.items() if name not in run}
    LOCK.write_text(HEADER + "".join(run.values()) + MARKER + "".join(added.values()), encoding="utf-8")


def _resolved(*groups: str) -> dict[str, str]:
    """Return each resolved package's lines of the lock file, by package name."""
    command = ["uv", "pip", "compile", "--quiet", "--no-config", "--universal", "--python-version", "3.11"]
    command += ["--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--upgrade"]
    listing = subprocess.run(  # noqa: S603  # fixed arguments
        [*command, *groups, str(ROOT / "pyproject.toml")], check=True, capture_output=True, text=True
    ).stdout
    entries = re.findall(r"^\S+==.*?(?=^\S|\Z)", listing, flags=re.MULTILINE | re.DOTALL)
    # A package has several entries when different Pythons get different versions of it.
    packages = dict.fromkeys((entry.split("==")[0] for entry in entries), "")
    for entry in entries:
        packages[entry.split("==")[0]] += entry
    return packages


if __name__ == "__main__":
    main()
