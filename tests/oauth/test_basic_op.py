"""What the conformance suite for OpenID providers (basic profile) asks for, module by module.

The names are those of its modules. PKCE is sent along everywhere, because the server requires it.

Source: OpenID Foundation conformance suite, plan `oidcc-basic-certification-test-plan`.
"""

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from tests.oauth.stage import CALLBACK, ISSUER, Answer, Stage, claims_in, sent_back

from ilmio_api.domain.accounts.vocabulary import ClientAuthentication

BASIC, POST = ClientAuthentication.CLIENT_SECRET_BASIC, ClientAuthentication.CLIENT_SECRET_POST


async def person(stage: Stage, token: str) -> Answer:
    return await stage.http.get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"})


async def test_server(stage: Stage) -> None:
    client = await stage.client(BASIC)
    signed_in = await stage.sign_in()

    tokens = await stage.tokens(client, nonce="n-1")

    claims = claims_in(tokens["id_token"])
    now = int(stage.clock.at.timestamp())
    assert {name: claims[name] for name in ("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "sid")} == {
        "iss": ISSUER,
        "sub": signed_in.account,
        "aud": client.id,
        "exp": now + 3600,
        "iat": now,
        "auth_time": now,
        "nonce": "n-1",
        "sid": signed_in.id,
    }


async def test_response_type_missing(stage: Stage) -> None:
    client = await stage.client(BASIC)
    await stage.sign_in()

    answer = sent_back(await stage.ask(client, response_type=None))

    assert (answer["error"], answer["state"], answer["iss"]) == ("invalid_request", "s-1", ISSUER)


@pytest.mark.parametrize("response_type", ["token", "id_token", "code token", 'ä"', "none"])
async def test_response_types_other_than_code_are_refused(stage: Stage, response_type: str) -> None:
    client = await stage.client(BASIC)
    await stage.sign_in()

    answer = sent_back(await stage.ask(client, response_type=response_type))

    assert (answer["error"], answer["iss"]) == ("unsupported_response_type", ISSUER)


async def test_id_token_signature(stage: Stage) -> None:
    client = await stage.client(BASIC)
    await stage.sign_in()
    token = (await stage.tokens(client))["id_token"]

    keys = KeySet.import_key_set((await stage.http.get("/oauth/jwks")).json())

    assert jwt.decode(token, keys, ["ES256"]).header["alg"] == "ES256"


async def test_userinfo_get(stage: Stage) -> None:
    client = await stage.client(BASIC)
    signed_in = await stage.sign_in()

    answer = await person(stage, (await stage.tokens(client))["access_token"])

    assert (answer.status_code, answer.json()) == (200, {"sub": signed_in.account})


async def test_userinfo_post_header(stage: Stage) -> None:
    client = await stage.client(BASIC)
    signed_in = await stage.sign_in()
    token = (await stage.tokens(client))["access_token"]

    answer = await stage.http.post("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"})

    assert answer.json() == {"sub": signed_in.account}


async def test_userinfo_post_body(stage: Stage) -> None:
    client = await stage.client(BASIC)
    signed_in = await stage.sign_in()
    token = (await stage.tokens(client))["access_token"]

    answer = await stage.http.post("/oauth/userinfo", data={"access_token": token})

    assert answer.json() == {"sub": signed_in.account}


async def test_ensure_request_without_nonce_succeeds_for_code_flow(stage: Stage) -> None:
    client = await stage.client(BASIC)
    await stage.sign_in()

    assert "nonce" not in claims_in((await stage.tokens(client))["id_token"])


@pytest.mark.parametrize(
    ("scope", "claims"),
    [
        ("profile", {"name": "Aino Esimerkki", "locale": "sv"}),
        ("email", {"email_verified": True}),
        ("address", {}),
        ("phone", {}),
        ("profile email address phone", {"name": "Aino Esimerkki", "locale": "sv", "email_verified": True}),
    ],
    ids=["profile", "email", "address", "phone", "all"],
)
async def test_scope(stage: Stage, scope: str, claims: dict[str, object]) -> None:
    client = await stage.client(BASIC)
    signed_in = await stage.sign_in()
    token = (await stage.tokens(client, scope=f"openid {scope}"))["access_token"]

    found = (await person(stage, token)).json()

    email = {"email": f"{signed_in.account}@example.fi"} if "email" in scope else {}
    assert found == {"sub": signed_in.account, **claims, **email}


