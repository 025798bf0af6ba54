"""Documents that are registered for a client: registering, forgetting, and restricting the client to them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select
from tests.domain.accounts.drafts import SERVICE
from tests.domain.accounts.scene import OURS, THEIRS, Scene

from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import clients, documents
from ilmio_api.domain.accounts.client_models import ApiClient, RegisteredDocument
from ilmio_api.domain.accounts.clients import ClientChanged, ClientCreated
from ilmio_api.domain.accounts.documents import (
    LONGEST_DOCUMENT,
    MOST_DOCUMENTS,
    DocumentDraft,
    DocumentsForgotten,
    DocumentsRegistered,
)
from ilmio_api.domain.accounts.principals import caller_of_token
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, conflict, invalid, not_allowed, step_up_needed

FIRST, SECOND = "{ areas { totalCount } }", "{ pilots { totalCount } } # määrä"
DIGESTS = tuple(f"sha256:{sha256(text.encode()).hexdigest()}" for text in (FIRST, SECOND))


@pytest.fixture
async def client(accounts: WriteSession, owner: Occasion) -> str:
    """Provide the id of a service of our organisation."""
    made = await clients.create(accounts, owner, OURS, SERVICE)
    assert isinstance(made, ClientCreated)
    return made.client


def drafts(count: int) -> Sequence[DocumentDraft]:
    """Return so many different documents."""
    return [DocumentDraft(f"{{ a{number}: __typename }}") for number in range(count)]


async def names_of(accounts: WriteSession, client: str) -> dict[str, str | None]:
    """Return the names of a client's documents, by their text."""
    rows = await accounts.execute(
        select(RegisteredDocument.text, RegisteredDocument.name).where(RegisteredDocument.client_id == client)
    )
    return {row.text: row.name for row in rows}


async def test_documents_are_registered_by_what_they_say(
    accounts: WriteSession, scene: Scene, owner: Occasion, client: str
) -> None:
    done = await documents.register(accounts, owner, client, [DocumentDraft(SECOND, " Pilotit "), DocumentDraft(FIRST)])

    assert done == DocumentsRegistered(client, (DIGESTS[1], DIGESTS[0]))
    assert await names_of(accounts, client) == {FIRST: None, SECOND: "Pilotit"}
    assert await documents.digests_of(accounts, client) == set(DIGESTS)
    assert await documents.text_of(accounts, client, DIGESTS[1]) == SECOND
    event = (await scene.events())[-1]
    assert (event.action, event.target_id, event.after) == (
        AuditAction.DOCUMENTS_REGISTERED,
        client,
        {"documents": sorted(DIGESTS)},
    )


async def test_a_document_that_is_registered_again_stays_one_and_keeps_its_name_unless_it_gets_a_new_one(
    accounts: WriteSession, scene: Scene, owner: Occasion, client: str
) -> None:
    await documents.register(accounts, owner, client, [DocumentDraft(FIRST, "A"), DocumentDraft(SECOND, "B")])
    before = await scene.events()
    again = await documents.register(
        accounts, owner, client, [DocumentDraft(FIRST), DocumentDraft(SECOND, "C"), DocumentDraft(FIRST)]
    )

    assert again == DocumentsRegistered(client, DIGESTS)
    assert await names_of(accounts, client) == {FIRST: "A", SECOND: "C"}
    assert len(await scene.events()) == len(before)


