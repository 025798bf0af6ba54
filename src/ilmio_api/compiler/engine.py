"""The reading engine: a request in, the bytes of an answer out.

Owns: the caches of documents and plans, and putting the fields about the schema beside those that were read.
Does not own: the steps of compilation (`compiler.pipeline`), answers about the schema (`compiler.introspection`), HTTP
(`web`).
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, NamedTuple

from graphql import OperationType

from ilmio_api.compiler.budget import Budget
from ilmio_api.compiler.catalogue import Catalogue
from ilmio_api.compiler.documents import Operation, chosen, parsed, validated
from ilmio_api.compiler.introspection import Describer
from ilmio_api.compiler.mutations import Mutation, mutation_of
from ilmio_api.compiler.pipeline import (
    UNLIMITED,
    Answer,
    Compiled,
    Facts,
    Fetcher,
    Reader,
    compile_operation,
    run,
)
from ilmio_api.compiler.plan import Object
from ilmio_api.compiler.recent import Recent
from ilmio_api.compiler.selection import Collector
from ilmio_api.compiler.statement import NOTHING
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.compiler.values import CLAIMS, Variables
from ilmio_api.errors import IlmioError

_OPERATION_BYTES, _PLAN_BYTES = 4 * 1024 * 1024, 2 * 1024 * 1024
# What hangs on a text was measured: syntax trees are large, plans small.


class Request(NamedTuple):
    """What a client asks for."""

    text: str
    operation_name: str | None
    variables: Mapping[str, Any]


class _Plan(NamedTuple):
    """A compiled operation, as it is kept."""

    compiled: Compiled
    named: bytes
    """A digest of what its answers depend on besides data, variables and claims."""
    weight: int
    """About how many bytes it takes, with the key under which it is kept."""


class Prepared(NamedTuple):
    """An operation that is compiled for a reader, with the variables of one request."""

    operation: Operation
    compiled: Compiled
    variables: Variables
    """With the claims of the reader, if it has any."""
    reader: Reader
    digest: bytes
    """Names document, operation, rights, language and variables: equal digests get equal answers from equal data."""
    mutation: Mutation | None = None
    """What is carried out instead of read; `compiled` then only tells the cost."""


@dataclass(slots=True)
class Engine:
    """Answers read operations. One per process; safe to use from many tasks."""

    catalogue: Catalogue
    fetcher: Fetcher
    budget: Budget = field(default_factory=Budget)
    _operations: Recent[tuple[str, str | None], Operation] = field(
        default_factory=lambda: Recent(_OPERATION_BYTES, lambda operation: 12 * 1024 + 20 * len(operation.text))
    )
    _plans: Recent[tuple[object, ...], _Plan] = field(
        default_factory=lambda: Recent(_PLAN_BYTES, lambda plan: plan.weight)
    )

    async def answer(self, prepared: Prepared, clock: Stopwatch, facts: Facts = UNLIMITED) -> Answer:
        """Return the answer of a prepared operation.

        Raises:
            IlmioError: An argument cannot be used, such as an unknown area code, or the database failed.
        """
        compiled = prepared.compiled
        answer = await run(compiled, prepared.variables, self.fetcher, clock, facts=facts)
        if prepared.operation.introspects and not compiled.dry_run:
            with clock.step("introspect"):
                return self._completed(prepared, answer)
        return answer

    def prepare(self, request: Request, reader: Reader, clock: Stopwatch) -> Prepared:
        """Return the compiled operation of a request. `@inContext` may change the language of the reader.

        Raises:
            InvalidDocumentError: The document is not GraphQL or does not fit the schema.
            InvalidVariablesError: The variables do not fit the operation.
            IlmioError: An argument cannot be used, or a limit is exceeded; told in the language of the operation.
        """
        operation = self._operation(request, clock)
        variables = operation.coerced(request.variables)
        language = operation.language(variables)
        if language is not None:
            reader = reader.in_language(language)
        try:
            if operation.node.operation is OperationType.MUTATION:
                return self._mutation(operation, request, reader)
            compiled, named = self._plan(request, operation, variables, reader, clock)
        except IlmioError as error:
            error.language = reader.reading.language
            raise
        claims = reader.principal.claims()
        if claims:
            variables = {**variables, CLAIMS: claims}
        return Prepared(operation, compiled, variables, reader, _digest(named, variables))

    def _plan(
        self, request: Request, operation: Operation, variables: Variables, reader: Reader, clock: Stopwatch
    ) -> tuple[Compiled, bytes]:
        """Return the compiled operation for a reader, and its digest."""
        policy_key, reading = reader.principal.policy_key, reader.reading
        shape = operation.shape(variables)
        key = (request.text, request.operation_name, policy_key, reading.language, reading.register, shape)
        plan = self._plans.get(key)
        if plan is None:
            compiled = compile_operation(
                operation, variables, catalogue=self.catalogue, reader=reader, budget=self.budget, clock=clock
            )
            name = operation.node.name.value if operation.node.name else ""
            named = _named(self.catalogue.release, (request.text, name, policy_key, *reading.chain()))
            plan = _Plan(compiled, named, _weight(request.text, shape, compiled))
            self._plans.keep(key, plan)
        return plan.compiled, plan.named

    def _mutation(self, operation: Operation, request: Request, reader: Reader) -> Prepared:
        """Return a mutation that is within the limits."""
        mutation = mutation_of(
            operation, request.variables, catalogue=self.catalogue, reader=reader, budget=self.budget
        )
        priced = Compiled(Object(()), NOTHING, mutation.cost)
        return Prepared(operation, priced, mutation.variables, mutation.reader, b"", mutation)

    def _completed(self, prepared: Prepared, answer: Answer) -> Answer:
        """Return the answer with the fields about the schema, each in its place."""
        operation, known = prepared.operation, dict(answer.fields)
        collector = Collector(self.catalogue, operation.fragments, prepared.variables, self.budget)
        describer = Describer(operation.schema, collector)
        selected = collector.fields("Query", [operation.node.selection_set])
        fields = tuple((key, known[key] if key in known else describer.field(selected[key])) for key in selected)
        return Answer(fields, answer.errors, answer.state)

    def _operation(self, request: Request, clock: Stopwatch) -> Operation:
        """Return the validated operation of a request."""
        key = (request.text, request.operation_name)
        operation = self._operations.get(key)
        if operation is None:
            with clock.step("parse"):
                document = parsed(request.text)
            with clock.step("validate"):
                validated(document, self.catalogue.schema)
            operation = chosen(document, request.operation_name, self.catalogue.schema, request.text)
            self._operations.keep(key, operation)
        return operation


def _weight(text: str, shape: object, compiled: Compiled) -> int:
    """Return about how many bytes a plan takes: a text may have blanks for the most part, variables may be many."""
    # One wide character makes a text four times as large; a tuple takes about eight times as much as its letters.
    return 4 * 1024 + 2 * len(compiled.statement.sql) + sys.getsizeof(text) + 8 * len(repr(shape))


def _named(release: bytes, parts: tuple[str, ...]) -> bytes:
    """Return a digest of parts, which differs between releases."""
    return blake2b(json.dumps(parts).encode(), digest_size=16, key=release).digest()


def _digest(named: bytes, variables: Variables) -> bytes:
    """Return what an answer depends on besides the data."""
    if not variables:
        return named
    # A caller may have sent half of a surrogate pair, which has no form in UTF-8.
    return blake2b(named + repr(variables).encode("utf-8", "surrogatepass"), digest_size=16).digest()
