"""Compare the compiler with the oracle for as long as one likes.

Not part of the test run. `ILMIO_FUZZ_SECONDS` (60) says how long, `ILMIO_FUZZ_SEED` with which seed to begin (the
clock, when not given). Each seed asks as another kind of reader. A failure is reported as the smallest document that
shows it.
"""

import faulthandler
import os
import time

from tests.oracle.comparison import Witnesses
from tests.oracle.readers import READERS, readers_of
from tests.oracle.trial import Trial

pytest_plugins = ("tests.oracle.fixtures",)

_PER_SEED = 100


async def test_compiled_answers_are_those_of_the_oracle(true: Witnesses, mottled: Witnesses) -> None:
    faulthandler.cancel_dump_traceback_later()  # pytest would end it after five minutes, as a test that hangs
    seed = int(os.environ.get("ILMIO_FUZZ_SEED") or time.time())
    until = time.monotonic() + float(os.environ.get("ILMIO_FUZZ_SECONDS") or 60)
    readers = readers_of(mottled.oracle.world)
    while time.monotonic() < until:
        reader = READERS[seed % len(READERS)]
        trials = (Trial(mottled, seed, readers[reader]), Trial(true, seed))
        for trial in trials:
            outcomes = await trial.run(_PER_SEED)
            print(f"seed {seed}, {reader}: {dict(outcomes)}", flush=True)  # noqa: T201 - run by hand
        seed += 1
