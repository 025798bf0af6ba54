"""Walls: what each database role sees of private rows, whatever statement it runs."""

import json
import random
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from tests.domain.accounts.scene import OURS, THEIRS, Scene, make_organisations

import ilmio_api.domain  # noqa: F401  # imports every table
from ilmio_api.access.principals import CLAIMED
from ilmio_api.access.roles import Role
from ilmio_api.db.base import Base
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import walls
from ilmio_api.domain.accounts.attempts import allowed
from ilmio_api.domain.accounts.client_models import ApiClient, ClientSecret, RegisteredDocument
from ilmio_api.domain.accounts.invitations import invite
from ilmio_api.domain.accounts.models import RepeatedCommand
from ilmio_api.domain.accounts.sign_in_models import SigningKey
from ilmio_api.domain.accounts.token_models import PushedRequest, UsedAssertion
from ilmio_api.domain.accounts.vocabulary import MemberRole
from ilmio_api.domain.provenance.models import Contact, ContactPerson
from ilmio_api.domain.provenance.vocabulary import LegalBasis
from ilmio_api.ids import named_id

ROLES = ("ilmio_reader", "ilmio_accounts")

WITHIN = {
    "organisation_account": {"organisation_read"},
    "membership": {"organisation_read"},
    "invitation": {"organisation_read"},
    "audit_event": {"audit_read"},
    "client_secret": {"organisation_read", "clients"},
    "registered_document": {"organisation_read", "clients"},
    "api_key": {"organisation_read", "clients"},
    "application_grant": {"organisation_read", "clients"},
    "identity_provider": {"organisation_read"},
    "verified_domain": {"organisation_read"},
    "contact_person": {"contacts_read"},
}
"""Claims that show the rows of an organisation, by table."""

OWN = ("membership", "consent", "session", "passkey")
"""Tables with rows that a person sees because they are about them."""


class Everything:
    """A database in which every private table has rows of both organisations, seen as one role or another."""

    def __init__(self, scene: Scene, connection: AsyncConnection) -> None:
        """Begin with nothing in it."""
        self.scene = scene
        self.connection = connection
        self.people: dict[str, str] = {}
        self.clients: dict[str, str] = {}

    async def fill(self, organisation: str) -> None:
        """Add a row of an organisation, or of its owner, to every private table."""
        scene, session = self.scene, self.scene.session
        person = self.people[organisation] = await scene.person(MemberRole.OWNER, organisation)
        client = self.clients[organisation] = await scene.client(["drafts:read"], organisation)
        await scene.ways_in(person, organisation)
        await scene.domain(organisation)
        await scene.token(client, ["drafts:read"], person, begun_in=await scene.signed_in(person))
        await scene.key(["drafts:read"], organisation)
        await scene.code(client, person)
        await scene.device(client, person)
        await invite(session, await scene.occasion(person), organisation, "uusi@example.fi", Role.VIEWER)
        await allowed(session, f"test:{person}", at=scene.at, limit=1, window_s=60)
        rows = [
            ClientSecret(
                id=named_id("secret", organisation),
                digest=scene.entropy(32),
                client_id=client,
                organisation_id=organisation,
                last_four="abcd",
                expires_at=scene.at,
            ),
            RegisteredDocument(
                id=named_id("document", organisation),
                client_id=client,
                organisation_id=organisation,
                digest="sha256:0",
                text="{ __typename }",
            ),
            RepeatedCommand(actor=person, key="k", digest=b"", created_at=scene.at),
            PushedRequest(digest=scene.entropy(32), client_id=client, parameters={}, expires_at=scene.at),
            UsedAssertion(client_id=client, jti="1", expires_at=scene.at),
            SigningKey(
                kid=organisation,
                use="sig",
                algorithm="ES256",
                public_key={},
                sealed_private_key=b"",
                created_at=scene.at,
                active_from=scene.at,
            ),
        ]
        session.add_all(rows)
        await session.flush()

    async def contact(self, organisation: str) -> None:
        """Add a contact person of an organisation; only the owner of the database can."""
        contact = named_id("contact", organisation)
        record = {"id": contact, "record_id": OURS, "organisation_id": organisation}
        await self.connection.execute(insert(Contact).values(record))
        person = {
            "contact_id": contact,
            "organisation_id": organisation,
            "name": "Aino Esimerkki",
            "legal_basis": LegalBasis.CONSENT,
            "retain_until": self.scene.at.date(),
            "recorded_at": self.scene.at,
        }
        await self.connection.execute(insert(ContactPerson).values(person))

    async def become(self, role: str, claims: Mapping[str, object] | None = None, *, acting: str = "") -> None:
        """Go on as a role, with claims or on behalf of somebody."""
        await self.connection.execute(text("RESET ROLE"))
        await self.connection.execute(text(f"SET LOCAL ROLE {role}"))
        told = {"claims": "" if claims is None else json.dumps(claims), "acting": acting}
        await self.connection.execute(
            text("SELECT set_config('ilmio.claims', :claims, true), set_config('ilmio.acting', :acting, true)"), told
        )

    async def column(self, table: str, column: str) -> list[str]:
        """Return a column of all rows that can be seen, sorted."""
        found = await self.connection.scalars(text(f'SELECT "{column}" FROM "{table}"'))  # noqa: S608
        return sorted(found)


