"""Statements as they run in company: every second one as a batch.

Owns: running a statement for the same arguments twice, in one batch, with one of the answers to tell.
Does not own: what a batch is (`compiler.batches`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ilmio_api.compiler.batches import batch_of
from ilmio_api.db.pool import ReadPool


@dataclass(slots=True)
class InCompany:
    """A `Fetcher` for which the oracle's answers have to hold alone and together."""

    pool: ReadPool
    _count: int = 0

    async def fetch_row(self, sql: str, args: Sequence[object], claims: str = "") -> Iterable[Any] | None:
        """Return the row of a statement: every second time alone, else the second row of a batch of two equal runs."""
        self._count += 1
        batch = None if claims or self._count % 2 else batch_of(sql)
        if batch is None:
            return await self.pool.fetch_row(sql, args, claims)
        fetched = await self.pool.fetch(batch.sql, batch.arguments([args, args]))
        first, second = sorted(fetched.rows, key=lambda row: int(row[0]))
        assert first[1:] == second[1:]
        return second[1:]
