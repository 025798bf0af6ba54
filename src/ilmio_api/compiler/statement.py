"""The statement that is being written: names of row sources, bind parameters, checks.

Owns: deterministic aliases, the order and types of bind parameters, the text of the finished statement.
Does not own: what is selected (`compiler.emit`).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import BindParameter, FromClause, Subquery, Table, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Boolean, Double, Integer, String, TypeEngine

from ilmio_api.access.rows import CLAIM
from ilmio_api.compiler.declare import PRIVATE
from ilmio_api.compiler.sql_text import DIALECT, Beginning, Common, Expression, Query, Row, TableRow, named, sql
from ilmio_api.compiler.values import CLAIMS, Leaf, Variables, constant
from ilmio_api.db.raw import raw
from ilmio_api.errors import IlmioError, TooComplexError

STATE = "concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date)"
"""SQL of the state that a statement sees: its snapshot, and the day in Finland, on which some answers depend."""

_TYPES: dict[type, TypeEngine[Any]] = {bool: Boolean(), int: Integer(), float: Double()}


@dataclass(frozen=True, slots=True)
class Statement:
    """A compiled operation.

    The row that it returns has one column of JSON bytes per data field of the root, in order, then one boolean array:
    which checks of the arguments failed, or NULL when there are none; then the state that the statement saw.
    """

    sql: str
    fetches: tuple[Callable[[Variables], object], ...]
    """How to fetch the value of every bind parameter from the variables, in order."""
    checks: tuple[Callable[[Variables], IlmioError], ...]
    """What a failed check means, in the order of the array."""
    private: frozenset[str] = frozenset()
    """Names of the private tables that it reads, whose rows are seen only with the claims of the reader."""
    guards: tuple[Callable[[Variables], object], ...] = ()
    """Values that are checked by fetching them, although no parameter carries them: the cursor of a mere count."""


NOTHING = Statement("", (), ())
"""The statement of what is not read."""


@dataclass(slots=True)
class Writer:
    """The state of one statement in the making."""

    max_sources: int
    _sources: int = 0
    _private: set[str] = field(default_factory=set)
    _names: Counter[str] = field(default_factory=Counter)
    _guards: list[Callable[[Variables], object]] = field(default_factory=list)
    _binds: dict[str, Callable[[Variables], object]] = field(default_factory=dict)
    _failures: list[Expression] = field(default_factory=list)
    _errors: list[Callable[[Variables], IlmioError]] = field(default_factory=list)
    _common: dict[str, str] = field(default_factory=dict)

    def name(self) -> str:
        """Return the next name of a derived table. Names follow the order of writing: equal plans give equal text."""
        return self._next("x")

    def alias(self, table: Table) -> Row:
        """Return a row of the table under the next name.

        Raises:
            TooComplexError: The statement would read more tables than it may.
        """
        self._sources += 1
        if self._sources > self.max_sources:
            raise TooComplexError(limit="sources", given=f"> {self.max_sources}", maximum=self.max_sources)
        if PRIVATE in getattr(table, "info", {}):
            self._private.add(table.name)
        # Numbered by initials, so that the few rows of a table in a statement have the same names in most statements.
        return _row(table, self._next(_initials(table)))

    def rows_of(self, query: Query, *columns: str) -> Row:
        """Return the rows of a query under the next name."""
        name = self.name()
        return named(name, sql("(", query.whole, f") AS {name}"), *columns)

    def beside(self, query: Query, *columns: str) -> Row:
        """Return the rows of a query that reads rows which FROM names before it, under the next name."""
        name = self.name()
        return named(name, sql("LATERAL (", query.whole, f") AS {name}"), *columns)

    def common(self, query: Query, *columns: str) -> Row:
        """Return the rows of a query under the next name, which stands at the beginning of the statement."""
        name = self.name()
        return named(name, Common(name, query.whole, self._common), *columns)

    def _next(self, prefix: str) -> str:
        """Return the next name that begins so. No response key has a dollar sign, so none is taken for a row."""
        self._names[prefix] += 1
        return f"{prefix}${self._names[prefix]}"

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
        """Return the statement that selects the columns, the report of the checks and the state."""
        parts: list[str | Expression] = ["SELECT "]
        for each in columns:
            parts += each, ", "
        for position, each in enumerate(self._failures):
            parts += ", " if position else "ARRAY[", each
        parts.append(f"{']' if self._failures else 'NULL::boolean[]'} AS checks, {STATE} AS state")
        compiled = Beginning(self._common, sql(*parts)).compile(dialect=DIALECT)
        # A declaration may compare with a plain value: a parameter that is the same in every request.
        constants = {name: _plain_or_claim(name, bind) for name, bind in compiled.binds.items()}
        fetches = {**constants, **self._binds}
        order = compiled.positiontup or []
        return Statement(
            str(compiled),
            tuple(fetches[name] for name in order),
            tuple(self._errors),
            frozenset(self._private),
            tuple(self._guards),
        )


@lru_cache
def _initials(table: FromClause) -> str:
    """Return the first letters of the words in the name of a table, none of which begins with x; x without a name."""
    return "".join(word[0] for word in table.name.split("_")) if isinstance(table, Table) else "x"


@lru_cache(maxsize=512)
def _row(table: FromClause, name: str) -> Row:
    """Return a row of a table, or of a query that is declared as one. Statements share rows of the same name."""
    if isinstance(table, Table):
        return TableRow(table, name)
    start = "SELECT 1 \nFROM "
    query = select(raw("1")).select_from(cast("Subquery", table).alias(name))
    origin = str(query.compile(dialect=DIALECT, compile_kwargs={"literal_binds": True})).removeprefix(start)
    return Row(name, origin, {each.name: each.type for each in table.c})


def _plain_or_claim(name: str, bind: BindParameter[Any]) -> Callable[[Variables], object]:
    """Return how to fetch a parameter that no argument gave: a claim of the reader, or a plain value."""
    if name.startswith(CLAIM):
        claim = name.removeprefix(CLAIM)
        return lambda variables: variables[CLAIMS][claim] if CLAIMS in variables else None
    return constant(bind.effective_value).fetch


def _type_of(value: object) -> TypeEngine[Any]:
    """Return the SQL type of a value from a request; texts are cast further where they are used."""
    if isinstance(value, list):
        return ARRAY(_type_of(value[0]) if value else String())
    return _TYPES.get(type(value), String())