@pytest.fixture(scope="module")
async def filled(engine: AsyncEngine) -> AsyncIterator[Everything]:
    """Provide a database with rows in every private table; the connection is the owner's."""
    async with engine.connect() as connection:
        transaction = await connection.begin()
        at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        await make_organisations(connection, at)
        async with AsyncSession(connection, join_transaction_mode="create_savepoint") as session:
            scene = Scene(WriteSession(session), at, random.Random(5).randbytes)  # noqa: S311 - the same ones again
            full = Everything(scene, connection)
            for organisation in (OURS, THEIRS):
                await full.fill(organisation)
            await scene.grant(full.clients[OURS], ["drafts:read"], THEIRS)
            await scene.grant(full.clients[THEIRS], ["drafts:read"], OURS)
            await session.commit()
        for organisation in (OURS, THEIRS):
            await full.contact(organisation)
        yield full
        await transaction.rollback()


@pytest.fixture
async def everything(filled: Everything) -> AsyncIterator[Everything]:
    """Provide the same for one test, whose roles and changes are undone."""
    savepoint = await filled.connection.begin_nested()
    yield filled
    await savepoint.rollback()


@pytest.mark.parametrize("table", sorted(walls.PRIVATE))
async def test_every_private_table_has_rows_here(everything: Everything, table: str) -> None:
    count = await everything.connection.scalar(text(f'SELECT count(*) FROM "{table}"'))  # noqa: S608

    assert count >= 2


@pytest.mark.parametrize("claims", [None, {}, {"account": None, "elevated": False, "organisation_read": []}])
@pytest.mark.parametrize("table", sorted(walls.READABLE))
async def test_without_claims_the_reader_sees_nothing(
    everything: Everything, table: str, claims: Mapping[str, object] | None
) -> None:
    await everything.become("ilmio_reader", claims)

    count = await everything.connection.scalar(text(f'SELECT count(*) FROM "{table}"'))  # noqa: S608

    assert count == 0


@pytest.mark.parametrize("table", sorted(walls.SECRET))
async def test_the_reader_cannot_ask_for_secrets_at_all(everything: Everything, table: str) -> None:
    await everything.become("ilmio_reader", {"elevated": True, "account": everything.people[OURS]})

    with pytest.raises(DBAPIError, match="permission denied"):
        await everything.connection.execute(text(f'SELECT count(*) FROM "{table}"'))  # noqa: S608


@pytest.mark.parametrize("claim", [scope.name.lower() for scope in CLAIMED])
@pytest.mark.parametrize("table", sorted(WITHIN))
async def test_a_claim_shows_the_rows_of_its_organisation(everything: Everything, table: str, claim: str) -> None:
    await everything.become("ilmio_reader", {claim: [OURS]})

    seen = set(await everything.column(table, "organisation_id"))

    assert seen == ({OURS} if claim in WITHIN[table] else set())


@pytest.mark.parametrize("table", OWN)
async def test_a_person_sees_what_is_about_them(everything: Everything, table: str) -> None:
    await everything.become("ilmio_reader", {"person": everything.people[OURS]})

    assert set(await everything.column(table, "account_id")) == {everything.people[OURS]}


@pytest.mark.parametrize("table", OWN)
async def test_a_program_that_knows_who_somebody_is_sees_nothing_of_it(everything: Everything, table: str) -> None:
    await everything.become("ilmio_reader", {"account": everything.people[OURS], "person": None})

    assert await everything.column(table, "account_id") == []


async def test_a_person_sees_themselves_and_their_colleagues(everything: Everything) -> None:
    await everything.become("ilmio_reader", {"account": everything.people[OURS]})
    assert await everything.column("account", "id") == [everything.people[OURS]]

    await everything.become("ilmio_reader", {"organisation_read": [THEIRS]})
    assert await everything.column("account", "id") == [everything.people[THEIRS]]


async def test_a_client_is_seen_by_its_organisation_where_it_acts_and_by_all_when_listed(
    everything: Everything,
) -> None:
    ours = everything.clients[OURS]
    await everything.connection.execute(
        text("DELETE FROM application_grant WHERE organisation_id = :ours"), {"ours": OURS}
    )
    await everything.become("ilmio_reader", {"clients": [OURS]})
    organisations = set(await everything.column("api_client", "organisation_id"))
    assert organisations == {OURS}

    await everything.become("ilmio_reader", {"clients": [THEIRS]})
    assert ours in await everything.column("api_client", "id")

    await everything.become("ilmio_reader", {"person": everything.people[OURS]})
    assert len(await everything.column("api_client", "id")) == 1

    await everything.connection.execute(text("RESET ROLE"))
    await everything.connection.execute(ApiClient.__table__.update().values(is_listed=True))  # type: ignore[attr-defined]
    await everything.become("ilmio_reader", {"account": "nobody"})
    assert ours in await everything.column("api_client", "id")


