"""What the members of an organisation may do.

Owns: the roles and the scopes that each has.
Does not own: who has which role (`domain.accounts`).
"""

from enum import StrEnum

from ilmio_api.access.scopes import ORGANISATIONAL, Scope


class Role(StrEnum):
    """What a member is in an organisation."""

    OWNER = "OWNER"
    ADMIN = "ADMIN"
    EDITOR = "EDITOR"
    VIEWER = "VIEWER"
    TECHNICAL_CONTACT = "TECHNICAL_CONTACT"


_READING = frozenset({Scope.CONTENT_READ, Scope.DRAFTS_READ, Scope.ORGANISATION_READ})

SCOPES_OF_ROLES: dict[Role, frozenset[Scope]] = {
    Role.OWNER: ORGANISATIONAL,
    Role.ADMIN: ORGANISATIONAL - {Scope.SETTINGS},
    Role.EDITOR: _READING | {Scope.CONTENT_WRITE, Scope.CONTACTS_READ},
    Role.VIEWER: _READING,
    Role.TECHNICAL_CONTACT: frozenset({Scope.CONTENT_READ, Scope.ORGANISATION_READ, Scope.CLIENTS}),
}
"""Rights of each role in its organisation."""


def may_give(giver: Role, role: Role) -> bool:
    """Return whether a member with the role `giver` may make somebody a `role`, or unmake one: nobody above oneself."""
    match giver:
        case Role.OWNER:
            return True
        case Role.ADMIN:
            return role is not Role.OWNER
        case Role.EDITOR | Role.VIEWER | Role.TECHNICAL_CONTACT:
            return False
