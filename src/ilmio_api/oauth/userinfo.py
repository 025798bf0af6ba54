"""The UserInfo endpoint: what a client may know of the person.

Owns: claims by scope, where the token stands in the request.
Does not own: whether the token holds (`domain.accounts.principals`), the subject (`oauth.subjects`).

Source: OpenID Connect Core 1.0 §5.3 and §5.4, RFC 6750.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from ilmio_api.access.scopes import Scope
from ilmio_api.access.secrets import SecretKind, digest_of
from ilmio_api.db.session import WriteSession
from ilmio_api.domain.accounts import domains
from ilmio_api.domain.accounts.models import Account
from ilmio_api.domain.accounts.principals import Caller, caller_of_token, is_believed
from ilmio_api.domain.accounts.token_models import Token
from ilmio_api.domain.occasion import Occasion
from ilmio_api.oauth.answers import REALM, answer
from ilmio_api.oauth.subjects import subject

CLAIMS = ("sub", "idp", "name", "locale", "email", "email_verified")
"""Claims that the endpoint may give."""


def token_in(request: Request, form: Mapping[str, str]) -> str | None:
    """Return the access token of a request: in the header, or else in the form; never in the address."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return token.strip()
    return form.get("access_token")


async def claims_of(session: WriteSession, occasion: Occasion, token: str | None) -> Response:
    """Return what the token's client may know of its person."""
    if not token:
        # No error code when nothing was sent (RFC 6750 §3.1).
        return _refused(401, [])
    digest = digest_of(token, SecretKind.ACCESS_TOKEN)
    caller = digest and await caller_of_token(session, digest, at=occasion.at, address=occasion.address)
    if not caller:
        return _refused(401, [("error", "invalid_token"), ("error_description", "The token does not hold.")])
    principal = caller.principal
    if Scope.OPENID not in principal.scopes or principal.account is None:
        return _refused(403, [("error", "insufficient_scope"), ("scope", Scope.OPENID.value)])
    return answer(200, await _claims(session, caller))


async def _claims(session: WriteSession, caller: Caller) -> dict[str, object]:
    """Return the claims that the scopes of a token open; those without a value are left out."""
    # The scopes of the token: the caller has fewer in the API when a provider alone vouches for the person.
    found = await session.execute(
        select(Account, Token.scopes)
        .join(Token, Token.account_id == Account.id)
        .where(Token.id == caller.principal.credential)
    )
    account, scopes = found.one()
    claims = subject(account.id, caller.vouching, caller.organisation).claims()
    if Scope.PROFILE in scopes:
        claims |= {"name": account.name, "locale": account.language}
    if Scope.EMAIL in scopes and account.email and await _may_be_told(session, caller, account.email):
        claims |= {"email": account.email, "email_verified": account.email_verified_at is not None}
    return {name: value for name, value in claims.items() if value is not None}


async def _may_be_told(session: WriteSession, caller: Caller, email: str) -> bool:
    """Return whether a client may know an address: many take it for the name of an account.

    Whoever owns its domain could read the person's mail, so their provider may say that the person has it.
    """
    if is_believed(caller.vouching, caller.organisation):
        return True
    return await domains.organisation_of(session, email.rpartition("@")[2]) == caller.vouching


def _refused(status: int, words: Sequence[tuple[str, str]]) -> Response:
    """Return a refusal with its challenge (RFC 6750 §3)."""
    challenge = ", ".join(f'{name}="{value}"' for name, value in [("realm", REALM), *words])
    body = {name: value for name, value in words if name.startswith("error")}
    return answer(status, body or {"error": "missing_token"}, [("WWW-Authenticate", f"Bearer {challenge}")])
