"""Whether the service lives and can answer.

Owns: `/live` and `/ready`.
Does not own: metrics.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ilmio_api.compiler.pipeline import Fetcher
from ilmio_api.errors import IlmioError


async def live(request: Request) -> Response:
    """Say that the process runs."""
    del request
    return _said("live", 200)


async def ready(request: Request) -> Response:
    """Say whether the database answers; a load balancer sends no requests while it does not."""
    fetcher: Fetcher = request.app.state.fetcher
    try:
        await fetcher.fetch_row("SELECT 1", [])
    except IlmioError:
        return _said("unavailable", 503)
    return _said("ready", 200)


def _said(status: str, code: int) -> Response:
    """Return a short answer that nobody caches."""
    return JSONResponse({"status": status}, code, {"Cache-Control": "no-store"})
