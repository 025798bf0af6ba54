"""An organisation with an identity provider, and people who come back from it.

Owns: the fixtures `rsa_key`, `passing`, `provider`, `sealer`, `federation`, `visits` and `lasting_visits`.
Does not own: the provider itself (`fake_provider`), what is promised (the tests beside).
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from cryptography.fernet import Fernet
from joserfc.jwk import RSAKey
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.domain.accounts.scene import OURS, TRACE, Scene, make_organisations
from tests.federation_login.fake_provider import CLIENT_ID, ISSUER, FakeProvider

from ilmio_api.access.principals import ANONYMOUS, Principal
from ilmio_api.access.secrets import SecretKind, new_secret
from ilmio_api.db import sealing
from ilmio_api.db.sealing import Sealer
from ilmio_api.db.session import WriteSession, accounts_work
from ilmio_api.domain.accounts.models import Account, AuditEvent, Invitation, Membership
from ilmio_api.domain.accounts.sign_in_models import Identity, IdentityProvider, VerifiedDomain
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import ProblemCode, Refused
from ilmio_api.ids import named_id
from ilmio_api.oauth import federation as steps
from ilmio_api.oauth import provider_keys
from ilmio_api.oauth.federation import Intent, SignedInBy
from ilmio_api.oauth.federation_providers import Federation
from ilmio_api.oauth.provider_directory import Directory
from ilmio_api.oauth.service import OAuth

PROVIDER = named_id("idp", "ours")
BROWSER = "a cookie that one browser has"
SECRET = "s&cret of the organisation"  # noqa: S105 - of a provider in this process
EMAIL = "anna@oma.example"
US = "https://ilmio.example.fi"


@dataclass(slots=True)
class Visits:
    """Comings and goings between the service and the provider."""

    federation: Federation
    provider: FakeProvider
    at: datetime
    principal: Principal = field(default=ANONYMOUS)
    """Who is signed in."""
    authenticated_at: datetime | None = None
    address: str = "192.0.2.7"
    """Where the browser is."""

    def occasion(self, later: timedelta = timedelta(0)) -> Occasion:
        """Return an occasion in the browser, so much later than everything began."""
        entropy = self.federation.oauth.entropy
        return Occasion(self.principal, self.at + later, TRACE, self.address, entropy, self.authenticated_at)

    def seconds(self, later: timedelta) -> int:
        """Return a time as claims have it."""
        return int((self.at + later).timestamp())

    async def encryption_key(self) -> RSAKey:
        """Return the key that providers find at our address, to encrypt to."""
        async with self.work() as session:
            published = await provider_keys.published(session, self.federation.oauth.sealer, self.at)
        [key] = [key for key in published if key["use"] == "enc"]
        return RSAKey.import_key(dict(key))

    async def leave(self, *, intent: Intent = Intent.SIGN_IN, later: timedelta = timedelta(0)) -> str:
        """Return the address to which the browser is sent."""
        address = await steps.begin(
            self.federation,
            self.occasion(later),
            PROVIDER,
            return_to="/console/",
            browser_binding=BROWSER,
            intent=intent,
        )
        assert isinstance(address, str), address
        return address

    async def come_back(
        self,
        parameters: Sequence[tuple[str, str]],
        *,
        browser: str = BROWSER,
        provider: str = PROVIDER,
        later: timedelta = timedelta(0),
    ) -> SignedInBy | Refused:
        """Return what is made of it when the browser comes back."""
        return await steps.complete(self.federation, self.occasion(later), provider, parameters, browser)

    async def sign_in(
        self, *, intent: Intent = Intent.SIGN_IN, later: timedelta = timedelta(0), **more: str
    ) -> SignedInBy | Refused:
        """Return what is made of a person who goes to the provider and comes back."""
        address = await self.leave(intent=intent, later=later)
        return await self.come_back(self.provider.sign_in(address, **more), later=later)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[WriteSession]:
        """Provide a unit of work on the private tables."""
        async with accounts_work(self.federation.oauth.engine, "test") as session:
            yield session

    @asynccontextmanager
    async def scene(self) -> AsyncIterator[Scene]:
        """Provide what makes people; what it makes lasts."""
        async with self.work() as session:
            yield Scene(session, self.at, self.federation.oauth.entropy)

    async def all(self, statement: Select[Any]) -> list[Any]:
        """Return the rows of one column."""
        async with self.work() as session:
            return list(await session.scalars(statement))

    async def change(self, **settings: object) -> None:
        """Change the settings of the provider."""
        async with self.work() as session:
            row = await session.get_one(IdentityProvider, PROVIDER)
            for name, value in settings.items():
                setattr(row, name, value)

    async def invite(self, email: str = EMAIL, role: MemberRole = MemberRole.EDITOR) -> bytes:
        """Return the digest of a new invitation."""
        secret = new_secret(SecretKind.INVITATION, self.federation.oauth.entropy)
        async with self.work() as session:
            session.add(
                Invitation(
                    id=named_id("invitation", secret.text),
                    digest=secret.digest,
                    organisation_id=OURS,
                    email=email,
                    role=role,
                    created_at=self.at,
                    expires_at=self.at + timedelta(days=7),
                )
            )
        return secret.digest

    async def make_known(self, account: str, subject: str = "anna") -> None:
        """Let a person have come before."""
        async with self.work() as session:
            session.add(
                Identity(
                    id=named_id("identity", subject),
                    account_id=account,
                    identity_provider_id=PROVIDER,
                    issuer=ISSUER,
                    subject=subject,
                    created_at=self.at,
                )
            )

    async def member(self, role: MemberRole | None = MemberRole.EDITOR, *, admin: bool = False) -> str:
        """Return the account of a person who has come before, as a member if there is a role."""
        async with self.scene() as scene:
            account = await scene.person(role, admin=admin)
        await self.make_known(account)
        return account

    async def roles(self, account: str) -> list[MemberRole]:
        """Return the role of a person in our organisation."""
        return await self.all(
            select(Membership.role).where(Membership.account_id == account, Membership.organisation_id == OURS)
        )

    async def actions(self) -> list[AuditAction]:
        """Return what stands in the log of our organisation."""
        return await self.all(select(AuditEvent.action).where(AuditEvent.chain == OURS).order_by(AuditEvent.sequence))

    async def addresses(self) -> list[str]:
        """Return the addresses of all persons."""
        return await self.all(select(Account.email).order_by(Account.email))


def code_of(outcome: object) -> ProblemCode:
    """Return the code of the one problem of a refusal."""
    assert isinstance(outcome, Refused), outcome
    [problem] = outcome.problems
    return problem.code


def reason_of(outcome: object) -> object:
    """Return what is wrong with the provider, for which somebody was refused."""
    assert code_of(outcome) == ProblemCode.PROVIDER_FAILED
    assert isinstance(outcome, Refused)
    return outcome.problems[0].facts["reason"]


@pytest.fixture(scope="session")
def rsa_key() -> RSAKey:
    """Provide a key pair; finding one takes a while."""
    return RSAKey.generate_key(2_048, {"kid": "rsa"})


@pytest.fixture
def provider(at: datetime) -> FakeProvider:
    """Provide an honest provider."""
    return FakeProvider(at)


@pytest.fixture
def sealer() -> Sealer:
    """Provide what seals and opens."""
    return sealing.Sealer(Fernet.generate_key().decode(), Path())


@pytest.fixture
async def passing(engine: AsyncEngine, at: datetime) -> AsyncIterator[AsyncEngine]:
    """Provide an engine with one connection and three organisations; what is committed on it is rolled back."""
    async with engine.connect() as connection:
        transaction = await connection.begin()
        await make_organisations(connection, at)
        await connection.begin_nested()
        # A session can be made on a connection as well as on an engine; inside of a savepoint, it commits to that.
        yield cast("AsyncEngine", connection)
        await transaction.rollback()


@pytest.fixture
def federation(
    passing: AsyncEngine, sealer: Sealer, at: datetime, entropy: Callable[[int], bytes], provider: FakeProvider
) -> Federation:
    """Provide the way to the provider."""
    oauth = OAuth(passing, sealer, US, now=lambda: at, entropy=entropy, address_of=lambda _: "192.0.2.7")
    return Federation(oauth, Directory(provider.fetch))


@pytest.fixture
async def visits(federation: Federation, provider: FakeProvider, at: datetime) -> Visits:
    """Provide comings and goings; our organisation has the provider and the domain `oma.example`."""
    return await furnished(Visits(federation, provider, at))


@pytest.fixture
async def lasting_visits(lasting: AsyncEngine, federation: Federation, provider: FakeProvider, at: datetime) -> Visits:
    """Provide the same on several connections, to a database of the test's own."""
    oauth = replace(federation.oauth, engine=lasting)
    return await furnished(Visits(Federation(oauth, federation.directory), provider, at))


async def furnished(visits: Visits) -> Visits:
    """Give our organisation the provider and a domain."""
    async with visits.work() as session:
        session.add(
            IdentityProvider(
                id=PROVIDER,
                organisation_id=OURS,
                issuer=ISSUER,
                client_id=CLIENT_ID,
                sealed_client_secret=visits.federation.oauth.sealer.seal({"client_secret": SECRET}),
                enabled=True,
                created_at=visits.at,
            )
        )
        session.add(
            VerifiedDomain(
                id=named_id("domain", "oma"),
                organisation_id=OURS,
                domain="oma.example",
                proof="ilmio-verification=1",
                verified_at=visits.at,
            )
        )
    return visits
