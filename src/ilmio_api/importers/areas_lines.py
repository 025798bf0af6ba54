"""Lines of a reference table, each cell read with its meaning, each fault told with table and line.

Owns: the file format (CSV, UTF-8, comma, one header line) and the forms of dates, numbers and words in it.
Does not own: what the tables say (`importers.areas_tables`).
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources.abc import Traversable
from typing import TypeVar

from ilmio_api.domain.areas.rules import Validity
from ilmio_api.errors import OperatorError

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table."""

    table: str
    number: int
    """Counted from 1, the header included, as editors do."""
    cells: Mapping[str, str]

    def fault(self, problem: str, remedy: str = "Mend the line and load the areas again.") -> OperatorError:
        """Return the error to raise about this line."""
        return OperatorError(f"{self.table}, line {self.number}: {problem}", remedy)

    def text(self, column: str) -> str:
        """Return a cell that must not be empty."""
        value = self.optional(column)
        if value is None:
            raise self.fault(f"{column} is empty.")
        return value

    def optional(self, column: str) -> str | None:
        """Return a cell, or None if it is empty."""
        value = self.cells[column]
        if value != " ".join(value.split()):
            raise self.fault(f"{column} has spaces too many: {value!r}.")
        return value or None

    def day(self, column: str) -> date:
        """Return a date written 2025-01-31."""
        value = self.text(column)
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise self.fault(f"{column} is no date: {value!r}.", "Write the date as year-month-day.") from error

    def validity(self) -> Validity:
        """Return `valid_from` and `valid_to`, either of which may be empty."""
        first, last = (self.day(column) if self.optional(column) else None for column in ("valid_from", "valid_to"))
        if first is not None and last is not None and last < first:
            raise self.fault("valid_to is before valid_from.")
        return Validity(first, last)

    def number_of(self, column: str) -> int:
        """Return a whole number, 0 or more."""
        value = self.text(column)
        if not (value.isascii() and value.isdigit()):
            raise self.fault(f"{column} is no whole number: {value!r}.")
        return int(value)

    def word(self, column: str, words: type[Word]) -> Word:
        """Return a word of a closed list."""
        value = self.text(column)
        try:
            return words(value)
        except ValueError as error:
            raise self.fault(f"{column} cannot be {value!r}.", f"Write one of {', '.join(words)}.") from error


def read_lines(folder: Traversable, table: str, columns: Sequence[str]) -> list[Line]:
    """Return the lines of the file `table` in `folder`, the header left out.

    Raises:
        OperatorError: The file is missing or not in UTF-8, or its columns are not these in this order.
    """
    try:
        text = (folder / table).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise OperatorError(
            f"The table {table} is missing.", "Install the package again, or restore the file."
        ) from error
    except UnicodeDecodeError as error:
        raise OperatorError(f"The table {table} is not in UTF-8.", "Save it again in UTF-8.") from error
    reader = csv.reader(text.splitlines())
    header = next(reader, [])
    if header != list(columns):
        raise OperatorError(
            f"{table}, line 1: the columns are {','.join(header)}.", f"They must be {','.join(columns)}."
        )
    lines: list[Line] = []
    for cells in reader:
        line = Line(table, reader.line_num, dict(zip(columns, cells, strict=False)))
        if len(cells) != len(columns):
            raise line.fault(f"it has {len(cells)} cells instead of {len(columns)}.")
        lines.append(line)
    return lines
