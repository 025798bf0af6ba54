"""The organisation, the person and the programs that OAuth clients are tried with.

Owns: making them through the commands of the domain, and what a suite is told of them.
Does not own: the server that they talk to (`tests.clients.account_serving`).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from joserfc.jwk import ECKey
from sqlalchemy.ext.asyncio import AsyncEngine

from ilmio_api.access.principals import ANONYMOUS, Principal
from ilmio_api.access.scopes import Scope
from ilmio_api.db.session import WriteSession, accounts_work, unit_of_work
from ilmio_api.domain.accounts import clients, organisation_accounts, persons, sessions
from ilmio_api.domain.accounts.client_rules import ClientDraft
from ilmio_api.domain.accounts.principals import OPERATOR, caller_of_account
from ilmio_api.domain.accounts.vocabulary import ClientAuthentication, ClientKind, IdTokenAlgorithm, SignInMethod
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.organisations.models import Organisation
from ilmio_api.domain.organisations.vocabulary import OrganisationType
from ilmio_api.domain.outcomes import Refused
from ilmio_api.domain.phenomena.models import Phenomenon
from ilmio_api.domain.phenomena.vocabulary import PhenomenonNature

CALLBACK = "https://app.example.fi/cb"
"""Where applications on a server are sent the code; nobody listens there, the browser of a suite stops before it."""

PAGE = "https://dashboard.example.fi/cb"
"""Where an application in a browser is sent the code."""

DEVICE = "http://127.0.0.1/cb"
"""Where an application on a device is sent the code, on whichever port it listens."""

FAREWELL = "https://app.example.fi/bye"
"""Where browsers go after signing out."""

_OF_PERSONS = frozenset(
    {Scope.OPENID, Scope.PROFILE, Scope.EMAIL, Scope.OFFLINE_ACCESS, Scope.CONTENT_READ, Scope.DRAFTS_READ}
)
_OF_SERVICES = frozenset({Scope.CONTENT_READ, Scope.DRAFTS_READ})
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0"

_Done = TypeVar("_Done")


class RefusedError(Exception):
    """A command that makes the world was refused; the argument says why."""


@dataclass(frozen=True, slots=True)
class AccountWorld:
    """What there is."""

    account: str
    """The person, who owns the organisation."""
    told: Mapping[str, Any]
    """What suites are told, as JSON can hold it."""


async def made(engine: AsyncEngine) -> AccountWorld:
    """Fill an empty database: an organisation with a draft, its owner, a client of each way to authenticate."""
    organisation, draft = await _records(engine)
    account = await _person(engine, organisation)
    of_owner = await _occasion_of(engine, account)
    key = ECKey.generate_key("P-256", {"kid": "one", "alg": "ES256", "use": "sig"})
    drafts = _drafts(key)
    made_clients: dict[str, dict[str, Any]] = {"commandLine": {"id": clients.COMMAND_LINE_CLIENT}}
    for name, each in drafts.items():
        async with accounts_work(engine, of_owner.principal.credential or "") as session:
            created = _carried_out(await clients.create(session, of_owner, organisation, each))
        made_clients[name] = {"id": created.client}
        if created.secret:
            made_clients[name]["secret"] = created.secret.text
        if each.jwks:
            made_clients[name]["key"] = key.as_dict(private=True)
    told = {
        "draft": draft,
        "organisation": organisation,
        "person": {"id": account, "name": "Aino Esimerkki", "email": "aino@example.fi"},
        "addresses": {"callback": CALLBACK, "page": PAGE, "device": DEVICE, "farewell": FAREWELL},
        "clients": made_clients,
    }
    return AccountWorld(account, told)


async def signed_in(session: WriteSession, account: str) -> sessions.Begun:
    """Sign a person in, in a new browser."""
    return await sessions.begin(session, _occasion(ANONYMOUS), account, SignInMethod.PASSKEY, browser=_BROWSER)


def _drafts(key: ECKey) -> Mapping[str, ClientDraft]:
    """Return the clients to make, by the name that suites know them by."""
    public_keys = {"keys": [key.as_dict(private=False)]}
    applications = {
        "basic": ClientAuthentication.CLIENT_SECRET_BASIC,
        "post": ClientAuthentication.CLIENT_SECRET_POST,
        "key": ClientAuthentication.PRIVATE_KEY_JWT,
    }
    on_servers = {
        name: ClientDraft(
            kind=ClientKind.WEB_APPLICATION,
            name=f"Application with {name}",
            authentication=authentication,
            scopes=_OF_PERSONS,
            redirect_uris=[CALLBACK],
            post_logout_redirect_uris=[FAREWELL],
            jwks=public_keys if name == "key" else None,
            # One of them is of the older kind.
            id_token_algorithm=IdTokenAlgorithm.RS256 if name == "post" else IdTokenAlgorithm.ES256,
        )
        for name, authentication in applications.items()
    }
    services = {
        f"{name}Service": ClientDraft(
            kind=ClientKind.SERVICE,
            name=f"Service with {name}",
            authentication=authentication,
            scopes=_OF_SERVICES,
            jwks=public_keys if name == "key" else None,
        )
        for name, authentication in applications.items()
    }
    public = ClientDraft(
        kind=ClientKind.PUBLIC_APPLICATION,
        name="Application in a browser, and on a device",
        authentication=ClientAuthentication.NONE,
        scopes=_OF_PERSONS,
        redirect_uris=[PAGE, DEVICE],
        post_logout_redirect_uris=["https://dashboard.example.fi/bye"],
    )
    return {"public": public, **on_servers, **services}


async def _records(engine: AsyncEngine) -> tuple[str, dict[str, str]]:
    """Add an organisation that is published, and a draft of it; return its id, and the draft's id and slug."""
    occasion = _occasion(OPERATOR)
    organisation, draft = occasion.new_id("organisation"), occasion.new_id("phenomenon")
    async with unit_of_work(engine) as session:
        session.add(
            Organisation(id=organisation, slug="jarjesto", name={"fi": "Järjestö"}, type=OrganisationType.ASSOCIATION)
        )
        await session.flush()
        session.add(
            Phenomenon(
                id=draft,
                slug="luonnos",
                name={"fi": "Luonnos"},
                nature=PhenomenonNature.CHALLENGE,
                root_causes=[],
                drivers=[],
                owner_id=organisation,
            )
        )
    return organisation, {"id": draft, "slug": "luonnos"}