@pytest.mark.parametrize("display", ["page", "popup"])
async def test_display(stage: Stage, display: str) -> None:
    client = await stage.client(BASIC)
    await stage.sign_in()

    assert "id_token" in await stage.tokens(client, display=display)


async def test_prompt_login(stage: Stage) -> None:
    client = await stage.client(BASIC)
    signed_in = await stage.sign_in()
    before = claims_in((await stage.tokens(client))["id_token"])
    stage.clock.advance(minutes=1)

    page = (await stage.ask(client, prompt="login")).json()
    assert page["step"] == "SIGN_IN_AGAIN"
    assert (await stage.http.get(page["return_to"])).json()["step"] == "SIGN_IN_AGAIN"  # Coming back is not enough.
    stage.clock.advance(minutes=1)
    await stage.sign_in(signed_in.account)
    code = sent_back(await stage.http.get(page["return_to"]))["code"]

    after = claims_in((await stage.redeem(client, code)).json()["id_token"])
    assert after["auth_time"] == before["auth_time"] + 120


async def test_prompt_none_not_logged_in(stage: Stage) -> None:
    client = await stage.client(BASIC)

    answer = sent_back(await stage.ask(client, prompt="none"))

    assert (answer["error"], answer["state"], answer["iss"]) == ("login_required", "s-1", ISSUER)


async def test_prompt_none_logged_in(stage: Stage) -> None:
    client = await stage.client(BASIC)
    await stage.sign_in()
    assert sent_back(await stage.ask(client, prompt="none"))["error"] == "consent_required"
    await stage.tokens(client)

    answer = await stage.ask(client, prompt="none")

    assert (await stage.redeem(client, sent_back(answer)["code"])).status_code == 200


async def test_prompt_none_stands_alone(stage: Stage) -> None:
    client = await stage.client(BASIC)

    assert sent_back(await stage.ask(client, prompt="none login"))["error"] == "invalid_request"


async def test_max_age_1(stage: Stage) -> None:
    client = await stage.client(BASIC)
    signed_in = await stage.sign_in()
    await stage.tokens(client)
    stage.clock.advance(seconds=2)

    assert sent_back(await stage.ask(client, max_age="1", prompt="none"))["error"] == "login_required"
    page = (await stage.ask(client, max_age="1")).json()
    assert page["step"] == "SIGN_IN_AGAIN"
    stage.clock.advance(seconds=30)
    await stage.sign_in(signed_in.account)
    stage.clock.advance(seconds=5)  # A slow page does not make it begin again.
    code = sent_back(await stage.http.get(page["return_to"]))["code"]

    claims = claims_in((await stage.redeem(client, code)).json()["id_token"])
    assert claims["iat"] - claims["auth_time"] == 5


async def test_max_age_10000(stage: Stage) -> None:
    client = await stage.client(BASIC)
    await stage.sign_in()
    await stage.tokens(client)
    stage.clock.advance(seconds=9_999)

    code = sent_back(await stage.ask(client, max_age="10000"))["code"]

    claims = claims_in((await stage.redeem(client, code)).json()["id_token"])
    assert claims["iat"] - claims["auth_time"] == 9_999


@pytest.mark.parametrize("max_age", ["-1", "1.5", "soon", "٣", "1" * 40])
async def test_a_max_age_that_is_no_number_is_refused(stage: Stage, max_age: str) -> None:
    client = await stage.client(BASIC)
    await stage.sign_in()

    assert sent_back(await stage.ask(client, max_age=max_age))["error"] == "invalid_request"


async def test_id_token_hint(stage: Stage) -> None:
    client = await stage.client(BASIC)
    await stage.sign_in()
    hint = (await stage.tokens(client))["id_token"]
    stage.clock.advance(hours=3)  # An expired one is still a hint.

    assert "code" in sent_back(await stage.ask(client, prompt="none", id_token_hint=hint))
    other = await stage.sign_in()
    assert sent_back(await stage.ask(client, prompt="none", id_token_hint=hint))["error"] == "login_required"
    page = await stage.ask(client, id_token_hint=hint)
    assert page.json()["step"] == "SELECT_ACCOUNT"
    chosen = await stage.http.post("/oauth/authorize", data={"ticket": page.json()["ticket"], "choose": "1"})
    assert sent_back(await stage.http.get(chosen.headers["location"]))["error"] == "login_required"
    assert stage.signed_in == other


