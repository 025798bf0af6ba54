"""The whole application with people in it, and browsers without a screen.

Owns: the rows that tests of the pages begin with, following links and sending forms as a browser does.
Does not own: what is promised (the tests beside), real browsers (`chromium`).
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import cycle
from typing import Any

import httpx2
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from tests.domain.accounts.soft_authenticator import SoftAuthenticator

from ilmio_api.access.principals import ANONYMOUS, Principal
from ilmio_api.access.roles import Role
from ilmio_api.console.service import Console
from ilmio_api.db.session import accounts_work, unit_of_work
from ilmio_api.domain.accounts import audit, sessions
from ilmio_api.domain.accounts.models import Account, AuditEvent, Membership, OrganisationAccount
from ilmio_api.domain.accounts.sign_in_models import Session
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole, SignInMethod
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.organisations.models import Organisation
from ilmio_api.domain.organisations.vocabulary import OrganisationType
from ilmio_api.domain.records import PublicationStatus, Visibility
from ilmio_api.ids import new_id

ORIGIN = "https://api.example.fi"
SESSION_COOKIE = "__Host-ilm_sid"

_NUMBERS = cycle(range(256))
_TOKEN = re.compile(r'name="form_token" value="([^"]*)"')
_PROBLEM = re.compile(r"<li>(?:<a href=\"#[^\"]*\">)?([^<]*)(?:</a>)?</li>")


@dataclass(frozen=True, slots=True)
class Page:
    """What a browser was answered."""

    answer: httpx2.Response

    @property
    def status(self) -> int:
        """Return the HTTP status."""
        return self.answer.status_code

    @property
    def text(self) -> str:
        """Return the HTML."""
        return self.answer.text

    @property
    def way(self) -> str:
        """Return where the answer leads."""
        return self.answer.headers.get("location", "")

    @property
    def token(self) -> str:
        """Return what its forms carry."""
        return str(_TOKEN.findall(self.text)[0])

    @property
    def heading(self) -> str:
        """Return the first heading."""
        return unescape(re.findall(r"<h1>(.*?)</h1>", self.text)[0])

    @property
    def problems(self) -> list[str]:
        """Return what the summary of problems says."""
        found = re.search(r'<div class="problems".*?</div>', self.text, re.DOTALL)
        return [unescape(each) for each in _PROBLEM.findall(found.group())] if found else []

    @property
    def shown(self) -> list[str]:
        """Return what is shown to be copied."""
        return [unescape(each) for each in re.findall(r'class="shown"[^>]*>([^<]*)</div>', self.text)]


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser with cookies, which follows no redirect by itself."""

    http: httpx2.AsyncClient

    async def open(self, path: str, **headers: str) -> Page:
        """Ask for a page."""
        return Page(await self.http.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()}))

    async def send(self, path: str, fields: Mapping[str, Any] | None = None, *, form_of: str = "") -> Page:
        """Open the page with a form, fill it in and send it.

        Args:
            path: Where the form goes.
            fields: What is filled in; a list fills several boxes.
            form_of: The page with the form; empty when it has the path that the form goes to.
        """
        opened = await self.open(form_of or path)
        assert opened.status == 200, (opened.status, opened.way)
        return await self.post(path, {"form_token": opened.token, **(fields or {})})

    async def post(self, path: str, fields: Mapping[str, Any], **headers: str) -> Page:
        """Send a form as it is."""
        sent = {"origin": ORIGIN} | {name.replace("_", "-"): value for name, value in headers.items()}
        return Page(await self.http.post(path, data=dict(fields), headers=sent))

    async def follow(self, page: Page) -> Page:
        """Go where an answer leads, until there is a page."""
        while page.way:
            page = await self.open(page.way)
        return page

    @property
    def cookies(self) -> dict[str, str]:
        """Return the cookies by name."""
        return {cookie.name: cookie.value or "" for cookie in self.http.cookies.jar}


