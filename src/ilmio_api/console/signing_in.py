"""Signing in, proving again who one is, and signing out.

Owns: the steps in the browser and the session's cookie.
Does not own: what proves something (`domain.accounts.sign_in`), organisations' own providers (`provider_sign_in`).

Signing in and proving again are one: who proves to be the person of the session goes on in it, under a new secret;
anybody else gets a session of their own, and the one before ends.
"""

from starlette.responses import Response

from ilmio_api.console.cookies import Cookie
from ilmio_api.console.visits import SIGN_IN, Visit
from ilmio_api.console.words import Said
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import passkeys, sessions, sign_in
from ilmio_api.domain.accounts.sessions import Begun, Proven
from ilmio_api.domain.accounts.ways_in import WaysIn, ways_in
from ilmio_api.domain.outcomes import ProblemCode, Refused

_CODE, _RECOVERY = f"{SIGN_IN}/code", f"{SIGN_IN}/recovery"
_ACTING = "sign-in"
_ANY = {"passkey": True, "password": True, "provider": False}


async def show(visit: Visit) -> Response:
    """Show the ways to sign in."""
    if visit.guest and not visit.asked("switch"):
        return visit.go(visit.return_to())
    return _sign_in_page(visit)


async def show_confirm(visit: Visit) -> Response:
    """Show the ways in which the person of the session can prove again who they are."""
    return await _confirm_page(visit)


async def check_password(visit: Visit) -> Response:
    """Check address and password, and go on to the code."""
    console = visit.console
    outcome = await sign_in.with_password(
        console.engine, console.sealer, visit.occasion, visit.form.text("email"), visit.form.secret("password")
    )
    if isinstance(outcome, Refused):
        said = visit.said(outcome)
        again = visit.guest and visit.form.is_ticked("again")
        return await _confirm_page(visit, said) if again else _sign_in_page(visit, said, status=_status(outcome))
    visit.keep(Cookie.STEP, outcome.secret.text)
    return visit.go(_CODE, return_to=visit.return_to())


async def show_code(visit: Visit) -> Response:
    """Show the field for a one-time code, or for a recovery code."""
    return _code_page(visit) if visit.cookie(Cookie.STEP) else visit.go(SIGN_IN, return_to=visit.return_to())


async def check_code(visit: Visit) -> Response:
    """Check the code that follows the password, and let the person in."""
    console, step, code = visit.console, visit.cookie(Cookie.STEP), visit.form.text("code")
    if _is_recovery(visit):
        outcome = await sign_in.with_recovery_code(console.engine, visit.occasion, step, code)
    else:
        outcome = await sign_in.with_code(console.engine, console.sealer, visit.occasion, step, code)
    if isinstance(outcome, Refused):
        if outcome.problems[0].code is ProblemCode.EXPIRED:
            return _sign_in_page(visit, visit.said(outcome), status=_status(outcome))
        return _code_page(visit, visit.said(outcome), status=_status(outcome))
    return await come_in(visit, outcome)


async def show_lost(visit: Visit) -> Response:
    """Show the form for a recovery code without a password."""
    return visit.page("sign_in_lost.html", narrow=True, return_to=visit.return_to())


async def check_lost(visit: Visit) -> Response:
    """Let a person in whose passkey is lost."""
    console, form = visit.console, visit.form
    outcome = await sign_in.with_recovery_code_alone(
        console.engine, console.sealer, visit.occasion, form.text("email"), form.text("code")
    )
    if isinstance(outcome, Refused):
        values = {"email": form.text("email")}
        return visit.page(
            "sign_in_lost.html",
            status=_status(outcome),
            narrow=True,
            return_to=visit.return_to(),
            problems=visit.said(outcome),
            values=values,
        )
    return await come_in(visit, outcome)


async def ask_passkey(visit: Visit) -> Response:
    """Give the script of the page what to ask the browser's passkeys."""
    account = visit.signed_in.account if visit.guest and visit.form.is_ticked("again") else None
    party = passkeys.relying_party(visit.console.issuer)
    asked = await visit.change(lambda session: passkeys.ask(session, visit.occasion, party, account), _ACTING)
    visit.keep(Cookie.PASSKEY, asked.secret.text)
    return visit.answer(Response(asked.options, media_type="application/json"))


