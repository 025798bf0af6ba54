"""What the one who asks may do in the account of an organisation.

Owns: the checks with which commands on an organisation's account begin.
Does not own: which rights somebody has (`principals`, `access`), the policy's values (`organisation_accounts`).
"""

from sqlalchemy import select

from ilmio_api.access.roles import SCOPES_OF_ROLES
from ilmio_api.access.scopes import Scope
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts.members import role_in
from ilmio_api.domain.accounts.models import OrganisationAccount
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Refused, not_allowed, step_up_needed


def held_in(occasion: Occasion, organisation: str) -> frozenset[Scope]:
    """Return the scopes that the one who asks has in an organisation."""
    return dict(occasion.principal.rights).get(organisation, frozenset())


async def policy_for(
    session: WriteSession, occasion: Occasion, organisation: str, scope: Scope
) -> OrganisationAccount | Refused:
    """Return the account of an organisation in which the one who asks has a scope, and has signed in recently.

    It is locked, so that two such commands in one organisation come after each other.
    """
    if not occasion.principal.may(scope, organisation):
        return not_allowed("organisation")
    if not occasion.is_recent():
        return step_up_needed()
    policy = await locked_policy(session, organisation)
    if policy is None or not await still_may(session, occasion, organisation, scope):
        return not_allowed("organisation")
    return policy


async def still_may(session: WriteSession, occasion: Occasion, organisation: str, scope: Scope) -> bool:
    """Return whether the one who asks has a scope in an organisation, and is a member there still.

    Rights are computed when a request begins, and a token is believed for a moment. Who was removed meanwhile must not
    leave behind what outlives the removal, such as a key. Exact under the lock of `locked_policy`.
    """
    if not occasion.principal.may(scope, organisation):
        return False
    if occasion.principal.account is None:
        return True
    role = await role_in(session, organisation, occasion.principal)
    return role is not None and scope in SCOPES_OF_ROLES[role]


async def locked_policy(session: WriteSession, organisation: str) -> OrganisationAccount | None:
    """Return the account of an organisation, which stays as it is until the unit of work ends; None if it has none."""
    return await session.scalar(
        select(OrganisationAccount)
        .where(OrganisationAccount.organisation_id == organisation)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
