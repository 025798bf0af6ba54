"""What ends with a person's standing: sessions, authorisations of programs, invitations that they have sent.

Owns: ending all of it together, in the unit of work of the command that is the cause.
Does not own: deciding that it ends (`members`, `persons`), how authorisations end (`revocation`).

Rights are computed at each use, so nothing here takes a right away. It ends what would otherwise wait for new rights.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, update

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import sessions
from ilmio_api.domain.accounts.models import Invitation
from ilmio_api.domain.accounts.revocation import end_authorisations
from ilmio_api.domain.accounts.vocabulary import MemberRole
from ilmio_api.domain.occasion import Occasion


async def end_access(session: WriteSession, occasion: Occasion, account: str, *, but: str | None = None) -> None:
    """End the sessions of a person and everything that programs were authorised to do in their name.

    The last thing in a command, because each session that ends is an event outside of every organisation.

    Args:
        session: Unit of work.
        occasion: Now.
        account: The person.
        but: A session that goes on: the one in which the person asks for it.
    """
    await end_authorisations(session, occasion.at, client=None, accounts=(account,))
    await sessions.end_all(session, occasion, account, but)


async def withdraw_invitations(
    session: WriteSession,
    occasion: Occasion,
    account: str,
    *,
    organisation: str | None = None,
    roles: Collection[MemberRole] = tuple(MemberRole),
) -> None:
    """Withdraw the open invitations that a person has sent.

    Args:
        session: Unit of work.
        occasion: Now.
        account: The person.
        organisation: Those to this organisation only; None for all.
        roles: Those for these roles only.
    """
    theirs: list[ColumnElement[bool]] = [Invitation.created_by == account, Invitation.role.in_(roles)]
    if organisation is not None:
        theirs.append(Invitation.organisation_id == organisation)
    await session.execute(
        update(Invitation)
        .where(*theirs, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
        .values(withdrawn_at=occasion.at, email=None)
        .execution_options(synchronize_session=False)
    )
