"""API clients and their secrets.

Owns: the pages.
Does not own: what a client may be (`domain.accounts.client_rules`), the commands (`domain.accounts.clients`).
"""

import json
from datetime import timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ilmio_api.access.scopes import PERSONAL, Scope, scopes_of
from ilmio_api.console.place import Place, place, place_to_manage
from ilmio_api.console.samples import Sample, samples_of_application, samples_of_service
from ilmio_api.console.visits import Visit
from ilmio_api.console.words import Said, filled
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import clients, token_reuse
from ilmio_api.domain.accounts.authority import held_in
from ilmio_api.domain.accounts.client_models import ApiClient
from ilmio_api.domain.accounts.client_rules import ClientDraft, scopes_for
from ilmio_api.domain.accounts.clients import ClientChanged
from ilmio_api.domain.accounts.credential_life import USUAL_DAYS
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind, IdTokenAlgorithm
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, invalid

SOON = timedelta(days=14)
"""What ends within this time is marked."""

_SHOWN = "shown.html"
_KINDS = (ClientKind.SERVICE, ClientKind.WEB_APPLICATION, ClientKind.PUBLIC_APPLICATION)
_WITH_SECRET = (
    ClientAuthentication.CLIENT_SECRET_BASIC,
    ClientAuthentication.CLIENT_SECRET_POST,
    ClientAuthentication.PRIVATE_KEY_JWT,
)
_TEXTS = (
    "name",
    "description",
    "website",
    "redirect_uris",
    "post_logout_redirect_uris",
    "authentication",
    "jwks",
    "address_ranges",
)
_ENDPOINTS = {
    "issuer": "",
    "GraphQL": "/graphql",
    "authorization_endpoint": "/oauth/authorize",
    "token_endpoint": "/oauth/token",
    "openid-configuration": "/.well-known/openid-configuration",
}


async def show_all(visit: Visit) -> Response:
    """Show the clients and keys of the organisation."""
    here = await place(visit, "clients", after=visit.asked("after") or None)
    return here.page(
        "clients.html",
        clients=here.account["clients"],
        keys={"nodes": list(reversed(here.account["apiKeys"]["nodes"]))},
        manages=here.may(Scope.CLIENTS),
        now=visit.at,
        soon=visit.at + SOON,
    )


async def show_new(visit: Visit) -> Response:
    """Show what kinds of clients there are, or the form of one kind."""
    here = await place_to_manage(visit, "policy", Scope.CLIENTS)
    return _form_page(here, _kind(visit), None)


async def make(visit: Visit) -> Response:
    """Make a client, and show its secret once."""
    here, kind = await place_to_manage(visit, "policy", Scope.CLIENTS), _kind(visit)
    if kind is None:
        raise HTTPException(400)
    draft = _draft(visit, kind, None)
    made = (
        draft
        if isinstance(draft, Refused)
        else await visit.change(lambda session: clients.create(session, visit.occasion, here.id, draft))
    )
    if isinstance(made, Refused):
        return _form_page(here, kind, None, visit.said(made))
    if made.secret is None:
        return here.go(f"/clients/{made.client}", done="saved")
    visit.once({"name": visit.form.text("name"), "text": made.secret.text, "client_id": made.client})
    return here.go(f"/clients/{made.client}/shown", kind="client")


async def show(visit: Visit) -> Response:
    """Show one client."""
    here, client = await _client(visit)
    issuer = visit.console.issuer
    reuse = await visit.change(lambda session: token_reuse.of_client(session, here.id, client["id"], visit.at))
    return here.page(
        "client.html",
        client=client,
        reuse=reuse,
        manages=here.may(Scope.CLIENTS),
        samples=_samples(visit, client),
        addresses=[(name, f"{issuer}{path}") for name, path in _ENDPOINTS.items()],
        now=visit.at,
        soon=visit.at + SOON,
    )


async def show_secret(visit: Visit) -> Response:
    """Show a new secret, once."""
    here, client = await _client(visit)
    once = visit.shown_once()
    return here.page(
        _SHOWN,
        kind="client" if visit.asked("kind") == "client" else "secret",
        once=once,
        samples=_samples(visit, client) if once else (),
        back=f"{here.root}/clients/{client['id']}",
    )


