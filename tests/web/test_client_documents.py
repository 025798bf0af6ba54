"""Documents of clients as the endpoint finds them: how often the database is asked, and what the operator says."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random

import pytest
from cachetools import TTLCache
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.domain.accounts.scene import Scene, at, lasting

from ilmio_api.access.principals import Principal
from ilmio_api.db.session import accounts_work, open_engine
from ilmio_api.domain.accounts.documents import DocumentDraft, digest_of, forget, register
from ilmio_api.domain.accounts.principals import NOBODY, Caller
from ilmio_api.domain.accounts.vocabulary import MemberRole
from ilmio_api.errors import UnavailableError
from ilmio_api.web.client_documents import ClientDocuments
from ilmio_api.web.documents import DocumentNotFoundError, DocumentNotTrustedError, Documents, Found
from ilmio_api.web.inbound import Envelope

__all__ = ["at", "lasting"]

QUERY, OTHER = "{ areas { totalCount } }", "{ pilots { totalCount } }"
ID, OTHER_ID = digest_of(QUERY), digest_of(OTHER)


def named(digest: str) -> Envelope:
    """Return a request that names a document."""
    return Envelope(None, digest, None, {})


def sent(text: str) -> Envelope:
    """Return a request that sends a document."""
    return Envelope(text, None, None, {})


@dataclass(slots=True)
class Setting:
    """A client with one document, and what the endpoint knows of it at a time."""

    engine: AsyncEngine
    client: str
    owner: str
    found: ClientDocuments
    now: float = 0

    @property
    def caller(self) -> Caller:
        """Return whoever comes with a token of the client."""
        return Caller(Principal(client=self.client), None, None)

    @property
    def restricted(self) -> Caller:
        """Return the same, when the client may ask nothing else."""
        return replace(self.caller, only_registered_documents=True)

    async def forget(self) -> None:
        """Forget the document of the client."""
        async with accounts_work(self.engine, "test") as session:
            scene = Scene(session, datetime.now(UTC), Random(2).randbytes)  # noqa: S311 - a test wants the same ones
            await forget(session, await scene.occasion(self.owner), self.client, [ID])


@pytest.fixture
async def setting(lasting: AsyncEngine) -> Setting:
    """Provide a client of our organisation with one document."""
    async with accounts_work(lasting, "test") as session:
        scene = Scene(session, datetime.now(UTC), Random(1).randbytes)  # noqa: S311 - a test wants the same ones again
        owner, client = await scene.person(MemberRole.OWNER), await scene.client(["content:read"])
        await register(session, await scene.occasion(owner), client, [DocumentDraft(QUERY)])
    setting = Setting(lasting, client, owner, ClientDocuments(lasting))
    setting.found = ClientDocuments(lasting, TTLCache(10, 0.5, timer=lambda: setting.now))
    return setting


@pytest.fixture
async def asked(setting: Setting) -> AsyncIterator[Callable[[], int]]:
    """Provide how often the database was asked about documents since the test began."""
    statements: list[str] = []

    def note(*given: object) -> None:
        if "registered_document" in str(given[2]):
            statements.append(str(given[2]))

    event.listen(setting.engine.sync_engine, "before_cursor_execute", note)
    yield lambda: len(statements)
    event.remove(setting.engine.sync_engine, "before_cursor_execute", note)


async def test_what_a_client_has_is_asked_once_in_a_while(setting: Setting, asked: Callable[[], int]) -> None:
    first = [await setting.found.text(setting.client, digest) for digest in (ID, ID, OTHER_ID, "sha256:x", "y")]
    early = asked()
    setting.now = 0.6
    later = [await setting.found.text(setting.client, digest) for digest in (ID, OTHER_ID)]

    assert first == [QUERY, QUERY, None, None, None]
    assert later == [QUERY, None]
    # What there is, and the text; later what there is.
    assert (early, asked()) == (2, 3)


async def test_whoever_names_what_does_not_exist_costs_one_statement(
    setting: Setting, asked: Callable[[], int]
) -> None:
    assert [await setting.found.text("client_none", f"sha256:{number}") for number in range(50)] == [None] * 50
    assert asked() == 1


async def test_a_forgotten_document_is_believed_for_half_a_second(setting: Setting) -> None:
    before = await setting.found.text(setting.client, ID)
    await setting.forget()
    setting.now = 0.4
    soon = await setting.found.text(setting.client, ID), setting.found.knows(setting.client, ID)
    setting.now = 0.6
    later = setting.found.knows(setting.client, ID), await setting.found.text(setting.client, ID)

    assert (before, soon, later) == (QUERY, (QUERY, True), (False, None))


async def test_a_database_that_cannot_be_reached_is_told(setting: Setting) -> None:
    engine = open_engine("postgresql://ilmio@127.0.0.1:1/ilmio")

    with pytest.raises(UnavailableError):
        await ClientDocuments(engine).text(setting.client, ID)


async def test_a_document_that_is_in_memory_is_not_asked_for(setting: Setting, asked: Callable[[], int]) -> None:
    documents = Documents({"areas": QUERY}, of_clients=setting.found)
    await documents.found(Envelope(OTHER, OTHER_ID, None, {}), setting.caller)
    found = [
        await documents.found(request, setting.caller)
        for request in (named("areas"), named(OTHER_ID), sent(QUERY), sent(OTHER))
    ]

    assert found == [Found(text) for text in (QUERY, OTHER, QUERY, OTHER)]
    assert asked() == 0


async def test_a_document_of_a_client_is_answered_as_long_as_it_is_registered(setting: Setting) -> None:
    documents = Documents(of_clients=setting.found)

    assert await documents.found(named(ID), setting.caller) == Found(QUERY, ID)
    assert await documents.found(sent(QUERY), setting.restricted) == Found(QUERY, ID)
    assert documents.still_holds(ID, setting.caller)
    setting.now = 0.6
    assert not documents.still_holds(ID, setting.caller)


async def test_nobody_has_documents_without_a_client(setting: Setting) -> None:
    documents = Documents(of_clients=setting.found)

    with pytest.raises(DocumentNotFoundError):
        await documents.found(named(ID), NOBODY)
    assert not documents.still_holds(ID, NOBODY)


@pytest.mark.parametrize("request_", [named(ID), sent(QUERY)], ids=["named", "sent"])
async def test_where_the_operator_answers_registered_documents_only_a_clients_have_to_be_among_them(
    setting: Setting, request_: Envelope
) -> None:
    strict = Documents({OTHER_ID: OTHER}, only_registered=True, of_clients=setting.found)
    both = Documents({ID: QUERY}, only_registered=True, of_clients=setting.found)

    with pytest.raises(DocumentNotTrustedError):
        await strict.found(request_, setting.restricted)
    assert await both.found(request_, setting.restricted) == Found(QUERY, ID)


async def test_the_documents_of_the_operator_are_not_those_of_a_restricted_client(setting: Setting) -> None:
    documents = Documents({OTHER_ID: OTHER, "pilots": OTHER}, of_clients=setting.found)

    for request in (named(OTHER_ID), named("pilots"), sent(OTHER)):
        with pytest.raises(DocumentNotTrustedError):
            await documents.found(request, setting.restricted)
