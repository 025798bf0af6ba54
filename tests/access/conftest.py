"""A world in which every kind of row belongs to somebody, and everybody who might ask about it.

Owns: the fixtures `subjects` and `reading`.
Does not own: what each may see (`rights`), where it is looked for (the tests).
"""

import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import insert
from tests.conftest import DatabaseServer
from tests.domain.accounts.scene import OURS, THEIRS, Scene, make_organisations
from tests.oracle.mottled import RECORDS, make_mottled

from ilmio_api.access.principals import ANONYMOUS, Principal
from ilmio_api.compiler.engine import Engine
from ilmio_api.compiler.in_process import InProcess
from ilmio_api.db.address import driver_url
from ilmio_api.db.pool import ReadPool
from ilmio_api.db.session import WriteSession, accounts_work, open_engine, unit_of_work
from ilmio_api.domain.accounts import audit
from ilmio_api.domain.accounts.client_models import ClientSecret, Consent, RegisteredDocument
from ilmio_api.domain.accounts.models import Invitation
from ilmio_api.domain.accounts.principals import caller_of_account, caller_of_key, caller_of_token
from ilmio_api.domain.accounts.sign_in_models import Passkey, VerifiedDomain
from ilmio_api.domain.accounts.vocabulary import AuditAction, ClientKind, MemberRole
from ilmio_api.ids import named_id
from ilmio_api.schema.query import CATALOGUE

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SCOPES = ("content:read", "drafts:read", "contacts:read", "org:read", "org:clients", "audit:read")


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads as somebody, and knows the rows that there are."""

    engine: Engine
    process: InProcess
    rows: "asyncpg.Connection[asyncpg.Record]"
    """A connection that sees everything."""


@pytest.fixture(scope="module")
async def private_world(database_server: DatabaseServer, template: str) -> AsyncIterator[str]:
    """Provide the address of a database with records in every state, of two organisations and of nobody."""
    async with database_server.database(f"ilmio_matrix_{os.getpid()}", template=template) as url:
        await make_mottled(url)
        engine = open_engine(url)
        async with unit_of_work(engine) as session:
            await make_organisations(await session.connection(), AT)
        await engine.dispose()
        connection = await asyncpg.connect(driver_url(url))
        try:
            await _give_owners(connection)
            await _add_contact_persons(connection)
        finally:
            await connection.close()
        yield url


@pytest.fixture(scope="module")
async def subjects(private_world: str) -> Mapping[str, Principal]:
    """Provide everybody who might ask, as the service itself finds out who they are."""
    engine = open_engine(private_world)
    async with accounts_work(engine, "test") as session:
        scene = Scene(session, AT, random.Random(7).randbytes)  # noqa: S311 - a test wants the same ones again
        people = {
            f"{role.value.lower()} of {name}": await scene.person(role, organisation)
            for name, organisation in (("ours", OURS), ("theirs", THEIRS))
            for role in MemberRole
        }
        people["nobody's member"] = await scene.person()
        people["platform administrator"] = await scene.person(admin=True)
        found = {name: await _in_console(session, account) for name, account in people.items()}
        found["elevated administrator"] = await _in_console(session, people["platform administrator"], elevated=True)
        found |= await _programs(session, scene, people)
        await _fill(session, scene, people)
    await engine.dispose()
    return {"anonymous": ANONYMOUS, **found}


@pytest.fixture(scope="module")
async def reading(private_world: str, subjects: Mapping[str, Principal]) -> AsyncIterator[Reading]:
    """Provide the way to read that every client has, after everybody is there."""
    del subjects
    pool = await ReadPool.open(private_world, size=2, statement_timeout_ms=20_000)
    rows = await asyncpg.connect(driver_url(private_world))
    engine = Engine(CATALOGUE, pool)
    yield Reading(engine, InProcess(engine), rows)
    await rows.close()
    await pool.close()


async def _in_console(session: WriteSession, account: str, *, elevated: bool = False) -> Principal:
    """Return a person in the console."""
    until = AT + timedelta(minutes=5) if elevated else None
    caller = await caller_of_account(
        session, account, named_id("session", account), authenticated_at=AT, elevated_until=until, at=AT
    )
    return caller.principal


async def _programs(session: WriteSession, scene: Scene, people: Mapping[str, str]) -> dict[str, Principal]:
    """Return programs with tokens and keys."""
    service = await scene.client(SCOPES)
    narrow = await scene.client(("content:read",))
    partner = await scene.client(SCOPES, THEIRS, kind=ClientKind.WEB_APPLICATION)
    await scene.grant(partner, ("drafts:read",))
    owner = people["owner of ours"]
    tokens = {
        "service of ours": await scene.token(service, SCOPES),
        "service of ours for public content": await scene.token(narrow, ("content:read",)),
        "partner application for an owner of ours": await scene.token(partner, SCOPES, owner),
        "our application for our viewer": await scene.token(
            await scene.client(SCOPES, kind=ClientKind.PUBLIC_APPLICATION), SCOPES, people["viewer of ours"]
        ),
        "our application for our owner, profile only": await scene.token(
            await scene.client(SCOPES, kind=ClientKind.PUBLIC_APPLICATION), ("openid", "profile"), owner
        ),
    }
    found = {}
    for name, secret in tokens.items():
        caller = await caller_of_token(session, secret.digest, at=AT, address="192.0.2.7")
        assert caller is not None, name
        found[name] = caller.principal
    key = await caller_of_key(
        session, (await scene.key(("content:read", "drafts:read"))).digest, at=AT, address="192.0.2.7"
    )
    assert key is not None
    return found | {"key of ours for drafts": key.principal}


async def _fill(session: WriteSession, scene: Scene, people: Mapping[str, str]) -> None:
    """Add rows of every private kind to both organisations."""
    for name, organisation in (("ours", OURS), ("theirs", THEIRS)):
        owner = people[f"owner of {name}"]
        client = await scene.client(("content:read",), organisation)
        await scene.key(("content:read",), organisation)
        await scene.identity_provider(organisation)
        await scene.signed_in(owner)
        await audit.record(
            session, scene.operation(), AuditAction.POLICY_CHANGED, organisation=organisation, target=organisation
        )
        rows: list[tuple[Any, dict[str, Any]]] = [
            (Invitation, {"email": f"kutsuttu@{name}.example.fi", "role": MemberRole.VIEWER, "created_by": owner}),
            (ClientSecret, {"client_id": client, "last_four": "abcd"}),
        ]
        for number, (table, values) in enumerate(rows):
            await session.execute(
                insert(table).values(
                    id=named_id("row", f"{name} {number}"),
                    digest=f"{name} {number}".encode(),
                    organisation_id=organisation,
                    expires_at=AT + timedelta(days=1),
                    **values,
                )
            )
        await session.execute(
            insert(RegisteredDocument).values(
                id=named_id("document", name),
                client_id=client,
                organisation_id=organisation,
                digest=f"sha256:{name}",
                text="{ __typename }",
            )
        )
        await _fill_sign_in(session, name, organisation, owner)
        await session.execute(
            insert(Consent).values(account_id=owner, client_id=client, scopes=["openid"], given_at=AT)
        )


async def _fill_sign_in(session: WriteSession, name: str, organisation: str, owner: str) -> None:
    """Add a domain of an organisation and a passkey of its owner."""
    await session.execute(
        insert(VerifiedDomain).values(
            id=named_id("domain", name),
            organisation_id=organisation,
            domain=f"{name}.example.fi",
            proof=f"proof {name}",
        )
    )
    await session.execute(
        insert(Passkey).values(
            id=named_id("passkey", name),
            credential_id=name.encode(),
            account_id=owner,
            public_key=b"",
            sign_count=0,
            aaguid="",
            backed_up=False,
            label=f"avain {name}",
        )
    )


async def _give_owners(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Give a third of the records, in every state, to each organisation, and leave a third to nobody."""
    for table in RECORDS:
        await connection.execute(
            f"UPDATE {table} SET owner_id = (ARRAY[$1, $2, NULL])[1 + abs(hashtext(id || 'owner')) % 3]"  # noqa: S608
            " WHERE id <> ALL(ARRAY[$1, $2])",
            OURS,
            THEIRS,
        )


async def _add_contact_persons(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Put a contact person behind a role in every record of the two organisations."""
    await connection.execute(
        "INSERT INTO contact (id, record_id, organisation_id)"
        " SELECT 'contact_' || id, id, owner_id FROM record WHERE owner_id = ANY(ARRAY[$1, $2]) ON CONFLICT DO NOTHING",
        OURS,
        THEIRS,
    )
    await connection.execute(
        "INSERT INTO contact_person (contact_id, organisation_id, name, legal_basis, retain_until, recorded_at)"
        " SELECT contact.id, owner_id, 'Salainen ' || record.id, 'CONSENT', '2030-01-01', now()"
        " FROM contact JOIN record ON record.id = record_id WHERE owner_id = ANY(ARRAY[$1, $2])",
        OURS,
        THEIRS,
    )


Ask = Callable[[str, Mapping[str, object]], Awaitable[dict[str, Any]]]
"""Asks as somebody."""