async def check_passkey(visit: Visit) -> Response:
    """Check the passkey's answer, and let the person in."""
    console, party = visit.console, passkeys.relying_party(visit.console.issuer)
    text, answer = visit.cookie(Cookie.PASSKEY), visit.form.secret("credential")
    outcome = await sign_in.with_passkey(console.engine, console.sealer, visit.occasion, party, text, answer)
    visit.keep(Cookie.PASSKEY, "")
    if isinstance(outcome, Refused):
        said = [Said("", visit.words.sign_in.passkey_failed)] if _is_wrong(outcome) else visit.said(outcome)
        again = visit.guest and visit.form.is_ticked("again")
        return await _confirm_page(visit, said) if again else _sign_in_page(visit, said, status=_status(outcome))
    return await come_in(visit, outcome)


async def come_in(
    visit: Visit, proven: Proven, *, provider_session: str | None = None, return_to: str = ""
) -> Response:
    """Give the person a session, or a new secret for the one that they have, and go on.

    Args:
        visit: The visit in which they proved who they are.
        proven: Who they are.
        provider_session: Their session at an identity provider.
        return_to: Where to go on; empty for where the form says.
    """
    begun = await visit.change(
        lambda session: _session(session, visit, proven, provider_session), visit.principal.credential or _ACTING
    )
    if isinstance(begun, Refused):
        return _sign_in_page(visit, visit.said(begun))
    visit.keep(Cookie.SESSION, begun.secret.text)
    for cookie in (Cookie.STEP, Cookie.PASSKEY, Cookie.VISITOR):
        visit.keep(cookie, "")
    onward = return_to or visit.return_to()
    return visit.onward(onward) if onward.startswith("/oauth/") else visit.go(onward)


async def sign_out(visit: Visit) -> Response:
    """End the session of this browser."""
    if visit.guest:
        await visit.change(lambda session: sessions.end(session, visit.occasion, visit.signed_in.id))
    visit.keep(Cookie.SESSION, "")
    visit.guest = None
    return visit.go(SIGN_IN, done="signed_out")


async def _session(
    session: WriteSession, visit: Visit, proven: Proven, provider_session: str | None
) -> Begun | Refused:
    """Return the session that goes on, or a new one."""
    if visit.guest and visit.signed_in.account == proven.account:
        renewed = await sessions.renew(session, visit.occasion, visit.signed_in.id, proven)
        if isinstance(renewed, Begun):
            return renewed
    if visit.guest:
        await sessions.end(session, visit.occasion, visit.signed_in.id)
    return await sessions.begin(
        session,
        visit.occasion,
        proven.account,
        proven.method,
        browser=visit.browser,
        identity_provider=proven.identity_provider,
        provider_session=provider_session,
        authenticated_at=proven.authenticated_at,
    )


def _sign_in_page(visit: Visit, problems: list[Said] | None = None, *, status: int = 200) -> Response:
    """Return the page of signing in."""
    return visit.page(
        "sign_in.html",
        status=status,
        narrow=True,
        again=False,
        ways=_ANY,
        email=visit.asked("email")[:200],
        return_to=visit.return_to(),
        problems=problems or (),
        values={"email": visit.form.text("email")} if visit.form.text("email") else {},
    )


async def _confirm_page(visit: Visit, problems: list[Said] | None = None) -> Response:
    """Return the page of proving again who one is: a session that a provider began is proved there."""
    signed_in = visit.signed_in
    ways: WaysIn = await visit.change(lambda session: ways_in(session, signed_in.account))
    viewer = (await visit.read("viewer"))["viewer"] or {}
    by_provider = signed_in.identity_provider is not None
    return visit.page(
        "sign_in.html",
        status=422 if problems else 200,
        narrow=True,
        again=True,
        ways={
            "passkey": ways.passkeys > 0 and not by_provider,
            "password": ways.has_password and ways.has_codes and not by_provider,
            "provider": by_provider,
        },
        email=viewer.get("email") or "",
        return_to=visit.return_to(),
        problems=problems or (),
    )


def _code_page(visit: Visit, problems: list[Said] | None = None, *, status: int = 200) -> Response:
    """Return the page that asks for a code."""
    return visit.page(
        "sign_in_code.html",
        status=status,
        narrow=True,
        recovery=_is_recovery(visit),
        return_to=visit.return_to(),
        problems=problems or (),
    )


def _is_recovery(visit: Visit) -> bool:
    """Return whether this is the page for recovery codes."""
    return bool(visit.request.scope["path"] == _RECOVERY)


def _is_wrong(refused: Refused) -> bool:
    """Return whether what was sent proves nothing."""
    return refused.problems[0].code is ProblemCode.WRONG_CREDENTIALS


def _status(refused: Refused) -> int:
    """Return the HTTP status of a page that says what was wrong."""
    return 429 if refused.problems[0].code is ProblemCode.TRY_LATER else 422
