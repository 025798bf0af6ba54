"""The reading engine: a request in, the bytes of an answer out.

Owns: the caches of documents and plans, and the choice between the two exits.
Does not own: the steps of compilation (`compiler.pipeline`), HTTP (`web`).

The *bytes* exit sends PostgreSQL's JSON as it is. The *tree* exit parses the same JSON and lets graphql-core
complete it beside the fields that ask about the schema itself. There is no second way to read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cachetools import LRUCache
from graphql import DocumentNode, execute_sync

from ilmio_api.compiler.budget import Budget
from ilmio_api.compiler.build import TYPE_TAG
from ilmio_api.compiler.catalogue import Catalogue
from ilmio_api.compiler.documents import Operation, chosen, parsed, validated
from ilmio_api.compiler.pipeline import Answer, Compiled, Fetcher, Reader, compile_operation, run
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.compiler.values import Variables
from ilmio_api.i18n.languages import Reading

_CACHED_DOCUMENTS = 500
_CACHED_PLANS = 1_000


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
    reader: Reader


@dataclass(slots=True)
class Engine:
    """Answers read operations. One per process; safe to use from many tasks."""

    catalogue: Catalogue
    fetcher: Fetcher
    budget: Budget = field(default_factory=Budget)
    _documents: LRUCache[str, DocumentNode] = field(default_factory=lambda: LRUCache(_CACHED_DOCUMENTS))
    _plans: LRUCache[object, Compiled] = field(default_factory=lambda: LRUCache(_CACHED_PLANS))

    async def answer(self, request: Request, reader: Reader, clock: Stopwatch) -> tuple[Answer, Reader]:
        """Return the answer of a request, and for whom it was read: `@inContext` may have changed the language.

        Raises:
            InvalidDocumentError: The document is not GraphQL or does not fit the schema.
            InvalidVariablesError: The variables do not fit the operation.
            IlmioError: Nothing else that the caller can mend, or the database failed.
        """
        prepared = self.prepare(request, reader, clock)
        answer = await run(prepared.compiled, prepared.variables, self.fetcher, clock)
        if prepared.operation.introspects:
            answer = _completed(prepared, answer)
        return answer, prepared.reader

    def prepare(self, request: Request, reader: Reader, clock: Stopwatch) -> Prepared:
        """Return the compiled operation of a request without running it.

        Raises:
            InvalidDocumentError: The document is not GraphQL or does not fit the schema.
            InvalidVariablesError: The variables do not fit the operation.
            IlmioError: An argument cannot be used, or a limit is exceeded.
        """
        document = self._document(request.text, clock)
        operation = chosen(document, request.operation_name, self.catalogue.schema)
        variables = operation.coerced(request.variables)
        language = operation.language(variables)
        if language is not None:
            reader = Reader(reader.principal, Reading(language, reader.reading.register))
        key = (request.text, request.operation_name, reader, operation.shape(variables))
        compiled = self._plans.get(key)
        if compiled is None:
            compiled = compile_operation(
                operation, variables, catalogue=self.catalogue, reader=reader, budget=self.budget, clock=clock
            )
            self._plans[key] = compiled
        return Prepared(operation, compiled, variables, reader)

    def _document(self, text: str, clock: Stopwatch) -> DocumentNode:
        """Return the validated document of a text."""
        document = self._documents.get(text)
        if document is None:
            with clock.step("parse"):
                document = parsed(text)
            with clock.step("validate"):
                validated(document, self.catalogue.schema)
            self._documents[text] = document
        return document


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
    )
