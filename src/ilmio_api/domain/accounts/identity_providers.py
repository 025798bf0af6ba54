"""Commands on the OpenID provider of an organisation.

Owns: its settings, switching it on and off, what ends with it.
Does not own: signing in through it (`oauth`), the domains whose people may come unasked (`domains`).

Owners can always sign in here as well, so an organisation never locks itself out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import func, select, update

from ilmio_api.access.roles import Role
from ilmio_api.access.scopes import Scope
from ilmio_api.db.sealing import Sealer
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import audit, domains
from ilmio_api.domain.accounts.authority import policy_for
from ilmio_api.domain.accounts.sign_in_models import IdentityProvider, Session
from ilmio_api.domain.accounts.token_models import AuthorisationCode, DeviceAuthorisation, TokenFamily
from ilmio_api.domain.accounts.vocabulary import AuditAction
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, conflict, invalid, not_allowed

DEFAULT_ROLES = frozenset({Role.EDITOR, Role.VIEWER, Role.TECHNICAL_CONTACT})
"""Roles that somebody may get by coming through the provider for the first time: none that manages members."""

_LONGEST = 500
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?")
_CLIENT_ID = re.compile(r"[\x21-\x7E]{1,500}")


@dataclass(frozen=True, slots=True)
class ProviderDraft:
    """What somebody wants an identity provider's settings to be."""

    issuer: str
    """Exactly as the provider writes it."""
    client_id: str
    """Name by which the provider knows this service."""
    client_secret: str | None = None
    """None when the provider knows this service by its keys."""
    keeps_secret: bool = False
    """Whether the secret stays as it was, `client_secret` being empty; only with the same issuer."""
    default_role: Role | None = None
    """Role of persons of a proved domain who come for the first time; None when they need an invitation."""
    expected_version: int | None = None
    """The version that was seen; None when there was none."""


@dataclass(frozen=True, slots=True)
class ProviderConfigured:
    """The settings of an identity provider are as they were wanted."""

    id: str


@dataclass(frozen=True, slots=True)
class ProviderEnabled:
    """Persons can sign in through the provider."""

    id: str


@dataclass(frozen=True, slots=True)
class ProviderDisabled:
    """Nobody can sign in through the provider, and whoever had is signed out."""

    id: str
    ended_sessions: int


async def configure(
    session: WriteSession,
    occasion: Occasion,
    organisation: str,
    draft: ProviderDraft,
    *,
    sealer: Sealer,
) -> ProviderConfigured | Refused:
    """Set up the identity provider of an organisation, or change it.

    With another issuer it is another provider: it has to be switched on again, and sessions that the one before has
    begun end.

    Args:
        session: Unit of work.
        occasion: Who asks; needs `org:settings` in the organisation and a recent sign-in.
        organisation: The organisation.
        draft: What its settings shall be.
        sealer: Seals the secret.
    """
    policy = await policy_for(session, occasion, organisation, Scope.SETTINGS)
    if isinstance(policy, Refused):
        return policy
    known = await _provider(session, organisation)
    problems = _problems_of(draft, known)
    if problems:
        return invalid(*problems)
    if (known.version if known else None) != draft.expected_version:
        return conflict(ProblemCode.CHANGED_MEANWHILE, "expected_version")
    is_another = known is not None and known.issuer != draft.issuer
    if is_another and policy.single_sign_on_required:
        return conflict(ProblemCode.IN_USE, by="single_sign_on_required")
    before = _audited(known) if known else None
    if known is None:
        known = IdentityProvider(id=occasion.new_id("idp"), organisation_id=organisation, version=0)
        known.enabled, known.created_at = False, occasion.at
        session.add(known)
    known.issuer, known.client_id, known.default_role = draft.issuer, draft.client_id, draft.default_role
    if not draft.keeps_secret:
        secret = draft.client_secret
        known.sealed_client_secret = None if secret is None else sealer.seal({"client_secret": secret})
    known.enabled = known.enabled and not is_another
    known.version += 1
    await session.flush()
    if is_another:
        await _end_sessions(session, occasion, known.id)
    await _record(session, occasion, known, before)
    return ProviderConfigured(known.id)


async def enable(
    session: WriteSession, occasion: Occasion, organisation: str, expected_version: int
) -> ProviderEnabled | Refused:
    """Let persons sign in through the provider of an organisation.

    Args:
        session: Unit of work.
        occasion: Who asks; needs `org:settings` in the organisation and a recent sign-in.
        organisation: The organisation.
        expected_version: The version that was seen.
    """
    known = await _provider_to_switch(session, occasion, organisation, expected_version)
    if isinstance(known, Refused):
        return known
    before = _audited(known)
    known.enabled = True
    known.version += 1
    await session.flush()
    await _record(session, occasion, known, before)
    return ProviderEnabled(known.id)


