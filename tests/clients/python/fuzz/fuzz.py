"""Runs schemathesis as its configuration says and tells how many cases there were.

Owns: the least number of cases.
Does not own: what is generated and checked (`schemathesis.toml`, `checks.py`).

Usage: python fuzz.py http://127.0.0.1:8000/graphql
"""

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

_LEAST_CASES = 3000


def main(url: str) -> int:
    """Run the suite; what it says is shown when it fails, with the seed that repeats it."""
    program = Path(sys.executable).parent / "schemathesis"
    run = subprocess.run([program, "run", url], cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    counts = re.search(r"(\d+) generated, (\d+) passed", run.stdout)
    passed = int(counts[2]) if counts else 0
    failed = run.returncode != 0 or passed < _LEAST_CASES
    if failed:
        print(run.stdout[-4000:], run.stderr[-1000:], file=sys.stderr)  # noqa: T201  # read by the runner
    print(f"version: {version('schemathesis')}\n{passed} cases without a fault or a misfit")  # noqa: T201  # the same
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
