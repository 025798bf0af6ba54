"""One visit to a page: who came, what they sent, and how they are answered.

Owns: everything that a page needs to know of the request, and the ways to answer.
Does not own: whether the visitor may come in (`gate`), what a page does.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from hmac import compare_digest
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ilmio_api.access.principals import ANONYMOUS, Principal
from ilmio_api.console.cookies import Cookie
from ilmio_api.console.documents import DOCUMENTS
from ilmio_api.console.forms import Form
from ilmio_api.console.rendering import page_headers, rendered
from ilmio_api.console.service import Console
from ilmio_api.console.words import WORDS, Said, Words, problems_said
from ilmio_api.db.session import WriteSession, accounts_work
from ilmio_api.domain.accounts import sessions
from ilmio_api.domain.accounts.principals import Caller
from ilmio_api.domain.accounts.sessions import SignedIn
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Refusal, Refused
from ilmio_api.errors import OperatorError
from ilmio_api.i18n.languages import Language

T = TypeVar("T")

HOME = "/console/"
SIGN_IN = "/console/sign-in"
CONFIRM = "/console/confirm"

_LONGEST_RETURN = 8_000
_ONCE = "once"


@dataclass(frozen=True, slots=True)
class Guest:
    """A person who is signed in, with their rights of this moment."""

    signed_in: SignedIn
    caller: Caller


@dataclass
class Visit:
    """A request for a page, or a form that was sent."""

    console: Console
    request: Request
    at: datetime
    language: Language
    guest: Guest | None = None
    form: Form = field(default_factory=Form)
    _cookies: dict[Cookie, str] = field(default_factory=dict)

    @property
    def words(self) -> Words:
        """Return the words of the visitor's language."""
        return WORDS[self.language]

    @property
    def principal(self) -> Principal:
        """Return who asks."""
        return self.guest.caller.principal if self.guest else ANONYMOUS

    @property
    def signed_in(self) -> SignedIn:
        """Return who is signed in, on a page that only lets such persons in.

        Raises:
            HTTPException: 404, nobody is.
        """
        if self.guest is None:
            raise HTTPException(404)
        return self.guest.signed_in

    @cached_property
    def occasion(self) -> Occasion:
        """Return the occasion of the commands of this visit."""
        return replace(
            self.console.oauth.occasion_of(self.request),
            at=self.at,
            principal=self.principal,
            authenticated_at=self.guest.signed_in.authenticated_at if self.guest else None,
        )

    @property
    def browser(self) -> str:
        """Return what the browser calls itself."""
        return self.request.headers.get("user-agent", "")[:500]

    # What came with the request ---------------------------------------------------------------------------------

    def part(self, name: str) -> str:
        """Return a part of the path, such as an id.

        Raises:
            HTTPException: 404, it holds what PostgreSQL cannot, so it names nothing.
        """
        value: str = self.request.path_params[name]
        if "\0" in value:
            raise HTTPException(404)
        return value

    def asked(self, name: str) -> str:
        """Return a parameter of the address; empty when there is none."""
        return self.request.query_params.get(name, "")

    def cookie(self, cookie: Cookie) -> str:
        """Return a cookie: what this visit has set, or else what came with the request."""
        return self._cookies.get(cookie, cookie.read(self.request, https=self.console.is_https))

    def keep(self, cookie: Cookie, value: str) -> None:
        """Give the browser a cookie with the answer; an empty value removes it."""
        self._cookies[cookie] = value

    @property
    def here(self) -> str:
        """Return the path of this page with its parameters, to come back to."""
        # Not from `request.url`, which believes the header `Host`.
        path, query = quote(self.request.scope["path"]), self.request.scope["query_string"].decode("ascii", "ignore")
        return f"{path}?{query}" if query else path

    def return_to(self, default: str = HOME) -> str:
        """Return where the visitor wants to go afterwards: a path of ours, whatever the address or form says."""
        return own_path(self.form.text("return_to") or self.asked("return_to"), default)

    # Forms ------------------------------------------------------------------------------------------------------

    def visitor(self) -> str:
        """Return what binds steps to this browser before anybody is signed in; a new visitor is given it."""
        known = self.cookie(Cookie.VISITOR)
        if len(known) != 64:  # noqa: PLR2004 - 32 bytes as hexadecimal digits
            known = self.console.oauth.entropy(32).hex()
            self.keep(Cookie.VISITOR, known)
        return known

    def form_token(self) -> str:
        """Return what every form carries, so that no other site can send one in the visitor's name."""
        if self.guest:
            return sessions.csrf_token(self.guest.signed_in)
        return sha256(b"form of a visitor:" + self.visitor().encode()).hexdigest()

    def has_form_token(self) -> bool:
        """Return whether the form that was sent carries it."""
        return compare_digest(self.form_token().encode(), self.form.secret("form_token").encode())

    # Reading and changing ---------------------------------------------------------------------------------------

    async def read(self, name: str, **variables: object) -> dict[str, Any]:
        """Return the data of one of our documents, as the visitor may see it."""
        return await self.console.reading.read(self.principal, DOCUMENTS[name], variables, self.language)

    async def change(self, command: Callable[[WriteSession], Awaitable[T]], acting: str = "") -> T:
        """Carry out a command in a unit of work of its own.

        Args:
            command: Takes the session.
            acting: On whose behalf, where nobody is signed in: a word such as `sign-in`.
        """
        async with self.work(acting) as session:
            return await command(session)

    def work(self, acting: str = "") -> AbstractAsyncContextManager[WriteSession]:
        """Open a unit of work on behalf of the visitor, or of `acting`."""
        return accounts_work(self.console.engine, acting or self.principal.credential or "")

    # Answers ----------------------------------------------------------------------------------------------------

    def page(self, template: str, *, status: int = 200, form_target: str = "", **values: Any) -> Response:  # noqa: ANN401 - a template takes anything
        """Answer with a page.

        Args:
            template: Name of a file in `templates`.
            status: HTTP status.
            form_target: Where its form may end besides here (`rendering.page_headers`).
            values: What the template needs besides what every page has.
        """
        shown = {
            "problems": (),
            "values": {},
            "narrow": False,
            # What the fields of the page are called; filled while it is made.
            "labels": {},
            **values,
            "base": self.console.base,
            "origin": self.console.origin,
            "here": self.here,
            "form_token": self.form_token(),
            "guest": self.guest.signed_in if self.guest else None,
            "principal": self.principal,
            "language": self.language,
            "t": self.words,
            "done": self.asked("done"),
        }
        text = rendered(template, shown)
        # Applications open the pages of signing in in a window of their own, and wait for it.
        opener = not self.request.scope["path"].startswith(f"{HOME}organisations")
        headers = page_headers(self.language, form_target=form_target, opener=opener)
        return self._with_cookies(HTMLResponse(text, status, headers))

    def sure(self, heading: object, text: str, button: str, *, action: str, back: str, **values: Any) -> Response:  # noqa: ANN401 - as above
        """Answer with a page that asks once more before something is done.

        Args:
            heading: What is asked.
            text: What follows from it.
            button: What the button says.
            action: Path that the form is sent to.
            back: Path of the way back.
            values: `problems` that doing it had, and what else the template takes.
        """
        problems: list[Said] = values.pop("problems", None) or []
        return self.page(
            "sure.html",
            status=422 if problems else 200,
            narrow=True,
            heading=heading,
            text=text,
            button=button,
            action=action,
            back=back,
            problems=[Said("", each.text) for each in problems],
            **values,
        )

    def go(self, path: str, /, **parameters: str) -> Response:
        """Answer with the way to another page of ours (303); a parameter may have any name."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self._with_cookies(RedirectResponse(f"{self.console.base}{path}{query}", 303, _UNKEPT))

    def leave(self, url: str) -> Response:
        """Answer with the way to another site (303): an address that the caller has made sure of."""
        return self._with_cookies(RedirectResponse(url, 303, _UNKEPT))

    def onward(self, path_or_url: str) -> Response:
        """Answer a form with a page that goes on by itself.

        Chromium asks a page's policy about every address that the answer to its form redirects to, also those that
        come later: signing in could then not end at the application that asked for it.
        """
        own = path_or_url.startswith("/")
        return self.page("onward.html", url=f"{self.console.base}{path_or_url}" if own else path_or_url, narrow=True)

    def answer(self, response: Response) -> Response:
        """Answer with something else, such as JSON, and the cookies of this visit."""
        response.headers.update(page_headers(self.language))
        return self._with_cookies(response)

    def to_sign_in(self) -> Response:
        """Answer with the way to the sign-in page, and from there back."""
        return self.go(SIGN_IN, return_to=self._back())

    def to_confirm(self, back: str = "") -> Response:
        """Answer with the way to the page on which the person proves again who they are, and from there back."""
        return self.go(CONFIRM, return_to=back or self._back())

    def said(self, refused: Refused, fields: Mapping[str, str] | None = None) -> list[Said]:
        """Return why a command was not carried out, as a form says it.

        Raises:
            HTTPException: 404, the visitor may not do that, which looks the same as if the thing did not exist.
            StepUpNeededError: The person has to prove again who they are.
        """
        match refused.refusal:
            case Refusal.NOT_ALLOWED:
                raise HTTPException(404)
            case Refusal.STEP_UP_NEEDED:
                raise StepUpNeededError
            case Refusal.VALIDATION_FAILED | Refusal.CONFLICT:
                return problems_said(refused.problems, self.language, fields)

    def once(self, value: Mapping[str, object], session: str = "") -> None:
        """Keep something for the next page, which shows it once: sealed, and for a short while.

        Args:
            value: What to keep, as JSON can hold it.
            session: Session that will see it; empty for this one.
        """
        holder = session or self.principal.credential
        sealed = self.console.sealer.seal({**value, "purpose": _ONCE, "for": holder, "at": self.at.timestamp()})
        self.keep(Cookie.ONCE, sealed.decode())

    def shown_once(self) -> dict[str, Any] | None:
        """Return what the page before has kept for this one; a second time there is nothing."""
        sealed = self.cookie(Cookie.ONCE)
        if not sealed:
            return None
        self.keep(Cookie.ONCE, "")
        try:
            value = self.console.sealer.open(sealed.encode())
        except OperatorError:
            # Not ours, or sealed with a key that has gone since.
            return None
        # Anybody may bring something else that this service has sealed, such as the ticket of a request.
        if value.get("purpose") != _ONCE:
            return None
        age_s = self.at.timestamp() - value["at"]
        return value if value["for"] == self.principal.credential and age_s <= (Cookie.ONCE.life_s or 0) else None

    def _back(self) -> str:
        """Return where to come back to: this page, or the one whose form was sent."""
        if self.request.method != "POST":
            return self.here
        referrer = urlsplit(self.request.headers.get("referer", ""))
        same = f"{referrer.scheme}://{referrer.netloc}".lower() == self.console.origin
        return own_path(referrer.path.removeprefix(self.console.base) if same else "", HOME)

    def _with_cookies(self, response: Response) -> Response:
        """Return the answer with the cookies of this visit."""
        for cookie, value in self._cookies.items():
            cookie.write(response, value, https=self.console.is_https)
        return response


class StepUpNeededError(Exception):
    """A command needs a more recent proof of who the person is; the gate answers with the way there."""


class ProviderNeededError(Exception):
    """The organisation of the page wants another sign-in than that of the visitor; the gate says which."""


def own_path(text: str, default: str = HOME) -> str:
    """Return `text` when it is a path of our own pages with at most a query, and `default` otherwise."""
    if len(text) > _LONGEST_RETURN or not text.startswith(_OWN) or not text.isprintable():
        return default
    # Browsers take a backslash for a slash, and leave dots out of a path before they ask.
    if "\\" in text or "//" in text.partition("?")[0] or "/." in text.partition("?")[0] or "#" in text:
        return default
    return text


_OWN = (HOME, "/oauth/authorize?", "/oauth/device", "/oauth/logout")
_UNKEPT = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
