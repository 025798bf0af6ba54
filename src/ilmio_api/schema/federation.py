"""The published schema as a subgraph: what a partner needs to compose it into a graph of their own.

Owns: the keys of the entities, the form of the SDL that a composition reads, the types that gateways ask with.
Does not own: how entities are found (`compiler.representations`), the root fields (`schema.query`).

Source: Apollo Federation subgraph specification, https://specs.apollo.dev/federation/v2.0
"""

import re
from typing import Annotated

import strawberry

from ilmio_api.compiler.declare import SchemaText
from ilmio_api.schema.fields import declared
from ilmio_api.schema.records import MEMBERS, directory
from ilmio_api.schema.search import AnyRecord

KEYS = {name: ("id", "code") if name == "Area" else ("id", "slug") for name in MEMBERS.values()}
"""Fields by which an object of each type can be referred to from another graph."""

SHAREABLE = ("PageInfo",)
"""Types that a partner's own lists are likely to have too, with the same meaning."""

_LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@shareable"])\n\n'
_TYPE = re.compile(r"^type (\w+)[^{\n]*(?= \{$)", re.MULTILINE)


def subgraph_sdl(sdl: str) -> str:
    """Return the SDL with the directives of Federation 2: the keys of entities, and what others may define too."""

    def marked(header: re.Match[str]) -> str:
        keys = "".join(f' @key(fields: "{key}")' for key in KEYS.get(header[1], ()))
        return header[0] + keys + (" @shareable" if header[1] in SHAREABLE else "")

    return _LINK + _TYPE.sub(marked, sdl)


Entity = Annotated[AnyRecord, strawberry.union("_Entity", description="An object that other graphs can refer to.")]

ENTITY = directory(MEMBERS)
"""Rows of the union of all entities."""


@strawberry.type(name="_Service", description="This schema as a part of a larger graph.")
class Service:
    """See the description."""

    sdl: str = declared(
        SchemaText(subgraph_sdl),
        "The schema in the schema definition language with the directives of Apollo Federation 2; not more than once "
        "in an operation.",
    )
