"""The identity provider of an organisation, and how the service deals with it.

Owns: which provider is in use, by what we prove who we are there, reading what it has signed for us.
Does not own: the settings (`domain.accounts.identity_providers`), the requests (`provider_exchange`), the steps of the
browser (`federation`).
"""

from dataclasses import dataclass, field

from sqlalchemy import select

from ilmio_api.access.roles import Role
from ilmio_api.db.sealing import Sealer
from ilmio_api.db.session import WriteSession, accounts_work
from ilmio_api.domain.accounts.sign_in_models import IdentityProvider
from ilmio_api.domain.occasion import Occasion
from ilmio_api.ids import prefix_of
from ilmio_api.oauth import provider_exchange, provider_keys, provider_tokens
from ilmio_api.oauth.provider_directory import Directory, Metadata
from ilmio_api.oauth.provider_exchange import Proof
from ilmio_api.oauth.provider_tokens import Signed
from ilmio_api.oauth.service import OAuth

ACTING = "sign-in"
"""On whose behalf the units of work act: nobody is signed in yet."""

CALLBACK = "/auth/cb/"
"""Where a provider sends the browser back to, with the id of the provider behind it."""

BACK_CHANNEL = "/auth/backchannel/"
"""Where a provider says that sessions are over, with the id of the provider behind it."""

_JTI_BYTES = 16


@dataclass(frozen=True, slots=True)
class Federation:
    """What is needed to deal with providers; one for the process."""

    oauth: OAuth
    directory: Directory


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider that is in use."""

    id: str
    organisation: str
    issuer: str
    client_id: str
    """How the provider knows us."""
    secret: str | None = field(repr=False)
    """What both know; None when we sign who we are."""
    default_role: Role | None
    """Role of persons of a verified domain who come for the first time; None when they need an invitation."""

    def callback(self, federation: Federation) -> str:
        """Return the redirect address, which no other provider has."""
        return federation.oauth.address(f"{CALLBACK}{self.id}")


async def provider_in_use(session: WriteSession, sealer: Sealer, provider_id: str) -> Provider | None:
    """Return a provider, or None when there is none, or it is not enabled.

    Args:
        session: A unit of work on the private tables.
        sealer: Opens the secret.
        provider_id: The provider.
    """
    # Whatever stands in an address may come here.
    known = prefix_of(provider_id) is not None
    row = known and await session.scalar(
        select(IdentityProvider).where(IdentityProvider.id == provider_id, IdentityProvider.enabled)
    )
    if not row:
        return None
    sealed = row.sealed_client_secret
    return Provider(
        id=row.id,
        organisation=row.organisation_id,
        issuer=row.issuer,
        client_id=row.client_id,
        secret=None if sealed is None else sealer.open(sealed)["client_secret"],
        default_role=None if row.default_role is None else Role(row.default_role),
    )


async def proof(federation: Federation, occasion: Occasion, metadata: Metadata, provider: Provider) -> Proof:
    """Return how we prove who we are to a provider.

    Raises:
        ProviderError: It takes no proof of ours.
    """
    if provider.secret is not None:
        return provider_exchange.proof_by_secret(metadata, provider.client_id, provider.secret)
    async with accounts_work(federation.oauth.engine, ACTING) as session:
        key = await provider_keys.signing_key(session, federation.oauth.sealer, occasion.at)
    jti = occasion.entropy(_JTI_BYTES).hex()
    return provider_exchange.proof_by_key(metadata, provider.client_id, key, jti=jti, at=occasion.at)


async def signed_for_us(federation: Federation, occasion: Occasion, metadata: Metadata, token: str) -> Signed:
    """Return what a provider has signed, and maybe encrypted to us.

    Raises:
        ProviderError: It did not, or to somebody else.
    """
    if provider_tokens.is_encrypted(token):
        async with accounts_work(federation.oauth.engine, ACTING) as session:
            keys = await provider_keys.opening_keys(session, federation.oauth.sealer, occasion.at)
        token = provider_tokens.opened(token, keys)
    return await provider_tokens.signed_by(federation.directory, metadata, token, occasion.at)
