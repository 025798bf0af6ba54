"""A stage for the authorization server: organisations, people, clients, a browser and programs.

Owns: the rows that tests of the server begin with, the client's side of the protocol.
Does not own: the pages (`pages`), what is promised (the tests beside).
"""

import base64
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.requests import Request
from tests.oauth.pages import pages

from ilmio_api.access.principals import Principal
from ilmio_api.access.scopes import OF_DEVICES, text_of
from ilmio_api.access.secrets import SecretKind, new_secret
from ilmio_api.db.sealing import Sealer
from ilmio_api.db.session import unit_of_work
from ilmio_api.domain.accounts.client_models import ApiClient, ApplicationGrant, ClientSecret
from ilmio_api.domain.accounts.models import Account, AuditEvent, Membership, OrganisationAccount
from ilmio_api.domain.accounts.sign_in_models import Session
from ilmio_api.domain.accounts.vocabulary import (
    ClientAuthentication,
    ClientKind,
    GrantStatus,
    IdTokenAlgorithm,
    MemberRole,
    SignInMethod,
)
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.organisations.models import Organisation
from ilmio_api.domain.organisations.vocabulary import OrganisationType
from ilmio_api.ids import new_id
from ilmio_api.oauth.routes import routes
from ilmio_api.oauth.service import OAuth

ISSUER = "https://api.example.fi"
START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CALLBACK = "https://app.example.fi/cb"
ADDRESS = "192.0.2.7"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()

Answer = httpx2.Response


