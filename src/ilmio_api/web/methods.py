"""What a request gets by a method that its address does not have, outside of GraphQL.

Owns: the answers to OPTIONS and to methods that do not fit.
Does not own: the same for queries (`web.graphql`), preflights of browsers (`app`, `oauth.cross_origin`).
"""

from typing import cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response


def other_method(request: Request, error: Exception) -> Response:
    """Return 405 with the methods that fit; to OPTIONS, 204 with the same (RFC 9110 §9.3.7)."""
    refusal = cast("HTTPException", error)  # nobody but Starlette's routes refuses with 405
    fitting = {*(refusal.headers or {}).get("Allow", "OPTIONS").split(", "), "OPTIONS"}
    headers = {"Allow": ", ".join(sorted(fitting))}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=headers)
    return PlainTextResponse(refusal.detail, refusal.status_code, headers)
