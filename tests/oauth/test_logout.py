"""Signing out at the wish of a client."""

import pytest
from tests.oauth.stage import Stage

from ilmio_api.domain.accounts.vocabulary import ClientAuthentication

BYE = "https://app.example.fi/bye"


async def test_a_client_that_knows_the_session_ends_it_and_gets_the_person_back(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    tokens = await stage.tokens(client, scope="openid")

    answer = await stage.http.get(
        "/oauth/logout",
        params={"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": BYE, "state": "s & 1"},
    )

    assert (answer.status_code, answer.headers["location"]) == (303, f"{BYE}?state=s+%26+1")
    assert stage.signed_in is None
    assert await stage.holds(tokens["access_token"]) is False


async def test_tokens_that_may_stay_without_the_person_stay(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    tokens = await stage.tokens(client)

    await stage.http.get("/oauth/logout", params={"id_token_hint": tokens["id_token"]})

    assert await stage.holds(tokens["access_token"])


async def test_without_a_hint_the_person_confirms_and_is_sent_nowhere(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()

    page = await stage.http.get("/oauth/logout", params={"client_id": client.id, "post_logout_redirect_uri": BYE})
    assert page.json()["client"] == client.id
    assert stage.signed_in is not None
    answer = await stage.http.post("/oauth/logout", data={"ticket": page.json()["ticket"]})

    assert (answer.status_code, answer.text) == (200, "signed out")
    assert stage.signed_in is None


async def test_a_hint_of_another_session_has_to_be_confirmed(stage: Stage) -> None:
    client = await stage.client()
    signed_in = await stage.sign_in()
    hint = (await stage.tokens(client))["id_token"]
    await stage.sign_in(signed_in.account)

    page = await stage.http.get("/oauth/logout", params={"id_token_hint": hint, "post_logout_redirect_uri": BYE})
    answer = await stage.http.post("/oauth/logout", data={"ticket": page.json()["ticket"]})

    assert answer.headers["location"] == BYE


async def test_who_is_signed_out_already_is_sent_on(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    hint = (await stage.tokens(client))["id_token"]
    stage.signed_in = None

    answer = await stage.http.get("/oauth/logout", params={"id_token_hint": hint, "post_logout_redirect_uri": BYE})

    assert answer.headers["location"] == BYE


@pytest.mark.parametrize(
    "address", ["https://evil.example/", f"{BYE}/", f"{BYE}?x=1", "https://app.example.fi/cb", "javascript:alert(1)"]
)
async def test_an_address_that_is_not_registered_ends_nothing(stage: Stage, address: str) -> None:
    client = await stage.client()
    await stage.sign_in()
    hint = (await stage.tokens(client))["id_token"]

    answer = await stage.http.get("/oauth/logout", params={"id_token_hint": hint, "post_logout_redirect_uri": address})

    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert stage.signed_in is not None


async def test_a_hint_of_another_client_or_a_forged_one_ends_nothing(stage: Stage) -> None:
    client, other = await stage.client(), await stage.client(ClientAuthentication.CLIENT_SECRET_BASIC)
    await stage.sign_in()
    hint = (await stage.tokens(client))["id_token"]

    for parameters in (
        {"id_token_hint": hint, "client_id": other.id, "post_logout_redirect_uri": BYE},
        {"id_token_hint": hint[:-4], "post_logout_redirect_uri": BYE},
        {"id_token_hint": "x", "post_logout_redirect_uri": BYE},
    ):
        answer = await stage.http.get("/oauth/logout", params=parameters)
        assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert stage.signed_in is not None
