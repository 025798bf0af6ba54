"""An OpenID provider that lies when a test wants it to.

Owns: its metadata, keys, tokens, and what it has been asked.
Does not own: what is promised of the service that asks it (the tests beside).
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
from joserfc import jwe, jws
from joserfc.jwk import ECKey, Key, RSAKey
from joserfc.registry import HeaderParameter

from ilmio_api.domain.accounts.fetched import Fetched, NotFetched, NotFetchedError

ISSUER = "https://login.example.fi"
CLIENT_ID = "ilmio-at-oma"
ACCESS_TOKEN = "tämä ei ole salaisuus".encode().hex()
UNCHANGED = object()
_JSON = "application/json"


@dataclass(slots=True)
class FakeProvider:
    """A provider in this process. By default it is honest; each field can be changed to make it less so."""

    at: datetime
    key: Key = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "first", "use": "sig"}))
    """Signs its tokens."""
    published: list[Key] | None = None
    """Keys of its key set; None for the one that signs."""
    body: bytes | None = None
    """What it answers when it is asked about itself."""
    key_set: object = UNCHANGED
    """What stands in the key set, keys or not."""
    metadata: dict[str, Any] = field(default_factory=dict)
    """Overrides of what it says about itself."""
    claims: dict[str, Any] = field(default_factory=dict)
    """Overrides of claims of ID tokens; None leaves one out."""
    header: dict[str, Any] = field(default_factory=dict)
    """Overrides of the header of ID tokens."""
    forge: Callable[[Mapping[str, Any]], str] | None = None
    """Makes ID tokens in place of the provider."""
    userinfo: dict[str, Any] = field(default_factory=lambda: {"sub": "anna"})
    """What it says of the person at its UserInfo endpoint."""
    encrypt_to: RSAKey | None = None
    """Key to which ID tokens are encrypted."""
    encryption: dict[str, str] = field(default_factory=lambda: {"alg": "RSA-OAEP-256", "enc": "A256GCM"})
    is_down: bool = False
    asked: list[str] = field(default_factory=list)
    """Method and path of each request."""
    token_requests: list[tuple[dict[str, str], dict[str, str]]] = field(default_factory=list)
    """Fields and headers of each token request."""
    _requests: dict[str, dict[str, str]] = field(default_factory=dict)

    def sign_in(self, address: str, **more: str) -> list[tuple[str, str]]:
        """Return the parameters with which the browser comes back after the person has signed in.

        Args:
            address: Where the browser was sent.
            more: Parameters to change; empty ones are left out.
        """
        request = dict(parse_qsl(urlsplit(address).query))
        code = f"code-{len(self._requests)}"
        self._requests[code] = request
        given = {"code": code, "state": request["state"], "iss": ISSUER} | more
        return [(name, value) for name, value in given.items() if value]

    async def fetch(
        self, method: str, url: str, *, data: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Fetched:
        """Answer as the network would."""
        self.asked.append(f"{method} {urlsplit(url).path}")
        if self.is_down or urlsplit(url).netloc != "login.example.fi":
            raise NotFetchedError(NotFetched.UNREACHABLE, "login.example.fi")
        match urlsplit(url).path:
            case "/.well-known/openid-configuration":
                return Fetched(200, orjson.dumps(self._said()) if self.body is None else self.body, _JSON)
            case "/keys":
                return Fetched(200, orjson.dumps({"keys": self._keys()}), _JSON)
            case "/token":
                return self._tokens(dict(data or {}), dict(headers or {}))
            case "/userinfo" if (headers or {}).get("authorization") == f"Bearer {ACCESS_TOKEN}":
                return Fetched(200, orjson.dumps(self.userinfo), _JSON)
        return Fetched(404, b"", "")

    def signed(self, claims: Mapping[str, Any], **header: object) -> str:
        """Return a token signed by the provider."""
        algorithm = "RS256" if isinstance(self.key, RSAKey) else "ES256"
        full: dict[str, Any] = {"alg": algorithm, "kid": self.key.kid, **header}
        present = {name: value for name, value in full.items() if value is not None}
        registry = jws.JWSRegistry(
            # Lets a test demand that something odd be understood.
            {"odd": HeaderParameter("odd", "int")},
            algorithms=[present["alg"]],
            strict_check_header=False,
        )
        return jws.serialize_compact(present, orjson.dumps(claims), self.key, registry=registry)

    def _said(self) -> dict[str, Any]:
        honest = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize?tenant=oma",
            "token_endpoint": f"{ISSUER}/token",
            "userinfo_endpoint": f"{ISSUER}/userinfo",
            "jwks_uri": f"{ISSUER}/keys",
            "authorization_response_iss_parameter_supported": True,
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        }
        return {name: value for name, value in (honest | self.metadata).items() if value is not None}

    def _keys(self) -> object:
        if self.key_set is not UNCHANGED:
            return self.key_set
        keys = [self.key] if self.published is None else self.published
        return [key.as_dict(private=False) for key in keys]

    def _tokens(self, fields: dict[str, str], headers: dict[str, str]) -> Fetched:
        self.token_requests.append((fields, headers))
        request = self._requests.pop(fields.get("code", ""), None)
        challenge = urlsafe_b64encode(sha256(fields.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if request is None or (request["code_challenge"], request["code_challenge_method"]) != (challenge, "S256"):
            return Fetched(400, b'{"error":"invalid_grant"}', _JSON)
        if request["redirect_uri"] != fields.get("redirect_uri"):
            return Fetched(400, b'{"error":"invalid_grant"}', _JSON)
        honest = {
            "iss": ISSUER,
            "sub": "anna",
            "aud": CLIENT_ID,
            "iat": int(self.at.timestamp()),
            "exp": int((self.at + timedelta(hours=1)).timestamp()),
            "nonce": request["nonce"],
            "sid": "there-1",
        }
        claims = {name: value for name, value in (honest | self.claims).items() if value is not None}
        token = self.forge(claims) if self.forge else self.signed(claims, **self.header)
        if self.encrypt_to is not None:
            registry = jwe.JWERegistry(algorithms=[*self.encryption.values(), "DEF"], strict_check_header=False)
            header = self.encryption | {"cty": "JWT", "kid": self.encrypt_to.kid}
            token = jwe.encrypt_compact(header, token, self.encrypt_to, registry=registry)
        return Fetched(200, orjson.dumps({"id_token": token, "access_token": ACCESS_TOKEN, "token_type": "Bearer"}))
