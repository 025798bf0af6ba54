"""Private data: whoever asks, and whatever they select, gets rows of their own and of their organisations only."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type
from tests.access import rights
from tests.access.conftest import Reading
from tests.access.test_records import SUBJECTS
from tests.domain.accounts.scene import OURS, THEIRS

from ilmio_api.access.principals import Principal
from ilmio_api.i18n.languages import Language
from ilmio_api.schema.query import CATALOGUE

DEPTH = 3


def everything_of(type_: GraphQLObjectType, depth: int, path: Sequence[str] = ()) -> Iterator[str]:
    """Yield a selection of every field of a type, lists and all, a few levels deep; published records by their id."""
    for name, field in type_.fields.items():
        target = get_named_type(field.type)
        if is_leaf_type(target):
            yield name
        elif target.name.endswith("Connection") and depth and isinstance(target, GraphQLObjectType):
            inner = get_named_type(target.fields["nodes"].type)
            assert isinstance(inner, GraphQLObjectType)
            below = " ".join(everything_of(inner, depth - 1, (*path, name)))
            yield f"{name}(first: 100) {{ totalCount nodes {{ {below} }} }}"
        elif isinstance(target, GraphQLObjectType) and target.name == "Organisation":
            yield f"{name} {{ id }}"
        elif isinstance(target, GraphQLObjectType) and depth and target.name not in path:
            yield f"{name} {{ {' '.join(everything_of(target, depth - 1, (*path, target.name)))} }}"


def text_of(data: object) -> str:
    """Return an answer as one text."""
    return repr(data)


@pytest.fixture(scope="module")
async def traces(reading: Reading) -> Mapping[str, Mapping[str, set[str]]]:
    """Provide texts that occur in nothing but the rows of one organisation, by kind of row and organisation."""
    queries = {
        "members": "SELECT organisation_id, id AS trace FROM membership",
        "people": "SELECT organisation_id, account.email AS trace FROM account"
        " JOIN membership ON account_id = account.id",
        "invitations": "SELECT organisation_id, email AS trace FROM invitation",
        "secrets": "SELECT organisation_id, id AS trace FROM client_secret",
        "documents": "SELECT organisation_id, id AS trace FROM registered_document",
        "keys": "SELECT organisation_id, id AS trace FROM api_key",
        "domains": "SELECT organisation_id, proof AS trace FROM verified_domain",
        "providers": "SELECT organisation_id, id AS trace FROM identity_provider",
        "audit": "SELECT organisation_id, id AS trace FROM audit_event WHERE organisation_id IS NOT NULL",
        "contacts": "SELECT organisation_id, name AS trace FROM contact_person",
    }
    found: dict[str, dict[str, set[str]]] = {}
    for kind, query in queries.items():
        found[kind] = {OURS: set(), THEIRS: set()}
        for row in await reading.rows.fetch(query):
            found[kind][row["organisation_id"]].add(row["trace"])
    return found


async def account_of(reading: Reading, principal: Principal, organisation: str) -> dict[str, Any]:
    """Return everything that somebody gets about the account of an organisation."""
    selection = " ".join(everything_of(CATALOGUE.object_type("OrganisationAccount"), DEPTH))
    return await reading.process.read(
        principal,
        f"query ($id: ID!) {{ organisationAccount(organisation: $id) {{ {selection} }} }}",
        {"id": organisation},
        Language.FI,
    )


@pytest.mark.parametrize("subject", SUBJECTS)
async def test_the_account_of_an_organisation_is_seen_by_those_who_may(
    reading: Reading, subjects: Mapping[str, Principal], traces: Mapping[str, Mapping[str, set[str]]], subject: str
) -> None:
    for organisation in (OURS, THEIRS):
        other = THEIRS if organisation == OURS else OURS
        answer = text_of(await account_of(reading, subjects[subject], organisation))
        readable = organisation in rights.accounts(subject)

        for kind in ("members", "people", "invitations", "secrets", "documents", "keys", "domains", "providers"):
            shown = {trace for trace in traces[kind][organisation] if trace in answer}
            assert shown == (traces[kind][organisation] if readable else set()), kind
            if not rights.accounts(subject) & {other}:
                assert not {trace for trace in traces[kind][other] if trace in answer}, kind
        reached = readable or subject == "elevated administrator"
        expected = traces["audit"][organisation] if organisation in rights.audits(subject) and reached else set()
        assert {trace for trace in traces["audit"][organisation] if trace in answer} == expected


@pytest.mark.parametrize("subject", SUBJECTS)
async def test_contact_persons_are_seen_by_those_whom_the_owner_lets(
    reading: Reading, subjects: Mapping[str, Principal], traces: Mapping[str, Mapping[str, set[str]]], subject: str
) -> None:
    shown: set[str] = set()
    for name in ("initiatives", "phenomena", "organisations", "learnings"):
        query = f"{{ {name}(first: 100) {{ nodes {{ id contacts {{ id person {{ name email phone }} }} }} }} }}"
        answer = text_of(await reading.process.read(subjects[subject], query, {}, Language.FI))
        shown |= {trace for each in (OURS, THEIRS) for trace in traces["contacts"][each] if f"'{trace}'" in answer}
    allowed = set().union(*(traces["contacts"][each] for each in rights.contacts(subject)), set())

    assert shown <= allowed
    assert bool(shown) is bool(allowed)


@pytest.mark.parametrize("subject", SUBJECTS)
async def test_the_viewer_is_whoever_asks_and_nobody_else(
    reading: Reading, subjects: Mapping[str, Principal], subject: str
) -> None:
    principal = subjects[subject]
    selection = " ".join(everything_of(CATALOGUE.object_type("Viewer"), DEPTH))
    viewer = (await reading.process.read(principal, f"{{ viewer {{ {selection} }} }}", {}, Language.FI))["viewer"]
    in_console = principal.client is None
    hidden = await reading.rows.fetch(
        "SELECT id FROM session WHERE account_id IS DISTINCT FROM $1 UNION ALL"
        " SELECT id FROM passkey WHERE account_id IS DISTINCT FROM $1",
        principal.account if in_console else None,
    )

    assert (viewer or {}).get("accountId") == (principal.account if rights.shows_viewer(subject) else None)
    assert bool((viewer or {}).get("email")) is (in_console and principal.account is not None)
    assert not {row["id"] for row in hidden if row["id"] in text_of(viewer)}


async def test_without_its_predicates_a_query_still_sees_nothing(reading: Reading) -> None:
    # The second wall: the role that runs queries, with no claims and no predicate at all.
    async with reading.rows.transaction():
        await reading.rows.execute("SET LOCAL ROLE ilmio_reader")
        counts = {
            table: await reading.rows.fetchval(f"SELECT count(id) FROM {table}")  # noqa: S608 - a constant
            for table in ("account", "membership", "invitation", "api_client", "api_key", "audit_event", "session")
        }

    assert counts == dict.fromkeys(counts, 0)
