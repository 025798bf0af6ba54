"""What a provider says about itself, and what of it is believed."""

from datetime import datetime, timedelta

import pytest
from tests.federation_login.fake_provider import ISSUER, FakeProvider

from ilmio_api.oauth.provider_directory import Directory
from ilmio_api.oauth.provider_faults import ProviderError


async def fault(provider: FakeProvider) -> str:
    """Return what is wrong with what a provider says about itself."""
    with pytest.raises(ProviderError) as caught:
        await Directory(provider.fetch).metadata(ISSUER, provider.at)
    return caught.value.fault.value


@pytest.mark.parametrize("issuer", ["https://attacker.example", f"{ISSUER}/", None, ["https://login.example.fi"]])
async def test_the_issuer_is_pinned(provider: FakeProvider, issuer: object) -> None:
    provider.metadata = {"issuer": issuer}

    assert await fault(provider) == "ISSUER_DIFFERS"


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"])
@pytest.mark.parametrize(
    "address",
    [
        "http://login.example.fi/x",
        "http://127.0.0.1/x",
        "javascript:alert(1)",
        "https://login.example.fi@attacker.example/x",
        "https://login.example.fi/x#y",
        "https:///x",
        "https://[login.example.fi/x",
        "https://login.example.fi/x y",
        "https://login.example.fi/x\r\ny",
        "https://löytö.example.fi/x",
        7,
    ],
)
async def test_addresses_that_are_not_safe_are_refused(provider: FakeProvider, name: str, address: object) -> None:
    provider.metadata = {name: address}

    assert await fault(provider) == "NOT_METADATA"


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
async def test_addresses_that_are_needed_have_to_be_there(provider: FakeProvider, name: str) -> None:
    provider.metadata = {name: None}

    assert await fault(provider) == "NOT_METADATA"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"issuer":', b"[" * 60_000])
async def test_what_is_no_object_is_refused(provider: FakeProvider, body: bytes) -> None:
    provider.body = body

    assert await fault(provider) == "NOT_METADATA"


@pytest.mark.parametrize("methods", ["client_secret_basic", {"client_secret_basic": True}, 7])
async def test_lists_have_to_be_lists(provider: FakeProvider, methods: object) -> None:
    provider.metadata = {"token_endpoint_auth_methods_supported": methods}

    assert await fault(provider) == "NOT_METADATA"


async def test_a_provider_that_does_not_answer_is_unreachable(provider: FakeProvider) -> None:
    provider.is_down = True

    assert await fault(provider) == "UNREACHABLE"


async def test_a_provider_that_is_somewhere_else_is_unreachable(provider: FakeProvider) -> None:
    with pytest.raises(ProviderError, match="UNREACHABLE"):
        await Directory(provider.fetch).metadata(f"{ISSUER}/realms/oma", provider.at)


async def test_what_is_not_said_is_as_the_specification_says(provider: FakeProvider) -> None:
    provider.metadata = dict.fromkeys(
        [
            "authorization_response_iss_parameter_supported",
            "id_token_signing_alg_values_supported",
            "token_endpoint_auth_methods_supported",
            "userinfo_endpoint",
        ]
    )

    said = await Directory(provider.fetch).metadata(ISSUER, provider.at)

    assert said.names_issuer is False
    assert said.signing_algorithms == {"RS256"}
    assert said.token_methods == {"client_secret_basic"}
    assert said.assertion_algorithms == {"RS256"}
    assert said.userinfo_endpoint is None


async def test_it_is_read_every_hour(provider: FakeProvider, at: datetime) -> None:
    directory = Directory(provider.fetch)
    await directory.metadata(ISSUER, at)
    await directory.metadata(ISSUER, at + timedelta(minutes=59))
    assert len(provider.asked) == 1
    provider.metadata = {"token_endpoint": f"{ISSUER}/moved"}

    said = await directory.metadata(ISSUER, at + timedelta(hours=1))

    assert said.token_endpoint == f"{ISSUER}/moved"


async def test_what_was_wrong_is_looked_at_again_at_once(provider: FakeProvider, at: datetime) -> None:
    directory = Directory(provider.fetch)
    provider.is_down = True
    with pytest.raises(ProviderError):
        await directory.metadata(ISSUER, at)
    provider.is_down = False

    assert (await directory.metadata(ISSUER, at)).issuer == ISSUER
