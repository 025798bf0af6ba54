"""The composition root: from settings to the application that a server runs.

Owns: putting the parts together, opening and closing what they share.
Does not own: the parts. This is the only module that knows all of them.
"""

import asyncio
import gc
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from ilmio_api.compiler.batches import Batches
from ilmio_api.compiler.engine import Engine
from ilmio_api.compiler.freshness import Freshness
from ilmio_api.compiler.in_process import InProcess as ReadInProcess
from ilmio_api.compiler.pipeline import Fetcher
from ilmio_api.compiler.recent import Recent
from ilmio_api.console import routes as pages_of_the_console
from ilmio_api.console.mail import Mailer
from ilmio_api.console.reuse_mails import ReuseMails
from ilmio_api.console.service import Console
from ilmio_api.db.pool import ReadPool
from ilmio_api.db.sealing import Sealer
from ilmio_api.db.session import open_engine
from ilmio_api.domain.accounts import attempts, invitations
from ilmio_api.domain.accounts.fetched import Fetched
from ilmio_api.domain.accounts.txt_records import texts_of
from ilmio_api.domain.provenance.retention import forget_contact_persons
from ilmio_api.errors import OperatorError
from ilmio_api.oauth import cleaning, federation_routes
from ilmio_api.oauth import routes as authorization_server
from ilmio_api.oauth.federation_providers import Federation
from ilmio_api.oauth.provider_directory import Directory
from ilmio_api.oauth.service import OAuth
from ilmio_api.schema.mutation import commands
from ilmio_api.schema.query import CATALOGUE, RUNS
from ilmio_api.settings import Settings
from ilmio_api.web.allowances import InProcess, Store, Uncounted
from ilmio_api.web.authentication import BearerTokens
from ilmio_api.web.callers import address_of
from ilmio_api.web.calls import METHODS, Call
from ilmio_api.web.client_documents import ClientDocuments
from ilmio_api.web.commands import CommandDesk
from ilmio_api.web.connection import Heads
from ilmio_api.web.documents import Documents, registered_documents
from ilmio_api.web.fair_use import GUARDED, FairUse
from ilmio_api.web.graphql import GraphQLEndpoint, Service
from ilmio_api.web.heads import EXPOSED, Response
from ilmio_api.web.methods import other_method
from ilmio_api.web.outage import HANDLERS
from ilmio_api.web.replies import Replies
from ilmio_api.web.routes import routes
from ilmio_api.web.upkeep import Step, Upkeep

_ACCOUNT_CONNECTIONS = 5
_KNOWN_HEADS = 1_000
_ACCOUNT_TIMEOUT_MS = 5_000
_UPKEEP: Sequence[Step] = (
    cleaning.clean,
    lambda session, at: attempts.forget_old(session, at=at),
    lambda session, at: invitations.forget_expired(session, at=at),
    forget_contact_persons,
)


