"""API keys.

Owns: the pages that make, replace and revoke them.
Does not own: the list (`client_pages`), the commands (`domain.accounts.api_keys`).
"""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ilmio_api.access.scopes import OF_KEYS, Scope, scopes_of
from ilmio_api.console.place import Place, place_to_manage, place_with
from ilmio_api.console.samples import samples_of_key
from ilmio_api.console.visits import Visit
from ilmio_api.console.words import Said, filled
from ilmio_api.domain.accounts import api_keys
from ilmio_api.domain.accounts.api_keys import KeyDraft
from ilmio_api.domain.accounts.authority import held_in
from ilmio_api.domain.accounts.credential_life import USUAL_DAYS
from ilmio_api.domain.outcomes import Refused

_SHOWN = "/keys/shown"
_USUAL_OVERLAP_HOURS = 24


async def show_new(visit: Visit) -> Response:
    """Show the form of a new key."""
    return _form_page(await place_to_manage(visit, "policy", Scope.CLIENTS))


async def make(visit: Visit) -> Response:
    """Make a key, and show it once."""
    here, form = await place_to_manage(visit, "policy", Scope.CLIENTS), visit.form
    draft = KeyDraft(
        name=form.text("name"),
        scopes=scopes_of(" ".join(form.all("scopes"))),
        days=form.number("days") or 0,
        address_ranges=form.lines("address_ranges"),
    )
    made = await visit.change(lambda session: api_keys.create(session, visit.occasion, here.id, draft))
    if isinstance(made, Refused):
        return _form_page(here, visit.said(made))
    visit.once({"name": draft.name, "text": made.secret.text})
    return here.go(_SHOWN)


async def show_made(visit: Visit) -> Response:
    """Show a new key, once."""
    here = await place_to_manage(visit, "policy", Scope.CLIENTS)
    once = visit.shown_once()
    samples = samples_of_key(visit.console.issuer) if once else ()
    return here.page("shown.html", kind="key", once=once, samples=samples, back=f"{here.root}/clients")


async def show_rotate(visit: Visit) -> Response:
    """Show how long the old key goes on."""
    here, key = await _key(visit)
    return _rotate_page(here, key)


async def rotate(visit: Visit) -> Response:
    """Replace a key, and show the new one once."""
    here, key = await _key(visit)
    hours = visit.form.number("overlap_hours")
    rotated = await visit.change(
        lambda session: api_keys.rotate(session, visit.occasion, key["id"], -1 if hours is None else hours)
    )
    if isinstance(rotated, Refused):
        return _rotate_page(here, key, visit.said(rotated))
    visit.once({"name": key["name"], "text": rotated.secret.text})
    return here.go(_SHOWN)


async def show_revoke(visit: Visit) -> Response:
    """Ask once more before a key is revoked."""
    here, key = await _key(visit)
    sure = visit.words.sure
    return here.sure(
        filled(sure.revoke_key_heading, name=key["name"]),
        sure.revoke_key_text,
        sure.buttons.revoke,
        action=f"/keys/{key['id']}/revoke",
        back="/clients",
    )


async def revoke(visit: Visit) -> Response:
    """Revoke a key."""
    here, key = await _key(visit)
    revoked = await visit.change(lambda session: api_keys.revoke(session, visit.occasion, key["id"]))
    if isinstance(revoked, Refused):
        visit.said(revoked)
        raise HTTPException(409)
    return here.go("/clients", done="key_revoked")


async def _key(visit: Visit) -> tuple[Place, dict[str, Any]]:
    """Return the organisation, and the key that the path names.

    Raises:
        HTTPException: 404, there is none that the visitor may manage.
    """
    here, key = await place_with(visit, "key", "apiKeys", visit.part("key"))
    here.require(Scope.CLIENTS)
    return here, key


def _form_page(here: Place, problems: list[Said] | None = None) -> Response:
    """Return the form of a new key."""
    visit, form = here.visit, here.visit.form
    possible = OF_KEYS & held_in(visit.occasion, here.id)
    most = here.account["policy"]["maxCredentialDays"]
    names = ("name", "days", "address_ranges")
    return here.page(
        "key_form.html",
        problems,
        narrow=True,
        scope_options=[
            (scope.value, visit.words.scopes[scope.value], scope.value) for scope in Scope if scope in possible
        ],
        held=form.all("scopes") if problems else (Scope.CONTENT_READ.value, Scope.DRAFTS_READ.value),
        most=most,
        days=min(USUAL_DAYS, most),
        values={name: form.secret(name) for name in names} if problems else {},
    )


def _rotate_page(here: Place, key: dict[str, Any], problems: list[Said] | None = None) -> Response:
    """Return the form that asks how long the old key goes on."""
    words, form = here.visit.words.rotate_form, here.visit.form
    return here.page(
        "days_form.html",
        problems,
        narrow=True,
        heading=filled(words.heading, name=key["name"]),
        text=words.text,
        name="overlap_hours",
        label=words.hours,
        hint=words.hours_hint,
        value=_USUAL_OVERLAP_HOURS,
        button=words.make,
        action=f"{here.root}/keys/{key['id']}/rotate",
        back=f"{here.root}/clients",
        values={"overlap_hours": form.text("overlap_hours")} if problems else {},
    )
