"""What is run: one entry for each client or suite.

Owns: names, places and commands.
Does not own: installing (`tests.clients.workshops`), attacks (`tests.clients.attacks`), which need no other program.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_HERE = Path(__file__).parent


class Group(StrEnum):
    """Suites that are run together."""

    AUDITS = "audits"
    CLIENTS = "clients"
    OAUTH = "oauth"
    ATTACKS = "attacks"
    FUZZ = "fuzz"


class Platform(StrEnum):
    """What a suite runs on."""

    NODE = "node"
    PYTHON = "python"


@dataclass(frozen=True, slots=True)
class Suite:
    """A program that is given the address of the endpoint as its last argument; OAuth clients, the file of their world.

    It prints "version: …" and a line for each thing that it has done, and ends with 0 when all was well.
    """

    name: str
    group: Group
    platform: Platform
    folder: str
    """Where it lies below the folder of its platform; suites of one folder share an installation."""
    command: tuple[str, ...]

    @property
    def source(self) -> Path:
        """The folder in the repository."""
        return _HERE / self.platform.value / self.folder


SUITES = (
    Suite("graphql-http audits", Group.AUDITS, Platform.NODE, "audits", ("audit.mjs",)),
    Suite("Apollo Client", Group.CLIENTS, Platform.NODE, "clients", ("apollo.mjs",)),
    Suite("urql", Group.CLIENTS, Platform.NODE, "clients", ("urql.mjs",)),
    Suite("Relay", Group.CLIENTS, Platform.NODE, "clients", ("relay.mjs",)),
    Suite("graphql-codegen", Group.CLIENTS, Platform.NODE, "codegen", ("typed.mjs", "preset")),
    Suite("gql.tada", Group.CLIENTS, Platform.NODE, "codegen", ("typed.mjs", "tada")),
    Suite("gql", Group.CLIENTS, Platform.PYTHON, "gql", ("client.py",)),
    Suite("ariadne-codegen", Group.CLIENTS, Platform.PYTHON, "ariadne", ("client.py",)),
    Suite("graphql-core of 2025", Group.CLIENTS, Platform.PYTHON, "older", ("client.py",)),
    Suite("openid-client", Group.OAUTH, Platform.NODE, "oauth", ("openid-client.mjs",)),
    Suite("oauth4webapi", Group.OAUTH, Platform.NODE, "oauth", ("oauth4webapi.mjs",)),
    Suite("oidc-client-ts", Group.OAUTH, Platform.NODE, "oauth", ("oidc-client-ts.mjs",)),
    Suite("requests-oauthlib", Group.OAUTH, Platform.PYTHON, "oauth", ("requests_client.py",)),
    Suite("Authlib", Group.OAUTH, Platform.PYTHON, "oauth", ("authlib_client.py",)),
    Suite("schemathesis", Group.FUZZ, Platform.PYTHON, "fuzz", ("fuzz.py",)),
)
