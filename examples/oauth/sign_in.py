"""A program on a person's own machine: sign in through the browser, ask in the person's name, refresh, ask again.

Usage, with Python 3.11 or newer:
    pip install authlib requests
    ILMIO_CLIENT=client_… python examples/oauth/sign_in.py

The client is a public application with the redirect address http://127.0.0.1:8765/back.
"""

import os
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session

ILMIO = os.environ.get("ILMIO", "http://localhost:8000")
REDIRECT = "http://127.0.0.1:8765/back"
SCOPE = "openid profile offline_access drafts:read"
QUERY = '{ pilots(filter: { area: { within: "MK08" } }) { nodes { title publication { status } } } }'

if ILMIO.startswith("http://localhost"):
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # Authlib wants https, also on this machine


class Back(BaseHTTPRequestHandler):
    """Takes the browser that comes back."""

    path_taken = ""

    def do_GET(self) -> None:
        """Keep the address, and tell the person."""
        Back.path_taken = self.path
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"You can close this page.")

    def log_message(self, *_: object) -> None:
        """Write nothing: the address has a code in it."""


def came_back() -> str:
    """Return the address with which the browser comes back to this program."""
    parts = urlsplit(REDIRECT)
    with HTTPServer((parts.hostname or "", parts.port or 80), Back) as server:
        server.handle_request()
    return f"{parts.scheme}://{parts.netloc}{Back.path_taken}"


def drafts(session: OAuth2Session) -> list[dict[str, Any]]:
    """Return titles and states of the pilots in Kymenlaakso, drafts among them if the person may read some."""
    response = session.post(f"{ILMIO}/graphql", json={"query": QUERY}, headers={"Accept-Language": "en"}, timeout=10)
    answer = response.json()
    if "errors" in answer:
        raise SystemExit("\n".join(f"{each['extensions']['code']}: {each['message']}" for each in answer["errors"]))
    nodes: list[dict[str, Any]] = answer["data"]["pilots"]["nodes"]
    return nodes


client = OAuth2Session(
    os.environ["ILMIO_CLIENT"],
    scope=SCOPE,
    redirect_uri=REDIRECT,
    code_challenge_method="S256",
    token_endpoint_auth_method="none",  # noqa: S106 - a method, not a secret
)

# 1. Send the person to the service, with what binds the answer to this program.
verifier = generate_token(48)
address, state = client.create_authorization_url(f"{ILMIO}/oauth/authorize", code_verifier=verifier)
print(f"Open this in a browser:\n\n  {address}\n")

# 2. Exchange the code with which the person comes back, once it is sure that the answer is from here.
answer = came_back()
if parse_qs(urlsplit(answer).query).get("iss") != [ILMIO]:
    raise SystemExit("The answer is from somebody else.")
client.fetch_token(f"{ILMIO}/oauth/token", authorization_response=answer, state=state, code_verifier=verifier)
person = client.get(f"{ILMIO}/oauth/userinfo", timeout=10).json()
print(f"Signed in as {person['name']}, for {client.token['expires_in']} s, with {client.token['scope']}.")
print(drafts(client))

# 3. Later: new tokens for the refresh token. Keep the new one, the old one is used up.
client.refresh_token(f"{ILMIO}/oauth/token")
print(drafts(client))

# 4. Sign out: the refresh token and all that came of it end.
client.revoke_token(f"{ILMIO}/oauth/revoke", token=client.token["refresh_token"])
