"""All routes on one screen."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ilmio_api.schema.sdl import SDL_PATH
from ilmio_api.web import health, pages
from ilmio_api.web.graphql import GraphQLEndpoint


def routes(endpoint: GraphQLEndpoint) -> list[BaseRoute]:
    """Return the routes of the service; `openapi-notes.md` describes those that are not GraphQL."""
    return [
        Route("/graphql", endpoint, include_in_schema=False),
        Route("/schema.graphql", schema_text),
        Route("/live", health.live),
        Route("/ready", health.ready),
        *pages.ROUTES,
    ]


def schema_text(request: Request) -> Response:
    """Return the published schema in the schema definition language."""
    del request
    headers = {"Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff"}
    return Response(SDL_PATH.read_bytes(), 200, headers, "text/plain; charset=utf-8")
