"""Why an identity provider of an organisation cannot be believed.

Owns: the stable names of the faults, which the owner of the organisation reads while setting the provider up.
Does not own: the wording (`i18n.messages`), what the person who wanted to sign in is shown (`console`).
"""

from enum import StrEnum


class Fault(StrEnum):
    """What is wrong with a provider or with what it sent. The names are stable."""

    UNREACHABLE = "UNREACHABLE"
    """It did not answer, or not with success, or its address may not be asked."""
    NOT_METADATA = "NOT_METADATA"
    """What it says about itself is not OpenID provider metadata."""
    ISSUER_DIFFERS = "ISSUER_DIFFERS"
    """It names another issuer than the one that was registered."""
    NOT_A_KEY_SET = "NOT_A_KEY_SET"
    """Its keys are not a JWK set."""
    NO_COMMON_METHOD = "NO_COMMON_METHOD"
    """It knows no way of ours to prove who we are."""
    MIXED_UP = "MIXED_UP"
    """The browser came back in the name of another issuer (RFC 9207)."""
    CODE_REFUSED = "CODE_REFUSED"
    """It gave no tokens for the code, often because the client id or secret is wrong."""
    NOT_A_TOKEN = "NOT_A_TOKEN"  # noqa: S105 - a name
    """What it sent is not a JWT with the claims that it must have."""
    NOT_OPENED = "NOT_OPENED"
    """The token is encrypted, but not to a key of ours."""
    NOT_SIGNED = "NOT_SIGNED"
    """The token is not signed by a key of the provider."""
    WRONG_ISSUER = "WRONG_ISSUER"
    """The token comes from another issuer."""
    WRONG_AUDIENCE = "WRONG_AUDIENCE"
    """The token is for another client."""
    WRONG_TIME = "WRONG_TIME"
    """The token has expired, or is from the future; the clocks may differ."""
    WRONG_NONCE = "WRONG_NONCE"
    """The token answers another request."""
    WRONG_HASH = "WRONG_HASH"
    """The access token is not the one that the ID token came with."""
    NOT_FRESH = "NOT_FRESH"
    """The person was to sign in again, and the provider does not say that they did."""


class ProviderError(Exception):
    """The provider cannot be believed; caught where a command is answered, and nowhere else."""

    def __init__(self, fault: Fault) -> None:
        """Keep what is wrong; nothing that the provider sent is repeated."""
        super().__init__(fault.value)
        self.fault = fault
