"""A client of another make signs in, refreshes, reads a draft and signs off, against the server as it is run.

The other clients need npm or packages of their own: `python -m tests.clients.run oauth`.
"""

import asyncio
import subprocess
import sys
from pathlib import Path

from tests.clients.account_serving import accounts_served_in

SCRIPT = Path(__file__).parent / "python" / "oauth" / "authlib_client.py"


async def test_authlibs_client_finds_everything_as_the_protocol_has_it(private_url: str, tmp_path: Path) -> None:
    def run() -> subprocess.CompletedProcess[str]:
        with accounts_served_in(private_url, tmp_path) as world:
            return subprocess.run(
                [sys.executable, SCRIPT, world], capture_output=True, text=True, check=False, timeout=120
            )

    # Not in the loop of the tests, because it starts loops of its own.
    done = await asyncio.to_thread(run)

    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 8
