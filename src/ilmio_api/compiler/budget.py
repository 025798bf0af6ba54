"""The published limits on one operation.

Owns: the numbers.
Does not own: where they are checked: while the selection is read (`compiler.selection`) and on the plan
(`compiler.limit`); limits on the document as text (`compiler.documents`) and on pages (`compiler.paging`).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """What one operation may ask for."""

    depth: int = 12
    """Levels of objects below the root; edges, nodes and embedded objects do not count."""
    fields: int = 2_000
    """Fields of all objects in the operation, fragments written out, for every possible type of an abstract value."""
    cost: int = 50_000
    """Points of the operation (`compiler.cost`): objects in the largest possible answer, searches and counts."""
    sources: int = 200
    """Tables that the statement reads, each time they are read counting."""
    filters: int = 100
    """Filter objects in the operation, those inside `and`, `or` and `not` included."""
    filter_depth: int = 8
    """Levels of filters inside each other."""
    schema_texts: int = 1
    """Copies of the published schema in the answer; it is longer than any object."""
