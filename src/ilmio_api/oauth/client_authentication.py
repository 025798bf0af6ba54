"""How clients prove who they are.

Owns: one proof per request, signed assertions, the networks that a client may come from.
Does not own: secrets (`oauth.clients`), reading the header (Authlib).

Source: RFC 6749 §2.3, RFC 7523 §2.2 and §3, OpenID Connect Core 1.0 §9.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError
from authlib.oauth2.rfc6749.util import extract_basic_authorization
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy.dialects.postgresql import insert

from ilmio_api.domain.accounts import attempts
from ilmio_api.domain.accounts.token_models import UsedAssertion
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication
from ilmio_api.oauth.answers import TOO_OFTEN
from ilmio_api.oauth.clients import Client
from ilmio_api.oauth.requests import ServerRequest
from ilmio_api.oauth.service import Work

ALGORITHMS = ["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512", "EdDSA", "Ed25519"]
"""Signatures that an assertion may have: never a shared secret."""

_LEEWAY_S = 60
_LONGEST_LIFE_S = 86_400
_LONGEST_JTI = 255
_STARTS, _WINDOW_S = 100, 300
_REFUSED = "The client could not be authenticated: it is unknown, or does not prove who it is in its registered way."
_USED = "The assertion has been used before."


def check_single_proof(request: ServerRequest) -> None:
    """Refuse requests that prove who they are in two ways, or name two clients.

    Raises:
        InvalidRequestError: There is more than one proof.
        InvalidClientError: The header cannot be read, or names another client than the body.
    """
    form = request.form
    basic = request.headers.get("Authorization", "").lower().startswith("basic ")
    proofs = [basic, "client_secret" in form, "client_assertion" in form]
    if sum(proofs) > 1:
        raise InvalidRequestError("A client authenticates in one way only.")
    if basic:
        try:
            named, secret = extract_basic_authorization(request.headers)
        except ValueError as error:
            raise InvalidClientError(_REFUSED) from error
        if not named or not secret or form.get("client_id", named) != named:
            raise InvalidClientError(_REFUSED)


def check_client(request: ServerRequest, client: Client, address: str) -> None:
    """Refuse a client that is not the one named in the body, or comes from a network that it may not come from.

    Raises:
        InvalidClientError: So it is.
    """
    if request.form.get("client_id", client.id) != client.id:
        raise InvalidClientError(_REFUSED)
    if not client.may_come_from(address):
        raise InvalidClientError("The client may not be used from this network.")


def refusal(error: InvalidClientError) -> InvalidClientError:
    """Return an error of Authlib's in our words: its own list the ways that were tried, as Python writes them."""
    return error if error.description == _USED else InvalidClientError(_REFUSED)


def check_rate(work: Work, client: Client) -> None:
    """Refuse what fills tables, when it comes too often from one address and the client proves nothing.

    Raises:
        OAuth2Error: It does; 429.
    """
    if client.row.authentication is not ClientAuthentication.NONE:
        return
    bucket = f"oauth:{work.oauth.sealer.keyed_hash(work.occasion.address)}"
    if not work.wait(attempts.allowed(work.session, bucket, at=work.at, limit=_STARTS, window_s=_WINDOW_S)):
        raise OAuth2Error("Too many requests from this address; try again later.", error=TOO_OFTEN)


class PrivateKeyJwt(JWTBearerClientAssertion):  # type: ignore[misc]  # authlib has no stubs
    """Clients that sign an assertion with a key of theirs; nothing secret is shared."""

    CLIENT_AUTH_METHOD = "private_key_jwt"

    def __init__(self, work: Work, audiences: frozenset[str]) -> None:
        """Keep the unit of work, and the addresses that an assertion may be meant for."""
        super().__init__(leeway=_LEEWAY_S)
        self._work = work
        self._audiences = audiences

    def __call__(self, query_client: Callable[[str], Client | None], request: ServerRequest) -> Client | None:
        """Return the client that has signed the assertion in a request; None when there is none.

        Raises:
            InvalidClientError: The assertion does not hold.
        """
        try:
            found: Client | None = super().__call__(query_client, request)
        except (JoseError, ValueError, TypeError, RecursionError, KeyError) as error:
            # An assertion is anybody's text until its signature has been checked, and Authlib repeats parts of it.
            raise InvalidClientError(_REFUSED) from error
        return found

    def resolve_client_public_key(self, client: Client) -> KeySet:
        """Return the registered keys of a client.

        Raises:
            InvalidClientError: It has none.
        """
        if not client.row.jwks:
            raise InvalidClientError(_REFUSED)
        return KeySet.import_key_set(client.row.jwks)  # type: ignore[arg-type]  # as it was stored: {"keys": […]}

    def process_assertion_claims(self, assertion: str, resolve_key: KeySet) -> dict[str, Any]:
        """Return the claims of an assertion whose signature holds.

        Raises:
            InvalidClientError: The claims do not hold.
        """
        claims = jwt.decode(assertion, resolve_key, ALGORITHMS).claims
        self.verify_claims(claims)
        return claims

    def verify_claims(self, claims: dict[str, Any]) -> None:
        """Check the claims of an assertion (RFC 7523 §3).

        Raises:
            InvalidClientError: They do not hold, or the assertion has been used before.
        """
        now = int(self._work.at.timestamp())
        essential = {name: jwt.ClaimsOption(essential=True) for name in ("iss", "sub", "aud", "exp", "jti")}
        jwt.JWTClaimsRegistry(now=now, leeway=_LEEWAY_S, **essential).validate(claims)
        audiences = [claims["aud"]] if isinstance(claims["aud"], str) else claims["aud"]
        # Every one of them has to be us: an assertion that is good elsewhere too could be brought here from there.
        if claims["iss"] != claims["sub"] or not self._audiences.issuperset(audiences):
            raise InvalidClientError(_REFUSED)
        if claims["exp"] > now + _LONGEST_LIFE_S or not 0 < len(claims["jti"]) <= _LONGEST_JTI:
            raise InvalidClientError(_REFUSED)
        expires_at = datetime.fromtimestamp(claims["exp"], UTC)
        if "\0" in claims["jti"] or not self._is_first(claims["sub"], claims["jti"], expires_at):
            raise InvalidClientError(_USED)

    def _is_first(self, client: str, jti: str, expires_at: datetime) -> bool:
        """Note that an assertion was used, and return whether it was the first time; of several at once one is."""
        noted = self._work.db.scalars(
            insert(UsedAssertion)
            .values(client_id=client, jti=jti, expires_at=expires_at + timedelta(seconds=_LEEWAY_S))
            .on_conflict_do_nothing()
            .returning(UsedAssertion.jti)
        )
        return bool(noted.all())
