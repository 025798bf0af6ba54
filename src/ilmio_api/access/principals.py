"""The one who asks.

Owns: what is known about a caller when a plan is restricted or a command is run, and the one rule of effective rights.
Does not own: how a caller proves who they are (`oauth`, `web.authentication`, `console`).

Effective right = right of the person ∩ what the organisation has granted to the client ∩ scopes of the token.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ilmio_api.access.roles import SCOPES_OF_ROLES, Role
from ilmio_api.access.scopes import ORGANISATIONAL, Scope

Rights: TypeAlias = Mapping[str, frozenset[Scope]]
"""Scopes by the id of the organisation in which they hold."""

_OF_ALL = frozenset({Scope.CONTENT_READ})


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller. Without credentials it is `ANONYMOUS`, who reads what is public. Hashable: it names cached plans."""

    account: str | None = None
    """TypeID of the person; None for clients and keys that act in their own name."""
    client: str | None = None
    """TypeID of the API client or key through which the caller came; None for the console."""
    credential: str | None = None
    """TypeID of the token, key or session: what the audit log names."""
    scopes: frozenset[Scope] = frozenset()
    """Scopes of the credential."""
    rights: tuple[tuple[str, frozenset[Scope]], ...] = ()
    """Effective scopes by organisation, sorted by organisation; only organisations with any."""
    elevated: bool = False
    """Whether an administrator of the platform has said why it needs to see all organisation accounts."""
    policy_key: str = field(init=False)
    """What chooses the form of the row predicates; callers with equal keys share compiled plans.

    Who has no rights beyond those of everybody shares the plans, and the answers, of everybody.
    """

    def __post_init__(self) -> None:
        """Find out once what every request asks."""
        as_all = self.account is None and not self.elevated and all(held <= _OF_ALL for _, held in self.rights)
        object.__setattr__(self, "policy_key", "anonymous" if as_all else "account")

    def organisations(self, scope: Scope) -> tuple[str, ...]:
        """Return the ids of the organisations in which the caller has the scope, sorted."""
        return tuple(organisation for organisation, held in self.rights if scope in held)

    def may(self, scope: Scope, organisation: str) -> bool:
        """Return whether the caller has the scope in an organisation."""
        return any(scope in held for each, held in self.rights if each == organisation)

    def claims(self) -> Mapping[str, object]:
        """Return the values that the row predicates of `access.rows` compare with, by the name of the claim.

        Together with `policy_key` these are everything that an answer may depend on.
        """
        if self.policy_key == "anonymous":
            return {}
        in_person = self.client is None
        return {
            "account": self.account if in_person or Scope.PROFILE in self.scopes else None,
            "email": in_person or Scope.EMAIL in self.scopes,
            # Sessions, ways to sign in and consents are shown in the console only, to no program.
            "person": self.account if in_person else None,
            "elevated": self.elevated,
            **{scope.name.lower(): list(self.organisations(scope)) for scope in CLAIMED},
        }


CLAIMED = (Scope.DRAFTS_READ, Scope.CONTACTS_READ, Scope.ORGANISATION_READ, Scope.CLIENTS, Scope.AUDIT_READ)
"""Scopes that row predicates ask for."""

ANONYMOUS = Principal()
"""Everybody who comes without credentials."""


def rights_of_person(roles: Mapping[str, Role], scopes: frozenset[Scope], granted: Rights | None) -> Rights:
    """Return the effective rights of a person.

    Args:
        roles: Role of the person by organisation.
        scopes: Scopes of the token; all for a session of the console.
        granted: What each organisation has granted to the client; None for the service's own client.
    """
    return {
        organisation: SCOPES_OF_ROLES[role]
        & scopes
        & (ORGANISATIONAL if granted is None else granted.get(organisation, frozenset()))
        for organisation, role in roles.items()
    }


def rights_of_client(scopes: frozenset[Scope], granted: Rights) -> Rights:
    """Return the effective rights of a client or key in its own name."""
    return {organisation: held & scopes for organisation, held in granted.items()}


def sorted_rights(rights: Rights) -> tuple[tuple[str, frozenset[Scope]], ...]:
    """Return rights in the form that a principal holds."""
    return tuple(sorted((each, held) for each, held in rights.items() if held))
