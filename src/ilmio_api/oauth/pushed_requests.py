"""Authorisation requests that a client sends ahead (PAR), so that they do not pass through the browser.

Owns: keeping one for a minute, giving it out once.
Does not own: judging it (`oauth.authorisation_requests`).

Source: RFC 9126.
"""

from datetime import timedelta

from sqlalchemy import update

from ilmio_api.access.secrets import SecretKind, digest_of
from ilmio_api.domain.accounts.token_models import PushedRequest
from ilmio_api.oauth.clients import Client
from ilmio_api.oauth.requests import Pairs
from ilmio_api.oauth.service import Work

LIFE = timedelta(seconds=60)
PREFIX = "urn:ietf:params:oauth:request_uri:"

NOT_KEPT = frozenset({"client_secret", "client_assertion", "client_assertion_type"})
"""What proves who the client is, and is no part of the request."""


def kept(work: Work, client: Client, pairs: Pairs) -> str:
    """Keep a request that holds, and return the name by which the browser brings it."""
    secret = work.occasion.new_secret(SecretKind.PUSHED_REQUEST)
    work.db.add(
        PushedRequest(
            digest=secret.digest,
            client_id=client.id,
            parameters=dict(pairs),
            expires_at=work.at + LIFE,
        )
    )
    work.db.flush()
    return f"{PREFIX}{secret.text}"


def taken(work: Work, name: str, client_id: str) -> Pairs | None:
    """Return a request that was kept, once; None when there is none for this client."""
    digest = digest_of(name.removeprefix(PREFIX), SecretKind.PUSHED_REQUEST)
    if digest is None:
        return None
    parameters = work.db.scalar(
        update(PushedRequest)
        .where(
            PushedRequest.digest == digest,
            PushedRequest.client_id == client_id,
            PushedRequest.used_at.is_(None),
            PushedRequest.expires_at > work.at,
        )
        .values(used_at=work.at)
        .returning(PushedRequest.parameters)
        .execution_options(synchronize_session=False)
    )
    return None if parameters is None else [(str(name), str(value)) for name, value in parameters.items()]
