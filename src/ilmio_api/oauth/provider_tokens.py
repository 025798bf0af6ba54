"""Tokens that an identity provider has made: ID tokens and logout tokens.

Owns: opening encrypted ones, checking who signed them, and what each kind has to say to be believed.
Does not own: the keys (`provider_directory` has theirs, `provider_keys` ours), who the person is here
(`federation_persons`).

Sources: OpenID Connect Core 1.0 §3.1.3.7, OpenID Connect Back-Channel Logout 1.0 §2.4 and §2.6, RFC 8725.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256, sha384, sha512
from hmac import compare_digest
from typing import Any

import orjson
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry, decrypt_compact
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry, deserialize_compact

from ilmio_api.oauth.provider_directory import Directory, Metadata
from ilmio_api.oauth.provider_faults import Fault, ProviderError

LEEWAY = timedelta(minutes=1)
"""How far clocks may differ."""

LOGOUT = "http://schemas.openid.net/event/backchannel-logout"

_OLDEST = timedelta(minutes=10)
"""An ID token that is older was not made for a sign-in of now."""
_LONGEST_TOKEN = 65_536
_LONGEST_NAME = 255
_ENCRYPTED_PARTS, _SIGNED_PARTS = 5, 3
_RSA_BITS, _MOST_EXPONENT_BITS = range(2_048, 8_193), 32
_LOGOUT_TYPES = frozenset({None, "JWT", "logout+jwt", "application/logout+jwt"})

# RSA1_5 and what needs a shared secret are not among them, nor is compression.
_OPENING = JWERegistry(
    algorithms=(
        "RSA-OAEP-256",
        "RSA-OAEP",
        "A128GCM",
        "A192GCM",
        "A256GCM",
        "A128CBC-HS256",
        "A192CBC-HS384",
        "A256CBC-HS512",
    ),
    strict_check_header=False,
)
_SIGNATURES = {
    "RS256": ("RSA", None),
    "RS384": ("RSA", None),
    "RS512": ("RSA", None),
    "PS256": ("RSA", None),
    "PS384": ("RSA", None),
    "PS512": ("RSA", None),
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
}
"""Kind of key and curve by algorithm: never a secret that two know (`HS…`), never `none`."""

# Unknown fields of a header are to be ignored (RFC 7515 §4); `crit` is looked at all the same.
_SIGNED = JWSRegistry(algorithms=tuple(_SIGNATURES), strict_check_header=False)
_HASHES = {"256": sha256, "384": sha384, "512": sha512}


@dataclass(frozen=True, slots=True)
class Signed:
    """What a provider has said and signed."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as the provider knows them, and how they came."""

    issuer: str
    subject: str
    session: str | None
    """Their session there (`sid`); None when the provider keeps it to itself."""
    authenticated_at: datetime | None
    """When they last signed in there; None when the provider does not say."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What an ID token has to answer."""

    client_id: str
    nonce: str
    access_token: str | None
    """That which came with it."""
    fresh_since: datetime | None
    """The person has to have signed in there since then; None when any time will do."""


@dataclass(frozen=True, slots=True)
class Logout:
    """Whose sessions a provider says are over."""

    jti: str
    subject: str | None
    session: str | None
    """At least one of the two is there."""
    expires_at: datetime


def is_encrypted(token: str) -> bool:
    """Return whether a token has to be opened first."""
    return token.count(".") == _ENCRYPTED_PARTS - 1


def opened(token: str, keys: Sequence[RSAKey]) -> str:
    """Return the signed token that was encrypted to one of our keys.

    Raises:
        ProviderError: It was encrypted to nobody we know, or in a way that we do not take.
    """
    if len(token) > _LONGEST_TOKEN:
        raise ProviderError(Fault.NOT_OPENED)
    kid = _header_of(token).get("kid")
    # A provider that names no key leaves it to us to try.
    for key in [key for key in keys if kid in {None, key.kid}]:
        try:
            plaintext = decrypt_compact(token, key, registry=_OPENING).plaintext
            return (plaintext or b"").decode("ascii")
        except (JoseError, ValueError):
            continue
    raise ProviderError(Fault.NOT_OPENED)


