"""The compiler and the oracle asked the same.

Owns: asking both, and saying where their answers part.
Does not own: what is asked (`oracle.documents`).
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import asyncpg
from tests.oracle.interpreter import Oracle
from tests.oracle.refusals import refusals_of

from ilmio_api.access.principals import ANONYMOUS, Principal
from ilmio_api.access.scopes import Scope
from ilmio_api.compiler.engine import Engine, Request
from ilmio_api.compiler.pipeline import Reader
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.errors import ErrorCode, IlmioError
from ilmio_api.i18n.languages import Language, Reading

_CRASHES = (asyncpg.PostgresError, asyncpg.InterfaceError, ArithmeticError, LookupError, TypeError, ValueError)
"""What a fault of the compiler shows itself as."""


@dataclass(frozen=True, slots=True)
class Question:
    """An operation with its variables, asked in a language."""

    text: str
    variables: Mapping[str, Any]
    language: Language
    principal: Principal = ANONYMOUS

    def __str__(self) -> str:
        """Return the question as one can ask it again."""
        asked = f"Accept-Language: {self.language}\nvariables: {json.dumps(dict(self.variables))}\n{self.text}"
        return asked if self.principal is ANONYMOUS else f"{self.principal}\n{asked}"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in a form that can be compared: `data` is JSON text, so the order of keys counts."""

    data: str
    errors: tuple[tuple[str, tuple[str | int, ...]], ...] = ()
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The two who are asked."""

    engine: Engine
    oracle: Oracle

    async def difference(self, question: Question, reply: Reply | None = None) -> str | None:
        """Return how the compiled reply differs from the oracle's, or None. Too costly questions do not count."""
        compiled = reply or await self.compiled(question)
        if compiled.refusal == ErrorCode.TOO_COMPLEX:
            return None
        refusals = refusals_of(self.oracle.catalogue, self.oracle.world, question.text, question.variables)
        if refusals or compiled.refusal:
            agree = compiled.refusal in refusals
            return None if agree else f"refused with {compiled.refusal}, expected one of {sorted(refusals) or 'none'}"
        expected = self.expected(question)
        if compiled == expected:
            return None
        if compiled.errors != expected.errors:
            return f"errors {compiled.errors}, expected {expected.errors}"
        return first_difference(json.loads(compiled.data), json.loads(expected.data))

    async def compiled(self, question: Question) -> Reply:
        """Return what the compiler replies."""
        reader = Reader(question.principal, Reading(question.language))
        request = Request(question.text, None, question.variables)
        try:
            clock = Stopwatch(time.perf_counter)
            answer = await self.engine.answer(self.engine.prepare(request, reader, clock), clock)
        except IlmioError as error:
            return Reply("", refusal=error.code)
        except _CRASHES as error:
            return Reply("", refusal=f"a crash: {error!r}")
        fields = ",".join(f"{json.dumps(key)}:{value.decode()}" for key, value in answer.fields)
        errors = sorted((str(error.code), error.path or ()) for error in answer.errors)
        return Reply(canonical(json.loads(f"{{{fields}}}", object_pairs_hook=_without_repetition)), tuple(errors))

    def expected(self, question: Question) -> Reply:
        """Return what the oracle replies."""
        own = frozenset(each for each, scopes in question.principal.rights if Scope.DRAFTS_READ in scopes)
        oracle = replace(self.oracle, world=self.oracle.world.seen_with(own))
        result = oracle.answer(question.text, question.variables, question.language)
        errors: list[tuple[str, tuple[str | int, ...]]] = []
        for error in result.errors or ():
            code = (error.extensions or {}).get("code")
            if code is None:
                raise error.original_error or error
            errors.append((str(code), tuple(error.path or ())))
        return Reply(canonical(result.data), tuple(sorted(errors)))


def canonical(value: object) -> str:
    """Return JSON text in which equal numbers are written alike; keys keep their order."""
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: object) -> object:
    match value:
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list():
            return [_plain(each) for each in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def _without_repetition(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """Return a JSON object as a dict.

    Raises:
        ValueError: A key stands in it twice.
    """
    found = dict(pairs)
    if len(found) != len(pairs):
        message = f"a key is repeated among {[key for key, _ in pairs]}"
        raise ValueError(message)
    return found


def first_difference(got: object, expected: object, path: str = "data") -> str | None:
    """Return where two JSON values part first, with both sides."""
    if isinstance(got, dict) and isinstance(expected, dict):
        if list(got) != list(expected):
            return f"{path}: keys {list(got)}, expected {list(expected)}"
        parts = [(f"{path}.{key}", got[key], expected[key]) for key in got]
    elif isinstance(got, list) and isinstance(expected, list):
        if len(got) != len(expected):
            return f"{path}: {len(got)} items, expected {len(expected)}: {got} – {expected}"[:1_000]
        parts = [(f"{path}[{i}]", *pair) for i, pair in enumerate(zip(got, expected, strict=True))]
    else:
        return None if got == expected else f"{path}: {got!r}, expected {expected!r}"
    return next((found for name, a, b in parts if (found := first_difference(a, b, name))), None)
