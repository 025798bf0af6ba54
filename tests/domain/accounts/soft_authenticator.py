"""An authenticator in software: makes passkeys and answers with them as a device does, or as one should not.

Owns: the bytes that a browser and its device send (WebAuthn Level 3 §6.1, §6.5, §7).
Does not own: what the service makes of them.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

_PRESENT, _VERIFIED, _BACKUP_ELIGIBLE, _BACKED_UP, _ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40
_AAGUID = bytes.fromhex("fbfc3007154e4ecc8c0b6e020557d7bd")


@dataclass(slots=True)
class SoftAuthenticator:
    """A device with one passkey (ES256); its attributes are what a test makes wrong."""

    entropy: Callable[[int], bytes]
    origin: str = "https://api.example.fi"
    host: str = "api.example.fi"
    verifies: bool = True
    """Whether it verifies the person."""
    counts: bool = False
    """Whether it counts its signatures; synchronised passkeys do not."""
    backs_up: bool = False
    count: int = 0
    user_handle: bytes = b""
    _key: ec.EllipticCurvePrivateKey = field(init=False)
    credential_id: bytes = field(init=False)

    def __post_init__(self) -> None:
        """Make the key pair."""
        number = int.from_bytes(self.entropy(31), "big") + 1
        self._key = ec.derive_private_key(number, ec.SECP256R1())
        self.credential_id = self.entropy(32)

    def makes(self, options: str) -> str:
        """Return the answer to `navigator.credentials.create()`, as JSON."""
        asked = json.loads(options)
        self.user_handle = _bytes(asked["user"]["id"])
        public = self._key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32, "big"), -3: public.y.to_bytes(32, "big")}
        attested = _AAGUID + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(key)
        data = self._authenticator_data(_ATTESTED) + attested
        return self._answer(
            {
                "clientDataJSON": _text(self._client_data("webauthn.create", asked)),
                "attestationObject": _text(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
                "transports": ["internal", "hybrid", "carrier-pigeon"],
            }
        )

    def answers(self, options: str) -> str:
        """Return the answer to `navigator.credentials.get()`, as JSON."""
        client_data = self._client_data("webauthn.get", json.loads(options))
        data = self._authenticator_data(0)
        signature = self._key.sign(data + sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": _text(client_data),
                "authenticatorData": _text(data),
                "signature": _text(signature),
                "userHandle": _text(self.user_handle),
            }
        )

    def _authenticator_data(self, flags: int) -> bytes:
        if self.counts:
            self.count += 1
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        flags |= (_BACKUP_ELIGIBLE | _BACKED_UP) if self.backs_up else 0
        return sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client_data(self, type_: str, asked: dict[str, Any]) -> bytes:
        return json.dumps({"type": type_, "challenge": asked["challenge"], "origin": self.origin}).encode()

    def _answer(self, response: dict[str, Any]) -> str:
        name = _text(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(value: str) -> bytes:
    return urlsafe_b64decode(value + "===")
