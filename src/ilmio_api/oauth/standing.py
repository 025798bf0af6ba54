"""What a client would get from a person, organisation by organisation.

Owns: the view of it on the consent page, which scopes are withheld.
Does not own: the rule of effective rights, which is applied at each use (`domain.accounts.principals`).
"""

from dataclasses import dataclass

from sqlalchemy import and_, select

from ilmio_api.access.roles import Role
from ilmio_api.access.scopes import PERSONAL, Scope
from ilmio_api.domain.accounts.client_models import ApplicationGrant
from ilmio_api.domain.accounts.models import Membership, OrganisationAccount
from ilmio_api.domain.accounts.principals import rights_through_client
from ilmio_api.domain.accounts.vocabulary import GrantStatus
from ilmio_api.oauth.clients import Client
from ilmio_api.oauth.service import Work

_EVERYBODYS = PERSONAL | {Scope.CONTENT_READ}
"""Scopes that need no right in an organisation."""


@dataclass(frozen=True, slots=True)
class AskOrganisation:
    """An organisation of the person, and what the client may do there in the person's name."""

    id: str
    role: Role
    scopes: frozenset[Scope]
    awaits_approval: bool
    """Whether an owner of the organisation has to approve the application before it may do anything there."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a client would get of what it asks for."""

    scopes: frozenset[Scope]
    """Would be granted."""
    withheld: frozenset[Scope]
    """Would not: the person holds them in no organisation that lets the client use them."""
    organisations: tuple[AskOrganisation, ...]
    """Where rights would hold or wait for approval; empty when no rights in organisations are asked for."""


def standing(work: Work, client: Client, account: str, session: str, asked: frozenset[Scope]) -> Standing:
    """Return what a client would get from a person now, in their session of the console."""
    wanted = asked - _EVERYBODYS
    if not wanted:
        return Standing(asked, frozenset(), ())
    rights = work.wait(rights_through_client(work.session, client.row, account, asked, begun_in=session))
    places = work.db.execute(
        select(
            Membership.organisation_id,
            Membership.role,
            OrganisationAccount.applications_need_approval,
            ApplicationGrant.status,
        )
        .join(OrganisationAccount, Membership.organisation_id == OrganisationAccount.organisation_id)
        .outerjoin(
            ApplicationGrant,
            and_(
                ApplicationGrant.organisation_id == Membership.organisation_id,
                ApplicationGrant.client_id == client.id,
            ),
        )
        .where(Membership.account_id == account)
        .order_by(Membership.organisation_id)
    )
    organisations = tuple(
        AskOrganisation(
            id=place.organisation_id,
            role=Role(place.role),
            scopes=rights[place.organisation_id],
            awaits_approval=client.row.organisation_id not in {None, place.organisation_id}
            and place.applications_need_approval
            and place.status in {None, GrantStatus.REQUESTED},
        )
        for place in places
        # A session that an identity provider has begun reaches its own organisation only.
        if place.organisation_id in rights
    )
    held = frozenset().union(*(each.scopes for each in organisations))
    return Standing(
        scopes=asked & (_EVERYBODYS | held),
        withheld=wanted - held,
        organisations=tuple(each for each in organisations if each.scopes or each.awaits_approval),
    )
