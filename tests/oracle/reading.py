"""The text of a document as a tree.

Owns: parsing once what is looked at several times.
Does not own: anything that a document means.
"""

from functools import lru_cache
from typing import Any, TypeAlias

from graphql import DocumentNode, parse

JSON: TypeAlias = Any
"""A value of any form; whoever reads it knows which."""


@lru_cache(maxsize=16)
def parsed(text: str) -> DocumentNode:
    """Return the document; nobody changes it."""
    return parse(text)
