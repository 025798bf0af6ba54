"""What happens between two moments: rights that end while they are used, and two who do the same at once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

import httpx2
from sqlalchemy import select, text
from tests.console.site import Site
from tests.security.estate import Estate, estate

from ilmio_api.access.roles import Role
from ilmio_api.access.scopes import Scope
from ilmio_api.access.secrets import Secret
from ilmio_api.db.session import WriteSession, accounts_work
from ilmio_api.domain.accounts import api_keys, invitations, members
from ilmio_api.domain.accounts.api_keys import KeyDraft
from ilmio_api.domain.accounts.client_models import ApiKey
from ilmio_api.domain.accounts.invitations import MemberInvited, MemberJoined
from ilmio_api.domain.accounts.members import MemberRemoved
from ilmio_api.domain.accounts.models import Membership
from ilmio_api.domain.accounts.principals import caller_of_account
from ilmio_api.domain.accounts.vocabulary import MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import ProblemCode, Refused, conflict, not_allowed

T = TypeVar("T")

KEY = """
mutation ($organisation: ID!) {
  createApiKey(input: { organisation: $organisation, name: "Avain", scopes: ["content:read"] }) { __typename }
}
"""


async def test_a_token_that_is_believed_for_a_moment_makes_no_key_after_the_removal(site: Site) -> None:
    here = await estate(site)
    account = await site.person()
    membership = await site.member(here.organisation, account, MemberRole.ADMIN)
    token = await here.token((Scope.CLIENTS, Scope.CONTENT_READ), account=account)
    http, headers = site.browser().http, {"Authorization": f"Bearer {token}"}

    async def made() -> str:
        answer = await http.post(
            "/graphql", json={"query": KEY, "variables": {"organisation": here.organisation}}, headers=headers
        )
        return kind_of(answer)

    before = await made()
    async with accounts_work(site.engine, "test") as session:
        removed = await members.remove(session, await occasion_of(site, session, here.owner), membership)
    after = await made()

    assert (before, type(removed)) == ("ApiKeyCreated", MemberRemoved)
    assert after in {"NotAllowed", "UNAUTHENTICATED"}


async def test_who_is_removed_while_making_a_key_makes_none(site: Site) -> None:
    here = await estate(site)
    account = await site.person()
    membership = await site.member(here.organisation, account, MemberRole.ADMIN)
    async with accounts_work(site.engine, "test") as session:
        removing, making = await occasion_of(site, session, here.owner), await occasion_of(site, session, account)
    draft = KeyDraft("Avain", frozenset({Scope.CONTENT_READ}))

    async with accounts_work(site.engine, "test") as session:
        await members.remove(session, removing, membership)
        late = asyncio.create_task(worked(site, lambda other: api_keys.create(other, making, here.organisation, draft)))
        await somebody_waits(session)

    assert await late == not_allowed("organisation")
    assert await site.rows(select(ApiKey.id).where(ApiKey.created_by == account)) == []


async def test_of_two_owners_who_leave_at_once_one_stays(site: Site) -> None:
    here = await estate(site)
    other = await site.person()
    second = await site.member(here.organisation, other)
    (first,) = await site.rows(
        select(Membership.id).where(
            Membership.account_id == here.owner, Membership.organisation_id == here.organisation
        )
    )
    async with accounts_work(site.engine, "test") as session:
        occasions = [await occasion_of(site, session, account) for account in (here.owner, other)]

    async with accounts_work(site.engine, "test") as session:
        gone = await members.remove(session, occasions[0], first)
        late = asyncio.create_task(worked(site, lambda another: members.remove(another, occasions[1], second)))
        await somebody_waits(session)

    assert isinstance(gone, MemberRemoved)
    assert await late == conflict(ProblemCode.LAST_OWNER)


async def test_a_link_lets_one_of_two_in(site: Site) -> None:
    here = await estate(site)
    digest = (await invited(site, here)).digest
    people = [await site.person(), await site.person()]
    async with accounts_work(site.engine, "test") as session:
        occasions = [await occasion_of(site, session, account) for account in people]

    async with accounts_work(site.engine, "test") as session:
        first = await invitations.accept(session, occasions[0], digest, people[0])
        late = asyncio.create_task(
            worked(site, lambda another: invitations.accept(another, occasions[1], digest, people[1]))
        )
        await somebody_waits(session)

    assert isinstance(first, MemberJoined)
    assert await late == conflict(ProblemCode.EXPIRED)


async def test_who_sent_a_link_and_was_removed_has_sent_none(site: Site) -> None:
    here = await estate(site)
    admin = await site.person()
    membership = await site.member(here.organisation, admin, MemberRole.ADMIN)
    link = await invited(site, here, admin)
    async with accounts_work(site.engine, "test") as session:
        await members.remove(session, await occasion_of(site, session, here.owner), membership)

    async with accounts_work(site.engine, "test") as session:
        assert await invitations.find(session, link.digest, datetime.now(UTC)) is None


def kind_of(answer: httpx2.Response) -> str:
    """Return the type of what a command has answered, or the code of the error."""
    body = answer.json()
    return str(
        body["errors"][0]["extensions"]["code"] if "errors" in body else body["data"]["createApiKey"]["__typename"]
    )


async def occasion_of(site: Site, session: WriteSession, account: str) -> Occasion:
    """Return an occasion of a person in the console, who has just signed in."""
    oauth, at = site.application.state.console.oauth, datetime.now(UTC)
    caller = await caller_of_account(
        session, account, site.new_id("session"), authenticated_at=at, elevated_until=None, at=at
    )
    return Occasion(caller.principal, at, "0" * 31 + "1", "198.18.0.1", oauth.entropy, at)


async def invited(site: Site, here: Estate, by: str = "") -> Secret:
    """Return the secret of a new invitation."""
    async with accounts_work(site.engine, "test") as session:
        occasion = await occasion_of(site, session, by or here.owner)
        sent = await invitations.invite(session, occasion, here.organisation, "uusi@example.fi", Role.VIEWER)
    assert isinstance(sent, MemberInvited)
    return sent.secret


async def worked(site: Site, command: Callable[[WriteSession], Awaitable[T | Refused]]) -> T | Refused:
    """Carry out a command on a connection of its own."""
    async with accounts_work(site.engine, "test") as session:
        return await command(session)


async def somebody_waits(session: WriteSession) -> None:
    """Return as soon as another connection waits for a lock that this one holds."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))")
    async with asyncio.timeout(10):
        while not await session.scalar(waiting):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0)
