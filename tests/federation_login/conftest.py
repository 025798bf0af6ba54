"""Fixtures of the tests of signing in with an identity provider."""

from tests.domain.accounts.scene import at, entropy, lasting
from tests.federation_login.visits import federation, lasting_visits, passing, provider, rsa_key, sealer, visits

__all__ = [
    "at",
    "entropy",
    "federation",
    "lasting",
    "lasting_visits",
    "passing",
    "provider",
    "rsa_key",
    "sealer",
    "visits",
]
