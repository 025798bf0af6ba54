"""Who may come in to a page, and which forms are believed.

Owns: the order of the checks before every page, and the routes that carry them.
Does not own: the pages, what a visitor may do there (`domain.accounts`).

A form is believed when it comes from a page of ours (`Origin`, or else `Sec-Fetch-Site`) and carries the token that
the page was given. Both are asked of every POST, also of the one that signs in.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ilmio_api.access.secrets import SecretKind, digest_of
from ilmio_api.console.cookies import Cookie
from ilmio_api.console.forms import Form, form_of
from ilmio_api.console.service import Console
from ilmio_api.console.visits import HOME, Guest, ProviderNeededError, StepUpNeededError, Visit
from ilmio_api.console.words import LANGUAGES, language_of
from ilmio_api.db.session import accounts_work
from ilmio_api.domain.accounts import sessions
from ilmio_api.domain.accounts.principals import caller_of_account
from ilmio_api.errors import ErrorCode, IlmioError

Handler = Callable[[Visit], Awaitable[Response]]


class Entry(Enum):
    """Whom a page lets in."""

    ANYBODY = "anybody"
    SIGNED_IN = "signed in"
    RECENT = "proved who they are a short while ago"


@dataclass(frozen=True, slots=True)
class Gate:
    """The endpoint of one path: a page, the form on it, or both."""

    entry: Entry
    show: Handler | None
    act: Handler | None
    foreign: bool = False
    """Whether the form may come from any site: then nobody is recognised, and `act` only leads on to a page."""

    async def endpoint(self, request: Request) -> Response:
        """Answer a request, whatever happens on the way."""
        visit = await _arrival(request)
        try:
            return await self._answer(visit)
        except StepUpNeededError:
            return visit.to_confirm()
        except ProviderNeededError:
            return _way_in(visit)
        except HTTPException as error:
            return _refusal(visit, error.status_code)
        except IlmioError as error:
            # All others are about what stands in the address.
            return _refusal(visit, 503 if error.code in _DOWN else 404)

    async def _answer(self, visit: Visit) -> Response:
        """Check the visitor and what they sent, and answer."""
        if visit.request.method == "POST":
            if not self.foreign:
                _check_origin(visit)
            visit.form = await form_of(visit.request)
            if self.foreign and self.act:
                return await self.act(visit)
        await _recognise(visit)
        if self.entry is not Entry.ANYBODY and visit.guest is None:
            return visit.to_sign_in()
        if self.act and visit.request.method == "POST":
            if not visit.has_form_token():
                raise HTTPException(403)
            if self.entry is Entry.RECENT and not visit.occasion.is_recent():
                return visit.to_confirm()
            return await self.act(visit)
        if self.entry is Entry.RECENT and not _is_recent_for_a_while(visit):
            return visit.to_confirm()
        if self.show is None:
            raise HTTPException(405)
        return await self.show(visit)


def page(
    path: str, show: Handler | None = None, act: Handler | None = None, *, entry: Entry = Entry.SIGNED_IN
) -> Route:
    """Return the route of a page.

    Args:
        path: Its path.
        show: Answers when it is asked for; None when there is only a form to send.
        act: Answers when its form is sent; None when there is none.
        entry: Whom it lets in.
    """
    methods = [*(["GET"] if show else []), *(["POST"] if act else [])]
    return Route(path, Gate(entry, show, act).endpoint, methods=methods, include_in_schema=False)


def foreign_form(path: str, show: Handler, lead_on: Handler) -> Route:
    """Return the route of a page whose address other sites may send a form to, which is only led on to the page."""
    gate = Gate(Entry.ANYBODY, show, lead_on, foreign=True)
    return Route(path, gate.endpoint, methods=["GET", "POST"], include_in_schema=False)


async def nowhere(request: Request) -> Response:
    """Answer that there is no such page."""
    visit = await _arrival(request)
    try:
        await _recognise(visit)
    except IlmioError:
        return _refusal(visit, 503)
    return _refusal(visit, 404)


async def to_the_front(request: Request) -> Response:
    """Answer with the way to the front page, whose path has a slash at its end."""
    return (await _arrival(request)).go(HOME)


async def _arrival(request: Request) -> Visit:
    """Return the visit as far as the request alone tells."""
    console: Console = request.app.state.console
    asked = request.query_params.get("lang") or request.query_params.get("ui_locales")
    kept = Cookie.LANGUAGE.read(request, https=console.is_https)
    language = language_of(asked, kept, request.headers.get("accept-language"))
    visit = Visit(console, request, console.oauth.now(), language)
    if request.query_params.get("lang") in LANGUAGES:
        visit.keep(Cookie.LANGUAGE, language.value)
    return visit


async def _recognise(visit: Visit) -> None:
    """Find out who is signed in, in this browser."""
    secret = visit.cookie(Cookie.SESSION)
    digest = digest_of(secret, SecretKind.SESSION)
    if digest is None:
        return
    async with accounts_work(visit.console.engine, "sign-in") as session:
        signed_in = await sessions.find(session, digest, visit.at)
        if signed_in is None:
            visit.keep(Cookie.SESSION, "")
            return
        caller = await caller_of_account(
            session,
            signed_in.account,
            signed_in.id,
            authenticated_at=signed_in.authenticated_at,
            elevated_until=signed_in.elevated_until,
            at=visit.at,
        )
    visit.guest = Guest(signed_in, caller)
    if not visit.asked("lang"):
        visit.language = language_of(signed_in.language, None, visit.request.headers.get("accept-language"))


def _check_origin(visit: Visit) -> None:
    """Refuse a form that does not come from a page of ours.

    Raises:
        HTTPException: 403, it comes from elsewhere, or it does not say from where.
    """
    origin, site = visit.request.headers.get("origin"), visit.request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        raise HTTPException(403)
    if origin is not None and origin.lower() == visit.console.origin:
        return
    # Browsers leave the origin out, or write `null`, where a page's policy hides it; this header nobody can forge.
    if origin in {None, "null"} and site == "same-origin":
        return
    raise HTTPException(403)


def _is_recent_for_a_while(visit: Visit) -> bool:
    """Return whether the proof is recent, and will be while a form is filled in."""
    return visit.at - visit.signed_in.authenticated_at <= _RECENT


def _way_in(visit: Visit) -> Response:
    """Return the page that says that the organisation of the page wants its own sign-in."""
    root = f"{HOME}organisations/{visit.part('organisation')}"
    return visit.page("other_sign_in.html", status=403, narrow=True, return_to=root)


def _refusal(visit: Visit, status: int) -> Response:
    """Return the page that says why there is nothing else to see."""
    reason = {403: "foreign", 404: "nowhere", 405: "nowhere", 413: "too_large", 429: "too_often", 503: "down"}
    visit.form = Form()
    response = visit.page("refused.html", status=status, reason=reason.get(status, "unreadable"), narrow=True)
    if status == 503:  # noqa: PLR2004 - named in the table above
        response.headers["Retry-After"] = "5"
    return response


_DOWN: Final = frozenset({ErrorCode.UNAVAILABLE, ErrorCode.TIMEOUT})

_RECENT: Final = timedelta(minutes=6)
"""Less than the ten minutes that a command asks for: the rest is for filling in the form."""
