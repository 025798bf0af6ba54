"""What has to be true of every answer, whatever was asked; loaded by schemathesis.

Owns: faults of the server, and answers that are no GraphQL responses or do not fit the schema.
Does not own: what is generated (`schemathesis.toml`), how an answer is laid beside the schema (`conformance`).
"""

import sys
import zlib
from pathlib import Path
from typing import Any

import schemathesis  # type: ignore[import-not-found]  # installed in its own environment only
from graphql import DocumentNode, FieldNode, Visitor, parse, print_ast, validate, visit

sys.path.insert(0, str(Path(__file__).parent))
from conformance import misfits  # type: ignore[import-not-found]  # beside this file

_TIMES_LEFT_ALONE = 4
_FAULTS = {"INTERNAL", "TIMEOUT", "UNAVAILABLE"}
_WITH_DATA = {200, 294}


class _OnePage(Visitor):
    """Leaves of the arguments for paging what fits together: no made-up cursors, and not `last` beside `first`."""

    def enter_field(self, node: FieldNode, *_: Any) -> FieldNode:  # noqa: ANN401
        """Return the field with fewer arguments."""
        given = node.arguments or ()
        names = {argument.name.value for argument in given}
        unwanted = {"after", "before"} | ({"last"} if "first" in names else set())
        kept = tuple(argument for argument in given if argument.name.value not in unwanted)
        return FieldNode(**{key: getattr(node, key) for key in node.keys if key != "arguments"}, arguments=kept)


@schemathesis.hook  # type: ignore[untyped-decorator]
def map_body(context: Any, body: DocumentNode) -> DocumentNode:  # noqa: ANN401
    """Make most lists ones that can be read; left alone, nearly all would be refused for their cursors.

    One in four is left alone, and so is what was made invalid on purpose.
    """
    kept = zlib.crc32(print_ast(body).encode()) % _TIMES_LEFT_ALONE == 0
    if kept or validate(context.operation.schema.client_schema, body):
        return body
    paged: DocumentNode = visit(body, _OnePage())
    return paged


@schemathesis.check  # type: ignore[untyped-decorator]
def answer_without_fault(_context: Any, response: Any, _case: Any) -> None:  # noqa: ANN401
    """Fail on a status of 500 or above, a code that means a fault, or a body that is no GraphQL response."""
    assert response.status_code < 500, f"Status {response.status_code}."
    answer = response.json()
    assert set(answer) <= {"data", "errors", "extensions"}, f"Keys {sorted(answer)}."
    assert ("data" in answer) == (response.status_code in _WITH_DATA), f"Status {response.status_code}, {set(answer)}."
    errors = answer.get("errors", [])
    assert "errors" not in answer or errors, "An empty list of errors."
    codes = {error["extensions"]["code"] for error in errors if error["message"]}
    assert len(errors) == 0 or (codes and not codes & _FAULTS), f"Codes {codes}."


@schemathesis.check  # type: ignore[untyped-decorator]
def answer_fits_schema(_context: Any, response: Any, case: Any) -> None:  # noqa: ANN401
    """Fail when the data are not what the document asks for, of the types that the schema promises."""
    data = response.json().get("data")
    if data is None:
        return
    document = case.body["query"] if isinstance(case.body, dict) else case.body
    found = misfits(case.operation.schema.client_schema, parse(document), data)
    assert not found, "\n".join(found)
