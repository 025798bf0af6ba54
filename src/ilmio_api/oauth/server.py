"""The authorization server of one request: Authlib's, with our grants and our database.

Owns: putting grants, endpoints and client authentication together.
Does not own: any of them. One server serves one unit of work, so nothing is shared between requests but the tables.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationServer, BaseGrant, InvalidClientError, InvalidRequestError
from starlette.responses import Response

from ilmio_api.oauth import tokens
from ilmio_api.oauth.answers import answer, error_answer
from ilmio_api.oauth.client_authentication import PrivateKeyJwt, check_client, check_single_proof, refusal
from ilmio_api.oauth.clients import Client, client_of
from ilmio_api.oauth.code_grant import CodeGrant, Pkce
from ilmio_api.oauth.devices import DeviceEndpoint, DeviceGrant
from ilmio_api.oauth.grants import Credentials, Refresh
from ilmio_api.oauth.id_tokens import IdTokens
from ilmio_api.oauth.introspection import Introspection
from ilmio_api.oauth.parameters import Parameters
from ilmio_api.oauth.requests import ServerRequest
from ilmio_api.oauth.revocation import Revocation
from ilmio_api.oauth.service import Work

TOKEN, PUSHED = "/oauth/token", "/oauth/par"


class Server(AuthorizationServer):  # type: ignore[misc]  # authlib has no stubs
    """Answers one request."""

    def __init__(self, work: Work) -> None:
        """Register what we support."""
        super().__init__()
        self.work = work
        oauth = work.oauth
        audiences = frozenset({oauth.issuer, oauth.address(TOKEN), oauth.address(PUSHED)})
        self.register_client_auth_method("private_key_jwt", PrivateKeyJwt(work, audiences))
        self.register_token_generator("default", self._generate)
        id_tokens = IdTokens(work)
        self.register_grant(CodeGrant, [Pkce(), Parameters(), id_tokens])
        self.register_grant(Refresh, [id_tokens])
        self.register_grant(Credentials)
        self.register_grant(DeviceGrant, [id_tokens])
        self.register_endpoint(DeviceEndpoint)
        self.register_endpoint(Revocation)
        self.register_endpoint(Introspection)

    def query_client(self, client_id: str) -> Client | None:
        """Return a client."""
        return client_of(self.work, client_id)

    def get_authorization_grant(self, request: ServerRequest) -> CodeGrant:
        """Return the code grant: the only one with an authorization endpoint.

        Raises:
            OAuth2Error: Another one is asked for; with the address if that is registered for the client.
        """
        wanted = request.payload.response_type
        if wanted != "code":
            # Authlib's own message repeats what was sent, and fails on letters that may not stand in one.
            code = "unsupported_response_type" if wanted else "invalid_request"
            client = self.query_client(request.payload.client_id or "")
            address = request.payload.redirect_uri
            known = client is not None and bool(address) and client.check_redirect_uri(address)
            raise OAuth2Error(
                "The parameter response_type has to be code.", error=code, redirect_uri=address if known else None
            )
        grant: CodeGrant = super().get_authorization_grant(request)
        return grant

    def get_token_grant(self, request: ServerRequest) -> BaseGrant:
        """Return the grant of a request for tokens.

        Raises:
            InvalidRequestError: None is named.
            UnsupportedGrantTypeError: There is none of the name.
        """
        if not request.payload.grant_type:
            raise InvalidRequestError("The parameter grant_type is missing.")
        return super().get_token_grant(request)

    def authenticate_client(self, request: ServerRequest, methods: Sequence[str], endpoint: str = "token") -> Client:
        """Return the client that a request comes from.

        Raises:
            InvalidClientError: It does not prove that it is one, or not in its own way.
            InvalidRequestError: It tries several ways at once.
        """
        check_single_proof(request)
        try:
            client: Client = super().authenticate_client(request, methods, endpoint)
        except InvalidClientError as error:
            raise refusal(error) from error
        check_client(request, client, self.work.occasion.address)
        request.client = client
        return client

    def save_token(self, token: dict[str, Any], request: ServerRequest) -> None:
        """Store new tokens."""
        tokens.save(self.work, token, request)

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Authlib's
        """Tell nobody: what has to follow is done where it happens."""

    def create_oauth2_request(self, request: ServerRequest) -> ServerRequest:
        """Return the request, which was read before."""
        return request

    def handle_response(self, status: int, body: Any, headers: Iterable[tuple[str, str]]) -> Response:  # noqa: ANN401
        """Return an answer."""
        return answer(status, body, headers)

    def handle_error_response(self, request: ServerRequest, error: OAuth2Error) -> Response:
        """Return the answer to a request that cannot be carried out."""
        del request
        return error_answer(error)

    def _generate(
        self,
        grant_type: str,
        client: Client,
        user: Any = None,  # noqa: ANN401 - Authlib's
        scope: str | None = None,
        expires_in: int | None = None,
        include_refresh_token: bool = True,  # noqa: FBT001, FBT002 - Authlib's
    ) -> dict[str, Any]:
        """Return new tokens."""
        del user, expires_in
        return tokens.generate(self.work, client, grant_type, scope, with_refresh=include_refresh_token)
