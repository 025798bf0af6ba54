"""From a credential to the one who asks, with the rights of this moment.

Owns: which credentials hold, and what roles, grants and scopes make of them.
Does not own: the rule of effective rights (`access.principals`), how a credential is read from a request (`web`).

Nothing is remembered between requests: rights are computed from the rows that cause them, so they end with them.

An organisation that signs its people in through its own identity provider says who they are, and could say anything.
So a session that a provider has begun, and every token authorised in it, has rights in that organisation only, and does
not tell the programs of others who the person is. Where an organisation wants single sign-on, the other way round, its
members have rights in such sessions and tokens only.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select, update

from ilmio_api.access.principals import (
    ANONYMOUS,
    Principal,
    Rights,
    rights_of_client,
    rights_of_person,
    sorted_rights,
)
from ilmio_api.access.roles import Role
from ilmio_api.access.scopes import OF_APPLICATIONS, OF_KEYS, OF_SERVICES, Scope, scopes_of
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import ranges
from ilmio_api.domain.accounts.client_models import ApiClient, ApiKey, ApplicationGrant
from ilmio_api.domain.accounts.models import Account, Membership, OrganisationAccount
from ilmio_api.domain.accounts.sign_in_models import IdentityProvider, Session
from ilmio_api.domain.accounts.token_models import Token, TokenFamily
from ilmio_api.domain.accounts.vocabulary import GrantStatus, MemberRole

OPERATOR = Principal(credential="set-up")
"""Whoever runs the service: its command line, and the set-up link that it prints. Never made from a request."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and what a policy may want to know of the credential."""

    principal: Principal
    authenticated_at: datetime | None
    """When the person proved who they are; None when no person is there."""
    organisation: str | None
    """Organisation that owns the key or client; None for the console and the service's own command line."""
    only_registered_documents: bool = False
    """Whether it may ask nothing but the documents that are registered for its client."""
    vouching: str | None = None
    """Organisation whose identity provider vouches for the person behind a token; None when they proved it to us."""


NOBODY = Caller(ANONYMOUS, None, None)
"""Whoever comes without credentials."""


async def caller_of_token(session: WriteSession, digest: bytes, *, at: datetime, address: str) -> Caller | None:
    """Return who comes with an access token, or None when it does not hold, or not from there.

    Args:
        session: Unit of work.
        digest: SHA-256 of the token.
        at: Time of the request.
        address: Network address of the caller; empty when it is not known, which lies in no range.
    """
    token = (await session.execute(_TOKEN, {"digest": digest, "at": at})).first()
    if token is None or not _is_near(address, token.address_ranges, token.policy_ranges):
        return None
    scopes = _scopes(token.scopes)
    client = _Client(token.client_id, token.organisation_id, _scopes(token.client_scopes))
    if token.account_id is None:
        rights = rights_of_client(scopes, await _grants_to_client(session, client))
    else:
        rights = await _rights_of_person(session, client, token.account_id, scopes, begun_in=token.session_id)
    is_known = is_believed(token.vouching, token.organisation_id)
    principal = Principal(
        account=token.account_id,
        client=token.client_id,
        credential=token.id,
        scopes=scopes if is_known else scopes - {Scope.PROFILE, Scope.EMAIL},
        rights=sorted_rights(rights),
    )
    return Caller(
        principal, token.authenticated_at, token.organisation_id, token.only_registered_documents, token.vouching
    )


def is_believed(vouching: str | None, owner: str | None) -> bool:
    """Return whether a client may believe who the person is who has authorised it.

    Args:
        vouching: Organisation whose identity provider says so; None when the person proved it to us.
        owner: Organisation of the client; None for the service's own command line.
    """
    return vouching is None or owner in {None, vouching}


async def caller_of_key(session: WriteSession, digest: bytes, *, at: datetime, address: str) -> Caller | None:
    """Return who comes with an API key, or None when it does not hold, or not from there.

    Args:
        session: Unit of work.
        digest: SHA-256 of the key.
        at: Time of the request.
        address: Network address of the caller; empty when it is not known, which lies in no range.
    """
    key = (await session.execute(_KEY, {"digest": digest, "at": at})).first()
    if key is None or not _is_near(address, key.address_ranges, key.policy_ranges):
        return None
    scopes = _scopes(key.scopes) & OF_KEYS
    principal = Principal(
        client=key.id, credential=key.id, scopes=scopes, rights=sorted_rights({key.organisation_id: scopes})
    )
    return Caller(principal, None, key.organisation_id)


