"""Programs to copy: how a key or client is used, with the real addresses.

Owns: filling in the programs.
Does not own: the programs (`programs/*.txt`), the pages that show them (`client_pages`, `key_pages`).

No secret stands in a program: it reads the secret from its environment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_CURL, _JAVASCRIPT, _PYTHON = ("curl", "curl"), ("javascript", "JavaScript"), ("python", "Python")
"""How the name of a file ends, and what people call the language."""

_PROGRAMS: Final = {
    path.stem: path.read_text(encoding="utf-8").strip()
    for path in sorted((Path(__file__).parent / "programs").glob("*.txt"))
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A program in one language."""

    name: str
    text: str


def samples_of_key(issuer: str) -> list[Sample]:
    """Return how an API key is used."""
    return [Sample(name, _filled(f"key-{ending}", issuer)) for ending, name in (_CURL, _JAVASCRIPT, _PYTHON)]


def samples_of_service(issuer: str, client: str, scopes: Sequence[str]) -> list[Sample]:
    """Return how a client asks for a token in its own name, and uses it."""
    return [
        Sample(name, _filled(f"service-{ending}", issuer, client, scopes))
        for ending, name in (_CURL, _JAVASCRIPT, _PYTHON)
    ]


def samples_of_application(
    issuer: str, client: str, scopes: Sequence[str], redirect: str, *, browser: str | None
) -> list[Sample]:
    """Return how people sign in to an application.

    Args:
        issuer: Address of the service.
        client: The application.
        scopes: What it may ask for.
        redirect: One of its redirect addresses.
        browser: Title of the sample when it runs in the browser, without a secret; None when it has a server.
    """
    files = (
        [("server-javascript", "JavaScript"), ("server-python", "Python")]
        if browser is None
        else [("browser-javascript", browser)]
    )
    return [
        Sample(name, _filled(file, issuer, client, scopes, redirect))
        for file, name in (*files, ("metadata-curl", "curl"))
    ]


def _filled(program: str, issuer: str, client: str = "", scopes: Sequence[str] = (), redirect: str = "") -> str:
    """Return a program with the addresses and names of one client."""
    values = {"@ISSUER@": issuer, "@CLIENT@": client, "@SCOPE@": " ".join(scopes), "@REDIRECT@": redirect}
    text = _PROGRAMS[program]
    for place, value in values.items():
        text = text.replace(place, value)
    return text
