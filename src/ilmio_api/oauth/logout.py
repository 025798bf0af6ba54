"""Signing out at the wish of a client, as the page of the console walks through it.

Owns: whether the wish holds, whether the person has to confirm it, where the browser goes afterwards.
Does not own: the page (`console`), ending a session (`domain.accounts.sessions`).

The page calls `begin`; when the person has to confirm, its form carries the ticket back to `begin` and then `finish`.

Source: OpenID Connect RP-Initiated Logout 1.0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError

from ilmio_api.domain.accounts import sessions
from ilmio_api.domain.occasion import Occasion
from ilmio_api.oauth import tickets
from ilmio_api.oauth.answers import with_params, words_of
from ilmio_api.oauth.authorise import AskingClient, PageError, SignedIn, asking
from ilmio_api.oauth.clients import Client, client_of
from ilmio_api.oauth.id_tokens import Hint, hint_of
from ilmio_api.oauth.metadata import LOGOUT
from ilmio_api.oauth.requests import ServerRequest
from ilmio_api.oauth.service import OAuth, Work, in_db

_PURPOSE = "logout"


@dataclass(frozen=True, slots=True)
class Farewell:
    """A wish to sign out that holds."""

    ticket: str
    """The wish, sealed, for the form in which the person confirms it."""
    client: AskingClient | None
    """Who asks; None when that is not known."""
    needs_confirmation: bool
    """Whether the person has to confirm: the client has not shown that it knows this session."""
    redirect: str | None
    """Where the browser goes afterwards; None for a page of our own that says that one is signed out."""


async def begin(
    oauth: OAuth, occasion: Occasion, params: Sequence[tuple[str, str]], signed_in: SignedIn | None
) -> Farewell | PageError:
    """Return what comes next for a wish to sign out.

    Args:
        oauth: The server.
        occasion: Of the browser's request.
        params: Parameters of the query or the form; or only a `ticket`.
        signed_in: Who is signed in, in this browser; with nobody there is nothing to confirm.
    """

    def step(work: Work) -> Farewell | PageError:
        ticket = tickets.Ticket(_PURPOSE, params, work.at)
        text = tickets.ticket_in(params)
        if text is not None:
            known = tickets.opened(oauth, text, _PURPOSE, work.at)
            if known is None:
                return PageError("invalid_request", "The page was open for too long.")
            ticket = known
        try:
            return _judged(work, ticket, signed_in)
        except OAuth2Error as error:
            return PageError(*words_of(error))

    return await in_db(oauth, occasion, step)


async def finish(oauth: OAuth, occasion: Occasion, farewell: Farewell, signed_in: SignedIn | None) -> str | None:
    """End the session and return where the browser goes, None for a page of our own."""

    def step(work: Work) -> str | None:
        if signed_in is not None:
            work.wait(sessions.end(work.session, occasion, signed_in.id))
        return farewell.redirect

    return await in_db(oauth, occasion, step)


def _judged(work: Work, ticket: tickets.Ticket, signed_in: SignedIn | None) -> Farewell:
    """Return a wish that holds.

    Raises:
        InvalidRequestError: It does not; the browser is sent nowhere.
    """
    payload = ServerRequest("GET", work.oauth.address(LOGOUT), ticket.pairs, {}).payload
    data = payload.data
    if payload.repeated:
        raise InvalidRequestError("A parameter was sent more than once.")
    hint = hint_of(work, data["id_token_hint"]) if "id_token_hint" in data else None
    if "id_token_hint" in data and hint is None:
        raise InvalidRequestError("The id_token_hint is not an ID token of ours.")
    client_id = data.get("client_id") or (hint.client if hint else "")
    if hint is not None and hint.client != client_id:
        raise InvalidRequestError("The id_token_hint was given to another client.")
    client = client_of(work, client_id)
    return Farewell(
        ticket=tickets.sealed(work.oauth, ticket),
        client=asking(client) if client else None,
        needs_confirmation=signed_in is not None and not _is_known(hint, signed_in),
        redirect=_redirect(data, client, hint),
    )


def _is_known(hint: Hint | None, signed_in: SignedIn) -> bool:
    """Return whether the client has shown an ID token of this session."""
    return hint is not None and hint.session == signed_in.id


def _redirect(data: dict[str, str], client: Client | None, hint: Hint | None) -> str | None:
    """Return the address to go to: registered by the client, which has shown an ID token (§3).

    Raises:
        InvalidRequestError: The address is not registered.
    """
    address = data.get("post_logout_redirect_uri")
    if address is None or client is None or hint is None:
        return None
    # Exactly, without the free port of codes: no code is on its way that a device would have to receive.
    if address not in client.row.post_logout_redirect_uris:
        raise InvalidRequestError("The post_logout_redirect_uri is not registered for this client.")
    return with_params(address, {"state": data["state"]}) if "state" in data else address
