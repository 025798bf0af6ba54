"""The host that a request is for.

Owns: whether a request names it as it has to.
Does not own: which hosts are ours: every one leads here.

Source: RFC 9112 §3.2.
"""

import re
from collections.abc import Sequence
from typing import Final

_HOST: Final = re.compile(rb"(?:[\w.~!$&'()*+,;=%-]*|\[[0-9A-Fa-fv:.]+\])(?::[0-9]*)?")
"""A host, which may be empty, with or without a port (RFC 3986 §3.2.2)."""


def names_host(headers: Sequence[tuple[bytes, bytes]], version: str) -> bool:
    """Return whether a request names its host once; before HTTP/1.1 it need not (RFC 9112 §3.2)."""
    hosts = [value for name, value in headers if name == b"host"]
    if not hosts:
        return version < "1.1"
    return len(hosts) == 1 and _HOST.fullmatch(hosts[0].strip()) is not None
