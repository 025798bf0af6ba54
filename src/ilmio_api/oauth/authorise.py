"""The authorization endpoint, as the pages of the console walk through it.

Owns: judging a request, which step of the person it still needs, the answer that goes back to the client.
Does not own: the pages and the session in the browser (`console`), the codes (`oauth.code_grant`).

A page calls `begin` with the parameters it was called with. `Redirect` sends the browser away. `PageError` is shown and
never sent anywhere, because no address is known that could be trusted. `Ask` names the next step of the person:

- `SIGN_IN`, `SIGN_IN_AGAIN`: sign the person in (again), then come back to `Ask.return_to`.
- `SELECT_ACCOUNT`: show who is signed in; to go on as that person come back to what `chosen` returns, for another
  person sign in and come back to `Ask.return_to`.
- `CONSENT`: show who asks for what; the form carries `Ask.ticket` and a button each for yes and no. Its POST calls
  `begin([("ticket", …)])` again, and then `finish`.

A client may also post its request from a page of its own, without a ticket; a browser sends no cookie along then, so
the route sends it to `path_for` (303).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AccessDeniedError
from sqlalchemy import select

from ilmio_api.access.scopes import Scope, scopes_of, text_of
from ilmio_api.domain.accounts import consents
from ilmio_api.domain.accounts.client_models import Consent
from ilmio_api.domain.accounts.redirects import is_shared
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Refused
from ilmio_api.oauth import tickets
from ilmio_api.oauth.answers import error_address, with_params, words_of
from ilmio_api.oauth.authorisation_requests import AUTHORISE, Judged, is_short, judged, unfolded
from ilmio_api.oauth.clients import Client
from ilmio_api.oauth.code_grant import Granting
from ilmio_api.oauth.id_tokens import hint_of
from ilmio_api.oauth.requests import Pairs
from ilmio_api.oauth.server import Server
from ilmio_api.oauth.service import OAuth, Work, in_db
from ilmio_api.oauth.standing import AskOrganisation, Standing, standing
from ilmio_api.oauth.subjects import subject_in


class SignedIn(Protocol):
    """What is needed of a session of the console; `domain.accounts.sessions.SignedIn` is one."""

    @property
    def id(self) -> str:
        """Return the id of the session."""
        ...

    @property
    def account(self) -> str:
        """Return the id of the person."""
        ...

    @property
    def authenticated_at(self) -> datetime:
        """Return when the person last proved who they are."""
        ...


class Step(StrEnum):
    """What the person has to do next."""

    SIGN_IN = "SIGN_IN"
    SIGN_IN_AGAIN = "SIGN_IN_AGAIN"
    """Is signed in, but the client asks for a fresh proof."""
    SELECT_ACCOUNT = "SELECT_ACCOUNT"
    CONSENT = "CONSENT"


@dataclass(frozen=True, slots=True)
class AskingClient:
    """Who asks."""

    id: str
    name: str
    description: str | None
    website: str | None
    organisation: str | None
    """Id of the owner; None for the service's own command line."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A valid request that needs something of the person."""

    step: Step
    ticket: str
    """The request, sealed; carries it from page to page. Good for half an hour."""
    client: AskingClient
    redirect_uri: str
    """Registered address to which the answer will go; the page names it, and allows its form to end up there."""
    scopes: frozenset[Scope] = frozenset()
    """What would be granted; empty until somebody is signed in."""
    new_scopes: frozenset[Scope] = frozenset()
    """Those of `scopes` to which the person has not yet consented."""
    withheld: frozenset[Scope] = frozenset()
    """Asked for, but not granted: the person has none of them in an organisation that lets the client use them."""
    organisations: tuple[AskOrganisation, ...] = ()
    """Where `scopes` hold, and where an owner has yet to decide; empty when only public things are asked for."""
    login_hint: str | None = None
    """What the client knows of the person, for the sign-in form; not to be trusted."""
    languages: tuple[str, ...] = ()
    """Languages that the client asks for (`ui_locales`), best first."""

    @property
    def return_to(self) -> str:
        """Return the path to come back to."""
        return _path(self.ticket)


@dataclass(frozen=True, slots=True)
class Redirect:
    """The answer to the client; the browser goes there (303)."""

    url: str


@dataclass(frozen=True, slots=True)
class PageError:
    """The request cannot be answered to anybody; say so on a page (400)."""

    error: str
    """Code of the protocol, such as `invalid_request`."""
    description: str
    """For developers, in English."""


