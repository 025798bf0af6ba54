"""What has to be done from time to time while the service runs.

Owns: when it is done, and that a failure stops nothing else.
Does not own: the steps.

Every process does it; each step leaves alone what another has done.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from ilmio_api.db.session import WriteSession, accounts_work

_LOG = logging.getLogger(__name__)
_EVERY_S = 3_600

Step: TypeAlias = Callable[[WriteSession, datetime], Awaitable[object]]
"""Removes what is over, in a unit of work of its own."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Runs the steps every hour."""

    engine: AsyncEngine
    now: Callable[[], datetime]
    steps: Sequence[Step]

    async def run(self) -> None:
        """Run for as long as the service does; the first time at once."""
        while True:
            await self.once()
            await asyncio.sleep(_EVERY_S)

    async def once(self) -> None:
        """Run every step."""
        for step in self.steps:
            try:
                async with accounts_work(self.engine, "upkeep") as session:
                    await step(session, self.now())
            except (OSError, SQLAlchemyError) as error:
                # The database is away, perhaps: an hour later it is not.
                _LOG.warning("upkeep failed: %s", type(error).__name__)
