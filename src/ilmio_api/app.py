"""The composition root: from settings to the application that a server runs.

Owns: putting the parts together, opening and closing what they share.
Does not own: the parts. This is the only module that knows all of them.
"""

import gc
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import Receive, Scope, Send

from ilmio_api.access.principals import ANONYMOUS
from ilmio_api.compiler.engine import Engine, Request
from ilmio_api.compiler.explanation import outline
from ilmio_api.compiler.freshness import Freshness
from ilmio_api.compiler.pipeline import Reader
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.db.pool import ReadPool
from ilmio_api.errors import OperatorError
from ilmio_api.i18n.languages import Language, Reading
from ilmio_api.schema.query import CATALOGUE
from ilmio_api.settings import DEFAULT_POINTS, Settings
from ilmio_api.web.allowances import InProcess, Store, Uncounted
from ilmio_api.web.documents import Documents, registered_documents
from ilmio_api.web.graphql import EXPOSED, GraphQLEndpoint, Service
from ilmio_api.web.inbound import METHODS
from ilmio_api.web.outbound import failure_of
from ilmio_api.web.replies import Replies
from ilmio_api.web.routes import routes
from ilmio_api.web.shared_allowances import Shared

# Reading is open and cookies are ignored, so pages of any origin may ask.
_ANY_ORIGIN = Middleware(
    CORSMiddleware,
    allow_origins=["*"],
    allow_methods=[*METHODS, "OPTIONS"],
    allow_headers=["*"],
    expose_headers=EXPOSED,
    max_age=86_400,
)


class Application(Starlette):
    """The application, with a short way to the endpoint that nearly every request is for."""

    def __init__(self, endpoint: GraphQLEndpoint, **options: Any) -> None:  # noqa: ANN401 - Starlette's own options
        """Keep the endpoint beside the routes."""
        super().__init__(**options)
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; a GraphQL request need not pass routing and middleware, which have nothing to add to it."""
        if scope["type"] == "http" and scope["path"] == "/graphql" and scope["method"] in METHODS:
            scope["app"] = self
            await self._endpoint(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(settings: Settings) -> Starlette:
    """Return the application for the database in `settings`.

    Raises:
        OperatorError: The settings name no database; the command line provides the embedded one.
    """
    url = settings.database_url
    if url is None:
        raise OperatorError("No database was given to the application.", "Start it with ilmio serve.")

    documents = Documents(
        registered_documents(settings.documents) if settings.documents else {}, settings.only_registered_documents
    )

    @asynccontextmanager
    async def lifespan(application: Starlette) -> AsyncIterator[None]:
        pool = await ReadPool.open(url, size=settings.pool_size, statement_timeout_ms=settings.statement_timeout_ms)
        application.state.fetcher = pool
        engine = Engine(CATALOGUE, pool)
        replies = Replies(engine, Freshness(pool), await _origin(pool))
        try:
            async with _store(settings) as store:
                application.state.service = Service(engine, replies, documents, store)
                # What exists by now stays: a full collection that need not look at it holds up no request.
                gc.collect()
                gc.freeze()
                yield
        finally:
            await pool.close()

    endpoint = GraphQLEndpoint(
        settings.max_body_bytes, settings.trusted_proxies, spares_this_machine=settings.rate_limit_points is None
    )
    application = Application(endpoint, routes=routes(endpoint), middleware=[_ANY_ORIGIN], lifespan=lifespan)
    application.state.settings = settings
    return application


@asynccontextmanager
async def _store(settings: Settings) -> AsyncIterator[Store]:
    """Provide where the points of callers are counted."""
    limit = DEFAULT_POINTS if settings.rate_limit_points is None else settings.rate_limit_points
    if limit and settings.rate_limit_store:
        shared = Shared.at(settings.rate_limit_store, limit, time.time)
        try:
            yield shared
        finally:
            await shared.close()
    else:
        yield InProcess(limit, time.time) if limit else Uncounted()


async def _origin(pool: ReadPool) -> str:
    """Return what tells this database from every other, also from one made anew with the same data."""
    row = await pool.fetch_row(
        "SELECT concat(system_identifier, ' ', (SELECT oid FROM pg_database WHERE datname = current_database()))"
        " FROM pg_control_system()",
        [],
    )
    (origin,) = row or ("",)
    return str(origin)


async def explain(settings: Settings, text: str, variables: Mapping[str, object], *, analyze: bool) -> str:
    """Return what an operation becomes: its steps, its statement and PostgreSQL's plan.

    Args:
        settings: Names the database.
        text: A document with one operation.
        variables: Variables of the operation.
        analyze: Run the statement and show what really happened.

    Raises:
        OperatorError: The operation cannot be compiled; the problem says why.
    """
    pool = await ReadPool.open(settings.database_url or "", size=1, statement_timeout_ms=settings.statement_timeout_ms)
    clock = Stopwatch(time.perf_counter)
    try:
        engine = Engine(CATALOGUE, pool)
        prepared = engine.prepare(Request(text, None, variables), Reader(ANONYMOUS, Reading()), clock)
        answer = await engine.answer(prepared, clock)
        statement = prepared.compiled.statement
        arguments = [fetch(prepared.variables) for fetch in statement.fetches]
        options = "ANALYZE, BUFFERS, FORMAT JSON" if analyze else "FORMAT JSON"
        plan = await pool.fetch_row(f"EXPLAIN ({options}) {statement.sql}", arguments)
    except Exception as error:
        failure = failure_of(error, Language.EN)
        if failure is None:
            raise
        problem = "; ".join(str(each["message"]) for each in failure.errors)
        raise OperatorError(problem, "Mend the operation and try again.") from error
    finally:
        await pool.close()
    (explained,) = json.loads(plan[0]) if plan else ({},)
    parts = [
        f"-- {clock.header()}",
        f"-- 1 statement, {len(arguments)} parameters: {json.dumps(arguments, ensure_ascii=False)}",
        f"{statement.sql};",
        f"-- answer: {sum(len(value) for _, value in answer.fields)} bytes",
        *(f"-- {line}" for line in outline(explained["Plan"])),
    ]
    return "\n".join(parts)
