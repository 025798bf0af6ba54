"""The ways in which a person can sign in.

Owns: counting them, and that the last one is not removed.
Does not own: the ways themselves (`passkeys`, `passwords`, `one_time_codes`, `recovery_codes`, `oauth.federation`).
"""

from dataclasses import dataclass, replace

from sqlalchemy import func, select

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts.models import Account, Membership
from ilmio_api.domain.accounts.sign_in_models import (
    CodeGenerator,
    Identity,
    IdentityProvider,
    Passkey,
    Password,
    RecoveryCode,
    Session,
)
from ilmio_api.domain.accounts.vocabulary import MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import ProblemCode, Refused, conflict, not_allowed, step_up_needed

_WAYS_OF_OWNERS = 2


@dataclass(frozen=True, slots=True)
class WaysIn:
    """What a person can sign in with."""

    passkeys: int
    has_password: bool
    has_codes: bool
    """Whether a generator of one-time codes is set up. A password alone lets nobody in."""
    identities: int
    """At identity providers that are in use."""
    recovery_codes: int
    """Those not yet used; they stand in for a way in and are none themselves."""

    @property
    def count(self) -> int:
        """Return how many ways there are; password and code are one."""
        return self.passkeys + self.identities + (self.has_password and self.has_codes)


async def ways_in(session: WriteSession, account: str) -> WaysIn:
    """Return the ways in of a person."""
    identities = (
        select(func.count())
        .select_from(Identity)
        .join(IdentityProvider, IdentityProvider.id == Identity.identity_provider_id)
        .where(Identity.account_id == account, IdentityProvider.enabled)
    )
    found = await session.execute(
        select(
            select(func.count()).where(Passkey.account_id == account).scalar_subquery(),
            select(Password.account_id).where(Password.account_id == account).exists(),
            select(CodeGenerator.account_id)
            .where(CodeGenerator.account_id == account, CodeGenerator.confirmed_at.is_not(None))
            .exists(),
            identities.scalar_subquery(),
            select(func.count())
            .where(RecoveryCode.account_id == account, RecoveryCode.used_at.is_(None))
            .scalar_subquery(),
        )
    )
    passkeys, has_password, has_codes, count_of_identities, recovery_codes = found.one()
    return WaysIn(passkeys, has_password, has_codes, count_of_identities, recovery_codes)


async def own_account(session: WriteSession, occasion: Occasion) -> str | Refused:
    """Return the person who may change their own ways in: there themselves, and having shown it just now.

    A program that acts for somebody never may. Nor does a session that an identity provider has begun: the
    organisation behind it speaks for the person within its own walls, and a passkey would open all others.
    """
    principal = occasion.principal
    if principal.account is None or principal.client is not None:
        return not_allowed()
    by_provider = select(Session.id).where(
        Session.id == (principal.credential or ""), Session.identity_provider_id.is_not(None)
    )
    if await session.scalar(by_provider) is not None:
        return not_allowed()
    return principal.account if occasion.is_recent() else step_up_needed()


async def refusal_of_removing(
    session: WriteSession, account: str, *, passkeys: int = 0, password: bool = False
) -> Refused | None:
    """Return why ways in cannot be removed, or None; until the unit of work ends, no other can be.

    Owners keep two ways, or recovery codes beside one: an organisation must not depend on one lost telephone.

    Args:
        session: A unit of work on the private tables.
        account: The person.
        passkeys: How many of these would go.
        password: Whether password and one-time codes would go.
    """
    await session.execute(select(Account.id).where(Account.id == account).with_for_update(key_share=True))
    before = await ways_in(session, account)
    left = replace(
        before,
        passkeys=before.passkeys - passkeys,
        has_password=before.has_password and not password,
        has_codes=before.has_codes and not password,
    )
    owns = await session.scalar(
        select(
            select(Membership.id).where(Membership.account_id == account, Membership.role == MemberRole.OWNER).exists()
        )
    )
    enough = left.count > 0 and (not owns or left.count >= _WAYS_OF_OWNERS or left.recovery_codes > 0)
    return None if enough else conflict(ProblemCode.LAST_WAY_IN)