async def signed_by(directory: Directory, metadata: Metadata, token: str, at: datetime) -> Signed:
    """Return what a provider has signed; when its keys have changed, they are read again.

    Args:
        directory: Knows the keys.
        metadata: Of the provider.
        token: A JWT that is not encrypted.
        at: Now.

    Raises:
        ProviderError: The provider did not sign it, or its keys cannot be read.
    """
    if len(token) > _LONGEST_TOKEN or token.count(".") != _SIGNED_PARTS - 1:
        raise ProviderError(Fault.NOT_A_TOKEN)
    header = _header_of(token)
    if header.get("alg") not in metadata.signing_algorithms & _SIGNATURES.keys():
        raise ProviderError(Fault.NOT_SIGNED)
    for afresh in (False, True):
        keys = _keys_for(header, await directory.keys(metadata, at, afresh=afresh))
        for key in keys:
            payload = _payload(token, key)
            if payload is not None:
                return Signed(header, _object(payload))
        if keys and "kid" in header:
            break
    raise ProviderError(Fault.NOT_SIGNED)


def subject_of(signed: Signed, metadata: Metadata, expected: Expected, at: datetime) -> Subject:
    """Return the person whom an ID token is about.

    Raises:
        ProviderError: The token does not answer what was asked.
    """
    claims = signed.claims
    _check_origin(claims, metadata.issuer, expected.client_id)
    issued_at = _time(claims, "iat")
    if _time(claims, "exp") <= at - LEEWAY or not at - _OLDEST <= issued_at <= at + LEEWAY:
        raise ProviderError(Fault.WRONG_TIME)
    if "nbf" in claims and _time(claims, "nbf") > at + LEEWAY:
        raise ProviderError(Fault.WRONG_TIME)
    if not compare_digest(str(claims.get("nonce")).encode(), expected.nonce.encode()):
        raise ProviderError(Fault.WRONG_NONCE)
    if "at_hash" in claims and claims["at_hash"] != _half_hash(expected.access_token, signed.header["alg"]):
        raise ProviderError(Fault.WRONG_HASH)
    authenticated_at = _time(claims, "auth_time") if "auth_time" in claims else None
    if authenticated_at is not None and authenticated_at > at + LEEWAY:
        raise ProviderError(Fault.WRONG_TIME)
    if expected.fresh_since and (authenticated_at is None or authenticated_at < expected.fresh_since - LEEWAY):
        raise ProviderError(Fault.NOT_FRESH)
    return Subject(metadata.issuer, _name(claims, "sub"), _optional_name(claims, "sid"), authenticated_at)


def logout_of(signed: Signed, metadata: Metadata, client_id: str, at: datetime) -> Logout:
    """Return whose sessions a logout token ends.

    Raises:
        ProviderError: It is not a logout token for us, of now.
    """
    claims = signed.claims
    _check_origin(claims, metadata.issuer, client_id)
    expires_at = _time(claims, "exp")
    if expires_at <= at - LEEWAY or _time(claims, "iat") > at + LEEWAY:
        raise ProviderError(Fault.WRONG_TIME)
    events = claims.get("events")
    is_logout = isinstance(events, dict) and isinstance(events.get(LOGOUT), dict)
    # An ID token has a nonce and another type: neither kind may be taken for the other.
    if not is_logout or "nonce" in claims or signed.header.get("typ") not in _LOGOUT_TYPES:
        raise ProviderError(Fault.NOT_A_TOKEN)
    subject, session = _optional_name(claims, "sub"), _optional_name(claims, "sid")
    if subject is None and session is None:
        raise ProviderError(Fault.NOT_A_TOKEN)
    return Logout(_name(claims, "jti"), subject, session, expires_at)


def _check_origin(claims: Mapping[str, Any], issuer: str, client_id: str) -> None:
    """Refuse what another issuer made, or what was made for another client."""
    if claims.get("iss") != issuer:
        raise ProviderError(Fault.WRONG_ISSUER)
    audiences = claims.get("aud")
    audiences = [audiences] if isinstance(audiences, str) else audiences
    if not isinstance(audiences, list) or client_id not in audiences:
        raise ProviderError(Fault.WRONG_AUDIENCE)
    # A token for several says for whom it was made first, and that has to be us.
    party = claims.get("azp", client_id if len(audiences) == 1 else None)
    if party != client_id:
        raise ProviderError(Fault.WRONG_AUDIENCE)


