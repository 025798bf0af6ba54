"""Clients, keys, tokens, sessions and ways to sign in, as rows that tests of accounts begin with.

Owns: making each of them as it stands after a command that worked.
Does not own: people and what they do (`scene`).
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.domain.accounts.organisations import OURS, THEIRS

from ilmio_api.access.secrets import Secret, SecretKind, new_secret
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts.client_models import ApiClient, ApiKey, ApplicationGrant, Consent
from ilmio_api.domain.accounts.sign_in_models import (
    Challenge,
    CodeGenerator,
    Identity,
    IdentityProvider,
    Passkey,
    Password,
    RecoveryCode,
    Session,
    VerifiedDomain,
)
from ilmio_api.domain.accounts.token_models import AuthorisationCode, DeviceAuthorisation, Token, TokenFamily
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind, GrantStatus, SignInMethod
from ilmio_api.ids import named_id


@dataclass(slots=True)
class Credentials:
    """Makes rows as they stand after commands that worked, without running those commands."""

    session: WriteSession
    at: datetime
    entropy: Callable[[int], bytes]
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    """What names are made of; several on one database need the same."""

    async def client(
        self, scopes: Sequence[str], organisation: str | None = OURS, *, kind: ClientKind = ClientKind.SERVICE
    ) -> str:
        """Return the id of a new client."""
        client = named_id("client", str(next(self.numbers)))
        self.session.add(
            ApiClient(
                id=client,
                organisation_id=organisation,
                kind=kind,
                name="Näkymä",
                authentication=ClientAuthentication.NONE,
                scopes=list(scopes),
                created_at=self.at,
            )
        )
        await self.session.flush()
        return client

    async def grant(
        self,
        client: str,
        scopes: Sequence[str],
        organisation: str = OURS,
        *,
        status: GrantStatus = GrantStatus.APPROVED,
    ) -> str:
        """Return the id of a new grant to an application."""
        grant = named_id("grant", str(next(self.numbers)))
        self.session.add(
            ApplicationGrant(
                id=grant,
                organisation_id=organisation,
                client_id=client,
                status=status,
                scopes=list(scopes),
                created_at=self.at,
            )
        )
        await self.session.flush()
        return grant

    async def key(self, scopes: Sequence[str], organisation: str = OURS) -> Secret:
        """Return the secret of a new API key, which holds for a day."""
        secret = self.secret(SecretKind.API_KEY)
        self.session.add(
            ApiKey(
                id=named_id("key", secret.text),
                digest=secret.digest,
                organisation_id=organisation,
                name="Kojelauta",
                scopes=list(scopes),
                last_four=secret.last_four,
                created_at=self.at,
                expires_at=self.at + timedelta(days=1),
            )
        )
        await self.session.flush()
        return secret

    async def token(
        self, client: str, scopes: Sequence[str], account: str | None = None, *, begun_in: str | None = None
    ) -> Secret:
        """Return a new access token, which holds for ten minutes; one of a person has a family of its own."""
        secret = self.secret(SecretKind.ACCESS_TOKEN)
        family = None if account is None else await self.family(client, account, scopes, begun_in=begun_in)
        self.session.add(
            Token(
                id=named_id("token", secret.text),
                digest=secret.digest,
                is_refresh=False,
                client_id=client,
                account_id=account,
                family_id=family,
                scopes=list(scopes),
                issued_at=self.at,
                expires_at=self.at + timedelta(minutes=10),
            )
        )
        await self.session.flush()
        return secret

    async def family(self, client: str, account: str, scopes: Sequence[str], *, begun_in: str | None = None) -> str:
        """Return the id of a new family of tokens."""
        family = named_id("family", str(next(self.numbers)))
        self.session.add(
            TokenFamily(
                id=family,
                client_id=client,
                account_id=account,
                session_id=begun_in,
                scopes=list(scopes),
                created_at=self.at,
                authenticated_at=self.at - timedelta(minutes=5),
                expires_at=self.at + timedelta(days=90),
            )
        )
        await self.session.flush()
        return family

    async def identity_provider(self, organisation: str = OURS) -> str:
        """Return the id of the new identity provider of an organisation."""
        provider = named_id("idp", organisation)
        self.session.add(
            IdentityProvider(
                id=provider,
                organisation_id=organisation,
                issuer="https://login.example.fi",
                client_id="ilmio",
                enabled=True,
                created_at=self.at,
            )
        )
        await self.session.flush()
        return provider

    async def domain(self, organisation: str = OURS, *, verified: bool = True) -> str:
        """Return the id of a new domain of an organisation."""
        domain = named_id("domain", organisation)
        self.session.add(
            VerifiedDomain(
                id=domain,
                organisation_id=organisation,
                domain=f"{organisation[-5:]}.example.fi",
                proof="ilmio-verification=1",
                verified_at=self.at if verified else None,
            )
        )
        await self.session.flush()
        return domain

    async def code(self, client: str, account: str) -> AuthorisationCode:
        """Return a new authorisation code that nobody has exchanged yet."""
        code = AuthorisationCode(
            digest=self.entropy(32),
            client_id=client,
            account_id=account,
            redirect_uri="https://app.example.fi/cb",
            scopes=["drafts:read"],
            code_challenge="x",
            authenticated_at=self.at,
            expires_at=self.at + timedelta(minutes=1),
        )
        self.session.add(code)
        await self.session.flush()
        return code

    async def device(self, client: str, account: str) -> DeviceAuthorisation:
        """Return a new authorisation of a device that a person has allowed and nobody has exchanged yet."""
        device = DeviceAuthorisation(
            digest=self.entropy(32),
            user_code=f"CODE{next(self.numbers)}",
            client_id=client,
            scopes=["drafts:read"],
            address="192.0.2.0/24",
            created_at=self.at,
            expires_at=self.at + timedelta(minutes=10),
            interval_s=5,
            account_id=account,
            authenticated_at=self.at,
            allowed=True,
        )
        self.session.add(device)
        await self.session.flush()
        return device

    async def signed_in(self, account: str, identity_provider: str | None = None) -> str:
        """Return the id of a new session of the console."""
        secret = self.secret(SecretKind.SESSION)
        session = named_id("session", secret.text)
        self.session.add(
            Session(
                id=session,
                digest=secret.digest,
                account_id=account,
                method=SignInMethod.PASSKEY,
                created_at=self.at,
                authenticated_at=self.at,
                seen_at=self.at,
                expires_at=self.at + timedelta(hours=12),
                browser="Firefox, Linux",
                address="192.0.2.0/24",
                identity_provider_id=identity_provider,
            )
        )
        await self.session.flush()
        return session

    async def ways_in(self, account: str, organisation: str = THEIRS) -> None:
        """Give a person a row of every kind by which one signs in, a consent and a step under way.

        Args:
            account: The person.
            organisation: Whose identity provider and application they use.
        """
        provider = await self.identity_provider(organisation)
        client = await self.client(["openid"], organisation, kind=ClientKind.WEB_APPLICATION)
        number = next(self.numbers)
        self.session.add_all(
            [
                Passkey(
                    id=named_id("passkey", str(number)),
                    credential_id=self.entropy(16),
                    account_id=account,
                    public_key=b"key",
                    sign_count=0,
                    aaguid="",
                    backed_up=False,
                    label="Puhelin",
                    created_at=self.at,
                ),
                Password(account_id=account, hash="$argon2id$", changed_at=self.at),
                CodeGenerator(account_id=account, sealed_seed=b"seed"),
                RecoveryCode(digest=self.entropy(32), account_id=account),
                Identity(
                    id=named_id("identity", str(number)),
                    account_id=account,
                    identity_provider_id=provider,
                    issuer="https://login.example.fi",
                    subject=str(number),
                    created_at=self.at,
                ),
                Consent(account_id=account, client_id=client, scopes=["openid"], given_at=self.at),
                Challenge(
                    digest=self.entropy(32),
                    purpose="passkey",
                    account_id=account,
                    sealed_state=b"state",
                    expires_at=self.at + timedelta(minutes=5),
                ),
            ]
        )
        await self.session.flush()

    def secret(self, kind: SecretKind) -> Secret:
        """Return a new secret."""
        return new_secret(kind, self.entropy)
