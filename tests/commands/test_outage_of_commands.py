"""A command while the database is away."""

from urllib.parse import urlsplit

import asyncpg
from tests.commands.conftest import Desk
from tests.conftest import DatabaseServer
from tests.domain.accounts.scene import OURS

from ilmio_api.domain.accounts.vocabulary import MemberRole

WHO = "{ viewer { name } }"
INVITE = f"""mutation {{
  inviteMember(input: {{ organisation: "{OURS}", email: "uusi@example.fi", role: VIEWER }}) {{ __typename }}
}}"""


async def test_a_command_whose_database_is_away_may_be_sent_again(
    desk: Desk, database_server: DatabaseServer, private_url: str
) -> None:
    name = urlsplit(private_url).path.removeprefix("/")
    owner = await desk.token(MemberRole.OWNER, ("org:read", "org:members"))
    await desk.answer(WHO, owner)  # so that the token is known for the moment
    keeper = await asyncpg.connect(database_server.url)
    try:
        await keeper.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await keeper.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        away = await desk.ask(INVITE, owner, idempotency_key="once")
    finally:
        await keeper.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await keeper.close()
    again = await desk.ask(INVITE, owner, idempotency_key="once")

    assert (away.status_code, away.headers["retry-after"]) == (503, "5")
    assert away.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert again.json()["data"] == {"inviteMember": {"__typename": "MemberInvited"}}
