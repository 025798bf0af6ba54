"""Making, changing and deleting API clients, and their secrets."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from joserfc.jwk import ECKey
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.domain.accounts.client_rows import client_of, secrets_of
from tests.domain.accounts.drafts import PUBLIC_APPLICATION, SERVICE, WEB_APPLICATION
from tests.domain.accounts.scene import OURS, THEIRS, WITHOUT_ACCOUNT, Scene

from ilmio_api.access.principals import Principal
from ilmio_api.access.scopes import OF_DEVICES, Scope
from ilmio_api.access.secrets import SecretKind, digest_of
from ilmio_api.db.session import WriteSession, accounts_work
from ilmio_api.domain.accounts import clients, consents
from ilmio_api.domain.accounts.client_models import ApiClient, ApplicationGrant, Consent
from ilmio_api.domain.accounts.clients import (
    ClientChanged,
    ClientCreated,
    ClientDeleted,
)
from ilmio_api.domain.accounts.models import OrganisationAccount
from ilmio_api.domain.accounts.principals import caller_of_token
from ilmio_api.domain.accounts.token_models import AuthorisationCode
from ilmio_api.domain.accounts.vocabulary import AuditAction, ClientAuthentication, ClientKind, GrantStatus, MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import (
    Problem,
    ProblemCode,
    Refusal,
    Refused,
    conflict,
    invalid,
    not_allowed,
    step_up_needed,
)

KEYS = {"keys": [ECKey.generate_key("P-256", {"kid": "1"}).as_dict(private=False)]}


async def test_a_client_is_made_with_a_secret_that_is_shown_once(
    accounts: WriteSession, scene: Scene, owner: Occasion
) -> None:
    made = await clients.create(accounts, owner, OURS, SERVICE)

    assert isinstance(made, ClientCreated)
    assert made.secret is not None
    row = await client_of(accounts, made.client)
    assert (row.organisation_id, row.name, row.version, row.created_by) == (
        OURS,
        "Öinen vienti",
        1,
        owner.principal.account,
    )
    (secret,) = await secrets_of(accounts, made.client)
    assert secret.digest == digest_of(made.secret.text, SecretKind.CLIENT_SECRET)
    assert (secret.last_four, secret.expires_at) == (made.secret.text[-4:], owner.at + timedelta(days=90))
    (event,) = await scene.events()
    assert (event.action, event.target_id, event.after) == (
        AuditAction.CLIENT_CREATED,
        made.client,
        {
            "kind": "SERVICE",
            "authentication": "CLIENT_SECRET_BASIC",
            "scopes": ["content:read", "drafts:read"],
            "redirect_uris": [],
            "post_logout_redirect_uris": [],
            "address_ranges": [],
            "is_listed": False,
            "keys": 0,
        },
    )


async def test_a_client_that_proves_otherwise_who_it_is_gets_no_secret(accounts: WriteSession, owner: Occasion) -> None:
    by_key = replace(SERVICE, authentication=ClientAuthentication.PRIVATE_KEY_JWT, jwks=KEYS)
    public = await clients.create(accounts, owner, OURS, PUBLIC_APPLICATION)
    signing = await clients.create(accounts, owner, OURS, by_key)

    assert isinstance(public, ClientCreated)
    assert isinstance(signing, ClientCreated)
    assert (public.secret, signing.secret) == (None, None)
    assert (await client_of(accounts, signing.client)).jwks == KEYS


async def test_a_first_secret_lives_no_longer_than_the_policy_allows(accounts: WriteSession, owner: Occasion) -> None:
    await accounts.execute(update(OrganisationAccount).values(max_credential_days=30))
    made = await clients.create(accounts, owner, OURS, SERVICE)

    assert isinstance(made, ClientCreated)
    (secret,) = await secrets_of(accounts, made.client)
    assert secret.expires_at == owner.at + timedelta(days=30)


@pytest.mark.parametrize("role", [MemberRole.EDITOR, MemberRole.VIEWER])
async def test_members_without_the_scope_make_no_client(accounts: WriteSession, scene: Scene, role: MemberRole) -> None:
    occasion = await scene.occasion(await scene.person(role))

    assert await clients.create(accounts, occasion, OURS, SERVICE) == not_allowed("organisation")
    assert await accounts.scalar(select(func.count()).select_from(ApiClient)) == 0


@pytest.mark.parametrize("organisation", [THEIRS, WITHOUT_ACCOUNT, "organisation_unknown"])
async def test_elsewhere_and_nowhere_look_the_same(accounts: WriteSession, owner: Occasion, organisation: str) -> None:
    assert await clients.create(accounts, owner, organisation, SERVICE) == not_allowed("organisation")


async def test_a_recent_sign_in_is_needed(accounts: WriteSession, scene: Scene, service: str) -> None:
    account = await scene.person(MemberRole.OWNER)
    long_ago = await scene.occasion(account, signed_in_ago=timedelta(minutes=11))

    assert await clients.create(accounts, long_ago, OURS, SERVICE) == step_up_needed()
    assert await clients.change(accounts, long_ago, service, SERVICE, 1) == step_up_needed()
    assert await clients.add_secret(accounts, long_ago, service) == step_up_needed()
    assert await clients.delete(accounts, long_ago, service) == step_up_needed()
    (secret,) = await secrets_of(accounts, service)
    assert await clients.revoke_secret(accounts, long_ago, secret.id) == step_up_needed()


async def test_bad_values_are_refused_and_nothing_is_written(
    accounts: WriteSession, scene: Scene, owner: Occasion
) -> None:
    refused = await clients.create(accounts, owner, OURS, replace(SERVICE, name=""))

    assert refused == invalid(Problem(ProblemCode.REQUIRED, ("name",)))
    assert await accounts.scalar(select(func.count()).select_from(ApiClient)) == 0
    assert await scene.events() == []


async def test_a_service_gets_no_more_than_its_maker_has(accounts: WriteSession, technical_contact: Occasion) -> None:
    refused = await clients.create(accounts, technical_contact, OURS, SERVICE)

    assert refused == invalid(Problem(ProblemCode.SCOPE_NOT_ALLOWED, ("scopes",), {"scope": "drafts:read"}))


async def test_an_organisation_has_fifty_clients_at_most(accounts: WriteSession, scene: Scene, owner: Occasion) -> None:
    for _ in range(49):
        await scene.client(["content:read"])
    last = await clients.create(accounts, owner, OURS, SERVICE)
    one_more = await clients.create(accounts, owner, OURS, SERVICE)

    assert isinstance(last, ClientCreated)
    assert one_more == conflict(ProblemCode.TOO_MANY, most=50)
    assert isinstance(await clients.delete(accounts, owner, last.client), ClientDeleted)
    assert isinstance(await clients.create(accounts, owner, OURS, SERVICE), ClientCreated)


async def test_a_change_replaces_everything_but_the_kind(
    accounts: WriteSession, scene: Scene, owner: Occasion, service: str
) -> None:
    draft = replace(SERVICE, name="Vienti", scopes=frozenset({Scope.CONTENT_READ}), address_ranges=["192.0.2.7"])

    assert await clients.change(accounts, owner, service, draft, 1) == ClientChanged(service)
    row = await client_of(accounts, service)
    assert (row.name, row.scopes, row.address_ranges, row.version) == (
        "Vienti",
        ["content:read"],
        ["192.0.2.7/32"],
        2,
    )
    event = (await scene.events())[-1]
    assert (event.action, event.before, event.after) == (
        AuditAction.CLIENT_CHANGED,
        {"scopes": ["content:read", "drafts:read"], "address_ranges": []},
        {"scopes": ["content:read"], "address_ranges": ["192.0.2.7/32"]},
    )


async def test_a_change_of_what_has_changed_meanwhile_is_refused(
    accounts: WriteSession, owner: Occasion, service: str
) -> None:
    await clients.change(accounts, owner, service, SERVICE, 1)
    again = await clients.change(accounts, owner, service, replace(SERVICE, name="Toinen"), 1)

    assert again == conflict(ProblemCode.CHANGED_MEANWHILE, "expected_version")
    assert (await client_of(accounts, service)).name == "Öinen vienti"


async def test_a_client_stays_of_its_kind(accounts: WriteSession, owner: Occasion, service: str) -> None:
    refused = await clients.change(accounts, owner, service, WEB_APPLICATION, 1)

    assert refused == invalid(Problem(ProblemCode.DOES_NOT_FIT, ("kind",), {"other": "client"}))


async def test_secrets_end_when_the_client_shall_prove_otherwise_who_it_is(
    accounts: WriteSession, owner: Occasion, service: str
) -> None:
    by_key = replace(SERVICE, authentication=ClientAuthentication.PRIVATE_KEY_JWT, jwks=KEYS)
    await clients.change(accounts, owner, service, by_key, 1)

    (secret,) = await secrets_of(accounts, service)
    assert secret.revoked_at == owner.at
    assert await clients.add_secret(accounts, owner, service) == conflict(
        ProblemCode.DOES_NOT_FIT, other="authentication"
    )


async def test_nobody_takes_over_a_client_that_may_do_more_than_they(
    accounts: WriteSession, technical_contact: Occasion, service: str
) -> None:
    narrower = replace(SERVICE, scopes=frozenset({Scope.CONTENT_READ}))

    assert await clients.add_secret(accounts, technical_contact, service) == not_allowed("client")
    assert await clients.change(accounts, technical_contact, service, SERVICE, 1) == not_allowed("client")
    assert await clients.change(accounts, technical_contact, service, narrower, 1) == not_allowed("client")
    # Taking power away is not taking over.
    assert isinstance(await clients.delete(accounts, technical_contact, service), ClientDeleted)


@pytest.mark.parametrize("client_id", ["client_unknown", ""])
async def test_an_unknown_client_cannot_be_changed(accounts: WriteSession, owner: Occasion, client_id: str) -> None:
    assert await clients.change(accounts, owner, client_id, SERVICE, 1) == not_allowed("client")


async def test_clients_of_others_and_deleted_ones_look_like_unknown_ones(
    accounts: WriteSession, scene: Scene, owner: Occasion, service: str
) -> None:
    theirs = await scene.client(["content:read"], THEIRS)
    await clients.delete(accounts, owner, service)
    (secret,) = await secrets_of(accounts, service)

    for client in (theirs, service):
        assert await clients.change(accounts, owner, client, SERVICE, 1) == not_allowed("client")
        assert await clients.delete(accounts, owner, client) == not_allowed("client")
        assert await clients.add_secret(accounts, owner, client) == not_allowed("client")
    assert await clients.revoke_secret(accounts, owner, secret.id) == not_allowed("secret")


async def test_the_command_line_of_the_service_belongs_to_nobody(accounts: WriteSession, owner: Occasion) -> None:
    client = await clients.command_line_client(accounts)

    assert await clients.delete(accounts, owner, client) == not_allowed("client")
    assert await clients.change(accounts, owner, client, SERVICE, 1) == not_allowed("client")


async def test_what_a_client_could_do_ends_with_it(accounts: WriteSession, scene: Scene, owner: Occasion) -> None:
    client = await scene.client(["content:read", "openid"], kind=ClientKind.WEB_APPLICATION)
    person = await scene.person(MemberRole.VIEWER)
    tokens = [await scene.token(client, ["content:read"], person), await scene.token(client, ["content:read"])]
    accounts.add(
        AuthorisationCode(
            digest=b"code",
            client_id=client,
            account_id=person,
            redirect_uri="https://app.example.fi/cb",
            scopes=["openid"],
            code_challenge="…",
            authenticated_at=owner.at,
            expires_at=owner.at + timedelta(minutes=1),
        )
    )
    await scene.grant(client, ["content:read"], THEIRS)
    await consents.give(accounts, await scene.occasion(person), client, frozenset({Scope.OPENID}))

    assert await clients.delete(accounts, owner, client) == ClientDeleted(client)
    for token in tokens:
        assert await caller_of_token(accounts, token.digest, at=owner.at, address="192.0.2.7") is None
    code = await accounts.get_one(AuthorisationCode, b"code", populate_existing=True)
    assert code.expires_at == owner.at
    assert await accounts.scalar(select(func.count()).select_from(Consent)) == 0
    grant = await accounts.scalar(select(ApplicationGrant).execution_options(populate_existing=True))
    assert grant is not None
    assert (grant.status, grant.version) == (GrantStatus.REVOKED, 2)
    assert [(event.action, event.target_id) for event in await scene.events()] == [(AuditAction.CLIENT_DELETED, client)]
    assert [(event.action, event.target_id, event.after) for event in await scene.events(THEIRS)] == [
        (AuditAction.APPLICATION_REVOKED, grant.id, {"client": client})
    ]


async def test_a_deleted_client_has_no_valid_secret(accounts: WriteSession, owner: Occasion, service: str) -> None:
    await clients.delete(accounts, owner, service)

    (secret,) = await secrets_of(accounts, service)
    assert secret.revoked_at == owner.at


async def test_a_service_that_may_manages_clients_in_its_own_name(accounts: WriteSession, owner: Occasion) -> None:
    held = frozenset({Scope.CLIENTS, Scope.CONTENT_READ, Scope.DRAFTS_READ})
    by_service = replace(
        owner,
        principal=Principal(client="client_1", credential="token_1", scopes=held, rights=((OURS, held),)),
        authenticated_at=None,
    )
    made = await clients.create(accounts, by_service, OURS, SERVICE)

    assert isinstance(made, ClientCreated)
    assert (await client_of(accounts, made.client)).created_by is None


async def test_the_command_line_is_one_client_however_often_it_is_ensured(accounts: WriteSession) -> None:
    first = await clients.command_line_client(accounts)
    await accounts.execute(update(ApiClient).values(scopes=[]))
    second = await clients.command_line_client(accounts)

    assert first == second == clients.COMMAND_LINE_CLIENT
    row = await client_of(accounts, first)
    assert (row.kind, row.authentication, row.organisation_id) == (
        ClientKind.COMMAND_LINE,
        ClientAuthentication.NONE,
        None,
    )
    assert set(row.scopes) == {scope.value for scope in OF_DEVICES}


async def test_two_who_make_the_last_client_at_the_same_time_make_one(
    lasting: AsyncEngine, at: datetime, entropy: Callable[[int], bytes]
) -> None:
    async with accounts_work(lasting, "test") as session:
        scene = Scene(session, at, entropy)
        owner = await scene.occasion(await scene.person(MemberRole.OWNER))
        for _ in range(49):
            await scene.client(["content:read"])

    async def make() -> ClientCreated | Refused:
        async with accounts_work(lasting, "test") as session:
            return await clients.create(session, owner, OURS, SERVICE)

    outcomes = await asyncio.gather(make(), make(), make())

    assert [isinstance(outcome, ClientCreated) for outcome in outcomes].count(True) == 1
    assert {outcome.refusal for outcome in outcomes if isinstance(outcome, Refused)} == {Refusal.CONFLICT}
