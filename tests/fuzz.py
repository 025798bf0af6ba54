"""Compare the compiler with the oracle for as long as one likes.

Not part of the test run. `ILMIO_FUZZ_SECONDS` (60) says how long, `ILMIO_FUZZ_SEED` with which seed to begin (the
clock, when not given). A failure is reported as the smallest document that shows it.
"""

import os
import time

from tests.oracle.comparison import Witnesses
from tests.oracle.trial import Trial

pytest_plugins = ("tests.oracle.fixtures",)

_PER_SEED = 100


async def test_compiled_answers_are_those_of_the_oracle(true: Witnesses, mottled: Witnesses) -> None:
    seed = int(os.environ.get("ILMIO_FUZZ_SEED") or time.time())
    until = time.monotonic() + float(os.environ.get("ILMIO_FUZZ_SECONDS") or 60)
    while time.monotonic() < until:
        for witnesses in (mottled, true):
            outcomes = await Trial(witnesses, seed).run(_PER_SEED)
            print(f"seed {seed}: {dict(outcomes)}", flush=True)  # noqa: T201 - run by hand
        seed += 1
