"""What the tests of the compiler share: the two worlds and those who answer about them."""

from tests.oracle.fixtures import mottled, mottled_pool, mottled_url, true

__all__ = ["mottled", "mottled_pool", "mottled_url", "true"]