async def _person(engine: AsyncEngine, organisation: str) -> str:
    """Make a person who administers the platform and owns the account of an organisation."""
    occasion = _occasion(OPERATOR)
    async with accounts_work(engine, OPERATOR.credential or "") as session:
        await clients.command_line_client(session)
        account = _carried_out(await persons.create(session, occasion, "Aino Esimerkki", "aino@example.fi", "fi"))
        _carried_out(await persons.make_platform_admin(session, occasion, account))
        _carried_out(await organisation_accounts.open_account(session, occasion, organisation, account))
    return account


async def _occasion_of(engine: AsyncEngine, account: str) -> Occasion:
    """Return an occasion on which a person asks who has just signed in."""
    now = datetime.now(UTC)
    async with accounts_work(engine, "sign-in") as session:
        begun = await signed_in(session, account)
        caller = await caller_of_account(session, account, begun.id, authenticated_at=now, elevated_until=None, at=now)
    return _occasion(caller.principal, authenticated_at=now)


def _occasion(principal: Principal, *, authenticated_at: datetime | None = None) -> Occasion:
    """Return an occasion of this moment."""
    return Occasion(principal, datetime.now(UTC), os.urandom(16).hex(), "127.0.0.1", os.urandom, authenticated_at)


def _carried_out(outcome: _Done | Refused) -> _Done:
    """Return what a command has done.

    Raises:
        RefusedError: It was refused; the world cannot be made.
    """
    if isinstance(outcome, Refused):
        raise RefusedError(outcome)
    return outcome
