"""The audit log: complete, in one order, and any change to it is seen."""

import asyncio
import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from hashlib import sha256

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.domain.accounts.scene import OURS, THEIRS, TRACE, Scene

from ilmio_api.access.principals import Principal
from ilmio_api.access.roles import Role
from ilmio_api.access.scopes import Scope
from ilmio_api.db.session import accounts_work
from ilmio_api.domain.accounts.audit import (
    Export,
    ExportForm,
    begin_export,
    exported,
    note_personal_data_read,
    record,
    verify,
)
from ilmio_api.domain.accounts.principals import OPERATOR
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import not_allowed


async def test_an_event_says_who_did_what_to_whom_and_with_what(scene: Scene) -> None:
    owner, member = await scene.person(MemberRole.OWNER), await scene.person(MemberRole.VIEWER)
    occasion = await scene.occasion(owner, credential="session_one")

    await record(
        scene.session,
        occasion,
        AuditAction.MEMBER_ROLE_CHANGED,
        organisation=OURS,
        target=member,
        before={"role": Role.VIEWER},
        after={"role": Role.EDITOR, "scopes": frozenset({Scope.DRAFTS_READ, Scope.CONTENT_READ}), "until": scene.at},
    )

    (event,) = await scene.events()
    assert (event.action, event.organisation_id, event.at) == (AuditAction.MEMBER_ROLE_CHANGED, OURS, scene.at)
    assert (event.actor_id, event.target_id) == (owner, member)
    assert (event.client_id, event.credential_id, event.trace_id) == (None, "session_one", TRACE)
    assert event.before == {"role": "VIEWER"}
    assert event.after == {
        "role": "EDITOR",
        "scopes": ["content:read", "drafts:read"],
        "until": "2026-11-23T09:00:00+00:00",
    }


async def test_each_organisation_has_a_chain_of_its_own(scene: Scene) -> None:
    occasion = await scene.occasion()
    for organisation in (OURS, THEIRS, None, OURS):
        await record(scene.session, occasion, AuditAction.POLICY_CHANGED, organisation=organisation)

    ours, theirs, nobodys = await scene.events(OURS), await scene.events(THEIRS), await scene.events(None)
    assert [event.sequence for event in ours] == [1, 2]
    assert ours[1].previous_hash == ours[0].hash
    assert [event.sequence for event in theirs] == [1]
    assert [(event.sequence, event.chain, event.organisation_id) for event in nobodys] == [(1, "", None)]


async def test_an_untouched_chain_is_whole(scene: Scene) -> None:
    occasion = await scene.occasion(await scene.person(MemberRole.OWNER))
    elsewhere = replace(occasion, at=occasion.at.astimezone(timezone(timedelta(hours=2))))
    texts = {"words": "Äänekoski – ”sámi”", "number": 10**20, "nothing": None, "nested": {"b": [True, 1], "a": []}}
    await record(scene.session, occasion, AuditAction.POLICY_CHANGED, organisation=OURS, after=texts)
    await record(scene.session, elsewhere, AuditAction.POLICY_CHANGED, organisation=OURS)

    assert await verify(scene.session, OURS) is None
    assert await verify(scene.session, THEIRS) is None


@pytest.mark.parametrize(
    ("fault", "broken"),
    [
        ("UPDATE audit_event SET actor_id = NULL WHERE sequence = 2", 2),
        ("UPDATE audit_event SET at = at + interval '1 microsecond' WHERE sequence = 2", 2),
        ("UPDATE audit_event SET action = 'MEMBER_JOINED' WHERE sequence = 2", 2),
        ("""UPDATE audit_event SET after = '{"role": "OWNER"}' WHERE sequence = 1""", 1),
        ("UPDATE audit_event SET after = NULL WHERE sequence = 3", 3),
        ("UPDATE audit_event SET trace_id = '' WHERE sequence = 3", 3),
        ("UPDATE audit_event SET organisation_id = NULL WHERE sequence = 2", 2),
        ("DELETE FROM audit_event WHERE sequence = 1", 2),
        ("DELETE FROM audit_event WHERE sequence = 2", 3),
        ("UPDATE audit_event SET sequence = 9 WHERE sequence = 3", 3),
    ],
)
async def test_whatever_the_owner_of_the_database_changes_is_seen(scene: Scene, fault: str, broken: int) -> None:
    occasion = await scene.occasion(await scene.person(MemberRole.OWNER))
    for _ in range(3):
        await record(
            scene.session, occasion, AuditAction.MEMBER_ROLE_CHANGED, organisation=OURS, after={"role": "VIEWER"}
        )
    events = await scene.events()
    await scene.session.execute(text("RESET ROLE"))
    await scene.session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))

    await scene.session.execute(text(fault))

    assert await verify(scene.session, OURS) == events[broken - 1].id


async def test_what_would_not_come_back_as_it_was_is_refused(scene: Scene) -> None:
    occasion = await scene.occasion()

    with pytest.raises(TypeError, match="cannot hold float"):
        await record(
            scene.session, occasion, AuditAction.POLICY_CHANGED, organisation=OURS, after={"hours": [{"a": 0.5}]}
        )


