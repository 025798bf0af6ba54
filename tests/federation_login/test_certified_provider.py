"""An organisation signs in with a certified OpenID provider, npm's oidc-provider.

Owns: that the steps work with a provider that somebody else wrote, over the network, in a browser without scripts.
Does not own: what is refused of a provider that lies (`test_answers`).

Needs Node and the packages of `package-lock.json`: `npm ci` in this folder.
"""

import asyncio
import json
import os
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
import uvicorn
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from tests.domain.accounts.scene import OURS, TRACE

from ilmio_api.access.principals import ANONYMOUS, Principal
from ilmio_api.db.sealing import Sealer
from ilmio_api.db.session import accounts_work
from ilmio_api.domain.accounts import sessions
from ilmio_api.domain.accounts.models import Account
from ilmio_api.domain.accounts.outgoing import fetch
from ilmio_api.domain.accounts.sign_in_models import IdentityProvider, Session, VerifiedDomain
from ilmio_api.domain.accounts.vocabulary import SignInMethod
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import ProblemCode, Refused
from ilmio_api.ids import named_id
from ilmio_api.oauth import federation as steps
from ilmio_api.oauth.federation import Intent, SignedInBy
from ilmio_api.oauth.federation_providers import Federation
from ilmio_api.oauth.federation_routes import routes
from ilmio_api.oauth.provider_directory import Directory
from ilmio_api.oauth.service import OAuth

HERE = Path(__file__).parent
NODE = shutil.which("node")
PROVIDER = named_id("idp", "certified")
BROWSER = "a cookie that one browser has"
SECRET = "a secret that both know, long enough"  # noqa: S105 - of a provider that lives as long as a test
PERSON = {"sub": "anna", "email": "anna@oma.example", "email_verified": True, "name": "Anna Ahola", "locale": "fi"}

pytestmark = [
    pytest.mark.skipif(NODE is None, reason="Node is not installed"),
    pytest.mark.skipif(
        not (HERE / "node_modules").is_dir(), reason="the packages are not installed: npm ci in tests/federation_login"
    ),
]


@dataclass(slots=True)
class Certified:
    """The service and a provider, each at an address of this machine."""

    federation: Federation
    issuer: str
    process: asyncio.subprocess.Process
    principal: Principal = ANONYMOUS

    def occasion(self, later: timedelta = timedelta(0)) -> Occasion:
        """Return an occasion of now: the provider looks at a real clock."""
        entropy = self.federation.oauth.entropy
        return Occasion(self.principal, datetime.now(UTC) + later, TRACE, "192.0.2.7", entropy)

    async def begin(self, *, intent: Intent = Intent.SIGN_IN, later: timedelta = timedelta(0)) -> str | Refused:
        """Return the address at the provider."""
        return await steps.begin(
            self.federation,
            self.occasion(later),
            PROVIDER,
            return_to="/console/",
            browser_binding=BROWSER,
            intent=intent,
        )

    async def answer(
        self, browser: httpx2.AsyncClient, *, intent: Intent = Intent.SIGN_IN, later: timedelta = timedelta(0)
    ) -> list[tuple[str, str]]:
        """Return the parameters with which a browser comes back."""
        address = await self.begin(intent=intent, later=later)
        assert isinstance(address, str), address
        callback = f"{self.federation.oauth.issuer}/auth/cb/{PROVIDER}?"
        for _ in range(10):
            answer = await browser.get(address)
            assert answer.status_code in {302, 303}, answer.text
            address = str(answer.url.join(answer.headers["location"]))
            if address.startswith(callback):
                break
        return parse_qsl(urlsplit(address).query)

    async def complete(
        self, answer: list[tuple[str, str]], *, binding: str = BROWSER, later: timedelta = timedelta(0)
    ) -> SignedInBy | Refused:
        """Return what is made of the browser that comes back."""
        return await steps.complete(self.federation, self.occasion(later), PROVIDER, answer, binding)

    async def sign_in(
        self, browser: httpx2.AsyncClient, *, intent: Intent = Intent.SIGN_IN, later: timedelta = timedelta(0)
    ) -> SignedInBy | Refused:
        """Return what is made of a person who goes there and comes back."""
        return await self.complete(await self.answer(browser, intent=intent, later=later), later=later)

    async def tell(self, command: str) -> None:
        """Tell the provider to do something, and wait until it has."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{command}\n".encode())
        assert await asyncio.wait_for(self.process.stdout.readline(), 10) == b"done\n"


@pytest.fixture
async def listening() -> AsyncIterator[socket.socket]:
    """Provide the port of the service."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture
