"""Making, replacing and revoking API keys."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from tests.domain.accounts.drafts import KEY
from tests.domain.accounts.scene import OURS, THEIRS, WITHOUT_ACCOUNT, Scene

from ilmio_api.access.scopes import OF_KEYS, Scope
from ilmio_api.access.secrets import SecretKind, digest_of
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import api_keys
from ilmio_api.domain.accounts.api_keys import ApiKeyCreated, ApiKeyRevoked, ApiKeyRotated, KeyDraft
from ilmio_api.domain.accounts.client_models import ApiKey
from ilmio_api.domain.accounts.models import OrganisationAccount
from ilmio_api.domain.accounts.principals import caller_of_key
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, conflict, invalid, not_allowed, step_up_needed


@pytest.fixture
async def made(accounts: WriteSession, owner: Occasion) -> ApiKeyCreated:
    """Provide a key that the owner has made, which reads drafts for 90 days."""
    draft = replace(KEY, scopes=frozenset({Scope.CONTENT_READ, Scope.DRAFTS_READ}), address_ranges=["192.0.2.0/24"])
    outcome = await api_keys.create(accounts, owner, OURS, draft)
    assert isinstance(outcome, ApiKeyCreated)
    return outcome


async def key_of(accounts: WriteSession, key: str) -> ApiKey:
    return await accounts.get_one(ApiKey, key, populate_existing=True)


async def test_a_key_is_made_and_shown_once(
    accounts: WriteSession, scene: Scene, owner: Occasion, made: ApiKeyCreated
) -> None:
    row = await key_of(accounts, made.key)

    assert row.digest == digest_of(made.secret.text, SecretKind.API_KEY)
    assert (row.name, row.scopes, row.address_ranges) == (
        "Kojelauta",
        ["content:read", "drafts:read"],
        ["192.0.2.0/24"],
    )
    assert (row.last_four, row.created_by) == (made.secret.text[-4:], owner.principal.account)
    assert row.expires_at == made.expires_at == owner.at + timedelta(days=90)
    caller = await caller_of_key(accounts, made.secret.digest, at=owner.at, address="192.0.2.7")
    assert caller is not None
    assert caller.principal.rights == ((OURS, frozenset({Scope.CONTENT_READ, Scope.DRAFTS_READ})),)
    (event,) = await scene.events()
    assert (event.action, event.target_id, event.after) == (
        AuditAction.API_KEY_CREATED,
        made.key,
        {
            "scopes": ["content:read", "drafts:read"],
            "address_ranges": ["192.0.2.0/24"],
            "expires_at": "2027-02-21T09:00:00+00:00",
        },
    )


@pytest.mark.parametrize("role", [MemberRole.EDITOR, MemberRole.VIEWER])
async def test_members_without_the_scope_make_no_key(accounts: WriteSession, scene: Scene, role: MemberRole) -> None:
    occasion = await scene.occasion(await scene.person(role))

    assert await api_keys.create(accounts, occasion, OURS, KEY) == not_allowed("organisation")
    assert await accounts.scalar(select(func.count()).select_from(ApiKey)) == 0


@pytest.mark.parametrize("organisation", [THEIRS, WITHOUT_ACCOUNT, "organisation_unknown"])
async def test_elsewhere_and_nowhere_look_the_same(accounts: WriteSession, owner: Occasion, organisation: str) -> None:
    assert await api_keys.create(accounts, owner, organisation, KEY) == not_allowed("organisation")


async def test_a_recent_sign_in_is_needed(accounts: WriteSession, scene: Scene, made: ApiKeyCreated) -> None:
    long_ago = await scene.occasion(await scene.person(MemberRole.OWNER), signed_in_ago=timedelta(minutes=11))

    assert await api_keys.create(accounts, long_ago, OURS, KEY) == step_up_needed()
    assert await api_keys.rotate(accounts, long_ago, made.key, 0) == step_up_needed()
    assert await api_keys.revoke(accounts, long_ago, made.key) == step_up_needed()


@pytest.mark.parametrize("scope", sorted(set(Scope) - OF_KEYS))
async def test_a_key_reads_and_does_nothing_else(accounts: WriteSession, owner: Occasion, scope: Scope) -> None:
    refused = await api_keys.create(accounts, owner, OURS, replace(KEY, scopes=frozenset({scope})))

    assert refused == invalid(Problem(ProblemCode.SCOPE_NOT_ALLOWED, ("scopes",), {"scope": scope.value}))


async def test_a_key_gets_no_more_than_its_maker_has(accounts: WriteSession, technical_contact: Occasion) -> None:
    refused = await api_keys.create(accounts, technical_contact, OURS, replace(KEY, scopes=OF_KEYS))

    assert refused == invalid(
        Problem(ProblemCode.SCOPE_NOT_ALLOWED, ("scopes",), {"scope": "drafts:read"}),
        Problem(ProblemCode.SCOPE_NOT_ALLOWED, ("scopes",), {"scope": "audit:read"}),
    )


async def test_all_problems_are_told_at_once(accounts: WriteSession, scene: Scene, owner: Occasion) -> None:
    draft = KeyDraft(name=" ", scopes=frozenset(), days=367, address_ranges=["all"])

    assert await api_keys.create(accounts, owner, OURS, draft) == invalid(
        Problem(ProblemCode.REQUIRED, ("name",)),
        Problem(ProblemCode.REQUIRED, ("scopes",)),
        Problem(ProblemCode.NOT_AN_ADDRESS_RANGE, ("address_ranges", "0"), {"given": "all"}),
        Problem(ProblemCode.LIFE_TOO_LONG, ("days",), {"most": 366}),
    )
    assert await scene.events() == []


async def test_a_key_lives_no_longer_than_the_policy_allows(accounts: WriteSession, owner: Occasion) -> None:
    await accounts.execute(update(OrganisationAccount).values(max_credential_days=30))
    usual = await api_keys.create(accounts, owner, OURS, KEY)
    longer = await api_keys.create(accounts, owner, OURS, replace(KEY, days=31))

    assert isinstance(usual, ApiKeyCreated)
    assert usual.expires_at == owner.at + timedelta(days=30)
    assert longer == invalid(Problem(ProblemCode.LIFE_TOO_LONG, ("days",), {"most": 30}))


async def test_an_organisation_has_fifty_valid_keys_at_most(
    accounts: WriteSession, scene: Scene, owner: Occasion, made: ApiKeyCreated
) -> None:
    for _ in range(48):
        await scene.key(["content:read"])
    fiftieth = await api_keys.create(accounts, owner, OURS, KEY)

    assert isinstance(fiftieth, ApiKeyCreated)
    assert await api_keys.create(accounts, owner, OURS, KEY) == conflict(ProblemCode.TOO_MANY, most=50)
    # A replaced key does not count, so a full organisation can still replace its keys, and one that ended neither.
    assert isinstance(await api_keys.rotate(accounts, owner, made.key, 24), ApiKeyRotated)
    assert await api_keys.create(accounts, owner, OURS, KEY) == conflict(ProblemCode.TOO_MANY, most=50)
    await api_keys.revoke(accounts, owner, fiftieth.key)
    assert isinstance(await api_keys.create(accounts, owner, OURS, KEY), ApiKeyCreated)


async def test_a_replaced_key_goes_on_for_a_while_beside_the_new_one(
    accounts: WriteSession, scene: Scene, owner: Occasion, made: ApiKeyCreated
) -> None:
    rotated = await api_keys.rotate(accounts, owner, made.key, 24, 10)

    assert isinstance(rotated, ApiKeyRotated)
    assert (rotated.replaced, rotated.replaced_until) == (made.key, owner.at + timedelta(hours=24))
    assert rotated.expires_at == owner.at + timedelta(days=10)
    old, new = await key_of(accounts, made.key), await key_of(accounts, rotated.key)
    assert old.replaced_by == new.id
    assert (new.name, new.scopes, new.address_ranges) == (old.name, old.scopes, old.address_ranges)
    for hours, old_holds in ((23, True), (24, False)):
        at = owner.at + timedelta(hours=hours)
        callers = [
            await caller_of_key(accounts, secret.digest, at=at, address="192.0.2.7")
            for secret in (made.secret, rotated.secret)
        ]
        assert [caller is not None for caller in callers] == [old_holds, True]
    event = (await scene.events())[-1]
    assert (event.action, event.target_id, event.after) == (
        AuditAction.API_KEY_ROTATED,
        made.key,
        {
            "replaced_by": rotated.key,
            "expires_at": "2026-12-03T09:00:00+00:00",
            "replaced_until": "2026-11-24T09:00:00+00:00",
        },
    )


async def test_a_replaced_key_never_lives_longer_for_it(accounts: WriteSession, owner: Occasion) -> None:
    short = await api_keys.create(accounts, owner, OURS, replace(KEY, days=1))
    assert isinstance(short, ApiKeyCreated)
    rotated = await api_keys.rotate(accounts, owner, short.key, 168)

    assert isinstance(rotated, ApiKeyRotated)
    assert rotated.replaced_until == owner.at + timedelta(days=1)


@pytest.mark.parametrize(
    ("hours", "problem"),
    [
        (-1, Problem(ProblemCode.TOO_SHORT, ("overlap_hours",), {"least": 0})),
        (169, Problem(ProblemCode.LIFE_TOO_LONG, ("overlap_hours",), {"most": 168})),
    ],
)
async def test_two_keys_overlap_for_a_week_at_most(
    accounts: WriteSession, owner: Occasion, made: ApiKeyCreated, hours: int, problem: Problem
) -> None:
    assert await api_keys.rotate(accounts, owner, made.key, hours) == invalid(problem)
    assert await api_keys.rotate(accounts, owner, made.key, hours, 400) == invalid(
        problem, Problem(ProblemCode.LIFE_TOO_LONG, ("days",), {"most": 366})
    )
    assert (await key_of(accounts, made.key)).replaced_by is None


async def test_a_key_is_replaced_once(accounts: WriteSession, owner: Occasion, made: ApiKeyCreated) -> None:
    rotated = await api_keys.rotate(accounts, owner, made.key, 24)

    assert isinstance(rotated, ApiKeyRotated)
    assert await api_keys.rotate(accounts, owner, made.key, 24) == conflict(
        ProblemCode.ALREADY_EXISTS, "key", id=rotated.key
    )
    assert isinstance(await api_keys.rotate(accounts, owner, rotated.key, 24), ApiKeyRotated)


async def test_a_key_that_has_ended_is_not_replaced(
    accounts: WriteSession, scene: Scene, owner: Occasion, made: ApiKeyCreated
) -> None:
    too_late = await scene.occasion(owner.principal.account, later=timedelta(days=90))
    expired = await api_keys.rotate(accounts, too_late, made.key, 0)
    await api_keys.revoke(accounts, owner, made.key)

    assert expired == conflict(ProblemCode.EXPIRED, "key")
    assert await api_keys.rotate(accounts, owner, made.key, 0) == conflict(ProblemCode.EXPIRED, "key")


async def test_nobody_replaces_a_key_that_reads_more_than_they(
    accounts: WriteSession, technical_contact: Occasion, made: ApiKeyCreated
) -> None:
    assert await api_keys.rotate(accounts, technical_contact, made.key, 0) == not_allowed("key")
    # Taking power away is not taking over.
    assert await api_keys.revoke(accounts, technical_contact, made.key) == ApiKeyRevoked(made.key)


async def test_a_revoked_key_holds_no_longer(
    accounts: WriteSession, scene: Scene, owner: Occasion, made: ApiKeyCreated
) -> None:
    later = await scene.occasion(owner.principal.account, later=timedelta(hours=1))

    assert await api_keys.revoke(accounts, owner, made.key) == ApiKeyRevoked(made.key)
    assert await api_keys.revoke(accounts, later, made.key) == ApiKeyRevoked(made.key)
    assert (await key_of(accounts, made.key)).revoked_at == owner.at
    assert await caller_of_key(accounts, made.secret.digest, at=owner.at, address="192.0.2.7") is None
    assert [event.action for event in await scene.events()] == [
        AuditAction.API_KEY_CREATED,
        AuditAction.API_KEY_REVOKED,
    ]


async def test_a_key_outlives_the_membership_of_who_made_it(
    accounts: WriteSession, scene: Scene, made: ApiKeyCreated, owner: Occasion
) -> None:
    stranger = await scene.occasion(await scene.person())

    assert await api_keys.revoke(accounts, stranger, made.key) == not_allowed("key")
    assert await caller_of_key(accounts, made.secret.digest, at=owner.at, address="192.0.2.7") is not None


async def test_keys_of_others_and_unknown_ones_look_the_same(
    accounts: WriteSession, scene: Scene, owner: Occasion
) -> None:
    await scene.key(["content:read"], THEIRS)
    theirs = await accounts.scalar(select(ApiKey.id).where(ApiKey.organisation_id == THEIRS)) or ""

    for key in (theirs, "key_unknown"):
        assert await api_keys.rotate(accounts, owner, key, 0) == not_allowed("key")
        assert await api_keys.revoke(accounts, owner, key) == not_allowed("key")
