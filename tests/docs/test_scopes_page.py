"""The page of scopes says what the code allows."""

import ast
from collections.abc import Callable, Collection
from itertools import pairwise
from pathlib import Path

import pytest

from ilmio_api.access.roles import SCOPES_OF_ROLES, Role
from ilmio_api.access.scopes import OF_APPLICATIONS, OF_DEVICES, OF_KEYS, OF_SERVICES, ORGANISATIONAL, Scope
from ilmio_api.domain.accounts.vocabulary import MemberRole
from ilmio_api.schema.query import CATALOGUE, RUNS

Rows = Callable[[str, str], list[list[str]]]

PAGE = "docs/scopes.md"


@pytest.fixture(scope="session")
def explained(root: Path) -> dict[str, str]:
    """Provide what the code says of every scope, by its name on the wire."""
    tree = ast.parse((root / "src/ilmio_api/access/scopes.py").read_text(encoding="utf-8"))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Scope")
    # A member and the text below it; the text is no docstring that a running program could ask for.
    return {
        ast.literal_eval(member.value): ast.literal_eval(text.value)
        for member, text in pairwise(body)
        if isinstance(member, ast.Assign) and isinstance(text, ast.Expr)
    }


def ticks(scope: Scope, *columns: Collection[Scope]) -> list[str]:
    """Return the cells of a row: where the scope is."""
    return ["yes" if scope in column else "" for column in columns]


def test_every_scope_is_on_the_page_with_the_words_of_the_code(rows: Rows, explained: dict[str, str]) -> None:
    assert rows(PAGE, "scope") == [[f"`{scope.value}`", explained[scope.value]] for scope in Scope]


def test_every_role_is_on_the_page_with_the_words_of_the_schema(rows: Rows) -> None:
    assert rows(PAGE, "role") == [[f"`{role.value}`", role.description] for role in MemberRole]


def test_the_page_gives_every_role_the_scopes_that_it_has(rows: Rows) -> None:
    columns = [SCOPES_OF_ROLES[role] for role in Role]

    assert rows(PAGE, "scope of a role") == [
        [f"`{scope.value}`", *ticks(scope, *columns)] for scope in Scope if scope in ORGANISATIONAL
    ]


def test_the_page_gives_every_kind_of_program_the_scopes_that_it_may_have(rows: Rows) -> None:
    columns = (OF_SERVICES, OF_APPLICATIONS, OF_KEYS, OF_DEVICES)

    assert rows(PAGE, "scope for a program") == [[f"`{scope.value}`", *ticks(scope, *columns)] for scope in Scope]


def test_every_command_is_on_the_page_with_its_scope_and_its_words(rows: Rows) -> None:
    fields = CATALOGUE.object_type("Mutation").fields

    assert rows(PAGE, "command") == [
        [f"`{name}`", f"`{scope}`" if scope else "none", fields[name].description] for name, (scope, _) in RUNS.items()
    ]