async def test_events_at_the_same_time_stand_one_after_another(
    lasting: AsyncEngine, at: datetime, entropy: Callable[[int], bytes]
) -> None:
    occasion = Occasion(OPERATOR, at, TRACE, "", entropy)

    async def recorded(times: int) -> None:
        async with accounts_work(lasting, "test") as session:
            for _ in range(times):
                await record(session, occasion, AuditAction.POLICY_CHANGED, organisation=OURS)

    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(recorded(5))

    async with accounts_work(lasting, "test") as session:
        assert await session.scalar(text("SELECT max(sequence) FROM audit_event")) == 20
        assert await verify(session, OURS) is None


async def test_reading_personal_data_is_recorded(scene: Scene) -> None:
    admin = await scene.person(MemberRole.ADMIN)

    await note_personal_data_read(scene.session, await scene.occasion(admin), OURS, kinds={"members", "contacts"})

    (event,) = await scene.events()
    assert (event.action, event.actor_id) == (AuditAction.PERSONAL_DATA_READ, admin)
    assert event.after == {"kinds": ["contacts", "members"]}


@pytest.mark.parametrize("role", [MemberRole.EDITOR, MemberRole.VIEWER, MemberRole.TECHNICAL_CONTACT])
async def test_who_may_not_read_the_log_cannot_export_it(scene: Scene, role: MemberRole) -> None:
    occasion = await scene.occasion(await scene.person(role))

    assert await begin_export(scene.session, occasion, OURS, ExportForm.CSV) == not_allowed("organisation")
    assert await scene.events() == []


async def test_an_owner_exports_the_log_of_their_organisation_only(scene: Scene) -> None:
    occasion = await scene.occasion(await scene.person(MemberRole.OWNER), credential="session_one")

    assert await begin_export(scene.session, occasion, THEIRS, ExportForm.CSV) == not_allowed("organisation")
    assert await begin_export(scene.session, occasion, None, ExportForm.CSV) == not_allowed("organisation")
    assert await begin_export(scene.session, occasion, OURS, ExportForm.CSV, since=scene.at) == Export(
        OURS, ExportForm.CSV, scene.at, None, "session_one"
    )
    (event,) = await scene.events()
    assert event.action is AuditAction.AUDIT_EXPORTED
    assert event.after == {"form": "CSV", "since": "2026-11-23T09:00:00+00:00", "until": None}


async def test_an_elevated_administrator_exports_every_log(scene: Scene) -> None:
    occasion = await scene.occasion(await scene.person(admin=True), elevated=True)

    assert isinstance(await begin_export(scene.session, occasion, OURS, ExportForm.JSON_LINES), Export)
    assert isinstance(await begin_export(scene.session, occasion, None, ExportForm.JSON_LINES), Export)


async def test_an_export_in_json_lines_carries_all_that_it_takes_to_check_the_chain(
    lasting: AsyncEngine, at: datetime, entropy: Callable[[int], bytes]
) -> None:
    reader = Principal(credential="session_one", rights=((OURS, frozenset({Scope.AUDIT_READ})),))
    async with accounts_work(lasting, "test") as session:
        for hour in range(3):
            occasion = Occasion(reader, at + timedelta(hours=hour), TRACE, "", entropy)
            await record(session, occasion, AuditAction.POLICY_CHANGED, organisation=OURS, after={"hours": hour})
    export = Export(OURS, ExportForm.JSON_LINES, at + timedelta(hours=1), at + timedelta(hours=2), "session_one")

    lines = [line async for line in exported(lasting, export)]

    assert [line[-1] for line in lines] == ["\n"]
    event = json.loads(lines[0])
    facts = {name: value for name, value in event.items() if name not in {"id", "previousHash", "hash"}}
    assert facts == {
        "chain": OURS,
        "sequence": 2,
        "organisation": OURS,
        "at": "2026-11-23T10:00:00+00:00",
        "action": "POLICY_CHANGED",
        "actor": None,
        "client": None,
        "credential": "session_one",
        "target": None,
        "before": None,
        "after": {"hours": 1},
        "trace": TRACE,
    }
    unhashed = {name: value for name, value in event.items() if name != "hash"}
    canonical = json.dumps(unhashed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert sha256(canonical.encode()).hexdigest() == event["hash"]


async def test_an_export_in_csv_has_a_line_of_names_and_one_for_each_event(
    lasting: AsyncEngine, at: datetime, entropy: Callable[[int], bytes]
) -> None:
    occasion = Occasion(OPERATOR, at, TRACE, "", entropy)
    async with accounts_work(lasting, "test") as session:
        await record(session, occasion, AuditAction.POLICY_CHANGED, organisation=OURS, after={"a": 1, "b": "ä"})

    lines = [line async for line in exported(lasting, Export(OURS, ExportForm.CSV, None, None, "session_one"))]

    (row,) = csv.DictReader(lines)
    assert lines[0] == (
        "id,chain,sequence,organisation,at,action,actor,client,credential,target,before,after,trace,previousHash,hash\r\n"
    )
    assert (row["sequence"], row["action"], row["actor"]) == ("1", "POLICY_CHANGED", "")
    assert row["after"] == '{"a":1,"b":"ä"}'
    assert row["previousHash"] == "0" * 64