async def test_a_client_has_at_most_so_many(accounts: WriteSession, owner: Occasion, client: str) -> None:
    await documents.register(accounts, owner, client, drafts(MOST_DOCUMENTS - 1))
    refused = await documents.register(accounts, owner, client, [DocumentDraft(FIRST), DocumentDraft(SECOND)])
    last = await documents.register(accounts, owner, client, [DocumentDraft(FIRST), *drafts(2)])

    assert refused == conflict(ProblemCode.TOO_MANY, "documents", most=500)
    assert isinstance(last, DocumentsRegistered)
    assert len(await documents.digests_of(accounts, client)) == 500


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ([], Problem(ProblemCode.REQUIRED, ("documents",))),
        (drafts(501), Problem(ProblemCode.TOO_MANY, ("documents",), {"most": 500})),
        (
            [DocumentDraft(FIRST), DocumentDraft("x" * (LONGEST_DOCUMENT + 1))],
            Problem(ProblemCode.TOO_LONG, ("documents", "1", "text"), {"most": 100_000}),
        ),
        (
            [DocumentDraft(FIRST, "x" * 101)],
            Problem(ProblemCode.TOO_LONG, ("documents", "0", "name"), {"most": 100}),
        ),
        ([DocumentDraft(FIRST, " ")], Problem(ProblemCode.REQUIRED, ("documents", "0", "name"))),
        (
            [DocumentDraft('{ a(b: "\x00") }')],
            Problem(ProblemCode.NOT_PRINTABLE, ("documents", "0", "text")),
        ),
        (
            [DocumentDraft('{ a(b: "\ud800") }')],
            Problem(ProblemCode.NOT_PRINTABLE, ("documents", "0", "text")),
        ),
    ],
    ids=["none", "too many", "long text", "long name", "empty name", "NUL", "half a pair"],
)
async def test_documents_that_cannot_be_registered_are_told(
    accounts: WriteSession, owner: Occasion, client: str, given: Sequence[DocumentDraft], problem: Problem
) -> None:
    assert await documents.register(accounts, owner, client, given) == invalid(problem)
    assert await documents.digests_of(accounts, client) == set()


async def test_forgotten_documents_are_gone_and_unknown_ones_are_passed_over(
    accounts: WriteSession, scene: Scene, owner: Occasion, client: str
) -> None:
    await documents.register(accounts, owner, client, [DocumentDraft(FIRST), DocumentDraft(SECOND)])
    done = await documents.forget(accounts, owner, client, [DIGESTS[0], "sha256:\x00", "\ud800", "kouvola"])
    again = await documents.forget(accounts, owner, client, [DIGESTS[0]])

    assert (done, again) == (DocumentsForgotten(client, DIGESTS[:1]), DocumentsForgotten(client, ()))
    assert await documents.digests_of(accounts, client) == {DIGESTS[1]}
    assert await documents.text_of(accounts, client, DIGESTS[0]) is None
    events = [(event.action, event.target_id, event.before) for event in (await scene.events())[-2:]]
    assert events[1] == (AuditAction.DOCUMENTS_FORGOTTEN, client, {"documents": [DIGESTS[0]]})
    assert events[0][0] is AuditAction.DOCUMENTS_REGISTERED


async def test_nothing_and_too_much_cannot_be_forgotten(accounts: WriteSession, owner: Occasion, client: str) -> None:
    nothing = await documents.forget(accounts, owner, client, [])
    too_much = await documents.forget(accounts, owner, client, [str(number) for number in range(501)])

    assert nothing == invalid(Problem(ProblemCode.REQUIRED, ("document_ids",)))
    assert too_much == invalid(Problem(ProblemCode.TOO_MANY, ("document_ids",), {"most": 500}))


async def test_a_client_is_restricted_to_its_documents(
    accounts: WriteSession, scene: Scene, owner: Occasion, client: str
) -> None:
    done = await documents.restrict(accounts, owner, client, 1, only_registered=True)
    row = await accounts.get_one(ApiClient, client, populate_existing=True)
    event = (await scene.events())[-1]

    assert done == ClientChanged(client)
    assert (row.only_registered_documents, row.version) == (True, 2)
    assert (event.action, event.target_id, event.before, event.after) == (
        AuditAction.CLIENT_CHANGED,
        client,
        {"only_registered_documents": False},
        {"only_registered_documents": True},
    )


