"""Who may do what, as somebody would keep it in a notebook: the oracle of `lives`.

Owns: a naive account of memberships, clients, grants, tokens and keys, and the rights that follow from it.
Does not own: what happens (`lives`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.domain.accounts.organisations import OURS, THEIRS

from ilmio_api.access.roles import SCOPES_OF_ROLES, Role, may_give
from ilmio_api.access.scopes import OF_APPLICATIONS, OF_KEYS, OF_SERVICES, Scope
from ilmio_api.access.secrets import Secret

ORGANISATIONS = (OURS, THEIRS)


@dataclass
class Issued:
    """A token or key that somebody has."""

    secret: Secret
    scopes: frozenset[Scope]
    client: str | None = None
    """None for a key."""
    person: str | None = None
    """None for a program in its own name."""
    organisation: str = OURS
    """Of a key."""
    ended: bool = False


@dataclass
class Notebook:
    """What somebody has written down."""

    roles: dict[tuple[str, str], Role] = field(default_factory=dict)
    out: set[str] = field(default_factory=set)
    clients: dict[str, tuple[str, frozenset[Scope]]] = field(default_factory=dict)
    grants: dict[tuple[str, str], frozenset[Scope]] = field(default_factory=dict)
    issued: list[Issued] = field(default_factory=list)

    def rights_of(self, issued: Issued) -> Mapping[str, frozenset[Scope]] | None:
        """Return the scopes that a token or key has by organisation; None when it does not hold."""
        if issued.ended or issued.person in self.out:
            return None
        if issued.client is None:
            return _some({issued.organisation: issued.scopes & OF_KEYS})
        if issued.client not in self.clients:
            return None
        owner, most = self.clients[issued.client]
        rights = {}
        for organisation in ORGANISATIONS:
            granted = self.grants.get((organisation, issued.client), frozenset()) & OF_APPLICATIONS
            held = issued.scopes & most & (most if organisation == owner else granted)
            rights[organisation] = held & (self._of_role(issued.person, organisation) if issued.person else OF_SERVICES)
        return _some(rights)

    def rights_in_console(self, person: str) -> Mapping[str, frozenset[Scope]]:
        """Return the scopes that a person has in the console."""
        here = () if person in self.out else ORGANISATIONS
        return _some({organisation: self._of_role(person, organisation) for organisation in here})

    def leave(self, person: str, organisation: str | None = None) -> None:
        """Note that a person is no longer a member, and that their tokens died with that."""
        for key in [key for key in self.roles if key[0] == person and organisation in {None, key[1]}]:
            del self.roles[key]
        self.end_tokens(person)

    def end_tokens(self, person: str) -> None:
        """Note that all tokens of a person died."""
        for issued in self.issued:
            issued.ended |= issued.person == person

    def may_give(self, person: str, organisation: str, *roles: Role) -> bool:
        """Return whether a person may make somebody these."""
        giver = None if person in self.out else self.roles.get((person, organisation))
        return giver is not None and all(may_give(giver, role) for role in roles)

    def owners(self, organisation: str) -> set[str]:
        """Return the owners of an organisation who can act."""
        return {
            person
            for (person, where), role in self.roles.items()
            if where == organisation and role is Role.OWNER and person not in self.out
        }

    def _of_role(self, person: str, organisation: str) -> frozenset[Scope]:
        role = self.roles.get((person, organisation))
        return frozenset() if role is None else SCOPES_OF_ROLES[role]


def _some(rights: Mapping[str, frozenset[Scope]]) -> Mapping[str, frozenset[Scope]]:
    """Return the organisations in which there is any scope."""
    return {organisation: scopes for organisation, scopes in rights.items() if scopes}
