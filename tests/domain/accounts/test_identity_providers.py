"""The OpenID provider of an organisation."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import func, select, update
from tests.domain.accounts.scene import OURS, THEIRS, WITHOUT_ACCOUNT, Scene

from ilmio_api.access.roles import Role
from ilmio_api.db.sealing import Sealer
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import identity_providers, organisation_accounts
from ilmio_api.domain.accounts.identity_providers import (
    ProviderConfigured,
    ProviderDisabled,
    ProviderDraft,
    ProviderEnabled,
    is_issuer,
)
from ilmio_api.domain.accounts.models import OrganisationAccount
from ilmio_api.domain.accounts.sign_in_models import IdentityProvider, Session, VerifiedDomain
from ilmio_api.domain.accounts.token_models import AuthorisationCode, TokenFamily
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, conflict, invalid, not_allowed, step_up_needed

ISSUER = "https://login.example.fi/tenant"
DRAFT = ProviderDraft(
    issuer=ISSUER,
    client_id="ilmio",
    client_secret="salaisuus",  # noqa: S106 - of a test
    default_role=Role.VIEWER,
)


@pytest.fixture
def seals(tmp_path: Path) -> Sealer:
    """Provide what seals secrets."""
    return Sealer(Fernet.generate_key().decode(), tmp_path)


@pytest.fixture
async def provider(accounts: WriteSession, owner: Occasion, seals: Sealer) -> str:
    """Provide the id of a provider that is set up and switched on, at version 2."""
    configured = await identity_providers.configure(accounts, owner, OURS, DRAFT, sealer=seals)
    assert isinstance(configured, ProviderConfigured)
    enabled = await identity_providers.enable(accounts, owner, OURS, 1)
    assert enabled == ProviderEnabled(configured.id)
    return configured.id


async def row_of(accounts: WriteSession, provider: str) -> IdentityProvider:
    return await accounts.get_one(IdentityProvider, provider, populate_existing=True)


async def ended_sessions(accounts: WriteSession) -> int:
    return await accounts.scalar(select(func.count()).where(Session.ended_at.is_not(None))) or 0


async def prove(accounts: WriteSession, at: object) -> None:
    accounts.add(VerifiedDomain(id="domain_1", organisation_id=OURS, domain="example.fi", proof="…", verified_at=at))
    await accounts.flush()


@pytest.mark.parametrize(
    "text",
    [
        "https://login.example.fi",
        "https://login.example.fi/",
        "https://login.example.fi:8443/realms/a",
        "https://login.microsoftonline.com/9f2c/v2.0",
        "https://accounts.example.fi/a_b~c%20d",
    ],
)
def test_an_issuer_is_an_https_address(text: str) -> None:
    assert is_issuer(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "",
        "login.example.fi",
        "http://login.example.fi",
        "http://127.0.0.1:9000",
        "https://",
        "https:///path",
        "https://login.example.fi?x=1",
        "https://login.example.fi#x",
        "https://user@login.example.fi",
        "https://login.example.fi\\@attacker.example",
        "https://login.example.fi\n",
        "https://ä.fi",
        "https://[::1",
        "HTTPS://login.example.fi",
        "javascript:alert(1)",
        "https://login.example.fi/" + "a" * 500,
    ],
)
def test_what_is_no_issuer_is_refused(text: str) -> None:
    assert is_issuer(text) is False


async def test_a_provider_is_set_up_switched_off_with_its_secret_sealed(
    accounts: WriteSession, scene: Scene, owner: Occasion, seals: Sealer
) -> None:
    outcome = await identity_providers.configure(accounts, owner, OURS, DRAFT, sealer=seals)

    assert isinstance(outcome, ProviderConfigured)
    row = await row_of(accounts, outcome.id)
    assert (row.issuer, row.client_id, row.default_role, row.enabled, row.version) == (
        ISSUER,
        "ilmio",
        "VIEWER",
        False,
        1,
    )
    assert row.sealed_client_secret is not None
    assert b"salaisuus" not in row.sealed_client_secret
    assert seals.open(row.sealed_client_secret) == {"client_secret": "salaisuus"}
    (event,) = await scene.events()
    assert (event.action, event.target_id, event.before, event.after) == (
        AuditAction.IDENTITY_PROVIDER_CHANGED,
        outcome.id,
        None,
        {"issuer": ISSUER, "client_id": "ilmio", "has_secret": True, "default_role": "VIEWER", "enabled": False},
    )


async def test_settings_change_as_a_whole_and_the_secret_stays_if_wanted(
    accounts: WriteSession, owner: Occasion, seals: Sealer, provider: str
) -> None:
    before = (await row_of(accounts, provider)).sealed_client_secret
    kept = ProviderDraft(ISSUER, "ilmio-2", keeps_secret=True, expected_version=2)
    await identity_providers.configure(accounts, owner, OURS, kept, sealer=seals)

    row = await row_of(accounts, provider)
    assert (row.client_id, row.default_role, row.enabled, row.version) == ("ilmio-2", None, True, 3)
    assert row.sealed_client_secret == before
    by_keys = ProviderDraft(ISSUER, "ilmio-2", expected_version=3)
    await identity_providers.configure(accounts, owner, OURS, by_keys, sealer=seals)
    assert (await row_of(accounts, provider)).sealed_client_secret is None


@pytest.mark.parametrize("version", [None, 1, 3])
async def test_what_has_changed_meanwhile_is_not_changed(
    accounts: WriteSession, owner: Occasion, seals: Sealer, provider: str, version: int | None
) -> None:
    changed = conflict(ProblemCode.CHANGED_MEANWHILE, "expected_version")
    draft = replace(DRAFT, client_id="other", expected_version=version)

    assert await identity_providers.configure(accounts, owner, OURS, draft, sealer=seals) == changed
    assert await identity_providers.enable(accounts, owner, OURS, version or 0) == changed
    assert await identity_providers.disable(accounts, owner, OURS, version or 0) == changed
    assert (await row_of(accounts, provider)).client_id == "ilmio"


@pytest.mark.parametrize(
    ("draft", "problem"),
    [
        (replace(DRAFT, issuer="http://127.0.0.1:9000"), Problem(ProblemCode.NOT_AN_ISSUER, ("issuer",))),
        (replace(DRAFT, client_id=""), Problem(ProblemCode.REQUIRED, ("client_id",))),
        (replace(DRAFT, client_id="a b"), Problem(ProblemCode.REQUIRED, ("client_id",))),
        (replace(DRAFT, client_secret=""), Problem(ProblemCode.REQUIRED, ("client_secret",))),
        (
            replace(DRAFT, default_role=Role.OWNER),
            Problem(ProblemCode.ROLE_NOT_ALLOWED, ("default_role",), {"role": Role.OWNER}),
        ),
        (
            replace(DRAFT, default_role=Role.ADMIN),
            Problem(ProblemCode.ROLE_NOT_ALLOWED, ("default_role",), {"role": Role.ADMIN}),
        ),
        (
            replace(DRAFT, client_secret=None, keeps_secret=True),
            Problem(ProblemCode.DOES_NOT_FIT, ("keeps_secret",), {"other": "issuer"}),
        ),
    ],
)
async def test_bad_settings_are_refused(
    accounts: WriteSession, owner: Occasion, seals: Sealer, draft: ProviderDraft, problem: Problem
) -> None:
    assert await identity_providers.configure(accounts, owner, OURS, draft, sealer=seals) == invalid(problem)
    assert await accounts.scalar(select(func.count()).select_from(IdentityProvider)) == 0


async def test_a_secret_never_goes_to_another_issuer(
    accounts: WriteSession, owner: Occasion, seals: Sealer, provider: str
) -> None:
    draft = ProviderDraft("https://attacker.example", "ilmio", keeps_secret=True, expected_version=2)

    assert await identity_providers.configure(accounts, owner, OURS, draft, sealer=seals) == invalid(
        Problem(ProblemCode.DOES_NOT_FIT, ("keeps_secret",), {"other": "issuer"})
    )
    assert (await row_of(accounts, provider)).issuer == ISSUER


async def test_another_issuer_is_another_provider_which_is_switched_off(
    accounts: WriteSession, scene: Scene, owner: Occasion, seals: Sealer, provider: str
) -> None:
    await scene.signed_in(await scene.person(MemberRole.VIEWER), provider)
    draft = replace(DRAFT, issuer="https://new.example.fi", expected_version=2)

    assert isinstance(
        await identity_providers.configure(accounts, owner, OURS, draft, sealer=seals), ProviderConfigured
    )
    assert (await row_of(accounts, provider)).enabled is False
    assert await ended_sessions(accounts) == 1


async def test_whoever_came_through_a_provider_is_signed_out_when_it_is_switched_off(
    accounts: WriteSession, scene: Scene, owner: Occasion, provider: str
) -> None:
    person, other = await scene.person(MemberRole.VIEWER), await scene.person(MemberRole.VIEWER)
    through, otherwise = await scene.signed_in(person, provider), await scene.signed_in(other)
    client = await scene.client(["content:read"])
    ending = await scene.family(client, person, ["content:read", "offline_access"], begun_in=through)
    staying = await scene.family(client, other, ["content:read"], begun_in=otherwise)
    accounts.add_all(
        AuthorisationCode(
            digest=digest,
            client_id=client,
            account_id=account,
            session_id=session,
            redirect_uri="https://app.example.fi/cb",
            scopes=["content:read"],
            code_challenge="…",
            authenticated_at=owner.at,
            expires_at=owner.at + timedelta(minutes=1),
        )
        for digest, account, session in ((b"ending", person, through), (b"staying", other, otherwise))
    )
    await accounts.flush()

    assert await identity_providers.disable(accounts, owner, OURS, 2) == ProviderDisabled(provider, 1)
    assert await ended_sessions(accounts) == 1
    ended = await accounts.scalars(select(TokenFamily.id).where(TokenFamily.revoked_at == owner.at))
    assert list(ended) == [ending]
    going_on = await accounts.scalars(select(TokenFamily.id).where(TokenFamily.revoked_at.is_(None)))
    assert list(going_on) == [staying]
    expired = await accounts.scalars(select(AuthorisationCode.digest).where(AuthorisationCode.expires_at <= owner.at))
    assert list(expired) == [b"ending"]
    row = await row_of(accounts, provider)
    assert (row.enabled, row.version) == (False, 3)
    event = (await scene.events())[-1]
    assert event.before is not None
    assert event.after is not None
    assert (event.before["enabled"], event.after["enabled"]) == (True, False)


async def test_a_provider_stays_on_while_single_sign_on_is_required(
    accounts: WriteSession, owner: Occasion, seals: Sealer, provider: str
) -> None:
    await accounts.execute(update(OrganisationAccount).values(single_sign_on_required=True))
    in_use = conflict(ProblemCode.IN_USE, by="single_sign_on_required")
    other = replace(DRAFT, issuer="https://new.example.fi", expected_version=2)

    assert await identity_providers.disable(accounts, owner, OURS, 2) == in_use
    assert await identity_providers.configure(accounts, owner, OURS, other, sealer=seals) == in_use
    assert (await row_of(accounts, provider)).enabled is True


async def test_single_sign_on_needs_a_provider_and_a_proved_domain(
    accounts: WriteSession, owner: Occasion, provider: str
) -> None:
    assert await organisation_accounts.may_require_single_sign_on(accounts, OURS) is False
    await prove(accounts, None)
    assert await organisation_accounts.may_require_single_sign_on(accounts, OURS) is False
    await accounts.execute(update(VerifiedDomain).values(verified_at=owner.at))
    assert await organisation_accounts.may_require_single_sign_on(accounts, OURS) is True
    assert await organisation_accounts.may_require_single_sign_on(accounts, THEIRS) is False
    await accounts.execute(update(IdentityProvider).where(IdentityProvider.id == provider).values(enabled=False))
    assert await organisation_accounts.may_require_single_sign_on(accounts, OURS) is False


async def test_an_address_leads_to_the_provider_by_its_proved_domain(
    accounts: WriteSession, owner: Occasion, provider: str
) -> None:
    await prove(accounts, None)
    assert await identity_providers.provider_for(accounts, "kuka@example.fi") is None
    await accounts.execute(update(VerifiedDomain).values(verified_at=owner.at))
    assert await identity_providers.provider_for(accounts, "kuka@Example.fi") == provider
    assert await identity_providers.provider_for(accounts, "kuka@mail.example.fi") is None
    assert await identity_providers.provider_for(accounts, "kuka") is None
    assert await identity_providers.provider_for(accounts, "") is None
    await identity_providers.disable(accounts, owner, OURS, 2)
    assert await identity_providers.provider_for(accounts, "kuka@example.fi") is None


@pytest.mark.parametrize("role", [MemberRole.ADMIN, MemberRole.EDITOR, MemberRole.TECHNICAL_CONTACT])
async def test_only_owners_manage_the_provider(
    accounts: WriteSession, scene: Scene, seals: Sealer, role: MemberRole
) -> None:
    member = await scene.occasion(await scene.person(role))
    refused = not_allowed("organisation")

    assert await identity_providers.configure(accounts, member, OURS, DRAFT, sealer=seals) == refused
    assert await identity_providers.enable(accounts, member, OURS, 1) == refused
    assert await identity_providers.disable(accounts, member, OURS, 1) == refused


@pytest.mark.parametrize("organisation", [THEIRS, WITHOUT_ACCOUNT, "organisation_unknown"])
async def test_elsewhere_and_nowhere_look_the_same(
    accounts: WriteSession, owner: Occasion, seals: Sealer, organisation: str
) -> None:
    refused = not_allowed("organisation")

    assert await identity_providers.configure(accounts, owner, organisation, DRAFT, sealer=seals) == refused
    assert await identity_providers.enable(accounts, owner, organisation, 1) == refused


async def test_what_is_not_set_up_cannot_be_switched(accounts: WriteSession, owner: Occasion) -> None:
    assert await identity_providers.enable(accounts, owner, OURS, 1) == not_allowed("organisation")
    assert await identity_providers.disable(accounts, owner, OURS, 1) == not_allowed("organisation")


@pytest.mark.usefixtures("provider")
async def test_a_recent_sign_in_is_needed(accounts: WriteSession, scene: Scene, seals: Sealer) -> None:
    long_ago = await scene.occasion(await scene.person(MemberRole.OWNER), signed_in_ago=timedelta(minutes=11))

    assert await identity_providers.configure(accounts, long_ago, OURS, DRAFT, sealer=seals) == step_up_needed()
    assert await identity_providers.enable(accounts, long_ago, OURS, 2) == step_up_needed()
    assert await identity_providers.disable(accounts, long_ago, OURS, 2) == step_up_needed()
