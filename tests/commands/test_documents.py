"""Documents that an organisation registers for its client, from the command to the request that names one."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import httpx2
import pytest
from tests.commands.conftest import Desk
from tests.domain.accounts.scene import OURS, THEIRS, Scene

from ilmio_api.db.session import accounts_work
from ilmio_api.domain.accounts.vocabulary import MemberRole

RESPONSE = "application/graphql-response+json"
MANAGES = ("content:read", "org:read", "org:clients")
QUERY = "{ areas { totalCount } }"
OTHER = "{ pilots { totalCount } }"
DATA = {"data": {"areas": {"totalCount": 0}}}
ID, OTHER_ID = (f"sha256:{sha256(text.encode()).hexdigest()}" for text in (QUERY, OTHER))

CREATE = """
mutation ($organisation: ID!) {
  createApiClient(input: {
    organisation: $organisation, kind: SERVICE, name: "Näkymä", authentication: CLIENT_SECRET_BASIC,
    scopes: ["content:read"]
  }) { __typename ... on ApiClientCreated { client { id } } ... on UserError { code path } }
}
"""
REGISTER = """
mutation ($client: ID!, $documents: [DocumentInput!]!) {
  registerDocuments(input: { client: $client, documents: $documents }) {
    __typename
    ... on DocumentsRegistered { documentIds client { documents { totalCount } } }
    ... on UserError { code message path }
    ... on ValidationFailed { problems { code message path } }
  }
}
"""
FORGET = """
mutation ($client: ID!, $ids: [String!]!) {
  forgetDocuments(input: { client: $client, documentIds: $ids }) {
    __typename
    ... on DocumentsForgotten { documentIds client { documents { totalCount } } }
  }
}
"""
RESTRICT = """
mutation ($client: ID!, $version: Int!, $only: Boolean!) {
  restrictApiClient(input: { client: $client, expectedVersion: $version, onlyRegisteredDocuments: $only }) {
    __typename
    ... on ApiClientRestricted { client { version onlyRegisteredDocuments } }
    ... on UserError { code }
  }
}
"""
READ = """
query ($organisation: ID!) {
  organisationAccount(organisation: $organisation) {
    clients {
      nodes { id onlyRegisteredDocuments documents(first: 5) { nodes { documentId name createdBy { name } } } }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Program:
    """An API client with a token, and somebody who manages it."""

    desk: Desk
    client: str
    token: str
    owner: str

    async def manage(self, command: str, **variables: object) -> Any:  # noqa: ANN401 - JSON
        """Return what a command about the client answers."""
        (answer,) = (await self.desk.answer(command, self.owner, {"client": self.client, **variables})).values()
        return answer

    async def register(self, *texts: str) -> None:
        """Register documents for the client."""
        answer = await self.manage(REGISTER, documents=[{"text": text} for text in texts])
        assert answer["__typename"] == "DocumentsRegistered"

    async def restrict(self, version: int = 1, *, only: bool = True) -> None:
        """Say whether the client may ask nothing else."""
        answer = await self.manage(RESTRICT, version=version, only=only)
        assert answer["client"] == {"version": version + 1, "onlyRegisteredDocuments": only}

    async def send(self, body: Mapping[str, object], **headers: str) -> httpx2.Response:
        """Send a request of the client."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"Authorization": f"Bearer {self.token}", "Accept": RESPONSE, **named}
        return await self.desk.client.post("/graphql", json=body, headers=given)


Made = Callable[..., Awaitable[Program]]


@pytest.fixture
def made(desk: Desk) -> Made:
    """Provide how to make a program of an organisation."""

    async def make(organisation: str = OURS) -> Program:
        owner = await desk.token(MemberRole.OWNER, MANAGES, organisation)
        created = await desk.answer(CREATE, owner, {"organisation": organisation})
        assert created["createApiClient"]["__typename"] == "ApiClientCreated", created
        client = created["createApiClient"]["client"]["id"]
        async with accounts_work(desk.engine, "test") as session:
            scene = Scene(session, datetime.now(UTC), desk.random.randbytes)
            token = await scene.token(client, ["content:read"])
        return Program(desk, client, token.text, owner)

    return make


@pytest.fixture
async def program(made: Made) -> Program:
    """Provide a program of our organisation."""
    return await made()


@pytest.fixture
def nothing_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the service ask the database about every caller and every document, as it would a second later."""
    monkeypatch.setattr("ilmio_api.web.authentication._BELIEVED_S", 0)
    monkeypatch.setattr("ilmio_api.web.client_documents._BELIEVED_S", 0)


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    """Return status and code of a refusal."""
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]


async def test_documents_are_registered_and_can_be_looked_at(program: Program) -> None:
    done = await program.manage(REGISTER, documents=[{"text": OTHER, "name": "Pilots"}, {"text": QUERY}])
    read = await program.desk.answer(READ, program.owner, {"organisation": OURS})

    assert done == {
        "__typename": "DocumentsRegistered",
        "documentIds": [OTHER_ID, ID],
        "client": {"documents": {"totalCount": 2}},
    }
    (client,) = [each for each in read["organisationAccount"]["clients"]["nodes"] if each["id"] == program.client]
    shown = {node["documentId"]: node["name"] for node in client["documents"]["nodes"]}
    assert (client["onlyRegisteredDocuments"], shown) == (False, {OTHER_ID: "Pilots", ID: None})
    assert client["documents"]["nodes"][0]["createdBy"]["name"].startswith("Henkilö ")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{ areas { size } }", "Cannot query field 'size' on type 'Area"),
        ("{ areas", "Syntax Error: Expected Name, found <EOF>."),
        ("", "Syntax Error: Unexpected <EOF>."),
        ("type A { b: Int }", "The 'A' definition is not executable."),
        ("fragment A on Area { code }", "Fragment 'A' is never used."),
        ("{ a" + " a" * 5_000 + " }", "tokens: > 5000, at most 5000."),
    ],
    ids=["unknown field", "broken", "empty", "type", "fragment", "too long"],
)
async def test_a_text_that_the_schema_does_not_allow_is_not_registered(
    program: Program, text: str, reason: str
) -> None:
    answer = await program.manage(REGISTER, documents=[{"text": QUERY}, {"text": text}])
    read = await program.desk.answer(READ, program.owner, {"organisation": OURS})

    assert (answer["__typename"], answer["code"]) == ("ValidationFailed", "NOT_A_DOCUMENT")
    assert answer["path"] == ["input", "documents", "1", "text"]
    assert reason in answer["message"]
    assert len(answer["problems"]) == 1
    assert [each["documents"]["nodes"] for each in read["organisationAccount"]["clients"]["nodes"]].count([]) == len(
        read["organisationAccount"]["clients"]["nodes"]
    )


