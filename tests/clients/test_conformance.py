"""The eye that lays answers beside the schema sees what does not fit."""

import pytest
from graphql import build_schema, parse
from tests.clients.python.fuzz.conformance import misfits

SCHEMA = build_schema("""
    type Mutation { rename: String! }
    type Query { name: String! count: Int days: [Date!]! kind: Kind thing: Thing }
    scalar Date
    enum Kind { ONE TWO }
    interface Thing { name: String }
    type Apple implements Thing { name: String weight: Float! }
    type Stone implements Thing { name: String }
""")
THING = "{ thing { name ... on Apple { weight kind: __typename } } }"


@pytest.mark.parametrize(
    ("document", "data"),
    [
        ("{ name }", {"name": "a"}),
        ("{ n: name count }", {"n": "a", "count": None}),
        ("{ days }", {"days": ["2026-01-31"]}),
        ("mutation { rename }", {"rename": "a"}),
        ("{ kind ...F } fragment F on Query { count }", {"kind": "TWO", "count": 1}),
        (THING, {"thing": {"name": None}}),
        (THING, {"thing": {"name": None, "weight": 1, "kind": "Apple"}}),
    ],
)
def test_an_answer_that_fits_has_no_misfits(document: str, data: object) -> None:
    assert misfits(SCHEMA, parse(document), data) == []


@pytest.mark.parametrize(
    ("document", "data", "misfit"),
    [
        ("{ name }", {"name": None}, ".name: null, declared as String!"),
        ("{ name }", {"name": 1}, ".name: 1 is not of String"),
        ("{ name }", {"name": "a", "more": 1}, ": not Query with ['name']"),
        ("{ name count }", {"name": "a"}, ": not Query with ['count', 'name']"),
        ("{ count }", {"count": 2**31}, ".count: 2147483648 is not of Int"),
        ("{ days }", {"days": ["31.1.2026"]}, ".days[0]: '31.1.2026' is not of Date"),
        ("{ days }", {"days": "2026-01-31"}, ".days: not a list"),
        ("{ kind }", {"kind": "THREE"}, ".kind: 'THREE' is not in Kind"),
        (THING, {"thing": {"weight": 1}}, ".thing: not Apple with ['kind', 'name', 'weight']"),
    ],
)
def test_an_answer_that_does_not_fit_is_told_with_its_place(document: str, data: object, misfit: str) -> None:
    assert misfits(SCHEMA, parse(document), data) == [misfit]
