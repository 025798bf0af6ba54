"""The authorization code flow, and what a thief can do with the parts of it."""

import asyncio

import pytest
from tests.oauth.stage import CALLBACK, CHALLENGE, ISSUER, VERIFIER, Stage, sent_back

from ilmio_api.domain.accounts.vocabulary import ClientAuthentication

ALL = tuple(ClientAuthentication)


@pytest.mark.parametrize("authentication", ALL)
async def test_every_kind_of_client_gets_tokens_for_a_code(stage: Stage, authentication: ClientAuthentication) -> None:
    client = await stage.client(authentication)
    await stage.sign_in()

    answer = await stage.redeem(client, await stage.code(client))

    assert answer.status_code == 200
    body = answer.json()
    assert sorted(body) == ["access_token", "expires_in", "id_token", "refresh_token", "scope", "token_type"]
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 600, "openid offline_access")
    assert body["access_token"].startswith("ilm_at_")
    assert body["refresh_token"].startswith("ilm_rt_")
    assert answer.headers["cache-control"] == "no-store"
    assert await stage.holds(body["access_token"])


async def test_the_answer_carries_state_and_issuer(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()

    page = await stage.ask(client, state="ä & =")
    answer = sent_back(await stage.decide(page))

    assert sorted(answer) == ["code", "iss", "state"]
    assert (answer["iss"], answer["state"]) == (ISSUER, "ä & =")


async def test_a_no_is_told_with_state_and_issuer(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()

    answer = sent_back(await stage.decide(await stage.ask(client), allowed=False))

    assert (answer["error"], answer["iss"], answer["state"]) == ("access_denied", ISSUER, "s-1")
    assert "code" not in answer


@pytest.mark.parametrize("authentication", ALL)
@pytest.mark.parametrize(
    "parameters",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain", "code_challenge": VERIFIER},
        {"code_challenge": "short"},
        {"code_challenge": "ä" * 43},
    ],
)
async def test_no_client_does_without_pkce(
    stage: Stage, authentication: ClientAuthentication, parameters: dict[str, str | None]
) -> None:
    client = await stage.client(authentication)
    await stage.sign_in()

    answer = sent_back(await stage.ask(client, **parameters))

    assert (answer["error"], answer["iss"], answer["state"]) == ("invalid_request", ISSUER, "s-1")


@pytest.mark.parametrize("verifier", [None, "", "w" * 43, VERIFIER[:-1], "ä" * 43, CHALLENGE])
async def test_a_stolen_code_is_worthless_without_the_verifier(stage: Stage, verifier: str | None) -> None:
    client = await stage.client()
    await stage.sign_in()
    code = await stage.code(client)

    answer = await stage.redeem(client, code, code_verifier=verifier)

    assert answer.status_code == 400
    assert answer.json()["error"] in {"invalid_grant", "invalid_request"}
    assert "access_token" not in answer.json()
    assert (await stage.redeem(client, code)).status_code == 200  # The owner is not hurt.


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/cb",
        "https://app.example.fi/cb/",
        "https://app.example.fi/cb?x=1",
        "https://app.example.fi/cb#x",
        "https://app.example.fi/CB",
        "https://app.example.fi:443/cb",
        "https://app.example.fi@evil.example/cb",
        "https://app.example.fi.evil.example/cb",
        "https://app.example.fi/cb/../evil",
        "http://app.example.fi/cb",
        "//app.example.fi/cb",
        "javascript:alert(1)",
        "https://äpp.example.fi/cb",
        'https://app.example.fi/cb"\\',
        None,
    ],
)
async def test_the_browser_is_sent_to_registered_addresses_only(stage: Stage, address: str | None) -> None:
    client = await stage.client()
    await stage.sign_in()

    answer = await stage.ask(client, redirect_uri=address)

    assert answer.status_code == 400
    assert answer.text.startswith("invalid_request: ")
    assert "location" not in answer.headers


async def test_the_port_is_free_on_the_loopback_address(stage: Stage) -> None:
    client = await stage.client(redirect_uris=["http://127.0.0.1/cb"])
    await stage.sign_in()

    page = await stage.ask(client, redirect_uri="http://127.0.0.1:51004/cb")
    answer = await stage.decide(page)

    assert answer.headers["location"].startswith("http://127.0.0.1:51004/cb?code=ilm_co_")


async def test_an_unknown_client_gets_a_page_and_no_redirect(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()

    answer = await stage.ask(client, client_id="client_01jd0000000000000000000000")

    assert (answer.status_code, answer.text.split(":")[0]) == (400, "invalid_client")


async def test_a_code_ends_after_a_minute(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    early, late = await stage.code(client), await stage.code(client)

    stage.clock.advance(seconds=59)
    assert (await stage.redeem(client, early)).status_code == 200
    stage.clock.advance(seconds=1)
    assert (await stage.redeem(client, late)).json()["error"] == "invalid_grant"


async def test_a_code_that_comes_again_ends_all_that_came_of_it(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    code = await stage.code(client)
    tokens = (await stage.redeem(client, code)).json()
    stage.clock.advance(seconds=45)  # The replay need not come at once.

    again = await stage.redeem(client, code)

    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert await stage.holds(tokens["access_token"]) is False
    assert (await stage.refresh(client, tokens["refresh_token"])).json()["error"] == "invalid_grant"
    assert await stage.audited(client.id) == ["CONSENT_GIVEN", "TOKEN_REUSED"]


async def test_of_twelve_exchanges_at_once_one_succeeds_and_nothing_stays(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()
    code = await stage.code(client)

    answers = await asyncio.gather(*(stage.redeem(client, code) for _ in range(12)))

    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 11
    winner = next(answer for answer in answers if answer.status_code == 200)
    assert await stage.holds(winner.json()["access_token"]) is False


async def test_a_code_of_another_client_is_unknown_and_stays_good(stage: Stage) -> None:
    victim, thief = await stage.client(), await stage.client()
    await stage.sign_in()
    code = await stage.code(victim)

    assert (await stage.redeem(thief, code)).json()["error"] == "invalid_grant"
    assert (await stage.redeem(victim, code)).status_code == 200


async def test_a_code_is_exchanged_with_the_address_it_was_sent_to(stage: Stage) -> None:
    other = "https://app.example.fi/other"
    client = await stage.client(redirect_uris=[CALLBACK, other])
    await stage.sign_in()
    code = await stage.code(client)

    assert (await stage.redeem(client, code, redirect_uri=other)).json()["error"] == "invalid_grant"
    assert (await stage.redeem(client, code, redirect_uri=None)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("damage", ["", "x", "ilm_co_", "\0"])
async def test_a_forged_code_is_refused(stage: Stage, damage: str) -> None:
    client = await stage.client()
    await stage.sign_in()
    code = await stage.code(client)

    for forged in (code[:-1] + damage, code.replace("ilm_co_", "ilm_at_"), damage + code):
        if forged != code:
            answer = await stage.redeem(client, forged)
            assert answer.status_code == 400
            assert answer.json()["error"] in {"invalid_grant", "invalid_request"}


async def test_no_code_becomes_a_token_after_the_person_is_disabled(stage: Stage) -> None:
    client = await stage.client()
    signed_in = await stage.sign_in()
    code = await stage.code(client)
    await stage.disable(signed_in.account)

    assert (await stage.redeem(client, code)).json()["error"] == "invalid_grant"


async def test_a_refresh_token_is_given_for_its_scope_only(stage: Stage) -> None:
    client = await stage.client()
    await stage.sign_in()

    assert "refresh_token" not in await stage.tokens(client, scope="openid")
    assert "id_token" not in await stage.tokens(client, scope="offline_access content:read")
