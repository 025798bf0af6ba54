"""What the person who is signed in sees and changes of themselves.

Owns: profile, language, sessions, applications, erasing the account.
Does not own: how they sign in (`own_ways_in`).
"""

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ilmio_api.console.cookies import Cookie
from ilmio_api.console.visits import SIGN_IN, Visit
from ilmio_api.console.words import Said
from ilmio_api.domain.accounts import consents, persons, sessions, token_reuse
from ilmio_api.domain.accounts.token_reuse import Reuse
from ilmio_api.domain.outcomes import Refused

PROFILE, SESSIONS, APPLICATIONS = "/console/me", "/console/me/sessions", "/console/me/applications"


async def show_overview(visit: Visit) -> Response:
    """Show the organisations of the person."""
    viewer = (await visit.read("viewer"))["viewer"]
    memberships = [each for each in (viewer or {}).get("memberships", ()) if each["organisation"]]
    return visit.page("overview.html", memberships=memberships, reuses=await _reuses(visit))


async def show_profile(visit: Visit) -> Response:
    """Show name and language."""
    return await _profile_page(visit)


async def change_profile(visit: Visit) -> Response:
    """Change name and language."""
    renamed = await visit.change(lambda session: persons.rename(session, visit.occasion, visit.form.text("name")))
    if isinstance(renamed, Refused):
        return await _profile_page(visit, visit.said(renamed))
    return await _language_set(visit, PROFILE, done="saved")


async def change_language(visit: Visit) -> Response:
    """Change the language of the pages and go back."""
    return await _language_set(visit, visit.return_to())


async def show_sessions(visit: Visit) -> Response:
    """Show where the person is signed in."""
    found = await visit.change(lambda session: sessions.of_account(session, visit.signed_in.account, visit.at))
    return visit.page("me_sessions.html", sessions=found)


async def end_session(visit: Visit) -> Response:
    """End a session of the person, or all but this one."""
    which = visit.form.text("session")
    if which == "others":
        mine = visit.signed_in
        await visit.change(lambda session: sessions.end_all(session, visit.occasion, mine.account, except_id=mine.id))
        return visit.go(SESSIONS, done="sessions_ended")
    ended = await visit.change(lambda session: sessions.end(session, visit.occasion, which))
    if isinstance(ended, Refused):
        raise HTTPException(404)
    return visit.go(SESSIONS, done="session_ended")


async def show_applications(visit: Visit) -> Response:
    """Show the applications that may act for the person."""
    viewer = (await visit.read("viewer"))["viewer"] or {"consents": []}
    return visit.page("me_applications.html", viewer=viewer, reuses=await _reuses(visit))


async def withdraw_consent(visit: Visit) -> Response:
    """Take a consent back."""
    client = visit.form.text("client")
    withdrawn = await visit.change(lambda session: consents.withdraw(session, visit.occasion, client))
    if isinstance(withdrawn, Refused):
        raise HTTPException(404)
    return visit.go(APPLICATIONS, done="consent_withdrawn")


async def show_erase(visit: Visit) -> Response:
    """Ask once more before the account is erased."""
    return _erase_page(visit)


async def erase(visit: Visit) -> Response:
    """Erase the account of the person."""
    erased = await visit.change(lambda session: persons.erase(session, visit.occasion, visit.signed_in.account))
    if isinstance(erased, Refused):
        return _erase_page(visit, visit.said(erased))
    visit.keep(Cookie.SESSION, "")
    visit.guest = None
    return visit.go(SIGN_IN, done="erased")


async def _reuses(visit: Visit) -> Sequence[Reuse]:
    """Return the applications whose used tokens for the person came again of late."""
    return await visit.change(lambda session: token_reuse.of_person(session, visit.signed_in.account, visit.at))


def _erase_page(visit: Visit, problems: list[Said] | None = None) -> Response:
    """Return the page that asks once more."""
    sure = visit.words.sure
    return visit.sure(
        sure.erase_heading,
        sure.erase_text,
        sure.buttons.erase,
        action="/console/me/erase",
        back=PROFILE,
        problems=problems,
    )


async def _language_set(visit: Visit, path: str, **parameters: str) -> Response:
    """Set the language of the person and go on."""
    language = visit.form.text("language")
    outcome = await visit.change(lambda session: persons.set_language(session, visit.occasion, language))
    if isinstance(outcome, Refused):
        raise HTTPException(400)
    return visit.go(path, **parameters)


async def _profile_page(visit: Visit, problems: list[Said] | None = None) -> Response:
    """Return the page of name and language."""
    viewer = (await visit.read("viewer"))["viewer"]
    if viewer is None:
        raise HTTPException(404)
    return visit.page(
        "me_profile.html",
        status=422 if problems else 200,
        viewer=viewer,
        problems=problems or (),
        values={name: visit.form.text(name) for name in ("name", "language")} if problems else {},
    )
