"""A trial: generated questions, one after the other, until one is answered differently.

Owns: the first cursors, the count of what was asked, the report of a failure.
Does not own: questions (`oracle.documents`) and answers (`oracle.comparison`).
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random

from graphql import get_named_type
from tests.oracle.comparison import Question, Witnesses
from tests.oracle.documents import questions
from tests.oracle.shrinking import smallest
from tests.oracle.values import Cursors, Values

from ilmio_api.access.principals import ANONYMOUS, Principal
from ilmio_api.compiler.documents import InvalidDocumentError
from ilmio_api.i18n.languages import Language


class DifferenceError(AssertionError):
    """The compiler and the oracle answer the same question differently; the message says which and how."""


@dataclass(slots=True)
class Trial:
    """Asks both witnesses the same, with questions of one seed."""

    witnesses: Witnesses
    seed: int
    principal: Principal = ANONYMOUS
    outcomes: Counter[str] = field(default_factory=Counter)
    """Number of questions by what came of them: `answered`, `invalid`, or the code of the refusal."""
    cursors: Cursors = field(default_factory=Cursors)

    async def run(self, count: int) -> Counter[str]:
        """Ask so many questions, the same ones for a seed in every run; return what came of them.

        Raises:
            DifferenceError: A question was answered differently.
        """
        rng = Random(self.seed)  # noqa: S311 - not a secret
        catalogue = self.witnesses.oracle.catalogue
        for question in self._harvest():
            await self._ask(question)
        generated = questions(rng, catalogue, Values(self.witnesses.oracle.world, self.cursors))
        for _ in range(count):
            await self._ask(next(generated))
        return self.outcomes

    async def _ask(self, unsigned: Question) -> None:
        question = replace(unsigned, principal=self.principal)
        try:
            reply = await self.witnesses.compiled(question)
        except InvalidDocumentError:
            self.outcomes["invalid"] += 1
            return
        if await self.witnesses.difference(question, reply) is not None:
            raise DifferenceError(await self._report(question))
        self.outcomes[reply.refusal or "answered"] += 1
        if reply.data:
            self.cursors.harvest(json.loads(reply.data))

    async def _report(self, question: Question) -> str:
        """Return the difference and the smallest question that shows one."""

        async def fails(candidate: Question) -> bool:
            return await self.witnesses.difference(candidate) is not None

        small = await smallest(question, self.witnesses.oracle.catalogue.schema, fails)
        return f"seed {self.seed}: {await self.witnesses.difference(small)}\n{small}"

    def _harvest(self) -> Iterator[Question]:
        """Yield questions whose answers hold cursors of every list at the root, in every order."""
        query = self.witnesses.oracle.catalogue.schema.query_type
        assert query is not None
        for name, field_ in query.fields.items():
            order = field_.args.get("orderBy")
            if order is None:
                continue
            fields = get_named_type(order.type).fields["field"].type.of_type.values
            for key in fields:
                for direction in ("ASC", "DESC"):
                    arguments = f"first: 30, orderBy: {{field: {key}, direction: {direction}}}"
                    yield Question(f"{{ {name}({arguments}) {{ edges {{ cursor }} }} }}", {}, Language.FI)
