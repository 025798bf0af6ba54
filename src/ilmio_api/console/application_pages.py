"""Applications of other organisations.

Owns: the pages on which an organisation is asked for permission and decides.
Does not own: the commands (`domain.accounts.applications`), the consent of a person (`authorising`).
"""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ilmio_api.access.scopes import OF_APPLICATIONS, PERSONAL, Scope, scopes_of
from ilmio_api.console.place import Place, place, place_with
from ilmio_api.console.visits import Visit
from ilmio_api.console.words import Said, filled
from ilmio_api.domain.accounts import applications
from ilmio_api.domain.accounts.authority import held_in
from ilmio_api.domain.outcomes import Refused


async def show_all(visit: Visit) -> Response:
    """Show what was asked and granted."""
    here = await place(visit, "applications", after=visit.asked("after") or None)
    return here.page(
        "applications.html",
        grants=here.account["applications"],
        manages=here.may(Scope.SETTINGS),
        asks=here.may(Scope.ORGANISATION_READ),
    )


async def show_ask(visit: Visit) -> Response:
    """Show the form with which a member asks for an application."""
    return _ask_page(await place(visit, "standing"))


async def ask(visit: Visit) -> Response:
    """Ask for an application."""
    here, form = await place(visit, "standing"), visit.form
    scopes = scopes_of(" ".join(form.all("scopes")))
    asked = await visit.change(
        lambda session: applications.request(session, visit.occasion, here.id, form.text("client"), scopes)
    )
    if isinstance(asked, Refused):
        if asked.problems[0].path == ("client",):
            return _ask_page(here, [Said("client", visit.words.applications.unknown)])
        return _ask_page(here, visit.said(asked))
    return here.go("/applications", done="asked")


async def show_decide(visit: Visit) -> Response:
    """Show what an application asks for."""
    return _decide_page(*await _grant(visit))


async def decide(visit: Visit) -> Response:
    """Approve or reject an application."""
    here, grant = await _grant(visit)
    form, scopes = visit.form, scopes_of(" ".join(visit.form.all("scopes")))
    version = form.number("version") or 0
    approves = form.text("decision") == "approve"
    decided = await visit.change(
        lambda session: (
            applications.approve(session, visit.occasion, grant["id"], scopes, version)
            if approves
            else applications.reject(session, visit.occasion, grant["id"])
        )
    )
    if isinstance(decided, Refused):
        return _decide_page(here, grant, visit.said(decided))
    return here.go("/applications", done="approved" if approves else "rejected")


async def show_revoke(visit: Visit) -> Response:
    """Ask once more before a permission is taken back."""
    return _revoke_page(*await _grant(visit))


async def revoke(visit: Visit) -> Response:
    """Take a permission back."""
    here, grant = await _grant(visit)
    revoked = await visit.change(lambda session: applications.revoke(session, visit.occasion, grant["id"]))
    if isinstance(revoked, Refused):
        return _revoke_page(here, grant, visit.said(revoked))
    return here.go("/applications", done="grant_revoked")


async def _grant(visit: Visit) -> tuple[Place, dict[str, Any]]:
    """Return the organisation, and what the path names, with an application that is still there.

    Raises:
        HTTPException: 404, there is none, or the visitor decides nothing here.
    """
    here, grant = await place_with(visit, "applications", "applications", visit.part("grant"))
    if not (grant["client"] and here.may(Scope.SETTINGS)):
        raise HTTPException(404)
    return here, grant


def _options(visit: Visit, possible: frozenset[Scope]) -> list[tuple[str, str, str]]:
    """Return scopes with their names."""
    return [(scope.value, visit.words.scopes[scope.value], scope.value) for scope in Scope if scope in possible]


def _ask_page(here: Place, problems: list[Said] | None = None) -> Response:
    """Return the form with which a member asks."""
    form = here.visit.form
    return here.page(
        "application_ask.html",
        problems,
        narrow=True,
        scope_options=_options(here.visit, OF_APPLICATIONS),
        held=form.all("scopes") if problems else (Scope.OPENID.value, Scope.CONTENT_READ.value),
        values={"client": form.text("client")} if problems else {},
    )


def _decide_page(here: Place, grant: dict[str, Any], problems: list[Said] | None = None) -> Response:
    """Return the page on which an owner decides."""
    asked = scopes_of(" ".join(grant["scopes"]))
    held = PERSONAL | held_in(here.visit.occasion, here.id)
    return here.page(
        "application.html",
        problems,
        narrow=True,
        grant=grant,
        scope_options=_options(here.visit, asked & held),
        held=here.visit.form.all("scopes") if problems else grant["scopes"],
    )


def _revoke_page(here: Place, grant: dict[str, Any], problems: list[Said] | None = None) -> Response:
    """Return the page that asks once more."""
    sure = here.visit.words.sure
    return here.sure(
        filled(sure.revoke_grant_heading, name=grant["client"]["name"]),
        sure.revoke_grant_text,
        sure.buttons.take_back,
        action=f"/applications/{grant['id']}/revoke",
        back="/applications",
        problems=problems,
    )
