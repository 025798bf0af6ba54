"""What an ID token has to be, to be believed."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from tests.federation_login.fake_provider import CLIENT_ID, ISSUER
from tests.federation_login.visits import SECRET, Visits, reason_of

from ilmio_api.oauth.federation import SignedInBy


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"iss": "https://attacker.example"}, "WRONG_ISSUER"),
        ({"iss": None}, "WRONG_ISSUER"),
        ({"iss": [ISSUER]}, "WRONG_ISSUER"),
        ({"aud": "somebody-else"}, "WRONG_AUDIENCE"),
        ({"aud": None}, "WRONG_AUDIENCE"),
        ({"aud": []}, "WRONG_AUDIENCE"),
        ({"aud": [CLIENT_ID, "somebody-else"]}, "WRONG_AUDIENCE"),
        ({"aud": [CLIENT_ID, "somebody-else"], "azp": "somebody-else"}, "WRONG_AUDIENCE"),
        ({"azp": "somebody-else"}, "WRONG_AUDIENCE"),
        ({"nonce": "another"}, "WRONG_NONCE"),
        ({"nonce": None}, "WRONG_NONCE"),
        ({"nonce": 7}, "WRONG_NONCE"),
        ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "WRONG_HASH"),
        ({"at_hash": 7}, "WRONG_HASH"),
        ({"exp": None}, "NOT_A_TOKEN"),
        ({"exp": "tomorrow"}, "NOT_A_TOKEN"),
        ({"exp": True}, "NOT_A_TOKEN"),
        ({"exp": 1e300}, "NOT_A_TOKEN"),
        ({"iat": None}, "NOT_A_TOKEN"),
        ({"sub": None}, "NOT_A_TOKEN"),
        ({"sub": ""}, "NOT_A_TOKEN"),
        ({"sub": 7}, "NOT_A_TOKEN"),
        ({"sub": "x" * 256}, "NOT_A_TOKEN"),
        ({"sub": "anna\n"}, "NOT_A_TOKEN"),
        ({"sid": 7}, "NOT_A_TOKEN"),
    ],
)
async def test_claims_that_do_not_fit_are_refused(visits: Visits, claims: dict[str, object], expected: str) -> None:
    await visits.member()
    visits.provider.claims = claims

    assert reason_of(await visits.sign_in()) == expected


@pytest.mark.parametrize(
    ("claim", "seconds"), [("exp", -60), ("iat", 61), ("iat", -601), ("nbf", 61), ("auth_time", 61)]
)
async def test_tokens_of_another_time_are_refused(visits: Visits, claim: str, seconds: int) -> None:
    await visits.member()
    visits.provider.claims = {claim: visits.seconds(timedelta(seconds=seconds))}

    assert reason_of(await visits.sign_in()) == "WRONG_TIME"


@pytest.mark.parametrize(("claim", "seconds"), [("exp", -59), ("iat", 60), ("nbf", 60)])
async def test_clocks_may_differ_by_a_minute(visits: Visits, claim: str, seconds: int) -> None:
    await visits.member()
    visits.provider.claims = {claim: visits.seconds(timedelta(seconds=seconds))}

    assert isinstance(await visits.sign_in(), SignedInBy)


async def test_a_token_for_several_is_believed_when_it_was_made_for_us(visits: Visits) -> None:
    await visits.member()
    visits.provider.claims = {"aud": ["somebody-else", CLIENT_ID], "azp": CLIENT_ID}

    assert isinstance(await visits.sign_in(), SignedInBy)


async def test_a_token_signed_by_a_foreign_key_is_refused(visits: Visits) -> None:
    await visits.member()
    visits.provider.published = [ECKey.generate_key("P-256", {"kid": "first"})]

    assert reason_of(await visits.sign_in()) == "NOT_SIGNED"


def unsigned(header: object, claims: object, signature: bytes = b"") -> str:
    """Return a token with whatever signature."""
    parts = (orjson.dumps(header), orjson.dumps(claims), signature)
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def keyed(claims: Mapping[str, Any]) -> str:
    """Return a token signed with the client secret."""
    return jwt.encode({"alg": "HS256", "kid": "first"}, dict(claims), OctKey.import_key(SECRET), algorithms=["HS256"])


def with_own_key(claims: Mapping[str, Any]) -> str:
    """Return a token that brings its own key."""
    key = ECKey.generate_key("P-256")
    header = {"alg": "ES256", "jwk": key.as_dict(private=False)}
    return jwt.encode(header, dict(claims), key, algorithms=["ES256"])


@pytest.mark.parametrize(
    ("forge", "expected"),
    [
        (keyed, "NOT_SIGNED"),
        (with_own_key, "NOT_SIGNED"),
        (lambda claims: unsigned({"alg": "none"}, claims), "NOT_SIGNED"),
        (lambda claims: unsigned({"alg": "ES256", "kid": "first"}, claims, b"x" * 64), "NOT_SIGNED"),
        (lambda claims: unsigned({"alg": "RS256", "kid": "first"}, claims, b"x" * 256), "NOT_SIGNED"),
        (lambda claims: unsigned({"alg": 7}, claims), "NOT_A_TOKEN"),
        (lambda claims: unsigned({"alg": "ES256", "kid": 7}, claims), "NOT_A_TOKEN"),
        (lambda claims: unsigned({}, claims), "NOT_A_TOKEN"),
        (lambda claims: unsigned([], claims), "NOT_A_TOKEN"),
        (lambda claims: unsigned({"alg": "ES256"}, claims).removesuffix("."), "NOT_A_TOKEN"),
        (lambda claims: unsigned({"alg": "ES256"}, {**claims, "x": "x" * 60_000}), "NOT_A_TOKEN"),
        (lambda _: "ä.ö.å", "NOT_A_TOKEN"),
        (lambda _: "[[[[.e30.", "NOT_A_TOKEN"),
        (lambda _: "", "NOT_A_TOKEN"),
    ],
)
async def test_forged_tokens_are_refused(
    visits: Visits, forge: Callable[[Mapping[str, Any]], str], expected: str
) -> None:
    await visits.member()
    # Even if the provider says that it signs like this.
    visits.provider.metadata = {"id_token_signing_alg_values_supported": ["HS256", "none", "ES256", "RS256"]}
    visits.provider.forge = forge

    assert reason_of(await visits.sign_in()) == expected


async def test_what_is_signed_need_not_be_claims(visits: Visits) -> None:
    await visits.member()
    visits.provider.forge = lambda _: visits.provider.signed(["not", "claims"])  # type: ignore[arg-type]

    assert reason_of(await visits.sign_in()) == "NOT_A_TOKEN"


async def test_a_header_that_has_to_be_understood_is_refused(visits: Visits) -> None:
    await visits.member()
    visits.provider.header = {"crit": ["odd"], "odd": 1}

    assert reason_of(await visits.sign_in()) == "NOT_SIGNED"


@pytest.mark.parametrize("header", [{"x5t": "abc"}, {"odd": 1}, {"kid": None}, {"typ": "JWT"}])
async def test_a_header_that_says_more_or_less_is_believed(visits: Visits, header: dict[str, object]) -> None:
    await visits.member()
    visits.provider.header = header

    assert isinstance(await visits.sign_in(), SignedInBy)


async def test_an_algorithm_that_the_provider_does_not_name_is_refused(visits: Visits) -> None:
    await visits.member()
    visits.provider.metadata = {"id_token_signing_alg_values_supported": ["RS256"]}

    assert reason_of(await visits.sign_in()) == "NOT_SIGNED"


async def test_a_new_key_is_found_when_it_is_first_used(visits: Visits) -> None:
    await visits.member()
    await visits.sign_in()
    visits.provider.key = ECKey.generate_key("P-256", {"kid": "second"})

    assert reason_of(await visits.sign_in(later=timedelta(seconds=59))) == "NOT_SIGNED"
    assert isinstance(await visits.sign_in(later=timedelta(seconds=60)), SignedInBy)
    assert visits.provider.asked.count("GET /keys") == 2


async def test_a_key_that_was_withdrawn_is_believed_for_an_hour_at_most(visits: Visits) -> None:
    await visits.member()
    await visits.sign_in()
    visits.provider.published = []

    assert isinstance(await visits.sign_in(later=timedelta(minutes=9)), SignedInBy)
    visits.provider.at += timedelta(hours=1)
    assert reason_of(await visits.sign_in(later=timedelta(hours=1))) == "NOT_SIGNED"


async def test_of_several_keys_the_named_one_counts(visits: Visits) -> None:
    await visits.member()
    others = [ECKey.generate_key("P-256", {"kid": f"other-{number}"}) for number in range(3)]
    visits.provider.published = [*others, visits.provider.key]

    assert isinstance(await visits.sign_in(), SignedInBy)


async def test_keys_for_other_purposes_and_strange_ones_are_left_out(visits: Visits, rsa_key: RSAKey) -> None:
    await visits.member()
    own = visits.provider.key.as_dict(private=False)
    strange: list[Any] = [
        "not a key",
        {"kty": "oct", "k": "c2VjcmV0", "kid": "first"},
        {"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA", "kid": "first"},
        {"kty": "EC", "crv": "P-256", "x": 7, "y": "AAAA", "kid": "first"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "first"},
        {**own, "use": "enc", "kid": "first"},
        {**own, "alg": "ES512"},
        rsa_key.as_dict(private=False) | {"kid": "first"},
    ]
    visits.provider.key_set = strange
    assert reason_of(await visits.sign_in()) == "NOT_SIGNED"
    visits.provider.key_set = [*strange, own]

    assert isinstance(await visits.sign_in(later=timedelta(minutes=1)), SignedInBy)


@pytest.mark.parametrize("key_set", [None, {}, "keys"])
async def test_keys_that_are_no_set_are_refused(visits: Visits, key_set: object) -> None:
    await visits.member()
    visits.provider.key_set = key_set

    assert reason_of(await visits.sign_in()) == "NOT_A_KEY_SET"


async def test_rsa_signatures_are_believed(visits: Visits, rsa_key: RSAKey) -> None:
    await visits.member()
    visits.provider.key = rsa_key

    assert isinstance(await visits.sign_in(), SignedInBy)


@pytest.mark.parametrize("algorithm", ["RSA-OAEP-256", "RSA-OAEP"])
@pytest.mark.parametrize("content", ["A256GCM", "A128GCM", "A128CBC-HS256", "A256CBC-HS512"])
async def test_encrypted_tokens_are_opened(visits: Visits, algorithm: str, content: str) -> None:
    await visits.member()
    visits.provider.encrypt_to = await visits.encryption_key()
    visits.provider.encryption = {"alg": algorithm, "enc": content}

    assert isinstance(await visits.sign_in(), SignedInBy)


async def test_tokens_encrypted_to_somebody_else_are_refused(visits: Visits, rsa_key: RSAKey) -> None:
    await visits.member()
    visits.provider.encrypt_to = rsa_key

    assert reason_of(await visits.sign_in()) == "NOT_OPENED"


async def test_compressed_tokens_are_refused(visits: Visits) -> None:
    await visits.member()
    visits.provider.encrypt_to = await visits.encryption_key()
    visits.provider.encryption |= {"zip": "DEF"}

    assert reason_of(await visits.sign_in()) == "NOT_OPENED"


async def test_what_was_encrypted_has_to_be_signed_all_the_same(visits: Visits) -> None:
    await visits.member()
    visits.provider.encrypt_to = await visits.encryption_key()
    visits.provider.forge = lambda claims: unsigned({"alg": "none"}, claims)

    assert reason_of(await visits.sign_in()) == "NOT_SIGNED"
