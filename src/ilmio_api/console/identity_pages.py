"""How members of an organisation sign in: its own provider, and its mail domains.

Owns: the pages.
Does not own: the commands (`domain.accounts.identity_providers`, `domain.accounts.domains`).
"""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ilmio_api.access.roles import Role
from ilmio_api.access.scopes import Scope
from ilmio_api.console.place import Place, place, place_to_manage
from ilmio_api.console.visits import Visit
from ilmio_api.console.words import Said, filled
from ilmio_api.domain.accounts import domains, identity_providers
from ilmio_api.domain.accounts.identity_providers import ProviderDraft
from ilmio_api.domain.outcomes import ProblemCode, Refused

_SECRET, _KEY = "secret", "key"


async def show(visit: Visit) -> Response:
    """Show the provider and the domains."""
    return _page(await place(visit, "identity"))


async def add_domain(visit: Visit) -> Response:
    """Name a domain."""
    here = await place(visit, "identity")
    added = await visit.change(lambda session: domains.add(session, visit.occasion, here.id, visit.form.text("domain")))
    return _page(here, visit.said(added)) if isinstance(added, Refused) else here.go("/identity", done="domain")


async def verify_domain(visit: Visit) -> Response:
    """Look for the proof of a domain."""
    here = await place(visit, "identity")
    verified = await domains.verify(visit.work, visit.occasion, visit.part("domain"), visit.console.lookup)
    if isinstance(verified, Refused):
        if verified.problems[0].code is ProblemCode.NOT_FOUND:
            return _page(here, [Said("", visit.words.done.unverified)])
        return _page(here, [Said("", each.text) for each in visit.said(verified)])
    return here.go("/identity", done="verified")


async def show_remove_domain(visit: Visit) -> Response:
    """Ask once more before a domain is removed."""
    here = await place_to_manage(visit, "identity", Scope.SETTINGS)
    return _remove_page(here)


async def remove_domain(visit: Visit) -> Response:
    """Remove a domain."""
    here = await place_to_manage(visit, "identity", Scope.SETTINGS)
    removed = await visit.change(lambda session: domains.remove(session, visit.occasion, visit.part("domain")))
    if isinstance(removed, Refused):
        return _remove_page(here, visit.said(removed))
    return here.go("/identity", done="domain_removed")


async def show_provider(visit: Visit) -> Response:
    """Show the settings of the provider."""
    return _provider_page(await place_to_manage(visit, "identity", Scope.SETTINGS))


async def set_provider(visit: Visit) -> Response:
    """Change the settings of the provider."""
    here, form = await place_to_manage(visit, "identity", Scope.SETTINGS), visit.form
    by_secret, secret = form.text("proof") != _KEY, form.secret("client_secret")
    known = here.account["identityProvider"]
    roles = {role.value: role for role in identity_providers.DEFAULT_ROLES}
    draft = ProviderDraft(
        issuer=form.text("issuer"),
        client_id=form.text("client_id"),
        client_secret=secret if by_secret and (secret or known is None) else None,
        keeps_secret=by_secret and not secret and known is not None,
        default_role=roles.get(form.text("default_role")),
        expected_version=form.number("version"),
    )
    sealer = visit.console.sealer
    configured = await visit.change(
        lambda session: identity_providers.configure(session, visit.occasion, here.id, draft, sealer=sealer)
    )
    if isinstance(configured, Refused):
        return _provider_page(here, visit.said(configured, {"keeps_secret": "client_secret"}))
    return here.go("/identity", done="provider")


async def show_switch(visit: Visit) -> Response:
    """Ask once more before the provider is taken into use or switched off."""
    return _switch_page(await place_to_manage(visit, "identity", Scope.SETTINGS))


async def switch(visit: Visit) -> Response:
    """Take the provider into use, or switch it off."""
    here = await place_to_manage(visit, "identity", Scope.SETTINGS)
    known, version = here.account["identityProvider"], visit.form.number("version") or 0
    if known is None:
        raise HTTPException(404)
    turn = identity_providers.disable if known["enabled"] else identity_providers.enable
    switched = await visit.change(lambda session: turn(session, visit.occasion, here.id, version))
    if isinstance(switched, Refused):
        return _switch_page(here, visit.said(switched))
    return here.go("/identity", done="switched")


def _page(here: Place, problems: list[Said] | None = None) -> Response:
    """Return the page of provider and domains."""
    issuer, known = here.visit.console.issuer, here.account["identityProvider"]
    addresses = (
        [
            ("redirect", f"{issuer}/auth/cb/{known['id']}"),
            ("back_channel", f"{issuer}/auth/backchannel/{known['id']}"),
            ("keys", f"{issuer}/oauth/rp-jwks"),
        ]
        if known
        else []
    )
    return here.page(
        "identity.html",
        problems,
        provider=known,
        domains=here.account["domains"]["nodes"],
        addresses=addresses,
        manages=here.may(Scope.SETTINGS),
        values={"domain": here.visit.form.text("domain")} if problems else {},
    )


def _provider_page(here: Place, problems: list[Said] | None = None) -> Response:
    """Return the form of the provider's settings."""
    words, form = here.visit.words, here.visit.form
    names = ("issuer", "client_id", "default_role")
    return here.page(
        "provider.html",
        problems,
        narrow=True,
        provider=here.account["identityProvider"],
        proofs=[(_SECRET, words.provider.proof_secret, ""), (_KEY, words.provider.proof_key, "")],
        proof=form.text("proof") if problems else _SECRET,
        roles=[(role.value, words.roles[role.value].name) for role in Role if role in identity_providers.DEFAULT_ROLES],
        values={name: form.text(name) for name in names} if problems else {},
    )


def _switch_page(here: Place, problems: list[Said] | None = None) -> Response:
    """Return the page that asks once more."""
    known: dict[str, Any] | None = here.account["identityProvider"]
    if known is None:
        raise HTTPException(404)
    sure, on = here.visit.words.sure, known["enabled"]
    return here.sure(
        sure.disable_heading if on else sure.enable_heading,
        sure.disable_text if on else sure.enable_text,
        sure.buttons.disable if on else sure.buttons.enable,
        action="/identity/provider/switch",
        back="/identity",
        hidden=[("version", known["version"])],
        problems=problems,
    )


def _remove_page(here: Place, problems: list[Said] | None = None) -> Response:
    """Return the page that asks once more."""
    nodes: list[dict[str, Any]] = here.account["domains"]["nodes"]
    found = [each for each in nodes if each["id"] == here.visit.part("domain")]
    if not found:
        raise HTTPException(404)
    sure = here.visit.words.sure
    return here.sure(
        filled(sure.remove_domain_heading, domain=found[0]["domain"]),
        sure.remove_domain_text,
        sure.buttons.remove,
        action=f"/identity/domains/{found[0]['id']}/remove",
        back="/identity",
        problems=problems,
    )
