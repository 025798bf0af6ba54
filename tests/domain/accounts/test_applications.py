"""What organisations grant to clients of other organisations."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.domain.accounts.scene import OURS, THEIRS, WITHOUT_ACCOUNT, Scene

from ilmio_api.access.scopes import OF_APPLICATIONS, Scope
from ilmio_api.db.session import WriteSession, accounts_work
from ilmio_api.domain.accounts import applications, clients
from ilmio_api.domain.accounts.applications import (
    ApplicationApproved,
    ApplicationRejected,
    ApplicationRequested,
    ApplicationRevoked,
)
from ilmio_api.domain.accounts.client_models import ApiClient, ApplicationGrant
from ilmio_api.domain.accounts.models import OrganisationAccount
from ilmio_api.domain.accounts.principals import caller_of_token
from ilmio_api.domain.accounts.vocabulary import AuditAction, ClientKind, GrantStatus, MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, conflict, invalid, not_allowed, step_up_needed

READING = frozenset({Scope.CONTENT_READ, Scope.DRAFTS_READ})
ALL = [scope.value for scope in Scope]


@pytest.fixture
async def application(accounts: WriteSession, scene: Scene) -> str:
    """Provide the id of a listed web application of the other organisation that may ask for everything."""
    client = await scene.client(ALL, THEIRS, kind=ClientKind.WEB_APPLICATION)
    await accounts.execute(update(ApiClient).values(is_listed=True))
    return client


@pytest.fixture
async def viewer(scene: Scene) -> Occasion:
    """Provide an occasion of a member of our organisation."""
    return await scene.occasion(await scene.person(MemberRole.VIEWER))


@pytest.fixture
async def vendor(scene: Scene) -> Occasion:
    """Provide an occasion of whoever manages the clients of the other organisation."""
    return await scene.occasion(await scene.person(MemberRole.TECHNICAL_CONTACT, THEIRS))


@pytest.fixture
async def requested(accounts: WriteSession, viewer: Occasion, application: str) -> str:
    """Provide the id of a grant for which a member has asked."""
    outcome = await applications.request(accounts, viewer, OURS, application, READING)
    assert isinstance(outcome, ApplicationRequested)
    return outcome.grant


@pytest.fixture
async def approved(accounts: WriteSession, owner: Occasion, requested: str) -> str:
    """Provide the id of a grant of reading."""
    assert await applications.approve(accounts, owner, requested, READING, 1) == ApplicationApproved(requested)
    return requested


async def grant_of(accounts: WriteSession, grant: str) -> ApplicationGrant:
    return await accounts.get_one(ApplicationGrant, grant, populate_existing=True)


async def test_a_member_asks_for_a_grant(
    accounts: WriteSession, scene: Scene, viewer: Occasion, application: str, requested: str
) -> None:
    grant = await grant_of(accounts, requested)

    assert (grant.organisation_id, grant.client_id, grant.status, grant.version) == (
        OURS,
        application,
        GrantStatus.REQUESTED,
        1,
    )
    assert (grant.scopes, grant.requested_by, grant.decided_at) == (
        ["content:read", "drafts:read"],
        viewer.principal.account,
        None,
    )
    (event,) = await scene.events()
    assert (event.action, event.target_id, event.after) == (
        AuditAction.APPLICATION_REQUESTED,
        requested,
        {"client": application, "scopes": ["content:read", "drafts:read"]},
    )


async def test_the_owner_of_the_application_asks_too(
    accounts: WriteSession, vendor: Occasion, application: str
) -> None:
    assert isinstance(await applications.request(accounts, vendor, OURS, application, READING), ApplicationRequested)


async def test_a_stranger_asks_for_nothing(accounts: WriteSession, scene: Scene, application: str) -> None:
    stranger = await scene.occasion(await scene.person())
    member_there = await scene.occasion(await scene.person(MemberRole.VIEWER, THEIRS))

    assert await applications.request(accounts, stranger, OURS, application, READING) == not_allowed("client")
    assert await applications.request(accounts, member_there, OURS, application, READING) == not_allowed("client")


async def test_only_a_listed_client_of_another_organisation_can_be_asked_for(
    accounts: WriteSession, scene: Scene, viewer: Occasion, vendor: Occasion, application: str
) -> None:
    unlisted = await scene.client(ALL, THEIRS)
    own = await scene.client(ALL, OURS)
    await accounts.execute(update(ApiClient).where(ApiClient.id == own).values(is_listed=True))
    deleted = application
    manager = await scene.occasion(await scene.person(MemberRole.OWNER, THEIRS))
    await clients.delete(accounts, manager, deleted)
    command_line = await clients.command_line_client(accounts)

    for client in (unlisted, own, deleted, command_line, "client_unknown"):
        assert await applications.request(accounts, viewer, OURS, client, READING) == not_allowed("client")
    assert await applications.request(accounts, vendor, OURS, unlisted, READING) == not_allowed("client")


async def test_an_organisation_without_an_account_cannot_be_asked(
    accounts: WriteSession, vendor: Occasion, application: str
) -> None:
    refused = await applications.request(accounts, vendor, WITHOUT_ACCOUNT, application, READING)

    assert refused == not_allowed("organisation")


@pytest.mark.parametrize("scope", sorted(set(Scope) - OF_APPLICATIONS))
async def test_no_application_of_another_organisation_manages_accounts(
    accounts: WriteSession, viewer: Occasion, application: str, scope: Scope
) -> None:
    refused = await applications.request(accounts, viewer, OURS, application, frozenset({scope}))

    assert refused == invalid(Problem(ProblemCode.SCOPE_NOT_ALLOWED, ("scopes",), {"scope": scope.value}))


async def test_nothing_is_asked_that_the_client_may_not_have(
    accounts: WriteSession, viewer: Occasion, application: str
) -> None:
    await accounts.execute(update(ApiClient).values(scopes=["content:read"]))

    assert await applications.request(accounts, viewer, OURS, application, READING) == invalid(
        Problem(ProblemCode.SCOPE_NOT_ALLOWED, ("scopes",), {"scope": "drafts:read"})
    )
    assert await applications.request(accounts, viewer, OURS, application, frozenset()) == invalid(
        Problem(ProblemCode.REQUIRED, ("scopes",))
    )


async def test_a_service_which_is_nobody_gets_no_personal_scope(
    accounts: WriteSession, viewer: Occasion, application: str
) -> None:
    await accounts.execute(update(ApiClient).values(kind=ClientKind.SERVICE))
    refused = await applications.request(accounts, viewer, OURS, application, READING | {Scope.EMAIL})

    assert refused == invalid(Problem(ProblemCode.SCOPE_NOT_ALLOWED, ("scopes",), {"scope": "email"}))


async def test_an_organisation_is_asked_once(
    accounts: WriteSession, viewer: Occasion, owner: Occasion, application: str, requested: str
) -> None:
    exists = conflict(ProblemCode.ALREADY_EXISTS, id=requested)

    assert await applications.request(accounts, viewer, OURS, application, READING) == exists
    await applications.approve(accounts, owner, requested, READING, 1)
    assert await applications.request(accounts, viewer, OURS, application, READING) == exists


async def test_after_a_no_members_may_ask_again_and_vendors_wait(
    accounts: WriteSession, scene: Scene, viewer: Occasion, owner: Occasion, application: str, requested: str
) -> None:
    await applications.reject(accounts, owner, requested)
    account = await scene.person(MemberRole.TECHNICAL_CONTACT, THEIRS)
    a_day_later = await scene.occasion(account, later=timedelta(days=1))
    a_month_later = await scene.occasion(account, later=timedelta(days=30))

    assert await applications.request(accounts, a_day_later, OURS, application, READING) == conflict(
        ProblemCode.ALREADY_DECIDED, status=GrantStatus.REJECTED
    )
    assert await applications.request(accounts, a_month_later, OURS, application, READING) == ApplicationRequested(
        requested
    )
    grant = await grant_of(accounts, requested)
    assert (grant.status, grant.version, grant.decided_at, grant.decided_by) == (GrantStatus.REQUESTED, 3, None, None)
    await applications.reject(accounts, owner, requested)
    assert await applications.request(accounts, viewer, OURS, application, READING) == ApplicationRequested(requested)


async def test_an_owner_grants_what_was_asked_or_less(
    accounts: WriteSession, scene: Scene, owner: Occasion, application: str, requested: str
) -> None:
    less = frozenset({Scope.CONTENT_READ})
    outcome = await applications.approve(accounts, owner, requested, less, 1)

    assert outcome == ApplicationApproved(requested)
    grant = await grant_of(accounts, requested)
    assert (grant.status, grant.scopes, grant.version, grant.decided_at, grant.decided_by) == (
        GrantStatus.APPROVED,
        ["content:read"],
        2,
        owner.at,
        owner.principal.account,
    )
    event = (await scene.events())[-1]
    assert (event.action, event.before, event.after) == (
        AuditAction.APPLICATION_APPROVED,
        {"status": "REQUESTED", "scopes": ["content:read", "drafts:read"]},
        {"client": application, "status": "APPROVED", "scopes": ["content:read"]},
    )


async def test_members_act_through_an_approved_application_within_the_grant(
    accounts: WriteSession, scene: Scene, owner: Occasion, application: str, requested: str
) -> None:
    member = await scene.person(MemberRole.EDITOR)
    token = await scene.token(application, ["content:read", "drafts:read", "content:write"], member)
    before = await caller_of_token(accounts, token.digest, at=owner.at, address="192.0.2.7")
    await applications.approve(accounts, owner, requested, READING, 1)
    after = await caller_of_token(accounts, token.digest, at=owner.at, address="192.0.2.7")

    assert before is not None
    assert after is not None
    assert before.principal.rights == ()
    assert after.principal.rights == ((OURS, READING),)


async def test_a_grant_can_be_changed_later(accounts: WriteSession, owner: Occasion, approved: str) -> None:
    more = READING | {Scope.CONTENT_WRITE}

    assert await applications.approve(accounts, owner, approved, more, 1) == conflict(
        ProblemCode.CHANGED_MEANWHILE, "expected_version"
    )
    assert await applications.approve(accounts, owner, approved, more, 2) == ApplicationApproved(approved)
    assert (await grant_of(accounts, approved)).scopes == ["content:read", "drafts:read", "content:write"]


@pytest.mark.parametrize("role", [MemberRole.ADMIN, MemberRole.EDITOR, MemberRole.TECHNICAL_CONTACT])
async def test_only_owners_decide(accounts: WriteSession, scene: Scene, requested: str, role: MemberRole) -> None:
    member = await scene.occasion(await scene.person(role))

    assert await applications.approve(accounts, member, requested, READING, 1) == not_allowed("grant")
    assert await applications.reject(accounts, member, requested) == not_allowed("grant")
    assert await applications.revoke(accounts, member, requested) == not_allowed("grant")


async def test_the_vendor_does_not_decide(
    accounts: WriteSession, scene: Scene, owner: Occasion, requested: str
) -> None:
    vendor = await scene.occasion(await scene.person(MemberRole.OWNER, THEIRS))

    assert await applications.approve(accounts, vendor, requested, READING, 1) == not_allowed("grant")
    assert await applications.approve(accounts, owner, "grant_unknown", READING, 1) == not_allowed("grant")


async def test_a_recent_sign_in_is_needed_to_decide(accounts: WriteSession, scene: Scene, requested: str) -> None:
    long_ago = await scene.occasion(await scene.person(MemberRole.OWNER), signed_in_ago=timedelta(minutes=11))

    assert await applications.approve(accounts, long_ago, requested, READING, 1) == step_up_needed()
    assert await applications.reject(accounts, long_ago, requested) == step_up_needed()
    assert await applications.revoke(accounts, long_ago, requested) == step_up_needed()


async def test_an_owner_grants_no_more_than_they_have(accounts: WriteSession, owner: Occasion, requested: str) -> None:
    held = frozenset({Scope.SETTINGS, Scope.CONTENT_READ})
    narrow = replace(owner, principal=replace(owner.principal, rights=((OURS, held),)))
    personal = frozenset({Scope.OPENID, Scope.CONTENT_READ})

    assert await applications.approve(accounts, narrow, requested, READING, 1) == invalid(
        Problem(ProblemCode.SCOPE_NOT_ALLOWED, ("scopes",), {"scope": "drafts:read"})
    )
    assert await applications.approve(accounts, narrow, requested, personal, 1) == ApplicationApproved(requested)


async def test_a_client_that_is_gone_cannot_be_approved(
    accounts: WriteSession, owner: Occasion, requested: str
) -> None:
    await accounts.execute(update(ApiClient).values(deleted_at=owner.at))

    assert await applications.approve(accounts, owner, requested, READING, 1) == not_allowed("grant")


async def test_what_was_decided_is_not_decided_again(accounts: WriteSession, owner: Occasion, requested: str) -> None:
    assert await applications.revoke(accounts, owner, requested) == conflict(
        ProblemCode.ALREADY_DECIDED, status=GrantStatus.REQUESTED
    )
    assert await applications.reject(accounts, owner, requested) == ApplicationRejected(requested)
    for outcome in (
        await applications.reject(accounts, owner, requested),
        await applications.revoke(accounts, owner, requested),
        await applications.approve(accounts, owner, requested, READING, 2),
    ):
        assert outcome == conflict(ProblemCode.ALREADY_DECIDED, status=GrantStatus.REJECTED)


async def test_what_was_granted_is_taken_back_with_the_tokens_of_all_members(
    accounts: WriteSession, scene: Scene, owner: Occasion, application: str, approved: str
) -> None:
    ours = [await scene.person(MemberRole.EDITOR), await scene.person(MemberRole.VIEWER)]
    stranger = await scene.person(MemberRole.VIEWER, THEIRS)
    tokens = [await scene.token(application, ["content:read"], person) for person in (*ours, stranger)]
    elsewhere = await scene.token(await scene.client(ALL), ["content:read"], ours[0])

    assert await applications.revoke(accounts, owner, approved) == ApplicationRevoked(approved, 2)
    callers = [
        await caller_of_token(accounts, token.digest, at=owner.at, address="192.0.2.7")
        for token in (*tokens, elsewhere)
    ]
    assert [caller is not None for caller in callers] == [False, False, True, True]
    grant = await grant_of(accounts, approved)
    assert (grant.status, grant.version, grant.decided_by) == (GrantStatus.REVOKED, 3, owner.principal.account)
    event = (await scene.events())[-1]
    assert (event.action, event.before, event.after) == (
        AuditAction.APPLICATION_REVOKED,
        {"scopes": ["content:read", "drafts:read"]},
        {"client": application, "ended_authorisations": 2},
    )


async def test_a_service_of_another_organisation_loses_what_is_taken_back(
    accounts: WriteSession, scene: Scene, owner: Occasion, application: str, approved: str
) -> None:
    await accounts.execute(update(ApiClient).values(kind=ClientKind.SERVICE))
    token = await scene.token(application, ["content:read", "drafts:read"])
    before = await caller_of_token(accounts, token.digest, at=owner.at, address="192.0.2.7")
    await applications.revoke(accounts, owner, approved)
    after = await caller_of_token(accounts, token.digest, at=owner.at, address="192.0.2.7")

    assert before is not None
    assert after is not None
    assert OURS in dict(before.principal.rights)
    assert OURS not in dict(after.principal.rights)


async def test_where_no_approval_is_needed_a_no_ends_what_members_have_begun(
    accounts: WriteSession, scene: Scene, owner: Occasion, application: str, requested: str
) -> None:
    await accounts.execute(update(OrganisationAccount).values(applications_need_approval=False))
    token = await scene.token(application, ["content:read"], await scene.person(MemberRole.VIEWER))
    before = await caller_of_token(accounts, token.digest, at=owner.at, address="192.0.2.7")
    await applications.reject(accounts, owner, requested)

    assert before is not None
    assert before.principal.rights == ((OURS, frozenset({Scope.CONTENT_READ})),)
    assert await caller_of_token(accounts, token.digest, at=owner.at, address="192.0.2.7") is None


async def test_two_who_ask_at_the_same_time_ask_once(
    lasting: AsyncEngine, at: datetime, entropy: Callable[[int], bytes]
) -> None:
    async with accounts_work(lasting, "test") as session:
        scene = Scene(session, at, entropy)
        client = await scene.client(ALL, THEIRS)
        await session.execute(update(ApiClient).values(is_listed=True))
        viewer = await scene.occasion(await scene.person(MemberRole.VIEWER))

    async def ask() -> ApplicationRequested | Refused:
        async with accounts_work(lasting, "test") as session:
            return await applications.request(session, viewer, OURS, client, READING)

    outcomes = await asyncio.gather(ask(), ask(), ask())

    (grant,) = [outcome.grant for outcome in outcomes if isinstance(outcome, ApplicationRequested)]
    assert outcomes.count(conflict(ProblemCode.ALREADY_EXISTS, id=grant)) == 2
