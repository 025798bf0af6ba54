"""Who asks: from the `Authorization` header to a principal.

Owns: what the endpoint needs to know of credentials.
Does not own: how they are made (`oauth`) or what they allow (`access`).
"""

from typing import Protocol

from ilmio_api.access.principals import Principal
from ilmio_api.errors import ErrorCode, IlmioError


class UnauthenticatedError(IlmioError):
    """The credentials that came with the request are not valid."""

    code = ErrorCode.UNAUTHENTICATED


class Authentication(Protocol):
    """Finds the principal of a request that carries credentials."""

    async def principal(self, authorization: str, address: str) -> Principal:
        """Return the caller.

        Args:
            authorization: Value of the header.
            address: Where the request comes from; some credentials hold for some addresses only.

        Raises:
            UnauthenticatedError: The credentials are not valid, or not from there.
            IlmioError: The database cannot be reached.
        """
        ...
