"""What a token may be used for.

Owns: the closed set of scopes, what each allows, and who may be given it.
Does not own: which role has which scope (`access.roles`), the words on the consent page (`i18n`).

Source: OAuth 2.0 scope values, RFC 6749 §3.3; OpenID Connect Core 1.0 §5.4.
"""

from enum import StrEnum


class Scope(StrEnum):
    """One thing that a token may be used for. The value is what goes over the wire."""

    OPENID = "openid"
    """Sign the person in: an ID token."""
    PROFILE = "profile"
    """The person's name and language."""
    EMAIL = "email"
    """The person's e-mail address."""
    OFFLINE_ACCESS = "offline_access"
    """Stay signed in: a refresh token."""
    CONTENT_READ = "content:read"
    """Read what is public."""
    DRAFTS_READ = "drafts:read"
    """Read what only members of the organisation may: drafts, withdrawn records, internal records."""
    CONTENT_WRITE = "content:write"
    """Write records of the organisation."""
    CONTACTS_READ = "contacts:read"
    """Read the personal data of contact persons of the organisation's records."""
    ORGANISATION_READ = "org:read"
    """Read the organisation's account: members, clients, applications."""
    MEMBERS = "org:members"
    """Invite, change and remove members."""
    CLIENTS = "org:clients"
    """Make, change and remove API clients and keys."""
    SETTINGS = "org:settings"
    """Change the organisation's policy, its identity provider, and what applications are granted."""
    AUDIT_READ = "audit:read"
    """Read the audit log of the organisation."""
    PLATFORM = "platform:admin"
    """Open organisation accounts; only for administrators of the platform who have said why."""


PERSONAL = frozenset({Scope.OPENID, Scope.PROFILE, Scope.EMAIL, Scope.OFFLINE_ACCESS})
"""Scopes about a person; they belong to no organisation and need no right in one."""

ORGANISATIONAL = frozenset(Scope) - PERSONAL - {Scope.PLATFORM}
"""Scopes that are rights in an organisation."""

OF_KEYS = frozenset({Scope.CONTENT_READ, Scope.DRAFTS_READ, Scope.AUDIT_READ})
"""Scopes that an API key may have: it is read-only and lives long."""

OF_SERVICES = ORGANISATIONAL - {Scope.MEMBERS, Scope.SETTINGS}
"""Scopes that a client may have in its own name. Members and settings are changed by persons."""

OF_APPLICATIONS = PERSONAL | OF_SERVICES - {Scope.CLIENTS}
"""Scopes that an application of another organisation may ask for."""

OF_DEVICES = frozenset({Scope.OPENID, Scope.PROFILE, Scope.OFFLINE_ACCESS}) | OF_KEYS | {Scope.CONTENT_WRITE}
"""Scopes that the device flow may grant: never what manages accounts, because codes are phished."""


def scopes_of(text: str | None) -> frozenset[Scope]:
    """Return the known scopes in a space-separated list; unknown ones are left out, as RFC 6749 §3.3 allows."""
    known = {scope.value: scope for scope in Scope}
    return frozenset(known[word] for word in (text or "").split() if word in known)


def values_of(scopes: frozenset[Scope]) -> list[str]:
    """Return scopes as they are stored and shown, in the order of the enumeration."""
    return [scope.value for scope in Scope if scope in scopes]


def text_of(scopes: frozenset[Scope]) -> str:
    """Return the space-separated list, in the order of the enumeration."""
    return " ".join(values_of(scopes))