async def show_change(visit: Visit) -> Response:
    """Show the form of a client."""
    here, client = await _client(visit, managed=True)
    return _form_page(here, ClientKind[client["kind"]], client)


async def change(visit: Visit) -> Response:
    """Change a client."""
    here, client = await _client(visit, managed=True)
    kind, version = ClientKind[client["kind"]], visit.form.number("version") or 0

    async def command(session: WriteSession) -> ClientChanged | Refused:
        # What the form does not show stays as it is.
        known = await session.get(ApiClient, client["id"])
        draft = _draft(visit, kind, known)
        if isinstance(draft, Refused):
            return draft
        return await clients.change(session, visit.occasion, client["id"], draft, version)

    changed = await visit.change(command)
    if isinstance(changed, Refused):
        return _form_page(here, kind, client, visit.said(changed))
    return here.go(f"/clients/{client['id']}", done="client_changed")


async def show_delete(visit: Visit) -> Response:
    """Ask once more before a client is deleted."""
    here, client = await _client(visit, managed=True)
    sure = visit.words.sure
    return here.sure(
        filled(sure.delete_client_heading, name=client["name"]),
        sure.delete_client_text,
        sure.buttons.delete,
        action=f"/clients/{client['id']}/delete",
        back=f"/clients/{client['id']}",
    )


async def delete(visit: Visit) -> Response:
    """Delete a client."""
    here, client = await _client(visit, managed=True)
    deleted = await visit.change(lambda session: clients.delete(session, visit.occasion, client["id"]))
    if isinstance(deleted, Refused):
        visit.said(deleted)
        raise HTTPException(409)
    return here.go("/clients", done="client_deleted")


async def show_new_secret(visit: Visit) -> Response:
    """Show the form of a new secret."""
    here, client = await _client(visit, managed=True)
    return _secret_page(here, client)


async def add_secret(visit: Visit) -> Response:
    """Give a client a new secret, and show it once."""
    here, client = await _client(visit, managed=True)
    days = visit.form.number("days") or 0
    added = await visit.change(lambda session: clients.add_secret(session, visit.occasion, client["id"], days))
    if isinstance(added, Refused):
        return _secret_page(here, client, visit.said(added))
    visit.once({"name": client["name"], "text": added.secret.text})
    return here.go(f"/clients/{client['id']}/shown", kind="secret")


async def show_revoke_secret(visit: Visit) -> Response:
    """Ask once more before a secret is revoked."""
    here, client = await _client(visit, managed=True)
    found = [each for each in client["secrets"] if each["id"] == visit.part("secret")]
    if not found:
        raise HTTPException(404)
    sure = visit.words.sure
    return here.sure(
        filled(sure.revoke_secret_heading, last_four=found[0]["lastFour"]),
        sure.revoke_secret_text,
        sure.buttons.revoke,
        action=f"/clients/{client['id']}/secrets/{found[0]['id']}/revoke",
        back=f"/clients/{client['id']}",
    )


async def revoke_secret(visit: Visit) -> Response:
    """Revoke a secret."""
    here, client = await _client(visit, managed=True)
    revoked = await visit.change(lambda session: clients.revoke_secret(session, visit.occasion, visit.part("secret")))
    if isinstance(revoked, Refused):
        visit.said(revoked)
        raise HTTPException(409)
    return here.go(f"/clients/{client['id']}", done="secret_revoked")


async def _client(visit: Visit, *, managed: bool = False) -> tuple[Place, dict[str, Any]]:
    """Return the organisation and the client that the path names.

    Raises:
        HTTPException: 404, there is none, or the visitor may not manage it.
    """
    here = await place(visit, "client")
    # An organisation has fifty at the most, which is one page.
    found = [each for each in here.account["clients"]["nodes"] if each["id"] == visit.part("client")]
    if not found:
        raise HTTPException(404)
    if managed:
        here.require(Scope.CLIENTS)
    return here, found[0]


def _kind(visit: Visit) -> ClientKind | None:
    """Return the kind of client that the address names, or None when it names none."""
    return next((kind for kind in _KINDS if kind.value == visit.asked("kind")), None)


