"""Revocation of tokens by the client that holds them.

Owns: which token is meant, that only its own client may end it.
Does not own: ending it (`oauth.tokens`).

Source: RFC 7009.
"""

from dataclasses import dataclass

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc7009 import RevocationEndpoint
from sqlalchemy import select

from ilmio_api.access.secrets import SecretKind, digest_of
from ilmio_api.domain.accounts.token_models import Token
from ilmio_api.oauth import tokens
from ilmio_api.oauth.clients import METHODS, Client
from ilmio_api.oauth.requests import ServerRequest
from ilmio_api.oauth.service import Work


@dataclass(frozen=True, slots=True)
class Revocable:
    """A token with the question that Authlib has."""

    row: Token

    def check_client(self, client: Client) -> bool:
        """Return whether it was given to a client."""
        return self.row.client_id == client.id


class Revocation(RevocationEndpoint):  # type: ignore[misc]  # authlib has no stubs
    """Ends a token at once."""

    CLIENT_AUTH_METHODS = tuple(METHODS)

    def check_params(self, request: ServerRequest, client: Client) -> None:
        """Check that a token is named; a hint that we do not know is read over (RFC 7009 §2.1).

        Raises:
            InvalidRequestError: None is.
        """
        del client
        if "token" not in request.form:
            raise InvalidRequestError("The parameter token is missing.")

    def query_token(self, token_string: str, token_type_hint: str | None) -> Revocable | None:
        """Return a token of any age; the text says of which kind it is."""
        del token_type_hint
        row = token_of(self.server.work, token_string)
        return Revocable(row) if row else None

    def revoke_token(self, token: Revocable, request: ServerRequest) -> None:
        """End a token."""
        tokens.revoke(self.server.work, token.row, client=request.client)


def token_of(work: Work, text: str) -> Token | None:
    """Return the token that a text is, of any age."""
    digest = digest_of(text, SecretKind.ACCESS_TOKEN, SecretKind.REFRESH_TOKEN)
    return work.db.scalar(select(Token).where(Token.digest == digest)) if digest else None
