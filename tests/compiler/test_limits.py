"""What would cost too much is refused before anything is read."""

import time
from collections.abc import Callable

import pytest
from tests.oracle.comparison import Witnesses

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.compiler.budget import Budget
from ilmio_api.compiler.documents import InvalidDocumentError
from ilmio_api.compiler.engine import Engine, Request
from ilmio_api.compiler.pipeline import Reader
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.errors import OperationNotFoundError, TooComplexError
from ilmio_api.i18n.languages import Reading
from ilmio_api.schema.query import CATALOGUE

Refusal = tuple[str, object, object]
"""Name of the limit, what was given, what is allowed."""

ALLOWED = None


@pytest.fixture
def refusal(true: Witnesses) -> Callable[..., Refusal | None]:
    """Provide a function that returns how an operation is refused, or None."""

    def refused(text: str, *, budget: Budget | None = None, **variables: object) -> Refusal | None:
        engine = Engine(CATALOGUE, true.engine.fetcher, budget or Budget())
        try:
            engine.prepare(Request(text, None, variables), Reader(ANONYMOUS, Reading()), Stopwatch(time.perf_counter))
        except TooComplexError as error:
            return str(error.facts["limit"]), error.facts["given"], error.facts["maximum"]
        return ALLOWED

    return refused


def nested(levels: int) -> str:
    """Return an operation with so many levels of objects."""
    return '{ organisation(by: {slug: "x"}) ' + "{ parent " * (levels - 1) + "{ id }" + " }" * levels


def test_a_document_has_a_hundred_operations_at_most(refusal: Callable[..., Refusal | None]) -> None:
    a_hundred = " ".join(f"query Q{number} {{ __typename }}" for number in range(100))

    assert refusal(a_hundred + " { __typename }") == ("operations", 101, 100)
    with pytest.raises(OperationNotFoundError):  # because none of them was named
        refusal(a_hundred)


@pytest.mark.parametrize(("levels", "expected"), [(1, ALLOWED), (12, ALLOWED), (13, ("depth", 13, 12))])
def test_objects_are_nested_twelve_levels_deep(
    refusal: Callable[..., Refusal | None], levels: int, expected: Refusal | None
) -> None:
    assert refusal(nested(levels)) == expected


def test_edges_and_embedded_objects_are_no_levels(refusal: Callable[..., Refusal | None]) -> None:
    text = "{ pilots { edges { node { period { start } publication { status } } } pageInfo { endCursor } } }"

    assert refusal(text, budget=Budget(depth=1)) is ALLOWED


def test_levels_are_counted_through_edges(refusal: Callable[..., Refusal | None]) -> None:
    text = "{ pilots { edges { node { areas { edges { node { id } } } } } } }"

    assert refusal(text, budget=Budget(depth=1)) == ("depth", 2, 1)


def test_fragments_that_multiply_are_refused_while_they_are_read(refusal: Callable[..., Refusal | None]) -> None:
    doubling = "".join(
        f"fragment F{level} on Initiative {{ a: parent {{ ...F{level + 1} }} b: parent {{ ...F{level + 1} }} }}\n"
        for level in range(30)
    )
    text = f"{{ initiatives {{ nodes {{ ...F0 }} }} }}\n{doubling}fragment F30 on Initiative {{ id }}"

    # Written out, these are a thousand million fields: whoever counted them afterwards would not come to an end.
    assert refusal(text, budget=Budget(sources=5_000)) == ("fields", "> 2000", 2_000)


@pytest.mark.parametrize(("levels", "expected"), [(7, ALLOWED), (8, ("filter depth", 9, 8))])
@pytest.mark.parametrize("in_variable", [False, True])
def test_filters_are_nested_eight_levels_deep(
    refusal: Callable[..., Refusal | None], levels: int, *, in_variable: bool, expected: Refusal | None
) -> None:
    value: dict[str, object] = {}
    for _ in range(levels):
        value = {"not": value}
    literal = "{not: " * levels + "{}" + "}" * levels
    text = "query($f: PilotFilter) { pilots(filter: $f) { totalCount } }"

    found = refusal(text, f=value) if in_variable else refusal(f"{{ pilots(filter: {literal}) {{ totalCount }} }}")

    assert found == expected


@pytest.mark.parametrize(("number", "expected"), [(99, ALLOWED), (100, ("filters", "> 100", 100))])
def test_an_operation_has_a_hundred_filters(
    refusal: Callable[..., Refusal | None], number: int, expected: Refusal | None
) -> None:
    text = "query($f: PilotFilter) { pilots(filter: $f) { totalCount } }"

    assert refusal(text, f={"or": [{}] * number}) == expected


def test_a_known_operation_with_a_larger_variable_is_refused_as_well(true: Witnesses) -> None:
    inner = "areas(first: 100) { nodes { id contains(first: 10) { nodes { id } } } }"
    text = f"query($n: Int) {{ pilots(first: $n) {{ nodes {{ {inner} }} }} }}"
    engine = Engine(CATALOGUE, true.engine.fetcher)
    reader, clock = Reader(ANONYMOUS, Reading()), Stopwatch(time.perf_counter)
    engine.prepare(Request(text, None, {"n": 1}), reader, clock)

    with pytest.raises(TooComplexError):
        engine.prepare(Request(text, None, {"n": 100}), reader, clock)