def _draft(visit: Visit, kind: ClientKind, known: ApiClient | None) -> ClientDraft | Refused:
    """Return what the form says that a client shall be.

    Args:
        visit: The visit with the form.
        kind: What the client is.
        known: The client as it is, when it is changed: what the form does not show stays.
    """
    form = visit.form
    try:
        jwks = json.loads(form.text("jwks")) if form.text("jwks") else None
    except ValueError:
        return invalid(Problem(ProblemCode.NOT_A_KEY_SET, ("jwks",)))
    if jwks is not None and not isinstance(jwks, dict):
        return invalid(Problem(ProblemCode.NOT_A_KEY_SET, ("jwks",)))
    ways = {each.value: each for each in ClientAuthentication}
    public = kind is ClientKind.PUBLIC_APPLICATION
    authentication = ClientAuthentication.NONE if public else ways.get(form.text("authentication"), _WITH_SECRET[0])
    if authentication is ClientAuthentication.PRIVATE_KEY_JWT and jwks is None and known is not None:
        jwks = known.jwks
    return ClientDraft(
        kind=kind,
        name=form.text("name"),
        authentication=authentication,
        scopes=scopes_of(" ".join(form.all("scopes"))),
        redirect_uris=form.lines("redirect_uris"),
        post_logout_redirect_uris=form.lines("post_logout_redirect_uris"),
        description=form.text("description") or None,
        website=form.text("website") or None,
        jwks=jwks,
        address_ranges=form.lines("address_ranges"),
        is_listed=form.is_ticked("is_listed"),
        id_token_algorithm=IdTokenAlgorithm.ES256 if known is None else known.id_token_algorithm,
    )


def _form_page(
    here: Place, kind: ClientKind | None, client: dict[str, Any] | None, problems: list[Said] | None = None
) -> Response:
    """Return the form of a client."""
    visit, form = here.visit, here.visit.form
    held = form.all("scopes") if problems else (client["scopes"] if client else ())
    words = visit.words
    possible = scopes_for(kind, held_in(visit.occasion, here.id)) if kind else frozenset()
    return here.page(
        "client_form.html",
        problems,
        kind=kind.value if kind else None,
        client=client,
        scope_options=_scope_options(visit, possible, kind),
        held=held,
        authentications=[(each.value, words.authentications[each.value], "") for each in _WITH_SECRET],
        listed=form.is_ticked("is_listed") if problems else bool(client and client["isListed"]),
        jwks="",
        values={name: form.secret(name) for name in _TEXTS} if problems else {},
    )


def _scope_options(visit: Visit, possible: frozenset[Scope], kind: ClientKind | None) -> list[tuple[str, str, str]]:
    """Return the scopes that can be chosen, with their names; those about a person first, where persons are."""
    personal = [scope for scope in Scope if scope in PERSONAL and kind is not ClientKind.SERVICE]
    others = [scope for scope in Scope if scope in possible and scope not in PERSONAL]
    return [(scope.value, visit.words.scopes[scope.value], scope.value) for scope in (*others, *personal)]


def _secret_page(here: Place, client: dict[str, Any], problems: list[Said] | None = None) -> Response:
    """Return the form of a new secret."""
    words, most = here.visit.words, here.account["policy"]["maxCredentialDays"]
    back = f"{here.root}/clients/{client['id']}"
    return here.page(
        "days_form.html",
        problems,
        narrow=True,
        heading=filled(words.secret_form.heading, name=client["name"]),
        text=words.secret_form.text,
        name="days",
        label=words.secret_form.days,
        hint=filled(words.key_form.days_hint, most=most),
        value=min(USUAL_DAYS, most),
        button=words.secret_form.make,
        action=f"{back}/secrets/new",
        back=back,
        values={"days": here.visit.form.text("days")} if problems else {},
    )


def _samples(visit: Visit, client: dict[str, Any]) -> list[Sample]:
    """Return how a client is used."""
    issuer, scopes = visit.console.issuer, client["scopes"]
    if client["kind"] == ClientKind.SERVICE.value:
        return samples_of_service(issuer, client["id"], scopes)
    browser = visit.words.samples.browser if client["kind"] == ClientKind.PUBLIC_APPLICATION.value else None
    return samples_of_application(issuer, client["id"], scopes, client["redirectUris"][0], browser=browser)
