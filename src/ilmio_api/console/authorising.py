"""The pages on which a person decides what programs may do for them.

Owns: consent, connecting a device, signing out at the wish of an application.
Does not own: the protocol (`oauth`), signing in (`signing_in`).

Two of the addresses are also asked by forms of other sites, as the protocol wants it: those carry no cookie of ours and
are only led on to a page of our own, whose form asks the person.
"""

from urllib.parse import urlsplit

from starlette.responses import Response

from ilmio_api.access.scopes import values_of
from ilmio_api.console.cookies import Cookie
from ilmio_api.console.visits import CONFIRM, SIGN_IN, Visit
from ilmio_api.console.words import Said
from ilmio_api.domain.outcomes import ProblemCode, Refused
from ilmio_api.oauth import authorise, device_page, logout
from ilmio_api.oauth.authorise import Ask, PageError, Redirect, Step
from ilmio_api.oauth.device_page import DeviceAsk
from ilmio_api.oauth.logout import Farewell

_AUTHORISE, _DEVICE, _LOGOUT = "/oauth/authorize", "/oauth/device", "/oauth/logout"


async def show_consent(visit: Visit) -> Response:
    """Show who asks for what; or sign the person in first, or send the answer at once."""
    signed_in = visit.guest.signed_in if visit.guest else None
    parameters = visit.request.query_params.multi_items()
    next_ = await authorise.begin(visit.console.oauth, visit.occasion, parameters, signed_in)
    match next_:
        case PageError():
            return _problem(visit, next_)
        case Redirect():
            return visit.leave(next_.url)
        case Ask(step=Step.SIGN_IN):
            hint = {"email": next_.login_hint} if next_.login_hint else {}
            language = {"lang": visit.language.value} if next_.languages else {}
            return visit.go(SIGN_IN, return_to=next_.return_to, **hint, **language)
        case Ask(step=Step.SIGN_IN_AGAIN):
            return visit.go(CONFIRM, return_to=next_.return_to)
        case Ask(step=Step.SELECT_ACCOUNT):
            chosen = await authorise.chosen(visit.console.oauth, visit.occasion, next_, visit.signed_in)
            return visit.page(
                "select_account.html", narrow=True, client=next_.client, chosen=chosen, return_to=next_.return_to
            )
        case Ask():
            return await _consent_page(visit, next_)


async def decide_consent(visit: Visit) -> Response:
    """Send the person's decision to the application."""
    oauth, parameters = visit.console.oauth, [("ticket", visit.form.secret("ticket"))]
    ask = await authorise.begin(oauth, visit.occasion, parameters, visit.signed_in)
    if isinstance(ask, Ask) and ask.step is not Step.CONSENT:
        return visit.go(ask.return_to)
    if isinstance(ask, Ask):
        allowed = visit.form.text("allowed") == "yes"
        ask = await authorise.finish(oauth, visit.occasion, ask, visit.signed_in, allowed=allowed)
    return visit.leave(ask.url) if isinstance(ask, Redirect) else _problem(visit, ask)


async def lead_on(visit: Visit) -> Response:
    """Lead a request that another site's form has sent on to a page of ours."""
    path = authorise.path_for(visit.console.oauth, visit.occasion, list(visit.form.fields))
    return visit.go(path)


async def show_device(visit: Visit) -> Response:
    """Show the field for the code that a device shows, or the device that shows the code in the address."""
    code = visit.asked("user_code")
    return await _device_found(visit, code) if code else _device_page(visit)


async def find_device(visit: Visit) -> Response:
    """Show which device waits with the code that was typed."""
    return await _device_found(visit, visit.form.text("user_code"))


async def decide_device(visit: Visit) -> Response:
    """Note the person's decision about a device."""
    allowed = visit.form.text("allowed") == "yes"
    outcome = await device_page.decide(
        visit.console.oauth, visit.occasion, visit.form.text("user_code"), visit.signed_in, allowed=allowed
    )
    if isinstance(outcome, Refused):
        return _device_page(visit, _said_of_device(visit, outcome))
    return visit.page("device.html", narrow=True, waiting=None, decided="allowed" if outcome.allowed else "denied")


