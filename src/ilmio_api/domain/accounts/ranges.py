"""Ranges of network addresses from which a client or key may be used.

Owns: what a range looks like, and whether an address lies in one.
Does not own: where the ranges are kept (`client_models`, `models`), how the address of a caller is known (`web`).

Source: CIDR notation, RFC 4632 §3.1 and RFC 4291 §2.3.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from ilmio_api.domain.outcomes import Problem, ProblemCode

MOST_RANGES = 50
"""Most ranges in one list."""

_Address: TypeAlias = IPv4Address | IPv6Address
_Network: TypeAlias = IPv4Network | IPv6Network

_MAPPED_BITS = 96
"""Bits before the IPv4 address in an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2)."""


def contains(ranges: Iterable[str], address: str) -> bool:
    """Return whether a caller at an address may come in.

    Args:
        ranges: CIDR ranges; none means from anywhere.
        address: Address of the caller. One that cannot be read, such as the empty one of the command line, lies in no
            range. An IPv4-mapped IPv6 address is the IPv4 address inside.
    """
    given = list(ranges)
    if not given:
        return True
    known = _address(address)
    networks = [network for text in given if (network := _network(text)) is not None]
    return known is not None and any(known in network for network in networks)


def canonical(text: str) -> str | None:
    """Return a range in its one written form, or None when the text is not a range.

    A single address is the range of itself. An address with bits beyond its length, such as `10.0.0.5/8`, is none: it
    is as likely to mean one machine as sixteen million.
    """
    network = _network(text.strip())
    return None if network is None else str(network)


def problems_of(ranges: Iterable[str], *path: str) -> tuple[Problem, ...]:
    """Return what is wrong with a list of ranges; `path` names the list, the place in it follows."""
    given = list(ranges)
    if len(given) > MOST_RANGES:
        return (Problem(ProblemCode.TOO_MANY, path, {"most": MOST_RANGES}),)
    return tuple(
        Problem(ProblemCode.NOT_AN_ADDRESS_RANGE, (*path, str(place)), {"given": text})
        for place, text in enumerate(given)
        if canonical(text) is None
    )


def _address(text: str) -> _Address | None:
    """Return an address without zone, or None."""
    try:
        parsed = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        return parsed.ipv4_mapped
    return parsed


def _network(text: str) -> _Network | None:
    """Return a network, or None; one of IPv4-mapped addresses is the IPv4 network inside."""
    try:
        parsed = ip_network(text)
    except ValueError:
        return None
    if isinstance(parsed, IPv6Network):
        if parsed.network_address.scope_id is not None:
            return None
        mapped = parsed.network_address.ipv4_mapped
        if mapped is not None and parsed.prefixlen >= _MAPPED_BITS:
            return IPv4Network((mapped, parsed.prefixlen - _MAPPED_BITS))
    return parsed
