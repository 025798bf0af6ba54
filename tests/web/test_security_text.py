"""Where to report a weakness (RFC 9116)."""

from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from ilmio_api.app import Application
from ilmio_api.settings import Settings
from ilmio_api.web.graphql import GraphQLEndpoint
from ilmio_api.web.routes import routes

ADDRESS = "/.well-known/security.txt"


def client_of(contact: str | None) -> TestClient:
    """Return a client of a service with a contact, or without one."""
    endpoint = GraphQLEndpoint(1_000)
    application = Application(endpoint, routes=routes(endpoint))
    application.state.settings = Settings(public_url="https://api.example.fi", security_contact=contact)
    return TestClient(application)


def test_a_contact_is_told_with_the_languages_and_the_address() -> None:
    answer = client_of("mailto:turva@example.fi").get(ADDRESS)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    expires = datetime.fromisoformat(fields.pop("Expires"))
    assert fields == {
        "Contact": "mailto:turva@example.fi",
        "Preferred-Languages": "fi, sv, en",
        "Canonical": "https://api.example.fi/.well-known/security.txt",
    }
    assert timedelta(days=89) < expires - datetime.now(UTC) <= timedelta(days=90)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_without_a_contact_there_is_no_such_file(method: str) -> None:
    assert client_of(None).request(method, ADDRESS).status_code == 404
