"""Who signed in, as a client may believe it: the subject, how they proved it, and who vouches."""

import pytest
from sqlalchemy import update
from tests.oauth.stage import Client, Stage, claims_in, sent_back

from ilmio_api.access.secrets import SecretKind, digest_of
from ilmio_api.db.session import unit_of_work
from ilmio_api.domain.accounts.principals import Caller, caller_of_token
from ilmio_api.domain.accounts.sign_in_models import IdentityProvider, Session, VerifiedDomain
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, MemberRole, SignInMethod

SCOPE = "openid profile email content:read"


async def vouched_for(stage: Stage, domain: str | None = None) -> tuple[str, str]:
    """Sign a member in with the identity provider of the organisation; return the organisation and the person."""
    organisation = await stage.organisation()
    account = await stage.person(**{organisation: MemberRole.EDITOR})
    provider = IdentityProvider(
        id=stage.new_id("idp"),
        organisation_id=organisation,
        issuer="https://login.example.fi",
        client_id="ilmio",
        enabled=True,
    )
    proved = VerifiedDomain(
        id=stage.new_id("domain"),
        organisation_id=organisation,
        domain=domain or "",
        proof="proof",
        verified_at=stage.clock.at,
    )
    await stage.add(provider, *([proved] if domain else []))
    await stage.sign_in(account, identity_provider=provider.id)
    return organisation, account


async def userinfo(stage: Stage, token: str) -> dict[str, object]:
    """Return what the client is told of the person."""
    return dict((await stage.http.get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"})).json())


async def caller(stage: Stage, token: str) -> Caller:
    """Return who comes with a token."""
    digest = digest_of(token, SecretKind.ACCESS_TOKEN)
    assert digest is not None
    async with unit_of_work(stage.engine) as session:
        found = await caller_of_token(session, digest, at=stage.clock.at, address=stage.address)
    assert found is not None
    return found


async def told(stage: Stage, client: Client) -> list[dict[str, object]]:
    """Return what the ID token, the UserInfo endpoint and introspection say."""
    tokens = await stage.tokens(client, scope=SCOPE)
    introspected = (await stage.post("/oauth/introspect", client, token=tokens["access_token"])).json()
    return [claims_in(tokens["id_token"]), await userinfo(stage, tokens["access_token"]), introspected]


@pytest.mark.parametrize(
    ("method", "amr", "acr"),
    [
        (SignInMethod.PASSKEY, ["pop", "mfa"], "phr"),
        (SignInMethod.PASSWORD_AND_CODE, ["pwd", "otp", "mfa"], None),
        (SignInMethod.RECOVERY_CODE, ["otp"], None),
        (SignInMethod.INVITATION, None, None),
    ],
)
async def test_a_client_learns_how_the_person_signed_in(
    stage: Stage, method: SignInMethod, amr: list[str] | None, acr: str | None
) -> None:
    client = await stage.client(ClientAuthentication.CLIENT_SECRET_BASIC)
    await stage.sign_in(method=method)

    id_token, _, introspected = await told(stage, client)

    assert (id_token.get("amr"), id_token.get("acr"), id_token.get("idp")) == (amr, acr, None)
    assert (introspected.get("amr"), introspected.get("acr"), introspected.get("idp")) == (amr, acr, None)
    assert introspected["auth_time"] == id_token["auth_time"]


async def test_how_a_person_proved_it_later_is_not_told_of_the_time_before(stage: Stage) -> None:
    client = await stage.client()
    signed_in = await stage.sign_in()
    code = await stage.code(client)
    stage.clock.advance(seconds=30)
    proven = {"method": SignInMethod.RECOVERY_CODE, "authenticated_at": stage.clock.at}
    async with unit_of_work(stage.engine) as session:
        await session.execute(update(Session).where(Session.id == signed_in.id).values(**proven))

    claims = claims_in((await stage.redeem(client, code)).json()["id_token"])

    assert "amr" not in claims
    assert claims["auth_time"] == int(signed_in.authenticated_at.timestamp())


async def test_a_provider_vouches_for_a_person_before_clients_of_its_organisation(stage: Stage) -> None:
    organisation, account = await vouched_for(stage)
    client = await stage.client(ClientAuthentication.CLIENT_SECRET_BASIC, organisation=organisation)

    found = await told(stage, client)

    assert [(each["sub"], each["idp"]) for each in found] == [(account, organisation)] * 3
    assert "amr" not in found[0]
    assert found[1]["email"] == f"{account}@example.fi"


async def test_for_clients_of_others_who_a_provider_vouches_for_is_somebody_of_that_organisation(stage: Stage) -> None:
    organisation, account = await vouched_for(stage)
    client = await stage.client(ClientAuthentication.CLIENT_SECRET_BASIC)

    found = await told(stage, client)

    assert [(each["sub"], each["idp"]) for each in found] == [(f"{account}.{organisation}", organisation)] * 3
    assert found[1]["name"] == "Aino Esimerkki"


@pytest.mark.parametrize(("domain", "has_email"), [(None, False), ("example.com", False), ("example.fi", True)])
async def test_clients_of_others_learn_an_address_only_from_the_owner_of_its_domain(
    alone: Stage, domain: str | None, *, has_email: bool
) -> None:
    await vouched_for(alone, domain)
    client = await alone.client()

    tokens = await alone.tokens(client, scope=SCOPE)

    assert ("email" in await userinfo(alone, tokens["access_token"])) is has_email


async def test_clients_of_others_do_not_learn_from_the_api_who_a_provider_vouches_for(stage: Stage) -> None:
    organisation, account = await vouched_for(stage)
    client, own = await stage.client(), await stage.client(organisation=organisation)

    claims = [
        (await caller(stage, (await stage.tokens(each, scope=SCOPE))["access_token"])).principal.claims()
        for each in (client, own)
    ]

    assert [(each["account"], each["email"]) for each in claims] == [(None, False), (account, True)]


async def test_a_hint_names_the_person_as_the_client_knows_them(stage: Stage) -> None:
    _, account = await vouched_for(stage)
    client = await stage.client()
    hint = (await stage.tokens(client, scope=SCOPE))["id_token"]

    same = sent_back(await stage.ask(client, scope=SCOPE, id_token_hint=hint, prompt="none"))
    await stage.sign_in(account)
    other = sent_back(await stage.ask(client, scope=SCOPE, id_token_hint=hint, prompt="none"))

    assert "code" in same
    assert other["error"] == "login_required"


async def test_who_a_provider_vouches_for_signs_out_without_being_asked(stage: Stage) -> None:
    await vouched_for(stage)
    client = await stage.client()
    hint = (await stage.tokens(client, scope=SCOPE))["id_token"]

    answer = await stage.http.get("/oauth/logout", params={"id_token_hint": hint})

    assert answer.text == "signed out"
