"""API clients, as Authlib asks about them.

Owns: what a client may do in the protocol, checking its secret, the networks it may be used from.
Does not own: making and changing clients (`domain.accounts.clients`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import or_, select, update

from ilmio_api.access.scopes import OF_DEVICES, OF_SERVICES, Scope, scopes_of, text_of
from ilmio_api.access.secrets import SecretKind, digest_of
from ilmio_api.domain.accounts.client_models import ApiClient, ClientSecret
from ilmio_api.domain.accounts.models import OrganisationAccount
from ilmio_api.domain.accounts.ranges import contains
from ilmio_api.domain.accounts.redirects import is_registered
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind
from ilmio_api.ids import prefix_of
from ilmio_api.oauth.service import Work

CODE, REFRESH, CREDENTIALS = "authorization_code", "refresh_token", "client_credentials"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"

GRANTS: dict[ClientKind, frozenset[str]] = {
    ClientKind.SERVICE: frozenset({CREDENTIALS}),
    ClientKind.WEB_APPLICATION: frozenset({CODE, REFRESH}),
    ClientKind.PUBLIC_APPLICATION: frozenset({CODE, REFRESH}),
    ClientKind.COMMAND_LINE: frozenset({DEVICE, REFRESH}),
}
"""Grant types of each kind of client."""

METHODS: dict[str, ClientAuthentication] = {
    "none": ClientAuthentication.NONE,
    "client_secret_basic": ClientAuthentication.CLIENT_SECRET_BASIC,
    "client_secret_post": ClientAuthentication.CLIENT_SECRET_POST,
    "private_key_jwt": ClientAuthentication.PRIVATE_KEY_JWT,
}
"""Ways to authenticate by the names that the protocol has for them."""

_EXACTNESS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Client:
    """A client of ours with the questions that Authlib has."""

    row: ApiClient
    work: Work

    @property
    def id(self) -> str:
        """Return the client id."""
        return self.row.id

    @property
    def scopes(self) -> frozenset[Scope]:
        """Return the most that the client may ever have; never the rights of the platform's administrators."""
        return scopes_of(" ".join(self.row.scopes)) - {Scope.PLATFORM}

    @property
    def client_metadata(self) -> dict[str, list[str]]:
        """Return what Authlib's logout looks up."""
        return {"post_logout_redirect_uris": self.row.post_logout_redirect_uris}

    def get_client_id(self) -> str:
        """Return the client id."""
        return self.row.id

    def get_default_redirect_uri(self) -> None:
        """Return none: each request has to name one."""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Return whether an address is registered."""
        return is_registered(self.row.redirect_uris, redirect_uri)

    def check_response_type(self, response_type: str) -> bool:
        """Return whether the client may use the authorization endpoint."""
        return response_type == "code" and self.check_grant_type(CODE)

    def check_grant_type(self, grant_type: str) -> bool:
        """Return whether the client may use a grant type."""
        return grant_type in GRANTS[self.row.kind]

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Return whether this is how the client authenticates; it is the same at each endpoint."""
        del endpoint
        return METHODS.get(method) is self.row.authentication

    def check_client_secret(self, text: str) -> bool:
        """Return whether a text is a secret of the client that is valid now, and note that it was used."""
        digest = digest_of(text, SecretKind.CLIENT_SECRET)
        if digest is None:
            return False
        found = self.work.db.scalar(
            select(ClientSecret).where(
                ClientSecret.digest == digest,
                ClientSecret.client_id == self.id,
                ClientSecret.revoked_at.is_(None),
                ClientSecret.expires_at > self.work.at,
            )
        )
        if found is None or not compare_digest(found.digest, digest):
            return False
        self._note_use(found.id)
        return True

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Return which of the scopes asked for the client may have; unknown ones fall away (RFC 6749 §3.3)."""
        asked = scopes_of(scope) if scope else {Scope.CONTENT_READ}
        return text_of(self.scopes & asked) or None

    def permitted(self, grant_type: str, scope: str | None) -> frozenset[Scope]:
        """Return the scopes that a grant may give; without a wish, a service gets all of its own."""
        match grant_type:
            case "client_credentials":
                most = self.scopes & OF_SERVICES
                return most & scopes_of(scope) if scope else most
            case _ if grant_type == DEVICE:
                return self.scopes & OF_DEVICES & (scopes_of(scope) if scope else {Scope.CONTENT_READ})
            case _:
                return scopes_of(self.get_allowed_scope(scope))

    def may_come_from(self, address: str) -> bool:
        """Return whether the client, and the policy of its organisation, allow a network address."""
        policy = self.work.db.scalar(
            select(OrganisationAccount.address_ranges).where(
                OrganisationAccount.organisation_id == self.row.organisation_id
            )
        )
        return contains(self.row.address_ranges, address) and contains(policy or (), address)

    def _note_use(self, secret: str) -> None:
        """Write down that a secret was used, to the hour, so that a busy client does not queue behind itself."""
        at: datetime = self.work.at
        self.work.db.execute(
            update(ClientSecret)
            .where(
                ClientSecret.id == secret,
                or_(ClientSecret.last_used_at.is_(None), ClientSecret.last_used_at <= at - _EXACTNESS),
            )
            .values(last_used_at=at)
            .execution_options(synchronize_session=False)
        )


def client_of(work: Work, client_id: str) -> Client | None:
    """Return a client that has not been deleted."""
    if prefix_of(client_id) is None:
        return None
    row = work.db.scalar(select(ApiClient).where(ApiClient.id == client_id, ApiClient.deleted_at.is_(None)))
    return Client(row, work) if row else None
