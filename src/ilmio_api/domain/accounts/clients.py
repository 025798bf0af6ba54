"""Commands on API clients: making, changing, deleting, secrets.

Owns: who may do what to a client, and what ends with it.
Does not own: what a client may be (`client_rules`), tokens (`oauth`), keys without a client (`api_keys`).

A client belongs to its organisation and outlives whoever made it. Whoever may manage clients may take a client's
power away; new power over it – a secret, a key, an address to which codes are sent – goes only to those who could have
made it with the scopes that it has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete as removal
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from ilmio_api.access.scopes import OF_DEVICES, Scope, scopes_of, values_of
from ilmio_api.access.secrets import Secret, SecretKind
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import audit, client_rules, consents
from ilmio_api.domain.accounts.authority import held_in, policy_for, still_may
from ilmio_api.domain.accounts.client_models import ApiClient, ApplicationGrant, ClientSecret, RegisteredDocument
from ilmio_api.domain.accounts.client_rules import ClientDraft
from ilmio_api.domain.accounts.credential_life import USUAL_DAYS, days_of_life
from ilmio_api.domain.accounts.models import OrganisationAccount
from ilmio_api.domain.accounts.revocation import end_authorisations
from ilmio_api.domain.accounts.vocabulary import AuditAction, ClientAuthentication, ClientKind, GrantStatus
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, conflict, invalid, not_allowed, step_up_needed
from ilmio_api.ids import named_id

MOST_CLIENTS = 50
"""Most clients of an organisation."""

MOST_SECRETS = 2
"""Most secrets of a client that are valid at once: the one in use, and the one that replaces it."""

COMMAND_LINE_CLIENT = named_id("client", "command line")
"""`client_id` of the service's own command line, the same everywhere."""


@dataclass(frozen=True, slots=True)
class ClientCreated:
    """A client was made."""

    client: str
    secret: Secret | None
    """None when it proves who it is in another way. Shown now and never again."""


@dataclass(frozen=True, slots=True)
class ClientChanged:
    """A client was changed."""

    client: str


@dataclass(frozen=True, slots=True)
class ClientDeleted:
    """A client was deleted, and everything that it could do has ended."""

    client: str


@dataclass(frozen=True, slots=True)
class ClientSecretAdded:
    """A client has a new secret beside the one that it had."""

    client: str
    id: str
    """Of the secret."""
    secret: Secret
    """Shown now and never again."""
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ClientSecretRevoked:
    """A secret of a client is not valid any more."""

    client: str
    id: str
    """Of the secret."""


async def create(
    session: WriteSession, occasion: Occasion, organisation: str, draft: ClientDraft
) -> ClientCreated | Refused:
    """Make a client of an organisation, with a secret if it proves by one who it is.

    Args:
        session: Unit of work.
        occasion: Who asks; needs `org:clients` in the organisation and a recent sign-in.
        organisation: The owner.
        draft: What the client shall be.
    """
    policy = await policy_for(session, occasion, organisation, Scope.CLIENTS)
    if isinstance(policy, Refused):
        return policy
    problems = client_rules.problems_of(draft, held_in(occasion, organisation))
    if problems:
        return invalid(*problems)
    existing = select(func.count()).where(ApiClient.organisation_id == organisation, ApiClient.deleted_at.is_(None))
    if (await session.scalar(existing) or 0) >= MOST_CLIENTS:
        return conflict(ProblemCode.TOO_MANY, most=MOST_CLIENTS)
    client = ApiClient(
        id=occasion.new_id("client"),
        organisation_id=organisation,
        created_at=occasion.at,
        created_by=occasion.principal.account,
        **client_rules.columns_of(draft),
    )
    session.add(client)
    await session.flush()
    secret: Secret | None = None
    if client.authentication in client_rules.WITH_SECRET:
        days = min(USUAL_DAYS, policy.max_credential_days)
        secret = (await _secret_added(session, occasion, client, days)).secret
    after = _audited(client)
    await audit.record(
        session, occasion, AuditAction.CLIENT_CREATED, organisation=organisation, target=client.id, after=after
    )
    return ClientCreated(client.id, secret)