async def federation(lasting: AsyncEngine, sealer: Sealer, listening: socket.socket) -> AsyncIterator[Federation]:
    """Provide the way to providers, while what they call is served."""
    oauth = OAuth(
        lasting,
        sealer,
        f"http://127.0.0.1:{listening.getsockname()[1]}",
        now=lambda: datetime.now(UTC),
        entropy=os.urandom,
        address_of=lambda _: "192.0.2.7",
    )
    federation = Federation(oauth, Directory(partial(fetch, allow_loopback=True), allow_loopback=True))
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes(federation)), ws="none", log_level="warning"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    yield federation
    server.should_exit = True
    await serving


def registration(federation: Federation, **more: object) -> dict[str, Any]:
    """Return what the provider knows of us."""
    us = federation.oauth.issuer
    return {
        "client_id": "ilmio",
        "redirect_uris": [f"{us}/auth/cb/{PROVIDER}"],
        "response_types": ["code"],
        "grant_types": ["authorization_code"],
        "backchannel_logout_uri": f"{us}/auth/backchannel/{PROVIDER}",
        "backchannel_logout_session_required": True,
        **more,
    }


@pytest.fixture(params=["secret", "keys"])
async def certified(federation: Federation, request: pytest.FixtureRequest) -> AsyncIterator[Certified]:
    """Provide service and provider, once with a secret, once with keys on both sides: signed and encrypted."""
    has_secret = request.param == "secret"
    known = (
        registration(federation, client_secret=SECRET)
        if has_secret
        else registration(
            federation,
            token_endpoint_auth_method="private_key_jwt",  # noqa: S106 - the name of a method
            jwks_uri=f"{federation.oauth.issuer}/oauth/rp-jwks",
            id_token_encrypted_response_alg="RSA-OAEP-256",  # noqa: S106 - the same
            id_token_encrypted_response_enc="A256GCM",  # noqa: S106 - the same
        )
    )
    process = await asyncio.create_subprocess_exec(
        str(NODE),
        "serve_provider.js",
        json.dumps({"clients": [known], "person": PERSON}),
        cwd=HERE,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout
        issuer = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()
        sealed = federation.oauth.sealer.seal({"client_secret": SECRET}) if has_secret else None
        await register(federation.oauth.engine, issuer, sealed)
        yield Certified(federation, issuer, process)
    finally:
        process.terminate()
        await process.wait()


async def register(engine: AsyncEngine, issuer: str, sealed_secret: bytes | None) -> None:
    """Let everybody of a domain in through the provider."""
    async with accounts_work(engine, "test") as session:
        session.add(
            IdentityProvider(
                id=PROVIDER,
                organisation_id=OURS,
                issuer=issuer,
                client_id="ilmio",
                sealed_client_secret=sealed_secret,
                default_role="VIEWER",
                enabled=True,
            )
        )
        session.add(
            VerifiedDomain(
                id=named_id("domain", "oma"),
                organisation_id=OURS,
                domain="oma.example",
                proof="ilmio-verification=1",
                verified_at=datetime.now(UTC),
            )
        )


@pytest.fixture
async def browser() -> AsyncIterator[httpx2.AsyncClient]:
    """Provide a browser that follows no redirect by itself."""
    async with httpx2.AsyncClient() as client:
        yield client


async def test_a_person_signs_in_twice_and_is_the_same(certified: Certified, browser: httpx2.AsyncClient) -> None:
    first = await certified.sign_in(browser)
    second = await certified.sign_in(browser)

    assert isinstance(first, SignedInBy), first
    assert isinstance(second, SignedInBy), second
    assert second.account == first.account
    assert first.provider_session
    async with accounts_work(certified.federation.oauth.engine, "test") as session:
        account = await session.scalar(select(Account))
    assert account is not None
    assert (account.id, account.name, account.email, account.language) == (
        first.account,
        "Anna Ahola",
        "anna@oma.example",
        "fi",
    )


async def test_answers_are_bound_to_issuer_browser_and_once(certified: Certified, browser: httpx2.AsyncClient) -> None:
    answer = await certified.answer(browser)
    mixed_up = [(name, "https://attacker.example" if name == "iss" else value) for name, value in answer]

    foreign = await certified.complete(answer, binding="another browser")
    assert isinstance(foreign, Refused)
    assert foreign.problems[0].code == ProblemCode.EXPIRED
    wrong = await certified.complete(mixed_up)
    assert isinstance(wrong, Refused)
    assert wrong.problems[0].facts == {"reason": "MIXED_UP"}
    replayed = await certified.complete(answer)
    assert isinstance(replayed, Refused)
    assert replayed.problems[0].code == ProblemCode.EXPIRED


async def test_rotated_keys_are_found(certified: Certified, browser: httpx2.AsyncClient) -> None:
    first = await certified.sign_in(browser)
    await certified.tell("rotate")

    second = await certified.sign_in(browser, later=timedelta(seconds=61))

    assert isinstance(first, SignedInBy), first
    assert isinstance(second, SignedInBy), second
    assert second.account == first.account


async def test_another_issuer_at_the_same_place_is_refused(certified: Certified) -> None:
    async with accounts_work(certified.federation.oauth.engine, "test") as session:
        provider = await session.get_one(IdentityProvider, PROVIDER)
        provider.issuer = certified.issuer.replace("127.0.0.1", "localhost")

    outcome = await certified.begin()

    assert isinstance(outcome, Refused)
    assert outcome.problems[0].facts == {"reason": "ISSUER_DIFFERS"}


async def test_stepping_up_makes_the_person_sign_in_again(certified: Certified, browser: httpx2.AsyncClient) -> None:
    first = await certified.sign_in(browser)
    assert isinstance(first, SignedInBy), first
    begun = await begin_session(certified, first)
    certified.principal = Principal(account=first.account, credential=begun)

    again = await certified.sign_in(browser, intent=Intent.STEP_UP)

    assert isinstance(again, SignedInBy), again
    assert again.intent == Intent.STEP_UP
    assert datetime.now(UTC) - again.authenticated_at < timedelta(seconds=30)


async def test_a_sign_out_there_ends_the_session_here(certified: Certified, browser: httpx2.AsyncClient) -> None:
    signed_in = await certified.sign_in(browser)
    assert isinstance(signed_in, SignedInBy), signed_in
    begun = await begin_session(certified, signed_in)

    await certified.tell(f"logout ilmio anna {signed_in.provider_session}")

    async with accounts_work(certified.federation.oauth.engine, "test") as session:
        assert (await session.get_one(Session, begun)).ended_at is not None


async def begin_session(certified: Certified, signed_in: SignedInBy) -> str:
    """Return the id of a session that the provider began."""
    async with accounts_work(certified.federation.oauth.engine, "test") as session:
        begun = await sessions.begin(
            session,
            certified.occasion(),
            signed_in.account,
            SignInMethod.IDENTITY_PROVIDER,
            browser="",
            identity_provider=signed_in.identity_provider,
            provider_session=signed_in.provider_session,
        )
    return begun.id
