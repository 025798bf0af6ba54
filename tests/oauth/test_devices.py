"""The device grant."""

import asyncio
from typing import Any

import pytest
from tests.oauth.stage import Answer, Client, Stage, claims_in

from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


async def begun(stage: Stage, client: Client, scope: str | None = "openid content:read") -> dict[str, Any]:
    answer = await stage.post("/oauth/device_authorization", client, scope=scope)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def polled(stage: Stage, client: Client, codes: dict[str, Any]) -> Answer:
    return await stage.post("/oauth/token", client, grant_type=GRANT, device_code=codes["device_code"])


async def decided(stage: Stage, codes: dict[str, Any], *, allowed: bool = True) -> int:
    form = {"user_code": codes["user_code"], "allowed": "1" if allowed else ""}
    return (await stage.http.post("/oauth/device", data=form)).status_code


async def test_a_device_gets_tokens_after_the_person_has_said_yes(stage: Stage) -> None:
    client = await stage.command_line()
    signed_in = await stage.sign_in()
    codes = await begun(stage, client, "openid offline_access content:read")

    assert (await polled(stage, client, codes)).json()["error"] == "authorization_pending"
    assert await decided(stage, codes) == 204
    stage.clock.advance(seconds=5)
    answer = await polled(stage, client, codes)

    assert answer.status_code == 200
    body = answer.json()
    assert (body["scope"], body["expires_in"]) == ("openid offline_access content:read", 600)
    assert claims_in(body["id_token"])["sub"] == signed_in.account
    assert await stage.holds(body["access_token"])
    assert (await stage.refresh(client, body["refresh_token"])).status_code == 200


async def test_the_device_is_told_where_to_send_the_person(stage: Stage) -> None:
    codes = await begun(stage, await stage.command_line())

    assert sorted(codes) == [
        "device_code",
        "expires_in",
        "interval",
        "user_code",
        "verification_uri",
        "verification_uri_complete",
    ]
    assert (codes["expires_in"], codes["interval"]) == (600, 5)
    assert codes["device_code"].startswith("ilm_dc_")
    assert codes["verification_uri"] == "https://api.example.fi/oauth/device"
    assert codes["verification_uri_complete"].endswith(f"?user_code={codes['user_code']}")
    letters = codes["user_code"].replace("-", "")
    assert (len(letters), set(letters) <= set("BCDFGHJKLMNPQRSTVWXZ")) == (8, True)


async def test_the_page_shows_what_is_asked_for_and_from_where(stage: Stage) -> None:
    codes = await begun(stage, await stage.command_line())
    await stage.sign_in()

    for typed in (codes["user_code"], codes["user_code"].lower().replace("-", " ")):
        page = (await stage.http.get("/oauth/device", params={"user_code": typed})).json()
        assert page == {
            "user_code": codes["user_code"],
            "scopes": "openid content:read",
            "network": "192.0.2.0/24",
        }


async def test_a_no_is_final(stage: Stage) -> None:
    client = await stage.command_line()
    await stage.sign_in()
    codes = await begun(stage, client)

    assert await decided(stage, codes, allowed=False) == 204
    assert (await polled(stage, client, codes)).json()["error"] == "access_denied"
    assert await decided(stage, codes) == 400
    assert (await polled(stage, client, codes)).json()["error"] == "access_denied"


async def test_a_device_that_asks_too_often_has_to_wait_longer_each_time(stage: Stage) -> None:
    client = await stage.command_line()
    codes = await begun(stage, client)

    answers = []
    for wait_s in (0, 4, 6, 15):
        stage.clock.advance(seconds=wait_s)
        answers.append((await polled(stage, client, codes)).json()["error"])

    assert answers == ["authorization_pending", "slow_down", "slow_down", "authorization_pending"]


async def test_a_device_code_ends_after_ten_minutes(stage: Stage) -> None:
    client = await stage.command_line()
    await stage.sign_in()
    codes = await begun(stage, client)
    stage.clock.advance(minutes=10)

    assert await decided(stage, codes) == 400
    assert (await polled(stage, client, codes)).json()["error"] == "expired_token"


async def test_a_device_code_works_once_also_for_twelve_at_once(stage: Stage) -> None:
    client = await stage.command_line()
    await stage.sign_in()
    codes = await begun(stage, client)
    await decided(stage, codes)

    answers = await asyncio.gather(*(polled(stage, client, codes) for _ in range(12)))

    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 11
    assert (await polled(stage, client, codes)).json()["error"] == "invalid_grant"


async def test_a_device_code_of_another_client_is_unknown(stage: Stage) -> None:
    client, thief = await stage.command_line(), await stage.command_line()
    await stage.sign_in()
    codes = await begun(stage, client)
    await decided(stage, codes)

    assert (await polled(stage, thief, codes)).json()["error"] == "invalid_grant"
    forged = codes | {"device_code": codes["device_code"][:-1]}
    assert (await polled(stage, client, forged)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("kind", [ClientKind.PUBLIC_APPLICATION, ClientKind.SERVICE, ClientKind.WEB_APPLICATION])
async def test_only_the_command_line_may_use_the_device_grant(stage: Stage, kind: ClientKind) -> None:
    public = kind is ClientKind.PUBLIC_APPLICATION
    client = await stage.client(ClientAuthentication.NONE if public else ClientAuthentication.CLIENT_SECRET_BASIC, kind)

    assert (await stage.post("/oauth/device_authorization", client)).json()["error"] == "unauthorized_client"
    assert (await polled(stage, client, {"device_code": "x"})).json()["error"] == "unauthorized_client"


async def test_a_device_never_gets_what_manages_accounts(stage: Stage) -> None:
    client = await stage.client(
        kind=ClientKind.COMMAND_LINE, scopes="content:read org:members org:clients org:settings"
    )

    nothing = await stage.post("/oauth/device_authorization", client, scope="org:members org:clients")
    assert nothing.json()["error"] == "invalid_scope"
    await stage.sign_in()
    codes = await begun(stage, client, "content:read org:members")
    await decided(stage, codes)
    assert (await polled(stage, client, codes)).json()["scope"] == "content:read"


async def test_guessing_user_codes_is_limited(stage: Stage) -> None:
    codes = await begun(stage, await stage.command_line())
    await stage.sign_in()

    found = [
        (await stage.http.get("/oauth/device", params={"user_code": "BBBB-BBBB"})).json()["problem"] for _ in range(21)
    ]

    assert found == ["WRONG_CODE"] * 20 + ["TRY_LATER"]
    assert await decided(stage, codes) == 400
    await stage.sign_in()
    assert await decided(stage, codes) == 204  # Another person is not hindered.


async def test_a_flood_from_one_address_is_refused(stage: Stage) -> None:
    client = await stage.command_line()
    stage.address = "198.51.100.9"

    answers = [await stage.post("/oauth/device_authorization", client) for _ in range(101)]

    assert [answer.status_code for answer in answers] == [200] * 100 + [429]
    assert (answers[-1].json()["error"], answers[-1].headers["retry-after"]) == ("temporarily_unavailable", "60")
    stage.address = "198.51.100.10"
    assert (await stage.post("/oauth/device_authorization", client)).status_code == 200