@pytest.mark.parametrize("hint", ["x", "x.y.z", "ä", "e30.e30.", "a" * 9_000])
async def test_a_forged_id_token_hint_is_refused(stage: Stage, hint: str) -> None:
    client = await stage.client(BASIC)
    await stage.sign_in()

    assert sent_back(await stage.ask(client, id_token_hint=hint))["error"] == "invalid_request"


async def test_login_hint(stage: Stage) -> None:
    client = await stage.client(BASIC)

    page = (await stage.ask(client, login_hint="aino@example.fi")).json()

    assert (page["step"], page["login_hint"]) == ("SIGN_IN", "aino@example.fi")


async def test_ui_locales(stage: Stage) -> None:
    client = await stage.client(BASIC)

    assert (await stage.ask(client, ui_locales="sv-FI fi xx")).json()["languages"] == ["sv-FI", "fi", "xx"]


@pytest.mark.parametrize(
    "parameter",
    [
        {"claims_locales": "se"},
        {"acr_values": "1 2"},
        {"claims": '{"id_token": {"auth_time": {"essential": true}}, "userinfo": {"name": {"essential": true}}}'},
        {"extra": "foobar"},
    ],
    ids=["claims_locales", "acr_values", "claims_essential", "ensure_request_with_unknown_parameter_succeeds"],
)
async def test_what_is_not_supported_does_no_harm(stage: Stage, parameter: dict[str, str]) -> None:
    client = await stage.client(BASIC)
    await stage.sign_in()

    assert "auth_time" in claims_in((await stage.tokens(client, **parameter))["id_token"])


async def test_ensure_registered_redirect_uri(stage: Stage) -> None:
    client = await stage.client(BASIC)
    await stage.sign_in()

    answer = await stage.ask(client, redirect_uri=f"{CALLBACK}/more")

    assert (answer.status_code, "location" in answer.headers) == (400, False)


async def test_ensure_post_request_succeeds(stage: Stage) -> None:
    client = await stage.client(BASIC)
    await stage.sign_in()
    await stage.tokens(client)
    address = (await stage.ask(client, prompt="login")).request.url

    posted = await stage.http.post("/oauth/authorize", data=dict(address.params.items()) | {"prompt": "none"})
    answer = await stage.http.get(posted.headers["location"])

    assert posted.status_code == 303
    assert (await stage.redeem(client, sent_back(answer)["code"])).status_code == 200


async def test_server_client_secret_post(stage: Stage) -> None:
    client = await stage.client(POST)
    await stage.sign_in()

    assert "id_token" in await stage.tokens(client)


@pytest.mark.parametrize(
    ("parameter", "error"),
    [
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"request_uri": "https://app.example.fi/request"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": "form_post"}, "invalid_request"),
    ],
)
async def test_unsigned_request_object_and_request_uri_supported_correctly_or_rejected(
    stage: Stage, parameter: dict[str, str], error: str
) -> None:
    client = await stage.client(BASIC)
    await stage.sign_in()

    answer = sent_back(await stage.ask(client, **parameter))

    assert (answer["error"], answer["state"], answer["iss"]) == (error, "s-1", ISSUER)


async def test_select_account(stage: Stage) -> None:
    client = await stage.client(BASIC)
    await stage.sign_in()
    await stage.tokens(client)
    stage.clock.advance(minutes=1)

    page = (await stage.ask(client, prompt="select_account")).json()
    assert page["step"] == "SELECT_ACCOUNT"
    chosen = await stage.http.post("/oauth/authorize", data={"ticket": page["ticket"], "choose": "1"})
    assert "code" in sent_back(await stage.http.get(chosen.headers["location"]))

    stage.clock.advance(seconds=1)
    await stage.sign_in()  # As somebody else instead.
    assert (await stage.http.get(page["return_to"])).json()["step"] == "CONSENT"
