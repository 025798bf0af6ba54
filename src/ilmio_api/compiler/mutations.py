"""Operations that change something: commands are carried out in order, then what they answer is read.

Owns: the order of a mutation: limits first, then every root field after the other, then one statement for all answers.
Does not own: what a command does (`schema.commands` and the domain behind it), HTTP (`web`).

What a command returns is a type name and facts. Fields that are facts stand in the answer as they are; objects are
named by their ids and read through the compiler like everything else, so visibility and language cannot be forgotten.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeAlias, cast

from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    SelectionSetNode,
    StringValueNode,
    VariableNode,
    get_argument_values,
    get_named_type,
)
from graphql.execution.values import VariableValues

from ilmio_api.compiler import declare
from ilmio_api.compiler.budget import Budget
from ilmio_api.compiler.build import Builder
from ilmio_api.compiler.catalogue import Catalogue
from ilmio_api.compiler.cost import cost_of
from ilmio_api.compiler.documents import InvalidVariablesError, Operation
from ilmio_api.compiler.emit import emit
from ilmio_api.compiler.limit import limit
from ilmio_api.compiler.localise import localise
from ilmio_api.compiler.pipeline import Answer, Compiled, Fetcher, Reader, run
from ilmio_api.compiler.plan import Constant, Given, Object, Outcomes, Payload, Plan, Single, Value
from ilmio_api.compiler.predicates import Test
from ilmio_api.compiler.restrict import restrict
from ilmio_api.compiler.selection import Collector, Selected
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.compiler.values import CLAIMS, Variables, constant, needed
from ilmio_api.errors import BadIdempotencyKeyError, TooComplexError

MAX_COMMANDS = 10
"""Most commands in one operation."""

LONGEST_KEY = 255
"""Most characters of an idempotency key."""

Note: TypeAlias = Callable[[frozenset[str]], Awaitable[None]]
"""Writes down that private tables are about to be read, by their names."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command answers."""

    type_name: str
    """Member of the result union."""
    facts: Mapping[str, object]
    """Values by the names of the published fields: texts, numbers, lists and objects of facts, ids of objects."""


class Runner(Protocol):
    """Carries out commands."""

    async def __call__(self, field: str, arguments: Mapping[str, object], key: Sequence[str]) -> Outcome:
        """Carry out the command of a root field.

        Args:
            field: Name of the root field.
            arguments: Its coerced arguments.
            key: What is its idempotency key together; empty when the caller gave none.
        """
        ...


@dataclass(frozen=True, slots=True)
class _PayloadBuilder(Builder):
    """Builds what is read of the outcome of a command."""

    facts: Mapping[str, object] | None = None
    """None while only the limits are checked."""

    def _value(
        self, field: GraphQLField, declaration: declare.Declaration | None, selected: Selected, path: tuple[str, ...]
    ) -> Value:
        """Return a fact, or the object that a fact names."""
        name = selected.node.name.value
        fact = None if self.facts is None else self.facts.get(name)
        match declaration:
            case declare.Told():
                return Given(self._projected(fact, get_named_type(field.type), selected.selections))
            case declare.Returned():
                type_ = get_named_type(field.type)
                shape = self._shape(type_, selected.selections, path)
                return Single(self._source(type_.name), None, _has_id(fact), shape)
            case _:
                # Explicit, because a slotted dataclass is made anew and `super()` would look for the old one.
                return Builder._value(self, field, declaration, selected, path)  # noqa: SLF001 - the base class

    def _projected(self, fact: object, type_: GraphQLNamedType, selections: Sequence[SelectionSetNode]) -> object:
        """Return the selected parts of a fact under their response keys."""
        if isinstance(fact, list | tuple) and selections:
            return [self._projected(each, type_, selections) for each in fact]
        if not isinstance(fact, Mapping) or not isinstance(type_, GraphQLObjectType) or not selections:
            return fact
        return {
            key: type_.name if part.node.name.value == "__typename" else fact.get(part.node.name.value)
            for key, part in self.collector.fields(type_.name, selections).items()
        }