def _header_of(token: str) -> Mapping[str, Any]:
    """Return the header of a token that nobody has checked yet."""
    encoded = token.partition(".")[0]
    try:
        header = orjson.loads(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except ValueError as error:
        raise ProviderError(Fault.NOT_A_TOKEN) from error
    if not isinstance(header, dict) or not isinstance(header.get("alg"), str):
        raise ProviderError(Fault.NOT_A_TOKEN)
    if not isinstance(header.get("kid", ""), str):
        raise ProviderError(Fault.NOT_A_TOKEN)
    return header


def _keys_for(header: Mapping[str, Any], given: Sequence[Mapping[str, Any]]) -> list[RSAKey | ECKey]:
    """Return the keys that may have made the signature that a header tells of."""
    kind, curve = _SIGNATURES[header["alg"]]
    usable = (
        _public_key(key)
        for key in given
        if key.get("kty") == kind
        and key.get("crv") == curve
        and key.get("use", "sig") == "sig"
        and key.get("alg", header["alg"]) == header["alg"]
        and ("kid" not in header or key.get("kid") == header["kid"])
    )
    return [key for key in usable if key is not None]


def _public_key(jwk: Mapping[str, Any]) -> RSAKey | ECKey | None:
    """Return a key that a provider has published, or None when it is none that we would trust."""
    # Only what makes up the public key: whatever else stands there is not ours to interpret.
    values = {name: jwk.get(name) for name in (("kty", "n", "e") if jwk["kty"] == "RSA" else ("kty", "crv", "x", "y"))}
    parts: dict[str, str | list[str]] = {name: value for name, value in values.items() if isinstance(value, str)}
    if parts.keys() != values.keys():
        return None
    try:
        if parts["kty"] == "EC":
            return ECKey.import_key(parts)
        # A short one can be broken, a huge one, or one with a huge exponent, would keep us busy.
        is_sensible = _bits(jwk["n"]) in _RSA_BITS and _bits(jwk["e"]) <= _MOST_EXPONENT_BITS
        return RSAKey.import_key(parts) if is_sensible else None
    except (JoseError, ValueError):
        return None


def _payload(token: str, key: RSAKey | ECKey) -> bytes | None:
    """Return what the key has signed, or None when it has not."""
    try:
        return deserialize_compact(token, key, registry=_SIGNED).payload
    except (JoseError, ValueError):
        return None


def _object(payload: bytes) -> Mapping[str, Any]:
    """Return claims."""
    try:
        claims = orjson.loads(payload)
    except ValueError as error:
        raise ProviderError(Fault.NOT_A_TOKEN) from error
    if not isinstance(claims, dict):
        raise ProviderError(Fault.NOT_A_TOKEN)
    return claims


def _time(claims: Mapping[str, Any], name: str) -> datetime:
    """Return a claim that is a time: seconds since 1970 (RFC 7519 §2, NumericDate)."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ProviderError(Fault.NOT_A_TOKEN)
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ProviderError(Fault.NOT_A_TOKEN) from error


def _name(claims: Mapping[str, Any], name: str) -> str:
    """Return a claim that names something."""
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_NAME or not value.isprintable():
        raise ProviderError(Fault.NOT_A_TOKEN)
    return value


def _optional_name(claims: Mapping[str, Any], name: str) -> str | None:
    """Return a claim that may be missing."""
    return _name(claims, name) if name in claims else None


def _half_hash(access_token: str | None, algorithm: str) -> str | None:
    """Return what binds an access token to an ID token (OpenID Connect Core §3.1.3.6)."""
    if access_token is None:
        return None
    digest = _HASHES[algorithm[-3:]](access_token.encode()).digest()
    return urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def _bits(text: str) -> int:
    """Return how long an unsigned number of a JWK is."""
    return int.from_bytes(urlsafe_b64decode(text + "=" * (-len(text) % 4))).bit_length()
