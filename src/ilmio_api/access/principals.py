"""The one who asks.

Owns: what is known about a caller when a plan is restricted.
Does not own: how a caller proves who they are (`oauth`).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller. Without an account it is `ANONYMOUS`, who reads what is public."""

    policy_key: str
    """Callers with equal keys see rows by the same rules, so they share compiled plans."""


ANONYMOUS = Principal(policy_key="anonymous")
"""Everybody who comes without credentials."""
