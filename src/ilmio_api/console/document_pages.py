"""The documents that are registered for an API client.

Owns: the pages.
Does not own: the commands (`domain.accounts.documents`), registering, which is a matter of builds and not of people
(`schema.document_commands`).
"""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ilmio_api.access.scopes import Scope
from ilmio_api.console.place import Place, place
from ilmio_api.console.visits import Visit
from ilmio_api.console.words import Said
from ilmio_api.domain.accounts import documents
from ilmio_api.domain.outcomes import Refused


async def show(visit: Visit) -> Response:
    """Show the documents of a client, and whether it may ask anything else."""
    here, client = await _client(visit)
    return here.page("documents.html", client=client, manages=here.may(Scope.CLIENTS))


async def show_restrict(visit: Visit) -> Response:
    """Ask once more before a client is restricted to its documents, or let free."""
    return _restrict_page(*await _managed(visit))


async def restrict(visit: Visit) -> Response:
    """Restrict a client to its documents, or let it free."""
    here, client = await _managed(visit)
    only, version = visit.form.text("only") == "yes", visit.form.number("version") or 0
    restricted = await visit.change(
        lambda session: documents.restrict(session, visit.occasion, client["id"], version, only_registered=only)
    )
    if isinstance(restricted, Refused):
        return _restrict_page(here, client, visit.said(restricted))
    return here.go(f"/clients/{client['id']}/documents", done="saved")


async def show_forget(visit: Visit) -> Response:
    """Ask once more before a document is forgotten."""
    return _forget_page(*await _managed(visit))


async def forget(visit: Visit) -> Response:
    """Let a document be registered no more."""
    here, client = await _managed(visit)
    named = [visit.part("document")]
    forgotten = await visit.change(lambda session: documents.forget(session, visit.occasion, client["id"], named))
    if isinstance(forgotten, Refused):
        return _forget_page(here, client, visit.said(forgotten))
    if not forgotten.digests:
        raise HTTPException(404)
    return here.go(f"/clients/{client['id']}/documents", done="forgotten")


async def _client(visit: Visit) -> tuple[Place, dict[str, Any]]:
    """Return the organisation, and the client that the path names with a page of its documents.

    Raises:
        HTTPException: 404, there is none.
    """
    here = await place(visit, "documents", after=visit.asked("after") or None)
    # An organisation has fifty at the most, which is one page.
    found = [each for each in here.account["clients"]["nodes"] if each["id"] == visit.part("client")]
    if not found:
        raise HTTPException(404)
    return here, found[0]


async def _managed(visit: Visit) -> tuple[Place, dict[str, Any]]:
    """Return the organisation and the client, which the visitor may manage.

    Raises:
        HTTPException: 404, there is none, or the visitor may not.
    """
    here, client = await _client(visit)
    here.require(Scope.CLIENTS)
    return here, client


def _restrict_page(here: Place, client: dict[str, Any], problems: list[Said] | None = None) -> Response:
    """Return the page that asks once more."""
    words, path = here.visit.words.documents, f"/clients/{client['id']}/documents"
    is_free = not client["onlyRegisteredDocuments"]
    return here.sure(
        words.restrict_heading if is_free else words.free_heading,
        words.restrict_text if is_free else words.free_text,
        words.restrict if is_free else words.free,
        action=f"{path}/restrict",
        back=path,
        problems=problems,
        hidden=[("only", "yes" if is_free else "no"), ("version", client["version"])],
    )


def _forget_page(here: Place, client: dict[str, Any], problems: list[Said] | None = None) -> Response:
    """Return the page that asks once more."""
    words, path = here.visit.words.documents, f"/clients/{client['id']}/documents"
    document = here.visit.part("document")
    return here.sure(
        words.forget_heading,
        words.forget_text,
        words.forget,
        action=f"{path}/{document}/forget",
        back=path,
        problems=problems,
        facts=[(words.document, document)],
    )
