"""Refresh tokens: rotation, two tabs, theft, and the ends of everything."""

import asyncio

from tests.oauth.stage import Stage, claims_in

from ilmio_api.domain.accounts.vocabulary import ClientAuthentication

SCOPE = "openid offline_access content:read"


async def test_a_refresh_gives_new_tokens_and_the_old_access_token_lives_on(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    first = await stage.tokens(client, nonce="n-1")
    stage.clock.advance(minutes=9)

    second = (await stage.refresh(client, first["refresh_token"])).json()

    assert second["expires_in"] == 600
    assert second["scope"] == "openid offline_access"
    assert len({first["access_token"], second["access_token"]}) == 2
    assert len({first["refresh_token"], second["refresh_token"]}) == 2
    assert await stage.holds(first["access_token"])
    assert await stage.holds(second["access_token"])


async def test_an_id_token_of_a_refresh_tells_of_the_first_sign_in(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    first = await stage.tokens(client, nonce="n-1")
    stage.clock.advance(minutes=5)

    second = claims_in((await stage.refresh(client, first["refresh_token"])).json()["id_token"])

    before = claims_in(first["id_token"])
    assert "nonce" not in second
    assert second["iat"] == before["iat"] + 300
    assert [second[name] for name in ("iss", "sub", "aud", "auth_time", "sid")] == [
        before[name] for name in ("iss", "sub", "aud", "auth_time", "sid")
    ]


async def test_two_tabs_that_refresh_at_once_both_stay_signed_in(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    token = (await stage.tokens(client))["refresh_token"]

    one, other = await asyncio.gather(stage.refresh(client, token), stage.refresh(client, token))

    assert (one.status_code, other.status_code) == (200, 200)
    assert one.json()["refresh_token"] != other.json()["refresh_token"]
    stage.clock.advance(minutes=5)
    for tab in (one, other):
        assert await stage.holds(tab.json()["access_token"])
        assert (await stage.refresh(client, tab.json()["refresh_token"])).status_code == 200


async def test_an_answer_that_was_lost_can_be_asked_for_again_within_half_a_minute(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    token = (await stage.tokens(client))["refresh_token"]
    await stage.refresh(client, token)

    stage.clock.advance(seconds=30)

    assert (await stage.refresh(client, token)).status_code == 200


async def test_a_used_refresh_token_that_comes_later_ends_the_whole_family(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    first = await stage.tokens(client)
    second = (await stage.refresh(client, first["refresh_token"])).json()
    stage.clock.advance(seconds=31)

    thief = await stage.refresh(client, first["refresh_token"])

    assert (thief.status_code, thief.json()["error"]) == (400, "invalid_grant")
    assert await stage.holds(first["access_token"]) is False
    assert await stage.holds(second["access_token"]) is False
    assert (await stage.refresh(client, second["refresh_token"])).json()["error"] == "invalid_grant"
    assert await stage.audited(client.id) == ["CONSENT_GIVEN", "TOKEN_REUSED"]


async def test_the_grace_counts_from_the_first_use(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    token = (await stage.tokens(client))["refresh_token"]
    await stage.refresh(client, token)
    stage.clock.advance(seconds=20)
    await stage.refresh(client, token)
    stage.clock.advance(seconds=20)

    assert (await stage.refresh(client, token)).json()["error"] == "invalid_grant"


async def test_a_refresh_token_that_rests_for_thirty_days_ends(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    token = (await stage.tokens(client))["refresh_token"]

    stage.clock.advance(days=29)
    token = (await stage.refresh(client, token)).json()["refresh_token"]
    stage.clock.advance(days=30)

    assert (await stage.refresh(client, token)).json()["error"] == "invalid_grant"


async def test_after_ninety_days_the_person_signs_in_again(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    token = (await stage.tokens(client))["refresh_token"]
    for _ in range(3):
        stage.clock.advance(days=29)
        token = (await stage.refresh(client, token)).json()["refresh_token"]
    stage.clock.advance(days=2, hours=23, minutes=55)

    last = (await stage.refresh(client, token)).json()

    assert last["expires_in"] == 300
    stage.clock.advance(minutes=5)
    assert await stage.holds(last["access_token"]) is False
    assert (await stage.refresh(client, last["refresh_token"])).json()["error"] == "invalid_grant"


async def test_an_access_token_can_have_fewer_scopes_and_the_refresh_token_keeps_them_all(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    token = (await stage.tokens(client, scope=SCOPE))["refresh_token"]

    narrow = (await stage.refresh(client, token, scope="content:read")).json()
    whole = (await stage.refresh(client, narrow["refresh_token"])).json()

    assert (narrow["scope"], whole["scope"]) == ("content:read", SCOPE)
    assert "id_token" not in narrow


async def test_a_refresh_never_widens_the_scopes(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    token = (await stage.tokens(client))["refresh_token"]

    assert (await stage.refresh(client, token, scope="openid profile")).json()["error"] == "invalid_scope"


async def test_another_client_cannot_use_a_refresh_token_nor_end_it(stage: Stage) -> None:
    victim, thief = await stage.client(), await stage.client()
    await stage.sign_in()
    token = (await stage.tokens(victim))["refresh_token"]

    assert (await stage.refresh(thief, token)).json()["error"] == "invalid_grant"
    assert (await stage.refresh(victim, token)).status_code == 200


async def test_a_confidential_client_has_to_prove_itself_to_refresh(stage: Stage) -> None:
    client = await stage.client(ClientAuthentication.CLIENT_SECRET_BASIC)
    await stage.sign_in()
    token = (await stage.tokens(client))["refresh_token"]

    answer = await stage.http.post(
        "/oauth/token", data={"grant_type": "refresh_token", "refresh_token": token, "client_id": client.id}
    )

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_access_and_refresh_tokens_cannot_be_swapped(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    tokens = await stage.tokens(client)

    assert (await stage.refresh(client, tokens["access_token"])).json()["error"] == "invalid_grant"
    assert await stage.holds(tokens["refresh_token"]) is False


async def test_a_disabled_person_and_a_deleted_client_refresh_nothing(stage: Stage) -> None:
    one, other = await stage.client(), await stage.client()
    signed_in = await stage.sign_in()
    of_person, of_client = await stage.tokens(one), await stage.tokens(other)

    await stage.delete(other)
    assert await stage.holds(of_client["access_token"]) is False
    assert (await stage.refresh(other, of_client["refresh_token"])).json()["error"] == "invalid_client"

    await stage.disable(signed_in.account)
    assert await stage.holds(of_person["access_token"]) is False
    assert (await stage.refresh(one, of_person["refresh_token"])).json()["error"] == "invalid_grant"
