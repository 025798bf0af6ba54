"""`ilmio login`, `ilmio ask`: use a service from the command line, as oneself.

Owns: the device flow (RFC 8628) as its client, where tokens are kept, sending a query.
Does not own: the server's side (`oauth.devices`).

Tokens are kept in a file that only its owner can read, one for each service.
"""

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx2
import typer

from ilmio_api.cli.variables import Variables, variables_in
from ilmio_api.domain.accounts.clients import COMMAND_LINE_CLIENT
from ilmio_api.errors import OperatorError
from ilmio_api.i18n.languages import Language
from ilmio_api.settings import settings_of_this_process

_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_SCOPE = "content:read drafts:read offline_access"
_TIMEOUT_S = 30.0
_SLOW_DOWN_S = 5

Server = Annotated[str | None, typer.Option(help="Address of the service; else that of the settings.")]


def login(*, server: Server = None) -> None:
    """Sign in to a service, in a browser."""
    with _client(server) as client:
        begun = _answer(
            client.post("/oauth/device_authorization", data={"client_id": COMMAND_LINE_CLIENT, "scope": _SCOPE})
        )
        typer.echo(f"Open {begun['verification_uri']} and type the code {begun['user_code']}.")
        tokens = _allowed(client, begun)
        _keep(client, tokens)
    typer.echo("Signed in.")


def logout(*, server: Server = None) -> None:
    """Sign out of a service: its tokens for the command line are dead at once."""
    with _client(server) as client:
        kept = _kept(client)
        client.post("/oauth/revoke", data={"client_id": COMMAND_LINE_CLIENT, "token": kept.get("refresh_token", "")})
        _path(client).unlink(missing_ok=True)
    typer.echo("Signed out.")


def ask(
    query: Annotated[Path, typer.Argument(help="File with a GraphQL document.", exists=True, dir_okay=False)],
    *,
    server: Server = None,
    variables: Variables = "{}",
    language: Annotated[Language, typer.Option(help="Language of texts and errors.")] = Language.FI,
) -> None:
    """Send a query to a service, as oneself when signed in, and print the answer."""
    with _client(server) as client:
        sent = {"query": query.read_text(encoding="utf-8"), "variables": variables_in(variables)}
        client.headers["Accept-Language"] = language
        answer = client.post("/graphql", json=sent, headers=_authorization(client))
        if answer.status_code == httpx2.codes.UNAUTHORIZED and _refreshed(client):
            answer = client.post("/graphql", json=sent, headers=_authorization(client))
    typer.echo(json.dumps(answer.json(), ensure_ascii=False, indent=2))
    if "errors" in answer.json():
        raise typer.Exit(1)


@contextmanager
def _client(server: str | None) -> Iterator[httpx2.Client]:
    """Provide a client of the service.

    Raises:
        OperatorError: The service cannot be reached.
    """
    address = server or settings_of_this_process().issuer
    try:
        with httpx2.Client(base_url=address.rstrip("/"), timeout=_TIMEOUT_S) as client:
            yield client
    except httpx2.TransportError as error:
        raise OperatorError(f"Nothing answers at {address}.", "Name the service with --server.") from error


def _allowed(client: httpx2.Client, begun: dict[str, Any]) -> dict[str, Any]:
    """Wait until the person has decided in the browser, and return the tokens.

    Raises:
        OperatorError: The person has said no, or has not said anything in time.
    """
    interval_s, asked = begun.get("interval", 5), {"client_id": COMMAND_LINE_CLIENT, "grant_type": _DEVICE}
    while True:
        time.sleep(interval_s)
        answer = client.post("/oauth/token", data={**asked, "device_code": begun["device_code"]})
        match answer.json().get("error"):
            case "authorization_pending":
                continue
            case "slow_down":
                interval_s += _SLOW_DOWN_S
            case _:
                return _answer(answer)


def _refreshed(client: httpx2.Client) -> bool:
    """Return whether new tokens could be had for the old refresh token."""
    kept = _kept(client)
    if "refresh_token" not in kept:
        return False
    answer = client.post(
        "/oauth/token",
        data={
            "client_id": COMMAND_LINE_CLIENT,
            "grant_type": "refresh_token",
            "refresh_token": kept["refresh_token"],
        },
    )
    if answer.is_success:
        _keep(client, answer.json())
    return answer.is_success


def _answer(response: httpx2.Response) -> dict[str, Any]:
    """Return what the authorization server has answered.

    Raises:
        OperatorError: It has refused.
    """
    answer: dict[str, Any] = response.json()
    if not response.is_success:
        problem = str(answer.get("error_description") or answer.get("error") or response.status_code)
        raise OperatorError(f"The service has refused: {problem}.", "Run ilmio login again.")
    return answer


def _authorization(client: httpx2.Client) -> dict[str, str]:
    """Return the header that says who asks; none when nobody is signed in."""
    token = _kept(client).get("access_token")
    return {"Authorization": f"Bearer {token}"} if token else {}


def _path(client: httpx2.Client) -> Path:
    """Return where the tokens for a service are kept."""
    address = str(client.base_url).rstrip("/")
    name = f"{urlsplit(address).hostname}-{hashlib.sha256(address.encode()).hexdigest()[:8]}.json"
    return Path("~/.config/ilmio").expanduser() / name


def _kept(client: httpx2.Client) -> dict[str, Any]:
    """Return the tokens for a service; empty when there are none."""
    path = _path(client)
    kept: dict[str, Any] = json.loads(path.read_text(encoding="ascii")) if path.exists() else {}
    return kept


def _keep(client: httpx2.Client, tokens: dict[str, Any]) -> None:
    """Keep tokens where only their owner can read them."""
    path = _path(client)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(tokens, file)
