"""What a person sees of a device that waits, and decides.

Owns: finding a device by the code that was typed, how often one may try, the decision.
Does not own: the page (`console`), the device's side (`oauth.devices`).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ilmio_api.access.scopes import Scope, scopes_of
from ilmio_api.domain.accounts import attempts
from ilmio_api.domain.accounts.token_models import DeviceAuthorisation
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, conflict, invalid
from ilmio_api.oauth.authorise import AskingClient, SignedIn, asking
from ilmio_api.oauth.clients import client_of
from ilmio_api.oauth.devices import normal, shown
from ilmio_api.oauth.service import OAuth, Work, in_db

_TRIES, _WINDOW_S = 20, 300
_UNKNOWN = invalid(Problem(ProblemCode.WRONG_CODE, ("userCode",)))


@dataclass(frozen=True, slots=True)
class DeviceAsk:
    """A device that waits for the person."""

    user_code: str
    """As the device shows it; the form of the decision carries it."""
    client: AskingClient
    scopes: frozenset[Scope]
    network: str
    """Network that the device asked from: 24 bits of an IPv4 address, 48 of an IPv6 one; empty when unknown."""
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """The person has decided; the device learns of it when it asks next."""

    allowed: bool


async def find(oauth: OAuth, occasion: Occasion, user_code: str, signed_in: SignedIn) -> DeviceAsk | Refused:
    """Return the device that shows a code.

    Args:
        oauth: The server.
        occasion: Of the browser's request.
        user_code: As the person typed it: case, spaces and dashes do not matter.
        signed_in: Who has typed it; ten devices in five minutes.
    """

    def step(work: Work) -> DeviceAsk | Refused:
        row = _waiting(work, user_code, signed_in)
        if isinstance(row, Refused):
            return row
        client = client_of(work, row.client_id)
        if client is None:
            return _UNKNOWN
        scopes = scopes_of(" ".join(row.scopes))
        return DeviceAsk(shown(row.user_code), asking(client), scopes, row.address, row.created_at)

    return await in_db(oauth, occasion, step)


async def decide(
    oauth: OAuth, occasion: Occasion, user_code: str, signed_in: SignedIn, *, allowed: bool
) -> Decided | Refused:
    """Note what the person has decided; once, and nobody can change it."""

    def step(work: Work) -> Decided | Refused:
        row = _waiting(work, user_code, signed_in)
        if isinstance(row, Refused):
            return row
        row.allowed = allowed
        row.account_id, row.session_id = signed_in.account, signed_in.id
        row.authenticated_at = signed_in.authenticated_at
        work.db.flush()
        return Decided(allowed)

    return await in_db(oauth, occasion, step)


def _waiting(work: Work, user_code: str, signed_in: SignedIn) -> DeviceAuthorisation | Refused:
    """Return the device that shows a code and about which nobody has decided, locked."""
    bucket = f"device:{signed_in.account}"
    if not work.wait(attempts.allowed(work.session, bucket, at=work.at, limit=_TRIES, window_s=_WINDOW_S)):
        return conflict(ProblemCode.TRY_LATER)
    row = work.db.scalar(
        select(DeviceAuthorisation)
        .where(
            DeviceAuthorisation.user_code == normal(user_code),
            DeviceAuthorisation.expires_at > work.at,
            DeviceAuthorisation.allowed.is_(None),
        )
        .with_for_update()
    )
    return row or _UNKNOWN
