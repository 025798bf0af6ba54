"""The files that the pages are made of, and texts: how they are named and sent.

Owns: the addresses of the files in `assets/`, headers, compression and caching by clients, also of other texts.
Does not own: the pages that link to them (`web.pages`), how `assets/explorer` is built (`deploy/explorer`).
"""

import gzip
import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ilmio_api.web.encodings import coded, coding_for
from ilmio_api.web.entity_tags import holds

FOLDER: Final = Path(__file__).parent / "assets"
"""Where the files lie; those that the build has compressed end in `.gz`."""

_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
}
_HEADERS: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    # A worker lives under the policy of its own script: it may load its other parts, and reach nothing else.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}
_NAMED_BY_CONTENT: Final = re.compile(r"-[0-9A-Z]{8}\.\w+$")


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it travels. The tag is weak because the same file also travels without compression."""

    path: Path
    media_type: str
    digest: str

    @property
    def tag(self) -> str:
        """Return its entity tag."""
        return f'W/"{self.digest}"'

    def compressed(self) -> bytes | None:
        """Return what travels, or None when the file has been replaced: its address names what it was.

        The system keeps in memory what is asked for, and we do not keep it once more.
        """
        try:
            stored = self.path.read_bytes()
        except FileNotFoundError:
            return None
        if _digest(stored) != self.digest:
            return None
        return stored if self.path.suffix == ".gz" else gzip.compress(stored, mtime=0)


def static_file(request: Request) -> Response:
    """Return a static file; its address holds a hash of its content, so it may be kept for ever.

    Raises:
        HTTPException: 404, no such file, or not any more.
    """
    found = _FILES.get(request.path_params["path"])
    if found is None:
        raise HTTPException(404)
    headers = {**_HEADERS, "ETag": found.tag}
    if is_current(request, found.tag):
        return Response(status_code=304, headers=headers)
    compressed = found.compressed()
    if compressed is None:
        raise HTTPException(404)
    if coding_for(_listed(request, "accept-encoding"), ["gzip"]) is None:
        return Response(gzip.decompress(compressed), media_type=found.media_type, headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(compressed, media_type=found.media_type, headers=headers)


def text_file(request: Request, path: Path, media_type: str) -> Response:
    """Return a text whose address stays when it changes: kept for five minutes, then asked for by its tag."""
    text = path.read_bytes()
    tag = f'W/"{_digest(text)}"'
    headers = {
        "Cache-Control": "public, max-age=300",
        "ETag": tag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if is_current(request, tag):
        return Response(status_code=304, headers=headers)
    coding = coding_for(_listed(request, "accept-encoding"))
    if coding is not None:
        text = _coded(text, coding)
        headers["Content-Encoding"] = coding
    return Response(text, media_type=media_type, headers=headers)


def address_of(name: str) -> str:
    """Return the address of the file `name` in `FOLDER`, relative to the root of the service.

    Raises:
        KeyError: No file has this name.
    """
    return f"assets/{_PATHS[name]}"


def is_current(request: Request, tag: str) -> bool:
    """Tell whether the caller already holds what has this entity tag."""
    return holds(_listed(request, "if-none-match"), tag)


def _listed(request: Request, name: str) -> str:
    """Return a header field that is a list, which may come in several lines (RFC 9110 §5.3)."""
    return ", ".join(request.headers.getlist(name))


def _read_all() -> tuple[dict[str, _File], dict[str, str]]:
    """Return the files by public path, and the public path by name.

    The two differ where the name does not yet hold a hash of the content.
    """
    files, paths = {}, {}
    for path in sorted(FOLDER.rglob("*.*")):
        name = path.relative_to(FOLDER).as_posix().removesuffix(".gz")
        stem, _, suffix = name.rpartition(".")
        media_type = _MEDIA_TYPES.get(f".{suffix}")
        if media_type is None:
            continue
        digest = _digest(path.read_bytes())
        paths[name] = name if _NAMED_BY_CONTENT.search(name) else f"{stem}-{digest}.{suffix}"
        files[paths[name]] = _File(path, media_type, digest)
    return files, paths


@lru_cache(maxsize=6)
def _coded(text: bytes, coding: str) -> bytes:
    """Return a text in a coding; there are two texts and three codings, and each takes milliseconds."""
    return coded(text, coding)


def _digest(content: bytes) -> str:
    """Return what names a content."""
    return sha256(content).hexdigest()[:12]


_FILES, _PATHS = _read_all()
