"""What has to be remembered while a person is led from page to page, sealed into the address and the forms.

Owns: sealing and opening tickets, for how long they are good.
Does not own: what the pages do with them (`oauth.authorise`, `oauth.logout`).

Nothing is stored, so nobody can fill the database with requests that no person ever answers. A ticket is the request of
a client, no credential: whoever holds one could have made the request.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ilmio_api.errors import OperatorError
from ilmio_api.oauth.requests import Pairs
from ilmio_api.oauth.service import OAuth

LIFE = timedelta(minutes=30)
_LONGEST = 40_000


@dataclass(frozen=True, slots=True)
class Ticket:
    """A request under way."""

    purpose: str
    pairs: Pairs
    began_at: datetime
    """When the browser first came with it: a proof that was given since is a fresh one."""
    account: str | None = None
    """The person who has been chosen on the page."""
    shown: str | None = None
    """Scopes that the page of consent has shown; no more is granted there. None before that page."""


def sealed(oauth: OAuth, ticket: Ticket) -> str:
    """Return a ticket as text."""
    state: Mapping[str, Any] = {
        "purpose": ticket.purpose,
        "pairs": [list(pair) for pair in ticket.pairs],
        "began_at": ticket.began_at.timestamp(),
        "account": ticket.account,
        "shown": ticket.shown,
    }
    return oauth.sealer.seal(state).decode()


def opened(oauth: OAuth, text: str, purpose: str, at: datetime) -> Ticket | None:
    """Return a ticket, or None when the text is none of ours, of another kind, or too old."""
    if len(text) > _LONGEST or not text.isascii():
        return None
    try:
        state = oauth.sealer.open(text.encode())
    except OperatorError:
        # Of what stands in the database it would say that the key is lost; here anybody may have written it.
        return None
    if state.get("purpose") != purpose:
        return None
    began_at = datetime.fromtimestamp(state["began_at"], UTC)
    pairs = [(name, value) for name, value in state["pairs"]]
    return Ticket(purpose, pairs, began_at, state["account"], state["shown"]) if at - began_at <= LIFE else None


def ticket_in(pairs: Pairs) -> str | None:
    """Return the ticket in the parameters of a page; None when they are a client's, whatever it calls `ticket`."""
    given = dict(pairs)
    return None if given.keys() & {"client_id", "id_token_hint"} else given.get("ticket")
