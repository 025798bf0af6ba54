"""Documents that clients name instead of sending them.

Owns: automatic persisted queries (Apollo), the registered documents of an operator, and who is answered what: the
operator may answer registered documents only, and an organisation may let its client ask nothing but those of its own.
Does not own: documents that organisations have registered (`web.client_documents`), what a document means (`compiler`).

Both restrictions hold at once: where the operator answers registered documents only, a client's document has to be one
of them too.

Source: GraphQL over HTTP, appendix on persisted documents (`documentId`, `sha256:` and 64 hexadecimal digits); Apollo's
automatic persisted queries (`extensions.persistedQuery`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from cachetools import LRUCache

from ilmio_api.domain.accounts.documents import digest_of
from ilmio_api.domain.accounts.principals import Caller
from ilmio_api.errors import BadRequestError, ErrorCode, IlmioError, Malformed, OperatorError
from ilmio_api.web.client_documents import ClientDocuments, memory_of
from ilmio_api.web.inbound import Envelope

_REMEMBERED_BYTES = 4 * 1024 * 1024
_LONGEST_REMEMBERED = 160 * 1024


class DocumentNotFoundError(IlmioError):
    """No document is known by this id; fact `id`."""

    code = ErrorCode.PERSISTED_QUERY_NOT_FOUND


class DocumentNotTrustedError(IlmioError):
    """The document is not registered where it has to be: by the operator, or for the client."""

    code = ErrorCode.DOCUMENT_NOT_TRUSTED


class Found(NamedTuple):
    """The document of a request."""

    text: str
    vouched: str | None = None
    """Its digest when it is answered because it is registered for the client of the caller."""


@dataclass(slots=True)
class Documents:
    """Finds the text of a request."""

    registered: Mapping[str, str] = field(default_factory=dict)
    """Registered documents of the operator by id, such as `sha256:…`."""
    only_registered: bool = False
    of_clients: ClientDocuments | None = None
    """Registered documents of clients; None where there are no accounts."""
    _remembered: LRUCache[str, str] = field(default_factory=lambda: LRUCache(_REMEMBERED_BYTES, memory_of))

    async def found(self, envelope: Envelope, caller: Caller) -> Found:
        """Return the document that a request sends or names.

        Raises:
            BadRequestError: The id does not belong to the document that came with it.
            DocumentNotFoundError: The id is not known; a client may send the document beside it to have it remembered.
            DocumentNotTrustedError: Only registered documents are answered, and this is none.
            UnavailableError: The database cannot be reached.
        """
        client = caller.principal.client
        self._require_match(envelope)
        if client is not None and self.of_clients is not None:
            if caller.only_registered_documents:
                return await self._vouched(envelope, client, self.of_clients)
            if envelope.query is None and not self.only_registered and self._known(envelope.document_id) is None:
                text = await self.of_clients.text(client, envelope.document_id or "")
                if text is not None:
                    return Found(text, envelope.document_id)
        return Found(self._own(envelope))

    def still_holds(self, vouched: str, caller: Caller) -> bool:
        """Return whether a document was registered for the client of a caller a moment ago."""
        client = caller.principal.client
        return client is not None and self.of_clients is not None and self.of_clients.knows(client, vouched)

    async def _vouched(self, envelope: Envelope, client: str, of_clients: ClientDocuments) -> Found:
        """Return a document that is registered for a client, and not refused by the operator."""
        digest = digest_of(envelope.query) if envelope.query is not None else envelope.document_id or ""
        text = await of_clients.text(client, digest)
        if text is None or (self.only_registered and digest not in self.registered):
            raise DocumentNotTrustedError
        return Found(text, digest)

    def _own(self, envelope: Envelope) -> str:
        """Return a document that everybody may ask here."""
        text, name = envelope.query, envelope.document_id
        if text is None:
            known = self._known(name)
            if known is None:
                # Where it would be refused, nobody is asked to send the document.
                raise DocumentNotTrustedError if self.only_registered else DocumentNotFoundError(id=name)
            return known
        if self.only_registered and digest_of(text) not in self.registered:
            raise DocumentNotTrustedError
        if name is not None and len(text) < _LONGEST_REMEMBERED:
            self._remembered[name] = text
        return text

    def _known(self, name: str | None) -> str | None:
        """Return the document with an id, or None."""
        text = self.registered.get(name or "")
        return self._remembered.get(name or "") if text is None and not self.only_registered else text

    def _require_match(self, envelope: Envelope) -> None:
        """Refuse an id that does not belong to the document beside it."""
        text, name = envelope.query, envelope.document_id
        if text is not None and name is not None and self.registered.get(name) != text and name != digest_of(text):
            raise BadRequestError(reason=Malformed.OTHER_HASH)


def registered_documents(path: Path) -> Mapping[str, str]:
    """Return the documents in a manifest: a JSON object of documents, or Apollo's persisted query manifest.

    Every document is known by the SHA-256 of its text, and by the id that the manifest gives it.

    Raises:
        OperatorError: The file cannot be read or is not such a manifest.
    """
    remedy = 'Write {"any-id": "query …"}, or the manifest that Apollo\'s generator makes.'
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OperatorError(f"The registered documents in {path} cannot be read: {error}.", remedy) from error
    if not isinstance(manifest, dict):
        raise OperatorError(f"{path} is not a JSON object.", remedy)
    if isinstance(manifest.get("operations"), list):
        entries = [entry if isinstance(entry, dict) else {} for entry in manifest["operations"]]
        manifest = {entry.get("id"): entry.get("body") for entry in entries}
    if not all(isinstance(part, str) for entry in manifest.items() for part in entry):
        raise OperatorError(f"An entry of {path} is not a document with an id.", remedy)
    return {**manifest, **{digest_of(text): text for text in manifest.values()}}
