"""`ilmio login` and `ilmio ask`: the command line, the service and a browser, each a process of its own."""

import asyncio
import json
import os
import re
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from pathlib import Path

import pytest
from tests.console.chromium import Served

from ilmio_api.db.session import accounts_work
from ilmio_api.domain.accounts.clients import command_line_client
from ilmio_api.domain.accounts.vocabulary import MemberRole
from ilmio_api.oauth.devices import DeviceEndpoint


@pytest.fixture(autouse=True)
def asked_every_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the service tell programs to ask every second, instead of every five."""
    monkeypatch.setattr(DeviceEndpoint, "INTERVAL", 1)


async def begun(served: Served, home: Path) -> tuple[Process, str, str]:
    """Start the command; return it with the address and the code that it tells the person."""
    async with accounts_work(served.site.engine, "test") as session:
        await command_line_client(session)
    command = [sys.executable, "-m", "ilmio_api.cli", "login", "--server", served.address]
    process = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, "HOME": str(home)}, stdout=PIPE, stderr=STDOUT
    )
    assert process.stdout is not None
    said = re.fullmatch(r"Open (\S+) and type the code (\S+)\.\n", (await process.stdout.readline()).decode())
    assert said is not None
    return process, said[1], said[2]


@pytest.mark.parametrize(
    ("button", "status", "said", "kept"),
    [("yes", 0, "Signed in.\n", 1), ("no", 1, "Run ilmio login again.\n", 0)],
)
async def test_who_types_the_code_and_says_yes_is_signed_in_on_the_command_line(
    served: Served, tmp_path: Path, button: str, status: int, said: str, kept: int
) -> None:
    organisation, account = await served.site.organisation(), await served.site.person()
    await served.site.member(organisation, account, MemberRole.VIEWER)
    process, address, code = await begun(served, tmp_path)
    async with served.screen(session=await served.site.session(account)) as screen:
        await screen.page.goto(address)
        await screen.page.fill("#user_code", code.lower())
        await screen.page.click("main form .button")
        assert code in await screen.page.inner_text("main")
        await screen.page.click(f"button[value={button}]")
    output, _ = await process.communicate()

    assert (process.returncode, output.decode().endswith(said)) == (status, True)
    files = list((tmp_path / ".config" / "ilmio").glob("*.json"))
    assert [(file.stat().st_mode & 0o777, sorted(json.loads(file.read_text()))) for file in files] == [
        (0o600, ["access_token", "expires_in", "refresh_token", "scope", "token_type"])
    ] * kept


@pytest.mark.parametrize(
    ("option", "message"),
    [([], "Aluekoodia XX ei ole rekisterissä."), (["--language", "sv"], "Områdeskoden XX finns inte i registret.")],
)
async def test_who_asks_on_the_command_line_is_answered_in_the_chosen_language(
    served: Served, tmp_path: Path, option: list[str], message: str
) -> None:
    query = tmp_path / "area.graphql"
    query.write_text('{ area(code: "XX") { code } }')
    command = [sys.executable, "-m", "ilmio_api.cli", "ask", str(query), "--server", served.address, *option]
    process = await asyncio.create_subprocess_exec(*command, env={**os.environ, "HOME": str(tmp_path)}, stdout=PIPE)
    output, _ = await process.communicate()

    assert process.returncode == 1
    assert json.loads(output)["errors"][0]["message"] == message
