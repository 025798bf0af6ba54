"""What identity providers ask of us: our keys, and to end sessions.

Owns: the two addresses, what they accept and answer.
Does not own: the keys (`provider_keys`), ending sessions (`federation_logout`), the pages of the browser (`console`).

Sources: RFC 7517 §8.5, OpenID Connect Back-Channel Logout 1.0 §2.5 and §2.8.
"""

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ilmio_api.db.session import accounts_work
from ilmio_api.oauth import provider_keys
from ilmio_api.oauth.federation_logout import log_out
from ilmio_api.oauth.federation_providers import ACTING, BACK_CHANNEL, Federation
from ilmio_api.oauth.provider_faults import ProviderError

KEYS = "/oauth/rp-jwks"
"""Where providers find our keys: whom to register as `jwks_uri`."""

_LONGEST_FORM = 131_072
_FORM = "application/x-www-form-urlencoded"


def routes(federation: Federation) -> list[Route]:
    """Return the routes that identity providers call."""

    async def keys(_request: Request) -> Response:
        oauth = federation.oauth
        async with accounts_work(oauth.engine, ACTING) as session:
            published = await provider_keys.published(session, oauth.sealer, oauth.now())
        return JSONResponse(
            {"keys": list(published)},
            media_type="application/jwk-set+json",
            headers={"cache-control": "public, max-age=3600", "access-control-allow-origin": "*"},
        )

    async def back_channel(request: Request) -> Response:
        token = _logout_token(request, await _body(request))
        if token is None:
            return _refused("The request has no logout_token.")
        try:
            await log_out(federation, federation.oauth.occasion_of(request), request.path_params["provider"], token)
        except ProviderError as error:
            return _refused(f"The logout_token cannot be used: {error.fault}.")
        return Response(headers={"cache-control": "no-store"})

    return [
        Route(KEYS, keys, methods=["GET"]),
        Route(f"{BACK_CHANNEL}{{provider}}", back_channel, methods=["POST"]),
    ]


async def _body(request: Request) -> bytes:
    """Return the body of a request, or nothing when it is longer than any logout token."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST_FORM:
            return b""
    return body


def _logout_token(request: Request, body: bytes) -> str | None:
    """Return the token in a form, or None when there is not just one."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return None
    try:
        fields = parse_qsl(body.decode("ascii"), max_num_fields=10)
    except ValueError:
        return None
    tokens = [value for name, value in fields if name == "logout_token"]
    return tokens[0] if len(tokens) == 1 else None


def _refused(description: str) -> Response:
    """Return what a provider is told when its request was not followed (§2.8)."""
    return JSONResponse(
        {"error": "invalid_request", "error_description": description},
        status_code=400,
        headers={"cache-control": "no-store"},
    )
