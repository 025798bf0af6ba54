"""How clients prove who they are, and how they fail to."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from sqlalchemy import update
from tests.oauth.stage import ISSUER, Answer, Client, Stage

from ilmio_api.access.secrets import SecretKind, new_secret
from ilmio_api.db.session import unit_of_work
from ilmio_api.domain.accounts.client_models import ApiClient, ClientSecret
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind

BASIC, POST, SIGNED = (
    ClientAuthentication.CLIENT_SECRET_BASIC,
    ClientAuthentication.CLIENT_SECRET_POST,
    ClientAuthentication.PRIVATE_KEY_JWT,
)


async def service(stage: Stage, authentication: ClientAuthentication = BASIC, **columns: Any) -> Client:  # noqa: ANN401
    return await stage.client(authentication, ClientKind.SERVICE, redirect_uris=[], **columns)


async def asked(stage: Stage, form: dict[str, str], headers: dict[str, str] | None = None) -> Answer:
    whole = {"grant_type": "client_credentials"} | form
    return await stage.http.post("/oauth/token", data=whole, headers=headers or {})


def refused(answer: Answer) -> bool:
    return (
        answer.status_code == 401
        and answer.json()["error"] == "invalid_client"
        and answer.headers["www-authenticate"].startswith('Basic realm="ilmio", error="invalid_client"')
        and answer.headers["cache-control"] == "no-store"
    )


@pytest.mark.parametrize("authentication", [BASIC, POST, SIGNED])
async def test_a_service_gets_a_token_for_an_hour_and_no_refresh_token(
    stage: Stage, authentication: ClientAuthentication
) -> None:
    client = await service(stage, authentication)

    answer = await stage.post("/oauth/token", client, grant_type="client_credentials")

    assert answer.status_code == 200
    assert sorted(answer.json()) == ["access_token", "expires_in", "scope", "token_type"]
    assert answer.json()["expires_in"] == 3600


async def test_a_service_gets_none_but_its_own_scopes_and_none_about_persons(stage: Stage) -> None:
    client = await service(stage, scopes="openid content:read drafts:read org:members")

    everything = await stage.post("/oauth/token", client, grant_type="client_credentials")
    some = await stage.post("/oauth/token", client, grant_type="client_credentials", scope="content:read audit:read")
    none = await stage.post("/oauth/token", client, grant_type="client_credentials", scope="openid org:members")

    assert everything.json()["scope"] == "content:read drafts:read"
    assert some.json()["scope"] == "content:read"
    assert (none.status_code, none.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize("authentication", [BASIC, POST, SIGNED])
async def test_applications_get_no_token_in_their_own_name(stage: Stage, authentication: ClientAuthentication) -> None:
    client = await stage.client(authentication, ClientKind.WEB_APPLICATION)

    answer = await stage.post("/oauth/token", client, grant_type="client_credentials")

    assert answer.json()["error"] == "unauthorized_client"


async def test_a_public_application_gets_no_token_in_its_own_name(stage: Stage) -> None:
    client = await stage.client()

    assert refused(await stage.post("/oauth/token", client, grant_type="client_credentials"))


async def test_a_service_cannot_use_the_grants_of_applications(stage: Stage) -> None:
    client = await service(stage)
    await stage.sign_in()

    assert (await stage.redeem(client, "x")).json()["error"] == "unauthorized_client"
    assert (await stage.refresh(client, "x")).json()["error"] == "unauthorized_client"
    assert (await stage.ask(client)).status_code == 400


async def test_a_secret_works_in_its_registered_way_only(stage: Stage) -> None:
    basic, post = await service(stage, BASIC), await service(stage, POST)
    pair = base64.b64encode(f"{post.id}:{post.secret}".encode()).decode()

    assert refused(await asked(stage, {"client_id": basic.id, "client_secret": basic.secret}))
    assert refused(await asked(stage, {}, {"Authorization": f"Basic {pair}"}))


async def test_a_wrong_secret_is_told_in_a_sentence(stage: Stage) -> None:
    client = await service(stage, BASIC)
    pair = base64.b64encode(f"{client.id}:{new_secret(SecretKind.CLIENT_SECRET, bytes).text}".encode()).decode()

    answer = await asked(stage, {}, {"Authorization": f"Basic {pair}"})

    assert answer.json() == {
        "error": "invalid_client",
        "error_description": (
            "The client could not be authenticated: it is unknown, or does not prove who it is in its registered way."
        ),
    }


async def test_two_proofs_at_once_are_refused(stage: Stage) -> None:
    client = await service(stage)
    _, headers = client.proof(stage.clock.at)

    answer = await asked(stage, {"client_id": client.id, "client_secret": client.secret}, headers)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_a_proof_of_one_client_does_not_speak_for_another(stage: Stage) -> None:
    client, other = await service(stage), await service(stage, SIGNED)
    _, headers = client.proof(stage.clock.at)
    proof, _ = other.proof(stage.clock.at)

    assert refused(await asked(stage, {"client_id": other.id}, headers))
    assert refused(await asked(stage, proof | {"client_id": client.id}))


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic //79",
        "Basic Og==",
        "Basic eA==",
        "Bearer x",
        "Digest x",
    ],
)
async def test_a_header_that_proves_nothing_is_refused(stage: Stage, header: str) -> None:
    await service(stage)

    assert refused(await asked(stage, {}, {"Authorization": header}))


async def test_a_wrong_secret_is_refused(stage: Stage) -> None:
    client, other = await service(stage, POST), await service(stage, POST)
    good = client.secret
    forged = new_secret(SecretKind.CLIENT_SECRET, bytes).text

    for wrong in (good[:-1], good[:-1] + ("a" if good[-1] != "a" else "b"), good.lower(), forged, other.secret, "x"):
        assert refused(await asked(stage, {"client_id": client.id, "client_secret": wrong}))
    for name in ("client_id", "client_secret"):
        form = {"client_id": client.id, "client_secret": good}
        assert refused(await asked(stage, {key: value for key, value in form.items() if key != name}))


async def test_of_two_secrets_each_works_until_its_end(stage: Stage) -> None:
    client = await service(stage, POST)
    second = new_secret(SecretKind.CLIENT_SECRET, lambda size: b"2" * size)
    async with unit_of_work(stage.engine) as session:
        row = await session.get_one(ApiClient, client.id)
        session.add(
            ClientSecret(
                id=stage.new_id("secret"),
                digest=second.digest,
                client_id=client.id,
                organisation_id=row.organisation_id,
                last_four=second.last_four,
                expires_at=stage.clock.at + timedelta(days=1),
            )
        )
    first_form = {"client_id": client.id, "client_secret": client.secret}
    second_form = {"client_id": client.id, "client_secret": second.text}

    assert (await asked(stage, first_form)).status_code == 200
    assert (await asked(stage, second_form)).status_code == 200
    stage.clock.advance(days=1)
    assert (await asked(stage, first_form)).status_code == 200
    assert refused(await asked(stage, second_form))
    async with unit_of_work(stage.engine) as session:
        await session.execute(
            update(ClientSecret).where(ClientSecret.client_id == client.id).values(revoked_at=stage.clock.at)
        )
    assert refused(await asked(stage, first_form))


async def test_the_last_use_of_a_secret_is_noted_to_the_hour(stage: Stage) -> None:
    client = await service(stage, POST)
    first = stage.clock.at

    await stage.post("/oauth/token", client, grant_type="client_credentials")
    stage.clock.advance(minutes=59)
    await stage.post("/oauth/token", client, grant_type="client_credentials")
    assert await stage.last_use(client) == first
    stage.clock.advance(minutes=1)
    await stage.post("/oauth/token", client, grant_type="client_credentials")
    assert await stage.last_use(client) == first + timedelta(hours=1)


async def test_an_assertion_works_once(stage: Stage) -> None:
    client = await service(stage, SIGNED)
    proof, _ = client.proof(stage.clock.at)

    assert (await asked(stage, proof)).status_code == 200
    again = await asked(stage, proof)
    assert refused(again)
    assert again.json()["error_description"] == "The assertion has been used before."


@pytest.mark.parametrize("audience", [ISSUER, f"{ISSUER}/oauth/token", [ISSUER], f"{ISSUER}/oauth/par"])
async def test_an_assertion_is_for_us(stage: Stage, audience: str | list[str]) -> None:
    client = await service(stage, SIGNED)
    proof, _ = client.proof(stage.clock.at, aud=audience)

    assert (await asked(stage, proof)).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://other.example"},
        {"aud": [ISSUER, "https://other.example"]},
        {"aud": []},
        {"aud": None},
        {"aud": 1},
        {"iss": "somebody"},
        {"iss": None},
        {"sub": "somebody"},
        {"sub": None},
        {"sub": ["x"]},
        {"sub": "\0"},
        {"exp": None},
        {"exp": 0},
        {"exp": "soon"},
        {"exp": 10**30},
        {"exp": True},
        {"jti": None},
        {"jti": ""},
        {"jti": "x" * 256},
        {"jti": "a\0b"},
        {"jti": 7},
        {"nbf": 9_999_999_999},
        {"iat": 9_999_999_999},
    ],
)
async def test_an_assertion_with_wrong_claims_is_refused(stage: Stage, claims: dict[str, Any]) -> None:
    client = await service(stage, SIGNED)
    proof, _ = client.proof(stage.clock.at, **claims)

    assert refused(await asked(stage, proof))


async def test_an_assertion_lives_for_its_time_and_at_most_a_day(stage: Stage) -> None:
    client = await service(stage, SIGNED)
    proof, _ = client.proof(stage.clock.at)
    day, _ = client.proof(stage.clock.at, exp=int(stage.clock.at.timestamp()) + 86_401)

    assert refused(await asked(stage, day))
    stage.clock.advance(minutes=3)
    assert refused(await asked(stage, proof))


async def test_an_assertion_signed_by_another_key_is_refused(stage: Stage) -> None:
    client, other = await service(stage, SIGNED), await service(stage, SIGNED)
    stranger = Client(client.id, SIGNED, key=ECKey.generate_key("P-256", {"kid": "one"}))
    unknown = Client(client.id, SIGNED, key=ECKey.generate_key("P-256", {"kid": 'tw"\\o ä'}))
    swapped = Client(client.id, SIGNED, key=other.key)

    for forged in (stranger, unknown, swapped):
        assert refused(await asked(stage, forged.proof(stage.clock.at)[0]))


async def test_an_assertion_cannot_bring_its_own_algorithm_or_key(stage: Stage) -> None:
    client = await service(stage, SIGNED)
    assert client.key is not None
    claims = json.loads(base64.urlsafe_b64decode(client.assertion(stage.clock.at).split(".")[1] + "=="))
    public = client.key.as_dict(private=False)
    shared = OctKey.import_key(json.dumps(public))
    own = ECKey.generate_key("P-256")
    unsigned = b".".join(
        base64.urlsafe_b64encode(part).rstrip(b"=") for part in (b'{"alg":"none"}', json.dumps(claims).encode(), b"")
    ).decode()
    forged = [
        unsigned,
        jwt.encode({"alg": "HS256", "kid": "one"}, claims, shared, ["HS256"]),
        jwt.encode({"alg": "ES256", "jwk": own.as_dict(private=False)}, claims, own, ["ES256"]),
        "x.y.z",
        "..",
        "ä",
        "a" * 5_000,
        client.assertion(stage.clock.at)[:-2],
        base64.urlsafe_b64encode(b'{"alg":"ES256"}').decode()
        + "."
        + base64.urlsafe_b64encode(b"[" * 3000).decode()
        + ".x",
    ]

    for text in forged:
        proof, _ = client.proof(stage.clock.at)
        assert refused(await asked(stage, proof | {"client_assertion": text}))


async def test_a_client_without_keys_is_refused_when_it_signs(stage: Stage) -> None:
    client = await service(stage, BASIC)
    signing = Client(client.id, SIGNED, key=client.key)

    assert refused(await asked(stage, signing.proof(stage.clock.at)[0]))


async def test_a_client_is_used_from_its_networks_only(stage: Stage) -> None:
    organisation = await stage.organisation(address_ranges=["192.0.2.0/24", "2001:db8::/32"])
    client = await service(stage, address_ranges=["192.0.2.0/28"], organisation=organisation)
    free = await service(stage, organisation=organisation)

    expected = {"192.0.2.7": (200, 200), "192.0.2.77": (401, 200), "203.0.113.1": (401, 401), "": (401, 401)}
    for address, statuses in expected.items():
        stage.address = address
        found = [await stage.post("/oauth/token", each, grant_type="client_credentials") for each in (client, free)]
        assert tuple(answer.status_code for answer in found) == statuses


@pytest.mark.parametrize("path", ["/oauth/revoke", "/oauth/introspect", "/oauth/par", "/oauth/device_authorization"])
@pytest.mark.parametrize("authentication", [BASIC, POST, SIGNED])
async def test_a_confidential_client_passes_nowhere_by_its_name_alone(
    stage: Stage, path: str, authentication: ClientAuthentication
) -> None:
    client = await stage.client(authentication)

    assert refused(await stage.http.post(path, data={"client_id": client.id, "token": "x"}))


async def test_a_public_client_introspects_nothing(stage: Stage) -> None:
    client = await stage.client()

    assert refused(await stage.post("/oauth/introspect", client, token="x"))  # noqa: S106 - none
