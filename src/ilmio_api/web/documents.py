"""Documents that clients name instead of sending them.

Owns: automatic persisted queries (Apollo), document ids, the registered documents of an operator, and the mode that
accepts only those.
Does not own: what a document means (`compiler`).

Source: GraphQL over HTTP, appendix on persisted documents (`documentId`, `sha256:` and 64 hexadecimal digits); Apollo's
automatic persisted queries (`extensions.persistedQuery`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cachetools import LRUCache

from ilmio_api.errors import BadRequestError, ErrorCode, IlmioError, OperatorError
from ilmio_api.web.inbound import Envelope

_REMEMBERED_BYTES = 16 * 1024 * 1024
_PREFIX = "sha256:"


class DocumentNotFoundError(IlmioError):
    """No document is known by this id; fact `id`."""

    code = ErrorCode.PERSISTED_QUERY_NOT_FOUND


class DocumentNotTrustedError(IlmioError):
    """The service answers registered documents only."""

    code = ErrorCode.DOCUMENT_NOT_TRUSTED


@dataclass(slots=True)
class Documents:
    """Finds the text of a request."""

    registered: Mapping[str, str] = field(default_factory=dict)
    """Registered documents by id, such as `sha256:…`."""
    only_registered: bool = False
    _remembered: LRUCache[str, str] = field(default_factory=lambda: LRUCache(_REMEMBERED_BYTES, len))

    def text_of(self, envelope: Envelope) -> str:
        """Return the document that a request sends or names.

        Raises:
            BadRequestError: The id does not belong to the document that came with it, or neither was given.
            DocumentNotFoundError: The id is not known; a client may send the document beside it to have it remembered.
            DocumentNotTrustedError: Only registered documents are answered, and this is none.
        """
        text, name = envelope.query, envelope.document_id
        if text is None:
            return self._known(name)
        if name is not None and name != id_of(text):
            raise BadRequestError(reason="the id is not the SHA-256 of the document")
        if self.only_registered and id_of(text) not in self.registered:
            raise DocumentNotTrustedError
        if name is not None and len(text) < _REMEMBERED_BYTES // 100:
            self._remembered[name] = text
        return text

    def _known(self, name: str | None) -> str:
        """Return the document with an id."""
        if name is None:
            raise BadRequestError(reason="query is missing")
        text = self.registered.get(name)
        if text is None and not self.only_registered:
            text = self._remembered.get(name)
        if text is None:
            raise DocumentNotFoundError(id=name)
        return text


def id_of(text: str) -> str:
    """Return the id of a document: the SHA-256 of its text."""
    return _PREFIX + sha256(text.encode()).hexdigest()


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
    return {**manifest, **{id_of(text): text for text in manifest.values()}}
