"""Python's gql: the schema by introspection, an operation checked against it on our side, pages, a refusal.

Owns: what a script of a partner would do.
Does not own: the server, or the environment that this runs in (`tests.clients.run`).

Usage: python client.py http://127.0.0.1:8000/graphql
"""

import sys
from importlib.metadata import version

from gql import Client, gql  # type: ignore[import-not-found]  # installed in the client's own environment only
from gql.transport.exceptions import TransportQueryError  # type: ignore[import-not-found]  # the same
from gql.transport.httpx import HTTPXTransport  # type: ignore[import-not-found]  # the same

_LEARNINGS = """
query GqlLearnings($first: Int!, $after: String) {
  learnings(first: $first, after: $after) {
    totalCount
    nodes { id kind text }
    pageInfo { hasNextPage endCursor }
  }
}
"""
_REFUSED = "query GqlRefused { learnings(first: 101) { totalCount } }"


def main(url: str) -> None:
    """Run the operations and tell what was done."""
    client = Client(transport=HTTPXTransport(url=url), fetch_schema_from_transport=True)
    with client as session:
        kinds = client.schema.type_map["LearningKind"].values
        found = _all_learnings(session)
        assert len({learning["id"] for learning in found}) == len(found)
        assert {learning["kind"] for learning in found} <= set(kinds)
        code = _code_of_refusal(session)
        assert code == "BAD_PAGE_SIZE", code
    done = [f"version: {version('gql')}", "schema by introspection", f"{len(found)} learnings in pages", "refusal"]
    print("\n".join(done))  # noqa: T201  # read by the runner


def _all_learnings(session: Client) -> list[dict[str, str]]:
    """Return every learning, asked for in pages of three."""
    found: list[dict[str, str]] = []
    after = None
    while True:
        document = gql(_LEARNINGS)
        document.variable_values = {"first": 3, "after": after}
        page = session.execute(document)["learnings"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            assert len(found) == page["totalCount"]
            return found
        after = page["pageInfo"]["endCursor"]


def _code_of_refusal(session: Client) -> str | None:
    """Return the code of the error that a page beyond the limit meets."""
    try:
        session.execute(gql(_REFUSED))
    except TransportQueryError as error:
        code: str = error.errors[0]["extensions"]["code"]
        return code
    return None


if __name__ == "__main__":
    main(sys.argv[1])
