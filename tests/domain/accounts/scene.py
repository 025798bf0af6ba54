"""Two organisations, the people in them, and occasions on which they do something.

Owns: the fixtures `at`, `entropy`, `accounts`, `scene` and `lasting`, and the rows that tests of accounts begin with.
Does not own: what is promised of the commands (the tests beside).
"""

import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from tests.domain.accounts.credentials import Credentials
from tests.domain.accounts.organisations import OURS, THEIRS, WITHOUT_ACCOUNT, make_organisations

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.db.session import WriteSession, open_engine, unit_of_work
from ilmio_api.domain.accounts.models import Account, AuditEvent, Membership
from ilmio_api.domain.accounts.principals import OPERATOR, caller_of_account
from ilmio_api.domain.accounts.vocabulary import MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.ids import named_id

__all__ = [
    "OURS",
    "THEIRS",
    "TRACE",
    "WITHOUT_ACCOUNT",
    "Scene",
    "accounts",
    "at",
    "entropy",
    "lasting",
    "make_organisations",
    "scene",
]

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@dataclass(slots=True)
class Scene(Credentials):
    """Makes people and memberships, and occasions on which they do something."""

    async def person(self, role: MemberRole | None = None, organisation: str = OURS, *, admin: bool = False) -> str:
        """Return the account of a new person, who is a member if there is a role."""
        number = next(self.numbers)
        account = named_id("account", str(number))
        self.session.add(
            Account(
                id=account,
                name=f"Henkilö {number}",
                email=f"henkilo{number}@example.fi",
                language="fi",
                is_platform_admin=admin,
                created_at=self.at,
            )
        )
        await self.session.flush()
        if role is not None:
            await self.membership(account, role, organisation)
        return account

    async def membership(self, account: str, role: MemberRole, organisation: str = OURS) -> str:
        """Return the id of a new membership."""
        membership = named_id("membership", f"{account} {organisation}")
        self.session.add(
            Membership(id=membership, organisation_id=organisation, account_id=account, role=role, created_at=self.at)
        )
        await self.session.flush()
        return membership

    async def occasion(
        self,
        account: str | None = None,
        *,
        elevated: bool = False,
        signed_in_ago: timedelta = timedelta(minutes=1),
        later: timedelta = timedelta(0),
        credential: str = "session_01kb00000000000000000000zz",
    ) -> Occasion:
        """Return an occasion of a person in the console; without one, of somebody unknown.

        Args:
            account: The person.
            elevated: Whether an administrator of the platform has elevated the session.
            signed_in_ago: How long ago the person proved who they are.
            later: How long after `at` it is.
            credential: Id of the session.
        """
        at = self.at + later
        if account is None:
            return Occasion(ANONYMOUS, at, TRACE, "192.0.2.7", self.entropy)
        caller = await caller_of_account(
            self.session,
            account,
            credential,
            authenticated_at=at - signed_in_ago,
            elevated_until=at + timedelta(minutes=1) if elevated else None,
            at=at,
        )
        return Occasion(caller.principal, at, TRACE, "192.0.2.7", self.entropy, caller.authenticated_at)

    def operation(self) -> Occasion:
        """Return an occasion of whoever runs the service."""
        return Occasion(OPERATOR, self.at, TRACE, "", self.entropy)

    async def events(self, organisation: str | None = OURS) -> list[AuditEvent]:
        """Return the audit events of an organisation in their order."""
        found = await self.session.scalars(
            select(AuditEvent).where(AuditEvent.chain == (organisation or "")).order_by(AuditEvent.sequence)
        )
        return list(found)


@pytest.fixture
def at() -> datetime:
    """Provide the time at which everything in a test happens."""
    return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def entropy() -> Callable[[int], bytes]:
    """Provide random bytes, the same in every run."""
    return random.Random(20_261_123).randbytes  # noqa: S311 - a test wants the same ones again


@pytest.fixture
async def accounts(engine: AsyncEngine, at: datetime) -> AsyncIterator[WriteSession]:
    """Provide a session of the role that works on accounts, with three organisations; all is rolled back."""
    async with engine.connect() as connection:
        transaction = await connection.begin()
        await make_organisations(connection, at)
        await connection.execute(text("SET LOCAL ROLE ilmio_accounts"))
        await connection.execute(text("SELECT set_config('ilmio.acting', 'test', true)"))
        async with AsyncSession(
            connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        ) as session:
            yield WriteSession(session)
        await transaction.rollback()


@pytest.fixture
def scene(accounts: WriteSession, at: datetime, entropy: Callable[[int], bytes]) -> Scene:
    """Provide what makes people, clients, tokens and occasions in `accounts`."""
    return Scene(accounts, at, entropy)


@pytest.fixture
async def lasting(private_url: str, at: datetime) -> AsyncIterator[AsyncEngine]:
    """Provide an engine on a database of the test's own, with three organisations, for what is committed."""
    engine = open_engine(private_url)
    async with unit_of_work(engine) as session:
        await make_organisations(await session.connection(), at)
    yield engine
    await engine.dispose()
