"""Documents that a client names instead of sending them.

Owns: registering and forgetting them, and whether a client may ask anything else.
Does not own: whether a text is a GraphQL document (`schema.document_commands`), how requests name one
(`web.documents`).

A document is known by what it says, so registering it again changes nothing but its name. Documents give a client no
rights: what an answer shows depends on the token, as ever.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from ilmio_api.compiler.values import is_storable
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import audit, client_rules
from ilmio_api.domain.accounts.client_models import RegisteredDocument
from ilmio_api.domain.accounts.clients import ClientChanged, managed
from ilmio_api.domain.accounts.vocabulary import AuditAction
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, conflict, invalid

MOST_DOCUMENTS = 500
"""Most documents of a client."""

LONGEST_DOCUMENT = 100_000
"""Most characters in a document."""


@dataclass(frozen=True, slots=True)
class DocumentDraft:
    """A document that somebody wants to register; its text is one that the schema allows."""

    text: str
    name: str | None = None
    """What people call it."""


@dataclass(frozen=True, slots=True)
class DocumentsRegistered:
    """A client has these documents, besides those that it had."""

    client: str
    digests: tuple[str, ...]
    """In the order of the drafts."""


@dataclass(frozen=True, slots=True)
class DocumentsForgotten:
    """A client does not have these documents any more."""

    client: str
    digests: tuple[str, ...]
    """Those that it had, sorted."""


def digest_of(text: str) -> str:
    """Return what requests name a document by: the SHA-256 of its text in UTF-8, as `sha256:…`."""
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def problems_of(drafts: Sequence[DocumentDraft]) -> tuple[Problem, ...]:
    """Return what is wrong with documents, apart from what they say; paths begin with `documents`."""
    if not drafts:
        return (Problem(ProblemCode.REQUIRED, ("documents",)),)
    if len(drafts) > MOST_DOCUMENTS:
        return (Problem(ProblemCode.TOO_MANY, ("documents",), {"most": MOST_DOCUMENTS}),)
    return tuple(
        problem
        for place, draft in enumerate(drafts)
        for problem in _problems_of_draft(draft, ("documents", str(place)))
    )


async def register(
    session: WriteSession, occasion: Occasion, client_id: str, drafts: Sequence[DocumentDraft]
) -> DocumentsRegistered | Refused:
    """Register documents for a client; one that it has already gets the new name, if there is one.

    Args:
        session: Unit of work.
        occasion: Who asks; needs `org:clients` in the organisation and a recent sign-in.
        client_id: The client.
        drafts: The documents; whoever calls has made sure that the schema allows each.
    """
    client = await managed(session, occasion, client_id)
    if isinstance(client, Refused):
        return client
    problems = problems_of(drafts)
    if problems:
        return invalid(*problems)
    named = {digest_of(draft.text): draft for draft in drafts}
    before = await digests_of(session, client.id)
    new = sorted(named.keys() - before)
    if len(before) + len(new) > MOST_DOCUMENTS:
        return conflict(ProblemCode.TOO_MANY, "documents", most=MOST_DOCUMENTS)
    rows = [
        {
            "id": occasion.new_id("document"),
            "client_id": client.id,
            "organisation_id": client.organisation_id,
            "digest": digest,
            "name": (draft.name or "").strip() or None,
            "text": draft.text,
            "created_at": occasion.at,
            "created_by": occasion.principal.account,
        }
        for digest, draft in named.items()
    ]
    writing = insert(RegisteredDocument).values(rows)
    newest_name = func.coalesce(writing.excluded.name, RegisteredDocument.name)
    await session.execute(
        writing.on_conflict_do_update(
            index_elements=[RegisteredDocument.client_id, RegisteredDocument.digest], set_={"name": newest_name}
        )
    )
    if new:
        action, after = AuditAction.DOCUMENTS_REGISTERED, {"documents": new}
        organisation = client.organisation_id
        await audit.record(session, occasion, action, organisation=organisation, target=client.id, after=after)
    return DocumentsRegistered(client.id, tuple(named))


async def forget(
    session: WriteSession, occasion: Occasion, client_id: str, digests: Collection[str]
) -> DocumentsForgotten | Refused:
    """Let documents of a client be registered no more; what it does not have is passed over.

    Args:
        session: Unit of work.
        occasion: Who asks; needs `org:clients` in the organisation and a recent sign-in.
        client_id: The client.
        digests: The documents, as requests name them.
    """
    client = await managed(session, occasion, client_id)
    if isinstance(client, Refused):
        return client
    if not digests:
        return invalid(Problem(ProblemCode.REQUIRED, ("document_ids",)))
    if len(digests) > MOST_DOCUMENTS:
        return invalid(Problem(ProblemCode.TOO_MANY, ("document_ids",), {"most": MOST_DOCUMENTS}))
    gone = await session.scalars(
        delete(RegisteredDocument)
        .where(
            RegisteredDocument.client_id == client.id,
            RegisteredDocument.digest.in_([each for each in digests if is_storable(each)]),
        )
        .returning(RegisteredDocument.digest)
        .execution_options(synchronize_session=False)
    )
    forgotten = sorted(gone)
    if forgotten:
        action, before = AuditAction.DOCUMENTS_FORGOTTEN, {"documents": forgotten}
        organisation = client.organisation_id
        await audit.record(session, occasion, action, organisation=organisation, target=client.id, before=before)
    return DocumentsForgotten(client.id, tuple(forgotten))


async def restrict(
    session: WriteSession, occasion: Occasion, client_id: str, expected_version: int, *, only_registered: bool
) -> ClientChanged | Refused:
    """Say whether a client may ask nothing but its registered documents.

    Args:
        session: Unit of work.
        occasion: Who asks; needs `org:clients` in the organisation and a recent sign-in.
        client_id: The client.
        expected_version: The version that was seen.
        only_registered: Whether it may ask nothing else.
    """
    client = await managed(session, occasion, client_id)
    if isinstance(client, Refused):
        return client
    if client.version != expected_version:
        return conflict(ProblemCode.CHANGED_MEANWHILE, "expected_version")
    before = client.only_registered_documents
    if before is only_registered:
        return ClientChanged(client.id)
    client.only_registered_documents = only_registered
    client.version += 1
    await session.flush()
    await audit.record(
        session,
        occasion,
        AuditAction.CLIENT_CHANGED,
        organisation=client.organisation_id,
        target=client.id,
        before={"only_registered_documents": before},
        after={"only_registered_documents": only_registered},
    )
    return ClientChanged(client.id)


async def digests_of(session: WriteSession, client_id: str) -> frozenset[str]:
    """Return what the documents of a client are named by."""
    found = await session.scalars(select(RegisteredDocument.digest).where(RegisteredDocument.client_id == client_id))
    return frozenset(found)


async def text_of(session: WriteSession, client_id: str, digest: str) -> str | None:
    """Return a document of a client, or None when it has none with this digest."""
    text: str | None = await session.scalar(
        select(RegisteredDocument.text).where(
            RegisteredDocument.client_id == client_id, RegisteredDocument.digest == digest
        )
    )
    return text


def _problems_of_draft(draft: DocumentDraft, path: tuple[str, ...]) -> tuple[Problem, ...]:
    """Return what is wrong with a document, apart from what it says."""
    name = client_rules.problems_of_name(draft.name, *path, "name") if draft.name else ()
    if len(draft.text) > LONGEST_DOCUMENT:
        return (*name, Problem(ProblemCode.TOO_LONG, (*path, "text"), {"most": LONGEST_DOCUMENT}))
    if not is_storable(draft.text):
        return (*name, Problem(ProblemCode.NOT_PRINTABLE, (*path, "text")))
    return name
