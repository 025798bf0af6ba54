"""Personal data that is read over GraphQL leaves a trace in the audit log."""

from sqlalchemy import text
from tests.commands.conftest import Desk
from tests.domain.accounts.scene import OURS

from ilmio_api.db.session import accounts_work
from ilmio_api.domain.accounts.vocabulary import MemberRole

MEMBERS = """
query ($id: ID!) { organisationAccount(organisation: $id) { members { nodes { account { name email } } } } }
"""
READ = """
query ($id: ID!) {
  organisationAccount(organisation: $id) {
    auditLog(filter: { actions: [PERSONAL_DATA_READ] }) { nodes { action actorId after traceId } }
  }
}
"""
SCOPES = ("org:read", "audit:read")


async def test_who_has_read_whose_data_stands_in_the_log(desk: Desk) -> None:
    owner = await desk.token(MemberRole.OWNER, SCOPES)
    read = await desk.ask(MEMBERS, owner, {"id": OURS})
    log = (await desk.answer(READ, owner, {"id": OURS}))["organisationAccount"]["auditLog"]["nodes"]

    assert read.json()["data"]["organisationAccount"]["members"]["nodes"][0]["account"]["email"].endswith("example.fi")
    assert [(event["after"], event["traceId"]) for event in log] == [
        ({"kinds": ["members"]}, read.headers["x-request-id"])
    ]


async def test_an_answer_from_the_store_leaves_a_trace_too(desk: Desk) -> None:
    owner = await desk.token(MemberRole.OWNER, SCOPES)
    for _ in range(3):
        await desk.answer(MEMBERS, owner, {"id": OURS})
    log = (await desk.answer(READ, owner, {"id": OURS}))["organisationAccount"]["auditLog"]["nodes"]

    assert len(log) == 3


async def test_without_a_trace_nothing_is_read(desk: Desk) -> None:
    owner = await desk.token(MemberRole.OWNER, SCOPES)
    await desk.answer("{ viewer { accountId } }", owner)  # so that the token is known for the moment
    async with desk.engine.begin() as connection:
        await connection.execute(text("REVOKE INSERT ON audit_event FROM ilmio_accounts"))
    answer = (await desk.ask(MEMBERS, owner, {"id": OURS})).json()

    assert answer["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert "data" not in answer


async def test_what_is_not_personal_leaves_none(desk: Desk) -> None:
    owner = await desk.token(MemberRole.OWNER, SCOPES)
    await desk.answer("{ viewer { name email } areas { totalCount } }", owner)
    log = (await desk.answer(READ, owner, {"id": OURS}))["organisationAccount"]["auditLog"]["nodes"]

    assert log == []


async def test_the_desk_works_as_the_role_of_accounts(desk: Desk) -> None:
    async with accounts_work(desk.engine, "test") as session:
        role = await session.scalar(text("SELECT current_user"))

    assert role == "ilmio_accounts"