async def show_sign_out(visit: Visit) -> Response:
    """Ask whether to sign out at the wish of an application; or do so at once."""
    signed_in = visit.guest.signed_in if visit.guest else None
    parameters = visit.request.query_params.multi_items()
    farewell = await logout.begin(visit.console.oauth, visit.occasion, parameters, signed_in)
    if isinstance(farewell, PageError):
        return _problem(visit, farewell)
    if farewell.needs_confirmation:
        name = farewell.client.name if farewell.client else ""
        return visit.page("sign_out.html", narrow=True, client=name, hidden=[("ticket", farewell.ticket)])
    return await _signed_out(visit, farewell)


async def decide_sign_out(visit: Visit) -> Response:
    """Sign the person out, or not."""
    if visit.form.text("sign_out") != "yes":
        return visit.go("/console/")
    signed_in = visit.guest.signed_in if visit.guest else None
    parameters = [("ticket", visit.form.secret("ticket"))]
    farewell = await logout.begin(visit.console.oauth, visit.occasion, parameters, signed_in)
    return _problem(visit, farewell) if isinstance(farewell, PageError) else await _signed_out(visit, farewell)


async def lead_on_to_sign_out(visit: Visit) -> Response:
    """Lead a wish to sign out that another site's form has sent on to a page of ours."""
    return visit.go(_LOGOUT, **dict(visit.form.fields))


async def _consent_page(visit: Visit, ask: Ask) -> Response:
    """Return the page that asks for consent."""
    ids = [each.id for each in ask.organisations] + ([ask.client.organisation] if ask.client.organisation else [])
    nodes = (await visit.read("names", ids=ids))["nodes"]
    names = {node["id"]: node["name"] for node in nodes if node}
    target = urlsplit(ask.redirect_uri)
    origin = f"{target.scheme}://{target.netloc}" if target.netloc else f"{target.scheme}:"
    return visit.page(
        "consent.html",
        # The answer to the form leads there.
        form_target=origin,
        narrow=True,
        client=ask.client,
        owner=names.get(ask.client.organisation or "", ask.client.organisation),
        scopes=values_of(ask.scopes),
        withheld=values_of(ask.withheld),
        organisations=[
            {
                "name": names.get(each.id, each.id),
                "role": each.role.value,
                "awaits_approval": each.awaits_approval,
            }
            for each in ask.organisations
        ],
        destination=origin,
        ticket=ask.ticket,
    )


async def _device_found(visit: Visit, code: str) -> Response:
    """Return the page of the device that shows a code."""
    found = await device_page.find(visit.console.oauth, visit.occasion, code, visit.signed_in)
    if isinstance(found, Refused):
        return _device_page(visit, _said_of_device(visit, found))
    return _waiting_page(visit, found)


def _waiting_page(visit: Visit, found: DeviceAsk) -> Response:
    """Return the page that asks about a device."""
    waiting = {
        "name": found.client.name,
        "user_code": found.user_code,
        "address": found.network,
        "created_at": found.asked_at,
        "scopes": values_of(found.scopes),
    }
    return visit.page("device.html", narrow=True, waiting=waiting, decided=None)


def _device_page(visit: Visit, problems: list[Said] | None = None) -> Response:
    """Return the page that asks for the code of a device."""
    return visit.page(
        "device.html",
        status=422 if problems else 200,
        narrow=True,
        waiting=None,
        decided=None,
        problems=problems or (),
        values={"user_code": visit.form.text("user_code") or visit.asked("user_code")},
    )


def _said_of_device(visit: Visit, refused: Refused) -> list[Said]:
    """Return why no device was found."""
    if refused.problems[0].code is ProblemCode.WRONG_CODE:
        return [Said("user_code", visit.words.device.wrong)]
    return visit.said(refused)


async def _signed_out(visit: Visit, farewell: Farewell) -> Response:
    """End the session and go where the application wants, or to a page of ours."""
    signed_in = visit.guest.signed_in if visit.guest else None
    url = await logout.finish(visit.console.oauth, visit.occasion, farewell, signed_in)
    visit.keep(Cookie.SESSION, "")
    visit.guest = None
    if url is None:
        return visit.go(SIGN_IN, done="signed_out")
    # The answer to our own form may not lead to another site; the page in between may.
    return visit.onward(url) if visit.request.method == "POST" else visit.leave(url)


def _problem(visit: Visit, error: PageError) -> Response:
    """Return the page that says what is wrong with a request that can be answered to nobody."""
    return visit.page("oauth_problem.html", status=400, narrow=True, error=error.error, description=error.description)
