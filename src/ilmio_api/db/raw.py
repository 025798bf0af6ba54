"""SQL text of our own as an expression.

Owns: the one door through which text becomes SQL unchecked.
Does not own: what comes from a request; that is always a bind parameter.
"""

from typing import Any

from sqlalchemy import ColumnElement, literal_column


def raw(text: str) -> ColumnElement[Any]:
    """Return SQL text as an expression. The text must be a constant of the code or a value of a closed enum."""
    return literal_column(text)