async def test_restricting_twice_changes_nothing(
    accounts: WriteSession, scene: Scene, owner: Occasion, client: str
) -> None:
    await documents.restrict(accounts, owner, client, 1, only_registered=True)
    before = await scene.events()
    again = await documents.restrict(accounts, owner, client, 2, only_registered=True)
    old = await documents.restrict(accounts, owner, client, 1, only_registered=False)
    row = await accounts.get_one(ApiClient, client, populate_existing=True)

    assert again == ClientChanged(client)
    assert old == conflict(ProblemCode.CHANGED_MEANWHILE, "expected_version")
    assert (row.only_registered_documents, row.version) == (True, 2)
    assert len(await scene.events()) == len(before)


async def test_changing_a_client_leaves_its_restriction_alone(
    accounts: WriteSession, owner: Occasion, client: str
) -> None:
    await documents.restrict(accounts, owner, client, 1, only_registered=True)
    await clients.change(accounts, owner, client, replace(SERVICE, name="Uusi nimi"), 2)
    row = await accounts.get_one(ApiClient, client, populate_existing=True)

    assert (row.name, row.only_registered_documents) == ("Uusi nimi", True)


@pytest.mark.parametrize("restricted", [True, False])
async def test_whoever_comes_with_a_token_is_known_to_be_restricted(
    accounts: WriteSession, scene: Scene, owner: Occasion, client: str, *, restricted: bool
) -> None:
    await documents.restrict(accounts, owner, client, 1, only_registered=restricted)
    token = await scene.token(client, ["content:read"])
    caller = await caller_of_token(accounts, token.digest, at=scene.at, address="192.0.2.7")

    assert caller is not None
    assert caller.only_registered_documents is restricted


async def test_a_deleted_client_has_no_documents(accounts: WriteSession, owner: Occasion, client: str) -> None:
    await documents.register(accounts, owner, client, [DocumentDraft(FIRST)])
    await clients.delete(accounts, owner, client)

    assert await documents.digests_of(accounts, client) == set()
    assert await documents.register(accounts, owner, client, [DocumentDraft(FIRST)]) == not_allowed("client")


@pytest.mark.parametrize(
    ("role", "organisation"),
    [(MemberRole.EDITOR, OURS), (MemberRole.VIEWER, OURS), (MemberRole.OWNER, THEIRS)],
)
async def test_only_who_manages_the_client_may(
    accounts: WriteSession, scene: Scene, owner: Occasion, client: str, role: MemberRole, organisation: str
) -> None:
    await documents.register(accounts, owner, client, [DocumentDraft(FIRST)])
    other = await scene.occasion(await scene.person(role, organisation))

    assert await documents.register(accounts, other, client, [DocumentDraft(SECOND)]) == not_allowed("client")
    assert await documents.forget(accounts, other, client, [DIGESTS[0]]) == not_allowed("client")
    assert await documents.restrict(accounts, other, client, 1, only_registered=True) == not_allowed("client")
    assert await documents.digests_of(accounts, client) == {DIGESTS[0]}


async def test_a_technical_contact_may(accounts: WriteSession, scene: Scene, client: str) -> None:
    contact = await scene.occasion(await scene.person(MemberRole.TECHNICAL_CONTACT))

    assert await documents.register(accounts, contact, client, [DocumentDraft(FIRST)]) == DocumentsRegistered(
        client, DIGESTS[:1]
    )


async def test_a_recent_sign_in_is_needed(accounts: WriteSession, scene: Scene, client: str) -> None:
    person = await scene.person(MemberRole.OWNER)
    late = await scene.occasion(person, signed_in_ago=timedelta(minutes=11))

    assert await documents.register(accounts, late, client, [DocumentDraft(FIRST)]) == step_up_needed()
    assert await documents.forget(accounts, late, client, DIGESTS) == step_up_needed()
    assert await documents.restrict(accounts, late, client, 1, only_registered=True) == step_up_needed()


async def test_documents_of_one_client_are_none_of_another(
    accounts: WriteSession, owner: Occasion, client: str
) -> None:
    other = await clients.create(accounts, owner, OURS, SERVICE)
    assert isinstance(other, ClientCreated)
    await documents.register(accounts, owner, client, [DocumentDraft(FIRST)])

    assert await documents.digests_of(accounts, other.client) == set()
    assert await documents.text_of(accounts, other.client, DIGESTS[0]) is None