@dataclass(slots=True)
class Site:
    """The application on a database of its own."""

    application: Starlette
    engine: AsyncEngine
    made: list[httpx2.AsyncClient] = field(default_factory=list)

    def browser(self, session: str = "", language: str = "en") -> Browser:
        """Return a new browser, signed in when it is given the secret of a session."""
        http = httpx2.AsyncClient(
            # An address of its own: attempts are counted by address.
            transport=httpx2.ASGITransport(self.application, client=(f"198.18.{next(_NUMBERS)}.7", 50_000)),
            base_url=ORIGIN,
            headers={"Accept-Language": language, "User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/150.0"},
        )
        if session:
            http.cookies.set(SESSION_COOKIE, session, domain="api.example.fi")
        self.made.append(http)
        return Browser(http)

    @contextmanager
    def with_parts(self, **parts: Any) -> Iterator[None]:  # noqa: ANN401 - parts of the console
        """Put other parts into the console for a while."""
        state = self.application.state
        usual: Console = state.console
        state.console = replace(usual, **parts)
        try:
            yield
        finally:
            state.console = usual

    async def organisation(self, name: str = "Järjestö", **policy: Any) -> str:  # noqa: ANN401 - columns
        """Return a new organisation with an account."""
        organisation = self.new_id("organisation")
        record = Organisation(
            id=organisation,
            slug=organisation,
            name={"fi": name},
            type=OrganisationType.ASSOCIATION,
            publication_status=PublicationStatus.PUBLISHED,
            visibility=Visibility.PUBLIC,
        )
        await self.add(record, OrganisationAccount(organisation_id=organisation, **policy))
        return organisation

    async def person(self, name: str = "Aino Esimerkki", **columns: Any) -> str:  # noqa: ANN401 - columns
        """Return a new person, who has no way to sign in."""
        account = self.new_id("account")
        columns = {"email": f"{account}@example.fi", "language": "en"} | columns
        await self.add(Account(id=account, name=name, **columns))
        return account

    async def member(self, organisation: str, account: str, role: MemberRole = MemberRole.OWNER) -> str:
        """Make a person a member, and return the membership."""
        membership = self.new_id("membership")
        await self.add(Membership(id=membership, organisation_id=organisation, account_id=account, role=role))
        return membership

    async def session(self, account: str, **columns: Any) -> str:  # noqa: ANN401 - columns
        """Sign a person in, just now unless the columns of the session say otherwise, and return the secret of it."""
        occasion = Occasion(ANONYMOUS, datetime.now(UTC), os.urandom(16).hex(), "", os.urandom)
        async with accounts_work(self.engine, "sign-in") as session:
            begun = await sessions.begin(session, occasion, account, SignInMethod.PASSKEY, browser="")
        if columns:
            async with unit_of_work(self.engine) as session:
                await session.execute(update(Session).where(Session.id == begun.id).values(**columns))
        return begun.secret.text

    async def signed_in(self, account: str, **columns: Any) -> Browser:  # noqa: ANN401 - columns
        """Return a browser in which a person is signed in."""
        return self.browser(await self.session(account, **columns))

    async def owner(self, **policy: Any) -> tuple[str, Browser]:  # noqa: ANN401 - columns
        """Return an organisation, and a browser in which its owner is signed in."""
        organisation, account = await self.organisation(**policy), await self.person()
        await self.member(organisation, account)
        return organisation, await self.signed_in(account)

    async def elevated(self) -> Browser:
        """Return a browser in which an administrator of the platform has said why."""
        account = await self.person("Ylläpitäjä", is_platform_admin=True)
        return await self.signed_in(account, elevated_until=datetime.now(UTC) + timedelta(minutes=30))

    async def token_reused(self, organisation: str, account: str, client: str, *, at: datetime) -> None:
        """Let a used token of a client, for a person, have come again."""
        occasion = Occasion(Principal(client=client), at, os.urandom(16).hex(), "", os.urandom)
        async with accounts_work(self.engine, "test") as session:
            await audit.record(
                session, occasion, AuditAction.TOKEN_REUSED, organisation=organisation, target="family_x", actor=account
            )

    async def add(self, *rows: object) -> None:
        """Add rows, in this order."""
        async with unit_of_work(self.engine) as session:
            for row in rows:
                session.add(row)
                await session.flush()

    async def rows(self, statement: Any) -> Sequence[Any]:  # noqa: ANN401 - columns
        """Return what is in the database."""
        async with unit_of_work(self.engine) as session:
            return (await session.scalars(statement)).all()

    async def audited(self, organisation: str | None) -> list[str]:
        """Return what the log of an organisation tells, oldest first."""
        chain = organisation or ""
        rows = await self.rows(select(AuditEvent.action).where(AuditEvent.chain == chain).order_by(AuditEvent.sequence))
        return [action.value for action in rows]

    async def role(self, membership: str) -> Role | None:
        """Return the role of a membership; None when there is none any more."""
        found = await self.rows(select(Membership.role).where(Membership.id == membership))
        return Role(found[0].value) if found else None

    def new_id(self, prefix: str) -> str:
        """Return a new id."""
        return new_id(prefix, at=datetime.now(UTC), entropy=os.urandom(10))


async def with_passkey(browser: Browser, page: Page) -> Page:
    """Make a passkey on the page of enrolment, and return where that leads."""
    device = SoftAuthenticator(os.urandom)
    asked = await browser.post("/console/enrol/passkey", {"form_token": page.token})
    fields = {"form_token": page.token, "credential": device.makes(asked.text)}
    return await browser.post("/console/enrol/with-passkey", fields)