async def test_every_text_that_cannot_be_registered_is_told(program: Program) -> None:
    answer = await program.manage(REGISTER, documents=[{"text": "{ a }"}, {"text": QUERY}, {"text": "{ b }"}])

    assert [problem["path"][2] for problem in answer["problems"]] == ["0", "2"]


@pytest.mark.parametrize("role", [MemberRole.EDITOR, MemberRole.VIEWER])
async def test_who_does_not_manage_clients_registers_nothing(program: Program, role: MemberRole) -> None:
    member = await program.desk.token(role, MANAGES)
    answers = [
        (await program.desk.answer(command, member, {"client": program.client, **variables})).popitem()[1]
        for command, variables in (
            (REGISTER, {"documents": [{"text": QUERY}]}),
            (REGISTER, {"documents": [{"text": "{ size }"}]}),
            (FORGET, {"ids": [ID]}),
            (RESTRICT, {"version": 1, "only": True}),
        )
    ]

    assert [answer["__typename"] for answer in answers] == ["NotAllowed"] * 4


async def test_a_program_names_its_document_instead_of_sending_it(program: Program) -> None:
    await program.register(QUERY)
    posted = [await program.send({"documentId": ID}) for _ in range(2)]
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": ID.removeprefix("sha256:")}}
    apollo = await program.send({"extensions": persisted})
    got = await program.desk.client.get(
        "/graphql", params={"documentId": ID}, headers={"Authorization": f"Bearer {program.token}"}
    )

    assert [answer.json() for answer in (*posted, apollo, got)] == [DATA] * 4


