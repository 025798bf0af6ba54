"""A limit in front of the pages and endpoints of accounts, whose connections to the database are few.

Owns: what a request there costs its address.
Does not own: the arithmetic of points (`web.allowances`), attempts to sign in (`domain.accounts.attempts`).
"""

from dataclasses import dataclass

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ilmio_api.i18n.languages import negotiate
from ilmio_api.i18n.messages import wording_of
from ilmio_api.web.allowances import Account, RateLimitedError
from ilmio_api.web.callers import ON_THIS_MACHINE, address_of, caller_at

POINTS = 300
"""Points that a request costs: a thousand in a minute, with the usual limit."""

GUARDED = ("/oauth/", "/auth/", "/console")
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
                    await account.spend(POINTS)
                except RateLimitedError as error:
                    await _refusal(scope, error, account.wait_s)(scope, receive, send)
                    return
        await self.app(scope, receive, send)


def _refusal(scope: Scope, error: RateLimitedError, wait_s: int) -> PlainTextResponse:
    """Return 429."""
    accepted = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"accept-language"), None)
    language = negotiate(accepted)
    said = wording_of(error, language)
    headers = {"Retry-After": str(wait_s), "Cache-Control": "no-store", "Content-Language": language.value}
    return PlainTextResponse(f"{said.message} {said.help}\n", 429, headers)
