"""Public keys of clients."""

import pytest
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey

from ilmio_api.domain.accounts.key_sets import canonical, problems_of
from ilmio_api.domain.outcomes import Problem, ProblemCode

RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig", "alg": "RS256"})
P256 = ECKey.generate_key("P-256", {"kid": "p256", "alg": "ES256"})
P384 = ECKey.generate_key("P-384", {"kid": "p384"})
ED25519 = OKPKey.generate_key("Ed25519", {"kid": "ed", "alg": "EdDSA"})

PUBLIC_RSA = RSA.as_dict(private=False)
PUBLIC_P256 = P256.as_dict(private=False)


def refused(reason: str, *path: str) -> tuple[Problem, ...]:
    return (Problem(ProblemCode.NOT_A_KEY_SET, ("jwks", *path), {"reason": reason}),)


def test_the_usual_public_keys_are_taken() -> None:
    keys = KeySet([RSA, P256, P384, ED25519]).as_dict(private=False)

    assert problems_of(keys, "jwks") == ()


@pytest.mark.parametrize("key", [RSA, P256, P384, ED25519])
def test_a_private_key_is_refused(key: RSAKey | ECKey | OKPKey) -> None:
    keys = {"keys": [PUBLIC_P256, {**key.as_dict(private=True), "kid": "mine"}]}

    assert problems_of(keys, "jwks") == refused("private", "1")


def test_a_shared_secret_is_refused() -> None:
    assert problems_of({"keys": [OctKey.generate_key(256).as_dict()]}, "jwks") == refused("private", "0")


@pytest.mark.parametrize(
    "key",
    [
        ECKey.generate_key("P-521").as_dict(private=False),
        ECKey.generate_key("secp256k1").as_dict(private=False),
        OKPKey.generate_key("X25519").as_dict(private=False),
        {**PUBLIC_RSA, "n": PUBLIC_RSA["n"][:171]},
        {**PUBLIC_RSA, "n": f"{PUBLIC_RSA['n']}{PUBLIC_RSA['n']}AAAA"},
        {**PUBLIC_RSA, "e": "AQAAAAAB"},
        {**PUBLIC_RSA, "alg": "HS256"},
        {**PUBLIC_RSA, "alg": "none"},
        {**PUBLIC_P256, "alg": "RS256"},
        {"kty": "AKP", "alg": "ML-DSA-44"},
        {},
    ],
)
def test_weak_and_unknown_keys_are_refused(key: dict[str, str]) -> None:
    assert problems_of({"keys": [key]}, "jwks") == refused("weak", "0")


@pytest.mark.parametrize(
    "key",
    [
        {**PUBLIC_P256, "x": PUBLIC_P256["y"]},
        {**PUBLIC_P256, "x": 5},
        {**PUBLIC_P256, "x": "a b"},
        {"kty": "EC", "crv": "P-256"},
        {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"},
        {**PUBLIC_RSA, "e": "AQ"},
        {**PUBLIC_RSA, "use": "enc"},
    ],
)
def test_what_is_no_key_is_refused(key: dict[str, object]) -> None:
    assert problems_of({"keys": [key]}, "jwks") == refused("form", "0")


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": {}}, {"keys": ["key"]}, PUBLIC_RSA])
def test_what_is_no_set_of_keys_is_refused(keys: dict[str, object]) -> None:
    assert problems_of(keys, "jwks") == refused("form")


def test_two_keys_do_not_share_a_name() -> None:
    keys = {"keys": [PUBLIC_P256, {**PUBLIC_RSA, "kid": "p256"}]}

    assert problems_of(keys, "jwks") == refused("kid")


@pytest.mark.parametrize("kid", ["", "a b", "a" * 101, "\x00"])
def test_a_name_of_a_key_is_short_and_plain(kid: str) -> None:
    assert problems_of({"keys": [{**PUBLIC_P256, "kid": kid}]}, "jwks") == refused("kid", "0")


def test_a_client_has_ten_keys_at_most() -> None:
    ten = [{**PUBLIC_P256, "kid": str(number)} for number in range(10)]

    assert problems_of({"keys": ten}, "jwks") == ()
    assert problems_of({"keys": [*ten, PUBLIC_RSA]}, "jwks") == (
        Problem(ProblemCode.TOO_MANY, ("jwks",), {"most": 10}),
    )


def test_only_what_a_check_of_a_signature_needs_is_kept() -> None:
    given = {"keys": [{**PUBLIC_P256, "x5c": ["…"], "key_ops": ["verify"], "owner": "Näkymä"}], "more": 1}

    assert canonical(given) == {"keys": [PUBLIC_P256]}