async def test_a_document_of_one_client_is_none_of_others(program: Program, made: Made) -> None:
    await program.register(QUERY)
    await program.send({"documentId": ID})
    others: Sequence[Program] = [await made(), await made(THEIRS)]
    answers = [await other.send({"documentId": ID}) for other in others]
    anonymous = await program.desk.client.post("/graphql", json={"documentId": ID}, headers={"Accept": RESPONSE})

    assert [code_of(answer) for answer in (*answers, anonymous)] == [(422, "PERSISTED_QUERY_NOT_FOUND")] * 3


async def test_a_program_that_is_not_restricted_may_ask_anything(program: Program) -> None:
    await program.register(OTHER)

    assert (await program.send({"query": QUERY})).json() == DATA


@pytest.mark.parametrize(
    "body",
    [{"documentId": ID}, {"query": QUERY}, {"query": QUERY, "documentId": ID}],
    ids=["by its id", "by its text", "by both"],
)
async def test_a_restricted_program_asks_its_documents(program: Program, body: Mapping[str, object]) -> None:
    await program.register(QUERY)
    await program.restrict()

    assert [(await program.send(body)).json() for _ in range(2)] == [DATA] * 2


@pytest.mark.parametrize(
    "body",
    [{"query": OTHER}, {"query": f"{QUERY} "}, {"documentId": OTHER_ID}, {"documentId": "kouvola"}],
    ids=["another text", "a space more", "another id", "no digest"],
)
async def test_a_restricted_program_asks_nothing_else(program: Program, body: Mapping[str, object]) -> None:
    await program.register(QUERY)
    await program.restrict()
    # Somebody else has let the service remember the other document.
    await program.desk.client.post("/graphql", json={"query": OTHER, "documentId": OTHER_ID})
    answers = [await program.send(body) for _ in range(2)]
    priced = await program.send(body, cost_only="?1")

    assert [code_of(answer) for answer in (*answers, priced)] == [(422, "DOCUMENT_NOT_TRUSTED")] * 3


async def test_an_id_that_is_not_that_of_the_text_beside_it_is_a_mistake(program: Program) -> None:
    await program.register(QUERY)
    await program.restrict()

    assert code_of(await program.send({"query": QUERY, "documentId": OTHER_ID})) == (422, "BAD_REQUEST")


async def test_a_restriction_is_about_one_client(program: Program, made: Made) -> None:
    other = await made()
    await program.restrict()
    anonymous = await program.desk.client.post("/graphql", json={"query": QUERY})

    assert [(await other.send({"query": QUERY})).json(), anonymous.json()] == [DATA, DATA]


@pytest.mark.usefixtures("nothing_is_believed")
@pytest.mark.parametrize(("only", "code"), [(False, "PERSISTED_QUERY_NOT_FOUND"), (True, "DOCUMENT_NOT_TRUSTED")])
async def test_a_document_that_was_forgotten_is_answered_no_more(program: Program, *, only: bool, code: str) -> None:
    await program.register(QUERY, OTHER)
    if only:
        await program.restrict()
    before = [(await program.send({"documentId": ID})).json() for _ in range(2)]
    done = await program.manage(FORGET, ids=[ID, "sha256:unknown"])
    after = await program.send({"documentId": ID})
    kept = await program.send({"documentId": OTHER_ID})

    assert done == {
        "__typename": "DocumentsForgotten",
        "documentIds": [ID],
        "client": {"documents": {"totalCount": 1}},
    }
    assert before == [DATA] * 2
    assert code_of(after) == (422, code)
    assert kept.json() == {"data": {"pilots": {"totalCount": 0}}}


@pytest.mark.usefixtures("nothing_is_believed")
async def test_a_restriction_holds_from_then_on_until_it_is_lifted(program: Program) -> None:
    before = await program.send({"query": QUERY})
    await program.restrict()
    restricted = await program.send({"query": QUERY})
    await program.restrict(2, only=False)
    after = await program.send({"query": QUERY})

    assert [before.json(), after.json()] == [DATA] * 2
    assert code_of(restricted) == (422, "DOCUMENT_NOT_TRUSTED")


async def test_a_restriction_of_a_client_that_was_changed_meanwhile_is_a_conflict(program: Program) -> None:
    await program.restrict()
    again = await program.manage(RESTRICT, version=1, only=False)

    assert again == {"__typename": "Conflict", "code": "CHANGED_MEANWHILE"}
