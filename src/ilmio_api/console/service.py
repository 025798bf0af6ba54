"""What every page needs.

Owns: the parts that the composition root puts in.
Does not own: the parts; one visit to a page (`visits`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncEngine

from ilmio_api.access.principals import Principal
from ilmio_api.console.mail import Mailer
from ilmio_api.db.sealing import Sealer
from ilmio_api.domain.accounts.domains import Lookup
from ilmio_api.i18n.languages import Language
from ilmio_api.oauth.federation_providers import Federation
from ilmio_api.oauth.service import OAuth


class Reading(Protocol):
    """Reads through the published schema, as the caller may: the pages have no other way to read."""

    async def read(
        self, principal: Principal, document: str, variables: Mapping[str, object], language: Language
    ) -> dict[str, Any]:
        """Return the data of an operation.

        Args:
            principal: Who reads.
            document: A GraphQL document with one operation.
            variables: Its variables.
            language: Language of names and titles.

        Raises:
            IlmioError: The database cannot be reached, or the operation was refused.
        """
        ...


@dataclass(frozen=True, slots=True)
class Console:
    """The pages of one process; `app.state.console` while the application runs."""

    oauth: OAuth
    federation: Federation
    reading: Reading
    lookup: Lookup
    """Gives the texts of the TXT records of a name."""
    mailer: Mailer | None = None
    """Sends mails; None when the operator has set no mail server: links are shown to be copied."""

    @property
    def engine(self) -> AsyncEngine:
        """Return the database."""
        return self.oauth.engine

    @property
    def sealer(self) -> Sealer:
        """Return what seals what the next page shows."""
        return self.oauth.sealer

    @property
    def issuer(self) -> str:
        """Return the address of the service, from the settings and never from a request."""
        return self.oauth.issuer

    @property
    def origin(self) -> str:
        """Return scheme, host and port of the service, as browsers write an origin."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}".lower()

    @property
    def base(self) -> str:
        """Return the path under which the service lies for the world; empty at the root of its host."""
        return urlsplit(self.issuer).path

    @property
    def is_https(self) -> bool:
        """Return whether browsers reach the service by https."""
        return self.issuer.startswith("https:")
