"""Content codings of answers.

Owns: which coding a client gets, and from which size on it pays.
Does not own: keeping coded bodies (`web.replies`).

Source: RFC 9110 §12.5.3; RFC 8878 for zstd, RFC 7932 for br.
"""

import gzip
from collections.abc import Callable, Collection, Mapping

import brotli
import zstandard

from ilmio_api.web.negotiation import weight

SMALLEST = 1_024
"""Bodies below this size, in bytes, go out as they are: one packet holds them anyway."""

_ZSTD_LEVEL, _BROTLI_QUALITY, _GZIP_LEVEL = 3, 4, 5

_CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=_BROTLI_QUALITY),
    "zstd": lambda body: zstandard.compress(body, _ZSTD_LEVEL),
    "gzip": lambda body: gzip.compress(body, _GZIP_LEVEL, mtime=0),
}
"""Codings, the first of those that a client likes best is taken. zstd is quicker than br, but some clients announce it
and cannot read it."""


def coding_for(accept_encoding: str, ours: Collection[str] = _CODINGS.keys()) -> str | None:
    """Return the coding in which to send bodies of `SMALLEST` bytes or more, or None for none.

    It is the one of ours that the client likes best; among several, the first.
    """
    weights: dict[str, float] = {}
    for part in accept_encoding.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights[name] = weight(parameters)
    best = max(ours, key=lambda coding: weights.get(coding, 0.0))
    return best if 0.0 < weights.get(best, 0.0) >= weights.get("identity", 0.0) else None


def coded(body: bytes, coding: str) -> bytes:
    """Return the body in a coding of `coding_for`."""
    return _CODINGS[coding](body)
