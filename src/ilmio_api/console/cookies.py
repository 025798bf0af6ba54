"""The cookies of the pages.

Owns: their names, life and attributes.
Does not own: the secrets in them (`domain.accounts`).

With https every name begins with `__Host-`: a browser then takes the cookie from this host only, over https only, for
all paths (RFC 6265bis §4.1.3.2). Without https no browser but Chromium would, so the names are plain then.
"""

from dataclasses import dataclass
from enum import Enum

from starlette.requests import Request
from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a browser keeps, and for how many seconds; None until it is closed."""

    name: str
    life_s: int | None


class Cookie(Enum):
    """A cookie: its name, and its life in seconds; None until the browser is closed."""

    SESSION = _Kept("ilm_sid", None)
    """Secret of the session."""
    VISITOR = _Kept("ilm_visitor", None)
    """Random text that binds forms and steps of signing in to one browser before anybody is signed in."""
    STEP = _Kept("ilm_step", 30 * 60)
    """Secret of a step of signing in or of enrolment that is under way."""
    PASSKEY = _Kept("ilm_passkey", 5 * 60)
    """Secret of a question that was put to a passkey."""
    CODES = _Kept("ilm_codes", 30 * 60)
    """Secret of a generator of one-time codes that is being set up."""
    LINK = _Kept("ilm_link", 60 * 60)
    """Secret of the invitation or set-up link that was opened, so that it does not stand in further addresses."""
    ONCE = _Kept("ilm_once", 2 * 60)
    """What the next page shows once, such as a new key, sealed."""
    LANGUAGE = _Kept("ilm_lang", 365 * 86_400)
    """Language that a person who is not signed in has chosen."""

    @property
    def life_s(self) -> int | None:
        """Return the life in seconds."""
        return self.value.life_s

    def known_as(self, *, https: bool) -> str:
        """Return the name under which browsers keep it."""
        return f"__Host-{self.value.name}" if https else self.value.name

    def read(self, request: Request, *, https: bool) -> str:
        """Return the value that came with a request; empty when none came."""
        return request.cookies.get(self.known_as(https=https), "")

    def write(self, response: Response, value: str, *, https: bool) -> None:
        """Give the browser the cookie; an empty value removes it."""
        response.set_cookie(
            self.known_as(https=https),
            value,
            max_age=self.life_s if value else 0,
            path="/",
            secure=https,
            httponly=True,
            # Lax, not Strict: who comes from a client's page to the consent page is still signed in.
            samesite="lax",
        )
