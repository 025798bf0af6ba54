"""Ending sessions because an identity provider says that they are over.

Owns: receiving logout tokens, each of them once.
Does not own: checking them (`provider_tokens`), ending the sessions (`domain.accounts.sessions`).

Source: OpenID Connect Back-Channel Logout 1.0 §2.5 to §2.8.
"""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy.dialects.postgresql import insert

from ilmio_api.db.session import WriteSession, accounts_work
from ilmio_api.domain.accounts import sessions
from ilmio_api.domain.accounts.sign_in_models import Challenge
from ilmio_api.domain.occasion import Occasion
from ilmio_api.oauth.federation_persons import account_of
from ilmio_api.oauth.federation_providers import ACTING, Federation, Provider, provider_in_use, signed_for_us
from ilmio_api.oauth.provider_faults import Fault, ProviderError
from ilmio_api.oauth.provider_tokens import LEEWAY, Logout, logout_of

_PURPOSE = "provider-logout"


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """A provider was heard."""

    sessions: int
    """How many sessions ended; none, when the person was not signed in here any more."""


async def log_out(federation: Federation, occasion: Occasion, provider_id: str, logout_token: str) -> LoggedOut:
    """End the sessions that a logout token names: one, or all that this provider began for a person.

    Args:
        federation: The way to providers.
        occasion: Now.
        provider_id: The provider that is said to have sent it.
        logout_token: What came.

    Raises:
        ProviderError: There is no such provider, it did not make the token, or the token was used before.
    """
    async with accounts_work(federation.oauth.engine, ACTING) as session:
        provider = await provider_in_use(session, federation.oauth.sealer, provider_id)
    if provider is None:
        raise ProviderError(Fault.NOT_A_TOKEN)
    metadata = await federation.directory.metadata(provider.issuer, occasion.at)
    signed = await signed_for_us(federation, occasion, metadata, logout_token)
    logout = logout_of(signed, metadata, provider.client_id, occasion.at)
    async with accounts_work(federation.oauth.engine, ACTING) as session:
        if not await _is_new(session, occasion, provider, logout):
            raise ProviderError(Fault.NOT_A_TOKEN)
        account = None if logout.subject is None else await account_of(session, provider.issuer, logout.subject)
        if account is None and logout.session is None:
            return LoggedOut(0)
        ended = await sessions.end_at_provider(
            session, occasion, provider.id, account=account, provider_session=logout.session
        )
    return LoggedOut(len(ended))


async def _is_new(session: WriteSession, occasion: Occasion, provider: Provider, logout: Logout) -> bool:
    """Remember a logout token for as long as it is valid, and return whether it was not known before."""
    digest = sha256(f"{_PURPOSE}:{provider.id}:{logout.jti}".encode()).digest()
    remembered = await session.execute(
        # Nobody can take this step: its digest is of no secret, and it is used already.
        insert(Challenge)
        .values(
            digest=digest,
            purpose=_PURPOSE,
            sealed_state=b"",
            expires_at=logout.expires_at + 2 * LEEWAY,
            used_at=occasion.at,
        )
        .on_conflict_do_nothing()
        .returning(Challenge.digest)
    )
    return remembered.first() is not None
