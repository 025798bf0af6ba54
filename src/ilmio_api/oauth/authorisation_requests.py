"""Judging an authorisation request before any person is asked.

Owns: which errors go back to the client and which to nobody, requests that were pushed ahead.
Does not own: the steps of the person (`oauth.authorise`), the pushing (`oauth.pushed_requests`).

An error goes back only to an address that is registered for the client that asks; until that is sure it goes nowhere.
"""

from dataclasses import dataclass

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError

from ilmio_api.access.scopes import Scope, scopes_of
from ilmio_api.oauth.clients import Client
from ilmio_api.oauth.code_grant import CodeGrant
from ilmio_api.oauth.parameters import Wishes, wishes_of
from ilmio_api.oauth.pushed_requests import PREFIX, taken
from ilmio_api.oauth.requests import Pairs, ServerRequest
from ilmio_api.oauth.server import Server

AUTHORISE = "/oauth/authorize"
_MOST_CHARACTERS = 12_000


@dataclass(frozen=True, slots=True)
class Judged:
    """An authorisation request that holds."""

    grant: CodeGrant
    client: Client
    address: str
    """Where the answer goes."""
    state: str | None
    scopes: frozenset[Scope]
    """Asked for and allowed to the client."""
    wishes: Wishes

    def refused(self, error: OAuth2Error) -> OAuth2Error:
        """Return an error with the address that it goes to."""
        error.redirect_uri, error.state = self.address, self.state
        return error


def unfolded(server: Server, pairs: Pairs) -> Pairs:
    """Return the parameters of a request; those of one that was pushed ahead, if it names one of ours.

    Raises:
        OAuth2Error: It names one that does not exist, was used, has expired, or is another client's.
    """
    data = ServerRequest("GET", server.work.oauth.address(AUTHORISE), pairs, {}).payload.data
    if not data.get("request_uri", "").startswith(PREFIX):
        return pairs
    pushed = taken(server.work, data["request_uri"], data.get("client_id", ""))
    if pushed is None:
        raise OAuth2Error("The pushed request is not known, was used, or has expired.", error="invalid_request_uri")
    return pushed


def is_short(pairs: Pairs) -> bool:
    """Return whether a request is no longer than we read."""
    return sum(len(name) + len(value) for name, value in pairs) <= _MOST_CHARACTERS


def judged(server: Server, pairs: Pairs) -> Judged:
    """Return a request that holds.

    Raises:
        OAuth2Error: It does not; with `redirect_uri` when the client may be told, else for a page.
    """
    if not is_short(pairs):
        raise InvalidRequestError("The request is too long.")
    if any("\0" in value for _, value in pairs):
        # PostgreSQL's texts cannot hold it.
        raise InvalidRequestError("The parameters cannot be read.")
    request = ServerRequest("GET", server.work.oauth.address(AUTHORISE), pairs, {})
    grant: CodeGrant = server.get_consent_grant(request)
    return Judged(
        grant=grant,
        client=request.client,
        address=grant.redirect_uri,
        state=request.payload.state,
        scopes=scopes_of(request.scope),
        wishes=wishes_of(request.payload.data),
    )
