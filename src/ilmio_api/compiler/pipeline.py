"""The read path on one screen: a selection becomes a plan becomes a statement becomes bytes.

Owns: the order of the steps, and running the finished statement.
Does not own: parsing and validation (`compiler.documents`), HTTP (`web`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ilmio_api.access.principals import Principal
from ilmio_api.compiler.budget import Budget
from ilmio_api.compiler.build import Builder
from ilmio_api.compiler.catalogue import Catalogue
from ilmio_api.compiler.documents import Operation
from ilmio_api.compiler.emit import emit
from ilmio_api.compiler.limit import limit
from ilmio_api.compiler.localise import localise
from ilmio_api.compiler.plan import Constant, Plan, Single
from ilmio_api.compiler.restrict import restrict
from ilmio_api.compiler.selection import Collector
from ilmio_api.compiler.statement import Statement
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.compiler.values import Variables, is_storable
from ilmio_api.errors import BadArgumentError, IlmioError, NotFoundError
from ilmio_api.i18n.languages import Reading


class Fetcher(Protocol):
    """Runs one statement. `db.pool.ReadPool` is one."""

    async def fetch_row(self, sql: str, args: Sequence[object]) -> Iterable[Any] | None:
        """Return the one row of the statement; its JSON columns are bytes."""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom an operation is compiled: whose rights and which language."""

    principal: Principal
    reading: Reading


@dataclass(frozen=True, slots=True)
class Compiled:
    """An operation that is ready to run with any variables of the same shape."""

    plan: Plan
    statement: Statement

    @property
    def reads(self) -> bool:
        """Return whether the operation needs its statement; type names alone do not."""
        return any(not isinstance(value, Constant) for _, value in self.plan.fields)


@dataclass(frozen=True, slots=True)
class Answer:
    """Root fields of an answer as JSON bytes in order, and the errors of those that are null."""

    fields: tuple[tuple[str, bytes], ...]
    errors: tuple[IlmioError, ...]
    state: str = ""
    """State of the database that was read; empty when nothing was."""


def compile_operation(
    operation: Operation,
    variables: Variables,
    *,
    catalogue: Catalogue,
    reader: Reader,
    budget: Budget,
    clock: Stopwatch,
) -> Compiled:
    """Return the compiled operation.

    Raises:
        IlmioError: An argument cannot be used, or the operation exceeds a limit.
    """
    collector = Collector(catalogue, operation.fragments, variables, budget)
    builder = Builder(collector, tagged=operation.introspects)
    with clock.step("build"):
        plan = builder.root("Query", [operation.node.selection_set])
    with clock.step("limit"):
        plan = limit(plan, budget)
    with clock.step("restrict"):
        plan = restrict(plan, reader.principal)
    with clock.step("localise"):
        plan = localise(plan, reader.reading)
    with clock.step("emit"):
        statement = emit(plan)
    return Compiled(plan, statement)


async def run(compiled: Compiled, variables: Variables, fetcher: Fetcher, clock: Stopwatch) -> Answer:
    """Return the answer of a compiled operation; an operation without data fields needs no statement.

    Raises:
        IlmioError: An argument cannot be used, such as an unknown area code.
    """
    columns: list[object] = []
    state: object = ""
    if compiled.reads:
        with clock.step("bind"):
            arguments = [_bindable(fetch(variables)) for fetch in compiled.statement.fetches]
        with clock.step("sql"):
            *columns, checks, state = await fetcher.fetch_row(compiled.statement.sql, arguments) or ()
        _report(compiled.statement, checks, variables)
    return _assembled(compiled.plan, columns, str(state))


def _bindable(value: object) -> object:
    """Return a value that PostgreSQL can hold.

    Raises:
        BadArgumentError: A text has a NUL character or half of a surrogate pair, which no text in the data can have.
    """
    for text in value if isinstance(value, list | tuple) else (value,):
        if isinstance(text, str) and not is_storable(text):
            raise BadArgumentError
    return value


def _report(statement: Statement, checks: object, variables: Variables) -> None:
    """Raise the error of the first check that failed."""
    if isinstance(checks, list):
        for failed, error in zip(checks, statement.checks, strict=True):
            if failed:
                raise error(variables)


def _assembled(plan: Plan, columns: list[object], state: str) -> Answer:
    """Return the root fields in order, constants included."""
    remaining = iter(columns)
    fields: list[tuple[str, bytes]] = []
    errors: list[IlmioError] = []
    for key, value in plan.fields:
        if isinstance(value, Constant):
            fields.append((key, f'"{value.value}"'.encode()))
            continue
        column = next(remaining)
        fields.append((key, column if isinstance(column, bytes) else b"null"))
        if column is None and isinstance(value, Single) and value.required:
            error = NotFoundError(field=key)
            error.path = (key,)
            errors.append(error)
    return Answer(tuple(fields), tuple(errors), state)
