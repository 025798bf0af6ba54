"""Who is asking, as far as limits go.

Owns: telling anonymous callers apart by their address, also behind proxies.
Does not own: rights (`access.principals`), what a caller may spend (`web.allowances`).
"""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv6Network, ip_address

_UNKNOWN = "address:unknown"
ON_THIS_MACHINE = frozenset({"address:127.0.0.1", "address:::/64"})
"""Names of callers on the machine itself: IPv4 loopback, and the network of IPv6 loopback."""

_NETWORK_BITS = 64
"""Bits of an IPv6 address that name a site; a machine is free to choose the others."""


def address_of(peer: str | None, headers: Sequence[tuple[bytes, bytes]], trusted_proxies: int) -> str | None:
    """Return the address from which a request comes, as far as it is known.

    Args:
        peer: The address at the other end of the connection.
        headers: Header fields, names in lower case.
        trusted_proxies: How many proxies of the operator's own stand in a row before the service. Each of them has
            added the address that it was asked from to the end of `X-Forwarded-For`; what stands before those is the
            caller's own invention and is not looked at. Some proxies add the port too, which is left out.
    """
    if trusted_proxies:
        lines = [value.decode("latin-1") for name, value in headers if name == b"x-forwarded-for"]
        added = [part.strip() for line in lines for part in line.split(",")]
        if len(added) >= trusted_proxies:
            return _without_port(added[-trusted_proxies])
    return peer


def _without_port(node: str) -> str:
    """Return the address in what a proxy has added: `192.0.2.1:4711` or `[2001:db8::1]:4711`, or without port."""
    if node.startswith("["):
        return node[1:].partition("]")[0]
    host, _, port = node.rpartition(":")
    return host if port.isdigit() and "." in host and ":" not in host else node


def caller_at(address: str) -> str:
    """Return the name under which the points of an anonymous caller are counted."""
    return _name(address) if address else _UNKNOWN


@lru_cache(maxsize=4_096)
def _name(address: str) -> str:
    """Return the name of an address: an IPv4 address, or the network of an IPv6 one."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return _UNKNOWN
    if parsed.version == 4:  # noqa: PLR2004 - the version of the protocol
        return f"address:{parsed}"
    if parsed.ipv4_mapped:
        return f"address:{parsed.ipv4_mapped}"
    return f"address:{IPv6Network((parsed, _NETWORK_BITS), strict=False)}"
