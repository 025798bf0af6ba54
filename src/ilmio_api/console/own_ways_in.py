"""How the person who is signed in signs in: passkeys, password and codes, recovery codes.

Owns: the pages.
Does not own: the ways in (`domain.accounts.ways_in` and what it names), a new person's first one (`arriving`).
"""

from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ilmio_api.console.cookies import Cookie
from ilmio_api.console.visits import HOME, Visit
from ilmio_api.console.words import Said, filled
from ilmio_api.domain.accounts import one_time_codes, passkeys, passwords, recovery_codes
from ilmio_api.domain.accounts.identity_providers import provider_for
from ilmio_api.domain.accounts.one_time_codes import CodesAsked
from ilmio_api.domain.accounts.ways_in import ways_in
from ilmio_api.domain.accounts.whereabouts import browser_of
from ilmio_api.domain.outcomes import Refused

WAYS_IN = "/console/me/sign-in"
_PASSWORD, _CODES, _PASSKEYS = "/console/me/password", "/console/me/codes", "/console/me/passkeys"
_RECOVERY = "/console/me/recovery-codes"


async def show(visit: Visit) -> Response:
    """Show the person's ways in."""
    return await _page(visit)


async def show_new_passkey(visit: Visit) -> Response:
    """Show the form of a new passkey."""
    return visit.page("passkey_new.html", label=browser_of(visit.browser))


async def ask_passkey(visit: Visit) -> Response:
    """Give the script of the page what to ask the browser for."""
    party = passkeys.relying_party(visit.console.issuer)
    asked = await visit.change(lambda session: passkeys.ask_to_add(session, visit.occasion, party))
    if isinstance(asked, Refused):
        raise HTTPException(409)
    visit.keep(Cookie.PASSKEY, asked.secret.text)
    return visit.answer(Response(asked.options, media_type="application/json"))


async def add_passkey(visit: Visit) -> Response:
    """Keep the passkey that the browser has made."""
    party, form = passkeys.relying_party(visit.console.issuer), visit.form
    text = visit.cookie(Cookie.PASSKEY)
    added = await visit.change(
        lambda session: passkeys.add(
            session, visit.occasion, party, text, form.secret("credential"), form.text("label")
        )
    )
    if isinstance(added, Refused):
        values = {"label": form.text("label")}
        return visit.page("passkey_new.html", status=422, label="", values=values, problems=visit.said(added))
    visit.keep(Cookie.PASSKEY, "")
    return visit.go(WAYS_IN, done="passkey_added")


async def show_remove_passkey(visit: Visit) -> Response:
    """Ask once more before a passkey is removed."""
    found = [each for each in (await _viewer(visit))["passkeys"] if each["id"] == visit.part("passkey")]
    if not found:
        raise HTTPException(404)
    sure = visit.words.sure
    return visit.sure(
        filled(sure.passkey_heading, name=found[0]["label"]),
        sure.passkey_text,
        sure.buttons.remove,
        action=f"{_PASSKEYS}/{found[0]['id']}/remove",
        back=WAYS_IN,
    )


async def remove_passkey(visit: Visit) -> Response:
    """Remove a passkey."""
    removed = await visit.change(lambda session: passkeys.remove(session, visit.occasion, visit.part("passkey")))
    return await _done(visit, removed, "passkey_removed")


async def show_password(visit: Visit) -> Response:
    """Show the field for a new password."""
    return password_page(visit, _PASSWORD, WAYS_IN, (await _viewer(visit))["email"] or "")


async def set_password(visit: Visit) -> Response:
    """Change the password; who had none sets up one-time codes next."""
    had = await visit.change(lambda session: ways_in(session, visit.signed_in.account))
    password = visit.form.secret("password")
    changed = await visit.change(lambda session: passwords.change(session, visit.occasion, password))
    if isinstance(changed, Refused):
        email = (await _viewer(visit))["email"] or ""
        return password_page(visit, _PASSWORD, WAYS_IN, email, visit.said(changed))
    return visit.go(WAYS_IN, done="password_changed") if had.has_codes else visit.go(_CODES)


async def show_remove_password(visit: Visit) -> Response:
    """Ask once more before password and codes are removed."""
    sure = visit.words.sure
    return visit.sure(
        sure.password_heading,
        sure.password_text,
        sure.buttons.remove,
        action=f"{_PASSWORD}/remove",
        back=WAYS_IN,
    )


