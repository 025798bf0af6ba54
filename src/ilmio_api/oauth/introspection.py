"""Introspection of tokens by gateways of the organisation that owns the client.

Owns: who may ask about which token, what is told.
Does not own: what a token allows in the API (`domain.accounts.principals`).

A client may ask about its own tokens and those of other clients of its organisation; every other token looks like one
that does not exist.

Source: RFC 7662.
"""

from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from sqlalchemy import select

from ilmio_api.access.scopes import scopes_of, text_of
from ilmio_api.domain.accounts.models import Account
from ilmio_api.domain.accounts.token_models import Token, TokenFamily
from ilmio_api.oauth import tokens
from ilmio_api.oauth.clients import Client, client_of
from ilmio_api.oauth.grants import CONFIDENTIAL
from ilmio_api.oauth.requests import ServerRequest
from ilmio_api.oauth.revocation import token_of
from ilmio_api.oauth.service import Work
from ilmio_api.oauth.subjects import claims_of


@dataclass(frozen=True, slots=True)
class Seen:
    """A token with the questions that Authlib has."""

    row: Token
    client: Client | None
    """Client that it was given to; None when that has been deleted."""
    work: Work

    def is_expired(self) -> bool:
        """Return whether its time is over."""
        return self.row.expires_at <= self.work.at

    def is_revoked(self) -> bool:
        """Return whether the token, its family, its client or its person has ended, or it was refreshed before."""
        row = self.row
        if self.client is None or row.revoked_at is not None or row.rotated_at is not None:
            return True
        if row.account_id is None:
            return False
        alive = self.work.db.scalar(
            select(TokenFamily.id).where(
                TokenFamily.id == row.family_id,
                TokenFamily.revoked_at.is_(None),
                TokenFamily.expires_at > self.work.at,
            )
        )
        return alive is None or tokens.alive(self.work.db.get(Account, row.account_id)) is None


class Introspection(IntrospectionEndpoint):  # type: ignore[misc]  # authlib has no stubs
    """Tells whether a token holds, and for what."""

    CLIENT_AUTH_METHODS = CONFIDENTIAL

    def check_params(self, request: ServerRequest, client: Client) -> None:
        """Check that a token is named.

        Raises:
            InvalidRequestError: None is.
        """
        del client
        if "token" not in request.form:
            raise InvalidRequestError("The parameter token is missing.")

    def query_token(self, token_string: str, token_type_hint: str | None) -> Seen | None:
        """Return a token of any age; the text says of which kind it is."""
        del token_type_hint
        work: Work = self.server.work
        row = token_of(work, token_string)
        return Seen(row, client_of(work, row.client_id), work) if row else None

    def check_permission(self, token: Seen, client: Client, request: ServerRequest) -> bool:
        """Return whether a client may ask about a token."""
        del request
        return token.client is not None and token.client.row.organisation_id == client.row.organisation_id

    def introspect_token(self, token: Seen) -> dict[str, Any]:
        """Return what is known of a token that holds (RFC 7662 §2.2)."""
        row = token.row
        scopes = scopes_of(" ".join(row.scopes)) & (token.client.scopes if token.client else frozenset())
        family = token.work.db.get(TokenFamily, row.family_id) if row.family_id else None
        return {
            "active": True,
            "client_id": row.client_id,
            "scope": text_of(scopes),
            "token_type": "refresh_token" if row.is_refresh else row.token_type,
            "iss": token.work.oauth.issuer,
            "iat": int(row.issued_at.timestamp()),
            "exp": int(row.expires_at.timestamp()),
            **(claims_of(token.work, family) if family else {"sub": row.client_id}),
        }