_PURPOSE = "authorise"
_TOO_LATE = PageError("invalid_request", "The page was open for too long; start again in the application.")


async def begin(
    oauth: OAuth, occasion: Occasion, params: Sequence[tuple[str, str]], signed_in: SignedIn | None
) -> Ask | Redirect | PageError:
    """Return what comes next for an authorisation request.

    Args:
        oauth: The server.
        occasion: Of the browser's request.
        params: Parameters of the query or the form, in order, repeated ones too; or only a `ticket`.
        signed_in: Who is signed in, in this browser.
    """

    def step(work: Work) -> Ask | Redirect | PageError:
        server = Server(work)
        try:
            ticket = _ticket(work, server, params)
            if ticket is None:
                return _TOO_LATE
            request = judged(server, ticket.pairs)
            return _next(work, request, ticket, signed_in)
        except OAuth2Error as error:
            return Redirect(error_address(error, oauth.issuer)) if error.redirect_uri else PageError(*words_of(error))

    return await in_db(oauth, occasion, step)


def path_for(oauth: OAuth, occasion: Occasion, params: Sequence[tuple[str, str]]) -> str:
    """Return the path that leads on from a request that a client's page has posted (OpenID Connect Core 1.0 §3.1.2.1).

    A browser sends no cookie of ours with a form of another site, so first it has to be led to a page of our own.
    """
    ticket = tickets.Ticket(_PURPOSE, params if is_short(params) else [], occasion.at)
    return _path(tickets.sealed(oauth, ticket))


async def chosen(oauth: OAuth, occasion: Occasion, ask: Ask, signed_in: SignedIn) -> str:
    """Return the path to go on with as the person who is signed in, after `SELECT_ACCOUNT`."""
    ticket = tickets.opened(oauth, ask.ticket, _PURPOSE, occasion.at)
    if ticket is None:
        return ask.return_to
    return _path(tickets.sealed(oauth, replace(ticket, account=signed_in.account)))


async def finish(
    oauth: OAuth, occasion: Occasion, ask: Ask, signed_in: SignedIn, *, allowed: bool
) -> Redirect | PageError:
    """Return the answer to the client after the person has decided about `CONSENT`; a yes is remembered.

    Args:
        oauth: The server.
        occasion: Of the browser's request, with the principal of the person's session.
        ask: What `begin` has just returned.
        signed_in: Who has decided.
        allowed: What they have decided. They cannot allow more than `ask` has shown.
    """

    def step(work: Work) -> Redirect | PageError:
        try:
            ticket = tickets.opened(oauth, ask.ticket, _PURPOSE, occasion.at)
            if ticket is None:
                return _TOO_LATE
            request = judged(Server(work), ticket.pairs)
            if not allowed:
                raise request.refused(AccessDeniedError("The person has said no."))
            scopes = _standing(work, request, ticket, signed_in).scopes & ask.scopes
            given = work.wait(consents.give(work.session, occasion, request.client.id, scopes))
            _consented(work, signed_in, request.client)
            if isinstance(given, Refused) or not scopes:
                raise request.refused(AccessDeniedError("Nothing is left that could be granted."))
            return _granted(work, request, signed_in, scopes)
        except OAuth2Error as error:
            return Redirect(error_address(error, oauth.issuer)) if error.redirect_uri else PageError(*words_of(error))

    return await in_db(oauth, occasion, step)


def _ticket(work: Work, server: Server, params: Pairs) -> tickets.Ticket | None:
    """Return the ticket in the parameters, or a new one for a request that begins; None for one that is too old.

    Raises:
        OAuth2Error: The request names a pushed one that cannot be used.
    """
    text = tickets.ticket_in(params)
    if text is not None:
        ticket = tickets.opened(work.oauth, text, _PURPOSE, work.at)
        return None if ticket is None else replace(ticket, pairs=unfolded(server, ticket.pairs))
    return tickets.Ticket(_PURPOSE, unfolded(server, params), work.at)


