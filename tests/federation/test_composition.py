"""A partner composes the published schema into a graph of their own and asks across both.

Owns: that a composition accepts the SDL, and that a gateway gets what it asks for.
Does not own: the answers to representations (`tests/schema/test_federation.py`).

Needs Node and the packages of `package-lock.json`: `npm ci` in this folder.
"""

import asyncio
import json
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from ilmio_api.app import create_app
from ilmio_api.settings import Settings

HERE = Path(__file__).parent
NODE = shutil.which("node")

pytestmark = [
    pytest.mark.skipif(NODE is None, reason="Node is not installed"),
    pytest.mark.skipif(
        not (HERE / "node_modules").is_dir(), reason="the packages are not installed: npm ci in tests/federation"
    ),
]


@pytest.fixture
async def address(world_url: str) -> AsyncIterator[str]:
    """Provide the address of the service on the demo world, on a port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        application = create_app(Settings(database_url=world_url, pool_size=2))
        server = uvicorn.Server(uvicorn.Config(application, ws="none", log_level="warning"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        # Connections wait in the listener until the server takes them.
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/graphql"
        server.should_exit = True
        await serving


@pytest.fixture
async def told(address: str) -> Any:  # noqa: ANN401 - JSON
    """Provide what the script says about the composition and the answer."""
    process = await asyncio.create_subprocess_exec(
        str(NODE), "ask_across.js", address, cwd=HERE, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(process.communicate(), timeout=60)
    return json.loads(output)


async def test_a_gateway_answers_across_the_service_and_a_partner(told: dict[str, Any]) -> None:
    assert told["errors"] == []
    assert told["answer"] == {
        "data": {
            "station": {
                "code": "S1",
                "area": {
                    "name": "Helsinki",
                    "rainyDays": 171,
                    "within": [{"code": "MK01", "rainyDays": 180}],
                },
                "studiedIn": {"status": "ENDED"},
            },
            "area": {"name": "Nyland", "rainyDays": 180},
        }
    }
