"""The address of the database, and what it means when nobody answers there.

Owns: the forms of the address that are accepted, and turning refused connections into words for the operator.
Does not own: where the address comes from (`settings`, `db.embedded`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import asyncpg
from sqlalchemy.exc import DBAPIError

from ilmio_api.errors import OperatorError

_SCHEMES = {"postgresql", "postgres", "postgresql+asyncpg"}


def driver_url(url: str) -> str:
    """Return `url` as asyncpg reads it.

    Raises:
        OperatorError: It is no PostgreSQL address.
    """
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in _SCHEMES:
        raise OperatorError(
            "The database address does not begin with postgresql://.",
            "Set ILMIO_DATABASE_URL to an address such as postgresql://user:password@host:5432/database.",
        )
    return f"postgresql://{rest}"


def shown(url: str) -> str:
    """Return `url` without its user, its password and its options, for messages and logs."""
    parts = urlsplit(url)
    return f"postgresql://{parts.netloc.rpartition('@')[2]}{parts.path}"


@contextmanager
def refusals_explained(url: str) -> Iterator[None]:
    """Turn a connection that cannot be made into an OperatorError."""
    try:
        yield
    except (
        OSError,  # nobody listens, there is no such host, or time is up
        ValueError,  # the address is malformed
        asyncpg.PostgresError,  # the server refuses
        DBAPIError,  # the same, through SQLAlchemy
    ) as error:
        reason = error.orig.__cause__ if isinstance(error, DBAPIError) and error.orig else error
        raise OperatorError(
            f"The database at {shown(url)} cannot be reached: {str(reason) or type(reason).__name__}.",
            "Check ILMIO_DATABASE_URL, and that PostgreSQL runs there; or unset it for the embedded server.",
        ) from error