def test_a_document_of_too_many_tokens_is_refused(refusal: Callable[..., Refusal | None]) -> None:
    assert refusal("{" + " __typename" * 6_000 + "}") == ("tokens", "> 5000", 5_000)


def test_a_document_is_nested_a_hundred_levels_deep(refusal: Callable[..., Refusal | None]) -> None:
    assert refusal(nested(99)) == ("depth", 99, 12)
    assert refusal(nested(100)) == ("nesting", 101, 100)
    assert refusal(nested(200)) == ("nesting", "> 100", 100)


def test_fragments_nest_a_document_as_well(refusal: Callable[..., Refusal | None]) -> None:
    def chained(levels: int) -> str:
        """Return an operation with so many fragments inside each other."""
        chain = " ".join(f"fragment F{level} on Query {{ ...F{level + 1} }}" for level in range(1, levels))
        return f"{{ ...F1 }} {chain} fragment F{levels} on Query {{ __typename }}"

    assert refusal(chained(99)) is ALLOWED
    assert refusal(chained(100)) == ("nesting", 101, 100)


@pytest.mark.parametrize("text", ["{ ...F } fragment F on Query { ...F }", "type Query { a: Int }"])
def test_what_has_no_depth_is_invalid(refusal: Callable[..., Refusal | None], text: str) -> None:
    with pytest.raises(InvalidDocumentError):
        refusal(text)


def test_operations_find_only_so_much_in_fragments_together(refusal: Callable[..., Refusal | None]) -> None:
    """Each is validated with all fragments that it reaches, and with the variables in them."""
    areas = " ".join(f"a{number}: area(code: $code) {{ code }}" for number in range(200))

    def asked(operations: int) -> str:
        """Return so many operations that use one fragment with two hundred variables."""
        named = " ".join(f"query Q{number}($code: String!) {{ ...F }}" for number in range(operations))
        return f"{named} fragment F on Query {{ {areas} }}"

    assert refusal(asked(49)) == ("fragment uses", "> 10000", 10_000)
    with pytest.raises(OperationNotFoundError):  # because none of them was named
        refusal(asked(48))


@pytest.mark.parametrize(("number", "name"), [(999, "filters"), (1_000, "input objects")])
def test_variables_hold_a_thousand_objects(refusal: Callable[..., Refusal | None], number: int, name: str) -> None:
    text = "query($f: PilotFilter) { pilots(filter: $f) { totalCount } }"
    found = refusal(text, f={"or": [{}] * number})

    assert found is not None
    assert found[0] == name


def test_a_list_in_the_variables_has_a_thousand_items(refusal: Callable[..., Refusal | None]) -> None:
    text = "query($f: PilotFilter) { pilots(filter: $f) { totalCount } }"

    assert refusal(text, f={"not": {"slugs": ["a"] * 1_000}}) is ALLOWED
    assert refusal(text, f={"not": {"slugs": ["a"] * 1_001}}) == ("list items", 1_001, 1_000)


def test_objects_that_no_variable_takes_are_not_counted(refusal: Callable[..., Refusal | None]) -> None:
    assert refusal("{ __typename }", f=[{}] * 5_000) is ALLOWED


def test_a_refusal_names_the_field(true: Witnesses) -> None:
    text = "{ a: pilots { nodes { b: areas { nodes { id code kind } } } } }"
    engine = Engine(CATALOGUE, true.engine.fetcher, Budget(fields=5))

    with pytest.raises(TooComplexError) as refused:
        engine.prepare(Request(text, None, {}), Reader(ANONYMOUS, Reading()), Stopwatch(time.perf_counter))
    assert refused.value.path == ("a", "nodes", "b")


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("areas(first: 1) { nodes { code } }", ("sources", "> 200", 200)),
        ('area(code: "FI") { code }', ("sources", "> 200", 200)),
        ("areas { __typename }", ALLOWED),
    ],
)
def test_two_hundred_tables_are_read_at_most(
    refusal: Callable[..., Refusal | None], field: str, expected: Refusal | None
) -> None:
    assert refusal(f"{{ {' '.join(f'a{number}: {field}' for number in range(200))} }}") is ALLOWED
    assert refusal(f"{{ {' '.join(f'a{number}: {field}' for number in range(201))} }}") == expected


def test_too_many_lists_are_refused_before_any_sql_is_written(true: Witnesses) -> None:
    text = f"{{ {' '.join(f'a{number}: areas {{ totalCount }}' for number in range(300))} }}"
    clock = Stopwatch(time.perf_counter)

    with pytest.raises(TooComplexError):
        Engine(CATALOGUE, true.engine.fetcher).prepare(Request(text, None, {}), Reader(ANONYMOUS, Reading()), clock)

    assert set(clock.steps) == {"parse", "validate", "build"}