async def caller_of_account(
    session: WriteSession,
    account: str,
    credential: str,
    *,
    authenticated_at: datetime,
    elevated_until: datetime | None,
    at: datetime,
) -> Caller:
    """Return who comes with a session of the console: the person, with everything that their roles allow.

    A person who is disabled or erased is nobody. Where an identity provider has begun the session, the person has
    rights in its organisation only, and is never elevated.

    Args:
        session: Unit of work.
        account: The person.
        credential: The session of the console.
        authenticated_at: When the person proved who they are.
        elevated_until: Until when the session is elevated; ignored unless the person administers the platform.
        at: Time of the request.
    """
    known = {"account": account, "session": credential}
    may_be_elevated = await session.scalar(_PERSON, known)
    if may_be_elevated is None:
        return NOBODY
    roles = {organisation: Role(role) for organisation, role in await session.execute(_ROLES, known)}
    elevated = may_be_elevated and elevated_until is not None and elevated_until > at
    scopes = frozenset(Scope) - (frozenset() if elevated else {Scope.PLATFORM})
    principal = Principal(
        account=account,
        credential=credential,
        scopes=scopes,
        rights=sorted_rights(rights_of_person(roles, scopes, None)),
        elevated=elevated,
    )
    return Caller(principal, authenticated_at, None)


async def rights_through_client(
    session: WriteSession,
    client: ApiClient,
    account: str,
    scopes: frozenset[Scope],
    *,
    begun_in: str | None = None,
) -> Rights:
    """Return the rights that a person's tokens for a client have, or would have.

    Args:
        session: Unit of work.
        client: The client.
        account: The person.
        scopes: Scopes of the token.
        begun_in: Session of the console in which the person lets the client act; None when it is in none.
    """
    through = _Client(client.id, client.organisation_id, _scopes(client.scopes))
    return await _rights_of_person(session, through, account, scopes, begun_in=begun_in)


async def note_use(session: WriteSession, ids: Collection[str], at: datetime) -> None:
    """Note that clients and keys were used, to the hour.

    Args:
        session: Unit of work.
        ids: `Principal.client` of the callers.
        at: Time of the use.
    """
    hour = at.replace(minute=0, second=0, microsecond=0)
    for table in (ApiClient, ApiKey):
        # What another process is about to note need not wait for us: it is the same hour.
        unnoted = (
            select(table.id)
            .where(table.id.in_(ids), or_(table.last_used_at.is_(None), table.last_used_at < hour))
            .with_for_update(skip_locked=True)
        )
        await session.execute(
            update(table)
            .where(table.id.in_(unnoted))
            .values(last_used_at=hour)
            .execution_options(synchronize_session=False)
        )


def _is_active() -> ColumnElement[bool]:
    """Return whether a person may act."""
    return and_(Account.disabled_at.is_(None), Account.erased_at.is_(None))


_TOKEN = (
    select(
        Token.id,
        Token.account_id,
        Token.client_id,
        Token.scopes,
        TokenFamily.authenticated_at,
        TokenFamily.session_id,
        ApiClient.organisation_id,
        ApiClient.scopes.label("client_scopes"),
        ApiClient.address_ranges,
        ApiClient.only_registered_documents,
        OrganisationAccount.address_ranges.label("policy_ranges"),
        IdentityProvider.organisation_id.label("vouching"),
    )
    .join(ApiClient, Token.client_id == ApiClient.id)
    .outerjoin(OrganisationAccount, ApiClient.organisation_id == OrganisationAccount.organisation_id)
    .outerjoin(Account, Token.account_id == Account.id)
    .outerjoin(TokenFamily, Token.family_id == TokenFamily.id)
    .outerjoin(Session, TokenFamily.session_id == Session.id)
    .outerjoin(IdentityProvider, Session.identity_provider_id == IdentityProvider.id)
    .where(
        Token.digest == bindparam("digest"),
        Token.is_refresh.is_(False),
        Token.revoked_at.is_(None),
        Token.expires_at > bindparam("at"),
        ApiClient.deleted_at.is_(None),
        or_(
            and_(Token.family_id.is_(None), Token.account_id.is_(None)),
            # A token of a person has a family, which says when that person proved who they are.
            and_(TokenFamily.revoked_at.is_(None), TokenFamily.expires_at > bindparam("at")),
        ),
        or_(Token.account_id.is_(None), and_(Account.id.is_not(None), _is_active())),
    )
)

_KEY = (
    select(
        ApiKey.id,
        ApiKey.organisation_id,
        ApiKey.scopes,
        ApiKey.address_ranges,
        OrganisationAccount.address_ranges.label("policy_ranges"),
    )
    .join(OrganisationAccount, ApiKey.organisation_id == OrganisationAccount.organisation_id)
    .where(
        ApiKey.digest == bindparam("digest"),
        ApiKey.revoked_at.is_(None),
        ApiKey.expires_at > bindparam("at"),
    )
)

