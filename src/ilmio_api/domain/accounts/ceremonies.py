"""What is said between a browser and us about passkeys.

Owns: the questions, and what in the answers is believed.
Does not own: whose the passkeys are (`passkeys`), which imports this module when the first is used: the library takes
6 MB.

Source: Web Authentication Level 3, §7.1 and §7.2, by the library `webauthn`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import webauthn
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.parse_authentication_credential_json import parse_authentication_credential_json
from webauthn.helpers.parse_registration_credential_json import parse_registration_credential_json
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

# An answer of a browser is about one kilobyte.
_LONGEST_ANSWER = 20_000
_UNREADABLE = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)
"""What the library raises about an answer that is wrong, or is no answer at all."""


Known: TypeAlias = tuple[bytes, Sequence[str]]
"""A passkey that we keep: the id by which devices know it, and how browsers reach it."""

Person: TypeAlias = tuple[bytes, str, str]
"""For whom a passkey is made: a handle that comes back with every answer, address, name."""


class Made(NamedTuple):
    """A passkey that a browser has made."""

    credential: VerifiedRegistration
    transports: list[str]
    """How the browser says it reaches the device, for its own use later; only values that are known."""


@dataclass(frozen=True, slots=True)
class Ceremony:
    """One question and its answer."""

    party_id: str
    """Name of the host that the passkeys are for."""
    origin: str
    """The only origin from which answers are taken."""
    challenge: bytes
    """Random bytes that the answer has to sign."""
    life_s: int
    """How long the browser waits for the person, in seconds."""

    def to_make(self, party_name: str, person: Person, known: Iterable[Known]) -> str:
        """Return the question for a new passkey, on a device that holds none of those that are known.

        Returns:
            JSON for `PublicKeyCredential.parseCreationOptionsFromJSON`.
        """
        handle, address, name = person
        options = webauthn.generate_registration_options(
            rp_id=self.party_id,
            rp_name=party_name,
            user_id=handle,
            user_name=address,
            user_display_name=name,
            challenge=self.challenge,
            timeout=self.life_s * 1000,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=_described(known),
        )
        return webauthn.options_to_json(options)

    def made(self, answer: str) -> Made | None:
        """Return the passkey that the browser has made, or None when it cannot be used.

        Args:
            answer: JSON of the browser's `PublicKeyCredential`.
        """
        if len(answer) > _LONGEST_ANSWER:
            return None
        try:
            credential = webauthn.verify_registration_response(
                credential=answer,
                expected_challenge=self.challenge,
                expected_rp_id=self.party_id,
                expected_origin=self.origin,
                require_user_verification=True,
            )
        except _UNREADABLE:
            return None
        transports = parse_registration_credential_json(answer).response.transports or []
        return Made(credential, sorted({transport.value for transport in transports}))

    def to_sign(self, known: Iterable[Known]) -> str:
        """Return the question for one of the passkeys that are known, or for any if none is named.

        Returns:
            JSON for `PublicKeyCredential.parseRequestOptionsFromJSON`.
        """
        options = webauthn.generate_authentication_options(
            rp_id=self.party_id,
            challenge=self.challenge,
            timeout=self.life_s * 1000,
            allow_credentials=_described(known),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return webauthn.options_to_json(options)

    def signed(self, answer: str) -> AuthenticationCredential | None:
        """Return what an answer says, which is not yet to be believed; None when it is no answer.

        Args:
            answer: JSON of the browser's `PublicKeyCredential`.
        """
        if len(answer) > _LONGEST_ANSWER:
            return None
        try:
            return parse_authentication_credential_json(answer)
        except _UNREADABLE:
            return None

    def proof(
        self, credential: AuthenticationCredential, public_key: bytes, sign_count: int
    ) -> VerifiedAuthentication | None:
        """Return what an answer proves if it was signed by the key, for us, now, after verifying the person.

        Args:
            credential: What `signed` returned.
            public_key: Of the passkey that it names.
            sign_count: How often that passkey said last that it has signed.
        """
        try:
            return webauthn.verify_authentication_response(
                credential=credential,
                expected_challenge=self.challenge,
                expected_rp_id=self.party_id,
                expected_origin=self.origin,
                credential_public_key=public_key,
                credential_current_sign_count=sign_count,
                require_user_verification=True,
            )
        except _UNREADABLE:
            return None


def _described(known: Iterable[Known]) -> list[PublicKeyCredentialDescriptor]:
    """Return passkeys in the words of the library."""
    return [
        PublicKeyCredentialDescriptor(
            id=credential_id, transports=[AuthenticatorTransport(each) for each in transports]
        )
        for credential_id, transports in known
    ]
