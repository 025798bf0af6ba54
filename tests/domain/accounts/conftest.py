"""Fixtures of the tests of accounts."""

from tests.domain.accounts.scene import accounts, at, entropy, lasting, scene

__all__ = ["accounts", "at", "entropy", "lasting", "scene"]
