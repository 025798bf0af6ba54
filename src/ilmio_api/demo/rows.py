"""Read the world files and turn their entries into rows of tables.

Owns: names to ids, words to vocabulary values, and the refusal of keys that no table knows.
Does not own: which key belongs where (`demo.shapes`), the series (`demo.series`), the writing
(`demo.upserts`).
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from sqlalchemy import Column, Enum, Table

from ilmio_api.demo.shapes import SHAPES, Entry, Part, Shape
from ilmio_api.ids import named_id

Row = dict[str, Any]
"""Values of one row by column name; columns that are absent take their defaults."""

WORLD: Traversable = files("ilmio_api.demo") / "world"
"""The folder of the world files."""

_PREFIX_OF_TABLE = {
    "organisation": "organisation",
    "phenomenon": "phenomenon",
    "area": "area",
    "indicator": "indicator",
    "event_series": "eventseries",
    "operating_model": "operatingmodel",
    "concept": "concept",
}


def entries_by_kind() -> dict[str, list[Entry]]:
    """Return all entries of the world files, by kind, in the order of the files' names and lines.

    Raises:
        ValueError: A file holds a list whose name is no kind of entry.
    """
    entries: dict[str, list[Entry]] = defaultdict(list)
    for file in sorted(WORLD.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            for kind, listed in tomllib.loads(file.read_text("utf-8"), parse_float=Decimal).items():
                entries[kind].extend(listed)
    unknown = entries.keys() - {shape.prefix for shape in SHAPES}
    if unknown:
        raise ValueError(f"No kind of entry is called {', '.join(sorted(unknown))}.")
    return entries


def rows_by_table(entries: Mapping[str, list[Entry]]) -> dict[Table, list[Row]]:
    """Return the rows that `entries` stand for.

    Raises:
        ValueError: An entry has a key that its table does not know, or a value outside the vocabulary.
    """
    rows: dict[Table, list[Row]] = defaultdict(list)
    for shape in SHAPES:
        for entry in entries.get(shape.prefix, ()):
            for table, row in _rows_of_entry(shape, entry):
                rows[table].append(row)
    return rows


def _rows_of_entry(shape: Shape, entry: Entry) -> Iterator[tuple[Table, Row]]:
    """Yield the row of the entry itself, then those of its parts and links."""
    name = shape.name(entry)
    entry_id = named_id(shape.prefix, name)
    apart = shape.parts.keys() | shape.links.keys() | shape.apart
    own = {key: value for key, value in entry.items() if key not in apart}
    path = f"{shape.prefix}:{name}"
    yield shape.table, {"id": entry_id, **shape.fixed, **_values(shape.table, own, path)}
    for key, part in shape.parts.items():
        for ordinal, item in enumerate(entry.get(key, ()), start=1):
            yield part.table, {part.owner: entry_id, **_part_row(part, item, ordinal, path)}
    for key, link in shape.links.items():
        column = link.table.c[link.target]
        for target in entry.get(key, ()):
            yield link.table, {link.owner: entry_id, link.target: _reference(column, target, path)}


def _part_row(part: Part, item: Entry, ordinal: int, path: str) -> Row:
    """Return one row of a part; its id comes from its `key`, or else from its place in the list."""
    columns = part.table.c
    written = dict({part.text: item} if part.text else item)
    if "key" not in columns:
        written.pop("key", None)
    row = _values(part.table, written, path)
    if "ordinal" in columns:
        row.setdefault("ordinal", ordinal)
    if part.prefix:
        row["id"] = named_id(part.prefix, _part_name(item, ordinal, path))
    return row


def _part_name(item: Entry, ordinal: int, path: str) -> str:
    """Return what the id of a part is made from; sections of two forms may share a key."""
    steps = (path, item.get("profile"), item.get("key", ordinal))
    return "/".join(str(step) for step in steps if step is not None)


def _values(table: Table, written: Entry, path: str) -> Row:
    """Return the columns that `written` gives; a key without its `_id` names another record."""
    row: Row = {}
    for key, value in written.items():
        if key in table.c:
            row[key] = _value(table.c[key], value)
        elif f"{key}_id" in table.c:
            row[f"{key}_id"] = _reference(table.c[f"{key}_id"], value, path)
        else:
            raise ValueError(f"{path}: the table {table.name} knows no {key!r}.")
    return row


def _value(column: Column[Any], value: object) -> object:
    """Return a vocabulary value for its text, everything else as it is."""
    if isinstance(column.type, Enum) and column.type.enum_class is not None:
        return column.type.enum_class(value)
    return value


def _reference(column: Column[Any], text: str, path: str) -> str:
    """Return the id that `text` names: `slug`, `code` or, where several kinds are possible, `kind:slug`."""
    prefix, _, name = text.rpartition(":")
    (key,) = column.foreign_keys
    target = key.column.table.name
    if target == "source":
        # A claim refers to a source of its own record.
        return named_id("source", f"{path}/{name}")
    return named_id(prefix or _PREFIX_OF_TABLE[target], name)
