"""The statement that is being written: names of row sources, bind parameters, checks.

Owns: deterministic aliases, the order and types of bind parameters, the text of the finished statement.
Does not own: what is selected (`compiler.emit`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, ColumnElement, FromClause, Select, Table, bindparam
from sqlalchemy.dialects.postgresql import ARRAY, array, asyncpg
from sqlalchemy.types import Boolean, Double, Integer, String, TypeEngine

from ilmio_api.access.rows import CLAIM
from ilmio_api.compiler.values import CLAIMS, Leaf, Variables, constant
from ilmio_api.db.raw import raw
from ilmio_api.errors import IlmioError, TooComplexError

Expression: TypeAlias = ColumnElement[Any]
"""Any SQL expression."""

STATE = "concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date)"
"""SQL of the state that a statement sees: its snapshot, and the day in Finland, on which some answers depend."""

_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]  # the dialect class has no annotations
_TYPES: dict[type, TypeEngine[Any]] = {bool: Boolean(), int: Integer(), float: Double()}


@dataclass(frozen=True, slots=True)
class Statement:
    """A compiled operation.

    The row that it returns has one JSON column per data field of the root, in order, then one boolean array: which
    checks of the arguments failed, or NULL when there are none; then the state that the statement saw.
    """

    sql: str
    fetches: tuple[Callable[[Variables], object], ...]
    """How to fetch the value of every bind parameter from the variables, in order."""
    checks: tuple[Callable[[Variables], IlmioError], ...]
    """What a failed check means, in the order of the array."""
    guards: tuple[Callable[[Variables], object], ...] = ()
    """Values that are checked by fetching them, although no parameter carries them: the cursor of a mere count."""


@dataclass(slots=True)
class Writer:
    """The state of one statement in the making."""

    max_sources: int
    _sources: int = 0
    _aliases: int = 0
    _guards: list[Callable[[Variables], object]] = field(default_factory=list)
    _binds: dict[str, Callable[[Variables], object]] = field(default_factory=dict)
    _failures: list[Expression] = field(default_factory=list)
    _errors: list[Callable[[Variables], IlmioError]] = field(default_factory=list)

    def name(self) -> str:
        """Return the next alias. Names follow the order of writing, so equal plans give equal text."""
        self._aliases += 1
        return f"t{self._aliases}"

    def alias(self, table: Table) -> FromClause:
        """Return the table under the next alias.

        Raises:
            TooComplexError: The statement would read more tables than it may.
        """
        self._sources += 1
        if self._sources > self.max_sources:
            raise TooComplexError(limit="sources", given=f"> {self.max_sources}", maximum=self.max_sources)
        return _aliased(table, self.name())

    def bind(self, leaf: Leaf) -> Expression:
        """Return a bind parameter for the leaf, typed by its value in the request at hand."""
        name = f"p{len(self._binds)}"
        self._binds[name] = leaf.fetch
        return bindparam(name, type_=_type_of(leaf.value))

    def require(self, leaf: Leaf) -> None:
        """Let every request fetch the leaf, whether or not a parameter carries it."""
        self._guards.append(leaf.fetch)

    def check(self, fails: Expression, error: Callable[[Variables], IlmioError]) -> None:
        """Let the statement report whether `fails` is true."""
        self._failures.append(fails)
        self._errors.append(error)

    def finish(self, columns: Sequence[Expression]) -> Statement:
        """Return the statement that selects the columns and the report of the checks."""
        report = array(self._failures) if self._failures else raw("NULL::boolean[]")
        query: Select[Any] = Select(*columns, report.label("checks"), raw(STATE).label("state"))
        compiled = query.compile(dialect=_DIALECT)
        # A declaration may compare with a plain value: a parameter that is the same in every request.
        constants = {name: _plain_or_claim(name, bind) for name, bind in compiled.binds.items()}
        fetches = {**constants, **self._binds}
        order = compiled.positiontup or []
        return Statement(
            str(compiled), tuple(fetches[name] for name in order), tuple(self._errors), tuple(self._guards)
        )


@lru_cache(maxsize=512)
def _aliased(table: Table, name: str) -> FromClause:
    """Return the table under a name. An alias copies every column of its table, so statements share them."""
    return table.alias(name)


def _plain_or_claim(name: str, bind: BindParameter[Any]) -> Callable[[Variables], object]:
    """Return how to fetch a parameter that no argument gave: a claim of the reader, or a plain value."""
    if name.startswith(CLAIM):
        claim = name.removeprefix(CLAIM)
        return lambda variables: variables[CLAIMS][claim]
    return constant(bind.effective_value).fetch


def _type_of(value: object) -> TypeEngine[Any]:
    """Return the SQL type of a value from a request; texts are cast further where they are used."""
    if isinstance(value, list):
        return ARRAY(_type_of(value[0]) if value else String())
    return _TYPES.get(type(value), String())
