"""The first person of a new service: a link that is printed once, and no default password.

Owns: when there may be such a link, and what it opens.
Does not own: how the person makes a way in (`enrolment`), printing the link (`cli`).
"""

from datetime import datetime

from ilmio_api.access.secrets import Secret
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import challenges, enrolment
from ilmio_api.domain.accounts.enrolment import EnrolmentBegun
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import ProblemCode, Refused, conflict

LINK_LIFE_S = 900
"""How long a link is good for, in seconds."""


async def needed(session: WriteSession) -> bool:
    """Return whether nobody administers the platform."""
    return await enrolment.no_platform_admin(session)


async def new_link(session: WriteSession, occasion: Occasion) -> Secret:
    """Return a link for the first administrator; those before it are dead.

    It opens nothing once there is an administrator.
    """
    await challenges.forget(session, challenges.SETUP)
    return await challenges.new(session, occasion, challenges.SETUP, {}, LINK_LIFE_S)


async def is_open(session: WriteSession, text: str, at: datetime) -> bool:
    """Return whether a link opens anything; `text` is the text of its secret."""
    # Asked first, because it lets one at a time pass: of two browsers with one link, the second finds it used.
    return await needed(session) and await challenges.look(session, text, challenges.SETUP, at) is not None


async def accept(
    session: WriteSession, occasion: Occasion, text: str, name: str, email: str, language: str
) -> EnrolmentBegun | Refused:
    """Begin the enrolment of the first administrator, who has no rights until it is done.

    Args:
        session: A unit of work on the private tables.
        occasion: Now; nobody is signed in.
        text: Text of the secret of the link, which is used up.
        name: What the person is called.
        email: Where mail reaches them.
        language: Language of pages and mails.
    """
    if not await is_open(session, text, occasion.at):
        return conflict(ProblemCode.EXPIRED)
    begun = await enrolment.begin_with(session, occasion, name, email, language, {"platform": True})
    if isinstance(begun, EnrolmentBegun):
        # What was typed can be mended, so the link is used up only when it was of use.
        await challenges.take(session, text, challenges.SETUP, occasion.at)
    return begun
