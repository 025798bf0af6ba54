"""What we ask an identity provider for ourselves: tokens for a code, and what it knows of a person.

Owns: how we prove who we are at a provider, the token request, the UserInfo request.
Does not own: sending the browser there and what it brings back (`federation`), checking tokens (`provider_tokens`).

Sources: RFC 6749 §4.1.3, RFC 7523 §2.2, OpenID Connect Core 1.0 §5.3 and §9.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote_plus

from joserfc import jwt
from joserfc.jwk import RSAKey

from ilmio_api.domain.accounts import particulars
from ilmio_api.domain.outcomes import Problem
from ilmio_api.oauth.provider_directory import Directory, Metadata
from ilmio_api.oauth.provider_faults import Fault, ProviderError

_ASSERTION_LIFE = timedelta(minutes=1)
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_ALGORITHMS = ("RS256", "PS256")


@dataclass(frozen=True, slots=True)
class Code:
    """What the browser brought back, and what belongs to it."""

    code: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a provider gave for a code."""

    id_token: str = field(repr=False)
    access_token: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a provider says of a person beyond that they are one; nothing of it identifies them."""

    email: str | None
    """Only an address that the provider has verified, as addresses are kept here."""
    name: str | None
    """None also when it is not one that can be kept."""
    language: str | None
    """Such as `fi`; None when the provider says nothing."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How we prove who we are in one request."""

    fields: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


def proof_by_secret(metadata: Metadata, client_id: str, secret: str) -> Proof:
    """Return the proof by a secret that both know.

    Raises:
        ProviderError: The provider takes none.
    """
    if "client_secret_basic" in metadata.token_methods:
        # RFC 6749 §2.3.1: both are form-encoded before they are joined.
        joined = f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()
        return Proof({}, {"authorization": f"Basic {b64encode(joined).decode()}"})
    if "client_secret_post" in metadata.token_methods:
        return Proof({"client_id": client_id, "client_secret": secret}, {})
    raise ProviderError(Fault.NO_COMMON_METHOD)


def proof_by_key(metadata: Metadata, client_id: str, key: RSAKey, *, jti: str, at: datetime) -> Proof:
    """Return the proof by our signature.

    Raises:
        ProviderError: The provider takes none of ours.
    """
    algorithm = next((each for each in _ASSERTION_ALGORITHMS if each in metadata.assertion_algorithms), None)
    if algorithm is None or "private_key_jwt" not in metadata.token_methods:
        raise ProviderError(Fault.NO_COMMON_METHOD)
    claims = {
        "iss": client_id,
        "sub": client_id,
        # The pinned issuer and nothing that the provider says of itself: it could name somebody else's address, and
        # use there what we have signed here.
        "aud": metadata.issuer,
        "jti": jti,
        "iat": int(at.timestamp()),
        "exp": int((at + _ASSERTION_LIFE).timestamp()),
    }
    assertion = jwt.encode({"alg": algorithm, "kid": key.kid}, claims, key, algorithms=[algorithm])
    return Proof({"client_id": client_id, "client_assertion_type": _ASSERTION_TYPE, "client_assertion": assertion}, {})


async def redeemed(directory: Directory, metadata: Metadata, code: Code, proof: Proof) -> Tokens:
    """Return the tokens that a provider gives for a code.

    Raises:
        ProviderError: It gives none.
    """
    said = await directory.json_of(
        "POST",
        metadata.token_endpoint,
        Fault.CODE_REFUSED,
        data={
            "grant_type": "authorization_code",
            "code": code.code,
            "redirect_uri": code.redirect_uri,
            "code_verifier": code.verifier,
            **proof.fields,
        },
        headers=proof.headers,
    )
    id_token, access_token = said.get("id_token"), said.get("access_token")
    if not isinstance(id_token, str):
        raise ProviderError(Fault.NOT_A_TOKEN)
    return Tokens(id_token, access_token if isinstance(access_token, str) and access_token.isprintable() else None)


async def profile(directory: Directory, metadata: Metadata, claims: Mapping[str, object], tokens: Tokens) -> Profile:
    """Return what a provider says of a person, in the ID token or else at its UserInfo endpoint.

    Args:
        directory: The way to the provider.
        metadata: Of the provider.
        claims: Of the ID token, which has been checked.
        tokens: What came with it.

    Raises:
        ProviderError: The UserInfo endpoint does not answer, or speaks of somebody else.
    """
    said = claims
    if "email" not in claims and metadata.userinfo_endpoint and tokens.access_token:
        said = await directory.json_of(
            "GET",
            metadata.userinfo_endpoint,
            Fault.NOT_A_TOKEN,
            headers={"authorization": f"Bearer {tokens.access_token}"},
        )
        # OpenID Connect Core §5.3.2: or somebody else's address could be slipped in.
        if said.get("sub") != claims["sub"]:
            raise ProviderError(Fault.NOT_A_TOKEN)
    email, name, locale = said.get("email"), said.get("name"), said.get("locale")
    is_verified = isinstance(email, str) and said.get("email_verified") is True
    return Profile(
        email=_kept(particulars.address_of(str(email))) if is_verified else None,
        name=_kept(particulars.name_of(name)) if isinstance(name, str) else None,
        language=locale.partition("-")[0].lower() if isinstance(locale, str) else None,
    )


def _kept(value: str | Problem) -> str | None:
    """Return a value that can be kept."""
    return None if isinstance(value, Problem) else value
