"""Pushed authorisation requests."""

import asyncio

import pytest
from tests.oauth.stage import CALLBACK, CHALLENGE, Client, Stage, sent_back

from ilmio_api.domain.accounts.vocabulary import ClientAuthentication

REQUEST = {
    "response_type": "code",
    "redirect_uri": CALLBACK,
    "scope": "openid",
    "state": "pushed",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
PREFIX = "urn:ietf:params:oauth:request_uri:"


async def pushed(stage: Stage, client: Client, **parameters: str | None) -> str:
    answer = await stage.post("/oauth/par", client, **(REQUEST | parameters))
    assert answer.status_code == 201, answer.text
    assert answer.json()["expires_in"] == 60
    return str(answer.json()["request_uri"])


@pytest.mark.parametrize("authentication", tuple(ClientAuthentication))
async def test_a_pushed_request_is_asked_for_by_its_name(stage: Stage, authentication: ClientAuthentication) -> None:
    client = await stage.client(authentication)
    await stage.sign_in()
    name = await pushed(stage, client)
    assert name.startswith(f"{PREFIX}ilm_pr_")

    page = await stage.http.get(
        "/oauth/authorize", params={"client_id": client.id, "request_uri": name, "scope": "openid email"}
    )

    assert page.json()["scopes"] == "openid"  # What stands in the address does not count.
    answer = sent_back(await stage.decide(page))
    assert answer["state"] == "pushed"
    assert (await stage.redeem(client, answer["code"])).status_code == 200


async def test_a_pushed_request_is_used_once(stage: Stage) -> None:
    client = await stage.client()
    name = await pushed(stage, client)
    parameters = {"client_id": client.id, "request_uri": name}

    answers = await asyncio.gather(*(stage.http.get("/oauth/authorize", params=parameters) for _ in range(6)))

    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 5
    assert {answer.text.split(":")[0] for answer in answers if answer.status_code == 400} == {"invalid_request_uri"}


async def test_signing_in_meanwhile_does_not_lose_a_pushed_request(stage: Stage) -> None:
    client = await stage.client()
    name = await pushed(stage, client)
    page = await stage.http.get("/oauth/authorize", params={"client_id": client.id, "request_uri": name})
    assert page.json()["step"] == "SIGN_IN"
    stage.clock.advance(minutes=10)
    await stage.sign_in()

    page = await stage.http.get(page.json()["return_to"])

    assert page.json()["step"] == "CONSENT"
    assert sent_back(await stage.decide(page))["state"] == "pushed"


async def test_a_pushed_request_ends_after_a_minute(stage: Stage) -> None:
    client = await stage.client()
    name = await pushed(stage, client)
    stage.clock.advance(seconds=60)

    answer = await stage.http.get("/oauth/authorize", params={"client_id": client.id, "request_uri": name})

    assert (answer.status_code, answer.text.split(":")[0]) == (400, "invalid_request_uri")


async def test_a_pushed_request_belongs_to_its_client(stage: Stage) -> None:
    client, thief = await stage.client(), await stage.client()
    name = await pushed(stage, client)

    for parameters in ({"client_id": thief.id, "request_uri": name}, {"request_uri": name}):
        answer = await stage.http.get("/oauth/authorize", params=parameters)
        assert (answer.status_code, answer.text.split(":")[0]) == (400, "invalid_request_uri")
    forged = await stage.http.get("/oauth/authorize", params={"client_id": client.id, "request_uri": f"{PREFIX}x"})
    assert forged.status_code == 400


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"redirect_uri": "https://evil.example/cb"}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "nothing"}, "invalid_scope"),
        ({"request": "x.y.z"}, "request_not_supported"),
        ({"request_uri": f"{PREFIX}x"}, "invalid_request"),
        ({"client_id": "client_01jd0000000000000000000000"}, "invalid_client"),
    ],
)
async def test_what_could_not_be_asked_for_cannot_be_pushed(
    stage: Stage, parameters: dict[str, str | None], error: str
) -> None:
    client = await stage.client(ClientAuthentication.CLIENT_SECRET_BASIC)

    answer = await stage.post("/oauth/par", client, **(REQUEST | parameters))

    assert answer.json()["error"] == error
    assert answer.status_code == (401 if error == "invalid_client" else 400)
    assert "location" not in answer.headers
