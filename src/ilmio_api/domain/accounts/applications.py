"""Commands on what organisations grant to clients of other organisations.

Owns: asking for a grant, deciding about it, taking it back.
Does not own: what a grant is worth at the moment (`principals`), consents of persons (`consents`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, select

from ilmio_api.access.scopes import OF_APPLICATIONS, OF_SERVICES, PERSONAL, Scope, scopes_of, values_of
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import audit
from ilmio_api.domain.accounts.authority import held_in, locked_policy, still_may
from ilmio_api.domain.accounts.client_models import ApiClient, ApplicationGrant
from ilmio_api.domain.accounts.client_rules import problems_of_scopes
from ilmio_api.domain.accounts.models import Membership
from ilmio_api.domain.accounts.revocation import end_authorisations
from ilmio_api.domain.accounts.vocabulary import AuditAction, ClientKind, GrantStatus
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import ProblemCode, Refused, conflict, invalid, not_allowed, step_up_needed

PAUSE = timedelta(days=30)
"""How long the owner of a client waits after a no before asking again; members of the organisation need not wait."""


@dataclass(frozen=True, slots=True)
class ApplicationRequested:
    """An organisation was asked to grant something to an application."""

    grant: str


@dataclass(frozen=True, slots=True)
class ApplicationApproved:
    """An organisation has granted something to an application."""

    grant: str


@dataclass(frozen=True, slots=True)
class ApplicationRejected:
    """An organisation has said no."""

    grant: str


@dataclass(frozen=True, slots=True)
class ApplicationRevoked:
    """An organisation has taken back what it had granted."""

    grant: str
    ended_authorisations: int
    """Of members of the organisation, through this application."""


async def request(
    session: WriteSession, occasion: Occasion, organisation: str, client_id: str, scopes: frozenset[Scope]
) -> ApplicationRequested | Refused:
    """Ask an organisation to grant scopes to an application of another organisation.

    Args:
        session: Unit of work.
        occasion: Who asks: any member of the organisation, or whoever manages clients at the owner of the application.
        organisation: The organisation that is asked.
        client_id: The application, which has to be listed.
        scopes: What is asked for.
    """
    client = await _listed_client(session, client_id)
    is_member = occasion.principal.may(Scope.ORGANISATION_READ, organisation)
    is_owner = client is not None and occasion.principal.may(Scope.CLIENTS, client.organisation_id or "")
    if client is None or client.organisation_id == organisation or not (is_member or is_owner):
        return not_allowed("client")
    problems = problems_of_scopes(scopes, _grantable(client), "scopes")
    if problems:
        return invalid(*problems)
    # Locked, so that two who ask at the same time do not both find that nobody has asked.
    if await locked_policy(session, organisation) is None:
        return not_allowed("organisation")
    grant = await _grant_of(session, organisation, client_id)
    if grant is None:
        grant = ApplicationGrant(
            id=occasion.new_id("grant"),
            organisation_id=organisation,
            client_id=client_id,
            version=0,
            created_at=occasion.at,
        )
        session.add(grant)
    elif grant.status in {GrantStatus.REQUESTED, GrantStatus.APPROVED}:
        return conflict(ProblemCode.ALREADY_EXISTS, id=grant.id)
    elif not is_member and grant.decided_at is not None and occasion.at < grant.decided_at + PAUSE:
        return conflict(ProblemCode.ALREADY_DECIDED, status=grant.status)
    grant.status, grant.scopes = GrantStatus.REQUESTED, values_of(scopes)
    grant.requested_by, grant.decided_at, grant.decided_by = occasion.principal.account, None, None
    grant.version += 1
    await session.flush()
    await _record(session, occasion, AuditAction.APPLICATION_REQUESTED, grant, after={"scopes": grant.scopes})
    return ApplicationRequested(grant.id)


async def approve(
    session: WriteSession, occasion: Occasion, grant_id: str, scopes: frozenset[Scope], expected_version: int
) -> ApplicationApproved | Refused:
    """Grant scopes to an application, as asked or otherwise; or change what was granted.

    Args:
        session: Unit of work.
        occasion: Who decides; needs `org:settings` in the organisation, all granted scopes, and a recent sign-in.
        grant_id: What was asked.
        scopes: What is granted.
        expected_version: The version that was seen.
    """
    grant = await _grant_to_decide(session, occasion, grant_id)
    if isinstance(grant, Refused):
        return grant
    client = await session.get(ApiClient, grant.client_id)
    if client is None or client.deleted_at is not None:
        return not_allowed("grant")
    if grant.version != expected_version:
        return conflict(ProblemCode.CHANGED_MEANWHILE, "expected_version")
    if grant.status not in {GrantStatus.REQUESTED, GrantStatus.APPROVED}:
        return conflict(ProblemCode.ALREADY_DECIDED, status=grant.status)
    held = held_in(occasion, grant.organisation_id)
    problems = problems_of_scopes(scopes, _grantable(client) & (PERSONAL | held), "scopes")
    if problems:
        return invalid(*problems)
    before: dict[str, object] = {"status": grant.status, "scopes": grant.scopes}
    grant.scopes = values_of(scopes)
    _decide(grant, occasion, GrantStatus.APPROVED)
    await session.flush()
    after: dict[str, object] = {"status": grant.status, "scopes": grant.scopes}
    await _record(session, occasion, AuditAction.APPLICATION_APPROVED, grant, before=before, after=after)
    return ApplicationApproved(grant.id)


async def reject(session: WriteSession, occasion: Occasion, grant_id: str) -> ApplicationRejected | Refused:
    """Say no to an application that has asked.

    Args:
        session: Unit of work.
        occasion: Who decides; needs `org:settings` in the organisation and a recent sign-in.
        grant_id: What was asked.
    """
    grant = await _grant_to_decide(session, occasion, grant_id)
    if isinstance(grant, Refused):
        return grant
    if grant.status is not GrantStatus.REQUESTED:
        return conflict(ProblemCode.ALREADY_DECIDED, status=grant.status)
    _decide(grant, occasion, GrantStatus.REJECTED)
    await session.flush()
    # Where applications need no approval, members may be using it already.
    await end_authorisations(session, occasion.at, grant.client_id, _members(grant.organisation_id))
    await _record(session, occasion, AuditAction.APPLICATION_REJECTED, grant, after={"status": grant.status})
    return ApplicationRejected(grant.id)


async def revoke(session: WriteSession, occasion: Occasion, grant_id: str) -> ApplicationRevoked | Refused:
    """Take back what was granted; tokens of the organisation's members through the application end at once.

    Args:
        session: Unit of work.
        occasion: Who decides; needs `org:settings` in the organisation and a recent sign-in.
        grant_id: The grant.
    """
    grant = await _grant_to_decide(session, occasion, grant_id)
    if isinstance(grant, Refused):
        return grant
    if grant.status is not GrantStatus.APPROVED:
        return conflict(ProblemCode.ALREADY_DECIDED, status=grant.status)
    _decide(grant, occasion, GrantStatus.REVOKED)
    await session.flush()
    ended = await end_authorisations(session, occasion.at, grant.client_id, _members(grant.organisation_id))
    await _record(
        session,
        occasion,
        AuditAction.APPLICATION_REVOKED,
        grant,
        before={"scopes": grant.scopes},
        after={"ended_authorisations": ended},
    )
    return ApplicationRevoked(grant.id, ended)


async def _listed_client(session: WriteSession, client_id: str) -> ApiClient | None:
    """Return a client that organisations may be asked for."""
    return await session.scalar(
        select(ApiClient).where(
            ApiClient.id == client_id,
            ApiClient.deleted_at.is_(None),
            ApiClient.is_listed,
            ApiClient.organisation_id.is_not(None),
        )
    )


def _grantable(client: ApiClient) -> frozenset[Scope]:
    """Return what may be granted to a client of another organisation."""
    most = OF_APPLICATIONS & scopes_of(" ".join(client.scopes))
    return most & OF_SERVICES if client.kind is ClientKind.SERVICE else most


async def _grant_of(session: WriteSession, organisation: str, client_id: str) -> ApplicationGrant | None:
    """Return the grant of an organisation to a client, locked."""
    return await session.scalar(
        select(ApplicationGrant)
        .where(ApplicationGrant.organisation_id == organisation, ApplicationGrant.client_id == client_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def _grant_to_decide(session: WriteSession, occasion: Occasion, grant_id: str) -> ApplicationGrant | Refused:
    """Return a grant about which the one who asks may decide, locked; a hidden one and none at all look the same."""
    grant = await session.scalar(
        select(ApplicationGrant)
        .where(ApplicationGrant.id == grant_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if grant is None or not await still_may(session, occasion, grant.organisation_id, Scope.SETTINGS):
        return not_allowed("grant")
    return grant if occasion.is_recent() else step_up_needed()


def _decide(grant: ApplicationGrant, occasion: Occasion, status: GrantStatus) -> None:
    """Note a decision, by whom and when."""
    grant.status = status
    grant.decided_at, grant.decided_by = occasion.at, occasion.principal.account
    grant.version += 1


def _members(organisation: str) -> Select[str]:
    """Return the accounts of the members of an organisation."""
    return select(Membership.account_id).where(Membership.organisation_id == organisation)


async def _record(
    session: WriteSession,
    occasion: Occasion,
    action: AuditAction,
    grant: ApplicationGrant,
    *,
    after: Mapping[str, object],
    before: Mapping[str, object] | None = None,
) -> None:
    """Tell the log of the organisation that grants."""
    await audit.record(
        session,
        occasion,
        action,
        organisation=grant.organisation_id,
        target=grant.id,
        before=before,
        after={"client": grant.client_id, **after},
    )
