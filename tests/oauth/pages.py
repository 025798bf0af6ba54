"""A stand-in for the pages of the console: they answer in JSON what a person would be shown.

Owns: the routes that a browser comes to, and calling the server as the console does.
Does not own: what is promised (the tests beside).
"""

from functools import partial
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from ilmio_api.access.scopes import text_of
from ilmio_api.domain.occasion import Occasion
from ilmio_api.oauth import authorise, device_page, logout
from ilmio_api.oauth.service import OAuth


class Browser(Protocol):
    """Whose browser it is."""

    oauth: OAuth
    signed_in: Any
    """Who is signed in, or None."""

    def occasion(self, request: Request) -> Occasion:
        """Return the occasion of the browser's request."""
        ...


def pages(browser: Browser) -> list[Route]:
    """Return the routes."""
    found = {"/oauth/authorize": _authorise, "/oauth/device": _device, "/oauth/logout": _logout}
    return [Route(path, partial(page, browser), methods=["GET", "POST"]) for path, page in found.items()]


async def _authorise(browser: Browser, request: Request) -> Response:
    occasion = browser.occasion(request)
    form = await request.form()
    if request.method == "POST" and "ticket" not in form:
        pairs = [(name, str(value)) for name, value in form.multi_items()]
        return RedirectResponse(authorise.path_for(browser.oauth, occasion, pairs), 303)
    pairs = [("ticket", str(form["ticket"]))] if form else request.query_params.multi_items()
    found = await authorise.begin(browser.oauth, occasion, pairs, browser.signed_in)
    if request.method == "POST" and isinstance(found, authorise.Ask):
        assert browser.signed_in is not None
        if form.get("choose"):
            return RedirectResponse(await authorise.chosen(browser.oauth, occasion, found, browser.signed_in), 303)
        found = await authorise.finish(
            browser.oauth, occasion, found, browser.signed_in, allowed=form.get("allowed") == "1"
        )
    match found:
        case authorise.Redirect(url):
            return RedirectResponse(url, 303)
        case authorise.PageError(error, description):
            return PlainTextResponse(f"{error}: {description}", 400)
        case authorise.Ask():
            return JSONResponse(_seen(found))


async def _device(browser: Browser, request: Request) -> Response:
    assert browser.signed_in is not None
    occasion, form = browser.occasion(request), await request.form()
    if request.method == "GET":
        ask = await device_page.find(browser.oauth, occasion, request.query_params["user_code"], browser.signed_in)
        if not isinstance(ask, device_page.DeviceAsk):
            return JSONResponse({"problem": ask.problems[0].code}, 400)
        return JSONResponse({"user_code": ask.user_code, "scopes": text_of(ask.scopes), "network": ask.network})
    decided = await device_page.decide(
        browser.oauth, occasion, str(form["user_code"]), browser.signed_in, allowed=form.get("allowed") == "1"
    )
    return PlainTextResponse("", 204 if isinstance(decided, device_page.Decided) else 400)


async def _logout(browser: Browser, request: Request) -> Response:
    occasion, form = browser.occasion(request), await request.form()
    pairs = [(name, str(value)) for name, value in form.multi_items()] or request.query_params.multi_items()
    found = await logout.begin(browser.oauth, occasion, pairs, browser.signed_in)
    if isinstance(found, authorise.PageError):
        return PlainTextResponse(f"{found.error}: {found.description}", 400)
    if found.needs_confirmation and "ticket" not in form:
        return JSONResponse({"ticket": found.ticket, "client": found.client and found.client.id})
    url = await logout.finish(browser.oauth, occasion, found, browser.signed_in)
    browser.signed_in = None
    return RedirectResponse(url, 303) if url else PlainTextResponse("signed out")


def _seen(ask: authorise.Ask) -> dict[str, Any]:
    """Return what a page would show."""
    return {
        "step": ask.step,
        "ticket": ask.ticket,
        "return_to": ask.return_to,
        "client": ask.client.name,
        "redirect_uri": ask.redirect_uri,
        "scopes": text_of(ask.scopes),
        "new_scopes": text_of(ask.new_scopes),
        "withheld": text_of(ask.withheld),
        "organisations": [
            {"id": each.id, "scopes": text_of(each.scopes), "awaits_approval": each.awaits_approval}
            for each in ask.organisations
        ],
        "login_hint": ask.login_hint,
        "languages": list(ask.languages),
    }