async def change(
    session: WriteSession, occasion: Occasion, client_id: str, draft: ClientDraft, expected_version: int
) -> ClientChanged | Refused:
    """Change a client to what the draft says as a whole.

    Tokens that exist keep within the new scopes at once. Secrets end when the client shall prove otherwise who it is.
    With a new redirect address, people are asked for their consent again.

    Args:
        session: Unit of work.
        occasion: Who asks; has to be allowed to make such a client, before and after.
        client_id: The client.
        draft: What it shall be; of the same kind.
        expected_version: The version that was seen.
    """
    client = await _client_to_empower(session, occasion, client_id)
    if isinstance(client, Refused):
        return client
    problems = client_rules.problems_of(draft, held_in(occasion, client.organisation_id or ""))
    if draft.kind is not client.kind:
        problems = (Problem(ProblemCode.DOES_NOT_FIT, ("kind",), {"other": "client"}), *problems)
    if problems:
        return invalid(*problems)
    if client.version != expected_version:
        return conflict(ProblemCode.CHANGED_MEANWHILE, "expected_version")
    before, redirects_before = _audited(client), client.redirect_uris
    for name, value in client_rules.columns_of(draft).items():
        setattr(client, name, value)
    client.version += 1
    await session.flush()
    if client.authentication not in client_rules.WITH_SECRET:
        await _revoke_secrets(session, occasion, client.id)
    after = _audited(client)
    if not set(client.redirect_uris) <= set(redirects_before):
        # People have agreed to be sent elsewhere: without being asked again, nobody is sent to a new address.
        await consents.ask_again(session, client.id)
    changed = [name for name, value in after.items() if before[name] != value]
    await audit.record(
        session,
        occasion,
        AuditAction.CLIENT_CHANGED,
        organisation=client.organisation_id,
        target=client.id,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return ClientChanged(client.id)


async def delete(session: WriteSession, occasion: Occasion, client_id: str) -> ClientDeleted | Refused:
    """Delete a client. Its secrets, tokens and documents, what was granted to it and consented to, end at once.

    Args:
        session: Unit of work.
        occasion: Who asks; needs `org:clients` in the organisation and a recent sign-in.
        client_id: The client.
    """
    client = await managed(session, occasion, client_id)
    if isinstance(client, Refused):
        return client
    client.deleted_at = occasion.at
    client.version += 1
    await session.flush()
    await _revoke_secrets(session, occasion, client.id)
    await end_authorisations(session, occasion.at, client.id)
    await consents.forget(session, client.id)
    await session.execute(removal(RegisteredDocument).where(RegisteredDocument.client_id == client.id))
    events = [
        (client.organisation_id or "", AuditAction.CLIENT_DELETED, client.id),
        *(
            (organisation, AuditAction.APPLICATION_REVOKED, grant)
            for organisation, grant in await _withdrawn_grants(session, occasion, client.id)
        ),
    ]
    # In one order for all: two that are deleted at the same time wait for the same logs.
    for organisation, action, target in sorted(events):
        after = {"client": client.id}
        await audit.record(session, occasion, action, organisation=organisation, target=target, after=after)
    return ClientDeleted(client.id)


async def add_secret(
    session: WriteSession, occasion: Occasion, client_id: str, days: int | None = None
) -> ClientSecretAdded | Refused:
    """Give a client a second secret, so that the first can be replaced without a pause.

    Args:
        session: Unit of work.
        occasion: Who asks; has to be allowed to make such a client.
        client_id: The client.
        days: Life of the secret; None for 90 days, or the most that the organisation allows when that is less.
    """
    client = await _client_to_empower(session, occasion, client_id)
    if isinstance(client, Refused):
        return client
    if client.authentication not in client_rules.WITH_SECRET:
        return conflict(ProblemCode.DOES_NOT_FIT, other="authentication")
    most = await session.scalar(
        select(OrganisationAccount.max_credential_days).where(
            OrganisationAccount.organisation_id == client.organisation_id
        )
    )
    life = days_of_life(days, most or 1, "days")
    if isinstance(life, Problem):
        return invalid(life)
    valid = select(func.count()).where(
        ClientSecret.client_id == client.id,
        ClientSecret.revoked_at.is_(None),
        ClientSecret.expires_at > occasion.at,
    )
    if (await session.scalar(valid) or 0) >= MOST_SECRETS:
        return conflict(ProblemCode.TOO_MANY, most=MOST_SECRETS)
    added = await _secret_added(session, occasion, client, life)
    await audit.record(
        session,
        occasion,
        AuditAction.CLIENT_SECRET_ADDED,
        organisation=client.organisation_id,
        target=added.id,
        after={"client": client.id, "expires_at": added.expires_at},
    )
    return added


async def revoke_secret(session: WriteSession, occasion: Occasion, secret_id: str) -> ClientSecretRevoked | Refused:
    """End a secret of a client; one that has ended already stays as it is.

    Access tokens that were got with it live on for an hour at most; deleting the client ends those too.

    Args:
        session: Unit of work.
        occasion: Who asks; needs `org:clients` in the organisation and a recent sign-in.
        secret_id: The secret.
    """
    client_id = await session.scalar(select(ClientSecret.client_id).where(ClientSecret.id == secret_id))
    client = await managed(session, occasion, client_id or "", named_by="secret")
    if isinstance(client, Refused):
        return client
    if await _revoke_secrets(session, occasion, client.id, only=secret_id):
        await audit.record(
            session,
            occasion,
            AuditAction.CLIENT_SECRET_REVOKED,
            organisation=client.organisation_id,
            target=secret_id,
            before={"client": client.id},
        )
    return ClientSecretRevoked(client.id, secret_id)


async def command_line_client(session: WriteSession) -> str:
    """Make sure that the service's own command line is a client, and return its id."""
    described = {
        "kind": ClientKind.COMMAND_LINE,
        "name": "ilmio",
        "authentication": ClientAuthentication.NONE,
        "scopes": values_of(OF_DEVICES),
    }
    await session.execute(
        insert(ApiClient)
        .values(id=COMMAND_LINE_CLIENT, **described)
        # A newer version of the service may know more scopes.
        .on_conflict_do_update(index_elements=[ApiClient.id], set_=described)
    )
    return COMMAND_LINE_CLIENT


async def managed(
    session: WriteSession, occasion: Occasion, client_id: str, *, named_by: str = "client"
) -> ApiClient | Refused:
    """Return a client that the one who asks may manage, locked; a hidden one and none at all look the same.

    Args:
        session: Unit of work.
        occasion: Who asks; needs `org:clients` in the organisation and a recent sign-in.
        client_id: The client.
        named_by: The argument by which it was named.
    """
    client = await session.scalar(
        select(ApiClient)
        .where(ApiClient.id == client_id, ApiClient.deleted_at.is_(None))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if client is None or not await still_may(session, occasion, client.organisation_id or "", Scope.CLIENTS):
        return not_allowed(named_by)
    return client if occasion.is_recent() else step_up_needed()


async def _client_to_empower(session: WriteSession, occasion: Occasion, client_id: str) -> ApiClient | Refused:
    """Return a client to which the one who asks may give everything that it may do."""
    client = await managed(session, occasion, client_id)
    if isinstance(client, Refused):
        return client
    held = held_in(occasion, client.organisation_id or "")
    beyond = scopes_of(" ".join(client.scopes)) - client_rules.scopes_for(client.kind, held)
    return not_allowed("client") if beyond else client


async def _secret_added(session: WriteSession, occasion: Occasion, client: ApiClient, days: int) -> ClientSecretAdded:
    """Add a secret to a client."""
    secret = occasion.new_secret(SecretKind.CLIENT_SECRET)
    row = ClientSecret(
        id=occasion.new_id("secret"),
        digest=secret.digest,
        client_id=client.id,
        organisation_id=client.organisation_id,
        last_four=secret.last_four,
        created_at=occasion.at,
        created_by=occasion.principal.account,
        expires_at=occasion.at + timedelta(days=days),
    )
    session.add(row)
    await session.flush()
    return ClientSecretAdded(client.id, row.id, secret, row.expires_at)


async def _revoke_secrets(session: WriteSession, occasion: Occasion, client: str, *, only: str | None = None) -> int:
    """End the secrets of a client, or one of them, and return how many have ended now."""
    which = ClientSecret.client_id == client if only is None else ClientSecret.id == only
    revoked = await session.scalars(
        update(ClientSecret)
        .where(which, ClientSecret.revoked_at.is_(None))
        .values(revoked_at=occasion.at)
        .returning(ClientSecret.id)
        .execution_options(synchronize_session=False)
    )
    return len(revoked.all())


async def _withdrawn_grants(session: WriteSession, occasion: Occasion, client: str) -> Sequence[tuple[str, str]]:
    """End what organisations have granted to a client, or were asked for; return organisation and grant."""
    withdrawn = await session.execute(
        update(ApplicationGrant)
        .where(
            ApplicationGrant.client_id == client,
            ApplicationGrant.status.in_([GrantStatus.REQUESTED, GrantStatus.APPROVED]),
        )
        .values(status=GrantStatus.REVOKED, decided_at=occasion.at, version=ApplicationGrant.version + 1)
        .returning(ApplicationGrant.organisation_id, ApplicationGrant.id)
        .execution_options(synchronize_session=False)
    )
    return [(organisation, grant) for organisation, grant in withdrawn]


def _audited(client: ApiClient) -> dict[str, object]:
    """Return what the audit log tells of a client: what it may do, and where from and to."""
    return {
        "kind": client.kind,
        "authentication": client.authentication,
        "scopes": client.scopes,
        "redirect_uris": client.redirect_uris,
        "post_logout_redirect_uris": client.post_logout_redirect_uris,
        "address_ranges": client.address_ranges,
        "is_listed": client.is_listed,
        "keys": len((client.jwks or {}).get("keys", ())),
    }
