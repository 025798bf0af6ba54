"""Reading from within the process, as any client reads.

Owns: one operation in, its data out.
Does not own: HTTP (`web`), what is kept (`web.replies`).
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ilmio_api.access.principals import Principal
from ilmio_api.compiler.engine import Engine, Request
from ilmio_api.compiler.pipeline import Reader
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.i18n.languages import Language, Reading


@dataclass(frozen=True, slots=True)
class InProcess:
    """Reads through the published schema."""

    engine: Engine

    async def read(
        self, principal: Principal, document: str, variables: Mapping[str, object], language: Language
    ) -> dict[str, Any]:
        """Return the data of an operation; what is not found or not readable is null.

        Args:
            principal: Who reads.
            document: A document with one query.
            variables: Its variables.
            language: Language of the texts.

        Raises:
            IlmioError: The operation is refused, or the database cannot be reached.
        """
        clock = Stopwatch(time.perf_counter)
        prepared = self.engine.prepare(Request(document, None, variables), Reader(principal, Reading(language)), clock)
        answer = await self.engine.answer(prepared, clock)
        return {key: json.loads(value) for key, value in answer.fields}
