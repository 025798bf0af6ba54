"""All routes on one screen."""

from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ilmio_api.schema.sdl import SDL_PATH
from ilmio_api.settings import Settings
from ilmio_api.web import health, pages
from ilmio_api.web.graphql import GraphQLEndpoint
from ilmio_api.web.static_files import text_file


def routes(endpoint: GraphQLEndpoint) -> list[BaseRoute]:
    """Return the routes of the service; `openapi-notes.md` describes those that are not GraphQL."""
    return [
        Route("/graphql", endpoint, include_in_schema=False),
        Route("/schema.graphql", schema_text),
        Route("/live", health.live),
        Route("/ready", health.ready),
        Route("/.well-known/security.txt", security_text),
        *pages.ROUTES,
    ]


def schema_text(request: Request) -> Response:
    """Return the published schema in the schema definition language."""
    return text_file(request, SDL_PATH, "text/plain; charset=utf-8")


def security_text(request: Request) -> Response:
    """Return where to report a weakness (RFC 9116), or 404 when the operator has not said."""
    settings: Settings = request.app.state.settings
    if settings.security_contact is None:
        return Response("Not Found", 404, media_type="text/plain")
    expires = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=90)
    lines = (
        f"Contact: {settings.security_contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: fi, sv, en",
        f"Canonical: {settings.issuer}/.well-known/security.txt",
    )
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response("\n".join(lines) + "\n", 200, headers, "text/plain; charset=utf-8")
