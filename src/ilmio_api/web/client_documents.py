"""The documents that organisations have registered for their clients, as far as requests want them.

Owns: for how long it is believed that a document is registered, without asking the database again.
Does not own: registering (`domain.accounts.documents`), who has to name one (`web.documents`).
"""

import sys
from dataclasses import dataclass, field

from cachetools import LRUCache, TTLCache
from sqlalchemy.ext.asyncio import AsyncEngine

from ilmio_api.db.session import accounts_work, outages_told
from ilmio_api.domain.accounts.documents import digests_of, text_of

_BELIEVED_S = 0.5
"""A document that is forgotten is refused within a second: this long, and the statement that asks."""
_DIGESTS = 20_000
_TEXT_BYTES = 4 * 1024 * 1024
_ENTRY_BYTES = 600
"""What a document with its digest takes in a cache, whatever its length."""


def memory_of(text: str) -> int:
    """Return about how many bytes a document takes where it is kept by its digest."""
    return sys.getsizeof(text) + _ENTRY_BYTES


@dataclass(slots=True)
class ClientDocuments:
    """Finds the registered documents of clients.

    What a client has is asked as a whole: whoever names thousands that it does not have costs no statement for each.
    """

    engine: AsyncEngine
    _registered: TTLCache[str, frozenset[str]] = field(
        default_factory=lambda: TTLCache(_DIGESTS, _BELIEVED_S, getsizeof=lambda digests: len(digests) + 1)
    )
    """Digests by client."""
    _texts: LRUCache[str, str] = field(default_factory=lambda: LRUCache(_TEXT_BYTES, memory_of))
    """Documents by digest. A digest never means another text, whoever has registered it."""

    def knows(self, client: str, digest: str) -> bool:
        """Return whether a document was registered for a client a moment ago."""
        return digest in self._registered.get(client, ())

    async def text(self, client: str, digest: str) -> str | None:
        """Return a document that is registered for a client, or None.

        Raises:
            UnavailableError: The database cannot be reached.
        """
        known = self._registered.get(client)
        if known is not None and digest not in known:
            return None
        text = self._texts.get(digest)
        return text if known is not None and text is not None else await self._asked(client, digest)

    async def _asked(self, client: str, digest: str) -> str | None:
        """Return a document of a client from the database, and remember what else the client has.

        Raises:
            UnavailableError: It cannot be reached.
        """
        with outages_told():
            async with accounts_work(self.engine, "documents") as session:
                registered = await digests_of(session, client)
                text = self._texts.get(digest)
                if text is None and digest in registered:
                    text = await text_of(session, client, digest)
        self._registered[client] = registered
        if text is None or digest not in registered:
            return None
        self._texts[digest] = text
        return text
