"""How long personal data of contacts is kept.

Owns: deleting it on its last day.
Does not own: contacts, which stay as roles (`domain.provenance.models`).
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import delete

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.provenance.models import ContactPerson

_FINLAND = ZoneInfo("Europe/Helsinki")


async def forget_contact_persons(session: WriteSession, at: datetime) -> None:
    """Delete the persons behind contacts whose data may not be kept any longer.

    Args:
        session: A unit of work on the private tables.
        at: Now; the day in Finland decides.
    """
    today = at.astimezone(_FINLAND).date()
    await session.execute(delete(ContactPerson).where(ContactPerson.retain_until < today))
