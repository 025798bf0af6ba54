"""Signing in with the organisation's own accounts.

Owns: the steps in the browser between the pages and an identity provider.
Does not own: talking to the provider (`oauth.federation`), the session that follows (`signing_in`).
"""

from starlette.responses import Response

from ilmio_api.console.cookies import Cookie
from ilmio_api.console.signing_in import come_in
from ilmio_api.console.visits import SIGN_IN, Visit
from ilmio_api.console.words import Said
from ilmio_api.domain.accounts.identity_providers import provider_for
from ilmio_api.domain.accounts.sessions import Proven
from ilmio_api.domain.accounts.vocabulary import SignInMethod
from ilmio_api.domain.outcomes import Refused
from ilmio_api.oauth import federation
from ilmio_api.oauth.federation import Intent

_WAYS_IN = "/console/me/sign-in"


async def show(visit: Visit) -> Response:
    """Show the field for the address whose domain tells the organisation."""
    return _page(visit)


async def begin(visit: Visit) -> Response:
    """Send the browser to the provider of the organisation."""
    email = visit.form.text("email")
    provider = await visit.change(lambda session: provider_for(session, email), "sign-in")
    if provider is None:
        return _page(visit, [Said("email", visit.words.sign_in_organisation.none)])
    return await _begun(visit, provider, Intent.SIGN_IN, visit.return_to())


async def confirm(visit: Visit) -> Response:
    """Send the browser to the provider that began the session, to prove again who the person is."""
    provider = visit.signed_in.identity_provider
    if provider is None:
        return visit.to_confirm(visit.return_to())
    return await _begun(visit, provider, Intent.STEP_UP, visit.return_to())


async def link(visit: Visit) -> Response:
    """Send the browser to the provider, which will know the person from now on."""
    viewer = (await visit.read("viewer"))["viewer"] or {}
    provider = await visit.change(lambda session: provider_for(session, viewer.get("email") or ""))
    if provider is None:
        return visit.go(_WAYS_IN, done="no_provider")
    return await _begun(visit, provider, Intent.LINK, _WAYS_IN)


async def come_back(visit: Visit) -> Response:
    """Let in the person who comes back from the provider."""
    parameters = visit.request.query_params.multi_items()
    # A browser that comes from another site brings the cookies along, because they are lax.
    binding = visit.cookie(Cookie.VISITOR)
    known = await federation.complete(visit.console.federation, visit.occasion, visit.part("idp"), parameters, binding)
    if isinstance(known, Refused):
        return _page(visit, visit.said(known))
    if known.intent is Intent.LINK:
        return visit.go(_WAYS_IN, done="linked")
    proven = Proven(
        known.account,
        SignInMethod.IDENTITY_PROVIDER,
        identity_provider=known.identity_provider,
        authenticated_at=known.authenticated_at,
    )
    return await come_in(visit, proven, provider_session=known.provider_session, return_to=known.return_to or SIGN_IN)


async def _begun(visit: Visit, provider: str, intent: Intent, return_to: str) -> Response:
    """Return the way to the provider."""
    address = await federation.begin(
        visit.console.federation,
        visit.occasion,
        provider,
        return_to=return_to,
        browser_binding=visit.visitor(),
        intent=intent,
    )
    if isinstance(address, Refused):
        return _page(visit, visit.said(address))
    # The answer to a form may not lead to another site; the page in between may.
    return visit.onward(address)


def _page(visit: Visit, problems: list[Said] | None = None) -> Response:
    """Return the page that asks for the address."""
    return visit.page(
        "sign_in_organisation.html",
        status=422 if problems else 200,
        narrow=True,
        return_to=visit.return_to(),
        problems=problems or (),
        values={"email": visit.form.text("email")},
    )
