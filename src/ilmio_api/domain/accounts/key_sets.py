"""Public keys with which clients prove who they are.

Owns: which keys a client may register.
Does not own: checking what was signed with them (`oauth`).

Source: JSON Web Key, RFC 7517; RFC 7518 §6 (RSA, elliptic curves); RFC 8037 (Ed25519).
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from ilmio_api.domain.outcomes import Problem, ProblemCode

MOST_KEYS = 10
"""Most keys of one client: enough to replace one while the old one is still in use."""

_CURVES: Mapping[str, ec.EllipticCurve] = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}
_RSA_BITS = range(2048, 4097)
# Longer ones are never needed and make every check of a signature slow.
_LARGEST_RSA_EXPONENT = 2**32

_PUBLIC = ("kty", "crv", "n", "e", "x", "y", "kid", "alg", "use")
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_BASE64URL = re.compile(r"[A-Za-z0-9_-]{1,1000}")
_KID = re.compile(r"[\x21-\x7E]{1,100}")


def canonical(key_set: Mapping[str, Any]) -> dict[str, Any]:
    """Return a set without problems, with nothing in it but what a check of a signature needs."""
    return {"keys": [{name: key[name] for name in _PUBLIC if name in key} for key in key_set["keys"]]}


def problems_of(key_set: Mapping[str, Any], *path: str) -> tuple[Problem, ...]:
    """Return what is wrong with a set of keys; `path` names it.

    The fact `reason` is `form` (no set of keys), `private` (a key that should never have left its owner), `weak`
    (another kind of key, or a short one) or `kid` (two keys under one name).
    """
    keys = key_set.get("keys")
    if not isinstance(keys, list) or not keys or not all(isinstance(key, dict) for key in keys):
        return (Problem(ProblemCode.NOT_A_KEY_SET, path, {"reason": "form"}),)
    if len(keys) > MOST_KEYS:
        return (Problem(ProblemCode.TOO_MANY, path, {"most": MOST_KEYS}),)
    found = [
        Problem(ProblemCode.NOT_A_KEY_SET, (*path, str(place)), {"reason": reason})
        for place, key in enumerate(keys)
        if (reason := _reason_against(key)) is not None
    ]
    names = [key["kid"] for key in keys if "kid" in key]
    if not found and len(set(names)) < len(names):
        found.append(Problem(ProblemCode.NOT_A_KEY_SET, path, {"reason": "kid"}))
    return tuple(found)


def _reason_against(key: Mapping[str, Any]) -> str | None:
    """Return in a word why a key cannot be registered, or None when it can."""
    if _PRIVATE & key.keys():
        return "private"
    parts = [key[name] for name in _PUBLIC if name in key]
    if not all(isinstance(part, str) for part in parts) or key.get("use", "sig") != "sig":
        return "form"
    if not _KID.fullmatch(key.get("kid", "-")):
        return "kid"
    try:
        algorithms = _algorithms(key)
    except (KeyError, ValueError):
        # A part is missing, or together the parts are no key: a point that is not on the curve.
        return "form"
    return None if key.get("alg", next(iter(algorithms), None)) in algorithms else "weak"


def _algorithms(key: Mapping[str, str]) -> frozenset[str]:
    """Return the algorithms of a key; none when it is weak or of a kind that is not used."""
    match key.get("kty"), key.get("crv"):
        case "RSA", _:
            modulus, exponent = _number(key["n"]), _number(key["e"])
            if modulus.bit_length() not in _RSA_BITS or exponent >= _LARGEST_RSA_EXPONENT:
                return frozenset()
            rsa.RSAPublicNumbers(exponent, modulus).public_key()
            return frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
        case "EC", ("P-256" | "P-384") as curve:
            ec.EllipticCurvePublicNumbers(_number(key["x"]), _number(key["y"]), _CURVES[curve]).public_key()
            return frozenset({"ES256" if curve == "P-256" else "ES384"})
        case "OKP", "Ed25519":
            ed25519.Ed25519PublicKey.from_public_bytes(_bytes(key["x"]))
            # RFC 9864 gave the algorithm of this curve a name of its own.
            return frozenset({"EdDSA", "Ed25519"})
        case _:
            return frozenset()


def _number(text: str) -> int:
    """Return an unsigned number, most significant byte first."""
    return int.from_bytes(_bytes(text), "big")


def _bytes(text: str) -> bytes:
    """Return what base64url without padding says (RFC 7515 §2).

    Raises:
        ValueError: It is not base64url.
    """
    if not _BASE64URL.fullmatch(text):
        message = "not base64url"
        raise ValueError(message)
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