def _next(work: Work, request: Judged, ticket: tickets.Ticket, signed_in: SignedIn | None) -> Ask | Redirect:
    """Return the next step of the person, or the answer to the client when there is none.

    Raises:
        OAuth2Error: The person would have to do something, and the client wants nothing to be shown.
    """
    ask = Ask(
        step=Step.SIGN_IN,
        ticket=tickets.sealed(work.oauth, ticket),
        client=asking(request.client),
        redirect_uri=request.address,
        login_hint=request.wishes.login_hint,
        languages=request.wishes.languages,
    )
    missing = _missing_proof(work, request, ticket, signed_in)
    if missing is not None or signed_in is None:
        if request.wishes.silent:
            raise request.refused(OAuth2Error("Nobody suitable is signed in.", error="login_required"))
        return replace(ask, step=missing or Step.SIGN_IN)
    found = _standing(work, request, ticket, signed_in)
    if not found.scopes:
        raise request.refused(
            AccessDeniedError("The person holds none of these scopes in an organisation that agrees.")
        )
    new = found.scopes - _consented(work, signed_in, request.client)
    # RFC 6749 §10.2: who may be an impostor gets nothing without the person, however often it has asked before.
    is_asked = bool(new) or "consent" in request.wishes.prompts or is_shared(request.address)
    if not is_asked:
        return _granted(work, request, signed_in, found.scopes)
    if request.wishes.silent:
        raise request.refused(OAuth2Error("The person has to be asked for consent.", error="consent_required"))
    ticket = replace(ticket, shown=text_of(found.scopes))
    return _consent(replace(ask, ticket=tickets.sealed(work.oauth, ticket)), found, new)


def _missing_proof(work: Work, request: Judged, ticket: tickets.Ticket, signed_in: SignedIn | None) -> Step | None:
    """Return what the person still has to do to be known well enough; None when nothing.

    Raises:
        OAuth2Error: The hint at the person is no ID token of ours, or the person has chosen to be somebody else.
    """
    wishes = request.wishes
    hint = hint_of(work, wishes.id_token_hint) if wishes.id_token_hint else None
    if wishes.id_token_hint and hint is None:
        raise request.refused(OAuth2Error("The id_token_hint is not an ID token of ours.", error="invalid_request"))
    if signed_in is None:
        return Step.SIGN_IN
    if hint is not None and hint.subject != _subject(work, request, signed_in):
        if ticket.account == signed_in.account:
            raise request.refused(OAuth2Error("The person has chosen another account.", error="login_required"))
        return Step.SELECT_ACCOUNT
    if signed_in.authenticated_at >= ticket.began_at:
        return None
    age = work.at - signed_in.authenticated_at
    if "login" in wishes.prompts or (wishes.max_age_s is not None and age > timedelta(seconds=wishes.max_age_s)):
        return Step.SIGN_IN_AGAIN
    return Step.SELECT_ACCOUNT if "select_account" in wishes.prompts and ticket.account != signed_in.account else None


def _subject(work: Work, request: Judged, signed_in: SignedIn) -> str:
    """Return the person as the client would know them."""
    return subject_in(work, signed_in.account, signed_in.id, request.client.row.organisation_id).name


def _standing(work: Work, request: Judged, ticket: tickets.Ticket, signed_in: SignedIn) -> Standing:
    """Return what the client would get, no more than the person has been shown."""
    asked = request.scopes if ticket.shown is None else request.scopes & scopes_of(ticket.shown)
    return standing(work, request.client, signed_in.account, signed_in.id, asked)


def _consent(ask: Ask, found: Standing, new: frozenset[Scope]) -> Ask:
    """Return the question of consent."""
    return replace(
        ask,
        step=Step.CONSENT,
        scopes=found.scopes,
        new_scopes=new,
        withheld=found.withheld,
        organisations=found.organisations,
    )


def _consented(work: Work, signed_in: SignedIn, client: Client) -> frozenset[Scope]:
    """Return what the person has consented to; it cannot be taken back until the code that follows from it is there.

    Whoever withdraws the consent meanwhile waits, and then ends that code too.
    """
    scopes = work.db.scalar(
        select(Consent.scopes)
        .where(Consent.account_id == signed_in.account, Consent.client_id == client.id)
        .with_for_update(read=True)
    )
    return scopes_of(" ".join(scopes or ()))


def _granted(work: Work, request: Judged, signed_in: SignedIn, scopes: frozenset[Scope]) -> Redirect:
    """Return the address with a new code."""
    granting = Granting(signed_in.account, signed_in.id, signed_in.authenticated_at, scopes)
    _status, _body, headers = request.grant.create_authorization_response(request.address, granting)
    return Redirect(with_params(dict(headers)["Location"], {"iss": work.oauth.issuer}))


def asking(client: Client) -> AskingClient:
    """Return who asks, for a page."""
    row = client.row
    return AskingClient(row.id, row.name, row.description, row.website, row.organisation_id)


def _path(ticket: str) -> str:
    """Return the path to come back to with a ticket."""
    return f"{AUTHORISE}?{urlencode({'ticket': ticket})}"
