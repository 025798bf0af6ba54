"""The grants without a browser: refreshing, and services in their own name.

Owns: rotation of refresh tokens with its grace, the client credentials grant.
Does not own: codes (`oauth.code_grant`), devices (`oauth.devices`), tokens (`oauth.tokens`).

Source: RFC 6749 §4.4 and §6, RFC 9700 §4.14.
"""

from dataclasses import dataclass
from datetime import timedelta

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidScopeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant, RefreshTokenGrant
from sqlalchemy import select

from ilmio_api.access.secrets import SecretKind, digest_of
from ilmio_api.domain.accounts.models import Account
from ilmio_api.domain.accounts.token_models import Token, TokenFamily
from ilmio_api.oauth import tokens
from ilmio_api.oauth.clients import METHODS, Client
from ilmio_api.oauth.requests import ServerRequest
from ilmio_api.oauth.service import Work

GRACE = timedelta(seconds=30)
"""For how long a used refresh token may come again: from another tab, or because the answer was lost on the way."""

CONFIDENTIAL = tuple(method for method in METHODS if method != "none")
"""Ways to authenticate that prove something."""


@dataclass(frozen=True, slots=True)
class Held:
    """A refresh token with the questions that Authlib has."""

    row: Token
    family: TokenFamily

    def check_client(self, client: Client) -> bool:
        """Return whether it was given to a client."""
        return self.row.client_id == client.id

    def get_scope(self) -> str:
        """Return its scopes."""
        return " ".join(self.row.scopes)


class Refresh(RefreshTokenGrant):  # type: ignore[misc]  # authlib has no stubs
    """Exchanges a refresh token for new tokens of the same family."""

    TOKEN_ENDPOINT_AUTH_METHODS = tuple(METHODS)
    INCLUDE_NEW_REFRESH_TOKEN = True

    request: ServerRequest

    @property
    def work(self) -> Work:
        """Return the unit of work."""
        work: Work = self.server.work
        return work

    def authenticate_refresh_token(self, refresh_token: str) -> Held | None:
        """Return a refresh token that can be used now, locked.

        Used again within the grace it gives a sibling of the tokens that it gave before, so two tabs that refresh at
        once both stay signed in. Used again later, it is in the hands of somebody else: the family ends.
        """
        digest = digest_of(refresh_token, SecretKind.REFRESH_TOKEN)
        client: Client = self.request.client
        found = self.work.db.execute(
            select(Token, TokenFamily)
            .join(TokenFamily, Token.family_id == TokenFamily.id)
            .where(Token.digest == digest, Token.is_refresh, Token.client_id == client.id)
            .with_for_update(of=Token)
        ).one_or_none()
        if found is None:
            return None
        row, family = found
        if row.revoked_at or family.revoked_at or min(row.expires_at, family.expires_at) <= self.work.at:
            return None
        if row.rotated_at is not None and self.work.at - row.rotated_at > GRACE:
            tokens.burn(self.work, family.id, client=client, actor=family.account_id)
            return None
        self.request.family = family
        return Held(row, family)

    def authenticate_user(self, refresh_token: Held) -> Account:
        """Return the person.

        Raises:
            InvalidGrantError: They may not act any more.
        """
        account = tokens.alive(self.work.db.get(Account, refresh_token.family.account_id))
        if account is None:
            raise InvalidGrantError
        return account

    def revoke_old_credential(self, refresh_token: Held) -> None:
        """Note when a refresh token was first used."""
        refresh_token.row.rotated_at = refresh_token.row.rotated_at or self.work.at
        self.work.db.flush()


class Credentials(ClientCredentialsGrant):  # type: ignore[misc]  # authlib has no stubs
    """Gives a service a token in its own name."""

    TOKEN_ENDPOINT_AUTH_METHODS = CONFIDENTIAL

    request: ServerRequest

    def validate_requested_scope(self) -> None:
        """Check that something is left of the scopes that were asked for.

        Raises:
            InvalidScopeError: Nothing is.
        """
        client: Client = self.request.client
        if not client.permitted(self.GRANT_TYPE, self.request.payload.scope):
            raise InvalidScopeError