async def remove_password(visit: Visit) -> Response:
    """Remove password and one-time codes."""
    removed = await visit.change(lambda session: passwords.remove(session, visit.occasion))
    return await _done(visit, removed, "password_removed")


async def show_codes(visit: Visit) -> Response:
    """Show the picture for the application that makes one-time codes."""
    asked = await visit.change(lambda session: one_time_codes.ask(session, visit.occasion))
    if isinstance(asked, Refused):
        return await _page(visit, visit.said(asked))
    visit.keep(Cookie.CODES, asked.secret.text)
    return codes_page(visit, _CODES, WAYS_IN, asked)


async def confirm_codes(visit: Visit) -> Response:
    """Take one-time codes into use by the first of them."""
    text, code = visit.cookie(Cookie.CODES), visit.form.text("code")
    confirmed = await visit.change(
        lambda session: one_time_codes.confirm(session, visit.occasion, visit.console.sealer, text, code)
    )
    if isinstance(confirmed, Refused):
        return codes_page(visit, _CODES, WAYS_IN, None, visit.said(confirmed))
    visit.keep(Cookie.CODES, "")
    return visit.go(WAYS_IN, done="codes")


async def show_renew_recovery_codes(visit: Visit) -> Response:
    """Ask once more before the recovery codes are replaced."""
    sure = visit.words.sure
    return visit.sure(
        sure.new_codes_heading,
        sure.new_codes_text,
        sure.buttons.make,
        action=f"{_RECOVERY}/new",
        back=WAYS_IN,
    )


async def renew_recovery_codes(visit: Visit) -> Response:
    """Replace the recovery codes."""
    renewed = await visit.change(lambda session: recovery_codes.renew(session, visit.occasion))
    if isinstance(renewed, Refused):
        return await _page(visit, visit.said(renewed))
    visit.once({"codes": list(renewed.codes)})
    return visit.go(_RECOVERY)


async def show_recovery_codes(visit: Visit) -> Response:
    """Show recovery codes, once."""
    once = visit.shown_once() or {}
    return visit.page("recovery_codes.html", narrow=True, codes=once.get("codes"), onward=HOME)


def password_page(visit: Visit, action: str, back: str, email: str, problems: list[Said] | None = None) -> Response:
    """Return the page that asks for a new password.

    Args:
        visit: The visit.
        action: Path that the form is sent to.
        back: Path of the page before.
        email: Address of the person, for the browser's keeper of passwords.
        problems: What was wrong with the one that was sent.
    """
    return visit.page(
        "password.html",
        status=422 if problems else 200,
        narrow=True,
        action=action,
        back=back,
        email=email,
        problems=problems or (),
    )


def codes_page(
    visit: Visit, action: str, back: str, asked: CodesAsked | None, problems: list[Said] | None = None
) -> Response:
    """Return the page that sets up one-time codes; after a wrong code without the picture, which is read already."""
    return visit.page(
        "codes.html",
        status=422 if problems else 200,
        narrow=True,
        action=action,
        back=back,
        # Made by the library from an address of ours, so it is markup already.
        svg=Markup(asked.svg) if asked else "",  # noqa: S704 - see above
        seed=asked.seed if asked else "",
        problems=problems or (),
    )


async def _done(visit: Visit, outcome: object, done: str) -> Response:
    """Return the way back, or the page with what was wrong."""
    if isinstance(outcome, Refused):
        return await _page(visit, visit.said(outcome))
    return visit.go(WAYS_IN, done=done)


async def _page(visit: Visit, problems: list[Said] | None = None) -> Response:
    """Return the page of the person's ways in."""
    viewer = await _viewer(visit)
    provider = await visit.change(lambda session: provider_for(session, viewer["email"] or ""))
    return visit.page(
        "me_sign_in.html",
        status=422 if problems else 200,
        viewer=viewer,
        ways=await visit.change(lambda session: ways_in(session, visit.signed_in.account)),
        may_link=provider is not None and visit.signed_in.identity_provider is None,
        problems=[Said("", each.text) for each in problems or ()],
    )


async def _viewer(visit: Visit) -> dict[str, Any]:
    """Return the person, as the schema tells of them.

    Raises:
        HTTPException: 404, the account has gone meanwhile.
    """
    viewer: dict[str, Any] | None = (await visit.read("viewer"))["viewer"]
    if viewer is None:
        raise HTTPException(404)
    return viewer
