"""Principals: what a credential allows at this moment."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update
from tests.domain.accounts.scene import OURS, THEIRS, Scene

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.access.scopes import ORGANISATIONAL, Scope
from ilmio_api.db.base import Base
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts.client_models import ApiClient, ApiKey
from ilmio_api.domain.accounts.models import Account, OrganisationAccount
from ilmio_api.domain.accounts.principals import (
    caller_of_account,
    caller_of_key,
    caller_of_token,
    note_use,
    rights_through_client,
)
from ilmio_api.domain.accounts.vocabulary import ClientKind, GrantStatus, MemberRole

READING = ["content:read", "drafts:read"]
HERE = "192.0.2.7"


async def test_a_token_of_a_person_has_what_role_client_and_token_have_in_common(scene: Scene) -> None:
    account = await scene.person(MemberRole.EDITOR)
    client = await scene.client([*READING, "content:write", "org:members"], kind=ClientKind.WEB_APPLICATION)
    token = await scene.token(client, ["openid", "drafts:read", "content:write", "org:members"], account)

    caller = await caller_of_token(scene.session, token.digest, at=scene.at, address=HERE)

    assert caller is not None
    assert caller.principal.account == account
    assert caller.principal.client == client
    assert caller.principal.rights == ((OURS, frozenset({Scope.DRAFTS_READ, Scope.CONTENT_WRITE})),)
    assert caller.principal.elevated is False
    assert caller.authenticated_at == scene.at - timedelta(minutes=5)
    assert caller.organisation == OURS


async def test_an_application_of_another_organisation_has_what_was_granted(scene: Scene) -> None:
    account = await scene.person(MemberRole.OWNER)
    client = await scene.client([*READING, "content:write"], THEIRS, kind=ClientKind.WEB_APPLICATION)
    await scene.grant(client, ["drafts:read", "org:clients"])
    token = await scene.token(client, [*READING, "content:write", "org:clients"], account)

    caller = await caller_of_token(scene.session, token.digest, at=scene.at, address=HERE)

    assert caller is not None
    assert caller.principal.rights == ((OURS, frozenset({Scope.DRAFTS_READ})),)


@pytest.mark.parametrize("status", [None, GrantStatus.REQUESTED, GrantStatus.REJECTED, GrantStatus.REVOKED])
async def test_an_application_without_an_approved_grant_has_no_rights(scene: Scene, status: GrantStatus | None) -> None:
    account = await scene.person(MemberRole.OWNER)
    client = await scene.client(READING, THEIRS, kind=ClientKind.WEB_APPLICATION)
    if status is not None:
        await scene.grant(client, READING, status=status)
    token = await scene.token(client, READING, account)

    caller = await caller_of_token(scene.session, token.digest, at=scene.at, address=HERE)

    assert caller is not None
    assert caller.principal.rights == ()


@pytest.mark.parametrize(
    ("status", "rights"),
    [
        (None, ((OURS, frozenset({Scope.DRAFTS_READ})),)),
        (GrantStatus.REQUESTED, ((OURS, frozenset({Scope.DRAFTS_READ})),)),
        (GrantStatus.REJECTED, ()),
        (GrantStatus.REVOKED, ()),
    ],
)
async def test_where_no_approval_is_needed_the_consent_of_a_member_is_enough_until_the_organisation_says_no(
    scene: Scene, status: GrantStatus | None, rights: tuple[tuple[str, frozenset[Scope]], ...]
) -> None:
    await scene.session.execute(
        update(OrganisationAccount)
        .where(OrganisationAccount.organisation_id == OURS)
        .values(applications_need_approval=False)
    )
    account = await scene.person(MemberRole.OWNER)
    client = await scene.client(["drafts:read", "org:members"], THEIRS, kind=ClientKind.WEB_APPLICATION)
    if status is not None:
        await scene.grant(client, READING, status=status)
    token = await scene.token(client, ["drafts:read", "org:members"], account)

    caller = await caller_of_token(scene.session, token.digest, at=scene.at, address=HERE)

    assert caller is not None
    assert caller.principal.rights == rights


async def test_the_command_line_of_the_service_needs_no_grant(scene: Scene) -> None:
    account = await scene.person(MemberRole.VIEWER)
    await scene.membership(account, MemberRole.EDITOR, THEIRS)
    client = await scene.client(["drafts:read", "content:write"], None, kind=ClientKind.COMMAND_LINE)
    token = await scene.token(client, ["drafts:read", "content:write"], account)

    caller = await caller_of_token(scene.session, token.digest, at=scene.at, address=HERE)

    assert caller is not None
    assert dict(caller.principal.rights) == {
        OURS: frozenset({Scope.DRAFTS_READ}),
        THEIRS: frozenset({Scope.DRAFTS_READ, Scope.CONTENT_WRITE}),
    }
    assert caller.organisation is None


async def test_a_service_acts_in_its_own_organisation_and_where_it_was_granted(scene: Scene) -> None:
    client = await scene.client([*READING, "org:members"])
    await scene.grant(client, ["content:read", "content:write"], THEIRS)
    token = await scene.token(client, [*READING, "content:write", "org:members"])

    caller = await caller_of_token(scene.session, token.digest, at=scene.at, address=HERE)

    assert caller is not None
    assert caller.principal.account is None
    assert dict(caller.principal.rights) == {
        OURS: frozenset({Scope.CONTENT_READ, Scope.DRAFTS_READ}),
        THEIRS: frozenset({Scope.CONTENT_READ}),
    }
    assert caller.authenticated_at is None


async def test_a_service_has_no_rights_where_only_a_member_could_consent(scene: Scene) -> None:
    await scene.session.execute(update(OrganisationAccount).values(applications_need_approval=False))
    client = await scene.client(READING)
    token = await scene.token(client, READING)

    caller = await caller_of_token(scene.session, token.digest, at=scene.at, address=HERE)

    assert caller is not None
    assert [organisation for organisation, _ in caller.principal.rights] == [OURS]


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE token SET revoked_at = now()",
        "UPDATE token SET is_refresh = true",
        "UPDATE token SET family_id = NULL",
        "UPDATE token_family SET revoked_at = now()",
        "UPDATE token_family SET expires_at = '2026-11-23T09:00:00Z'",
        "UPDATE api_client SET deleted_at = now()",
        "UPDATE account SET disabled_at = now()",
        "UPDATE account SET erased_at = now()",
    ],
)
async def test_a_token_ends_with_any_of_its_causes(scene: Scene, end: str) -> None:
    account = await scene.person(MemberRole.OWNER)
    token = await scene.token(await scene.client(READING), READING, account)
    await scene.session.execute(text(end))

    assert await caller_of_token(scene.session, token.digest, at=scene.at, address=HERE) is None


async def test_a_token_holds_until_the_second_at_which_it_expires(scene: Scene) -> None:
    token = await scene.token(await scene.client(READING), READING)
    last = scene.at + timedelta(minutes=10) - timedelta(microseconds=1)

    assert await caller_of_token(scene.session, token.digest, at=last, address=HERE) is not None
    assert await caller_of_token(scene.session, token.digest, at=scene.at + timedelta(minutes=10), address=HERE) is None


async def test_a_membership_that_ended_takes_its_rights_along(scene: Scene) -> None:
    account = await scene.person(MemberRole.OWNER)
    token = await scene.token(await scene.client(READING), READING, account)
    await scene.session.execute(text("DELETE FROM membership"))

    caller = await caller_of_token(scene.session, token.digest, at=scene.at, address=HERE)

    assert caller is not None
    assert caller.principal.rights == ()


@pytest.mark.parametrize("table", [ApiClient, OrganisationAccount])
@pytest.mark.parametrize(("address", "comes_in"), [("198.51.100.9", True), (HERE, False), ("", False)])
async def test_a_token_holds_only_where_client_and_organisation_allow_it(
    scene: Scene, table: type[ApiClient | OrganisationAccount], address: str, *, comes_in: bool
) -> None:
    token = await scene.token(await scene.client(READING), READING)
    await scene.session.execute(update(table).values(address_ranges=["198.51.100.0/24"]))

    caller = await caller_of_token(scene.session, token.digest, at=scene.at, address=address)

    assert (caller is not None) is comes_in


async def test_a_key_reads_in_its_organisation_and_outlives_who_made_it(scene: Scene) -> None:
    account = await scene.person(MemberRole.OWNER)
    key = await scene.key(["drafts:read", "content:write"])
    await scene.session.execute(update(ApiKey).values(created_by=account))
    await scene.session.execute(update(Account).values(erased_at=scene.at))

    caller = await caller_of_key(scene.session, key.digest, at=scene.at, address=HERE)

    assert caller is not None
    assert caller.principal.rights == ((OURS, frozenset({Scope.DRAFTS_READ})),)
    assert caller.principal.account is None
    assert caller.principal.client == caller.principal.credential
    assert caller.organisation == OURS


@pytest.mark.parametrize(
    "end", ["UPDATE api_key SET revoked_at = now()", "UPDATE api_key SET expires_at = '2026-11-23T09:00:00Z'"]
)
async def test_a_key_ends(scene: Scene, end: str) -> None:
    key = await scene.key(READING)
    await scene.session.execute(text(end))

    assert await caller_of_key(scene.session, key.digest, at=scene.at, address=HERE) is None


@pytest.mark.parametrize("table", [ApiKey, OrganisationAccount])
@pytest.mark.parametrize(("address", "comes_in"), [("198.51.100.9", True), (HERE, False), ("", False)])
async def test_a_key_holds_only_where_it_and_its_organisation_allow_it(
    scene: Scene, table: type[ApiKey | OrganisationAccount], address: str, *, comes_in: bool
) -> None:
    key = await scene.key(READING)
    await scene.session.execute(update(table).values(address_ranges=["198.51.100.0/24"]))

    caller = await caller_of_key(scene.session, key.digest, at=scene.at, address=address)

    assert (caller is not None) is comes_in


async def test_a_digest_that_nothing_has_is_nobody(accounts: WriteSession, scene: Scene) -> None:
    assert await caller_of_token(accounts, bytes(32), at=scene.at, address=HERE) is None
    assert await caller_of_key(accounts, bytes(32), at=scene.at, address=HERE) is None


async def test_a_session_of_the_console_has_all_that_the_roles_allow(scene: Scene) -> None:
    account = await scene.person(MemberRole.OWNER)

    caller = await caller_of_account(
        scene.session, account, "session_1", authenticated_at=scene.at, elevated_until=None, at=scene.at
    )

    assert caller.principal.account == account
    assert caller.principal.client is None
    assert caller.principal.credential == "session_1"
    assert caller.principal.rights == ((OURS, ORGANISATIONAL),)
    assert Scope.PLATFORM not in caller.principal.scopes
    assert caller.authenticated_at == scene.at


@pytest.mark.parametrize(
    ("admin", "minutes", "elevated"), [(True, 1, True), (True, 0, False), (True, None, False), (False, 1, False)]
)
async def test_only_an_administrator_is_elevated_and_only_for_a_while(
    scene: Scene, *, admin: bool, minutes: int | None, elevated: bool
) -> None:
    account = await scene.person(admin=admin)
    until = None if minutes is None else scene.at + timedelta(minutes=minutes)

    caller = await caller_of_account(
        scene.session, account, "session_1", authenticated_at=scene.at, elevated_until=until, at=scene.at
    )

    assert caller.principal.elevated is elevated
    assert (Scope.PLATFORM in caller.principal.scopes) is elevated


@pytest.mark.parametrize("end", ["disabled_at", "erased_at"])
async def test_a_person_who_is_disabled_or_erased_is_nobody(scene: Scene, end: str) -> None:
    account = await scene.person(MemberRole.OWNER, admin=True)
    await scene.session.execute(update(Account).values({end: scene.at}))

    caller = await caller_of_account(
        scene.session,
        account,
        "session_1",
        authenticated_at=scene.at,
        elevated_until=scene.at + timedelta(minutes=1),
        at=scene.at,
    )

    assert caller.principal == ANONYMOUS


async def test_who_comes_by_an_identity_provider_has_rights_in_its_organisation_only(scene: Scene) -> None:
    account = await scene.person(MemberRole.OWNER, admin=True)
    await scene.membership(account, MemberRole.VIEWER, THEIRS)
    browser = await scene.signed_in(account, await scene.identity_provider(THEIRS))

    caller = await caller_of_account(
        scene.session,
        account,
        browser,
        authenticated_at=scene.at,
        elevated_until=scene.at + timedelta(minutes=1),
        at=scene.at,
    )

    assert [organisation for organisation, _ in caller.principal.rights] == [THEIRS]
    assert caller.principal.elevated is False


async def test_a_token_authorised_by_who_came_by_an_identity_provider_has_no_more_rights(scene: Scene) -> None:
    account = await scene.person(MemberRole.OWNER)
    await scene.membership(account, MemberRole.OWNER, THEIRS)
    browser = await scene.signed_in(account, await scene.identity_provider(THEIRS))
    client = await scene.client(READING, None, kind=ClientKind.COMMAND_LINE)
    token = await scene.token(client, READING, account, begun_in=browser)

    caller = await caller_of_token(scene.session, token.digest, at=scene.at, address=HERE)

    assert caller is not None
    assert [organisation for organisation, _ in caller.principal.rights] == [THEIRS]


async def test_what_a_client_would_get_is_told_by_the_same_rule(scene: Scene) -> None:
    account = await scene.person(MemberRole.EDITOR)
    client = await scene.session.get_one(ApiClient, await scene.client(READING, THEIRS))
    await scene.grant(client.id, ["drafts:read"])

    rights = await rights_through_client(scene.session, client, account, frozenset({Scope.DRAFTS_READ}))

    assert rights == {OURS: frozenset({Scope.DRAFTS_READ})}


async def test_the_last_use_is_noted_to_the_hour(scene: Scene) -> None:
    client, key = await scene.client(READING), await scene.key(READING)
    caller = await caller_of_key(scene.session, key.digest, at=scene.at, address=HERE)
    assert caller is not None
    used = [client, caller.principal.client or ""]

    await note_use(scene.session, used, scene.at + timedelta(minutes=59))
    await note_use(scene.session, used, scene.at - timedelta(hours=1))

    assert await scene.session.scalar(text("SELECT last_used_at FROM api_client")) == scene.at
    assert await scene.session.scalar(text("SELECT last_used_at FROM api_key")) == scene.at


def test_every_row_that_ends_a_token_is_tried() -> None:
    # A column such as `blocked_at` that nobody thought of here would be a way for a token to outlive its cause.
    ends = {
        f"{name}.{column.name}"
        for name in ("token", "token_family", "api_client", "account")
        for column in Base.metadata.tables[name].columns
        if column.name.endswith("_at")
    }

    assert ends == {
        "token.issued_at",
        "token.expires_at",
        "token.rotated_at",
        "token.revoked_at",
        "token_family.created_at",
        "token_family.authenticated_at",
        "token_family.expires_at",
        "token_family.revoked_at",
        "api_client.created_at",
        "api_client.last_used_at",
        "api_client.deleted_at",
        "account.email_verified_at",
        "account.created_at",
        "account.disabled_at",
        "account.erased_at",
    }
