"""No right outlives its cause, whatever happens in whatever order."""

import asyncio
from functools import partial

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.domain.accounts.lives import Lives

from ilmio_api.db.session import open_engine

# Everything that Hypothesis draws is undone by a rollback, so what is slow here is only the database.
FEW = settings(
    max_examples=20,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_no_right_outlives_its_cause(database_url: str) -> None:
    with asyncio.Runner() as runner:
        engine = open_engine(database_url)
        try:
            run_state_machine_as_test(partial(Lives, runner, engine), settings=FEW)  # type: ignore[arg-type]  # any maker
        finally:
            runner.run(engine.dispose())
