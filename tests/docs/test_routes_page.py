"""The notes on routes name the routes and the statuses that there are."""

import re
from collections.abc import Callable

from starlette.routing import Route

from ilmio_api.errors import ErrorCode
from ilmio_api.settings import Settings
from ilmio_api.web.graphql import GraphQLEndpoint
from ilmio_api.web.outbound import STATUS
from ilmio_api.web.routes import routes

Rows = Callable[[str, str], list[list[str]]]


def test_the_notes_name_every_route(rows: Rows) -> None:
    noted = {path for route, *_ in rows("openapi-notes.md", "route") for path in re.findall(r"`(/[^`]*)`", route)}
    served = routes(GraphQLEndpoint(Settings().max_body_bytes))

    assert noted == {route.path.replace(":path", "") for route in served if isinstance(route, Route)}


def test_the_notes_give_every_code_the_status_that_it_gets(rows: Rows) -> None:
    noted = {
        ErrorCode(code): int(status[:3])
        for status, codes in rows("openapi-notes.md", "status")
        for code in re.findall(r"`([A-Z_]+)`", codes)
    }
    # No credentials are read yet, so none is ever refused; what is not found comes beside other data.
    expected = {code: STATUS.get(code, 422) for code in ErrorCode if code is not ErrorCode.UNAUTHENTICATED}

    assert noted == expected | {ErrorCode.NOT_FOUND: 294}