class Command(NamedTuple):
    """A root field of a mutation."""

    response_key: str
    selected: Selected
    arguments: Mapping[str, object]
    """Its coerced arguments."""
    own_key: Sequence[str]
    """Its own idempotency key; empty when it has none."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """A mutation that may be carried out: it is within the limits, and every command has what it needs."""

    operation: Operation
    commands: Sequence[Command]
    values: VariableValues
    catalogue: Catalogue
    reader: Reader
    budget: Budget
    cost: int
    """Points that it costs."""
    rehearsal: Compiled
    """Reads whatever the commands may answer, of objects that do not exist."""

    @property
    def variables(self) -> Variables:
        """Return the coerced variables by name."""
        return self.values.coerced

    async def carried_out(
        self, runner: Runner, fetcher: Fetcher, clock: Stopwatch, header_key: str | None, note: Note
    ) -> Answer:
        """Carry out the commands one after the other, and return what they answer.

        An error instead of the answer says that nothing was carried out, and an answer may hold a secret that is shown
        once. So what is wrong with the question is found out before the first command.

        Args:
            runner: Carries out a command.
            fetcher: Runs the statement that reads the answers.
            clock: Measures the steps.
            header_key: Idempotency key of the request as a whole; None when the caller gave none.
            note: Told which private tables the answers are read from, before they are.

        Raises:
            BadIdempotencyKeyError: The key is empty or too long; nothing is carried out.
            IlmioError: As `Runner`, and as `pipeline.run`.
        """
        shared = () if header_key is None else (_checked(header_key),)
        claims = self.reader.principal.claims()
        variables = {**self.variables, CLAIMS: claims} if claims else self.variables
        await run(self.rehearsal, variables, fetcher, clock)
        fields: list[tuple[str, Value]] = []
        collector = Collector(self.catalogue, self.operation.fragments, self.variables, self.budget)
        for key, selected, arguments, own_key in self.commands:
            name = selected.node.name.value
            if name == "__typename":
                fields.append((key, Constant("Mutation")))
                continue
            with clock.step("command"):
                outcome = await runner(name, arguments, own_key or ((*shared, key) if shared else ()))
            builder = _PayloadBuilder(collector, facts=outcome.facts)
            fields.append((key, Payload(builder.member(outcome.type_name, selected.selections, (key,)))))
        plan = _for_reader(Object(tuple(fields)), self.reader)
        statement = emit(plan, self.budget.sources)
        if statement.private:
            await note(statement.private)
        return await run(Compiled(plan, statement, self.cost), variables, fetcher, clock)


def mutation_of(
    operation: Operation, given: Mapping[str, Any], *, catalogue: Catalogue, reader: Reader, budget: Budget
) -> Mutation:
    """Return a mutation, after its limits were checked for whatever its commands may answer.

    Raises:
        InvalidVariablesError: The variables do not fit the operation.
        IlmioError: It has too many commands, or asks too much of their answers.
    """
    values = operation.values(given)
    collector = Collector(catalogue, operation.fragments, values.coerced, budget)
    builder = _PayloadBuilder(collector)
    commands: list[Command] = []
    priced: list[tuple[str, Value]] = []
    read: list[tuple[str, Value]] = []
    fields = collector.fields("Mutation", [operation.node.selection_set])
    if len(fields) > MAX_COMMANDS:
        raise TooComplexError(limit="commands", given=len(fields), maximum=MAX_COMMANDS)
    for key, selected in fields.items():
        field = catalogue.object_type("Mutation").fields.get(selected.node.name.value)
        arguments = _arguments(field, selected, values) if field else {}
        commands.append(Command(key, selected, arguments, _key_of(selected, values.coerced)))
        union = catalogue.abstract_type(get_named_type(field.type).name) if field else None
        if union is None:
            continue  # the name of the type
        members = [builder.member(name, selected.selections, (key,)) for name in catalogue.possible_types(union)]
        priced.append((key, Outcomes(tuple(members))))
        read.extend((f"{key} {place}", Payload(member)) for place, member in enumerate(members))
    cost = cost_of(limit(Object(tuple(priced)), budget))
    asked = _for_reader(Object(tuple(read)), reader)
    rehearsal = Compiled(asked, emit(asked, budget.sources), cost)
    return Mutation(operation, commands, values, catalogue, reader, budget, cost, rehearsal)


def _for_reader(plan: Plan, reader: Reader) -> Plan:
    """Return the plan with only the rows that may be read, in the reader's language."""
    return localise(restrict(plan, reader.principal), reader.reading)


def _arguments(field: GraphQLField, selected: Selected, values: VariableValues) -> Mapping[str, object]:
    """Return the coerced arguments of a command.

    Raises:
        InvalidVariablesError: A variable is null where there is no null.
    """
    try:
        return get_argument_values(field, selected.node, values)
    except GraphQLError as error:
        raise InvalidVariablesError([error]) from error


def _key_of(selected: Selected, variables: Variables) -> Sequence[str]:
    """Return the key of the directive `@idempotent` on a field; nothing when it has none.

    Raises:
        NullVariableError: The key is a variable that is null.
        BadIdempotencyKeyError: The key is empty or too long.
    """
    for directive in selected.node.directives or ():
        if directive.name.value == "idempotent":
            (argument, *_) = directive.arguments or ()
            value = argument.value
            if isinstance(value, VariableNode):
                return (_checked(cast("str", needed(value.name.value, variables))),)
            return (_checked(cast("StringValueNode", value).value),)
    return ()


def _checked(key: str) -> str:
    """Return an idempotency key that is neither empty nor too long."""
    if not 1 <= len(key) <= LONGEST_KEY:
        raise BadIdempotencyKeyError(given=len(key), maximum=LONGEST_KEY)
    return key


def _has_id(fact: object) -> Test:
    """Demand the object with an id; without one, no object."""
    return Test(lambda row, binds: row.c[_id_column(row)] == binds[0], (constant(fact or ""),))


def _id_column(row: Any) -> str:  # noqa: ANN401 - any row source
    """Return the column that names a row: its id, or that of the organisation whose account it is."""
    return "id" if "id" in row.c else "organisation_id"
