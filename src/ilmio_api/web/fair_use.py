"""A limit in front of the pages and endpoints of accounts, whose connections to the database are few.

Owns: what a request there costs its address.
Does not own: the arithmetic of points (`web.allowances`), attempts to sign in (`domain.accounts.attempts`).
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ilmio_api.domain.outcomes import ProblemCode
from ilmio_api.i18n.languages import negotiate
from ilmio_api.i18n.problems import wording
from ilmio_api.oauth.answers import TOO_OFTEN, answer
from ilmio_api.web.allowances import Account, RateLimitedError
from ilmio_api.web.callers import ON_THIS_MACHINE, address_of, caller_at

POINTS = 300
"""Points that a request costs: a thousand in a minute, with the usual limit. Where fewer are allowed, one a minute."""

_OAUTH = "/oauth/"
GUARDED = (_OAUTH, "/auth/", "/console")
"""Where paths begin whose answers may need the database of accounts."""


@dataclass(frozen=True, slots=True)
class FairUse:
    """Charges the address of a request before it is answered."""

    app: ASGIApp
    trusted_proxies: int
    spares_this_machine: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or say when to come again."""
        if scope["type"] == "http" and scope["path"].startswith(GUARDED):
            peer = scope.get("client")
            caller = caller_at(address_of(peer[0] if peer else None, scope["headers"], self.trusted_proxies) or "")
            if not (self.spares_this_machine and caller in ON_THIS_MACHINE):
                account = Account(scope["app"].service.store, caller)
                try:
                    await account.spend_at_most(POINTS)
                except RateLimitedError:
                    await _refusal(Request(scope), account.wait_s)(scope, receive, send)
                    return
        await self.app(scope, receive, send)


def _refusal(request: Request, wait_s: int) -> Response:
    """Return 429: words for people, who ask for pages; else what OAuth's clients read (RFC 6749 §5.2)."""
    wait = {"Retry-After": str(wait_s)}
    if request.url.path.startswith(_OAUTH) and "text/html" not in request.headers.get("accept", ""):
        said = f"Too many requests from this address; try again in {wait_s} seconds."
        return answer(429, {"error": TOO_OFTEN, "error_description": said}, wait.items())
    language = negotiate(request.headers.get("accept-language"))
    headers = wait | {"Cache-Control": "no-store", "Content-Language": language.value}
    return PlainTextResponse(f"{wording(ProblemCode.TRY_LATER, language, {})}\n", 429, headers)
