"""Where somebody signs in from, in as few words as let the person recognise it.

Owns: what is kept of the header `User-Agent` and of a network address.
Does not own: sessions (`sessions`), which addresses may use a key (`ranges`).
"""

from ipaddress import IPv6Address, ip_address, ip_network

_BROWSERS = (
    # Order matters: browsers call themselves by the names of those they descend from.
    (("Edg/", "EdgA/", "EdgiOS/"), "Edge"),
    (("OPR/",), "Opera"),
    (("SamsungBrowser/",), "Samsung Internet"),
    (("Vivaldi/",), "Vivaldi"),
    (("Firefox/", "FxiOS/"), "Firefox"),
    (("Chrome/", "CriOS/"), "Chrome"),
    (("Safari/",), "Safari"),
)
_SYSTEMS = (
    (("iPhone",), "iPhone"),
    (("iPad",), "iPad"),
    (("Android",), "Android"),
    (("Windows",), "Windows"),
    (("CrOS",), "ChromeOS"),
    (("Macintosh", "Mac OS X"), "macOS"),
    (("Linux", "X11"), "Linux"),
)
_IPV4_BITS, _IPV6_BITS = 24, 48


def browser_of(user_agent: str) -> str:
    """Return browser and system, such as `Firefox, Linux`; empty when neither is known.

    Args:
        user_agent: The header `User-Agent`, of which nothing else is kept.
    """
    known = (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))
    return ", ".join(name for name in known if name)


def network_of(address: str) -> str:
    """Return the network of an address: 24 bits of IPv4, 48 of IPv6; empty when it is no address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    bits = _IPV6_BITS if isinstance(parsed, IPv6Address) else _IPV4_BITS
    return str(ip_network((parsed.packed, bits), strict=False))


def _first(names: tuple[tuple[tuple[str, ...], str], ...], user_agent: str) -> str:
    """Return the first name of which one of the marks stands in the header."""
    return next((name for marks, name in names if any(mark in user_agent for mark in marks)), "")
