"""What is done when the database is away, or the caller, outside of GraphQL.

Owns: the answer 503 of the authorization server and of the console; that whoever hangs up is no fault of ours.
Does not own: the same for queries (`web.graphql`), faults of ours, which stay faults.
"""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from ilmio_api.db.session import is_away
from ilmio_api.errors import ErrorCode
from ilmio_api.i18n.languages import negotiate
from ilmio_api.i18n.messages import wording

_RETRY_AFTER_S = 5


def unavailable(request: Request, error: Exception) -> Response:
    """Return 503 when the database is away.

    Raises:
        Exception: The same error, when it tells something else.
    """
    if isinstance(error, DBAPIError) and not is_away(error):
        raise error
    language = negotiate(request.headers.get("accept-language"))
    said = wording(ErrorCode.UNAVAILABLE, language, {})
    headers = {
        "Retry-After": str(_RETRY_AFTER_S),
        "Cache-Control": "no-store",
        "Content-Language": language.value,
    }
    return PlainTextResponse(f"{said.message} {said.help}\n", 503, headers)


def hung_up(request: Request, error: Exception) -> Response:
    """Return what nobody hears: the caller has gone before the body was whole."""
    del request, error
    return Response(status_code=400)


HANDLERS = {
    **dict.fromkeys((ConnectionError, TimeoutError, PoolTimeoutError, DBAPIError), unavailable),
    ClientDisconnect: hung_up,
}
"""Handlers by the errors that an absent database, or caller, raises."""