class AnyOrigin:
    """Lets pages of any origin ask: reading is open, and cookies are ignored. The parts of accounts say who may."""

    def __init__(self, app: ASGIApp) -> None:
        """Put the header fields of cross-origin requests around the application."""
        self._guarded = app
        self._open = CORSMiddleware(
            app,
            allow_origins=["*"],
            allow_methods=[*METHODS, "OPTIONS"],
            allow_headers=["*"],
            expose_headers=EXPOSED,
            max_age=86_400,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        guarded = scope["type"] == "http" and scope["path"].startswith(GUARDED)
        await (self._guarded if guarded else self._open)(scope, receive, send)


class Application(Starlette):
    """The application, with a short way to the endpoint that nearly every request is for."""

    service: Service
    """What the endpoint needs, from the start to the end. Looked up in `state`, it would cost as much as a charge."""

    def __init__(self, endpoint: GraphQLEndpoint, **options: Any) -> None:  # noqa: ANN401 - Starlette's own options
        """Keep the endpoint beside the routes."""
        super().__init__(**options)
        # Starlette would answer a slash too many with an address that it makes of the header `Host`.
        self.router.redirect_slashes = False
        self._endpoint = endpoint
        self.max_body_bytes = endpoint.max_body_bytes
        self.heads: Heads = Recent(_KNOWN_HEADS)

    def answer(self, call: Call) -> Awaitable[Response]:
        """Answer a GraphQL request that a connection (`web.connection`) has read itself."""
        return self._endpoint.answer(call, self.service)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; a GraphQL request need not pass routing and middleware, which have nothing to add to it."""
        if scope["type"] == "http" and scope["path"] == "/graphql" and scope["method"] in METHODS:
            scope["app"] = self
            await self._endpoint(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(settings: Settings) -> Application:
    """Return the application for the database in `settings`.

    Raises:
        OperatorError: The settings name no database; the command line provides the embedded one.
    """
    url = settings.database_url
    if url is None:
        raise OperatorError("No database was given to the application.", "Start it with ilmio serve.")
    oauth = _oauth(settings, url)
    federation = Federation(oauth, Directory(_fetched))
    documents = Documents(
        registered_documents(settings.documents) if settings.documents else {},
        settings.only_registered_documents,
        ClientDocuments(oauth.engine),
    )

    @asynccontextmanager
    async def lifespan(application: Application) -> AsyncIterator[None]:
        async with _reading(settings, url) as pool, _store(settings) as store, _upkeep(oauth):
            fetcher = application.state.fetcher = Batches(pool)
            engine = Engine(CATALOGUE, fetcher)
            desk = CommandDesk(oauth.engine, partial(commands, oauth.engine, RUNS), fetcher, oauth.now, oauth.entropy)
            application.state.console = Console(oauth, federation, ReadInProcess(engine), texts_of, _mailer(settings))
            application.service = Service(
                engine,
                Replies(engine, Freshness(pool), await _origin(pool)),
                documents,
                store,
                BearerTokens(oauth.engine, oauth.now),
                desk,
            )
            _spare_the_collector()
            yield

    endpoint = GraphQLEndpoint(
        settings.max_body_bytes, settings.trusted_proxies, spares_this_machine=settings.spares_this_machine
    )
    application = Application(
        endpoint,
        routes=_every_route(endpoint, oauth, federation),
        middleware=_middleware(settings),
        exception_handlers={**HANDLERS, 405: other_method},
        lifespan=lifespan,
    )
    application.state.settings = settings
    return application


def _spare_the_collector() -> None:
    """Let it look, from now on, at what requests leave, and seldom."""
    # What exists by now stays: a full collection that need not look at it holds up no request.
    gc.collect()
    gc.freeze()
    # Requests leave hardly any cycles: looking for some after every few hundred objects finds nothing.
    gc.set_threshold(10_000, 10, 100)
    gc.enable()


def _middleware(settings: Settings) -> list[Middleware]:
    """Return what stands around every route but the short way to the endpoint."""
    proxies, spares = settings.trusted_proxies, settings.spares_this_machine
    return [Middleware(AnyOrigin), Middleware(FairUse, trusted_proxies=proxies, spares_this_machine=spares)]


def _every_route(endpoint: GraphQLEndpoint, oauth: OAuth, federation: Federation) -> list[BaseRoute]:
    """Return all routes; those of the console end with a page for whatever there is not, so they come last."""
    return [
        *routes(endpoint),
        *authorization_server.routes(oauth),
        *federation_routes.routes(federation),
        *pages_of_the_console.routes(),
    ]


@asynccontextmanager
async def _reading(settings: Settings, url: str) -> AsyncIterator[ReadPool]:
    """Provide connections for reading."""
    pool = await ReadPool.open(url, size=settings.pool_size, statement_timeout_ms=settings.statement_timeout_ms)
    try:
        yield pool
    finally:
        await pool.close()


@asynccontextmanager
async def _upkeep(oauth: OAuth) -> AsyncIterator[None]:
    """Remove what is over for as long as the block runs; then close the connections of accounts."""
    task = asyncio.create_task(Upkeep(oauth.engine, oauth.now, _UPKEEP).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        await oauth.engine.dispose()


def _oauth(settings: Settings, url: str) -> OAuth:
    """Return the authorization server, on connections of its own: queries that wait do not hold up signing in."""
    return OAuth(
        open_engine(url, size=_ACCOUNT_CONNECTIONS, statement_timeout_ms=_ACCOUNT_TIMEOUT_MS),
        Sealer(settings.secret_key, settings.data_dir),
        settings.issuer,
        now=lambda: datetime.now(UTC),
        entropy=secrets.token_bytes,
        address_of=lambda request: (
            address_of(
                request.client.host if request.client else None, request.scope["headers"], settings.trusted_proxies
            )
            or ""
        ),
        post=_post(settings),
    )


async def _fetched(
    method: str, url: str, *, data: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> Fetched:
    """Return what the server of an identity provider answers."""
    # Few services have one, and what asks takes 2 MB.
    from ilmio_api.domain.accounts.outgoing import fetch  # noqa: PLC0415

    return await fetch(method, url, allow_loopback=False, data=data, headers=headers)


def _post(settings: Settings) -> ReuseMails | None:
    """Return what sends the mails of the authorization server, or None when the operator has set no mail server."""
    mailer = _mailer(settings)
    return None if mailer is None else ReuseMails(mailer, settings.issuer)


def _mailer(settings: Settings) -> Mailer | None:
    """Return what sends mails, or None when the operator has set no mail server."""
    if settings.smtp_url is None:
        return None
    host = urlsplit(settings.issuer).hostname
    return Mailer(settings.smtp_url, settings.mail_from or f"ilmio@{host}")


@asynccontextmanager
async def _store(settings: Settings) -> AsyncIterator[Store]:
    """Provide where the points of callers are counted."""
    limit = settings.points_per_minute
    if limit and settings.rate_limit_store:
        # What it takes is in the memory of those only who have set a store.
        from ilmio_api.web.shared_allowances import Shared  # noqa: PLC0415

        shared = Shared.at(settings.rate_limit_store, limit, time.time)
        try:
            yield shared
        finally:
            await shared.close()
    else:
        yield InProcess(limit, time.time) if limit else Uncounted()


async def _origin(pool: Fetcher) -> str:
    """Return what tells this database from every other, also from one made anew with the same data."""
    row = await pool.fetch_row(
        "SELECT concat(system_identifier, ' ', (SELECT oid FROM pg_database WHERE datname = current_database()))"
        " FROM pg_control_system()",
        [],
    )
    (origin,) = row or ("",)
    return str(origin)
