"""The read path on one screen: a selection becomes a plan becomes a statement becomes bytes.

Owns: the order of the steps, and running the finished statement.
Does not own: parsing and validation (`compiler.documents`), HTTP (`web`).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeAlias

from ilmio_api.access.principals import Principal
from ilmio_api.compiler.budget import Budget
from ilmio_api.compiler.build import Builder
from ilmio_api.compiler.catalogue import Catalogue
from ilmio_api.compiler.cost import REQUEST_POINTS, cost_of, nodes_of
from ilmio_api.compiler.documents import Operation
from ilmio_api.compiler.emit import emit
from ilmio_api.compiler.limit import limit
from ilmio_api.compiler.localise import localise
from ilmio_api.compiler.plan import Allowance, Constant, Fact, Inner, Object, Plan, Single, Value, needs_column
from ilmio_api.compiler.restrict import restrict
from ilmio_api.compiler.selection import Collector
from ilmio_api.compiler.statement import Statement
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.compiler.values import CLAIMS, Variables, is_storable
from ilmio_api.errors import BadArgumentError, IlmioError, NotFoundError
from ilmio_api.i18n.languages import Language, Reading

Facts: TypeAlias = Mapping[str, object]
"""What is known of the caller when an operation runs, by the names of the fields of `RateLimit`."""

UNLIMITED: Facts = MappingProxyType(dict.fromkeys(("limit", "remaining", "used", "resetAt")))
"""Facts about a caller who may spend any number of points."""


class Fetcher(Protocol):
    """Runs one statement. `db.pool.ReadPool` is one."""

    async def fetch_row(self, sql: str, args: Sequence[object], claims: str = "") -> Iterable[Any] | None:
        """Return the one row of the statement, which may see what the claims name; its JSON columns are bytes."""


class Reader(NamedTuple):
    """For whom an operation is compiled: whose rights and which language."""

    principal: Principal
    reading: Reading

    def in_language(self, language: Language) -> "Reader":
        """Return the same reader in another language."""
        return Reader(self.principal, Reading(language, self.reading.register))


@dataclass(frozen=True, slots=True)
class Compiled:
    """An operation that is ready to run with any variables of the same shape."""

    plan: Plan
    statement: Statement
    cost: int
    """Points that the operation costs when it runs."""
    nodes: int = 0
    """Most objects that its answer may hold; reckoned only where it asks for what is known of the request."""
    dry_run: bool = False
    """Whether it is only priced."""
    reads: bool = field(init=False)
    """Whether the operation needs its statement; type names and the text of the schema alone do not."""
    repeatable: bool = field(init=False)
    """Whether the answer depends on the data only, not on the request and what its caller has spent."""

    def __post_init__(self) -> None:
        """Find out once what every request asks."""
        values = [value for _, value in self.plan.fields]
        object.__setattr__(self, "reads", any(needs_column(value) for value in values))
        object.__setattr__(
            self, "repeatable", not self.dry_run and not any(isinstance(value, Allowance) for value in values)
        )

    @property
    def price(self) -> int:
        """Return the points that running it costs, beyond those of any request."""
        return 0 if self.dry_run else self.cost - REQUEST_POINTS

    def priced(self) -> "Compiled":
        """Return the dry run of the operation: what is known of the request, and type names.

        The other fields of the root are absent, as if by `@skip(if: true)`.
        """
        known = tuple((key, value) for key, value in self.plan.fields if isinstance(value, Allowance | Constant))
        return replace(self, plan=Object(known), dry_run=True)


class Answer(NamedTuple):
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
    builder = Builder(collector)
    with clock.step("build"):
        plan = builder.root("Query", [operation.node.selection_set])
    with clock.step("limit"):
        plan = limit(plan, budget)
    with clock.step("restrict"):
        plan = restrict(plan, reader.principal)
    with clock.step("localise"):
        plan = localise(plan, reader.reading)
    with clock.step("emit"):
        statement = emit(plan, budget.sources)
    allowances = [each for _, each in plan.fields if isinstance(each, Allowance)]
    compiled = Compiled(plan, statement, cost_of(plan), nodes_of(plan) if allowances else 0)
    return compiled.priced() if any(each.dry_run for each in allowances) else compiled


async def run(
    compiled: Compiled, variables: Variables, fetcher: Fetcher, clock: Stopwatch, *, facts: Facts = UNLIMITED
) -> Answer:
    """Return the answer of a compiled operation; an operation without data fields needs no statement.

    Raises:
        IlmioError: An argument cannot be used, such as an unknown area code.
    """
    columns: list[object] = []
    state: object = ""
    if compiled.reads:
        statement = compiled.statement
        for guard in statement.guards:
            guard(variables)
        arguments = [_bindable(fetch(variables)) for fetch in statement.fetches]
        with clock.step("sql"):
            claims = json.dumps(variables[CLAIMS]) if statement.private and CLAIMS in variables else ""
            *columns, checks, state = await fetcher.fetch_row(statement.sql, arguments, claims) or ()
        _report(compiled.statement, checks, variables)
    if not compiled.repeatable:
        facts = {"cost": compiled.cost, "nodeCount": compiled.nodes, **facts}
    return _assembled(compiled.plan, columns, str(state), facts)


def _bindable(value: object) -> object:
    """Return a value that PostgreSQL can hold.

    Raises:
        BadArgumentError: A text has a NUL character or half of a surrogate pair, which no text in the data can have.
    """
    for text in (value,) if isinstance(value, str) else value if isinstance(value, (list, tuple)) else ():
        if isinstance(text, str) and not is_storable(text):
            raise BadArgumentError
    return value


def _report(statement: Statement, checks: object, variables: Variables) -> None:
    """Raise the error of the first check that failed."""
    if isinstance(checks, list):
        for failed, error in zip(checks, statement.checks, strict=True):
            if failed:
                raise error(variables)


def _assembled(plan: Plan, columns: list[object], state: str, facts: Facts) -> Answer:
    """Return the root fields in order, constants included."""
    remaining = iter(columns)
    fields: list[tuple[str, bytes]] = []
    errors: list[IlmioError] = []
    for key, value in plan.fields:
        if not needs_column(value):
            fields.append((key, json.dumps(_known(value, facts), ensure_ascii=False).encode()))
            continue
        column = next(remaining)
        fields.append((key, column if isinstance(column, bytes) else b"null"))
        if column is None and isinstance(value, Single) and value.required:
            error = NotFoundError(field=key)
            error.path = (key,)
            errors.append(error)
    return Answer(tuple(fields), tuple(errors), state)


def _known(value: Value, facts: Facts) -> object:
    """Return a value of the root that is not read: a text, or an object of texts.

    Raises:
        TypeError: The value needs a row; a fault of the declarations.
    """
    match value:
        case Constant(text):
            return text
        case Fact(name):
            return facts[name]
        case Inner(shape) | Allowance(shape):
            return {key: _known(each, facts) for key, each in shape.fields}
        case _:
            message = f"{type(value).__name__} needs a row"
            raise TypeError(message)
