"""Compiled answers are those of the oracle, for documents made by chance.

A failure shows the smallest document that still fails. `tests/fuzz.py` asks for as long as one likes.
"""

import pytest
from tests.oracle.comparison import Witnesses
from tests.oracle.readers import READERS, readers_of
from tests.oracle.trial import Trial

from ilmio_api.db.pool import ReadPool


@pytest.mark.parametrize("seed", range(3))
async def test_generated_documents_mean_the_same_in_the_true_world(true: Witnesses, seed: int) -> None:
    outcomes = await Trial(true, seed).run(80)

    assert outcomes["answered"] > 160


@pytest.mark.parametrize(("seed", "reader"), list(enumerate(READERS, start=100)))
async def test_generated_documents_mean_the_same_where_rows_are_hidden_and_texts_missing(
    mottled: Witnesses, seed: int, reader: str
) -> None:
    outcomes = await Trial(mottled, seed, readers_of(mottled.oracle.world)[reader]).run(80)

    assert outcomes["answered"] > 160


async def test_that_world_has_values_at_the_edges_of_what_columns_hold(mottled_pool: ReadPool) -> None:
    found = await mottled_pool.fetch_row(
        "SELECT (SELECT max(ordinal) FROM participation), (SELECT max(budget)::text FROM initiative),"
        " (SELECT min(status_as_recorded) FROM initiative WHERE status_as_recorded > ''),"
        " (SELECT max(period_end)::text FROM initiative)",
        [],
    )

    assert tuple(found or ()) == (2_147_483_647, "999999999999.99", '\x01\x1f\x7f\n\t"\\', "9990-12-31")
