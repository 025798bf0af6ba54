"""Pages of the administrators of the platform.

Owns: saying why, finding an organisation, opening an account for it, what is done to persons.
Does not own: the commands (`domain.accounts.persons`, `domain.accounts.organisation_accounts`).
"""

from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ilmio_api.console.visits import HOME, Visit
from ilmio_api.console.words import Said, filled, problems_said
from ilmio_api.domain.accounts import particulars, persons
from ilmio_api.domain.accounts.models import Account
from ilmio_api.domain.accounts.organisation_accounts import open_account
from ilmio_api.domain.outcomes import Problem, Refused

_PLATFORM, _PERSONS = "/console/platform", "/console/platform/persons"


async def show(visit: Visit) -> Response:
    """Ask for the reason, or show the search for organisations."""
    return await _page(visit)


async def elevate(visit: Visit) -> Response:
    """Open all organisation accounts for a while."""
    reason, mine = visit.form.text("reason"), visit.signed_in.id
    elevated = await visit.change(lambda session: persons.elevate(session, visit.occasion, mine, reason))
    return (
        await _page(visit, visit.said(elevated))
        if isinstance(elevated, Refused)
        else visit.go(_PLATFORM, done="elevated")
    )


async def show_open(visit: Visit) -> Response:
    """Ask once more before an account is opened."""
    return await _open_page(visit)


async def open_for(visit: Visit) -> Response:
    """Open an account for an organisation, with the administrator as its first owner."""
    organisation, account = visit.part("organisation"), visit.signed_in.account
    opened = await visit.change(lambda session: open_account(session, visit.occasion, organisation, account))
    if isinstance(opened, Refused):
        return await _open_page(visit, visit.said(opened))
    return visit.go(f"{HOME}organisations/{organisation}", done="opened")


async def show_persons(visit: Visit) -> Response:
    """Show what can be done to a person."""
    _check_elevated(visit)
    return _persons_page(visit)


async def manage_person(visit: Visit) -> Response:
    """Ask once more, and then do what was chosen to the person with an address."""
    _check_elevated(visit)
    form, words = visit.form, visit.words
    command = _COMMANDS.get(form.text("action"))
    email = particulars.address_of(form.text("email"), "email")
    if isinstance(email, Problem):
        return _persons_page(visit, problems_said([email], visit.language))
    account = await visit.change(lambda session: session.scalar(select(Account.id).where(Account.email == email)))
    if command is None or account is None:
        field, text = ("email", words.persons.unknown) if command else ("action", words.refused.unreadable.text)
        return _persons_page(visit, [Said(field, text)])
    if not form.is_ticked("sure"):
        return _sure_page(visit, email)
    outcome = await visit.change(lambda session: command(session, visit.occasion, account))
    if isinstance(outcome, Refused):
        return _persons_page(visit, [Said("", each.text) for each in visit.said(outcome)])
    return visit.go(_PLATFORM, done="person")


async def _page(visit: Visit, problems: list[Said] | None = None) -> Response:
    """Return the page of the platform."""
    if not visit.signed_in.is_platform_admin:
        raise HTTPException(404)
    search = visit.asked("search").strip()[:100]
    found = []
    if search and visit.principal.elevated:
        found = (await visit.read("search", text=search))["organisations"]["nodes"]
        for each in found:
            account = await visit.read("organisation", organisation=each["id"], ids=[])
            each["has_account"] = account["organisationAccount"] is not None
    return visit.page(
        "platform.html",
        status=422 if problems else 200,
        search=search,
        found=found,
        problems=problems or (),
        values={"reason": visit.form.text("reason")},
    )


async def _open_page(visit: Visit, problems: list[Said] | None = None) -> Response:
    """Return the page that asks once more."""
    organisation = visit.part("organisation")
    nodes = (await visit.read("organisation", organisation=organisation, ids=[organisation]))["nodes"]
    if not nodes[0] or not visit.principal.elevated:
        raise HTTPException(404)
    words = visit.words
    return visit.sure(
        filled(words.platform.open_for, name=nodes[0]["name"]),
        words.platform.open_owner,
        words.sure.buttons.open,
        action=f"{_PLATFORM}/open/{organisation}",
        back=_PLATFORM,
        problems=problems,
        harmless=True,
    )


def _check_elevated(visit: Visit) -> None:
    """Let only those in who have said why.

    Raises:
        HTTPException: 404, the visitor has not.
    """
    if not visit.principal.elevated:
        raise HTTPException(404)


def _persons_page(visit: Visit, problems: list[Said] | None = None) -> Response:
    """Return the page on which a person and an action are chosen."""
    words = visit.words.persons
    return visit.page(
        "persons.html",
        status=422 if problems else 200,
        narrow=True,
        options=[(name, words[name], words[f"{name}_about"]) for name in _COMMANDS],
        problems=problems or (),
        values={"email": visit.form.text("email"), "action": visit.form.text("action")},
    )


def _sure_page(visit: Visit, email: str) -> Response:
    """Return the page that asks once more."""
    words, action = visit.words.persons, visit.form.text("action")
    return visit.sure(
        f"{words[action]}?",
        words[f"{action}_about"],
        words[action],
        action=_PERSONS,
        back=_PERSONS,
        facts=[(words.email, email)],
        hidden=[("email", email), ("action", action), ("sure", "yes")],
    )


_COMMANDS = {
    "admin": persons.make_platform_admin,
    "disable": persons.disable,
    "enable": persons.enable,
    "erase": persons.erase,
}
