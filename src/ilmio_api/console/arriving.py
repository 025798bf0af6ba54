"""Arriving: who opens a set-up link or an invitation, becomes a person here, and makes a way to sign in.

Owns: the steps in the browser, from the link to the first session.
Does not own: what the links open (`domain.accounts.set_up`, `domain.accounts.invitations`), what is open in between
(`domain.accounts.enrolment`).

The secret of a link goes from the address into a cookie at once, so that it stands in no further address.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ilmio_api.access.secrets import SecretKind, digest_of
from ilmio_api.console.cookies import Cookie
from ilmio_api.console.own_ways_in import codes_page, password_page
from ilmio_api.console.visits import HOME, Visit
from ilmio_api.console.words import Said
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import enrolment, invitations, one_time_codes, passkeys, passwords, set_up
from ilmio_api.domain.accounts.enrolment import Enrolled, Enrolment, EnrolmentBegun
from ilmio_api.domain.accounts.invitations import Invited
from ilmio_api.domain.accounts.whereabouts import browser_of
from ilmio_api.domain.outcomes import Refused
from ilmio_api.i18n.languages import Reading

T = TypeVar("T")

SET_UP, INVITATION, ENROL = "/console/set-up", "/console/invitation", "/console/enrol"
RECOVERY_CODES = "/console/me/recovery-codes"
_ACTING = "sign-in"


def set_up_link(issuer: str, secret: str) -> str:
    """Return the link for the first administrator of a new service."""
    return f"{issuer}{SET_UP}/{secret}"


def invitation_link(issuer: str, secret: str) -> str:
    """Return the link of an invitation."""
    return f"{issuer}{INVITATION}/{secret}"


async def open_set_up(visit: Visit) -> Response:
    """Keep the secret of a set-up link and go on without it in the address."""
    secret = visit.part("secret")
    if digest_of(secret, SecretKind.SETUP_LINK) is None:
        return _link_over(visit, "set_up")
    visit.keep(Cookie.LINK, secret)
    return visit.go(SET_UP)


async def open_invitation(visit: Visit) -> Response:
    """Keep the secret of an invitation and go on without it in the address."""
    secret = visit.part("secret")
    if digest_of(secret, SecretKind.INVITATION) is None:
        return _link_over(visit, "invitation")
    visit.keep(Cookie.LINK, secret)
    return visit.go(INVITATION)


async def show_set_up(visit: Visit) -> Response:
    """Show the form of the first administrator."""
    link = visit.cookie(Cookie.LINK)
    if not await visit.change(lambda session: set_up.is_open(session, link, visit.at), _ACTING):
        return _link_over(visit, "set_up")
    return _person_page(visit, None)


async def accept_set_up(visit: Visit) -> Response:
    """Make the account of the first administrator, who then makes a way in."""
    form, link = visit.form, visit.cookie(Cookie.LINK)
    begun = await visit.change(
        lambda session: set_up.accept(
            session, visit.occasion, link, form.text("name"), form.text("email"), form.text("language")
        ),
        _ACTING,
    )
    return _enrolling(visit, begun, None)


async def show_invitation(visit: Visit) -> Response:
    """Show who invites, and the ways to accept."""
    invited = await _invited(visit)
    return _person_page(visit, invited) if invited else _link_over(visit, "invitation")


async def begin_invited(visit: Visit) -> Response:
    """Make the account of an invited person, who then makes a way in."""
    invited, digest = await _invited(visit), _digest(visit)
    if invited is None or digest is None:
        return _link_over(visit, "invitation")
    form = visit.form
    begun = await visit.change(
        lambda session: enrolment.begin(
            session,
            visit.occasion,
            digest,
            form.text("name"),
            form.text("language"),
            takes_address=form.is_ticked("takes_address"),
        ),
        _ACTING,
    )
    return _enrolling(visit, begun, invited)


async def accept_invitation(visit: Visit) -> Response:
    """Make the person who is signed in a member."""
    invited, digest = await _invited(visit), _digest(visit)
    if invited is None or digest is None:
        return _link_over(visit, "invitation")
    joined = await visit.change(
        lambda session: invitations.accept(session, visit.occasion, digest, visit.signed_in.account)
    )
    if isinstance(joined, Refused):
        return _person_page(visit, invited, visit.said(joined))
    visit.keep(Cookie.LINK, "")
    return visit.go(f"{HOME}organisations/{joined.organisation}", done="joined")


async def choose(visit: Visit) -> Response:
    """Show the ways in that a new person can make."""
    under_way = await _under_way(visit)
    return visit.page("enrol.html", narrow=True, name=under_way.name or "") if under_way else _too_late(visit)


async def ask_passkey(visit: Visit) -> Response:
    """Give the script of the page what to ask the browser for."""
    under_way = await _under_way(visit)
    if under_way is None:
        raise HTTPException(404)
    party = passkeys.relying_party(visit.console.issuer)
    asked = await _as_person(visit, lambda session: passkeys.ask_to_add(session, under_way.occasion, party))
    if isinstance(asked, Refused):
        raise HTTPException(409)
    visit.keep(Cookie.PASSKEY, asked.secret.text)
    return visit.answer(Response(asked.options, media_type="application/json"))


async def add_passkey(visit: Visit) -> Response:
    """Keep the passkey that the browser has made, and let the person in."""
    under_way = await _under_way(visit)
    if under_way is None:
        return _too_late(visit)
    party, answer = passkeys.relying_party(visit.console.issuer), visit.form.secret("credential")
    label = browser_of(visit.browser) or visit.words.own.unknown_browser
    text = visit.cookie(Cookie.PASSKEY)
    added = await _as_person(
        visit, lambda session: passkeys.add(session, under_way.occasion, party, text, answer, label)
    )
    if isinstance(added, Refused):
        return visit.page(
            "enrol.html", status=422, narrow=True, name=under_way.name or "", problems=_whole(visit.said(added))
        )
    visit.keep(Cookie.PASSKEY, "")
    return await _finish(visit)


async def show_password(visit: Visit) -> Response:
    """Show the field for a new password."""
    under_way = await _under_way(visit)
    return _password_page(visit, under_way) if under_way else _too_late(visit)


async def set_password(visit: Visit) -> Response:
    """Keep the password; one-time codes follow."""
    under_way, password = await _under_way(visit), visit.form.secret("password")
    if under_way is None:
        return _too_late(visit)
    changed = await _as_person(visit, lambda session: passwords.change(session, under_way.occasion, password))
    if isinstance(changed, Refused):
        return _password_page(visit, under_way, visit.said(changed))
    return visit.go(f"{ENROL}/codes")


async def show_codes(visit: Visit) -> Response:
    """Show the picture for the application that makes one-time codes."""
    under_way = await _under_way(visit)
    if under_way is None:
        return _too_late(visit)
    asked = await _as_person(visit, lambda session: one_time_codes.ask(session, under_way.occasion))
    if isinstance(asked, Refused):
        return _too_late(visit)
    visit.keep(Cookie.CODES, asked.secret.text)
    return codes_page(visit, f"{ENROL}/codes", ENROL, asked)


async def confirm_codes(visit: Visit) -> Response:
    """Take the one-time codes into use by the first of them, and let the person in."""
    under_way = await _under_way(visit)
    if under_way is None:
        return _too_late(visit)
    confirmed = await _as_person(
        visit,
        lambda session: one_time_codes.confirm(
            session, under_way.occasion, visit.console.sealer, visit.cookie(Cookie.CODES), visit.form.text("code")
        ),
    )
    if isinstance(confirmed, Refused):
        return codes_page(visit, f"{ENROL}/codes", ENROL, None, visit.said(confirmed))
    visit.keep(Cookie.CODES, "")
    return await _finish(visit)


async def _finish(visit: Visit) -> Response:
    """Give the person what the link promised, and show the recovery codes."""
    step = visit.cookie(Cookie.STEP)
    enrolled: Enrolled | Refused = await visit.change(
        lambda session: enrolment.finish(session, visit.occasion, step, visit.browser), _ACTING
    )
    if isinstance(enrolled, Refused):
        return _too_late(visit)
    for cookie in (Cookie.STEP, Cookie.LINK, Cookie.VISITOR):
        visit.keep(cookie, "")
    visit.keep(Cookie.SESSION, enrolled.session.secret.text)
    visit.once({"codes": list(enrolled.recovery_codes)}, enrolled.session.id)
    return visit.go(RECOVERY_CODES)


async def _as_person(visit: Visit, command: Callable[[WriteSession], Awaitable[T]]) -> T:
    """Carry out a command of a person who is not in yet."""
    return await visit.change(command, _ACTING)


async def _under_way(visit: Visit) -> Enrolment | None:
    """Return the enrolment that this browser is at."""
    step = visit.cookie(Cookie.STEP)
    return await visit.change(lambda session: enrolment.under_way(session, visit.occasion, step), _ACTING)


async def _invited(visit: Visit) -> Invited | None:
    """Return what the link of the invitation leads to."""
    digest = _digest(visit)
    if digest is None:
        return None
    return await visit.change(lambda session: invitations.find(session, digest, visit.at), _ACTING)


def _digest(visit: Visit) -> bytes | None:
    """Return the digest of the invitation's secret, or None when the cookie holds no such secret."""
    return digest_of(visit.cookie(Cookie.LINK), SecretKind.INVITATION)


