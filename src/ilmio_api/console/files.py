"""The style sheet and scripts of the pages.

Owns: their addresses, which hold a hash of the content, and their headers.
Does not own: the files of the landing page and the explorer (`web.static_files`).
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_FOLDER: Final = Path(__file__).parent / "assets"
_MEDIA_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_HEADERS: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it is sent; the address names its content, so it never has to be asked for again."""

    content: bytes
    media_type: str


def asset(request: Request) -> Response:
    """Return a file of the pages.

    Raises:
        HTTPException: 404, no such file.
    """
    found = _FILES.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    return Response(found.content, media_type=found.media_type, headers=_HEADERS)


def asset_path(name: str) -> str:
    """Return the path of a file below the root of the service.

    Raises:
        KeyError: No file has this name.
    """
    return f"/console/assets/{_NAMES[name]}"


def _read_all() -> tuple[dict[str, _File], dict[str, str]]:
    """Return the files by public name, and the public name by name."""
    files, names = {}, {}
    for path in sorted(_FOLDER.iterdir()):
        media_type = _MEDIA_TYPES.get(path.suffix)
        if media_type:
            content = path.read_bytes()
            names[path.name] = f"{path.stem}-{sha256(content).hexdigest()[:12]}{path.suffix}"
            files[names[path.name]] = _File(content, media_type)
    return files, names


_FILES, _NAMES = _read_all()
