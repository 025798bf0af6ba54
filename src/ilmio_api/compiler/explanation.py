"""What an operation becomes, for people to read.

Owns: the outline of PostgreSQL's plan, a line per node.
Does not own: making the statement (`compiler.pipeline`) or running it.
"""

from collections.abc import Iterator, Mapping
from typing import Any


def outline(node: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    """Return the nodes of a plan in PostgreSQL's JSON form, indented below each other.

    Args:
        node: The object under the key `Plan`.
        depth: Levels above the node.
    """
    words = [str(node["Node Type"])]
    if "Relation Name" in node:
        words.append(f"on {node['Relation Name']}")
    if "Index Name" in node:
        words.append(f"using {node['Index Name']}")
    if "Actual Rows" in node:
        words.append(
            f"({node['Actual Rows']:g} rows × {node['Actual Loops']}, {node['Actual Total Time']:.3f} ms each)"
        )
    else:
        words.append(f"(about {node['Plan Rows']} rows)")
    yield "  " * depth + " ".join(words)
    for condition in ("Index Cond", "Filter"):
        if condition in node:
            yield "  " * (depth + 2) + f"{condition}: {node[condition]}"
    for child in node.get("Plans", ()):
        yield from outline(child, depth + 1)
