"""Who asks: one reader for every kind of right that an answer can depend on.

Owns: the readers of the mottled world.
Does not own: what they may see (`oracle.policies`).
"""

from collections.abc import Mapping

from tests.oracle.mottled import OWNERS
from tests.oracle.world import World

from ilmio_api.access.principals import ANONYMOUS, Principal
from ilmio_api.access.scopes import Scope

_READING = frozenset({Scope.CONTENT_READ, Scope.DRAFTS_READ})

READERS = ("anonymous", "member", "member of two", "member elsewhere", "technical contact", "client", "public client")
"""Names of the readers."""


def readers_of(world: World) -> Mapping[str, Principal]:
    """Return the readers by name; the owners of the records are known by their slugs."""
    one, two, _ = (str(world.where("organisation", "slug", slug)[0]["id"]) for slug in OWNERS)
    public = frozenset({Scope.CONTENT_READ})
    return {
        "anonymous": ANONYMOUS,
        "member": _member((one, _READING)),
        "member of two": _member((one, _READING), (two, _READING)),
        "member elsewhere": _member(("organisation_elsewhere", _READING)),
        "technical contact": _member((one, public)),
        "client": Principal(client="client_x", scopes=_READING, rights=((two, _READING),)),
        "public client": Principal(client="client_x", scopes=public, rights=((one, public),)),
    }


def _member(*rights: tuple[str, frozenset[Scope]]) -> Principal:
    """Return a person with rights in organisations."""
    return Principal(account="account_x", client="client_x", scopes=_READING, rights=tuple(sorted(rights)))