async def disable(
    session: WriteSession, occasion: Occasion, organisation: str, expected_version: int
) -> ProviderDisabled | Refused:
    """Let nobody sign in through the provider of an organisation, and sign out whoever has.

    Args:
        session: Unit of work.
        occasion: Who asks; needs `org:settings` in the organisation and a recent sign-in.
        organisation: The organisation, whose policy must not ask for single sign-on any more.
        expected_version: The version that was seen.
    """
    policy = await policy_for(session, occasion, organisation, Scope.SETTINGS)
    if isinstance(policy, Refused):
        return policy
    known = await _provider_to_switch(session, occasion, organisation, expected_version)
    if isinstance(known, Refused):
        return known
    if policy.single_sign_on_required:
        return conflict(ProblemCode.IN_USE, by="single_sign_on_required")
    before = _audited(known)
    known.enabled = False
    known.version += 1
    await session.flush()
    ended = await _end_sessions(session, occasion, known.id)
    await _record(session, occasion, known, before)
    return ProviderDisabled(known.id, ended)


async def provider_for(session: WriteSession, email: str) -> str | None:
    """Return the provider through which the person with an address signs in, or None.

    It depends on the domain alone: the answer does not tell whether anybody has this address.
    """
    organisation = await domains.organisation_of(session, email.rpartition("@")[2])
    return await session.scalar(
        select(IdentityProvider.id).where(IdentityProvider.organisation_id == organisation, IdentityProvider.enabled)
    )


async def _provider(session: WriteSession, organisation: str) -> IdentityProvider | None:
    """Return the provider of an organisation, locked."""
    return await session.scalar(
        select(IdentityProvider)
        .where(IdentityProvider.organisation_id == organisation)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


async def _provider_to_switch(
    session: WriteSession, occasion: Occasion, organisation: str, expected_version: int
) -> IdentityProvider | Refused:
    """Return the provider of an organisation as it was seen."""
    policy = await policy_for(session, occasion, organisation, Scope.SETTINGS)
    if isinstance(policy, Refused):
        return policy
    known = await _provider(session, organisation)
    if known is None:
        return not_allowed("organisation")
    return known if known.version == expected_version else conflict(ProblemCode.CHANGED_MEANWHILE, "expected_version")


def _problems_of(draft: ProviderDraft, known: IdentityProvider | None) -> tuple[Problem, ...]:
    """Return what is wrong with settings."""
    problems: list[Problem] = []
    if not is_issuer(draft.issuer):
        problems.append(Problem(ProblemCode.NOT_AN_ISSUER, ("issuer",)))
    if not _CLIENT_ID.fullmatch(draft.client_id):
        problems.append(Problem(ProblemCode.REQUIRED, ("client_id",)))
    if draft.client_secret is not None and not 0 < len(draft.client_secret) <= _LONGEST:
        problems.append(Problem(ProblemCode.REQUIRED, ("client_secret",)))
    # A secret never goes to another server than the one that gave it.
    if draft.keeps_secret and (draft.client_secret is not None or known is None or known.issuer != draft.issuer):
        problems.append(Problem(ProblemCode.DOES_NOT_FIT, ("keeps_secret",), {"other": "issuer"}))
    if draft.default_role is not None and draft.default_role not in DEFAULT_ROLES:
        problems.append(Problem(ProblemCode.ROLE_NOT_ALLOWED, ("default_role",), {"role": draft.default_role}))
    return tuple(problems)


def is_issuer(text: str) -> bool:
    """Return whether a text can be an issuer: `https`, a host, maybe a path, and nothing else.

    Which addresses are asked is decided when they are asked (`outgoing`).

    Source: OpenID Connect Discovery 1.0 §3.
    """
    if len(text) > _LONGEST or not text.isascii() or not text.isprintable() or set(text) & set(' \\"<>?#@'):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return text.startswith("https://") and _HOST.fullmatch(parts.netloc) is not None


async def _end_sessions(session: WriteSession, occasion: Occasion, provider: str) -> int:
    """End the sessions that a provider has begun, with all that was authorised in them, and return how many."""
    ended = await session.scalars(
        update(Session)
        .where(Session.identity_provider_id == provider, Session.ended_at.is_(None))
        .values(ended_at=occasion.at)
        .returning(Session.id)
        .execution_options(synchronize_session=False)
    )
    # Also what was authorised in sessions that ended before, and may outlive them.
    begun = select(Session.id).where(Session.identity_provider_id == provider)
    await session.execute(
        update(TokenFamily)
        .where(TokenFamily.session_id.in_(begun), TokenFamily.revoked_at.is_(None))
        .values(revoked_at=occasion.at)
        .execution_options(synchronize_session=False)
    )
    for waiting in (AuthorisationCode, DeviceAuthorisation):
        await session.execute(
            update(waiting)
            .where(waiting.session_id.in_(begun), waiting.used_at.is_(None))
            .values(expires_at=func.least(waiting.expires_at, occasion.at))
            .execution_options(synchronize_session=False)
        )
    return len(ended.all())


def _audited(known: IdentityProvider) -> dict[str, object]:
    """Return what the audit log tells of a provider."""
    return {
        "issuer": known.issuer,
        "client_id": known.client_id,
        "has_secret": known.sealed_client_secret is not None,
        "default_role": known.default_role,
        "enabled": known.enabled,
    }


async def _record(
    session: WriteSession, occasion: Occasion, known: IdentityProvider, before: Mapping[str, object] | None
) -> None:
    """Tell the log of the organisation."""
    await audit.record(
        session,
        occasion,
        AuditAction.IDENTITY_PROVIDER_CHANGED,
        organisation=known.organisation_id,
        target=known.id,
        before=before,
        after=_audited(known),
    )