async def test_an_elevated_administrator_sees_accounts_of_organisations_but_no_person(everything: Everything) -> None:
    await everything.become("ilmio_reader", {"elevated": True, "account": "account_x"})

    seen = {
        table
        for table in walls.READABLE
        if await everything.connection.scalar(text(f'SELECT count(*) FROM "{table}"'))  # noqa: S608
    }

    assert seen == {"organisation_account", "audit_event", "api_client", "application_grant"}


@pytest.mark.parametrize("table", sorted(walls.PRIVATE))
async def test_who_does_not_say_on_whose_behalf_sees_and_changes_nothing(everything: Everything, table: str) -> None:
    await everything.become("ilmio_accounts")

    count = await everything.connection.scalar(text(f'SELECT count(*) FROM "{table}"'))  # noqa: S608

    assert count == 0


async def test_who_does_not_say_on_whose_behalf_writes_nothing(everything: Everything) -> None:
    await everything.become("ilmio_accounts")

    with pytest.raises(DBAPIError, match="row-level security"):
        await everything.connection.execute(text("INSERT INTO account (id) VALUES ('account_x')"))


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET at = at", "DELETE FROM audit_event", "TRUNCATE audit_event"]
)
async def test_commands_cannot_change_the_audit_log(everything: Everything, statement: str) -> None:
    await everything.become("ilmio_accounts", acting="test")

    with pytest.raises(DBAPIError, match="permission denied"):
        await everything.connection.execute(text(statement))


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET at = at", "DELETE FROM audit_event", "TRUNCATE audit_event CASCADE"]
)
async def test_even_the_owner_of_the_database_cannot_by_mistake(everything: Everything, statement: str) -> None:
    with pytest.raises(DBAPIError, match="the audit log only grows"):
        await everything.connection.execute(text(statement))


@pytest.mark.parametrize("table", sorted(walls.READABLE))
async def test_the_policy_of_the_reader_is_the_one_that_is_written_down(everything: Everything, table: str) -> None:
    rows = walls.READABLE[table].rows
    await everything.connection.execute(
        text(f'CREATE POLICY written ON "{table}" FOR SELECT TO ilmio_reader USING ({rows})')
    )

    policies = await everything.connection.execute(
        text("SELECT policyname, cmd, permissive, roles::text[], qual FROM pg_policies WHERE tablename = :table"),
        {"table": table},
    )
    found = {name: rest for name, *rest in policies}

    assert found.keys() == {"acting", "claimed", "written"}
    assert found["claimed"] == found["written"]


async def test_every_private_table_has_its_walls_and_no_other_has(everything: Everything) -> None:
    walled = await everything.connection.scalars(
        text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity AND relforcerowsecurity")
    )
    policies = await everything.connection.execute(
        text("SELECT tablename, array_agg(policyname::text ORDER BY policyname) FROM pg_policies GROUP BY tablename")
    )

    assert set(walled) == walls.PRIVATE
    assert dict(iter(policies)) == {
        table: ["acting", "claimed"] if table in walls.READABLE else ["acting"] for table in walls.PRIVATE
    }


async def test_the_reader_may_read_every_column_but_the_hidden_ones(everything: Everything) -> None:
    found = await everything.connection.execute(
        text(
            "SELECT c.relname, a.attname, has_column_privilege('ilmio_reader', c.oid, a.attnum, 'SELECT')"
            " FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid"
            " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped"
        )
    )
    readable = {(table, column) for table, column, may in found if may}

    assert readable - {("alembic_version", "version_num")} == {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if table.name not in walls.SECRET
        and not (table.name in walls.READABLE and column.name in walls.READABLE[table.name].hidden)
    }


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_may_write_private_rows_only_if_it_is_for_commands(everything: Everything, role: str) -> None:
    found = await everything.connection.execute(
        text(
            "SELECT relname, privilege FROM pg_class, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE',"
            " 'REFERENCES', 'TRIGGER']) AS privilege WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND (has_table_privilege(:role, oid, privilege) OR privilege IN ('INSERT', 'UPDATE', 'REFERENCES')"
            " AND has_any_column_privilege(:role, oid, privilege))"
        ),
        {"role": role},
    )

    allowed_here = {
        (table, privilege)
        for table in walls.PRIVATE
        for privilege in ("INSERT", "UPDATE", "DELETE")
        if table != "audit_event" or privilege == "INSERT"
    }
    assert {(table, privilege) for table, privilege in found} == (allowed_here if role == "ilmio_accounts" else set())


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_can_do_nothing_beyond_its_grants(everything: Everything, role: str) -> None:
    attributes = await everything.connection.execute(
        text(
            "SELECT rolsuper, rolbypassrls, rolcanlogin, rolcreaterole, rolcreatedb,"
            " EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid),"
            " EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid)"
            " FROM pg_roles WHERE rolname = :role"
        ),
        {"role": role},
    )

    assert attributes.all() == [(False,) * 7]