# The organisation whose identity provider has begun a session; null when the person proved to us who they are.
_VOUCHING = (
    select(IdentityProvider.organisation_id)
    .join(Session, Session.identity_provider_id == IdentityProvider.id)
    .where(Session.id == bindparam("session"))
    .scalar_subquery()
)

_PERSON = select(and_(Account.is_platform_admin, _VOUCHING.is_(None))).where(
    Account.id == bindparam("account"), _is_active()
)

# An organisation that signs its people in itself is open to those whom its provider vouches for. Owners can always come
# in, to mend what is wrong with the provider; and no provider may open the account of an administrator of the platform.
_IS_LET_IN = or_(
    OrganisationAccount.single_sign_on_required.is_(False),
    Membership.role == MemberRole.OWNER,
    Membership.organisation_id == _VOUCHING,
    exists().where(Account.id == bindparam("account"), Account.is_platform_admin),
)

_ROLES = (
    select(Membership.organisation_id, Membership.role)
    .join(OrganisationAccount, Membership.organisation_id == OrganisationAccount.organisation_id)
    .where(
        Membership.account_id == bindparam("account"),
        or_(_VOUCHING.is_(None), Membership.organisation_id == _VOUCHING),
        _IS_LET_IN,
    )
)

_ROLES_AND_GRANTS = _ROLES.add_columns(
    OrganisationAccount.applications_need_approval,
    ApplicationGrant.status,
    ApplicationGrant.scopes,
).outerjoin(
    ApplicationGrant,
    and_(
        ApplicationGrant.organisation_id == Membership.organisation_id,
        ApplicationGrant.client_id == bindparam("client"),
    ),
)

_GRANTS = select(ApplicationGrant.organisation_id, ApplicationGrant.scopes).where(
    ApplicationGrant.client_id == bindparam("client"), ApplicationGrant.status == GrantStatus.APPROVED
)


@dataclass(frozen=True, slots=True)
class _Client:
    """A client through which somebody comes."""

    id: str
    organisation: str | None
    """Owner; None for the service's own command line."""
    most: frozenset[Scope]
    """Scopes that it may have at all."""


async def _rights_of_person(
    session: WriteSession, client: _Client, account: str, scopes: frozenset[Scope], *, begun_in: str | None
) -> Rights:
    """Return the rights of a person who acts through a client."""
    known = {"account": account, "client": client.id, "session": begun_in}
    places = (await session.execute(_ROLES_AND_GRANTS, known)).all()
    roles = {place.organisation_id: Role(place.role) for place in places}
    if client.organisation is None:
        return rights_of_person(roles, scopes, None)
    granted = {
        place.organisation_id: client.most
        if place.organisation_id == client.organisation
        else client.most & OF_APPLICATIONS & _granted(place.status, place.scopes, place.applications_need_approval)
        for place in places
    }
    return rights_of_person(roles, scopes, granted)


def _granted(status: GrantStatus | None, scopes: Sequence[str] | None, needs_approval: bool) -> frozenset[Scope]:  # noqa: FBT001 - a column
    """Return what an organisation grants to an application of another, through which one of its members acts."""
    match status:
        case GrantStatus.APPROVED:
            return _scopes(scopes or ())
        case GrantStatus.REQUESTED | None:
            # The policy may leave it to the member, who has consented: there would be no token otherwise.
            return frozenset() if needs_approval else OF_APPLICATIONS
        case GrantStatus.REJECTED | GrantStatus.REVOKED:
            return frozenset()


async def _grants_to_client(session: WriteSession, client: _Client) -> Rights:
    """Return what organisations grant to a client that acts in its own name; no member is there to consent."""
    rows = await session.execute(_GRANTS, {"client": client.id})
    granted = {
        organisation: client.most & OF_SERVICES & OF_APPLICATIONS & _scopes(scopes) for organisation, scopes in rows
    }
    return granted if client.organisation is None else granted | {client.organisation: client.most & OF_SERVICES}


def _is_near(address: str, own: Sequence[str], policy: Sequence[str] | None) -> bool:
    """Return whether both the credential and the policy of its organisation allow the address."""
    return ranges.contains(own, address) and ranges.contains(policy or (), address)


def _scopes(values: Iterable[str]) -> frozenset[Scope]:
    """Return the known ones among stored scopes."""
    return scopes_of(" ".join(values))
