"""The option `--variables` of the commands that take an operation.

Owns: reading it.
Does not own: which variables an operation has (`compiler`).
"""

import json
from typing import Annotated, Any

import typer

from ilmio_api.errors import OperatorError

Variables = Annotated[str, typer.Option("--variables", help="The variables, as a JSON object.")]


def variables_in(text: str) -> dict[str, Any]:
    """Return the variables in the text of the option.

    Raises:
        OperatorError: It is no JSON object.
    """
    remedy = """Write them as JSON in quotes: --variables '{"first": 3}'."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise OperatorError(f"The variables are not JSON: {error}.", remedy) from error
    if not isinstance(found, dict):
        raise OperatorError("The variables are not a JSON object.", remedy)
    return found
