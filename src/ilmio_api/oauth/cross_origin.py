"""Which pages of other origins may call the authorization server from a script.

Owns: the origins, answering preflights, the headers.
Does not own: the same for reading, which any origin may (`web`).

A browser application calls from where its redirect addresses are; every other origin is told nothing.

Source: Fetch standard, RFC 6749 and the OAuth 2.0 for Browser-Based Applications draft.
"""

from urllib.parse import urlsplit

from sqlalchemy import func, select
from starlette.responses import Response

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts.client_models import ApiClient
from ilmio_api.domain.accounts.vocabulary import ClientKind

_SCHEMES = frozenset({"http", "https"})


async def is_known(session: WriteSession, origin: str) -> bool:
    """Return whether a public application of ours has redirect addresses at an origin."""
    if not _is_origin(origin):
        return False
    # The database finds candidates, the comparison below is exact.
    found = await session.scalars(
        select(ApiClient.redirect_uris).where(
            ApiClient.kind == ClientKind.PUBLIC_APPLICATION,
            ApiClient.deleted_at.is_(None),
            func.array_to_string(ApiClient.redirect_uris, " ").contains(origin, autoescape=True),
        )
    )
    return any(_origin_of(address) == origin for addresses in found for address in addresses)


def opened(response: Response, origin: str) -> Response:
    """Return an answer that a script of an origin may read."""
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Expose-Headers"] = "WWW-Authenticate"
    response.headers.add_vary_header("Origin")
    return response


def preflight(origin: str, methods: str) -> Response:
    """Return the permission to send a request."""
    headers = {
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Max-Age": "600",
    }
    return opened(Response(status_code=204, headers=headers), origin)


def _is_origin(text: str) -> bool:
    """Return whether a text is the origin of a page on the web, as browsers write it."""
    return _origin_of(text) == text


def _origin_of(address: str) -> str | None:
    """Return the origin of an address; None for those of applications on a device."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in _SCHEMES and parts.netloc else None
