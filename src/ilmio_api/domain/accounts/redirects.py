"""Addresses to which a browser is sent back with a code, or after signing out.

Owns: which addresses a client may register, and whether one that is given is one of those.
Does not own: the sending (`oauth`), who may register them (`clients`).

Source: RFC 6749 §3.1.2, RFC 9700 §2.1 (exact comparison), RFC 8252 §7 (applications on a device).
"""

import re
from collections.abc import Iterable

from ilmio_api.domain.accounts.vocabulary import ClientKind
from ilmio_api.domain.outcomes import Problem, ProblemCode

MOST_REDIRECTS = 10
"""Most addresses in one list of a client."""

_LONGEST = 500

# RFC 3986 §2 without `#`, because a fragment would swallow the answer, and without `*`, which people take for a
# wildcard. What is left holds no space, no control character, no backslash: nothing that parsers disagree about.
_PERMITTED = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()+,;=%]+")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# Lower case only, as browsers send it: the comparison is by character. Nothing before the host: `https://a.fi@b.fi`
# is at `b.fi`, which is not how people read it.
_WEB = re.compile(rf"https?://({_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]+\])(?::([0-9]{{1,5}}))?(?:[/?].*)?")
_LOOPBACK_HOSTS = frozenset({"127.0.0.1", "[::1]", "localhost"})
_HIGHEST_PORT = 65_535

# RFC 8252 §7.1: the reversed name of a domain, one slash, no authority. The dot keeps out `javascript:`, `data:` and
# whatever else browsers and systems give a meaning to.
_PRIVATE_USE = re.compile(r"[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:/(?!/).*")

_ON_THE_DEVICE = re.compile(r"http://(127\.0\.0\.1|\[::1\])(?::([0-9]{1,5}))?((?:[/?].*)?)", re.DOTALL)


def matches(registered: str, given: str) -> bool:
    """Return whether a given address is the registered one.

    They have to be equal, character by character. The port alone is free, and only on `http://127.0.0.1` and
    `http://[::1]`: an application on a device listens on whichever port it gets (RFC 8252 §7.3).
    """
    if given == registered:
        return True
    expected, found = _ON_THE_DEVICE.fullmatch(registered), _ON_THE_DEVICE.fullmatch(given)
    if expected is None or found is None or not _is_port(found[2]):
        return False
    return (expected[1], expected[3]) == (found[1], found[3])


def is_shared(address: str) -> bool:
    """Return whether other programs on the device may receive what is sent to an address.

    Any may listen on a port, and any may claim a private-use scheme (RFC 8252 §8.6); a name on the web has one owner.
    """
    return not address.startswith("https://")


def is_registered(registered: Iterable[str], given: str) -> bool:
    """Return whether a given address is one of those that a client has registered."""
    return any(matches(each, given) for each in registered)


def problems_of(uri: str, kind: ClientKind, *path: str) -> tuple[Problem, ...]:
    """Return what is wrong with an address that a client of a kind wants to register; `path` names it.

    The fact `reason` is one of `length`, `characters`, `scheme`, `host`.
    """
    reason = _reason_against(uri, kind)
    if reason is None:
        return ()
    return (Problem(ProblemCode.NOT_A_REDIRECT_ADDRESS, path, {"given": uri, "reason": reason}),)


def _reason_against(uri: str, kind: ClientKind) -> str | None:
    """Return in a word why an address cannot be registered, or None when it can."""
    if len(uri) > _LONGEST:
        return "length"
    if not _PERMITTED.fullmatch(uri):
        return "characters"
    web = _WEB.fullmatch(uri)
    if uri.startswith("https://"):
        return None if web and _is_port(web[2]) else "host"
    if kind is not ClientKind.PUBLIC_APPLICATION:
        return "scheme"
    if uri.startswith("http://"):
        return None if web and web[1] in _LOOPBACK_HOSTS and _is_port(web[2]) else "host"
    return None if _PRIVATE_USE.fullmatch(uri) else "scheme"


def _is_port(text: str | None) -> bool:
    """Return whether up to five digits are a port, or there are none."""
    return text is None or 0 < int(text) <= _HIGHEST_PORT
