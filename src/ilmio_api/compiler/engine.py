"""The reading engine: a request in, the bytes of an answer out.

Owns: the caches of documents and plans, and the choice between the two exits.
Does not own: the steps of compilation (`compiler.pipeline`), HTTP (`web`).

The *bytes* exit sends PostgreSQL's JSON as it is. The *tree* exit parses the same JSON and lets graphql-core
complete it beside the fields that ask about the schema itself. There is no second way to read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any, TypeVar

from cachetools import LRUCache
from graphql import execute_sync

from ilmio_api.compiler.budget import Budget
from ilmio_api.compiler.build import TYPE_TAG
from ilmio_api.compiler.catalogue import Catalogue
from ilmio_api.compiler.documents import Operation, chosen, parsed, validated
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
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.compiler.values import CLAIMS, Variables
from ilmio_api.i18n.languages import Reading

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")

_OPERATION_BYTES = _PLAN_BYTES = 12 * 1024 * 1024
_WEIGHT_OF_ONE = 16 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks for."""

    text: str
    operation_name: str | None
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """An operation that is compiled for a reader, with the variables of one request."""

    operation: Operation
    compiled: Compiled
    variables: Variables
    """With the claims of the reader, if it has any."""
    reader: Reader
    digest: bytes
    """Names document, operation, rights, language and variables: equal digests get equal answers from equal data."""


@dataclass(slots=True)
class Engine:
    """Answers read operations. One per process; safe to use from many tasks."""

    catalogue: Catalogue
    fetcher: Fetcher
    budget: Budget = field(default_factory=Budget)
    _operations: LRUCache[tuple[str, str | None], Operation] = field(
        default_factory=lambda: LRUCache(_OPERATION_BYTES, lambda operation: _weight(operation.text))
    )
    _plans: LRUCache[object, Compiled] = field(
        default_factory=lambda: LRUCache(_PLAN_BYTES, lambda compiled: _weight(compiled.statement.sql))
    )

    async def answer(self, prepared: Prepared, clock: Stopwatch, facts: Facts = UNLIMITED) -> Answer:
        """Return the answer of a prepared operation.

        Raises:
            IlmioError: An argument cannot be used, such as an unknown area code, or the database failed.
        """
        compiled = prepared.compiled
        answer = await run(compiled, prepared.variables, self.fetcher, clock, facts=facts)
        return _completed(prepared, answer) if prepared.operation.introspects and not compiled.dry_run else answer

    def prepare(self, request: Request, reader: Reader, clock: Stopwatch) -> Prepared:
        """Return the compiled operation of a request. `@inContext` may change the language of the reader.

        Raises:
            InvalidDocumentError: The document is not GraphQL or does not fit the schema.
            InvalidVariablesError: The variables do not fit the operation.
            IlmioError: An argument cannot be used, or a limit is exceeded.
        """
        operation = self._operation(request, clock)
        variables = operation.coerced(request.variables)
        language = operation.language(variables)
        if language is not None:
            reader = Reader(reader.principal, Reading(language, reader.reading.register))
        policy_key = reader.principal.policy_key
        key = (request.text, request.operation_name, policy_key, reader.reading, operation.shape(variables))
        compiled = self._plans.get(key)
        if compiled is None:
            compiled = compile_operation(
                operation, variables, catalogue=self.catalogue, reader=reader, budget=self.budget, clock=clock
            )
            _keep(self._plans, key, compiled)
        claims = reader.principal.claims()
        if claims:
            variables = {**variables, CLAIMS: claims}
        return Prepared(
            operation, compiled, variables, reader, _digest(self.catalogue.release, operation, reader, variables)
        )

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
            _keep(self._operations, key, operation)
        return operation


def _keep(cache: LRUCache[KeyT, ValueT], key: KeyT, value: ValueT) -> None:
    """Keep a value, unless it alone is larger than the cache."""
    if cache.getsizeof(value) <= cache.maxsize:
        cache[key] = value


def _weight(text: str) -> int:
    """Return the bytes that a cached object is counted as: its text, and what hangs on it."""
    return _WEIGHT_OF_ONE + 20 * len(text)


def _digest(release: bytes, operation: Operation, reader: Reader, variables: Variables) -> bytes:
    """Return what an answer depends on besides the data."""
    name = operation.node.name.value if operation.node.name else ""
    without_variables = _digest_of_parts(release, operation.text, name, reader.principal.policy_key, reader.reading)
    if not variables:
        return without_variables
    return blake2b(json.dumps(variables).encode(), digest_size=16, key=without_variables).digest()


@lru_cache(maxsize=2_000)
def _digest_of_parts(release: bytes, text: str, name: str, policy_key: str, reading: Reading) -> bytes:
    """Return what the answers of an operation depend on besides data, variables and claims."""
    parts = (text, name, policy_key, *reading.chain())
    return blake2b(json.dumps(parts).encode(), digest_size=16, key=release).digest()


def _completed(prepared: Prepared, answer: Answer) -> Answer:
    """Return the answer completed by graphql-core, which knows the fields about the schema."""
    result = execute_sync(
        prepared.operation.schema,
        prepared.operation.document,
        root_value={key: json.loads(value) for key, value in answer.fields},
        operation_name=prepared.operation.node.name.value if prepared.operation.node.name else None,
        variable_values=dict(prepared.variables),
        field_resolver=lambda source, info, **_: source[info.path.key],
        type_resolver=lambda value, *_: value[TYPE_TAG],
    )
    if result.data is None or result.errors:
        message = f"the answer does not fit the schema: {result}"
        raise TypeError(message)
    return Answer(
        tuple((key, json.dumps(value, ensure_ascii=False).encode()) for key, value in result.data.items()),
        answer.errors,
        answer.state,
    )
