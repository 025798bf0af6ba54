"""The base of every controlled vocabulary: a text value with the sentence that explains it.

Owns: how a value carries its explanation, so that database, schema and documentation say the same.
Does not own: the values themselves (`domain.<context>.vocabulary`).
"""

from enum import StrEnum
from typing import Self


class Vocabulary(StrEnum):
    """A closed list of values: `NAME = "NAME", "What it means, as a full sentence."`."""

    description: str

    def __new__(cls, value: str, description: str) -> Self:
        """Make the member equal to its text and keep the explanation beside it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member
