"""The step of the pipeline that decides in which language texts are read.

Owns: the chain of tags of every text in a plan, and its SQL.
Does not own: the rules of fallback (`i18n.languages`).
"""

from dataclasses import replace

from sqlalchemy import ColumnElement

from ilmio_api.compiler.plan import Plan, Text, rewrite
from ilmio_api.compiler.sql_text import Row
from ilmio_api.db.raw import raw
from ilmio_api.i18n.languages import Reading


def localise(plan: Plan, reader: Reading) -> Plan:
    """Return the plan whose texts are read as the field's arguments say, else as the reader wants."""
    usual = reader.chain()

    def change(node: object) -> object:
        if not isinstance(node, Text):
            return node
        if node.language is None and node.register is None:
            return replace(node, chain=usual)
        reading = Reading(node.language or reader.language, reader.register if node.register is None else node.register)
        return replace(node, chain=reading.chain())

    return rewrite(plan, change)


def best_text(row: Row, column: str, chain: tuple[str, ...]) -> ColumnElement[str | None]:
    """Return the first text in the chain of tags, else in any language, else NULL."""
    texts = row.text(column)
    # Tags come from closed enums, never from a request, so they may stand in the statement as literals. Text, because
    # texts are the most frequent values, and SQLAlchemy takes long to put these expressions together.
    tried = ", ".join(f"{texts} ->> '{tag}'" for tag in chain)
    return raw(f"coalesce({tried}, ilmio_any_text({texts}))")
