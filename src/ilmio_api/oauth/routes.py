"""All routes of the authorization server for programs, on one screen.

Owns: methods, reading the request, who of other origins may call.
Does not own: pages for persons (`/oauth/authorize`, `/oauth/device`, `/oauth/logout` are the console's).
"""

from collections.abc import Awaitable, Callable

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ilmio_api.db.session import accounts_work
from ilmio_api.oauth import cross_origin, keys, userinfo
from ilmio_api.oauth.answers import answer, error_answer
from ilmio_api.oauth.authorisation_requests import judged
from ilmio_api.oauth.client_authentication import check_rate
from ilmio_api.oauth.clients import METHODS
from ilmio_api.oauth.metadata import DEVICE_START, INTROSPECT, KEYS, REVOKE, USERINFO, metadata
from ilmio_api.oauth.pushed_requests import LIFE, NOT_KEPT, kept
from ilmio_api.oauth.requests import ServerRequest, packed
from ilmio_api.oauth.server import PUSHED, TOKEN, Server
from ilmio_api.oauth.service import ACTING, OAuth, in_db

Handler = Callable[[Request], Awaitable[Response]]
Step = Callable[[Server, ServerRequest], Response]

_METADATA = ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration")
_PUBLIC = {"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"}


def routes(oauth: OAuth) -> list[Route]:
    """Return the routes; `openapi-notes.md` describes them."""

    def program(step: Step) -> Handler:
        return _program(oauth, step)

    def scripts(handler: Handler, *methods: str) -> Handler:
        return _for_scripts(oauth, handler, ", ".join(methods))

    async def person(request: Request) -> Response:
        return await _userinfo(oauth, request)

    async def key_set(request: Request) -> Response:
        return JSONResponse(await in_db(oauth, oauth.occasion_of(request), keys.published), headers=_PUBLIC)

    async def about(request: Request) -> Response:
        del request
        return JSONResponse(metadata(oauth.issuer), headers=_PUBLIC)

    return [
        Route(TOKEN, scripts(program(Server.create_token_response), "POST"), methods=["POST", "OPTIONS"]),
        Route(REVOKE, scripts(program(_endpoint("revocation")), "POST"), methods=["POST", "OPTIONS"]),
        Route(USERINFO, scripts(person, "GET", "POST"), methods=["GET", "POST", "OPTIONS"]),
        Route(INTROSPECT, program(_endpoint("introspection")), methods=["POST"]),
        Route(DEVICE_START, program(_endpoint("device_authorization")), methods=["POST"]),
        Route(PUSHED, program(_pushed), methods=["POST"]),
        Route(KEYS, key_set),
        *(Route(path, about) for path in _METADATA),
    ]


def _program(oauth: OAuth, step: Step) -> Handler:
    """Return what answers the form of a program, in one transaction."""

    async def handler(request: Request) -> Response:
        occasion = oauth.occasion_of(request)
        try:
            sent = await packed(oauth, request)
            response = await in_db(oauth, occasion, lambda work: step(Server(work), sent))
        except OAuth2Error as error:
            response = error_answer(error)
        # The audit log names it too.
        response.headers["X-Request-Id"] = occasion.trace_id
        return response

    return handler


def _endpoint(name: str) -> Step:
    """Return the step that one of Authlib's endpoints takes."""

    def step(server: Server, request: ServerRequest) -> Response:
        response: Response = server.create_endpoint_response(name, request)
        return response

    return step


def _pushed(server: Server, request: ServerRequest) -> Response:
    """Keep an authorisation request that holds (RFC 9126 §2)."""
    try:
        client = server.authenticate_client(request, tuple(METHODS))
        if "request_uri" in request.form:
            raise InvalidRequestError("A pushed request cannot name another one.")
        sent = {name: value for name, value in request.form.items() if name not in NOT_KEPT}
        pairs = list((sent | {"client_id": client.id}).items())
        judged(server, pairs)
        check_rate(server.work, client)
        body = {"request_uri": kept(server.work, client, pairs), "expires_in": int(LIFE.total_seconds())}
        return answer(201, body)
    except OAuth2Error as error:
        return error_answer(error)


async def _userinfo(oauth: OAuth, request: Request) -> Response:
    """Return what the client may know of the person."""
    occasion = oauth.occasion_of(request)
    try:
        is_form = request.method == "POST" and "authorization" not in request.headers
        form = (await packed(oauth, request)).form if is_form else {}
    except OAuth2Error as error:
        return error_answer(error)
    async with accounts_work(oauth.engine, ACTING) as session:
        return await userinfo.claims_of(session, occasion, userinfo.token_in(request, form))


def _for_scripts(oauth: OAuth, handler: Handler, methods: str) -> Handler:
    """Return a handler that scripts of browser applications may call, from where those are registered."""

    async def guarded(request: Request) -> Response:
        origin = request.headers.get("origin")
        known = False
        if origin:
            async with accounts_work(oauth.engine, ACTING) as session:
                known = await cross_origin.is_known(session, origin)
        if request.method == "OPTIONS":
            answer = cross_origin.preflight(origin, methods) if origin and known else Response(status_code=204)
            answer.headers["Allow"] = f"{methods}, OPTIONS"
            return answer
        response = await handler(request)
        return cross_origin.opened(response, origin) if origin and known else response

    return guarded
