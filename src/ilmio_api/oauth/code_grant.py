"""The authorization code grant, with PKCE for every client.

Owns: giving out a code, exchanging it once, what follows when it comes again.
Does not own: judging the rest of an authorisation request (`oauth.authorisation_requests`), tokens (`oauth.tokens`).

Source: RFC 6749 §4.1, RFC 7636, RFC 9700 §2.1 and §4.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from sqlalchemy import select

from ilmio_api.access.scopes import Scope, scopes_of, text_of
from ilmio_api.access.secrets import SecretKind, digest_of
from ilmio_api.domain.accounts.models import Account
from ilmio_api.domain.accounts.token_models import AuthorisationCode, TokenFamily
from ilmio_api.oauth import tokens
from ilmio_api.oauth.clients import METHODS, Client
from ilmio_api.oauth.requests import ServerRequest
from ilmio_api.oauth.service import Work

CODE_LIFE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Granting:
    """A person who has said yes."""

    account: str
    session: str
    authenticated_at: datetime
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class Code:
    """A code with the questions that Authlib has."""

    row: AuthorisationCode

    @property
    def code_challenge(self) -> str:
        """Return the challenge."""
        return self.row.code_challenge

    @property
    def code_challenge_method(self) -> str:
        """Return the only method."""
        return "S256"

    @property
    def nonce(self) -> str | None:
        """Return the nonce of the request."""
        return self.row.nonce

    def get_redirect_uri(self) -> str:
        """Return where the code was sent."""
        return self.row.redirect_uri

    def get_scope(self) -> str:
        """Return what the person has granted."""
        return " ".join(self.row.scopes)


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]  # authlib has no stubs
    """Gives out codes and exchanges them, each once."""

    TOKEN_ENDPOINT_AUTH_METHODS = tuple(METHODS)

    request: ServerRequest

    @property
    def work(self) -> Work:
        """Return the unit of work."""
        work: Work = self.server.work
        return work

    @staticmethod
    def validate_authorization_redirect_uri(request: ServerRequest, client: Client) -> str:
        """Return the address to send the browser to; it has to be named and registered.

        Raises:
            InvalidRequestError: It is not; there is nowhere to send the error.
        """
        address: str | None = request.payload.redirect_uri
        if not address:
            raise InvalidRequestError("The parameter redirect_uri is missing.")
        # Authlib's own message repeats the address, and fails on letters that may not stand in one.
        if not client.check_redirect_uri(address):
            raise InvalidRequestError("The redirect_uri is not registered for this client.")
        return address

    def generate_authorization_code(self) -> str:
        """Return a new code."""
        return self.work.occasion.new_secret(SecretKind.AUTHORISATION_CODE).text

    def save_authorization_code(self, code: str, request: ServerRequest) -> None:
        """Store the digest of a code with what the person has granted."""
        granting: Granting = request.user
        self.work.db.add(
            AuthorisationCode(
                digest=digest_of(code, SecretKind.AUTHORISATION_CODE),
                client_id=request.client.id,
                account_id=granting.account,
                session_id=granting.session,
                redirect_uri=request.payload.redirect_uri,
                scopes=text_of(granting.scopes).split(),
                nonce=request.payload.data.get("nonce"),
                code_challenge=request.payload.data["code_challenge"],
                authenticated_at=granting.authenticated_at,
                expires_at=self.work.at + CODE_LIFE,
            )
        )
        self.work.db.flush()

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        """Return a code that can be exchanged now, locked; one that was used before ends what came of it."""
        digest = digest_of(code, SecretKind.AUTHORISATION_CODE)
        if digest is None:
            return None
        # Of several requests with one code the others wait here, and then find it used.
        row = self.work.db.scalar(
            select(AuthorisationCode)
            .where(AuthorisationCode.digest == digest, AuthorisationCode.client_id == client.id)
            .with_for_update()
        )
        if row is None:
            return None
        if row.used_at is not None:
            if row.family_id:
                tokens.burn(self.work, row.family_id, client=client, actor=row.account_id)
            return None
        return Code(row) if row.expires_at > self.work.at else None

    def authenticate_user(self, authorization_code: Code) -> Account | None:
        """Return the person, and begin the family of their tokens; None when they may not act any more."""
        row = authorization_code.row
        account = tokens.alive(self.work.db.get(Account, row.account_id))
        if account is not None:
            self.request.family = new_family(
                self.work,
                self.request.client,
                Granting(row.account_id, row.session_id or "", row.authenticated_at, scopes_of(" ".join(row.scopes))),
            )
        return account

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Mark a code as used; it is kept, so that it is known when it comes again."""
        authorization_code.row.used_at = self.work.at
        authorization_code.row.family_id = self.request.family.id
        self.work.db.flush()


class Pkce(CodeChallenge):  # type: ignore[misc]  # authlib has no stubs
    """PKCE with S256 for every client; Authlib would let confidential ones do without, and allow `plain`."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: CodeGrant, redirect_uri: str) -> None:
        """Check the challenge of an authorisation request.

        Raises:
            InvalidRequestError: There is none, or not with S256.
        """
        data = grant.request.payload.data
        if "code_challenge" not in data:
            raise InvalidRequestError("PKCE is required: the parameter code_challenge is missing.")
        if data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE is required with code_challenge_method S256.")
        super().validate_code_challenge(grant, redirect_uri)

    def validate_code_verifier(self, grant: CodeGrant, result: Any) -> None:  # noqa: ANN401 - of Authlib's hook
        """Check the verifier of a token request.

        Raises:
            InvalidRequestError: There is none, or it is malformed.
            InvalidGrantError: It does not belong to the challenge.
        """
        try:
            super().validate_code_verifier(grant, result)
        except UnicodeEncodeError as error:
            raise InvalidGrantError("The code_verifier does not fit.") from error


def new_family(work: Work, client: Client, granting: Granting) -> TokenFamily:
    """Begin the family of tokens of one authorisation."""
    family = TokenFamily(
        id=work.occasion.new_id("family"),
        client_id=client.id,
        account_id=granting.account,
        session_id=granting.session or None,
        scopes=text_of(granting.scopes).split(),
        created_at=work.at,
        authenticated_at=granting.authenticated_at,
        expires_at=work.at + tokens.ABSOLUTE,
    )
    work.db.add(family)
    work.db.flush()
    return family
