"""Answers of the authorization server to programs.

Owns: the form of answers and errors: JSON that nobody may keep, clean descriptions, `WWW-Authenticate`.
Does not own: which answer is given.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from starlette.responses import JSONResponse, Response

REALM = "ilmio"
TOO_OFTEN = "temporarily_unavailable"
"""Code of the refusal of what comes too often."""

_LONGEST = 200

_DESCRIPTIONS = {
    "invalid_grant": "The code or token is not valid, has been used, has expired, or was given to another client.",
    "invalid_request": "A parameter is missing or cannot be used.",
    "invalid_scope": "None of the scopes can be granted to this client.",
    "authorization_pending": "The person has not decided yet.",
    "slow_down": "Ask less often: five seconds more between requests.",
    "expired_token": "The device code has expired.",
    "unauthorized_client": "The client may not use this grant.",
    "unsupported_grant_type": "The grant type is not supported.",
}


def answer(status: int, body: Any, headers: Iterable[tuple[str, str]] = ()) -> Response:  # noqa: ANN401 - JSON
    """Return an answer that no cache keeps (RFC 6749 §5.1)."""
    fields = {"Cache-Control": "no-store", "Pragma": "no-cache", "X-Content-Type-Options": "nosniff"}
    fields |= {name: value for name, value in headers if name.lower() not in {"content-type", "cache-control"}}
    return Response(status_code=status, headers=fields) if body == "" else JSONResponse(body, status, fields)


def error_answer(error: OAuth2Error) -> Response:
    """Return the answer to a request that cannot be carried out (RFC 6749 §5.2)."""
    code, description = words_of(error)
    body = {"error": code, "error_description": description}
    if code == TOO_OFTEN:
        return answer(429, body, [("Retry-After", "60")])
    if code != "invalid_client":
        return answer(400, body)
    challenge = f'Basic realm="{REALM}", error="{code}", error_description="{description}"'
    return answer(401, body, [("WWW-Authenticate", challenge)])


def words_of(error: OAuth2Error) -> tuple[str, str]:
    """Return code and description of an error, the latter in the characters that RFC 6749 §5.2 allows."""
    code = str(error.error)
    text = str(error.description or "") or _DESCRIPTIONS.get(code, code)
    return code, "".join(character if _is_allowed(character) else "?" for character in text[:_LONGEST])


def error_address(error: OAuth2Error, issuer: str) -> str:
    """Return where an error of an authorisation request goes, with `iss` (RFC 9207 §2)."""
    code, description = words_of(error)
    params = {"error": code, "error_description": description}
    if error.state:
        params["state"] = error.state
    return with_params(error.redirect_uri, params | {"iss": issuer})


def with_params(address: str, params: Mapping[str, str]) -> str:
    """Return an address with more parameters in its query."""
    return str(add_params_to_uri(address, list(params.items())))


def _is_allowed(character: str) -> bool:
    """Return whether a character may stand in a description: printable ASCII but quote and backslash."""
    return " " <= character <= "~" and character not in '"\\'
