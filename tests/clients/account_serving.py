"""The server that OAuth clients talk to, and the hand behind its stage.

Owns: a server on a database of its own, the file that tells suites where everything is, and the two things that a
suite cannot do from outside: sign a person in without a passkey, and let time go by.
Does not own: who and what there is (`tests.clients.account_world`).
"""

import asyncio
import json
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar, TypeVar

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.clients.account_world import AccountWorld, made, signed_in
from tests.clients.serving import free_port, served

from ilmio_api.access.secrets import SecretKind, digest_of
from ilmio_api.console.cookies import Cookie
from ilmio_api.db import migrations
from ilmio_api.db.embedded import embedded_server
from ilmio_api.db.session import accounts_work, open_engine
from ilmio_api.domain.accounts.token_models import Token

_GRACE_IS_OVER = timedelta(minutes=1)

_Answer = TypeVar("_Answer")


@contextmanager
def accounts_served() -> Iterator[Path]:
    """Serve a world of accounts in a database of its own, and provide the file that tells a suite about it."""
    with (
        tempfile.TemporaryDirectory(prefix="ilmio-oauth-") as folder,
        embedded_server(Path(folder), durable=False) as database,
    ):
        asyncio.run(migrations.upgrade(database.url))
        with accounts_served_in(database.url, Path(folder)) as file:
            yield file


@contextmanager
def accounts_served_in(url: str, folder: Path) -> Iterator[Path]:
    """Serve a world of accounts on a free port, and provide the file that tells a suite about it.

    It is JSON: `issuer`, `stagehand` (where `stagehand` listens), and what `tests.clients.account_world` tells.

    Args:
        url: A migrated, empty database.
        folder: Where the server keeps its keys, and the file is written.
    """
    world = _with_engine(url, made)
    port = free_port()
    issuer = f"http://localhost:{port}"
    settings = {"ILMIO_DATABASE_URL": url, "ILMIO_DATA_DIR": str(folder), "ILMIO_PUBLIC_URL": issuer}
    with served(("serve",), port, settings), stagehand(url, world) as helper:
        file = folder / "world.json"
        file.write_text(json.dumps({"issuer": issuer, "stagehand": helper, **world.told}), encoding="utf-8")
        yield file


@contextmanager
def stagehand(url: str, world: AccountWorld) -> Iterator[str]:
    """Do for suites what they cannot do from outside; provide the address, on the loopback.

    `POST /sign-in` answers with a cookie of a new session. `POST /grace-over` with a refresh token that was used as the
    body lets the time pass in which it may be used again.
    """

    async def sign_in(engine: AsyncEngine, _sent: str) -> str:
        async with accounts_work(engine, "sign-in") as session:
            begun = await signed_in(session, world.account)
        return f"{Cookie.SESSION.known_as(https=False)}={begun.secret.text}"

    async def grace_over(engine: AsyncEngine, sent: str) -> str:
        digest = digest_of(sent, SecretKind.REFRESH_TOKEN)
        async with accounts_work(engine, "oauth") as session:
            moved = await session.scalars(
                update(Token)
                .where(Token.digest == digest, Token.rotated_at.is_not(None))
                .values(rotated_at=Token.rotated_at - _GRACE_IS_OVER)
                .returning(Token.id)
            )
            return str(len(moved.all()))

    class Handler(BaseHTTPRequestHandler):
        deeds: ClassVar = {"/sign-in": sign_in, "/grace-over": grace_over}

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            deed = self.deeds[self.path]
            answer = _with_engine(url, lambda engine: deed(engine, sent)).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def _with_engine(url: str, work: Callable[[AsyncEngine], Awaitable[_Answer]]) -> _Answer:
    """Return what some work on the database returns, in an event loop of its own."""

    async def run() -> _Answer:
        engine = open_engine(url)
        try:
            return await work(engine)
        finally:
            await engine.dispose()

    return asyncio.run(run())
