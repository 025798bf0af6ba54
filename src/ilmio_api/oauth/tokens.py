"""Access and refresh tokens.

Owns: how long they live, what is stored of them, families of tokens and their end.
Does not own: who gets one (the grants), what one allows at the moment it is used (`domain.accounts.principals`).

Tokens are opaque and stored as digests. All tokens from one authorisation are a family and die together.
"""

from datetime import timedelta
from typing import Any

from authlib.oauth2.rfc6749 import InvalidScopeError
from sqlalchemy import update

from ilmio_api.access.principals import Principal
from ilmio_api.access.scopes import Scope, scopes_of, text_of
from ilmio_api.access.secrets import SecretKind, digest_of
from ilmio_api.domain.accounts import audit, token_reuse
from ilmio_api.domain.accounts.models import Account
from ilmio_api.domain.accounts.token_models import Token, TokenFamily
from ilmio_api.domain.accounts.vocabulary import AuditAction
from ilmio_api.oauth.clients import CREDENTIALS, REFRESH, Client
from ilmio_api.oauth.requests import ServerRequest
from ilmio_api.oauth.service import Work

PERSONS = timedelta(minutes=10)
"""Life of an access token of a person."""

SERVICES = timedelta(hours=1)
"""Life of an access token of a service."""

IDLE = timedelta(days=30)
"""A refresh token that is not used for so long ends."""

ABSOLUTE = timedelta(days=90)
"""However often tokens are refreshed, the person signs in again after this."""


def generate(work: Work, client: Client, grant_type: str, scope: str | None, *, with_refresh: bool) -> dict[str, Any]:
    """Return new tokens as the token endpoint answers them.

    Raises:
        InvalidScopeError: Nothing is left of the scopes that were asked for.
    """
    scopes = client.permitted(grant_type, scope)
    if not scopes:
        raise InvalidScopeError
    life = SERVICES if grant_type == CREDENTIALS else PERSONS
    token: dict[str, Any] = {
        "token_type": "Bearer",
        "access_token": work.occasion.new_secret(SecretKind.ACCESS_TOKEN).text,
        "expires_in": int(life.total_seconds()),
        "scope": text_of(scopes),
    }
    # The new one in a rotation is due whatever the scopes: they may have been narrowed for this access token only.
    if with_refresh and (grant_type == REFRESH or Scope.OFFLINE_ACCESS in scopes):
        token["refresh_token"] = work.occasion.new_secret(SecretKind.REFRESH_TOKEN).text
    return token


def save(work: Work, token: dict[str, Any], request: ServerRequest) -> None:
    """Store new tokens; the answer's `expires_in` becomes less where the family ends sooner."""
    family: TokenFamily | None = request.family
    client: Client = request.client
    life = timedelta(seconds=token["expires_in"])
    if family is not None:
        life = min(life, family.expires_at - work.at)
        token["expires_in"] = int(life.total_seconds())
    scopes = scopes_of(token["scope"])
    _add(work, token["access_token"], client, family, (scopes, life))
    if "refresh_token" in token and family is not None:
        # Not the narrower scopes of one access token (RFC 6749 §6).
        kept = scopes_of(" ".join(family.scopes))
        _add(work, token["refresh_token"], client, family, (kept, min(IDLE, family.expires_at - work.at)))
    work.db.flush()


def alive(account: Account | None) -> Account | None:
    """Return a person who may act, or None."""
    return account if account and account.disabled_at is None and account.erased_at is None else None


def burn(work: Work, family_id: str, *, client: Client, actor: str | None) -> None:
    """End a family because a used code or refresh token has come again: somebody has a copy."""
    if end_family(work, family_id):
        work.letters.extend(work.wait(token_reuse.letters(work.session, client.row, actor, work.at)))
        _record(work, AuditAction.TOKEN_REUSED, family_id, client=client, actor=actor)


def revoke(work: Work, token: Token, *, client: Client) -> None:
    """End a token; a refresh token with its whole family (RFC 7009 §2.1)."""
    if token.is_refresh and token.family_id:
        if end_family(work, token.family_id):
            _record(work, AuditAction.TOKEN_REVOKED, token.family_id, client=client, actor=token.account_id)
    elif token.revoked_at is None:
        token.revoked_at = work.at
        _record(work, AuditAction.TOKEN_REVOKED, token.id, client=client, actor=token.account_id)


def end_family(work: Work, family_id: str) -> bool:
    """End a family, and return whether it was alive."""
    ended = work.db.scalars(
        update(TokenFamily)
        .where(TokenFamily.id == family_id, TokenFamily.revoked_at.is_(None))
        .values(revoked_at=work.at)
        .returning(TokenFamily.id)
        .execution_options(synchronize_session=False)
    )
    return bool(ended.all())


def _add(
    work: Work,
    text: str,
    client: Client,
    family: TokenFamily | None,
    terms: tuple[frozenset[Scope], timedelta],
) -> None:
    """Store the digest of one token with its scopes and life."""
    digest = digest_of(text, SecretKind.ACCESS_TOKEN, SecretKind.REFRESH_TOKEN)
    scopes, life = terms
    work.db.add(
        Token(
            id=work.occasion.new_id("token"),
            digest=digest,
            is_refresh=digest_of(text, SecretKind.REFRESH_TOKEN) is not None,
            client_id=client.id,
            account_id=family.account_id if family else None,
            family_id=family.id if family else None,
            scopes=text_of(scopes).split(),
            issued_at=work.at,
            expires_at=work.at + life,
        )
    )


def _record(work: Work, action: AuditAction, target: str, *, client: Client, actor: str | None) -> None:
    """Add an event in the log of the client's organisation, with the client as the one who came."""
    work.db.flush()
    organisation = client.row.organisation_id
    work.wait(
        audit.record(
            work.session,
            work.as_principal(Principal(client=client.id)),
            action,
            organisation=organisation,
            target=target,
            actor=actor,
        )
    )