def _enrolling(visit: Visit, begun: EnrolmentBegun | Refused, invited: Invited | None) -> Response:
    """Return the way to the next step, or the form with what is wrong in it."""
    if isinstance(begun, Refused):
        return _person_page(visit, invited, visit.said(begun))
    visit.keep(Cookie.STEP, begun.secret.text)
    return visit.go(ENROL)


def _person_page(visit: Visit, invited: Invited | None, problems: list[Said] | None = None) -> Response:
    """Return the page that asks who the person is."""
    names = (
        (name for tag in Reading(visit.language).chain() if (name := (invited.organisation_name.get(tag))))
        if (invited)
        else iter(())
    )
    shown = (
        {
            "name": next(names, invited.organisation),
            "role": invited.role.value,
            "email": invited.email,
            # Asked only once it is known that an account has the address, and only whoever reads its mail.
            "may_take_address": invited.is_mailed and any(each.field == "email" for each in problems or ()),
        }
        if invited
        else None
    )
    fields = ("name", "email", "language")
    return visit.page(
        "person.html",
        status=422 if problems else 200,
        narrow=True,
        invited=shown,
        problems=problems or (),
        values={name: visit.form.text(name) for name in fields if visit.form.text(name)},
    )


def _password_page(visit: Visit, under_way: Enrolment, problems: list[Said] | None = None) -> Response:
    """Return the page that asks for a new password."""
    return password_page(visit, f"{ENROL}/password", ENROL, under_way.email or "", problems)


def _link_over(visit: Visit, kind: str) -> Response:
    """Return the page that says that a link works no more."""
    visit.keep(Cookie.LINK, "")
    return visit.page("link_over.html", status=410, narrow=True, kind=kind)


def _too_late(visit: Visit) -> Response:
    """Return the page that says that enrolment took too long."""
    visit.keep(Cookie.STEP, "")
    return visit.page("link_over.html", status=410, narrow=True, kind="enrolment")


def _whole(problems: list[Said]) -> list[Said]:
    """Return problems of a page without fields."""
    return [Said("", each.text) for each in problems]
