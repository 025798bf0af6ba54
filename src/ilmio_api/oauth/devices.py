"""The device grant, for the service's own command line only.

Owns: device and user codes, asking whether the person has decided, what the person is shown and decides.
Does not own: the page (`console`), tokens (`oauth.tokens`).

Codes are phished: somebody is talked into typing a code that another device shows. So the grant is open to our own
command line only, gives nothing that manages accounts, and the page says from which network it was asked for.

Source: RFC 8628.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidScopeError, UnauthorizedClientError
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint, DeviceCodeGrant
from sqlalchemy import select

from ilmio_api.access.scopes import scopes_of, text_of
from ilmio_api.access.secrets import SecretKind, digest_of
from ilmio_api.domain.accounts.models import Account
from ilmio_api.domain.accounts.token_models import DeviceAuthorisation
from ilmio_api.domain.accounts.whereabouts import network_of
from ilmio_api.oauth import tokens
from ilmio_api.oauth.client_authentication import check_rate
from ilmio_api.oauth.clients import DEVICE, METHODS, Client
from ilmio_api.oauth.code_grant import Granting, new_family
from ilmio_api.oauth.requests import ServerRequest
from ilmio_api.oauth.service import Work

LIFE = timedelta(minutes=10)
INTERVAL = timedelta(seconds=5)
USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""Letters of user codes: no vowels, so no words (RFC 8628 §6.1)."""

_USER_CODE_LENGTH = 8
_FAIR_BYTES = 240
"""Bytes below this give each of the twenty letters the same chance."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A device that waits, with the questions that Authlib has."""

    row: DeviceAuthorisation
    at: datetime

    def get_client_id(self) -> str:
        """Return the client."""
        return self.row.client_id

    def get_user_code(self) -> str:
        """Return the user code."""
        return self.row.user_code

    def get_scope(self) -> str:
        """Return the scopes."""
        return " ".join(self.row.scopes)

    def is_expired(self) -> bool:
        """Return whether it has waited for too long."""
        return self.row.expires_at <= self.at


class DeviceEndpoint(DeviceAuthorizationEndpoint):  # type: ignore[misc]  # authlib has no stubs
    """Gives a device its codes."""

    CLIENT_AUTH_METHODS = tuple(METHODS)
    EXPIRES_IN = int(LIFE.total_seconds())
    INTERVAL = int(INTERVAL.total_seconds())

    def authenticate_client(self, request: ServerRequest) -> Client:
        """Return the client of a request.

        Raises:
            InvalidClientError: It does not prove that it is one.
            UnauthorizedClientError: It may not use this grant.
            InvalidScopeError: It may have none of the scopes.
            OAuth2Error: It comes too often.
        """
        client: Client = super().authenticate_client(request)
        if not client.check_grant_type(DEVICE):
            raise UnauthorizedClientError
        if not client.permitted(DEVICE, request.payload.scope):
            raise InvalidScopeError
        check_rate(self.server.work, client)
        return client

    def generate_user_code(self) -> str:
        """Return a new user code."""
        letters = ""
        while len(letters) < _USER_CODE_LENGTH:
            drawn = self.server.work.oauth.entropy(16)
            letters += "".join(USER_CODE_LETTERS[byte % len(USER_CODE_LETTERS)] for byte in drawn if byte < _FAIR_BYTES)
        return shown(letters[:_USER_CODE_LENGTH])

    def generate_device_code(self) -> str:
        """Return a new device code."""
        work: Work = self.server.work
        return work.occasion.new_secret(SecretKind.DEVICE_CODE).text

    def get_verification_uri(self) -> str:
        """Return the address of the page."""
        work: Work = self.server.work
        return work.oauth.address("/oauth/device")

    def save_device_credential(self, client_id: str, scope: str | None, data: dict[str, Any]) -> None:
        """Store the digest of a device code with its user code."""
        work: Work = self.server.work
        client = self.server.query_client(client_id)
        work.db.add(
            DeviceAuthorisation(
                digest=digest_of(data["device_code"], SecretKind.DEVICE_CODE),
                user_code=normal(data["user_code"]),
                client_id=client_id,
                scopes=text_of(client.permitted(DEVICE, scope)).split(),
                address=network_of(work.occasion.address),
                created_at=work.at,
                expires_at=work.at + LIFE,
                interval_s=self.INTERVAL,
            )
        )
        work.db.flush()


class DeviceGrant(DeviceCodeGrant):  # type: ignore[misc]  # authlib has no stubs
    """Exchanges a device code, once, after the person has said yes."""

    TOKEN_ENDPOINT_AUTH_METHODS = tuple(METHODS)

    request: ServerRequest

    @property
    def work(self) -> Work:
        """Return the unit of work."""
        work: Work = self.server.work
        return work

    def query_device_credential(self, device_code: str) -> Waiting:
        """Return the device that a code was given to, locked.

        Raises:
            InvalidGrantError: The code is unknown, was used, or was given to another client.
        """
        digest = digest_of(device_code, SecretKind.DEVICE_CODE)
        row = self.work.db.scalar(
            select(DeviceAuthorisation).where(DeviceAuthorisation.digest == digest).with_for_update()
        )
        if row is None or row.used_at is not None or row.client_id != self.request.client.id:
            raise InvalidGrantError
        return Waiting(row, self.work.at)

    def validate_device_credential(self, credential: Waiting) -> Account:
        """Return the person who has said yes, and begin the family of their tokens.

        Raises:
            OAuth2Error: Nobody has said yes: expired, denied, undecided, or asked too often.
        """
        account: Account | None = super().validate_device_credential(credential)
        row = credential.row
        if account is None or row.account_id is None or row.authenticated_at is None:
            raise InvalidGrantError
        row.used_at = self.work.at
        scopes = scopes_of(" ".join(row.scopes))
        granting = Granting(row.account_id, row.session_id or "", row.authenticated_at, scopes)
        self.request.family = new_family(self.work, self.request.client, granting)
        return account

    def query_user_grant(self, user_code: str) -> tuple[Account | None, bool] | None:
        """Return who has decided and how; None while nobody has."""
        row = self.work.db.scalar(select(DeviceAuthorisation).where(DeviceAuthorisation.user_code == user_code))
        if row is None or row.allowed is None or row.account_id is None:
            return None
        return tokens.alive(self.work.db.get(Account, row.account_id)), row.allowed

    def should_slow_down(self, credential: Waiting) -> bool:
        """Return whether the device asks too often, and note that it has asked (RFC 8628 §3.5)."""
        row, before = credential.row, credential.row.polled_at
        row.polled_at = self.work.at
        early = before is not None and self.work.at - before < timedelta(seconds=row.interval_s)
        if early:
            row.interval_s += int(INTERVAL.total_seconds())
        self.work.db.flush()
        return early


def shown(user_code: str) -> str:
    """Return a user code as people read it: `BCDF-GHJK`."""
    return f"{user_code[:4]}-{user_code[4:]}"


def normal(user_code: str) -> str:
    """Return a user code as it is stored, however somebody has typed it."""
    return "".join(letter for letter in user_code.upper() if letter in USER_CODE_LETTERS)