@dataclass(slots=True)
class Clock:
    """The time on the stage."""

    at: datetime = START

    def __call__(self) -> datetime:
        """Return the time."""
        return self.at

    def advance(self, **span: float) -> None:
        """Let time go by: `seconds=`, `minutes=`, `days=`."""
        self.at += timedelta(**span)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody in a browser."""

    id: str
    account: str
    authenticated_at: datetime


@dataclass(frozen=True, slots=True)
class Client:
    """A client with what it proves itself by."""

    id: str
    authentication: ClientAuthentication
    secret: str = ""
    key: ECKey | RSAKey | None = None

    def proof(self, at: datetime, **claims: Any) -> tuple[dict[str, str], dict[str, str]]:  # noqa: ANN401 - JSON
        """Return the part of a form, and the headers, by which the client proves itself."""
        match self.authentication:
            case ClientAuthentication.NONE:
                return {"client_id": self.id}, {}
            case ClientAuthentication.CLIENT_SECRET_BASIC:
                pair = base64.b64encode(f"{self.id}:{self.secret}".encode()).decode()
                return {}, {"Authorization": f"Basic {pair}"}
            case ClientAuthentication.CLIENT_SECRET_POST:
                return {"client_id": self.id, "client_secret": self.secret}, {}
            case ClientAuthentication.PRIVATE_KEY_JWT:
                return {
                    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    "client_assertion": self.assertion(at, **claims),
                }, {}

    def assertion(self, at: datetime, **claims: Any) -> str:  # noqa: ANN401 - JSON
        """Return a signed assertion; claims that are None are left out."""
        now = int(at.timestamp())
        whole = {"iss": self.id, "sub": self.id, "aud": ISSUER, "iat": now, "exp": now + 60, "jti": os.urandom(8).hex()}
        given = {name: value for name, value in (whole | claims).items() if value is not None}
        assert self.key is not None
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, given, self.key, ["ES256"])


@dataclass(slots=True)
class Stage:
    """One test's server with its clock and its people."""

    engine: AsyncEngine
    sealer: Sealer
    clock: Clock = field(default_factory=Clock)
    address: str = ADDRESS
    signed_in: SignedIn | None = None
    """Who is signed in, in the browser."""
    issuer: str = ISSUER
    oauth: OAuth = field(init=False)
    application: Starlette = field(init=False)
    http: httpx2.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        """Build the server, and pages that answer in JSON what the console would show."""
        self.oauth = OAuth(self.engine, self.sealer, self.issuer, self.clock, os.urandom, lambda _request: self.address)
        self.application = Starlette(routes=[*routes(self.oauth), *pages(self)])
        self.http = httpx2.AsyncClient(transport=httpx2.ASGITransport(self.application), base_url=self.issuer)

    # Rows

    def new_id(self, prefix: str) -> str:
        """Return a new id."""
        return new_id(prefix, at=self.clock.at, entropy=os.urandom(10))

    async def add(self, *rows: object) -> None:
        """Add rows, in this order."""
        async with unit_of_work(self.engine) as session:
            for row in rows:
                session.add(row)
                await session.flush()

    async def organisation(self, **policy: Any) -> str:  # noqa: ANN401 - columns
        """Return a new organisation with an account."""
        organisation = self.new_id("organisation")
        record = Organisation(
            id=organisation, slug=organisation, name={"fi": "Järjestö"}, type=OrganisationType.ASSOCIATION
        )
        await self.add(record, OrganisationAccount(organisation_id=organisation, created_at=self.clock.at, **policy))
        return organisation

    async def person(self, **roles: MemberRole) -> str:
        """Return a new person with roles by organisation."""
        account = self.new_id("account")
        row = Account(
            id=account,
            name="Aino Esimerkki",
            email=f"{account}@example.fi",
            email_verified_at=self.clock.at,
            language="sv",
            created_at=self.clock.at,
        )
        memberships = [
            Membership(id=self.new_id("membership"), organisation_id=organisation, account_id=account, role=role)
            for organisation, role in roles.items()
        ]
        await self.add(row, *memberships)
        return account

    async def sign_in(
        self,
        account: str | None = None,
        *,
        method: SignInMethod = SignInMethod.PASSKEY,
        identity_provider: str | None = None,
    ) -> SignedIn:
        """Sign a person in, a new one unless one is named; with an identity provider if one is named."""
        account = account or await self.person()
        session = self.new_id("session")
        await self.add(
            Session(
                id=session,
                digest=os.urandom(32),
                account_id=account,
                method=SignInMethod.IDENTITY_PROVIDER if identity_provider else method,
                identity_provider_id=identity_provider,
                created_at=self.clock.at,
                authenticated_at=self.clock.at,
                seen_at=self.clock.at,
                expires_at=self.clock.at + timedelta(hours=12),
                browser="Firefox, Linux",
                address="192.0.2.0/24",
            )
        )
        self.signed_in = SignedIn(session, account, self.clock.at)
        return self.signed_in

    async def client(
        self,
        authentication: ClientAuthentication = ClientAuthentication.NONE,
        kind: ClientKind | None = None,
        *,
        scopes: str = "openid profile email offline_access content:read drafts:read",
        organisation: str | None = None,
        redirect_uris: Sequence[str] = (CALLBACK,),
        **columns: Any,  # noqa: ANN401 - columns
    ) -> Client:
        """Return a new client; of a new organisation, unless one is named."""
        public = authentication is ClientAuthentication.NONE
        organisation = organisation or await self.organisation()
        key = ECKey.generate_key("P-256", {"kid": "one"})
        row = ApiClient(
            id=self.new_id("client"),
            organisation_id=organisation,
            kind=kind or (ClientKind.PUBLIC_APPLICATION if public else ClientKind.WEB_APPLICATION),
            name="Näkymä",
            authentication=authentication,
            scopes=scopes.split(),
            redirect_uris=list(redirect_uris),
            post_logout_redirect_uris=["https://app.example.fi/bye"],
            jwks={"keys": [key.as_dict(private=False)]}
            if authentication is ClientAuthentication.PRIVATE_KEY_JWT
            else None,
            created_at=self.clock.at,
            id_token_algorithm=columns.pop("id_token_algorithm", IdTokenAlgorithm.ES256),
            **columns,
        )
        secret = new_secret(SecretKind.CLIENT_SECRET, os.urandom)
        kept = ClientSecret(
            id=self.new_id("secret"),
            digest=secret.digest,
            client_id=row.id,
            organisation_id=organisation,
            last_four=secret.last_four,
            created_at=self.clock.at,
            expires_at=self.clock.at + timedelta(days=366),
        )
        has_secret = authentication in {
            ClientAuthentication.CLIENT_SECRET_BASIC,
            ClientAuthentication.CLIENT_SECRET_POST,
        }
        await self.add(row, *([kept] if has_secret else []))
        return Client(row.id, authentication, secret.text if has_secret else "", key)

    async def command_line(self) -> Client:
        """Return a client that may use the device grant."""
        row = ApiClient(
            id=self.new_id("client"),
            kind=ClientKind.COMMAND_LINE,
            name="ilmio",
            authentication=ClientAuthentication.NONE,
            scopes=text_of(OF_DEVICES).split(),
            created_at=self.clock.at,
        )
        await self.add(row)
        return Client(row.id, ClientAuthentication.NONE)

    async def grant(self, organisation: str, client: Client, scopes: str, status: GrantStatus) -> None:
        """Add the decision of an organisation about an application."""
        await self.add(
            ApplicationGrant(
                id=self.new_id("grant"),
                organisation_id=organisation,
                client_id=client.id,
                status=status,
                scopes=scopes.split(),
                created_at=self.clock.at,
            )
        )

    async def disable(self, account: str) -> None:
        """Disable a person."""
        async with unit_of_work(self.engine) as session:
            await session.execute(update(Account).where(Account.id == account).values(disabled_at=self.clock.at))

    async def delete(self, client: Client) -> None:
        """Delete a client, as the mark on it."""
        async with unit_of_work(self.engine) as session:
            await session.execute(update(ApiClient).where(ApiClient.id == client.id).values(deleted_at=self.clock.at))

    async def last_use(self, client: Client) -> datetime | None:
        """Return when the secret of a client was last used, as noted."""
        async with unit_of_work(self.engine) as session:
            return await session.scalar(select(ClientSecret.last_used_at).where(ClientSecret.client_id == client.id))

    async def audited(self, target_or_client: str) -> list[str]:
        """Return the actions in the log that a client did, or that were done to something, by name."""
        async with unit_of_work(self.engine) as session:
            events = await session.scalars(
                select(AuditEvent.action).where(
                    (AuditEvent.client_id == target_or_client) | (AuditEvent.target_id == target_or_client)
                )
            )
            return sorted(event.value for event in events)

    # The browser

    async def ask(self, client: Client, **params: str | None) -> Answer:
        """Send the browser to the authorization endpoint; parameters that are None are left out."""
        whole: dict[str, str | None] = {
            "response_type": "code",
            "client_id": client.id,
            "redirect_uri": CALLBACK,
            "scope": "openid offline_access",
            "state": "s-1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        given = {name: value for name, value in (whole | params).items() if value is not None}
        return await self.http.get("/oauth/authorize", params=given)

    async def decide(self, page: Answer, *, allowed: bool = True) -> Answer:
        """Press a button on the consent page."""
        form = {"ticket": page.json()["ticket"], "allowed": "1" if allowed else ""}
        return await self.http.post("/oauth/authorize", data=form)

    async def code(self, client: Client, **params: str | None) -> str:
        """Return a new code: asked for, consented to if need be, and taken out of the address."""
        answer = await self.ask(client, **params)
        if answer.status_code == 200:
            assert answer.json()["step"] == "CONSENT"
            answer = await self.decide(answer)
        return sent_back(answer)["code"]

    # The program

    async def post(self, path: str, client: Client, **form: str | None) -> Answer:
        """Post a form as a client; fields that are None are left out."""
        proof, headers = client.proof(self.clock.at)
        fields = {name: value for name, value in (proof | form).items() if value is not None}
        return await self.http.post(path, data=fields, headers=headers)

    async def redeem(self, client: Client, code: str, **form: str | None) -> Answer:
        """Exchange a code."""
        whole: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }
        return await self.post("/oauth/token", client, **(whole | form))

    async def refresh(self, client: Client, token: str, **form: str | None) -> Answer:
        """Exchange a refresh token."""
        return await self.post("/oauth/token", client, grant_type="refresh_token", refresh_token=token, **form)

    async def tokens(self, client: Client, **params: str | None) -> dict[str, Any]:
        """Return the tokens of the whole flow."""
        answer = await self.redeem(client, await self.code(client, **params))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def holds(self, token: str) -> bool:
        """Return whether an access token with the scope `openid` is accepted."""
        answer = await self.http.get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"})
        return answer.status_code == 200

    # Pages, as the console has them

    def occasion(self, request: Request) -> Occasion:
        """Return the occasion of the browser's request."""
        occasion = self.oauth.occasion_of(request)
        if self.signed_in is None:
            return occasion
        return replace(occasion, principal=Principal(account=self.signed_in.account, credential=self.signed_in.id))


def sent_back(answer: Answer) -> dict[str, str]:
    """Return the parameters with which the browser is sent back to the client."""
    assert answer.status_code == 303, answer.text
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert all(len(values) == 1 for values in query.values())
    return {name: values[0] for name, values in query.items()}


def claims_in(token: str) -> dict[str, Any]:
    """Return the claims of a JWT, unchecked."""
    return dict(json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "==")))
