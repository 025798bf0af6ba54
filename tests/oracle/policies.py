"""Which rows a reader may see, stated table by table.

Owns: the visibility of every table.
Does not own: where it is asked (everywhere a row is met).
"""

from collections.abc import Callable

from tests.oracle.world import Row, World

RECORD_TABLES = {
    "AREA": "area",
    "PHENOMENON": "phenomenon",
    "ORGANISATION": "organisation",
    "PILOT": "initiative",
    "PROJECT": "initiative",
    "REGIONAL_PROGRAMME": "initiative",
    "COLLECTION": "initiative",
    "OPERATING_MODEL": "operating_model",
    "IMPLEMENTATION": "implementation",
    "PRINCIPLE_SET": "principle_set",
    "LEARNING": "learning",
    "IMPACT_FIGURE": "impact_figure",
    "INDICATOR": "indicator",
    "EVENT_SERIES": "event_series",
    "EVENT": "event",
    "NETWORK": "network",
}
"""Table of the records of each kind in the directory `record`."""


def is_visible(world: World, table: str, row: Row) -> bool:
    """Tell whether the reader of the world may see the row: everybody's, and those of its own organisations."""
    if "publication_status" in row:
        is_public = row["publication_status"] == "PUBLISHED" and row["visibility"] == "PUBLIC"
        return row["deleted_at"] is None and (is_public or row["owner_id"] in world.own)
    rule = _RULES.get(table)
    return rule is None or rule(world, row)


def _follows(table: str, column: str) -> Callable[[World, Row], bool]:
    """Return the rule of a row that is visible when the row it points to is."""

    def rule(world: World, row: Row) -> bool:
        owner = world.one(table, row[column])
        return owner is not None and is_visible(world, table, owner)

    return rule


def _all_of(*rules: Callable[[World, Row], bool]) -> Callable[[World, Row], bool]:
    return lambda world, row: all(rule(world, row) for rule in rules)


def _any_of(*rules: Callable[[World, Row], bool]) -> Callable[[World, Row], bool]:
    return lambda world, row: any(rule(world, row) for rule in rules)


def _entry(world: World, row: Row) -> bool:
    """Tell whether the record behind a line of the directory is visible."""
    table = RECORD_TABLES[row["kind"]]
    record = world.one(table, row["id"])
    return record is not None and is_visible(world, table, record)


_RULES: dict[str, Callable[[World, Row], bool]] = {
    "record": _entry,
    "participation": _follows("initiative", "initiative_id"),
    "funding": _any_of(_follows("initiative", "initiative_id"), _follows("operating_model", "model_id")),
    "goal": _follows("initiative", "initiative_id"),
    "measurement": _follows("initiative", "initiative_id"),
    "initiative_area": _follows("initiative", "initiative_id"),
    "initiative_relation": _follows("initiative", "subject_id"),
    "phenomenon_priority": _follows("phenomenon", "phenomenon_id"),
    "phenomenon_relation": _all_of(_follows("phenomenon", "subject_id"), _follows("phenomenon", "object_id")),
    "organisation_succession": _all_of(
        _follows("organisation", "predecessor_id"), _follows("organisation", "successor_id")
    ),
    "network_member": _follows("organisation", "organisation_id"),
    "observation": _follows("indicator", "indicator_id"),
    "source": _follows("record", "record_id"),
    "claim": _follows("record", "record_id"),
    "disagreement": _follows("record", "record_id"),
    "document": _follows("record", "record_id"),
    "contact": _follows("record", "record_id"),
    "external_id": _follows("record", "record_id"),
    "section": _follows("record", "record_id"),
}
"""Tables that are not open to all as they are."""
